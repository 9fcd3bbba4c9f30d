package okx

import (
	"encoding/json"
	"net/http"
	"net/url"
	"testing"

	"rekey/exchanges"
)

// says reports whether a body is the documented refusal for a key that does
// not exist.
func says50119(body string) bool {
	var w struct{ Code string }
	return json.Unmarshal([]byte(body), &w) == nil && w.Code == "50119"
}

func FuzzJudge(f *testing.F) {
	for _, body := range []string{
		`{"msg":"API key doesn't exist","code":"50119"}`, `{"code":50119}`, `{"code":"0","data":[]}`, `[]`, `null`, ``,
		`<html>`, `{"code":"50110","msg":"Your IP"}`,
	} {
		for _, status := range []int{200, 302, 401, 429, 503} {
			f.Add(status, "application/json", body)
		}
	}
	op, _ := protocol().Operation(opInspect)
	f.Fuzz(func(t *testing.T, status int, contentType, body string) {
		res := exchanges.Response{Status: status, Header: http.Header{"Content-Type": {contentType}}, Body: []byte(body)}
		err := judge(op, res)
		if exchanges.KindOf(err) == exchanges.KindNoSuchKey && !says50119(body) {
			t.Errorf("no such key, said by HTTP %d %q", status, body)
		}
		if err == nil && status >= 300 {
			t.Errorf("HTTP %d %q passes for success", status, body)
		}
		if err != nil && len(err.Error()) > 400 {
			t.Errorf("an error of %d bytes: the answer's text is in it", len(err.Error()))
		}
	})
}

func FuzzInspect(f *testing.F) {
	for _, body := range []string{
		rows(`{"uid":"1","mainUid":"1","type":"0","label":"v5","perm":"read_only,withdraw,trade",` +
			`"ip":"203.0.113.7,2001:db8::/32"}`),
		rows(`{"uid":"1","perm":null,"ip":7}`), rows(), `{"code":"50119"}`, `{"code":"50101"}`, `{"code":"0","data":{}}`,
		`{"code":"0","data":[null]}`, `null`,
	} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		a, _ := openStub(t, answersTo(opInspect, body))
		k, err := a.Inspect(t.Context())
		switch {
		case k.Status == exchanges.StatusDead && (!says50119(body) || err != nil):
			t.Errorf("dead by %q, error %v", body, err)
		case k.Status == exchanges.StatusUndetermined && err == nil:
			t.Errorf("undetermined without a reason by %q", body)
		case k.Status == exchanges.StatusUndetermined && (k.Permissions.IsKnown() || k.Whitelist.Restricted.IsKnown()):
			t.Errorf("facts about a key that nothing is known of, by %q", body)
		}
	})
}

func FuzzList(f *testing.F) {
	f.Add(
		rows(account("grid1", 1_659_334_756_000)),
		rows(`{"label":"v5","apiKey":"k","perm":"read_only,trade","ip":"203.0.113.7","ts":"1597026383085"}`),
	)
	f.Add(rows(account("", 0)), rows(`{"apiKey":""}`))
	f.Add(rows(`null`), rows(`null`))
	f.Add(`{"code":"59500"}`, `{"code":"59510"}`)
	f.Fuzz(func(t *testing.T, accounts, keys string) {
		a, _ := openStub(t, map[string]func(url.Values) string{opSubAccounts: always(accounts), opSubKeys: always(keys)})
		found, _ := list(t, a)
		for _, k := range found {
			if k.Ref.AccessKey == "" || k.Ref.Account.Name == "" || k.Ref.Account.Kind != exchanges.AccountSub ||
				k.Status != exchanges.StatusAlive {
				t.Errorf("key %+v", k)
			}
		}
	})
}
