package htx

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"rekey/internal/fake"
)

// A route is one call that the fake knows.
type route struct {
	signed bool
	parent bool // for keys of parents alone
	write  bool
	serve  func(w http.ResponseWriter, r *http.Request, who caller) *refusal
}

func (x *Exchange) routes() map[string]route {
	return map[string]route{
		"GET /v1/common/timestamp":               {serve: x.time},
		"GET /v1/account/accounts":               {signed: true, serve: x.accounts},
		"GET /v2/user/uid":                       {signed: true, serve: x.uid},
		"GET /v2/user/api-key":                   {signed: true, serve: x.list},
		"GET /v2/sub-user/user-list":             {signed: true, parent: true, serve: x.subUsers},
		"POST /v2/sub-user/api-key-generation":   {signed: true, parent: true, write: true, serve: x.createKey},
		"POST /v2/sub-user/api-key-modification": {signed: true, parent: true, write: true, serve: x.changeKey},
		"POST /v2/sub-user/api-key-deletion":     {signed: true, parent: true, write: true, serve: x.deleteKey},
	}
}

func (x *Exchange) time(w http.ResponseWriter, _ *http.Request, _ caller) *refusal {
	fake.JSON(w, http.StatusOK, map[string]any{"status": "ok", "data": x.Server.Now().UnixMilli()})
	return nil
}

func (x *Exchange) accounts(w http.ResponseWriter, _ *http.Request, who caller) *refusal {
	fake.JSON(w, http.StatusOK, map[string]any{"status": "ok", "data": []any{
		map[string]any{"id": who.uid * 10, "type": "spot", "subtype": "", "state": "working"},
	}})
	return nil
}

func answer(w http.ResponseWriter, data any) {
	fake.JSON(w, http.StatusOK, map[string]any{"code": 200, "data": data})
}

func (x *Exchange) uid(w http.ResponseWriter, _ *http.Request, who caller) *refusal {
	answer(w, who.uid)
	return nil
}

// invalid is the refusal of a field. It names it.
func invalid(field string) *refusal { return &refusal{2002, "invalid field value in `" + field + "`"} }

// list lists the keys of the caller's own user, and for a parent those of a sub
// user.
func (x *Exchange) list(w http.ResponseWriter, r *http.Request, who caller) *refusal {
	uid, keys := r.URL.Query().Get("uid"), []*Key(nil)
	switch s, own := who.find(uid), strconv.FormatInt(who.uid, 10) == uid; {
	case own && who.sub != nil:
		keys = who.sub.Keys
	case own:
		keys = who.user.Keys
	case s != nil && who.sub == nil:
		keys = s.Keys
	default:
		return invalid("uid")
	}
	rows := []any{}
	for _, k := range keys {
		if !k.life.Listed(k.Deleted, x.Server.Now()) {
			continue
		}
		status, days := "normal", -1
		if k.Expired {
			status, days = "expired", 0
		} else if len(k.Whitelist) == 0 {
			days = 90 - int(x.Server.Now().Sub(k.Created).Hours()/24)
		}
		row := k.describe()
		row["accessKey"], row["status"], row["validDays"] = k.AccessKey, status, days
		row["createTime"], row["updateTime"] = k.Created.UnixMilli(), k.Created.UnixMilli()
		rows = append(rows, row)
	}
	answer(w, rows)
	return nil
}

func (k *Key) describe() map[string]any {
	return map[string]any{
		"note": k.Note, "permission": strings.Join(k.Perms, ","), "ipAddresses": strings.Join(k.Whitelist, ","),
	}
}

// find returns a sub user of the caller's parent.
func (who caller) find(uid string) *Sub {
	for _, s := range who.user.Subs {
		if strconv.FormatInt(s.ID, 10) == uid {
			return s
		}
	}
	return nil
}

// subUsers lists a page of sub users, from fromId on.
func (x *Exchange) subUsers(w http.ResponseWriter, r *http.Request, who caller) *refusal {
	from := 0
	if id := r.URL.Query().Get("fromId"); id != "" {
		from = slices.Index(who.user.Subs, who.find(id))
	}
	if from < 0 {
		return invalid("fromId")
	}
	rows, out := []any{}, map[string]any{"code": 200}
	for i, s := range who.user.Subs[from:] {
		if i == x.PageSize {
			out["nextId"] = s.ID
			break
		}
		state := "normal"
		if s.Locked {
			state = "lock"
		}
		rows = append(rows, map[string]any{"uid": s.ID, "userState": state})
	}
	out["data"] = rows
	fake.JSON(w, http.StatusOK, out)
	return nil
}

// body reads a body of texts, all of which are needed but those that may be empty.
func body(r *http.Request, names ...string) (map[string]string, *refusal) {
	data, err := fake.Body(r)
	if err != nil || !json.Valid(data) {
		return nil, invalid("body")
	}
	fields, wrong, err := fake.Fields(data, names...)
	if err != nil || wrong != "" {
		return nil, invalid(wrong)
	}
	for _, name := range names {
		if fields[name] == "" && name != "ipAddresses" && name != "note" {
			return nil, &refusal{2003, "missing mandatory field `" + name + "`"}
		}
	}
	return fields, nil
}

// set takes over note, permissions and addresses. What is left out is taken away:
// what HTX does then is not documented.
func (k *Key) set(f map[string]string) *refusal {
	perms := strings.Split(f["permission"], ",")
	strange := func(word string) bool { return word != "readOnly" && word != "trade" }
	if !slices.Contains(perms, "readOnly") || slices.ContainsFunc(perms, strange) {
		return invalid("permission")
	}
	var list []string
	if f["ipAddresses"] != "" {
		list = strings.Split(f["ipAddresses"], ",")
	}
	bad := func(entry string) bool {
		_, noAddress := netip.ParseAddr(entry)
		p, noNetwork := netip.ParsePrefix(entry)
		return noAddress != nil && (noNetwork != nil || !p.Addr().Is4())
	}
	if len(list) > 20 || slices.ContainsFunc(list, bad) {
		return invalid("ipAddresses")
	}
	if len(f["note"]) > 20 {
		return invalid("note")
	}
	k.Note, k.Perms, k.Whitelist = f["note"], perms, list
	return nil
}

// createKey wants the parent's code, and shows the secret this once.
func (x *Exchange) createKey(w http.ResponseWriter, r *http.Request, who caller) *refusal {
	f, refused := body(r, "otpToken", "subUid", "note", "permission", "ipAddresses")
	if refused != nil {
		return refused
	}
	s := who.find(f["subUid"])
	k := &Key{Created: x.Server.Now(), life: x.Lag.Begin(x.Server.Now())}
	refused = k.set(f)
	alive := 0
	if s != nil {
		alive = len(slices.DeleteFunc(slices.Clone(s.Keys), func(k *Key) bool { return k.Deleted }))
	}
	switch {
	case s == nil:
		return invalid("subUid")
	case refused != nil:
		return refused
	case f["note"] == "":
		return invalid("note")
	case !fake.SameText(f["otpToken"], x.Code):
		return invalid("otpToken")
	case alive >= x.MostKeys:
		return &refusal{2016, "number of API key exceeds limit"}
	}
	for taken := true; taken; {
		x.minted++
		h := fake.HexOf(fmt.Sprintf("htx %d %d", s.ID, x.minted), 32)
		k.AccessKey = h[:8] + "-" + h[8:16] + "-" + h[16:24] + "-" + h[24:29]
		_, taken = x.keys[k.AccessKey]
	}
	c := fake.HexCanary
	k.Secret = c[:8] + "-" + c[8:] + fake.RandomHex(4) + "-" + fake.RandomHex(8) + "-" + fake.RandomHex(5)
	s.Keys = append(s.Keys, k)
	x.keys[k.AccessKey] = caller{user: who.user, sub: s, key: k, uid: s.ID}
	x.book(fake.Created, "", s, k, who)
	out := k.describe()
	out["accessKey"], out["secretKey"] = k.AccessKey, k.Secret
	answer(w, out)
	return nil
}

// existing finds a key that a body names.
func (who caller) existing(f map[string]string) (*Sub, *Key) {
	s := who.find(f["subUid"])
	if s == nil {
		return nil, nil
	}
	for _, k := range s.Keys {
		if k.AccessKey == f["accessKey"] && !k.Deleted {
			return s, k
		}
	}
	return s, nil
}

func (x *Exchange) changeKey(w http.ResponseWriter, r *http.Request, who caller) *refusal {
	f, refused := body(r, "subUid", "accessKey", "note", "permission", "ipAddresses")
	if refused != nil {
		return refused
	}
	s, k := who.existing(f)
	if k == nil {
		return invalid("accessKey")
	}
	if refused := k.set(f); refused != nil {
		return refused
	}
	x.book(fake.Changed, "permissions, ip whitelist", s, k, who)
	answer(w, k.describe())
	return nil
}

func (x *Exchange) deleteKey(w http.ResponseWriter, r *http.Request, who caller) *refusal {
	f, refused := body(r, "subUid", "accessKey")
	if refused != nil {
		return refused
	}
	s, k := who.existing(f)
	if k == nil {
		return invalid("accessKey")
	}
	k.Deleted, k.life = true, x.Lag.End(k.life, x.Server.Now())
	x.book(fake.Deleted, "", s, k, who)
	answer(w, nil)
	return nil
}

func (x *Exchange) book(deed fake.Deed, what string, s *Sub, k *Key, who caller) {
	x.Deeds.Book(fake.Entry{
		At: x.Server.Now(), Deed: deed, What: what, AccessKey: k.AccessKey, Account: strconv.FormatInt(s.ID, 10),
		Label: k.Note, By: who.key.AccessKey, From: who.from,
	})
}
