package okx

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"

	"rekey/exchanges"
)

// algorithm is how every key of OKX signs.
const algorithm = "hmac"

// timestampForm is ISO 8601 in UTC with milliseconds, 2020-12-08T09:08:57.715Z.
const timestampForm = "2006-01-02T15:04:05.000Z"

// usable reports what a credential lacks. Access key and passphrase travel as
// headers, which control characters would break.
func usable(c exchanges.Credential) error {
	switch {
	case c.AccessKey == "":
		return errors.New("the credential has no access key")
	case c.Secret.IsZero():
		return errors.New("the credential has no secret")
	case isPrivateKey(c.Secret):
		return errors.New("the secret is a private key, wanted is the secret of 32 hexadecimal digits that okx showed: okx " +
			"offers no other keys")
	case c.Passphrase.IsZero():
		return errors.New("the credential has no passphrase, which every key of okx has; it was chosen when the key was made")
	case strings.ContainsFunc(c.AccessKey, unicode.IsControl),
		strings.ContainsFunc(c.Passphrase.Reveal(), unicode.IsControl):
		return errors.New("access key or passphrase holds a line break or another control character")
	}
	return nil
}

// get builds a signed GET. The query belongs to what is signed, exactly as it
// is sent; a path that stands before the exchange's own in the endpoint does
// not, because OKX would not see it.
func (a *adapter) get(at place, path string, params url.Values) func(now time.Time) (*http.Request, error) {
	target := path
	if len(params) > 0 {
		target += "?" + strings.ReplaceAll(params.Encode(), "+", "%20")
	}
	return a.signed(at, http.MethodGet, target, "")
}

// post builds a signed POST. The passphrase, if there is one, is that of the
// key which is made.
func (a *adapter) post(
	at place,
	path string,
	fields map[string]string,
	passphrase exchanges.Secret,
) func(now time.Time) (*http.Request, error) {
	sent := maps.Clone(fields)
	if !passphrase.IsZero() {
		sent["passphrase"] = passphrase.Reveal()
	}
	body, err := json.Marshal(sent)
	if err != nil {
		return func(time.Time) (*http.Request, error) { return nil, errors.New("the request could not be written") }
	}
	return a.signed(at, http.MethodPost, path, string(body))
}

func (a *adapter) signed(at place, method, target, body string) func(now time.Time) (*http.Request, error) {
	return func(now time.Time) (*http.Request, error) {
		req, err := request(at, method, target, body)
		if err != nil {
			return nil, err
		}
		stamp := now.UTC().Format(timestampForm)
		req.Header.Set("OK-ACCESS-KEY", a.credential.AccessKey)
		req.Header.Set("OK-ACCESS-TIMESTAMP", stamp)
		req.Header.Set("OK-ACCESS-SIGN", sign(a.credential.Secret, stamp, method, target, body))
		req.Header.Set("OK-ACCESS-PASSPHRASE", a.credential.Passphrase.Reveal())
		return req, nil
	}
}

// public builds a GET without any credential.
func public(at place, path string) func(time.Time) (*http.Request, error) {
	return func(time.Time) (*http.Request, error) { return request(at, http.MethodGet, path, "") }
}

func request(at place, method, target, body string) (*http.Request, error) {
	req, err := http.NewRequest(
		method,
		at.base+target,
		strings.NewReader(body),
	) //nolint:noctx // the client adds the context
	if err != nil {
		return nil, errors.New("the request could not be built")
	}
	req.Header.Set("Content-Type", "application/json")
	if at.environment == demo {
		req.Header.Set("x-simulated-trading", "1")
	}
	return req, nil
}

// sign is Base64 of HMAC-SHA256 over timestamp, method, path with query, and
// body (docs, "REST Authentication"). The secret is the key as plain text; its
// hex digits are not decoded.
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

// newPassphraseForm reports whether a passphrase keeps OKX's rule for a new
// key: "8-32 alphabetic characters containing at least 1 number, 1 uppercase
// letter, 1 lowercase letter and 1 special character" (docs, Sub-account).
func newPassphraseForm(passphrase exchanges.Secret) bool {
	text := passphrase.Reveal()
	in := func(from, to rune) bool {
		return strings.ContainsFunc(text, func(r rune) bool { return r >= from && r <= to })
	}
	return len(text) >= 8 && len(text) <= 32 && in('0', '9') && in('A', 'Z') && in('a', 'z') &&
		strings.ContainsFunc(text, func(r rune) bool { return unicode.IsPunct(r) || unicode.IsSymbol(r) }) &&
		!strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' })
}
