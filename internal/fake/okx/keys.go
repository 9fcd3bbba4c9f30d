package okx

import (
	"net/http"
	"net/url"
	"strings"
)

// subKeys lists all keys of one sub-account.
func (x *Exchange) subKeys(w http.ResponseWriter, q url.Values, who caller) {
	if f := first(who.may("read_only"), who.main()); f != nil {
		f.write(w)
		return
	}
	name := q.Get("subAcct")
	if name == "" {
		fail(w, http.StatusBadRequest, "50014", "Parameter subAcct can not be empty.")
		return
	}
	s, ok := x.subs[who.account][name]
	if !ok {
		noSuchAccount().write(w)
		return
	}
	var rows []any
	for _, k := range s.Keys {
		if !k.life.Listed(k.Deleted, x.Server.Now()) || q.Get("apiKey") != "" && q.Get("apiKey") != k.AccessKey {
			continue
		}
		rows = append(rows, k.describe())
	}
	if rows == nil && q.Get("apiKey") != "" {
		noSuchKey().write(w)
		return
	}
	answer(w, rows...)
}

func (k *Key) describe() map[string]any {
	return map[string]any{
		"label": k.Label, "apiKey": k.AccessKey, "perm": strings.Join(k.Perms, ","),
		"ip": strings.Join(k.Whitelist, ","), "ts": millis(k.Created),
	}
}
