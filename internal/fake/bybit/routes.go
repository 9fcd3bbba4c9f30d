package bybit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"rekey/internal/fake"
)

// A route is one call that the fake knows.
type route struct {
	signed bool
	limit  int      // calls a second for each user
	params []string // the documented parameters of a read
	serve  func(w http.ResponseWriter, q url.Values, who caller)
	fields []string // the documented fields of a write
	write  func(w http.ResponseWriter, f fields, who caller)
}

// fields are those of a write, as they were sent.
type fields map[string]json.RawMessage

func (x *Exchange) routes() map[string]route {
	return map[string]route{
		"GET /v5/market/time":    {serve: x.time},
		"GET /v5/user/query-api": {signed: true, limit: 10, serve: x.queryAPI},
		"GET /v5/user/submembers": {
			signed: true, limit: 5, params: []string{"pageSize", "nextCursor"}, serve: x.subMembers,
		},
		"GET /v5/user/query-sub-members": {signed: true, limit: 10, serve: x.querySubMembers},
		"GET /v5/user/sub-apikeys": {
			signed: true, limit: 10, params: []string{"subMemberId", "limit", "cursor"}, serve: x.subKeys,
		},
		"POST /v5/user/create-sub-api": {
			signed: true, limit: 1, fields: []string{"subuid", "note", "readOnly", "ips", "permissions"}, write: x.createSubKey,
		},
		"POST /v5/user/update-sub-api": {
			signed: true, limit: 5, fields: []string{"apikey", "readOnly", "ips", "permissions"}, write: x.updateSubKey,
		},
		"POST /v5/user/delete-sub-api": {signed: true, limit: 5, fields: []string{"apikey"}, write: x.deleteSubKey},
		"POST /v5/user/update-api": {
			signed: true, limit: 5, fields: []string{"readOnly", "ips", "permissions"}, write: x.updateKey,
		},
		"POST /v5/user/delete-api": {signed: true, limit: 5, write: x.deleteKey},
	}
}

// unknown refuses a parameter that the call does not have. Bybit is not known to
// refuse those that it does not document.
func (r route) unknown(q url.Values) *refusal {
	for name := range q {
		if !slices.Contains(r.params, name) {
			return badParameter(name)
		}
	}
	return nil
}

func badParameter(name string) *refusal {
	return &refusal{http.StatusOK, 10001, "params error: " + name}
}

// readFields reads the JSON object of a write.
func readFields(r *http.Request, body []byte, known []string) (fields, *refusal) {
	media, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	f := fields{}
	if !strings.EqualFold(media, "application/json") || json.Unmarshal(body, &f) != nil || f == nil {
		return nil, badParameter("body")
	}
	for name := range f {
		if !slices.Contains(known, name) {
			return nil, badParameter(name)
		}
	}
	return f, nil
}

func (x *Exchange) answer(w http.ResponseWriter, result any) {
	fake.JSON(w, http.StatusOK, map[string]any{
		"retCode": 0, "retMsg": "", "result": result, "retExtInfo": map[string]any{}, "time": x.Server.Now().UnixMilli(),
	})
}

func plain(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text))
}

// bare writes the refusal that was recorded: the reason beside the status, and
// no body. net/http writes no reason of its own choice, so the line is written
// by hand.
func bare(w http.ResponseWriter) {
	h, ok := w.(http.Hijacker)
	if !ok {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	conn, buffer, err := h.Hijack()
	if err != nil {
		return
	}
	defer func() { _ = conn.Close() }()
	_, _ = buffer.WriteString("HTTP/1.1 401 API key is invalid.\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
	_ = buffer.Flush()
}

// limits writes what is left of a limit.
func limits(h http.Header, limit, used int, reset time.Time) {
	h.Set("X-Bapi-Limit", strconv.Itoa(limit))
	h.Set("X-Bapi-Limit-Status", strconv.Itoa(max(0, limit-used)))
	h.Set("X-Bapi-Limit-Reset-Timestamp", strconv.FormatInt(reset.UnixMilli(), 10))
}

func (x *Exchange) time(w http.ResponseWriter, _ url.Values, _ caller) {
	now := x.Server.Now()
	x.answer(w, map[string]any{
		"timeSecond": strconv.FormatInt(now.Unix(), 10), "timeNano": strconv.FormatInt(now.UnixNano(), 10),
	})
}

// subMembers lists the sub-accounts page by page. nextCursor is "0" at the end.
func (x *Exchange) subMembers(w http.ResponseWriter, q url.Values, who caller) {
	if f := who.reads(false); f != nil {
		f.write(w, x)
		return
	}
	size, ok1 := number(q, "pageSize", 100)
	from, ok2 := number(q, "nextCursor", 0)
	if !ok1 || !ok2 || size < 1 || size > 100 || from > len(who.account.Subs) {
		badParameter("pageSize or nextCursor").write(w, x)
		return
	}
	end, next := min(from+size, len(who.account.Subs)), "0"
	if end < len(who.account.Subs) {
		next = strconv.Itoa(end)
	}
	x.answer(w, map[string]any{"subMembers": describeSubs(who.account.Subs[from:end]), "nextCursor": next})
}

func (x *Exchange) querySubMembers(w http.ResponseWriter, _ url.Values, who caller) {
	if f := who.reads(false); f != nil {
		f.write(w, x)
		return
	}
	x.answer(w, map[string]any{"subMembers": describeSubs(who.account.Subs[:min(1000, len(who.account.Subs))])})
}

func describeSubs(subs []*Sub) []any {
	rows := []any{}
	for _, s := range subs {
		status := 1
		if s.Frozen {
			status = 4
		}
		rows = append(rows, map[string]any{
			"uid": s.UID, "username": s.Name, "memberType": 1, "status": status, "remark": "", "accountMode": 5,
		})
	}
	return rows
}

// subKeys lists the keys of one sub-account, 20 to a page at most.
func (x *Exchange) subKeys(w http.ResponseWriter, q url.Values, who caller) {
	if f := who.reads(true); f != nil {
		f.write(w, x)
		return
	}
	i := slices.IndexFunc(who.account.Subs, func(s *Sub) bool { return s.UID == q.Get("subMemberId") })
	size, ok1 := number(q, "limit", 20)
	from, ok2 := number(q, "cursor", 0)
	if i < 0 || !ok1 || !ok2 || size < 1 || size > 20 {
		badParameter("subMemberId, limit or cursor").write(w, x)
		return
	}
	now := x.Server.Now()
	listed := slices.DeleteFunc(slices.Clone(who.account.Subs[i].Keys), func(k *Key) bool {
		return !k.life.Listed(k.Deleted, now)
	})
	from = min(from, len(listed))
	end, next := min(from+size, len(listed)), ""
	if end < len(listed) {
		next = strconv.Itoa(end)
	}
	rows := []any{}
	for _, k := range listed[from:end] {
		rows = append(rows, x.describeSubKey(k))
	}
	x.answer(w, map[string]any{"result": rows, "nextPageCursor": next})
}

// number reads a parameter in digits.
func number(q url.Values, name string, standard int) (int, bool) {
	if !q.Has(name) {
		return standard, true
	}
	n, err := strconv.Atoi(q.Get(name))
	return n, err == nil && n >= 0
}

// text reads a field that is a text, "" when it is not there.
func (f fields) text(name string) (string, bool) {
	raw, sent := f[name]
	if !sent {
		return "", true
	}
	var s string
	return s, bytes.HasPrefix(raw, []byte(`"`)) && json.Unmarshal(raw, &s) == nil
}

func (x *Exchange) mint(owner string) string {
	for {
		x.minted++
		access := fake.LettersOf(fmt.Sprintf("bybit %s %d", owner, x.minted), 18)
		if _, taken := x.keys[access]; !taken {
			return access
		}
	}
}
