package kraken

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"rekey/exchanges"
)

// secretBytes is how long a secret is once its base64 is decoded.
const secretBytes = 64

// usable returns the decoded secret, or what the credential lacks. A secret that
// was not copied whole gets "Invalid key" from Kraken, as a key that does not
// exist does (krakenfx/kraken-cli#33), and too many of those lock the address
// out: it is not sent.
func usable(c exchanges.Credential) ([]byte, error) {
	switch {
	case c.AccessKey == "":
		return nil, errors.New("the credential has no access key")
	case c.Secret.IsZero():
		return nil, errors.New("the credential has no secret")
	case !exchanges.Printable(c.AccessKey):
		return nil, errors.New("the access key holds a blank, a line break or another control character")
	}
	secret, err := base64.StdEncoding.DecodeString(c.Secret.Reveal())
	if err != nil || len(secret) != secretBytes {
		return nil, errors.New("the secret is not what kraken shows, 86 characters of base64 and \"==\": was it copied " +
			"whole?")
	}
	return secret, nil
}

// signedSpot builds a POST of the spot API. The nonce is the time in
// milliseconds, as the documents recommend; the client sees that it rises.
func (a *adapter) signedSpot(path string) func(now time.Time) (*http.Request, error) {
	return func(now time.Time) (*http.Request, error) {
		nonce := strconv.FormatInt(now.UnixMilli(), 10)
		body := "nonce=" + nonce
		req, err := request(http.MethodPost, a.env.Caller.Endpoint(roleSpot)+path, body)
		if err != nil {
			return nil, err
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("API-Key", a.credential.AccessKey)
		req.Header.Set("API-Sign", sign(a.secret, path, nonce+body))
		return req, nil
	}
}

// signedFutures builds a GET of the derivatives API, whose authentication
// service signs its whole path. The nonce is optional there and left out: a
// number of rekey's would raise the counter of the bot that uses the key.
func (a *adapter) signedFutures(base, path string) func(now time.Time) (*http.Request, error) {
	return func(time.Time) (*http.Request, error) {
		req, err := request(http.MethodGet, base+path, "")
		if err != nil {
			return nil, err
		}
		req.Header.Set("APIKey", a.credential.AccessKey)
		req.Header.Set("Authent", authent(a.secret, path))
		return req, nil
	}
}

// public builds a GET without any credential.
func (a *adapter) public(path string) func(time.Time) (*http.Request, error) {
	return func(time.Time) (*http.Request, error) {
		return request(http.MethodGet, a.env.Caller.Endpoint(roleSpot)+path, "")
	}
}

func request(method, target, body string) (*http.Request, error) {
	req, err := http.NewRequest(method, target, strings.NewReader(body)) //nolint:noctx // the client adds the context
	if err != nil {
		return nil, errors.New("the request could not be built")
	}
	return req, nil
}

// sign is base64 of HMAC-SHA512 over the path and SHA-256 of nonce and body.
func sign(secret []byte, path, nonceAndBody string) string {
	sum := sha256.Sum256([]byte(nonceAndBody))
	mac := hmac.New(sha512.New, secret)
	mac.Write([]byte(path))
	mac.Write(sum[:])
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// authent is base64 of HMAC-SHA512 over SHA-256 of a path, with neither nonce nor
// parameters.
func authent(secret []byte, path string) string {
	sum := sha256.Sum256([]byte(path))
	mac := hmac.New(sha512.New, secret)
	mac.Write(sum[:])
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func hasSecretForm(secret exchanges.Secret) bool { return secretForm.MatchString(secret.Reveal()) }

func hasKeyForm(secret exchanges.Secret) bool { return keyForm.MatchString(secret.Reveal()) }
