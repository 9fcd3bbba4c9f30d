// Package bybit is a strict, stateful fake of the parts of Bybit's v5 API that
// have to do with API keys.
//
// A server is the host of one site in one environment: it knows the keys it was
// given and no others, as api.bybit.com, api.bybit.eu and api-testnet.bybit.com
// know each other's keys not. A world of several sites is several servers.
//
// Written from bybit-exchange/docs 072c197d (docs/v5) and from answers quoted in
// public issues, read 2026-11-30. Where they are silent, a comment says what was
// chosen.
package bybit

import (
	"bytes"
	"net/http"
	"time"

	"rekey/internal/fake"
)

// An Exchange is the state behind the fake. Change it, its accounts and its
// exported fields, between requests with Do.
type Exchange struct {
	fake.Exchange

	// BareRefusal makes the gateway refuse unknown keys as it was recorded to:
	// HTTP 401, no body, and the reason beside the status.
	BareRefusal bool
	// MaskKeys makes the list of a sub-account's keys mask access keys, as its
	// documented example does. Whether the live one does is not told.
	MaskKeys bool

	accounts []*Account
	table    map[string]route  // by method and path
	keys     map[string]caller // by access key
	minted   int
}

// Start runs the fake of one site. now is its clock.
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

// index makes the look-ups quick for thousands of keys.
func (x *Exchange) index() {
	x.keys = map[string]caller{}
	for _, a := range x.accounts {
		for _, k := range a.Keys {
			x.keys[k.AccessKey] = caller{account: a, key: k, user: a.UID}
		}
		for _, s := range a.Subs {
			for _, k := range s.Keys {
				x.keys[k.AccessKey] = caller{account: a, sub: s, key: k, user: s.UID}
			}
		}
	}
}

// ServeHTTP routes a request, checks who asks, and counts it.
func (x *Exchange) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x.Mu.Lock()
	defer x.Mu.Unlock()
	address := fake.Caller(r)
	perIP := fake.Limit{Limit: 600, Window: 5 * time.Second, FromFirst: true}
	if _, _, ok := x.Server.Limits.Count("address "+address.String(), perIP, 1, x.Server.Now()); !ok {
		plain(w, http.StatusForbidden, "access too frequent")
		return
	}
	body, err := fake.Body(r)
	if r.Method == http.MethodGet && (err != nil || len(bytes.TrimSpace(body)) > 0) {
		plain(w, http.StatusForbidden, "403 Forbidden") // documented: GET with a JSON body
		return
	}
	route, ok := x.table[r.Method+" "+r.URL.Path]
	if !ok {
		plain(w, http.StatusNotFound, "404 page not found")
		return
	}
	who := caller{from: address}
	if route.signed {
		var refused *refusal
		if who, refused = x.identify(r, body); refused != nil {
			x.refuse(w, refused)
			return
		}
		who.from = address
		if !x.count(w, r, route, who) {
			return
		}
	}
	if refused := route.unknown(r.URL.Query()); refused != nil {
		refused.write(w, x)
		return
	}
	if route.serve != nil {
		route.serve(w, r.URL.Query(), who)
		return
	}
	f, refused := readFields(r, body, route.fields)
	if refused != nil {
		refused.write(w, x)
		return
	}
	route.write(w, f, who)
}

// refuse answers a refusal at the gateway.
func (x *Exchange) refuse(w http.ResponseWriter, f *refusal) {
	if f.code == codeNoSuchKey && x.BareRefusal {
		bare(w)
		return
	}
	f.write(w, x)
}

// count refuses what is over the limit of a user, and says what is left.
func (x *Exchange) count(w http.ResponseWriter, r *http.Request, route route, who caller) bool {
	limit := fake.Limit{Limit: route.limit, Window: time.Second}
	used, reset, ok := x.Server.Limits.Count(fake.Endpoint(r)+" "+who.user, limit, 1, x.Server.Now())
	limits(w.Header(), route.limit, used, x.Server.Now().Add(reset))
	if !ok {
		(&refusal{http.StatusOK, 10006, "Too many visits. Exceeded the API Rate Limit."}).write(w, x)
	}
	return ok
}
