// Package htx is a strict, stateful fake of the parts of HTX that have to do with
// API keys.
//
// Written from huobiapi/docs v1_en d3b5b362 (2021-06-23), from recorded refusals
// and from ccxt 4.5.84, read 2026-11-30. Where they are silent, a comment says what
// was chosen. A signature must name api.huobi.pro as its host, wherever the fake
// listens: HTX refuses a signature for another host than its own.
package htx

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"rekey/internal/fake"
)

// An Exchange is the state behind the fake. Change it, its users and its exported
// fields, between requests with Do.
type Exchange struct {
	fake.Exchange

	// Code is what the parent's authenticator shows.
	Code string
	// MostKeys is how many keys a user has: 20.
	MostKeys int
	// PageSize is how many sub users a page has. It is not documented.
	PageSize int

	users  []*User
	table  map[string]route
	keys   map[string]caller // by access key
	minted int
}

// A User is a parent user.
type User struct {
	ID   int64
	Keys []*Key
	Subs []*Sub
}

// A Sub is a sub user.
type Sub struct {
	ID     int64
	Locked bool
	Keys   []*Key
}

// A Key is an API key.
type Key struct {
	AccessKey, Secret string
	Note              string
	Created           time.Time
	Whitelist         []string
	Perms             []string // HTX's words
	Expired           bool
	Deleted           bool

	life fake.Life
}

// Start runs the fake. now is its clock.
func Start(now func() time.Time, users ...*User) (*fake.Server, *Exchange, error) {
	return StartAt("127.0.0.1:0", now, users...)
}

// StartAt is Start at a given loopback address.
func StartAt(address string, now func() time.Time, users ...*User) (*fake.Server, *Exchange, error) {
	x := &Exchange{users: users, MostKeys: 20, PageSize: 100, Code: "123456"}
	x.table = x.routes()
	s, err := x.Serve(address, now, x, x.index)
	return s, x, err
}

// index makes the look-ups quick for desks of thousands of keys.
func (x *Exchange) index() {
	x.keys = map[string]caller{}
	for _, u := range x.users {
		for _, k := range u.Keys {
			x.keys[k.AccessKey] = caller{user: u, key: k, uid: u.ID}
		}
		for _, s := range u.Subs {
			for _, k := range s.Keys {
				x.keys[k.AccessKey] = caller{user: u, sub: s, key: k, uid: s.ID}
			}
		}
	}
}

// ServeHTTP routes a request, checks who asks, and counts it.
func (x *Exchange) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x.Mu.Lock()
	defer x.Mu.Unlock()
	route, ok := x.table[r.Method+" "+r.URL.Path]
	if !ok {
		fake.JSON(w, http.StatusMethodNotAllowed, map[string]any{
			"status": "error", "err-code": "method-not-allowed", "err-msg": "method not allowed", "data": nil,
		})
		return
	}
	who := caller{}
	bucket := fake.Caller(r).String()
	if route.signed {
		var text string
		if who, text = x.admit(r, route); text != "" {
			fake.JSON(w, http.StatusOK, map[string]any{
				"status": "error", "err-code": codeOf(text), "err-msg": text, "data": nil,
			})
			return
		}
		bucket = who.key.AccessKey
	}
	limit := fake.Limit{Limit: 10, Window: time.Second, FromFirst: true}
	now := x.Server.Now()
	used, reset, ok := x.Server.Limits.Count(r.Method+" "+bucket, limit, 1, now)
	w.Header().Set("X-HB-RateLimit-Requests-Remain", strconv.Itoa(max(limit.Limit-used, 0)))
	w.Header().Set("X-HB-RateLimit-Requests-Expire", strconv.FormatInt(now.Add(reset).UnixMilli(), 10))
	if !ok {
		fake.JSON(w, http.StatusOK, map[string]any{
			"status": "error", "err-code": "rate-too-many-requests", "err-msg": "exceeded rate limit", "data": nil,
		})
		return
	}
	who.from = fake.Caller(r)
	if refused := route.serve(w, r, who); refused != nil {
		fake.JSON(w, http.StatusOK, map[string]any{"code": refused.code, "message": refused.message})
	}
}

func codeOf(text string) string {
	if strings.HasPrefix(text, "login") {
		return "login-required"
	}
	return "api-signature-not-valid"
}

// Live returns the keys that exist or still answer, in the order of users.
func (x *Exchange) Live() []fake.LiveKey {
	x.Mu.Lock()
	defer x.Mu.Unlock()
	var out []fake.LiveKey
	add := func(account string, keys []*Key) {
		for _, k := range keys {
			if k.life.Lives(k.Deleted, x.Server.Now()) {
				out = append(out, fake.LiveKey{
					AccessKey: k.AccessKey, Account: account, Label: k.Note, Whitelist: slices.Clone(k.Whitelist),
					Permissions: slices.Clone(k.Perms),
				})
			}
		}
	}
	for _, u := range x.users {
		add("", u.Keys)
		for _, s := range u.Subs {
			add(strconv.FormatInt(s.ID, 10), s.Keys)
		}
	}
	return out
}

// DeleteByHand is what a user does on the web page. It reports whether there was
// such a key.
func (x *Exchange) DeleteByHand(access string) bool {
	x.Mu.Lock()
	defer x.Mu.Unlock()
	who, ok := x.keys[access]
	if !ok || who.key.Deleted {
		return false
	}
	account := ""
	if who.sub != nil {
		account = strconv.FormatInt(who.sub.ID, 10)
	}
	x.EndByHand(&who.key.Deleted, &who.key.life, access, account, who.key.Note)
	return true
}
