// Package binance is a strict, stateful fake of the parts of Binance that have
// to do with API keys.
//
// Written from binance-spot-api-docs a5e0bc3 (2026-07-21), the connectors of
// 2026-08-21 and developers.binance.com as read on 2026-11-22. Where the
// documents are silent, a comment says what was chosen.
package binance

import (
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"rekey/internal/fake"
	"rekey/internal/fake/market"
)

// Documented limits: /api shares 6,000 a minute per address, each /sapi
// endpoint has 12,000 per address or 180,000 per user. Minutes begin with the
// clock.
func perMinute(weight int) fake.Limit { return fake.Limit{Limit: weight, Window: time.Minute} }

// An Exchange is the state behind the fake. Change it, its accounts and its
// exported fields, between requests with Do.
type Exchange struct {
	fake.Exchange

	// ReplaceIPs has the call that adds to a key's addresses replace them
	// instead. The documents call it "Add IP restriction", and its broker's
	// twin "Update"; none says what becomes of the addresses that were there.
	ReplaceIPs bool
	// Market is the one pair that is traded, nil for none.
	Market *market.Market
	// Listed are further symbols.
	Listed []Listing

	accounts []*Account
	keys     map[string]caller // by access key
	subs     map[subEmail]*Sub
	table    map[string]route // by method and path
	minted   int
	orders   int64
	gone     []Withdrawal
}

type subEmail struct {
	account *Account
	email   string
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
	x.keys, x.subs = map[string]caller{}, map[subEmail]*Sub{}
	for _, a := range x.accounts {
		for _, k := range a.Keys {
			x.keys[k.AccessKey] = caller{account: a, key: k, user: a.ID}
		}
		for _, s := range a.Subs {
			x.subs[subEmail{a, s.Email}] = s
			for _, k := range s.Keys {
				x.know(a, s, k)
			}
		}
		x.indexMargin(a)
	}
}

func (x *Exchange) know(a *Account, s *Sub, k *Key) {
	x.keys[k.AccessKey] = caller{account: a, sub: s, key: k, user: strconv.FormatInt(s.ID, 10)}
}

// indexMargin brings an account's special keys up to date.
func (x *Exchange) indexMargin(a *Account) {
	for i := range a.MarginKeys {
		k := a.MarginKeys[i].key()
		x.keys[k.AccessKey] = caller{account: a, key: k, user: a.ID, special: true}
	}
}

// A caller is who a request comes from, once it was let in.
type caller struct {
	account *Account
	sub     *Sub // nil for a key of the master account
	key     *Key
	user    string
	special bool // a margin special key
	from    netip.Addr
}

func (c caller) may(flag string) bool { return slices.Contains(c.key.Flags, flag) }

// ServeHTTP routes a request, counts it, and checks who asks.
func (x *Exchange) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x.Mu.Lock()
	defer x.Mu.Unlock()
	route, ok := x.table[r.Method+" "+r.URL.Path]
	if !ok {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusNotFound)
		return
	}
	in := read(r)
	var who caller
	if route.signed {
		var refused *refusal
		if who, refused = x.admit(r, in); refused != nil {
			if x.count(w, r, route, "") {
				refused.write(w)
			}
			return
		}
	}
	if !x.count(w, r, route, who.user) {
		return
	}
	if refused := route.check(in); refused != nil {
		refused.write(w)
		return
	}
	route.serve(w, in.values, who)
}

// count adds the weight of a call, sets the headers, and refuses what is over
// the limit. Only /api goes on to ban an address with 418.
func (x *Exchange) count(w http.ResponseWriter, r *http.Request, route route, user string) bool {
	now, address := x.Server.Now(), fake.Caller(r).String()
	limit, name, header := perMinute(6000), "api "+address, "X-MBX-USED-WEIGHT-1M"
	switch {
	case route.perUser:
		limit, name, header = perMinute(180000), fake.Endpoint(r)+" "+user, "X-SAPI-USED-UID-WEIGHT-1M"
	case strings.HasPrefix(r.URL.Path, "/sapi/"):
		limit, name, header = perMinute(12000), fake.Endpoint(r)+" "+address, "X-SAPI-USED-IP-WEIGHT-1M"
	}
	used, reset, ok := x.Server.Limits.Count(name, limit, route.weight, now)
	w.Header().Set(header, strconv.Itoa(used))
	if ok {
		return true
	}
	w.Header().Set("Retry-After", strconv.Itoa(int(reset.Seconds())+1))
	if strings.HasPrefix(r.URL.Path, "/api/") && used > 2*limit.Limit {
		fail(
			w,
			http.StatusTeapot,
			-1003,
			"Way too much request weight used; IP banned until "+strconv.FormatInt(now.Add(2*time.Minute).UnixMilli(), 10)+".",
		)
		return false
	}
	fail(
		w,
		http.StatusTooManyRequests,
		-1003,
		"Too much request weight used; current limit is "+strconv.Itoa(limit.Limit)+" request weight per 1 MINUTE.",
	)
	return false
}

// A refusal is an error answer.
type refusal struct {
	status, code int
	msg          string
}

func (f *refusal) write(w http.ResponseWriter) { fail(w, f.status, f.code, f.msg) }

func fail(w http.ResponseWriter, status, code int, msg string) {
	fake.JSON(w, status, map[string]any{"code": code, "msg": msg})
}
