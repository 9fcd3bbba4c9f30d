// Package coinbaseexchange is a strict, stateful fake of the parts of Coinbase
// Exchange that have to do with API keys.
//
// Written from docs.cdp.coinbase.com exchange/rest-api (authentication,
// requests, rate-limits; 2025-11-30), exchangerestapi_getprofiles and
// -getaccounts, and public threads, collected 2026-11-22. Where they are
// silent, a comment says what was chosen. No call tells what a key may do, and
// none lists, makes, changes or deletes keys, because the exchange has none.
package coinbaseexchange

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"math"
	"net/http"
	"slices"
	"strconv"
	"time"

	"rekey/internal/fake"
)

// Limits (exchange/rest-api/rate-limits): the steady rates in a second. The documents let
// bursts of about twice as much through; this fake does not.
const (
	ratePrivate  = 15 // for a profile
	rateAccounts = 25 // /accounts, for a profile
	ratePublic   = 10 // for an address
)

// window is how far a timestamp may be off (exchange/rest-api/authentication).
const window = 30.0

// An Exchange is the state behind the fake. Change it between requests with
// Do.
type Exchange struct {
	fake.Exchange

	profiles []*Profile
	callers  map[string]caller // by access key
}

// A Profile is a portfolio of the one user of the fake. Each key belongs to
// one profile.
type Profile struct {
	ID       string
	Name     string
	Inactive bool
	Default  bool
	Created  time.Time
	// Currencies are those of its accounts; a profile without any answers with
	// an empty list.
	Currencies []string
	Keys       []*Key
}

// A Key is an API key.
type Key struct {
	AccessKey   string
	Secret      string // base64 of 64 bytes
	Passphrase  string
	Permissions []string // "view", "trade", "transfer", "manage"
	Whitelist   []string
	Deleted     bool
}

// Start runs the fake. now is its clock.
func Start(now func() time.Time, profiles ...*Profile) (*fake.Server, *Exchange, error) {
	return StartAt("127.0.0.1:0", now, profiles...)
}

// StartAt is Start at a given loopback address.
func StartAt(address string, now func() time.Time, profiles ...*Profile) (*fake.Server, *Exchange, error) {
	x := &Exchange{profiles: profiles, callers: map[string]caller{}}
	for _, p := range profiles {
		for _, k := range p.Keys {
			x.callers[k.AccessKey] = caller{profile: p, key: k}
		}
	}
	s, err := x.Serve(address, now, x, nil)
	return s, x, err
}

// A caller is who a request comes from, once it was let in.
type caller struct {
	profile *Profile
	key     *Key
}

// ServeHTTP routes a request, checks who asks, and counts it.
func (x *Exchange) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x.Mu.Lock()
	defer x.Mu.Unlock()
	route, ok := x.routes()[r.Method+" "+r.URL.Path]
	if !ok {
		fail(w, http.StatusNotFound, "NotFound")
		return
	}
	address := fake.Caller(r).String()
	if route.open {
		if x.count(w, "public "+address, ratePublic, "Public rate limit exceeded") {
			route.serve(w, r, caller{})
		}
		return
	}
	who, refusal := x.admit(r)
	if refusal != "" {
		// A refused call counts for its address; which limit is not documented.
		if x.count(w, "refused "+address, ratePrivate, "Private rate limit exceeded") {
			fail(w, http.StatusUnauthorized, refusal)
		}
		return
	}
	if !x.count(w, route.pool+" "+who.profile.ID, route.rate, "Private rate limit exceeded") {
		return
	}
	if !slices.Contains(who.key.Permissions, "view") {
		fail(w, http.StatusForbidden, "Forbidden") // the status is documented, the text was chosen
		return
	}
	route.serve(w, r, who)
}

// count refuses what is over the limit. No header is documented.
func (x *Exchange) count(w http.ResponseWriter, name string, rate int, text string) bool {
	_, _, ok := x.Server.Limits.Count(name, fake.Limit{Limit: rate, Window: time.Second}, 1, x.Server.Now())
	if !ok {
		fail(w, http.StatusTooManyRequests, text)
	}
	return ok
}

// admit checks time, key, address, passphrase and signature, and returns the
// text of a refusal, "" for none. The real order is not documented.
func (x *Exchange) admit(r *http.Request) (caller, string) {
	for _, name := range []string{"CB-ACCESS-KEY", "CB-ACCESS-SIGN", "CB-ACCESS-TIMESTAMP", "CB-ACCESS-PASSPHRASE"} {
		if r.Header.Get(name) == "" {
			return caller{}, name + " header is required" // text chosen
		}
	}
	stamp, err := strconv.ParseFloat(r.Header.Get("CB-ACCESS-TIMESTAMP"), 64)
	if err != nil || math.IsNaN(stamp) {
		return caller{}, "invalid timestamp" // text chosen
	}
	if now := float64(x.Server.Now().UnixMilli()) / 1000; math.Abs(now-stamp) > window {
		return caller{}, "request timestamp expired" // pycryptobot#565, ccxt#8587: 401
	}
	who, ok := x.callers[r.Header.Get("CB-ACCESS-KEY")]
	switch {
	// What a refused address is told is not documented. An unknown key's
	// answer is the hardest to tell apart.
	case !ok, who.key.Deleted, !fake.Admits(who.key.Whitelist, fake.Caller(r)):
		return caller{}, "Invalid API Key"
	case !fake.SameText(r.Header.Get("CB-ACCESS-PASSPHRASE"), who.key.Passphrase):
		return caller{}, "Invalid Passphrase"
	case !who.key.signed(r):
		return caller{}, "invalid signature"
	}
	return who, ""
}

// signed checks the HMAC over timestamp, method, path with query, and body, by
// the secret's bytes. No call of this fake has a body.
func (k *Key) signed(r *http.Request) bool {
	secret, err := base64.StdEncoding.DecodeString(k.Secret)
	if err != nil || r.ContentLength > 0 {
		return false
	}
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(r.Header.Get("CB-ACCESS-TIMESTAMP") + r.Method + r.URL.RequestURI()))
	return fake.SameText(r.Header.Get("CB-ACCESS-SIGN"), base64.StdEncoding.EncodeToString(mac.Sum(nil)))
}

// fail answers in the documented form of errors.
func fail(w http.ResponseWriter, status int, message string) {
	fake.JSON(w, status, map[string]any{"message": message})
}
