// Package okx is a strict, stateful fake of the parts of OKX that have to do
// with API keys.
//
// A server is one region's host: it knows the keys it was given and no others,
// as www.okx.com, eea.okx.com and us.okx.com know each other's keys not. A
// world of three regions is three servers.
//
// Written from okx.com/docs-v5/en as captured on 2026-02-23 and from answers
// quoted in public issues, collected 2026-11-22. Where they are silent, a
// comment says what was chosen.
package okx

import (
	"cmp"
	"net/http"
	"slices"
	"time"

	"rekey/internal/fake"
	"rekey/internal/fake/market"
)

// An Exchange is the state behind the fake. Change it, its accounts and its
// exported fields, between requests with Do.
type Exchange struct {
	fake.Exchange

	// Market is the one pair that is traded, nil for none.
	Market *market.Market

	accounts []*Account
	table    map[string]route             // by method and path
	keys     map[string]caller            // by access key
	subs     map[*Account]map[string]*Sub // by name
	newest   map[*Account][]*Sub          // youngest first
	minted   int
	orders   int64
}

// Start runs the fake of one region. now is its clock.
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

// index makes the look-ups quick for desks of thousands of keys.
func (x *Exchange) index() {
	x.keys, x.subs, x.newest = map[string]caller{}, map[*Account]map[string]*Sub{}, map[*Account][]*Sub{}
	for _, a := range x.accounts {
		for _, k := range a.Keys {
			x.keys[k.AccessKey] = caller{account: a, key: k, user: a.ID}
		}
		x.subs[a] = map[string]*Sub{}
		for _, s := range a.Subs {
			x.subs[a][s.Name] = s
			for _, k := range s.Keys {
				x.know(a, s, k)
			}
		}
		x.newest[a] = slices.Clone(a.Subs)
		slices.SortStableFunc(
			x.newest[a],
			func(p, q *Sub) int { return cmp.Compare(q.Created.UnixMilli(), p.Created.UnixMilli()) },
		)
	}
}

func (x *Exchange) know(a *Account, s *Sub, k *Key) {
	x.keys[k.AccessKey] = caller{account: a, sub: s, key: k, user: s.ID}
}

// ServeHTTP routes a request, checks who asks, and counts it.
func (x *Exchange) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x.Mu.Lock()
	defer x.Mu.Unlock()
	route, ok := x.table[r.Method+" "+r.URL.Path]
	if !ok {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusNotFound)
		return
	}
	who := caller{user: fake.Caller(r).String()}
	if route.signed {
		var refused *refusal
		who, refused = x.identify(r)
		// Limits are counted by user ID, so what nobody can be blamed for is
		// not counted.
		if refused == nil {
			if !x.count(w, r, route, who) {
				return
			}
			refused = who.check(r)
		}
		if refused != nil {
			refused.write(w)
			return
		}
	} else if !x.count(w, r, route, who) {
		return
	}
	if name := route.unknown(r.URL.Query()); name != "" {
		// OKX is not known to refuse parameters that it does not document.
		fail(w, http.StatusBadRequest, "51000", "Parameter "+name+" error")
		return
	}
	if route.write == nil {
		route.serve(w, r.URL.Query(), who)
		return
	}
	who.from = fake.Caller(r)
	may := who.manages
	if route.trade {
		may = func() *refusal { return who.may("trade") }
	}
	if refused := may(); refused != nil {
		refused.write(w)
		return
	}
	fields, refused := route.read(r)
	if refused != nil {
		refused.write(w)
		return
	}
	route.write(w, fields, who)
}

// count refuses what is over the limit. 50011 is documented with HTTP 200 and
// 429; there are no limit headers and no Retry-After.
func (x *Exchange) count(w http.ResponseWriter, r *http.Request, route route, who caller) bool {
	_, _, ok := x.Server.Limits.Count(fake.Endpoint(r)+" "+who.user, route.limit, 1, x.Server.Now())
	if !ok {
		fail(w, http.StatusTooManyRequests, "50011", "Too Many Requests")
	}
	return ok
}
