package deribit

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"rekey/exchanges"
)

// usable says what a credential lacks. The access key travels in a header, where
// a comma ends it.
func usable(c exchanges.Credential) error {
	switch {
	case c.AccessKey == "":
		return errors.New("the credential has no access key (client_id)")
	case c.Secret.IsZero():
		return errors.New("the credential has no secret (client_secret)")
	case !exchanges.Printable(c.AccessKey) || strings.Contains(c.AccessKey, ","):
		return errors.New("the access key holds a blank, a comma, a line break or another control character")
	}
	if _, err := exchanges.PrivateKey(c.Secret.Reveal()); !errors.Is(err, exchanges.ErrNoPrivateKey) {
		return errors.New("the secret is a private key: rekey signs for keys that deribit made alone")
	}
	return nil
}

// sign is the MAC under the secret as plain text, in lower-case hexadecimal
// digits (docs.deribit.com/articles/authentication, read 2026-11-30).
func sign(secret exchanges.Secret, parts ...string) string {
	mac := hmac.New(sha256.New, []byte(secret.Reveal()))
	mac.Write([]byte(strings.Join(parts, "\n")))
	return hex.EncodeToString(mac.Sum(nil))
}

// auth builds the look of the key at itself. The signature is over time and nonce,
// without data.
func (a *adapter) auth(base string) func(now time.Time) (*http.Request, error) {
	return func(now time.Time) (*http.Request, error) {
		stamp, nonce := strconv.FormatInt(now.UnixMilli(), 10), rand.Text()
		return request(base, pathAuth, url.Values{
			"grant_type": {"client_signature"}, "client_id": {a.credential.AccessKey}, "timestamp": {stamp},
			"nonce": {nonce}, "data": {""}, "signature": {sign(a.credential.Secret, stamp, nonce, "")},
		})
	}
}

// private builds a signed GET. Deribit takes the parameters of a GET in its query
// alone, the code of a second factor too: it is good once, for a minute.
func (a *adapter) private(base, path string, params url.Values) func(now time.Time) (*http.Request, error) {
	return func(now time.Time) (*http.Request, error) {
		req, err := request(base, path, params)
		if err != nil {
			return nil, err
		}
		stamp, nonce := strconv.FormatInt(now.UnixMilli(), 10), rand.Text()
		req.Header.Set("Authorization", header(a.credential, stamp, nonce, req.Method, req.URL.RequestURI()))
		return req, nil
	}
}

// header signs time, nonce, method, path with its query, and an empty body.
func header(c exchanges.Credential, stamp, nonce, method, uri string) string {
	signature := sign(c.Secret, stamp, nonce, method, uri, "", "")
	return "deri-hmac-sha256 id=" + c.AccessKey + ",ts=" + stamp + ",sig=" + signature + ",nonce=" + nonce
}

// public builds a GET without any credential.
func public(base, path string) func(time.Time) (*http.Request, error) {
	return func(time.Time) (*http.Request, error) { return request(base, path, nil) }
}

func request(base, path string, params url.Values) (*http.Request, error) {
	target := base + path
	if len(params) > 0 {
		target += "?" + params.Encode()
	}
	req, err := http.NewRequest(http.MethodGet, target, http.NoBody) //nolint:noctx // the client adds the context
	if err != nil {
		return nil, errors.New("the request could not be built")
	}
	return req, nil
}

// withCode adds the answer to a challenge to the parameters of a call.
func withCode(params url.Values, code exchanges.Secret, challenge string) url.Values {
	if code.IsZero() {
		return params
	}
	out := url.Values{"authorization_data": {code.Reveal()}, "challenge": {challenge}}
	maps.Copy(out, params)
	return out
}

// hasSecretForm and hasKeyForm report whether a secret has the form of a secret,
// or of an access key.
func hasSecretForm(secret exchanges.Secret) bool { return secretForm.MatchString(secret.Reveal()) }

func hasKeyForm(secret exchanges.Secret) bool { return keyForm.MatchString(secret.Reveal()) }
