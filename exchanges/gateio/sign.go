package gateio

import (
	"crypto/hmac"
	"crypto/sha512"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"

	"rekey/exchanges"
)

// algorithm is how Gate's keys sign.
const algorithm = "hmac"

// usable reports what a credential lacks. The access key travels as a header,
// which control characters would break.
func usable(c exchanges.Credential) error {
	switch {
	case c.AccessKey == "":
		return errors.New("the credential has no access key")
	case c.Secret.IsZero():
		return errors.New("the credential has no secret")
	case strings.ContainsFunc(c.AccessKey, unicode.IsControl):
		return errors.New("the access key holds a line break or another control character")
	}
	return nil
}

// get builds a signed GET to one of the hosts.
func (a *adapter) get(base, path string, params url.Values) func(now time.Time) (*http.Request, error) {
	return a.signed(base, http.MethodGet, path, params.Encode(), "")
}

// send builds a signed write with a body, or with none where body is nil.
func (a *adapter) send(method, path string, body any) func(now time.Time) (*http.Request, error) {
	text := ""
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			return func(time.Time) (*http.Request, error) { return nil, errors.New("the request could not be written") }
		}
		text = string(data)
	}
	return a.signed(a.env.Caller.Endpoint(roleREST), method, path, "", text)
}

func (a *adapter) signed(base, method, path, query, body string) func(now time.Time) (*http.Request, error) {
	return func(now time.Time) (*http.Request, error) {
		req, err := request(base, method, path, query, body)
		if err != nil {
			return nil, err
		}
		stamp := strconv.FormatInt(now.Unix(), 10)
		req.Header.Set("KEY", a.credential.AccessKey)
		req.Header.Set("Timestamp", stamp)
		req.Header.Set("SIGN", sign(a.credential.Secret, method, path, query, body, stamp))
		return req, nil
	}
}

// public builds a GET without any credential.
func public(base, path string) func(time.Time) (*http.Request, error) {
	return func(time.Time) (*http.Request, error) { return request(base, http.MethodGet, path, "", "") }
}

func request(base, method, path, query, body string) (*http.Request, error) {
	target := base + path
	if query != "" {
		target += "?" + query
	}
	req, err := http.NewRequest(method, target, strings.NewReader(body)) //nolint:noctx // the client adds the context
	if err != nil {
		return nil, errors.New("the request could not be built")
	}
	req.Header.Set("Accept", "application/json")
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	return req, nil
}

// sign is the hex digits of HMAC-SHA512 over method, path with /api/v4, query as
// it is sent, the hex digits of SHA-512 of the body, and the time in seconds, each
// on its line (gate.io/docs/developers/apiv4, v4.105.4).
func sign(secret exchanges.Secret, method, path, query, body, stamp string) string {
	sum := sha512.Sum512([]byte(body))
	mac := hmac.New(sha512.New, []byte(secret.Reveal()))
	mac.Write([]byte(strings.Join([]string{method, path, query, hex.EncodeToString(sum[:]), stamp}, "\n")))
	return hex.EncodeToString(mac.Sum(nil))
}

// secretForm and swappedForm report whether a secret has the form of a secret,
// or of an access key.
func secretForm(secret exchanges.Secret) bool { return secretDigits.MatchString(secret.Reveal()) }

func swappedForm(secret exchanges.Secret) bool { return keyDigits.MatchString(secret.Reveal()) }
