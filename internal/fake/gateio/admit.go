package gateio

import (
	"crypto/hmac"
	"crypto/sha512"
	"encoding/hex"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"rekey/internal/fake"
)

// window is how far a timestamp may be off.
const window = 60 * time.Second

// A caller is who a request comes from, once it was let in.
type caller struct {
	account *Account
	sub     *Sub // nil for a key of the main account
	key     *Key
	user    int64
	from    netip.Addr
	ids     []string // what the path names
}

// A refusal is an error answer. Labels and texts are documented or recorded.
type refusal struct {
	status         int
	label, message string
}

func bad(label, message string) *refusal { return &refusal{http.StatusBadRequest, label, message} }

// identify checks what is checked before a key is known. The real order is not
// documented; that an unknown key is named before its signature is looked at was
// recorded 2026-09-25.
func (x *Exchange) identify(r *http.Request) (caller, *refusal) {
	for _, name := range []string{"KEY", "SIGN", "Timestamp"} {
		if r.Header.Get(name) == "" {
			return caller{}, bad("MISSING_REQUIRED_HEADER", "Missing required header: "+name)
		}
	}
	seconds, err := strconv.ParseInt(r.Header.Get("Timestamp"), 10, 64)
	if err != nil || x.Server.Now().Sub(time.Unix(seconds, 0)).Abs() > window {
		return caller{}, &refusal{
			http.StatusForbidden, "REQUEST_EXPIRED", "gap between request Timestamp and server time exceeds 60",
		}
	}
	who, ok := x.keys[r.Header.Get("KEY")]
	if !ok || !who.key.life.Works(who.key.Deleted, x.Server.Now()) {
		return caller{}, &refusal{http.StatusUnauthorized, "INVALID_KEY", "Invalid key provided"}
	}
	return who, nil
}

// check checks signature, address and rights of a known key. The real order is
// not documented. A key that is locked or frozen is taken to be refused like a
// locked account.
func (x *Exchange) check(r *http.Request, route route, who caller) *refusal {
	k := who.key
	now := k.now(x.Server.Now())
	body, err := fake.Body(r)
	forbidden := &refusal{http.StatusForbidden, "FORBIDDEN", "Request forbidden"}
	switch {
	case err != nil || !k.signed(r, body):
		return &refusal{http.StatusUnauthorized, "INVALID_SIGNATURE", "Signature mismatch"}
	case !fake.Admits(now.Whitelist, fake.Caller(r)):
		return &refusal{
			http.StatusUnauthorized, "IP_FORBIDDEN",
			"Request IP not in whitelist: " + fake.Caller(r).String(),
		}
	case k.State > 1:
		return &refusal{http.StatusForbidden, "ACCOUNT_LOCKED", "account locked"}
	case route.main && who.sub != nil, route.account && !now.has("account"):
		return forbidden
	case route.write && !slices.ContainsFunc(now.Perms, func(p Perm) bool { return !p.ReadOnly }):
		return &refusal{http.StatusForbidden, "READ_ONLY", "API key is read-only"}
	}
	return nil
}

// has reports whether a key has a right, at least to read.
func (s Settings) has(name string) bool {
	return slices.ContainsFunc(s.Perms, func(p Perm) bool { return p.Name == name })
}

// signed checks the signature over method, path, query, hash of the body and
// time, exactly as they were sent.
func (k *Key) signed(r *http.Request, body []byte) bool {
	path, query, _ := strings.Cut(r.RequestURI, "?")
	sum := sha512.Sum512(body)
	mac := hmac.New(sha512.New, []byte(k.Secret))
	mac.Write([]byte(r.Method + "\n" + path + "\n" + query + "\n" + hex.EncodeToString(sum[:]) + "\n" +
		r.Header.Get("Timestamp")))
	return fake.SameText(r.Header.Get("SIGN"), hex.EncodeToString(mac.Sum(nil)))
}
