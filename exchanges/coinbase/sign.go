package coinbase

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"rekey/exchanges"
)

const (
	// life is how long a token is good (docs.cdp.coinbase.com
	// api-reference/authentication).
	life = 120 * time.Second
	// early is how far a token is dated back. Coinbase documents no tolerance
	// for one that is not valid yet, and a measured clock is off by a fraction
	// of the round trip.
	early = 2 * time.Second
)

// get builds a GET with a token of its own. Coinbase checks that the token was
// made for this method, host and path; at is the host and path to name.
func (a *adapter) get(path, at string, shift time.Duration) func(now time.Time) (*http.Request, error) {
	return func(now time.Time) (*http.Request, error) {
		req, err := http.NewRequest(
			http.MethodGet,
			a.env.Caller.Endpoint(roleMain)+path,
			http.NoBody,
		) //nolint:noctx // the client adds the context
		if err != nil {
			return nil, errors.New("the request could not be built")
		}
		if at == "" {
			at = req.URL.Host + req.URL.Path
		}
		token, err := a.token(now.Add(shift), http.MethodGet+" "+at)
		if err != nil {
			return nil, err
		}
		req.Header.Set("Authorization", "Bearer "+token)
		return req, nil
	}
}

// token makes a JWT as the official SDK does (coinbase-advanced-py v1.8.4
// jwt_generator.py): the same claims for both kinds of key, and a random nonce.
func (a *adapter) token(now time.Time, uri string) (string, error) {
	method, key, err := privateKey(a.credential.Secret)
	if err != nil {
		return "", err
	}
	nonce := make([]byte, 32)
	_, _ = rand.Read(nonce) // never fails
	return sign(method, key, a.credential.AccessKey, hex.EncodeToString(nonce), uri, now)
}

func sign(method jwt.SigningMethod, key crypto.Signer, accessKey, nonce, uri string, now time.Time) (string, error) {
	from := now.Add(-early).Truncate(time.Second)
	t := jwt.NewWithClaims(method, jwt.MapClaims{
		"sub": accessKey, "iss": "cdp", "nbf": from.Unix(), "exp": from.Add(life).Unix(), "uri": uri,
	})
	t.Header["kid"], t.Header["nonce"] = accessKey, nonce
	signed, err := t.SignedString(key)
	if err != nil {
		return "", errors.New("the private key cannot sign")
	}
	return signed, nil
}

// privateKey reads the secret of a CDP key in each form that Coinbase and its
// users hand around. Its errors are printed: they hold nothing of the secret.
func privateKey(secret exchanges.Secret) (jwt.SigningMethod, crypto.Signer, error) {
	text := strings.TrimSpace(secret.Reveal())
	if text == "" {
		return nil, nil, errors.New("the credential has no private key")
	}
	if raw, err := hex.DecodeString(text); err == nil &&
		len(raw) == ed25519.SeedSize { // no secret of coinbase is anything else
		return jwt.SigningMethodEdDSA, ed25519.NewKeyFromSeed(raw), nil
	}
	key, err := exchanges.PrivateKey(text)
	switch {
	case errors.Is(err, exchanges.ErrNoPrivateKey):
		return nil, nil, errors.New("the private key is neither a PEM nor the base64 of an Ed25519 key: was it copied whole?")
	case err != nil:
		return nil, nil, err
	}
	switch key := key.(type) {
	case *ecdsa.PrivateKey:
		if key.Curve == elliptic.P256() {
			return jwt.SigningMethodES256, key, nil
		}
	case ed25519.PrivateKey:
		return jwt.SigningMethodEdDSA, key, nil
	}
	return nil, nil, errors.New("coinbase takes EC keys on P-256 and Ed25519 keys, this is another kind")
}

// algorithm names a kind of key as the report does.
func algorithm(method jwt.SigningMethod) string {
	if method == jwt.SigningMethodES256 {
		return "ecdsa"
	}
	return "ed25519"
}

// matches reports whether a secret has a form.
func matches(form *regexp.Regexp, secret exchanges.Secret) bool {
	return form.MatchString(secret.Reveal())
}
