// Package kucoin is a strict, stateful fake of the parts of KuCoin that have
// to do with API keys.
//
// Written from kucoin.com/docs-new (authentication, rate-limit, error-code),
// the specification in kucoin-universal-sdk 78c90c7 (2025-11-04) and public
// threads, as read on 2026-11-22. Where the documents are silent, a comment
// says what was chosen.
package kucoin

import (
	"net/http"
	"net/netip"
	"strconv"
	"time"

	"rekey/internal/fake"
	"rekey/internal/fake/market"
)

// Documented limits: the management pool has 2,000 in 30 seconds for each
// user, the spot pool 4,000, the public pool 2,000 for each address. The 30
// seconds begin with the first call (docs-new/rate-limit).
const (
	window        = 30 * time.Second
	standardQuota = 2000
	spotQuota     = 4000
)

// An Exchange is the state behind the fake. Change it, its accounts and its
// exported fields, between requests with Do.
type Exchange struct {
	fake.Exchange

	// Market is the one pair that is traded, nil for none.
	Market *market.Market

	accounts []*Account
	keys     map[string]caller // by access key
	subs     map[subName]*Sub
	table    map[string]route // by method and path
	minted   int
	orders   int
}

type subName struct {
	account *Account
	name    string
}

// Start runs the fake. now is its clock.
func Start(now func() time.Time, accounts ...*Account) (*fake.Server, *Exchange, error) {
	return StartAt("127.0.0.1:0", now, accounts...)
}

// StartAt is Start at a given loopback address.
func StartAt(address string, now func() time.Time, accounts ...*Account) (*fake.Server, *Exchange, error) {
	x := &Exchange{accounts: accounts}
	x.table = x.routes()
	s, err := x.Serve(address, now, x, x.index)
	return s, x, err
}

// index makes look-ups independent of the size of the desk.
func (x *Exchange) index() {
	x.keys, x.subs = map[string]caller{}, map[subName]*Sub{}
	for _, a := range x.accounts {
		for _, k := range a.Keys {
			x.keys[k.AccessKey] = caller{account: a, key: k}
		}
		for _, s := range a.Subs {
			x.subs[subName{a, s.Name}] = s
			for _, k := range s.Keys {
				x.know(a, s, k)
			}
		}
	}
}

func (x *Exchange) know(a *Account, s *Sub, k *Key) {
	x.keys[k.AccessKey] = caller{account: a, sub: s, key: k}
}

// A caller is who a request comes from, once it was let in.
type caller struct {
	account *Account
	sub     *Sub // nil for a key of the master account
	key     *Key
	from    netip.Addr
}

// user is the UID that limits are counted by: master and sub-accounts apart
// (docs-new/rate-limit).
func (c caller) user() string {
	if c.sub != nil {
		return strconv.FormatInt(c.sub.UID, 10)
	}
	return strconv.FormatInt(c.account.UID, 10)
}

// ServeHTTP routes a request, checks who asks, and counts it.
func (x *Exchange) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x.Mu.Lock()
	defer x.Mu.Unlock()
	if r.Method == http.MethodGet && r.ContentLength != 0 {
		// CloudFront refuses a body on GET with a page (old docs).
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusForbidden)
		_, _ = w.Write([]byte("<html><title>ERROR: The request could not be satisfied</title>Bad Request</html>"))
		return
	}
	route, ok := x.table[r.Method+" "+r.URL.Path]
	if !ok {
		fail(w, http.StatusNotFound, 404000, "Url Not Found")
		return
	}
	var who caller
	if route.signed {
		var refused *refusal
		if who, refused = x.admit(r); refused != nil {
			if x.countAddress(w, r, route.weight) {
				fail(w, refused.status, refused.code, refused.msg)
			}
			return
		}
		if !x.countUser(w, who, route) {
			return
		}
	} else if !x.countAddress(w, r, route.weight) {
		return
	}
	for name := range r.URL.Query() {
		// Not documented; the strict answer to a parameter that is not.
		if !route.takes(name) {
			wrong(w)
			return
		}
	}
	route.serve(w, r, who)
}

// countAddress counts against the public pool. Calls of nobody in particular
// are counted there too, which the documents leave open.
func (x *Exchange) countAddress(w http.ResponseWriter, r *http.Request, weight int) bool {
	limit := fake.Limit{Limit: standardQuota, Window: window, FromFirst: true}
	_, _, ok := x.Server.Limits.Count("public "+fake.Caller(r).String(), limit, weight, x.Server.Now())
	if !ok {
		tooMany(w)
	}
	return ok
}

// countUser counts against the user's pool, and tells what is left of it.
func (x *Exchange) countUser(w http.ResponseWriter, who caller, route route) bool {
	pool, quota := "management ", standardQuota
	switch {
	case route.spot:
		pool, quota = "spot ", spotQuota
	case who.account.Quota > 0:
		quota = who.account.Quota
	}
	limit := fake.Limit{Limit: quota, Window: window, FromFirst: true}
	used, reset, ok := x.Server.Limits.Count(pool+who.user(), limit, route.weight, x.Server.Now())
	w.Header().Set("gw-ratelimit-limit", strconv.Itoa(quota))
	w.Header().Set("gw-ratelimit-remaining", strconv.Itoa(max(quota-used, 0)))
	w.Header().Set("gw-ratelimit-reset", strconv.FormatInt(reset.Milliseconds(), 10))
	if !ok {
		tooMany(w)
	}
	return ok
}

func tooMany(w http.ResponseWriter) {
	fail(w, http.StatusTooManyRequests, 429000, "Too many requests in a short period. Please retry later.")
}

// wrong answers to all that is wrong with a parameter: not of its form, a
// sub-account or key that is not there, a key's passphrase that is not its own.
// The documents name no code for any of them; that they look alike was chosen.
func wrong(w http.ResponseWriter) {
	fail(w, http.StatusBadRequest, 400100, "Parameter Error")
}

func succeed(w http.ResponseWriter, data any) {
	fake.JSON(w, http.StatusOK, map[string]any{"code": "200000", "data": data})
}

func fail(w http.ResponseWriter, status, code int, msg string) {
	w.Header().Set("x-result-biz-code", strconv.Itoa(code)) // seen in sieblyio/kucoin-api#44
	fake.JSON(w, status, map[string]any{"code": strconv.Itoa(code), "msg": msg})
}
