// Package bitget is a strict, stateful fake of the parts of Bitget that have to
// do with API keys: unified accounts at /api/v3, classic ones at /api/v2.
//
// Written from bitget.com/api-doc as stored 2025-2026, from the calls and
// answers of UnipayFI/go-bitget 5a56b3dd, from recorded refusals and from ccxt
// 4.5.84, read 2026-11-30. Where they are silent, a comment says what was
// chosen.
package bitget

import (
	"net/http"
	"slices"
	"time"

	"rekey/internal/fake"
)

// An Exchange is the state behind the fake. Change it, its accounts and its
// exported fields, between requests with Do.
type Exchange struct {
	fake.Exchange

	// KeyField is what a change calls the key: "apiKey" or "apikey". Sources
	// contradict each other.
	KeyField string
	// Items says that lists are called items, as one source has them.
	Items bool
	// MostKeys is how many keys a sub-account has: 10, as documented.
	MostKeys int

	accounts []*Account
	table    map[string]route
	keys     map[string]caller // by access key
	minted   int
}

// An Account is a main account.
type Account struct {
	ID      string
	Classic bool
	Keys    []*Key
	Subs    []*Sub
}

// A Sub is a sub-account.
type Sub struct {
	ID      string
	Name    string
	Classic bool
	Frozen  bool
	Keys    []*Key
}

// A Key is an API key.
type Key struct {
	AccessKey, Secret, Passphrase string
	Note                          string
	Created                       time.Time
	Whitelist                     []string
	// Type is read_only or read_write, of a unified key.
	Type string
	// Perms are Bitget's words.
	Perms   []string
	Demo    bool
	Deleted bool

	life fake.Life
}

// Start runs the fake. now is its clock.
func Start(now func() time.Time, accounts ...*Account) (*fake.Server, *Exchange, error) {
	return StartAt("127.0.0.1:0", now, accounts...)
}

// StartAt is Start at a given loopback address.
func StartAt(address string, now func() time.Time, accounts ...*Account) (*fake.Server, *Exchange, error) {
	x := &Exchange{accounts: accounts, KeyField: "apiKey", MostKeys: mostKeys}
	x.table = x.routes()
	s, err := x.Serve(address, now, x, x.index)
	return s, x, err
}

// index makes the look-ups quick for desks of thousands of keys.
func (x *Exchange) index() {
	x.keys = map[string]caller{}
	for _, a := range x.accounts {
		for _, k := range a.Keys {
			x.keys[k.AccessKey] = caller{account: a, key: k, user: a.ID, classic: a.Classic}
		}
		for _, s := range a.Subs {
			for _, k := range s.Keys {
				x.know(a, s, k)
			}
		}
	}
}

func (x *Exchange) know(a *Account, s *Sub, k *Key) {
	x.keys[k.AccessKey] = caller{account: a, sub: s, key: k, user: s.ID, classic: s.Classic}
}

// ServeHTTP routes a request, checks who asks, and counts it.
func (x *Exchange) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x.Mu.Lock()
	defer x.Mu.Unlock()
	route, ok := x.table[r.Method+" "+r.URL.Path]
	if !ok {
		x.fail(w, &refusal{http.StatusNotFound, "40404", "Request URL NOT FOUND"})
		return
	}
	who := caller{user: fake.Caller(r).String()}
	if route.signed {
		var refused *refusal
		if who, refused = x.identify(r); refused == nil {
			if !x.count(w, r, route, who) {
				return
			}
			refused = who.check(r, route)
		}
		if refused != nil {
			x.fail(w, refused)
			return
		}
	} else if !x.count(w, r, route, who) {
		return
	}
	who.from = fake.Caller(r)
	if refused := route.serve(w, r, who); refused != nil {
		x.fail(w, refused)
	}
}

// count refuses what is over the limit: HTTP 429 and code 429 (ccxt).
func (x *Exchange) count(w http.ResponseWriter, r *http.Request, route route, who caller) bool {
	limit := fake.Limit{Limit: route.limit, Window: time.Second, FromFirst: true}
	_, _, ok := x.Server.Limits.Count(fake.Endpoint(r)+" "+who.user, limit, 1, x.Server.Now())
	if !ok {
		x.fail(w, &refusal{http.StatusTooManyRequests, "429", "Too many requests"})
	}
	return ok
}

func (x *Exchange) fail(w http.ResponseWriter, f *refusal) {
	fake.JSON(w, f.status, map[string]any{
		"code": f.code, "msg": f.msg, "requestTime": x.Server.Now().UnixMilli(), "data": nil,
	})
}

func (x *Exchange) answer(w http.ResponseWriter, data any) {
	fake.JSON(w, http.StatusOK, map[string]any{
		"code": "00000", "msg": "success", "requestTime": x.Server.Now().UnixMilli(), "data": data,
	})
}

// Live returns the keys that exist or still answer, in the order of accounts.
func (x *Exchange) Live() []fake.LiveKey {
	x.Mu.Lock()
	defer x.Mu.Unlock()
	var out []fake.LiveKey
	add := func(account string, keys []*Key) {
		for _, k := range keys {
			if k.life.Lives(k.Deleted, x.Server.Now()) {
				out = append(out, fake.LiveKey{
					AccessKey: k.AccessKey, Account: account, Label: k.Note, Whitelist: slices.Clone(k.Whitelist),
					Permissions: append([]string{k.Type}, k.Perms...),
				})
			}
		}
	}
	for _, a := range x.accounts {
		add("", a.Keys)
		for _, s := range a.Subs {
			add(s.ID, s.Keys)
		}
	}
	return out
}

// DeleteByHand is what an account's owner does on the web page. It reports
// whether there was such a key.
func (x *Exchange) DeleteByHand(access string) bool {
	x.Mu.Lock()
	defer x.Mu.Unlock()
	who, ok := x.keys[access]
	if !ok || who.key.Deleted {
		return false
	}
	account := ""
	if who.sub != nil {
		account = who.sub.ID
	}
	x.EndByHand(&who.key.Deleted, &who.key.life, access, account, who.key.Note)
	return true
}
