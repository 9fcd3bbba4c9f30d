package kucoin

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"rekey/internal/fake"
)

// A route is one call that the fake knows. Weights are those of the
// specification.
type route struct {
	signed bool
	spot   bool // counts against the spot pool
	weight int
	params []string
	serve  func(w http.ResponseWriter, r *http.Request, who caller)
}

func (r route) takes(param string) bool { return slices.Contains(r.params, param) }

func (x *Exchange) routes() map[string]route {
	return map[string]route{
		"GET /api/v1/timestamp":    {weight: 3, serve: x.timestamp},
		"GET /api/v1/my-ip":        {serve: x.myIP},
		"GET /api/v1/status":       {weight: 3, serve: x.status},
		"GET /api/v1/user/api-key": {signed: true, weight: 20, serve: x.ownKey},
		"GET /api/v2/sub/user": {
			signed: true,
			weight: 20,
			params: []string{"currentPage", "pageSize"},
			serve:  x.subAccounts,
		},

		"GET /api/v1/accounts":   {signed: true, weight: 5, params: []string{"currency", "type"}, serve: x.accountsOf},
		"POST /api/v1/hf/orders": {signed: true, spot: true, weight: 1, serve: x.order},

		"GET /api/v1/sub/api-key": {
			signed: true,
			weight: 20,
			params: []string{"subName", "apiKey"},
			serve:  x.subKeys,
		},
		"POST /api/v1/sub/api-key":        {signed: true, weight: 20, serve: x.createKey},
		"POST /api/v1/sub/api-key/update": {signed: true, weight: 30, serve: x.changeKey},
		"DELETE /api/v1/sub/api-key": {
			signed: true,
			weight: 30,
			params: []string{"subName", "apiKey", "passphrase"},
			serve:  x.deleteKey,
		},
	}
}

func (x *Exchange) timestamp(w http.ResponseWriter, _ *http.Request, _ caller) {
	succeed(w, x.Server.Now().UnixMilli())
}

func (x *Exchange) myIP(w http.ResponseWriter, r *http.Request, _ caller) {
	succeed(w, fake.Caller(r).String())
}

func (x *Exchange) status(w http.ResponseWriter, _ *http.Request, _ caller) {
	succeed(w, map[string]any{"status": "open", "msg": ""})
}

// master refuses keys of sub-accounts. The documents name no code for it;
// 400007 is the one for a missing right.
func (x *Exchange) master(w http.ResponseWriter, who caller) bool {
	if who.sub != nil {
		fail(w, http.StatusForbidden, 400007, "Access denied, require more permission.")
		return false
	}
	return true
}

// subAccounts lists frozen sub-accounts too, with status 3.
func (x *Exchange) subAccounts(w http.ResponseWriter, r *http.Request, who caller) {
	if !x.master(w, who) {
		return
	}
	q := r.URL.Query()
	page, ok := number(q, "currentPage", 1, 1, 1_000_000)
	size, sized := number(q, "pageSize", 10, 1, 100)
	if !ok || !sized { // beyond the documented range: refused, which is not documented
		wrong(w)
		return
	}
	subs := who.account.Subs
	from := min((page-1)*size, len(subs))
	items := []any{}
	for _, s := range subs[from:min(from+size, len(subs))] {
		status := 2
		if s.Frozen {
			status = 3
		}
		items = append(items, map[string]any{
			"userId": s.UserID, "uid": s.UID, "subName": s.Name, "status": status, "type": 0, "access": "All",
			"createdAt": millis(s.Created), "remarks": s.Remarks, "tradeTypes": []string{"Spot", "Futures", "Margin"},
			"openedTradeTypes": []string{"Spot"}, "hostedStatus": nil,
		})
	}
	succeed(w, map[string]any{
		"currentPage": page, "pageSize": size, "totalNum": len(subs),
		"totalPage": (len(subs) + size - 1) / size, "items": items,
	})
}

// number reads a parameter, and reports whether it is within its range.
func number(q url.Values, name string, standard, least, most int) (int, bool) {
	if !q.Has(name) {
		return standard, true
	}
	n, err := strconv.Atoi(q.Get(name))
	return n, err == nil && n >= least && n <= most
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}
