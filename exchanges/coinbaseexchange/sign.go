package coinbaseexchange

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"

	"rekey/exchanges"
)

// secretLength is how many bytes a secret has (docs.cdp.coinbase.com
// exchange/rest-api/authentication).
const secretLength = 64

// get builds a signed GET of a path without a query.
func (a *adapter) get(path string) func(now time.Time) (*http.Request, error) {
	return func(now time.Time) (*http.Request, error) {
		req, err := http.NewRequest(
			http.MethodGet,
			a.env.Caller.Endpoint(roleMain)+path,
			http.NoBody,
		) //nolint:noctx // the client adds the context
		if err != nil {
			return nil, errors.New("the request could not be built")
		}
		timestamp := strconv.FormatInt(now.Unix(), 10)
		signature, err := sign(a.credential.Secret, timestamp+http.MethodGet+path)
		if err != nil {
			return nil, err
		}
		req.Header.Set("CB-ACCESS-KEY", a.credential.AccessKey)
		req.Header.Set("CB-ACCESS-SIGN", signature)
		req.Header.Set("CB-ACCESS-TIMESTAMP", timestamp)
		req.Header.Set("CB-ACCESS-PASSPHRASE", a.credential.Passphrase.Reveal())
		return req, nil
	}
}

// sign returns the base64 of the HMAC-SHA256 of timestamp, method, path and
// body, by the bytes that the secret's base64 stands for.
func sign(secret exchanges.Secret, message string) (string, error) {
	key, err := base64.StdEncoding.DecodeString(secret.Reveal())
	if err != nil {
		return "", errors.New("the secret is not base64")
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(message))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil)), nil
}

// check says what makes a credential unusable, in words that hold nothing of
// it.
func check(c exchanges.Credential) error {
	switch _, err := base64.StdEncoding.DecodeString(c.Secret.Reveal()); {
	case c.Secret.IsZero():
		return errors.New("the credential has no secret")
	case strings.Contains(c.Secret.Reveal(), "-----BEGIN"):
		return errors.New("the secret is a PEM private key, wanted is the base64 of 64 bytes: a CDP key's exchange is " +
			"coinbase")
	case err != nil:
		return errors.New("the secret is not base64: was it copied whole?")
	case c.Passphrase.IsZero():
		return errors.New("the credential has no passphrase; keys of coinbase-exchange have one")
	case strings.ContainsFunc(c.AccessKey+c.Passphrase.Reveal(), unicode.IsControl):
		return errors.New("access key or passphrase hold a line end or another control character")
	}
	return nil
}

// secretForm reports whether a secret has the documented length.
func secretForm(secret exchanges.Secret) bool {
	raw, err := base64.StdEncoding.DecodeString(secret.Reveal())
	return err == nil && len(raw) == secretLength
}
