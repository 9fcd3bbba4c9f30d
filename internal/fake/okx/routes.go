package okx

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"rekey/internal/fake"
)

// mostRows is the size of a page of sub-accounts, both the most and the
// standard.
const mostRows = 100

// A route is one call that the fake knows.
type route struct {
	signed bool
	limit  fake.Limit
	params []string // the documented parameters of a read
	serve  func(w http.ResponseWriter, q url.Values, who caller)
	fields []string // the documented fields of a write; must names those required
	must   []string
	trade  bool // a write that needs no more than Trade
	write  func(w http.ResponseWriter, fields map[string]string, who caller)
}

// in2s is a limit of so many calls in 2 s. Where such a window begins is not
// documented: here with the first call.
func in2s(calls int) fake.Limit {
	return fake.Limit{Limit: calls, Window: 2 * time.Second, FromFirst: true}
}

// perSecond is a limit of one call a second.
func perSecond() fake.Limit { return fake.Limit{Limit: 1, Window: time.Second, FromFirst: true} }

// routes names the calls with their documented limits. The list of
// sub-accounts was documented with 20 calls in February 2026 and with 2 in
// November 2025; the smaller one holds here.
func (x *Exchange) routes() map[string]route {
	return map[string]route{
		"GET /api/v5/public/time":     {limit: in2s(10), serve: x.time},
		"GET /api/v5/account/config":  {signed: true, limit: in2s(5), serve: x.config},
		"GET /api/v5/account/balance": {signed: true, limit: in2s(10), params: []string{"ccy"}, serve: x.balance},
		"POST /api/v5/trade/order": { // the limit is one of user and instrument, and there is one instrument
			signed: true, limit: in2s(60), trade: true, write: x.order,
			fields: []string{
				"instId",
				"tdMode",
				"ccy",
				"clOrdId",
				"tag",
				"side",
				"posSide",
				"ordType",
				"sz",
				"px",
				"tgtCcy",
				"stpMode",
			},
			must: []string{"instId", "tdMode", "side", "ordType", "sz"},
		},
		"GET /api/v5/users/subaccount/list": {
			signed: true, limit: in2s(2), params: []string{
				"enable", "subAcct", "after", "before",
				"limit",
			}, serve: x.subAccounts,
		},
		"GET /api/v5/users/subaccount/apikey": {
			signed: true,
			limit:  in2s(20),
			params: []string{"subAcct", "apiKey"},
			serve:  x.subKeys,
		},
		"POST /api/v5/users/subaccount/apikey": {
			signed: true, limit: perSecond(), write: x.createKey,
			fields: []string{"subAcct", "label", "passphrase", "perm", "ip"}, must: []string{"subAcct", "label", "passphrase"},
		},
		"POST /api/v5/users/subaccount/modify-apikey": {
			signed: true, limit: perSecond(), write: x.changeKey,
			fields: []string{"subAcct", "apiKey", "label", "perm", "ip"}, must: []string{"subAcct", "apiKey"},
		},
		"POST /api/v5/users/subaccount/delete-apikey": {
			signed: true, limit: perSecond(), write: x.deleteKey, fields: []string{"subAcct", "apiKey"},
			must: []string{"subAcct", "apiKey"},
		},
	}
}

// unknown returns a parameter that the call does not have, or "".
func (r route) unknown(q url.Values) string {
	for name := range q {
		if !slices.Contains(r.params, name) {
			return name
		}
	}
	return ""
}

func answer(w http.ResponseWriter, rows ...any) {
	if rows == nil {
		rows = []any{}
	}
	fake.JSON(w, http.StatusOK, map[string]any{"code": "0", "msg": "", "data": rows})
}

func (x *Exchange) time(w http.ResponseWriter, _ url.Values, _ caller) {
	answer(w, map[string]any{"ts": millis(x.Server.Now())})
}

// config describes the account, and in label, perm and ip the key that asks.
func (x *Exchange) config(w http.ResponseWriter, _ url.Values, who caller) {
	if f := who.may("read_only"); f != nil {
		f.write(w)
		return
	}
	uid, kind := who.account.ID, "0"
	if who.sub != nil {
		uid, kind = who.sub.ID, "1"
	}
	answer(w, map[string]any{
		"uid": uid, "mainUid": who.account.ID, "type": kind, "label": who.key.Label,
		"perm": strings.Join(who.key.Perms, ","), "ip": strings.Join(who.key.Whitelist, ","),
		"acctLv": "2", "acctStpMode": "cancel_maker", "autoLoan": false, "ctIsoMode": "automatic", "enableSpotBorrow": false,
		"feeType": "0", "greeksType": "PA", "kycLv": "3", "level": "Lv1", "levelTmp": "", "liquidationGear": "-1",
		"mgnIsoMode": "automatic", "opAuth": "0", "posMode": "net_mode", "roleType": "0", "settleCcy": "USDC",
		"settleCcyList": []string{"USD", "USDC"}, "spotBorrowAutoRepay": false, "spotOffsetType": "", "spotRoleType": "0",
		"spotTraderInsts": []string{}, "stgyType": "0", "traderInsts": []string{},
	})
}

// subAccounts lists the youngest first, which the documents imply and do not
// say. Without enable it lists all; after and before are exclusive ("earlier
// than", "newer than").
func (x *Exchange) subAccounts(w http.ResponseWriter, q url.Values, who caller) {
	if f := first(who.may("read_only"), who.main()); f != nil {
		f.write(w)
		return
	}
	enable := q.Get("enable")
	if enable != "" && enable != "true" && enable != "false" {
		fail(w, http.StatusBadRequest, "51000", "Parameter enable error")
		return
	}
	after, ok1 := number(q, "after")
	before, ok2 := number(q, "before")
	limit, ok3 := number(q, "limit")
	if !ok1 || !ok2 || !ok3 || limit > mostRows {
		// What a larger limit does is not documented.
		fail(w, http.StatusBadRequest, "51000", "Parameter after, before or limit error")
		return
	}
	if limit == 0 {
		limit = mostRows
	}
	var rows []any
	for _, s := range x.newest[who.account] {
		made := s.Created.UnixMilli()
		if after != 0 && made >= after || before != 0 && made <= before ||
			q.Get("subAcct") != "" && q.Get("subAcct") != s.Name ||
			enable != "" && (enable == "true") == s.Frozen {
			continue
		}
		if int64(len(rows)) == limit {
			break
		}
		rows = append(rows, map[string]any{
			"subAcct": s.Name, "uid": s.ID, "label": s.Label, "ts": millis(s.Created), "enable": !s.Frozen, "type": "1",
			"canTransOut": false, "frozenFunc": []string{}, "gAuth": false, "mobile": "", "subAcctLv": "1",
			"firstLvSubAcct": s.Name, "ifDma": false,
		})
	}
	answer(w, rows...)
}

// read reads the body of a write. The codes are those of the general class of
// errors; unknown fields are refused like unknown parameters.
func (r route) read(req *http.Request) (map[string]string, *refusal) {
	media, _, _ := strings.Cut(req.Header.Get("Content-Type"), ";")
	if !strings.EqualFold(media, "application/json") {
		return nil, &refusal{http.StatusBadRequest, "50006", `Invalid Content-Type. Please use "application/JSON".`}
	}
	body, err := fake.Body(req)
	if err != nil || len(body) == 0 {
		return nil, &refusal{http.StatusBadRequest, "50000", "Body for POST request cannot be empty."}
	}
	fields, wrong, err := fake.Fields(body, r.fields...)
	if err != nil {
		return nil, &refusal{http.StatusBadRequest, "50002", "JSON syntax error"}
	}
	if wrong != "" {
		return nil, badParameter(wrong)
	}
	for _, name := range r.must {
		if fields[name] == "" {
			return nil, &refusal{http.StatusBadRequest, "50014", "Parameter " + name + " can not be empty."}
		}
	}
	return fields, nil
}

func badParameter(name string) *refusal {
	return &refusal{http.StatusBadRequest, "51000", "Parameter " + name + " error"}
}

func first(refusals ...*refusal) *refusal {
	for _, f := range refusals {
		if f != nil {
			return f
		}
	}
	return nil
}

// number reads a parameter in digits, 0 when it is not there.
func number(q url.Values, name string) (int64, bool) {
	if !q.Has(name) {
		return 0, true
	}
	n, err := strconv.ParseInt(q.Get(name), 10, 64)
	return n, err == nil && n > 0
}

// millis writes a time the way OKX does, as text.
func millis(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return strconv.FormatInt(t.UnixMilli(), 10)
}
