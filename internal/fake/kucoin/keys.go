package kucoin

import (
	"net/http"
	"strings"
)

// ownKey leaves ipWhitelist out where there is none, and subName for a key of
// the master account.
func (x *Exchange) ownKey(w http.ResponseWriter, _ *http.Request, who caller) {
	out := describe(who)
	if len(who.key.Whitelist) == 0 {
		delete(out, "ipWhitelist")
	}
	succeed(w, out)
}

func describe(who caller) map[string]any {
	k := who.key
	out := map[string]any{
		"remark": k.Remark, "apiKey": k.AccessKey, "apiVersion": k.version(), "permission": k.Permission,
		"ipWhitelist": masked(
			k.Whitelist,
		), "createdAt": millis(k.Created), "uid": who.account.UID, "isMaster": who.sub == nil,
	}
	if who.sub != nil {
		out["uid"], out["subName"] = who.sub.UID, who.sub.Name
	}
	return out
}

// masked hides the middle of addresses: 203.0.113.7 becomes 203.**.7. What
// becomes of an IPv6 address is not documented.
func masked(whitelist []string) string {
	var out []string
	for _, address := range whitelist {
		separator := "."
		if strings.Contains(address, ":") {
			separator = ":"
		}
		first, rest, _ := strings.Cut(address, separator)
		out = append(out, first+separator+"**"+separator+rest[strings.LastIndex(rest, separator)+1:])
	}
	return strings.Join(out, ",")
}

// subKeys lists the keys of one sub-account, all at once.
func (x *Exchange) subKeys(w http.ResponseWriter, r *http.Request, who caller) {
	if !x.master(w, who) {
		return
	}
	q := r.URL.Query()
	s := x.subs[subName{who.account, q.Get("subName")}]
	if s == nil {
		wrong(w)
		return
	}
	rows := []any{}
	for _, k := range s.Keys {
		if k.life.Listed(k.Deleted, x.Server.Now()) && (q.Get("apiKey") == "" || q.Get("apiKey") == k.AccessKey) {
			rows = append(rows, describe(caller{account: who.account, sub: s, key: k}))
		}
	}
	succeed(w, rows)
}
