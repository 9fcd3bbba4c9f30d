package bitget

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"

	"rekey/exchanges"
)

// algorithm is how the keys that rekey signs with sign.
const algorithm = "hmac"

// usable reports what a credential lacks. Access key and passphrase travel as
// headers, which control characters would break.
func usable(c exchanges.Credential) error {
	switch {
	case c.AccessKey == "":
		return errors.New("the credential has no access key")
	case c.Secret.IsZero():
		return errors.New("the credential has no secret")
	case isPrivateKey(c.Secret):
		return errors.New("the secret is a private key: rekey does not sign by RSA for bitget yet, and nothing is " +
			"known of " +
			"the key")
	case c.Passphrase.IsZero():
		return errors.New("the credential has no passphrase, which every key of bitget has; it was chosen when the key " +
			"was made")
	case strings.ContainsFunc(c.AccessKey, unicode.IsControl),
		strings.ContainsFunc(c.Passphrase.Reveal(), unicode.IsControl):
		return errors.New("access key or passphrase holds a line break or another control character")
	}
	return nil
}

// get builds a signed GET. One reader of the documents signs the query decoded
// and sorted, another as it is sent: parameters here are sorted and plain, so
// that both agree.
func (a *adapter) get(environment, path string, params url.Values) func(now time.Time) (*http.Request, error) {
	target := path
	if len(params) > 0 {
		target += "?" + params.Encode()
	}
	return a.signed(environment, http.MethodGet, target, "")
}

// post builds a signed POST. The passphrase, if there is one, is that of the key
// which is made or changed.
func (a *adapter) post(
	path string, fields map[string]any, passphrase exchanges.Secret,
) func(now time.Time) (*http.Request, error) {
	sent := maps.Clone(fields)
	if !passphrase.IsZero() {
		sent["passphrase"] = passphrase.Reveal()
	}
	body, err := json.Marshal(sent)
	if err != nil {
		return func(time.Time) (*http.Request, error) { return nil, errors.New("the request could not be written") }
	}
	return a.signed(a.configured(), http.MethodPost, path, string(body))
}

func (a *adapter) signed(environment, method, target, body string) func(now time.Time) (*http.Request, error) {
	base := a.env.Caller.Endpoint(roleREST)
	return func(now time.Time) (*http.Request, error) {
		req, err := request(base, environment, method, target, body)
		if err != nil {
			return nil, err
		}
		stamp := strconv.FormatInt(now.UnixMilli(), 10)
		req.Header.Set("ACCESS-KEY", a.credential.AccessKey)
		req.Header.Set("ACCESS-TIMESTAMP", stamp)
		req.Header.Set("ACCESS-SIGN", sign(a.credential.Secret, stamp, method, target, body))
		req.Header.Set("ACCESS-PASSPHRASE", a.credential.Passphrase.Reveal())
		return req, nil
	}
}

// public builds a GET without any credential.
func (a *adapter) public(path string) func(time.Time) (*http.Request, error) {
	base := a.env.Caller.Endpoint(roleREST)
	return func(time.Time) (*http.Request, error) { return request(base, a.configured(), http.MethodGet, path, "") }
}

func request(base, environment, method, target, body string) (*http.Request, error) {
	req, err := http.NewRequest(method, base+target, strings.NewReader(body)) //nolint:noctx // the client adds the context
	if err != nil {
		return nil, errors.New("the request could not be built")
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("locale", "en-US") // the texts of refusals are compared
	if environment == demo {
		req.Header.Set("paptrading", "1")
	}
	return req, nil
}

// sign is Base64 of HMAC-SHA256 over timestamp, method, path with query, and
// body (bitget.com/api-doc common/signature). The secret is the key as plain
// text; its hex digits are not decoded.
func sign(secret exchanges.Secret, timestamp, method, target, body string) string {
	mac := hmac.New(sha256.New, []byte(secret.Reveal()))
	mac.Write([]byte(timestamp + method + target + body))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// isPrivateKey reports whether a secret is a private key, whole or not.
func isPrivateKey(secret exchanges.Secret) bool {
	_, err := exchanges.PrivateKey(secret.Reveal())
	return !errors.Is(err, exchanges.ErrNoPrivateKey)
}

// secretForm and swappedForm report whether a secret has the form of a secret,
// or of an access key.
func secretForm(secret exchanges.Secret) bool { return secretDigits.MatchString(secret.Reveal()) }

func swappedForm(secret exchanges.Secret) bool { return keyDigits.MatchString(secret.Reveal()) }

// newPassphraseForm reports whether a passphrase keeps Bitget's rule for a new
// key: 8 to 32 letters and digits (bitget.com/api-doc common/vsubaccount).
func newPassphraseForm(passphrase exchanges.Secret) bool {
	text := passphrase.Reveal()
	return len(text) >= 8 && len(text) <= 32 && !strings.ContainsFunc(text, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	})
}
