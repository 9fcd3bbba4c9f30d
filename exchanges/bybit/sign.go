package bybit

import (
	"bytes"
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"rekey/exchanges"
)

// How keys of Bybit sign.
const (
	hmacAlgorithm = "hmac"
	rsaAlgorithm  = "rsa"
)

// recvWindow is for how many milliseconds a request is good: the documented
// default.
const recvWindow = "5000"

// A signer signs the text of a request: in lower-case hexadecimal digits of
// HMAC-SHA256, or, with a key pair of the user's own making, in base64 of
// RSA-SHA256 (docs/v5/guide, read 2026-11-30).
type signer struct {
	algorithm string
	sign      func(text string) (string, error)
}

// signerOf returns the signer of a credential, or what the credential lacks. The
// access key travels as a header, which control characters would break.
func signerOf(c exchanges.Credential) (signer, error) {
	switch {
	case c.AccessKey == "":
		return signer{}, errors.New("the credential has no access key")
	case c.Secret.IsZero():
		return signer{}, errors.New("the credential has no secret")
	case !exchanges.Printable(c.AccessKey):
		return signer{}, errors.New("the access key holds a blank, a line break or another control character")
	}
	private, err := exchanges.PrivateKey(c.Secret.Reveal())
	if errors.Is(err, exchanges.ErrNoPrivateKey) {
		return signer{hmacAlgorithm, func(text string) (string, error) { return signHMAC(c.Secret, text), nil }}, nil
	}
	if err != nil {
		return signer{}, err
	}
	if _, ok := private.Public().(*rsa.PublicKey); !ok {
		return signer{}, errors.New("the secret is a private key that is not RSA: bybit has keys by hmac and by RSA alone")
	}
	return signer{rsaAlgorithm, func(text string) (string, error) { return signRSA(private, text) }}, nil
}

// signHMAC is the MAC of a request's text under the secret as plain text.
func signHMAC(secret exchanges.Secret, text string) string {
	mac := hmac.New(sha256.New, []byte(secret.Reveal()))
	mac.Write([]byte(text))
	return hex.EncodeToString(mac.Sum(nil))
}

func signRSA(private crypto.Signer, text string) (string, error) {
	sum := sha256.Sum256([]byte(text))
	signature, err := private.Sign(rand.Reader, sum[:], crypto.SHA256)
	if err != nil {
		return "", errors.New("the private key cannot sign")
	}
	return base64.StdEncoding.EncodeToString(signature), nil
}

// get builds a signed GET. The query is signed exactly as it is sent; path and
// method are not signed. A GET has no body, which Bybit would answer with 403.
func (a *adapter) get(base, path string, params url.Values) func(now time.Time) (*http.Request, error) {
	query := strings.ReplaceAll(params.Encode(), "+", "%20")
	target := path
	if query != "" {
		target += "?" + query
	}
	return a.signed(base, http.MethodGet, target, query, nil)
}

// post builds a signed POST of a JSON document.
func (a *adapter) post(base, path string, body []byte) func(now time.Time) (*http.Request, error) {
	return a.signed(base, http.MethodPost, path, string(body), body)
}

func (a *adapter) signed(
	base, method, target, payload string, body []byte,
) func(now time.Time) (*http.Request, error) {
	return func(now time.Time) (*http.Request, error) {
		req, err := request(base, method, target, body)
		if err != nil {
			return nil, err
		}
		stamp := strconv.FormatInt(now.UnixMilli(), 10)
		signature, err := a.sign.sign(stamp + a.credential.AccessKey + recvWindow + payload)
		if err != nil {
			return nil, err
		}
		req.Header.Set("X-BAPI-API-KEY", a.credential.AccessKey)
		req.Header.Set("X-BAPI-TIMESTAMP", stamp)
		req.Header.Set("X-BAPI-RECV-WINDOW", recvWindow)
		req.Header.Set("X-BAPI-SIGN", signature)
		return req, nil
	}
}

// public builds a GET without any credential.
func public(base, path string) func(time.Time) (*http.Request, error) {
	return func(time.Time) (*http.Request, error) { return request(base, http.MethodGet, path, nil) }
}

func request(base, method, target string, body []byte) (*http.Request, error) {
	req, err := http.NewRequest(method, base+target, bytes.NewReader(body)) //nolint:noctx // the client adds the context
	if err != nil {
		return nil, errors.New("the request could not be built")
	}
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/json")
	}
	return req, nil
}

// hasSecretForm and hasKeyForm report whether a secret has the form of a secret,
// or of an access key.
func hasSecretForm(secret exchanges.Secret) bool {
	_, err := exchanges.PrivateKey(secret.Reveal())
	return secretForm.MatchString(secret.Reveal()) || !errors.Is(err, exchanges.ErrNoPrivateKey)
}

func hasKeyForm(secret exchanges.Secret) bool { return keyForm.MatchString(secret.Reveal()) }
