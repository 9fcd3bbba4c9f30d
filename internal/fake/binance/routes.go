package binance

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"rekey/internal/fake"
)

// A route is one call that the fake knows. Weights are those of the
// connectors.
type route struct {
	signed  bool
	perUser bool
	weight  int
	serve   func(w http.ResponseWriter, q url.Values, who caller)
	params  []string // what may be sent; nil is not checked
	inBody  []string // those of params that the query may not hold
}

// subWeight is the weight of every call about the keys of a sub-account.
const subWeight = 3000

func (x *Exchange) routes() map[string]route {
	sub := func(serve func(http.ResponseWriter, url.Values, caller), params ...string) route {
		return route{signed: true, perUser: true, weight: subWeight, serve: serve, params: params}
	}
	margin := func(serve func(http.ResponseWriter, url.Values, caller), params ...string) route {
		return route{signed: true, perUser: true, weight: 1, serve: serve, params: params}
	}
	create := append([]string{"email", "apiName", "status", "ipAddress", "thirdPartyName", "publicKey"}, powers(false)...)
	createV2 := sub(x.createKeyV2, append(create[:6:6], powers(true)...)...)
	createV2.inBody = []string{"publicKey"}
	return map[string]route{
		"GET /api/v3/time":           {weight: 1, serve: x.time},
		"GET /sapi/v1/system/status": {weight: 1, serve: x.status},
		"GET /api/v3/account":        {signed: true, weight: 20, serve: x.account},
		"POST /api/v3/order":         {signed: true, weight: 1, serve: x.order, params: orderParams()},
		"POST /sapi/v1/capital/withdraw/apply": {
			signed:  true,
			perUser: true,
			weight:  900,
			serve:   x.withdraw,
			params:  withdrawParams(),
		},
		"GET /sapi/v1/account/apiRestrictions": {signed: true, weight: 1, serve: x.restrictions},
		"GET /sapi/v1/sub-account/list":        {signed: true, weight: 1, serve: x.subAccounts},

		"GET /sapi/v1/sub-account/subAccountApi":    sub(x.subKeys),
		"POST /sapi/v1/sub-account/subAccountApi":   sub(x.createKey, create...),
		"POST /sapi/v2/sub-account/subAccountApi":   createV2,
		"DELETE /sapi/v1/sub-account/subAccountApi": sub(x.deleteKey, "email", "subAccountApiKey"),
		"POST /sapi/v1/sub-account/subAccountApiPermission": sub(
			x.changePermissions, append([]string{"email", "subAccountApiKey"}, powers(false)...)...),

		"GET /sapi/v1/sub-account/subAccountApi/ipRestriction": sub(x.subKeyIPs),
		"POST /sapi/v2/sub-account/subAccountApi/ipRestriction": sub(
			x.restrictKey,
			"email",
			"subAccountApiKey",
			"status",
			"ipAddress",
		),
		"DELETE /sapi/v1/sub-account/subAccountApi/ipRestriction/ipList": sub(
			x.dropIPs,
			"email",
			"subAccountApiKey",
			"ipAddress",
		),

		"GET /sapi/v1/margin/api-key-list": margin(x.marginKeys),
		"GET /sapi/v1/margin/apiKey":       margin(x.marginKey),
		"POST /sapi/v1/margin/apiKey": margin(
			x.createMarginKey,
			"apiName",
			"symbol",
			"ip",
			"publicKey",
			"permissionMode",
		),
		"DELETE /sapi/v1/margin/apiKey": margin(x.deleteMarginKey, "apiKey", "apiName", "symbol"),
		"PUT /sapi/v1/margin/apiKey/ip": margin(x.changeMarginIPs, "apiKey", "symbol", "ip"),
	}
}

func (x *Exchange) time(w http.ResponseWriter, _ url.Values, _ caller) {
	fake.JSON(w, http.StatusOK, map[string]any{"serverTime": x.Server.Now().UnixMilli()})
}

func (x *Exchange) status(w http.ResponseWriter, _ url.Values, _ caller) {
	fake.JSON(w, http.StatusOK, map[string]any{"status": 0, "msg": "normal"})
}

// account tells what the account may do, which is not what the key may do.
func (x *Exchange) account(w http.ResponseWriter, _ url.Values, who caller) {
	balances := []any{}
	wallet := who.wallet()
	for _, asset := range slices.Sorted(maps.Keys(wallet)) {
		balances = append(
			balances,
			map[string]any{"asset": asset, "free": wallet[asset].StringFixed(8), "locked": "0.00000000"},
		)
	}
	fake.JSON(w, http.StatusOK, map[string]any{
		"makerCommission": 15, "takerCommission": 15, "canTrade": true, "canWithdraw": true, "canDeposit": true,
		"accountType": "SPOT", "balances": balances, "permissions": []string{"SPOT"}, "uid": 354937868,
	})
}

// restrictions needs no permission beyond a valid key.
func (x *Exchange) restrictions(w http.ResponseWriter, _ url.Values, who caller) {
	out := map[string]any{"ipRestrict": len(who.key.Whitelist) > 0, "createTime": millis(who.key.Created)}
	for _, f := range []string{
		"enableReading", "enableWithdrawals", "enableInternalTransfer", "enableMargin", "enableFutures",
		"permitsUniversalTransfer",
		"enableVanillaOptions", "enableFixApiTrade", "enableFixReadOnly", "enableSpotAndMarginTrading",
		"enablePortfolioMarginTrading",
	} {
		out[f] = false
	}
	for _, f := range who.key.Flags {
		out[f] = true
	}
	fake.JSON(w, http.StatusOK, out)
}

// master refuses callers that are no master account. The documents name no
// code for it; -1002 is the one for a missing right.
func (x *Exchange) master(w http.ResponseWriter, who caller) bool {
	if who.sub != nil || !who.may("enableReading") {
		forbidden().write(w)
		return false
	}
	return true
}

// subAccounts hides frozen sub-accounts unless isFreeze asks for them. What
// accounts without the function are told was recorded of the live host
// (binance-connector-python#237 has the text, read 2026-11-30); that a
// sub-account's key is told the same is inferred.
func (x *Exchange) subAccounts(w http.ResponseWriter, q url.Values, who caller) {
	if who.sub != nil && who.may("enableReading") {
		(&refusal{http.StatusBadRequest, -8012, "Sub-account function is not enabled."}).write(w)
		return
	}
	if !x.master(w, who) {
		return
	}
	frozen, filter := q.Get("isFreeze") == "true", q.Get("isFreeze") != ""
	rows := []any{}
	for _, s := range who.account.Subs {
		if filter && s.Frozen != frozen || q.Get("email") != "" && q.Get("email") != s.Email {
			continue
		}
		rows = append(rows, map[string]any{
			"subUserId": s.ID, "email": s.Email, "remark": s.Remark, "isFreeze": s.Frozen, "createTime": millis(s.Created),
			"isManagedSubAccount": false, "isAssetManagementSubAccount": false,
		})
	}
	fake.JSON(w, http.StatusOK, map[string]any{"subAccounts": page(rows, q.Get("page"), q.Get("limit"), 1, 200)})
}

// page cuts rows. A size that is missing is the default, one beyond the most
// is the most.
func page(rows []any, number, size string, standard, most int) []any {
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 {
		n = 1
	}
	per, err := strconv.Atoi(size)
	if err != nil || per < 1 {
		per = standard
	}
	per = min(per, most)
	from := min((n-1)*per, len(rows))
	return rows[from:min(from+per, len(rows))]
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}
