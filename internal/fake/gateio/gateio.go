// Package gateio is a strict, stateful fake of the parts of Gate's API v4 that
// have to do with API keys.
//
// Written from gate.io/docs/developers/apiv4 v4.105.4, from the official SDK
// gate/gateapi-go 52e97f69, from recorded refusals and from ccxt 4.5.84, read
// 2026-11-30. Where they are silent, a comment says what was chosen.
package gateio

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"rekey/internal/fake"
)

// An Exchange is the state behind the fake. Change it, its accounts and its
// exported fields, between requests with Do.
type Exchange struct {
	fake.Exchange

	// EditLag is for how long a changed key stays as it was, for callers and in
	// lists: up to five minutes, as documented.
	EditLag time.Duration
	// MostKeys is how many keys an account has: 20, as documented.
	MostKeys int

	accounts []*Account
	table    map[string]route
	keys     map[string]caller // by access key
	minted   int
}

// An Account is a main account.
type Account struct {
	ID   int64
	Keys []*Key
	Subs []*Sub
}

// A Sub is a sub-account.
type Sub struct {
	ID     int64
	Name   string
	Locked bool
	Keys   []*Key
}

// A Key is an API key.
type Key struct {
	AccessKey, Secret string
	Settings
	Created time.Time
	Used    time.Time
	// State is 1 for a normal key.
	State   int
	Deleted bool

	life   fake.Life
	before Settings  // what still holds until changed
	at     time.Time // when Settings begin to hold
}

// Settings are what a change sets.
type Settings struct {
	Name      string
	Mode      int
	Perms     []Perm
	Whitelist []string
}

// A Perm is a right, in Gate's words.
type Perm struct {
	Name     string `json:"name"`
	ReadOnly bool   `json:"read_only"`
}

// Start runs the fake. now is its clock.
func Start(now func() time.Time, accounts ...*Account) (*fake.Server, *Exchange, error) {
	return StartAt("127.0.0.1:0", now, accounts...)
}

// StartAt is Start at a given loopback address.
func StartAt(address string, now func() time.Time, accounts ...*Account) (*fake.Server, *Exchange, error) {
	x := &Exchange{accounts: accounts, MostKeys: mostKeys}
	x.table = x.routes()
	s, err := x.Serve(address, now, x, x.index)
	return s, x, err
}

// index makes the look-ups quick for desks of thousands of keys.
func (x *Exchange) index() {
	x.keys = map[string]caller{}
	for _, a := range x.accounts {
		for _, k := range a.Keys {
			x.keys[k.AccessKey] = caller{account: a, key: k, user: a.ID}
		}
		for _, s := range a.Subs {
			for _, k := range s.Keys {
				x.keys[k.AccessKey] = caller{account: a, sub: s, key: k, user: s.ID}
			}
		}
	}
}

// ServeHTTP routes a request, checks who asks, and counts it.
func (x *Exchange) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x.Mu.Lock()
	defer x.Mu.Unlock()
	route, ids, ok := x.find(r)
	if !ok {
		x.fail(w, &refusal{http.StatusNotFound, "NOT_FOUND", "no such path"})
		return
	}
	who := caller{}
	from := fake.Caller(r)
	bucket := from.String()
	if route.signed {
		var refused *refusal
		if who, refused = x.identify(r); refused != nil {
			x.fail(w, refused)
			return
		}
		bucket = strconv.FormatInt(who.user, 10)
	}
	if !x.count(w, r, route, bucket) {
		return
	}
	if route.signed {
		if refused := x.check(r, route, who); refused != nil {
			x.fail(w, refused)
			return
		}
		who.key.Used = x.Server.Now()
	}
	who.from, who.ids = from, ids
	if refused := route.serve(w, r, who); refused != nil {
		x.fail(w, refused)
	}
}

// window is that of the documented limits.
const limitWindow = 10 * time.Second

// count sets the documented headers, and refuses what is over the limit.
func (x *Exchange) count(w http.ResponseWriter, r *http.Request, route route, bucket string) bool {
	limit := fake.Limit{Limit: route.limit, Window: limitWindow, FromFirst: true}
	now := x.Server.Now()
	used, reset, ok := x.Server.Limits.Count(r.Method+" "+route.path+" "+bucket, limit, 1, now)
	h := w.Header()
	h.Set("X-Gate-RateLimit-Requests-Remain", strconv.Itoa(max(route.limit-used, 0)))
	h.Set("X-Gate-RateLimit-Limit", strconv.Itoa(route.limit))
	h.Set("X-Gate-RateLimit-Reset-Timestamp", strconv.FormatInt(now.Add(reset).Unix(), 10))
	if !ok {
		x.fail(w, &refusal{http.StatusTooManyRequests, "TOO_MANY_REQUESTS", "Request Rate limit Exceeded"})
	}
	return ok
}

func (x *Exchange) fail(w http.ResponseWriter, f *refusal) {
	fake.JSON(w, f.status, map[string]any{"label": f.label, "message": f.message})
}

// Live returns the keys that exist or still answer, in the order of accounts.
func (x *Exchange) Live() []fake.LiveKey {
	x.Mu.Lock()
	defer x.Mu.Unlock()
	var out []fake.LiveKey
	add := func(account string, keys []*Key) {
		for _, k := range keys {
			if !k.life.Lives(k.Deleted, x.Server.Now()) {
				continue
			}
			now := k.now(x.Server.Now())
			live := fake.LiveKey{
				AccessKey: k.AccessKey, Account: account, Label: now.Name, Whitelist: slices.Clone(now.Whitelist),
			}
			for _, p := range now.Perms {
				word := p.Name
				if p.ReadOnly {
					word += " read_only"
				}
				live.Permissions = append(live.Permissions, word)
			}
			out = append(out, live)
		}
	}
	for _, a := range x.accounts {
		add("", a.Keys)
		for _, s := range a.Subs {
			add(s.Name, s.Keys)
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
		account = who.sub.Name
	}
	x.EndByHand(&who.key.Deleted, &who.key.life, access, account, who.key.Name)
	return true
}

// now returns the settings that hold at a time.
func (k *Key) now(at time.Time) Settings {
	if at.Before(k.at) {
		return k.before
	}
	return k.Settings
}
