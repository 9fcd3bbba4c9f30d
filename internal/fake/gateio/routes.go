package gateio

import (
	"net/http"
	"slices"
	"strings"

	"rekey/internal/fake"
)

// A route is one call that the fake knows.
type route struct {
	path    string // {} stands for any one segment
	signed  bool
	limit   int  // calls in ten seconds
	main    bool // for keys of main accounts alone
	account bool // for keys with the right "account" alone
	write   bool
	serve   func(w http.ResponseWriter, r *http.Request, who caller) *refusal
}

const (
	ownLimit  = 150
	subLimit  = 80
	timeLimit = 200 // for public calls; the number is not documented beside this one
)

// routes names the calls, by method and path.
func (x *Exchange) routes() map[string]route {
	const keys = "/api/v4/sub_accounts/{}/keys"
	main := func(account bool, limit int, serve func(http.ResponseWriter, *http.Request, caller) *refusal) route {
		return route{signed: true, limit: limit, main: true, account: account, serve: serve}
	}
	write := func(serve func(http.ResponseWriter, *http.Request, caller) *refusal) route {
		return route{signed: true, limit: subLimit, main: true, write: true, serve: serve}
	}
	table := map[string]route{
		"GET /api/v4/spot/time":         {limit: timeLimit, serve: x.time},
		"GET /api/v4/account/detail":    {signed: true, limit: ownLimit, serve: x.detail},
		"GET /api/v4/account/main_keys": main(true, ownLimit, x.mainKeys),
		"GET /api/v4/sub_accounts":      main(false, subLimit, x.subAccounts),
		"GET " + keys:                   main(false, subLimit, x.subKeys),
		"GET " + keys + "/{}":           main(false, subLimit, x.oneKey),
		"POST " + keys:                  write(x.createKey),
		"PUT " + keys + "/{}":           write(x.changeKey),
		"DELETE " + keys + "/{}":        write(x.deleteKey),
	}
	for name, r := range table {
		_, r.path, _ = strings.Cut(name, " ")
		table[name] = r
	}
	return table
}

// find returns the route of a request and what its path names.
func (x *Exchange) find(r *http.Request) (route, []string, bool) {
	if found, ok := x.table[r.Method+" "+r.URL.Path]; ok {
		return found, nil, true
	}
	segments := strings.Split(r.URL.Path, "/")
	var ids []string
	for i := 4; i < len(segments); i += 2 { // /api/v4/sub_accounts/{}/keys/{}
		ids = append(ids, segments[i])
		segments[i] = "{}"
	}
	found, ok := x.table[r.Method+" "+strings.Join(segments, "/")]
	return found, ids, ok && !slices.Contains(ids, "")
}

func (x *Exchange) time(w http.ResponseWriter, _ *http.Request, _ caller) *refusal {
	fake.JSON(w, http.StatusOK, map[string]any{"server_time": x.Server.Now().UnixMilli()})
	return nil
}

// params refuses parameters that a call does not have, which Gate is not known to
// do.
func params(r *http.Request, known ...string) *refusal {
	for name := range r.URL.Query() {
		if !slices.Contains(known, name) {
			return bad("INVALID_PARAM_VALUE", "unknown parameter "+name)
		}
	}
	return nil
}

func (x *Exchange) detail(w http.ResponseWriter, r *http.Request, who caller) *refusal {
	if refused := params(r); refused != nil {
		return refused
	}
	now := who.key.now(x.Server.Now())
	fake.JSON(w, http.StatusOK, map[string]any{
		"user_id": who.user, "ip_whitelist": list(now.Whitelist), "currency_pairs": []string{}, "tier": 1,
		"key": map[string]any{"mode": now.Mode}, "copy_trading_role": 0,
	})
	return nil
}

// shown is how many characters of a main key's access key are shown.
const shown = 12

func (x *Exchange) mainKeys(w http.ResponseWriter, r *http.Request, who caller) *refusal {
	if refused := params(r); refused != nil {
		return refused
	}
	rows := []any{}
	for _, k := range who.account.Keys {
		if k.life.Listed(k.Deleted, x.Server.Now()) {
			row := x.describe(k, who.account.ID)
			row["key"] = k.AccessKey[:shown] + "*****"
			row["currency_pairs"] = []string{}
			rows = append(rows, row)
		}
	}
	fake.JSON(w, http.StatusOK, rows)
	return nil
}

func (x *Exchange) subAccounts(w http.ResponseWriter, r *http.Request, who caller) *refusal {
	if refused := params(r, "type"); refused != nil {
		return refused
	}
	rows := []any{}
	for _, s := range who.account.Subs {
		state := 1
		if s.Locked {
			state = 2
		}
		rows = append(rows, map[string]any{
			"remark": "", "login_name": s.Name, "user_id": s.ID, "state": state, "create_time": 168888888,
		})
	}
	fake.JSON(w, http.StatusOK, rows)
	return nil
}

func (x *Exchange) subKeys(w http.ResponseWriter, r *http.Request, who caller) *refusal {
	s, refused := who.find()
	if refused == nil {
		refused = params(r)
	}
	if refused != nil {
		return refused
	}
	rows := []any{}
	for _, k := range s.Keys {
		if k.life.Listed(k.Deleted, x.Server.Now()) {
			rows = append(rows, x.describe(k, s.ID))
		}
	}
	fake.JSON(w, http.StatusOK, rows)
	return nil
}

func (x *Exchange) oneKey(w http.ResponseWriter, r *http.Request, who caller) *refusal {
	s, k, refused := x.existing(who)
	if refused == nil {
		refused = params(r)
	}
	if refused != nil {
		return refused
	}
	fake.JSON(w, http.StatusOK, x.describe(k, s.ID))
	return nil
}

func (x *Exchange) describe(k *Key, user int64) map[string]any {
	now := k.now(x.Server.Now())
	state := max(k.State, 1)
	used := k.Used
	if used.IsZero() {
		used = k.Created
	}
	return map[string]any{
		"state": state, "name": now.Name, "user_id": user, "perms": append([]Perm{}, now.Perms...), "mode": now.Mode,
		"ip_whitelist": list(now.Whitelist), "key": k.AccessKey, "created_at": k.Created.Unix(),
		"last_access": used.Unix(), "update_at": k.Created.Unix(),
	}
}

// list is a list that is [] and not null when it is empty.
func list(words []string) []string { return append([]string{}, words...) }
