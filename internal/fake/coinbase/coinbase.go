// Package coinbase is a strict, stateful fake of the parts of Coinbase's
// Advanced Trade API that have to do with CDP keys.
//
// Written from coinbase-advanced-py v1.8.4 (54fb8ed, 2026-06-19), the pages of
// docs.cdp.coinbase.com and public threads, collected 2026-11-22. Where they
// are silent, a comment says what was chosen. There is no call to list, make,
// change or delete keys, because Coinbase has none.
package coinbase

import (
	"crypto"
	"io"
	"net/http"
	"slices"
	"strconv"
	"time"

	"rekey/internal/fake"
)

// Limits (ccxt 4.5.84 header comment; apis.io): 30 a second for a user, 10 a
// second for an address. That seconds begin with the clock was chosen.
func perUser() fake.Limit    { return fake.Limit{Limit: 30, Window: time.Second} }
func perAddress() fake.Limit { return fake.Limit{Limit: 10, Window: time.Second} }

// An Exchange is the state behind the fake. Change it between requests with
// Do.
type Exchange struct {
	fake.Exchange

	keys  map[string]*Key      // by name
	used  map[string]time.Time // nonces that were used, with the end of their token
	swept time.Time            // when ended ones were last dropped

	// Host is the host name that tokens must be made for, "api.coinbase.com"
	// behind a gateway. Empty means the one that the request names.
	Host string
}

// A Key is a CDP key.
type Key struct {
	Name string // "organizations/UUID/apiKeys/UUID" or a UUID
	User string // whose limit it counts for; empty means its own
	// Public verifies its tokens: *ecdsa.PublicKey or ed25519.PublicKey.
	Public    crypto.PublicKey
	Whitelist []string
	// Scopes are the fields of key_permissions that are on, "can_view".
	Scopes        []string
	Portfolio     string // UUID
	PortfolioType string // "DEFAULT" when empty
	Deleted       bool
}

// Start runs the fake. now is its clock.
func Start(now func() time.Time, keys ...*Key) (*fake.Server, *Exchange, error) {
	return StartAt("127.0.0.1:0", now, keys...)
}

// StartAt is Start at a given loopback address.
func StartAt(address string, now func() time.Time, keys ...*Key) (*fake.Server, *Exchange, error) {
	x := &Exchange{keys: map[string]*Key{}, used: map[string]time.Time{}}
	for _, k := range keys {
		x.keys[k.Name] = k
	}
	s, err := x.Serve(address, now, x, nil)
	return s, x, err
}

// A route is one call that the fake knows.
type route struct {
	scope string // the scope that it needs beside a good token, "" for none
	open  bool   // needs no token
	serve func(w http.ResponseWriter, k *Key)
}

func (x *Exchange) routes() map[string]route {
	return map[string]route{
		"GET /api/v3/brokerage/time": {open: true, serve: x.time},
		// That any valid key may ask this is inferred, not documented.
		"GET /api/v3/brokerage/key_permissions": {serve: x.permissions},
		"GET /api/v3/brokerage/accounts":        {scope: "can_view", serve: x.accounts},
	}
}

// ServeHTTP routes a request, checks who asks, and counts it.
func (x *Exchange) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x.Mu.Lock()
	defer x.Mu.Unlock()
	route, ok := x.routes()[r.Method+" "+r.URL.Path]
	if !ok {
		fail(w, http.StatusNotFound, "NOT_FOUND", "")
		return
	}
	address := fake.Caller(r).String()
	if route.open {
		if x.count(w, "address "+address, perAddress()) {
			route.serve(w, nil)
		}
		return
	}
	k := x.admit(r)
	if k == nil {
		// A refused call counts for its address; which limit is not documented.
		if x.count(w, "refused "+address, perUser()) {
			unauthorized(w)
		}
		return
	}
	user := k.User
	if user == "" {
		user = k.Name
	}
	switch {
	case !x.count(w, "user "+user, perUser()):
	case route.scope != "" && !slices.Contains(k.Scopes, route.scope):
		fail(w, http.StatusForbidden, "PERMISSION_DENIED", "Missing required scopes")
	default:
		route.serve(w, k)
	}
}

// count sets the headers and refuses what is over the limit. That -reset is in
// seconds was chosen; no Retry-After is documented, so there is none.
func (x *Exchange) count(w http.ResponseWriter, name string, limit fake.Limit) bool {
	used, reset, ok := x.Server.Limits.Count(name, limit, 1, x.Server.Now())
	w.Header().Set("X-Ratelimit-Limit", strconv.Itoa(limit.Limit))
	w.Header().Set("X-Ratelimit-Remaining", strconv.Itoa(max(0, limit.Limit-used)))
	w.Header().Set("X-Ratelimit-Reset", strconv.Itoa(int(reset.Seconds())+1))
	if !ok {
		fail(w, http.StatusTooManyRequests, "resource_exhausted", "")
	}
	return ok
}

func (x *Exchange) time(w http.ResponseWriter, _ *Key) {
	now := x.Server.Now().UTC()
	fake.JSON(w, http.StatusOK, map[string]any{
		"iso": now.Format(
			time.RFC3339,
		), "epochSeconds": strconv.FormatInt(now.Unix(), 10), "epochMillis": strconv.FormatInt(now.UnixMilli(), 10),
	})
}

// permissions tells of the calling key what the documents say it tells: no
// addresses, no name, no times.
func (x *Exchange) permissions(w http.ResponseWriter, k *Key) {
	out := map[string]any{
		"can_view":       false,
		"can_trade":      false,
		"can_transfer":   false,
		"can_receive":    false,
		"portfolio_uuid": k.Portfolio,
		"portfolio_type": "DEFAULT",
	}
	if k.PortfolioType != "" {
		out["portfolio_type"] = k.PortfolioType
	}
	for _, scope := range k.Scopes {
		out[scope] = true
	}
	fake.JSON(w, http.StatusOK, out)
}

func (x *Exchange) accounts(w http.ResponseWriter, _ *Key) {
	fake.JSON(w, http.StatusOK, map[string]any{"accounts": []any{}, "has_next": false, "cursor": "", "size": 0})
}

// unauthorized is the one answer to a key that is deleted or unknown, a wrong
// signature, a wrong uri, a clock that is off, and an address that is not on
// the allow-list: plain text (coinbase-advanced-py#132, ccxt#22182,
// whisper-money#804).
func unauthorized(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(http.StatusUnauthorized)
	_, _ = io.WriteString(w, "Unauthorized")
}

// fail answers in the documented general form, with the error_details that the
// SDK looks for where there are any.
func fail(w http.ResponseWriter, status int, word, details string) {
	out := map[string]any{"error": word, "code": 0, "message": word, "details": []any{}}
	if details != "" {
		out["error_details"], out["message"] = details, details
	}
	fake.JSON(w, status, out)
}
