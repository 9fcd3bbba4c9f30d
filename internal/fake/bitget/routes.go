package bitget

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// mostRows is the size of a page, both the most and the standard.
const mostRows = 100

// A route is one call that the fake knows.
type route struct {
	signed bool
	limit  int  // calls a second
	main   bool // for keys of main accounts with the management right alone
	write  bool
	serve  func(w http.ResponseWriter, r *http.Request, who caller) *refusal
}

// routes names the calls. Limits of /api/v2 are documented; for /api/v3 none is,
// and 5 a second was chosen.
func (x *Exchange) routes() map[string]route {
	return map[string]route{
		"GET /api/v2/public/time":       {limit: 20, serve: x.time},
		"GET /api/v3/account/info":      {signed: true, limit: 5, serve: x.unified},
		"GET /api/v2/spot/account/info": {signed: true, limit: 1, serve: x.classic},
		"GET /api/v3/user/sub-list":     {signed: true, limit: 5, main: true, serve: x.subAccounts},
		"GET /api/v3/user/sub-api-list": {signed: true, limit: 5, main: true, serve: x.subKeys},
		"GET /api/v2/user/virtual-subaccount-list": {
			signed: true, limit: 10, main: true, serve: x.classicSubs,
		},
		"GET /api/v2/user/virtual-subaccount-apikey-list": {
			signed: true, limit: 5, main: true, serve: x.classicKeys,
		},
		"POST /api/v3/user/create-sub-api": {signed: true, limit: 5, main: true, write: true, serve: x.createKey},
		"POST /api/v3/user/update-sub-api": {signed: true, limit: 5, main: true, write: true, serve: x.updateKey},
		"POST /api/v3/user/delete-sub-api": {signed: true, limit: 5, main: true, write: true, serve: x.deleteKey},
	}
}

// params refuses parameters that a call does not have, which Bitget is not known
// to do.
func params(r *http.Request, known ...string) (url.Values, *refusal) {
	q := r.URL.Query()
	for name := range q {
		if !slices.Contains(known, name) {
			return nil, bad("40020", "Parameter "+name+" error")
		}
	}
	return q, nil
}

func (x *Exchange) time(w http.ResponseWriter, _ *http.Request, _ caller) *refusal {
	x.answer(w, map[string]any{"serverTime": strconv.FormatInt(x.Server.Now().UnixMilli(), 10)})
	return nil
}

func (x *Exchange) unified(w http.ResponseWriter, r *http.Request, who caller) *refusal {
	if _, refused := params(r); refused != nil {
		return refused
	}
	uid, parent := who.account.ID, ""
	if who.sub != nil {
		uid, parent = who.sub.ID, who.account.ID
	}
	kind := map[string]string{"read_only": "read-only", "read_write": "read-and-write"}[who.key.Type]
	x.answer(w, map[string]any{
		"userId": uid, "inviterId": "", "parentId": parent, "channelCode": "6258", "channel": "official",
		"ips": strings.Join(who.key.Whitelist, ","), "permType": kind, "permissions": who.key.Perms,
		"regisTime": "1704067200000",
	})
	return nil
}

func (x *Exchange) classic(w http.ResponseWriter, r *http.Request, who caller) *refusal {
	if _, refused := params(r); refused != nil {
		return refused
	}
	x.answer(w, map[string]any{
		"userId": who.user, "inviterId": "", "ips": strings.Join(who.key.Whitelist, ","), "authorities": who.key.Perms,
		"parentId": 1, "traderType": "trader", "channelCode": "none", "channel": "web", "regisTime": "1704067200000",
	})
	return nil
}

// page cuts a list at its cursor, which is the place of the first row of the
// next page. What Bitget's cursors look like is not documented.
func page[T any](q url.Values, rows []T) (cut []T, cursor string, refused *refusal) {
	limit, from := mostRows, 0
	for name, at := range map[string]*int{"limit": &limit, "cursor": &from} {
		if !q.Has(name) {
			continue
		}
		n, err := strconv.Atoi(q.Get(name))
		if err != nil || n < 0 || name == "limit" && (n == 0 || n > mostRows) {
			return nil, "", bad("40020", "Parameter "+name+" error")
		}
		*at = n
	}
	rows = rows[min(from, len(rows)):]
	if len(rows) > limit {
		return rows[:limit], strconv.Itoa(from + limit), nil
	}
	return rows, "", nil
}

func (x *Exchange) list(w http.ResponseWriter, rows []any, cursor string) {
	name := "list"
	if x.Items {
		name = "items"
	}
	if rows == nil {
		rows = []any{}
	}
	x.answer(w, map[string]any{name: rows, "hasNext": cursor != "", "cursor": cursor})
}

func (x *Exchange) subAccounts(w http.ResponseWriter, r *http.Request, who caller) *refusal {
	q, refused := params(r, "limit", "cursor")
	if refused != nil {
		return refused
	}
	subs, cursor, refused := page(q, who.account.Subs)
	if refused != nil {
		return refused
	}
	var rows []any
	for _, s := range subs {
		mode := "UNIFIED"
		if s.Classic {
			mode = "CLASSIC"
		}
		rows = append(rows, map[string]any{
			"subUid": s.ID, "username": s.Name, "status": s.status(), "accountMode": mode, "type": "virtual", "note": "",
			"createdTime": "1704067200000", "updatedTime": "1704067200000",
		})
	}
	x.list(w, rows, cursor)
	return nil
}

func (s *Sub) status() string {
	if s.Frozen {
		return "freeze"
	}
	return "normal"
}

// sub finds a sub-account of the caller.
func (who caller) find(uid string) (*Sub, *refusal) {
	i := slices.IndexFunc(who.account.Subs, func(s *Sub) bool { return s.ID == uid })
	if i < 0 {
		return nil, bad("40020", "Parameter subUid error")
	}
	return who.account.Subs[i], nil
}

// subKeys lists the unified keys of a sub-account. Of a classic one it is taken
// to list none.
func (x *Exchange) subKeys(w http.ResponseWriter, r *http.Request, who caller) *refusal {
	q, refused := params(r, "subUid", "limit", "cursor")
	if refused != nil {
		return refused
	}
	s, refused := who.find(q.Get("subUid"))
	if refused != nil {
		return refused
	}
	var keys []*Key
	for _, k := range s.Keys {
		if k.life.Listed(k.Deleted, x.Server.Now()) && !s.Classic {
			keys = append(keys, k)
		}
	}
	keys, cursor, refused := page(q, keys)
	if refused != nil {
		return refused
	}
	var rows []any
	for _, k := range keys {
		row := k.describe()
		row["ts"] = millis(k.Created)
		rows = append(rows, row)
	}
	x.list(w, rows, cursor)
	return nil
}

func (k *Key) describe() map[string]any {
	return map[string]any{
		"note": k.Note, "apiKey": k.AccessKey, "type": k.Type, "permissions": list(k.Perms), "ips": list(k.Whitelist),
	}
}

// list is a list that is [] and not null when it is empty.
func list(words []string) []string { return append([]string{}, words...) }

func (x *Exchange) classicSubs(w http.ResponseWriter, r *http.Request, who caller) *refusal {
	q, refused := params(r, "limit", "idLessThan", "status")
	if refused != nil {
		return refused
	}
	from := 0
	if after := q.Get("idLessThan"); after != "" {
		from = 1 + slices.IndexFunc(who.account.Subs, func(s *Sub) bool { return s.ID == after })
	}
	limit := mostRows
	if n, err := strconv.Atoi(q.Get("limit")); err == nil && n > 0 && n <= mostRows {
		limit = n
	}
	rows, end := []any{}, ""
	for _, s := range who.account.Subs[from:min(from+limit, len(who.account.Subs))] {
		end = s.ID
		rows = append(rows, map[string]any{
			"subAccountUid": s.ID, "subAccountName": s.Name, "label": "", "status": s.status(),
			"permList": []string{"read"}, "cTime": "1704067200000", "uTime": "1704067200000",
		})
	}
	x.answer(w, map[string]any{"endId": end, "subAccountList": rows})
	return nil
}

func (x *Exchange) classicKeys(w http.ResponseWriter, r *http.Request, who caller) *refusal {
	q, refused := params(r, "subAccountUid")
	if refused != nil {
		return refused
	}
	s, refused := who.find(q.Get("subAccountUid"))
	if refused != nil {
		return refused
	}
	rows := []any{}
	for _, k := range s.Keys {
		if k.life.Listed(k.Deleted, x.Server.Now()) {
			rows = append(rows, map[string]any{
				"subAccountUid": s.ID, "label": k.Note, "subAccountApiKey": k.AccessKey, "permList": list(k.Perms),
				"ipList": list(k.Whitelist),
			})
		}
	}
	x.answer(w, rows)
	return nil
}

// millis writes a time the way Bitget does, as text.
func millis(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) }
