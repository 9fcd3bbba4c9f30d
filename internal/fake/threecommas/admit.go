package threecommas

import (
	"crypto"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"

	"rekey/internal/fake"
)

// A caller is who a request comes from, once it was let in.
type caller struct {
	user  *User
	token *Token
}

// admit checks token, address, signature, plan and permission, and answers
// what it refuses. The real order is not documented.
func (s *Service) admit(w http.ResponseWriter, r *http.Request, route route) (caller, bool) {
	who, ok := s.tokens[r.Header.Get("Apikey")]
	switch {
	case !ok || who.token.Deleted || who.token.Expired:
		fail(w, http.StatusUnauthorized, "api_key_invalid_or_expired", "Unauthorized. Invalid or expired api key.")
	case !fake.Admits(who.token.Whitelist, fake.Caller(r)):
		// 401 is documented for this, its code is not: chosen.
		fail(w, http.StatusUnauthorized, "unauthorized", "Unauthorized. "+fake.Caller(r).String()+" is not whitelisted.")
	case !who.token.signed(payload(r), r.Header.Get("Signature")):
		fail(w, http.StatusUnauthorized, "signature_invalid", "Provided signature is invalid")
	case who.user.NoAPI:
		// A 429 that is no rate limit, as recorded.
		fail(
			w,
			http.StatusTooManyRequests,
			"The request type 'read' is not available with your current subscription plan. Please upgrade your plan to "+
				"use this type of request.",
			"",
		)
	case who.user.ReadOnlyAPI && strings.HasSuffix(route.needs, "_WRITE"):
		// Chosen, after the recorded refusal of a read.
		fail(
			w,
			http.StatusTooManyRequests,
			"The request type 'write' is not available with your current subscription plan. Please upgrade your plan to "+
				"use this type of request.",
			"",
		)
	case route.needs != "" && !slices.Contains(who.token.Permissions, route.needs):
		fail(w, http.StatusForbidden, "Forbidden", "")
	case !slices.Contains([]string{"", "real", "paper"}, r.Header.Get("Forced-Mode")):
		invalid(w, "forced_mode", "does not have a valid value") // chosen
	default:
		return who, true
	}
	return caller{}, false
}

// payload is the signed text: the path from /public/api on, then the query
// followed by the body of a form (docs/quick-start/5 and 6). A path alone has
// no question mark (bogdanteodoru/py3cw f5795d1).
func payload(r *http.Request) string {
	body, _ := fake.Body(r)
	if params := r.URL.RawQuery + string(body); params != "" {
		return r.URL.EscapedPath() + "?" + params
	}
	return r.URL.EscapedPath()
}

// signed checks a signature: hex, in either case, of HMAC-SHA256; Base64 of
// RSASSA-PKCS1-v1_5 with SHA-256 for an RSA token.
func (t *Token) signed(payload, signature string) bool {
	if t.PublicKey != nil {
		raw, err := base64.StdEncoding.DecodeString(signature)
		sum := sha256.Sum256([]byte(payload))
		return err == nil && rsa.VerifyPKCS1v15(t.PublicKey, crypto.SHA256, sum[:], raw) == nil
	}
	mac := hmac.New(sha256.New, []byte(t.Secret))
	mac.Write([]byte(payload))
	return fake.SameText(strings.ToLower(signature), hex.EncodeToString(mac.Sum(nil)))
}
