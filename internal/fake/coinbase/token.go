package coinbase

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"math/big"
	"net/http"
	"slices"
	"strings"
	"time"

	"rekey/internal/fake"
)

// life is how long a token is good (docs.cdp.coinbase.com
// api-reference/authentication).
const life = 120

// header is the first part of a token.
type header struct {
	Alg   string `json:"alg"`
	Kid   string `json:"kid"`
	Nonce string `json:"nonce"`
	Typ   string `json:"typ"`
}

// claims is the second part of a token. The official SDK sends uri; ccxt sends
// uris for Ed25519 keys, and works.
type claims struct {
	Sub  string   `json:"sub"`
	Iss  string   `json:"iss"`
	Nbf  int64    `json:"nbf"`
	Exp  int64    `json:"exp"`
	URI  string   `json:"uri"`
	URIs []string `json:"uris"`
}

// admit returns the key whose good token a request carries, or nil. Tokens are
// read without a JWT library, so that a client cannot share its mistakes.
func (x *Exchange) admit(r *http.Request) *Key {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	parts := strings.Split(token, ".")
	if !ok || len(parts) != 3 {
		return nil
	}
	var h header
	var c claims
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil || !part(parts[0], &h) || !part(parts[1], &c) {
		return nil
	}
	k := x.keys[h.Kid]
	switch {
	case k == nil, k.Deleted, c.Sub != h.Kid, h.Typ != "" && h.Typ != "JWT":
		return nil
	case !k.verifies(h.Alg, parts[0]+"."+parts[1], signature):
		return nil
	case !slices.Contains([]string{"cdp", "coinbase-cloud"}, c.Iss): // the second is ccxt's, and works
		return nil
	case !x.inTime(c), !x.made(r, c), !x.fresh(h, c):
		return nil
	case !fake.Admits(k.Whitelist, fake.Caller(r)):
		return nil
	}
	return k
}

func part(text string, v any) bool {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	return err == nil && json.Unmarshal(raw, v) == nil
}

// verifies checks the signature with the registered key. ES256 signs with r
// and s, 32 bytes each (RFC 7518, 3.4).
func (k *Key) verifies(alg, signed string, signature []byte) bool {
	switch public := k.Public.(type) {
	case *ecdsa.PublicKey:
		if alg != "ES256" || len(signature) != 64 {
			return false
		}
		digest := sha256.Sum256([]byte(signed))
		r, s := new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])
		return ecdsa.Verify(public, digest[:], r, s)
	case ed25519.PublicKey:
		return alg == "EdDSA" && len(signature) == ed25519.SignatureSize && ed25519.Verify(public, []byte(signed), signature)
	}
	return false
}

// inTime applies the window without tolerance, since none is documented.
func (x *Exchange) inTime(c claims) bool {
	now := x.Server.Now().Unix()
	return c.Nbf <= now && now < c.Exp && c.Exp-c.Nbf <= life
}

// made reports whether the token was made for this very request: method in
// upper case, host and path, no scheme, no query.
func (x *Exchange) made(r *http.Request, c claims) bool {
	host := x.Host
	if host == "" {
		host = r.Host
	}
	want := r.Method + " " + host + r.URL.Path
	if c.URI == "" && len(c.URIs) == 1 {
		return c.URIs[0] == want
	}
	return c.URI == want
}

// fresh takes each nonce once. The documents ask for a random one and leave
// open whether it is remembered.
func (x *Exchange) fresh(h header, c claims) bool {
	now := x.Server.Now()
	if now.Sub(x.swept) >= life*time.Second {
		x.swept = now
		maps.DeleteFunc(x.used, func(_ string, end time.Time) bool { return !now.Before(end) })
	}
	id := h.Kid + " " + h.Nonce
	if _, seen := x.used[id]; seen || len(h.Nonce) < 16 {
		return false
	}
	x.used[id] = time.Unix(c.Exp, 0)
	return true
}
