package threecommas

import (
	"context"
	"crypto"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"rekey/exchanges"
)

// A signer signs a text. The secret is inside the function, where nothing can
// print it.
type signer func(payload string) (string, error)

// newSigner says how a secret signs: that of a system-generated token is plain
// text for HMAC-SHA256 in hex, that of a self-generated one is an RSA private
// key in PEM for RSASSA-PKCS1-v1_5 with SHA-256 in Base64
// (docs/quick-start/5 and 6, 2026-05-07).
func newSigner(secret exchanges.Secret) (signer, error) {
	text := secret.Reveal()
	if text == "" {
		return nil, errors.New("the credential has no secret")
	}
	if !strings.Contains(text, "-----BEGIN") {
		return func(payload string) (string, error) {
			mac := hmac.New(sha256.New, []byte(text))
			mac.Write([]byte(payload))
			return hex.EncodeToString(mac.Sum(nil)), nil
		}, nil
	}
	key, err := privateKey(text)
	if err != nil {
		return nil, err
	}
	return func(payload string) (string, error) {
		sum := sha256.Sum256([]byte(payload))
		raw, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, sum[:])
		if err != nil {
			return "", errors.New("the private key cannot sign")
		}
		return base64.StdEncoding.EncodeToString(raw), nil
	}, nil
}

// privateKey reads PKCS#1, which `openssl genrsa` of the documents wrote until
// OpenSSL 3, and PKCS#8.
func privateKey(text string) (*rsa.PrivateKey, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, errors.New("the secret begins like a PEM private key and cannot be read as one")
	}
	if key, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return key, nil
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, errors.New("the secret is not a PKCS#1 or PKCS#8 private key without passphrase")
	}
	key, ok := parsed.(*rsa.PrivateKey)
	if !ok {
		return nil, errors.New("3commas takes RSA private keys, this is another kind")
	}
	return key, nil
}

// call performs a declared operation, with its parameters in the query. The
// signed text is the path from /public/api on, whatever the endpoint, then "?"
// and the query, or the path alone. There is no timestamp in it: 3Commas has no
// rule for one.
func (a *adapter) call(ctx context.Context, name string, params url.Values) (exchanges.Response, error) {
	op, _ := protocol().Operation(name)
	target := op.Path
	if len(params) > 0 {
		target += "?" + encode(params)
	}
	return a.send(ctx, op, target, "")
}

// callAccount performs a declared operation on one connection.
func (a *adapter) callAccount(ctx context.Context, name, id string) (exchanges.Response, error) {
	op, _ := protocol().Operation(name)
	return a.send(ctx, op, strings.Replace(op.Path, "{account_id}", id, 1), "")
}

// swap sends a new credential for a connection. It travels in the body as a
// form, never in the query: docs/quick-start/0_overview.mdx (2026-05-07) allows
// both, and a URL ends in logs. Of the two forms of a body, that of a form is
// signed like a query in all documented examples; that of JSON is not.
func (a *adapter) swap(ctx context.Context, id string, c exchanges.Credential) (exchanges.Response, error) {
	op, _ := protocol().Operation(opUpdate)
	form := url.Values{"account_id": {id}, "api_key": {c.AccessKey}, "secret": {c.Secret.Reveal()}}
	if !c.Passphrase.IsZero() {
		form.Set("passphrase", c.Passphrase.Reveal())
	}
	return a.send(ctx, op, op.Path, encode(form))
}

func encode(params url.Values) string { return strings.ReplaceAll(params.Encode(), "+", "%20") }

// send performs an operation. target is path and query, body a form or empty.
func (a *adapter) send(ctx context.Context, op exchanges.Operation, target, body string) (exchanges.Response, error) {
	return a.env.Caller.Call(ctx, exchanges.Call{Op: op.Name, Build: func(time.Time) (*http.Request, error) {
		req, err := http.NewRequestWithContext(ctx, op.Method, a.env.Caller.Endpoint(op.Host)+target, strings.NewReader(body))
		if err != nil {
			return nil, errors.New("the request could not be built")
		}
		if !op.Signed {
			return req, nil
		}
		signed := target
		if body != "" {
			signed += "?" + body
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		signature, err := a.sign(signed)
		if err != nil {
			return nil, err
		}
		req.Header.Set("Apikey", a.accessKey)
		req.Header.Set("Signature", signature)
		// Without it the mode of the web page decides, and paper mode hides
		// the real connections (README before 2025-03-05).
		req.Header.Set("Forced-Mode", "real")
		return req, nil
	}})
}

// sendable reports whether an access key can stand in a header.
func sendable(accessKey string) bool {
	for _, r := range accessKey {
		if r <= ' ' || r > '~' {
			return false
		}
	}
	return accessKey != ""
}

// secretForm reports whether a secret has the form of a system-generated one
// or is an RSA private key.
func secretForm(secret exchanges.Secret) bool {
	if form.MatchString(secret.Reveal()) {
		return true
	}
	_, err := privateKey(secret.Reveal())
	return err == nil
}
