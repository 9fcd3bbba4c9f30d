package binance

import (
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
}

func (x *Exchange) routes() map[string]route {
	return map[string]route{
		"GET /api/v3/time":                                     {weight: 1, serve: x.time},
		"GET /sapi/v1/system/status":                           {weight: 1, serve: x.status},
		"GET /api/v3/account":                                  {signed: true, weight: 20, serve: x.account},
		"GET /sapi/v1/account/apiRestrictions":                 {signed: true, weight: 1, serve: x.restrictions},
		"GET /sapi/v1/sub-account/list":                        {signed: true, weight: 1, serve: x.subAccounts},
		"GET /sapi/v1/sub-account/subAccountApi":               {signed: true, perUser: true, weight: 3000, serve: x.subKeys},
		"GET /sapi/v1/sub-account/subAccountApi/ipRestriction": {signed: true, perUser: true, weight: 3000, serve: x.subKeyIPs},
		"GET /sapi/v1/margin/api-key-list":                     {signed: true, perUser: true, weight: 1, serve: x.marginKeys},
	}
}

func (x *Exchange) time(w http.ResponseWriter, _ url.Values, _ caller) {
	fake.JSON(w, http.StatusOK, map[string]any{"serverTime": x.server.Now().UnixMilli()})
}

func (x *Exchange) status(w http.ResponseWriter, _ url.Values, _ caller) {
	fake.JSON(w, http.StatusOK, map[string]any{"status": 0, "msg": "normal"})
}

// account tells what the account may do, which is not what the key may do.
func (x *Exchange) account(w http.ResponseWriter, _ url.Values, _ caller) {
	fake.JSON(w, http.StatusOK, map[string]any{
		"makerCommission": 15, "takerCommission": 15, "canTrade": true, "canWithdraw": true, "canDeposit": true,
		"accountType": "SPOT", "balances": []any{}, "permissions": []string{"SPOT"}, "uid": 354937868,
	})
}

// restrictions needs no permission beyond a valid key.
func (x *Exchange) restrictions(w http.ResponseWriter, _ url.Values, who caller) {
	out := map[string]any{"ipRestrict": len(who.key.Whitelist) > 0, "createTime": millis(who.key.Created)}
	for _, f := range []string{
		"enableReading", "enableWithdrawals", "enableInternalTransfer", "enableMargin", "enableFutures", "permitsUniversalTransfer",
		"enableVanillaOptions", "enableFixApiTrade", "enableFixReadOnly", "enableSpotAndMarginTrading", "enablePortfolioMarginTrading",
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
	if who.sub != nil || !slices.Contains(who.key.Flags, "enableReading") {
		fail(w, http.StatusBadRequest, -1002, "You are not authorized to execute this request.")
		return false
	}
	return true
}

// subAccounts hides frozen sub-accounts unless isFreeze asks for them.
func (x *Exchange) subAccounts(w http.ResponseWriter, q url.Values, who caller) {
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

func (x *Exchange) sub(w http.ResponseWriter, q url.Values, who caller) (*Sub, bool) {
	if !x.master(w, who) {
		return nil, false
	}
	if q.Get("email") == "" {
		fail(w, http.StatusBadRequest, -1102, "Mandatory parameter 'email' was not sent, was empty/null, or malformed.")
		return nil, false
	}
	for _, s := range who.account.Subs {
		if s.Email == q.Get("email") {
			return s, true
		}
	}
	fail(w, http.StatusBadRequest, -9000, "sub-account does not exist") // code and text chosen, not documented
	return nil, false
}

func (x *Exchange) subKeys(w http.ResponseWriter, q url.Values, who caller) {
	s, ok := x.sub(w, q, who)
	if !ok {
		return
	}
	rows := []any{}
	for _, k := range s.Keys {
		if k.Deleted || q.Get("subAccountApiKey") != "" && q.Get("subAccountApiKey") != k.AccessKey {
			continue
		}
		on := func(f string) bool { return slices.Contains(k.Flags, f) }
		rows = append(rows, map[string]any{
			"email": s.Email, "apiName": k.Label, "apikey": k.AccessKey, "canTrade": on("enableSpotAndMarginTrading"),
			"canMarginLoanRepay": on("enableMargin"), "canFuturesTrade": on("enableFutures"),
			"canUniversalTransfer": on("permitsUniversalTransfer"), "canVanillaOptions": on("enableVanillaOptions"), "timestamp": millis(k.Created),
		})
	}
	fake.JSON(w, http.StatusOK, map[string]any{"total": len(rows), "rows": page(rows, q.Get("page"), q.Get("size"), 30, 100)})
}

// subKeyIPs answers with ipRestrict as a string, as documented.
func (x *Exchange) subKeyIPs(w http.ResponseWriter, q url.Values, who caller) {
	s, ok := x.sub(w, q, who)
	if !ok {
		return
	}
	for _, k := range s.Keys {
		if k.AccessKey == q.Get("subAccountApiKey") && !k.Deleted {
			list := k.Whitelist
			if list == nil {
				list = []string{}
			}
			fake.JSON(w, http.StatusOK, map[string]any{
				"ipRestrict": strconv.FormatBool(len(k.Whitelist) > 0), "ipList": list, "updateTime": millis(k.Created), "apiKey": k.AccessKey,
			})
			return
		}
	}
	fail(w, http.StatusBadRequest, -2008, "Invalid Api-Key ID.")
}

func (x *Exchange) marginKeys(w http.ResponseWriter, _ url.Values, who caller) {
	if len(who.account.MarginKeys) == 0 || who.sub != nil {
		// Only approved accounts may ask; the code is the one for a missing
		// right.
		fail(w, http.StatusBadRequest, -1002, "You are not authorized to execute this request.")
		return
	}
	rows := []any{}
	for _, m := range who.account.MarginKeys {
		rows = append(rows, map[string]any{"apiName": m.Name, "apiKey": m.AccessKey, "ip": m.IP, "type": m.Type, "permissionMode": m.Mode})
	}
	fake.JSON(w, http.StatusOK, rows)
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
