package bitget

import (
	"encoding/json"
	"net/http"
	"testing"

	"rekey/exchanges"
)

func FuzzJudge(f *testing.F) {
	for _, body := range []string{
		deadBody, `{"code":40037}`, answerWith(`{}`), `[]`, `null`, ``, `<html>`, classicMode,
		`{"code":"40018","msg":"Invalid IP"}`,
		`{"code":"40006","msg":"IP not in whitelist"}`,
	} {
		for _, status := range []int{200, 302, 400, 429, 503} {
			f.Add(status, "application/json", body)
		}
	}
	op, _ := protocol().Operation(opUnified)
	f.Fuzz(func(t *testing.T, status int, contentType, body string) {
		res := exchanges.Response{Status: status, Header: http.Header{"Content-Type": {contentType}}, Body: []byte(body)}
		err := judge(op, res)
		var w struct{ Code string }
		says := json.Unmarshal([]byte(body), &w) == nil && w.Code == codeNoSuchKey && status == http.StatusBadRequest
		if exchanges.KindOf(err) == exchanges.KindNoSuchKey && !says {
			t.Errorf("no such key, said by HTTP %d %q", status, body)
		}
		if err == nil && status >= 300 {
			t.Errorf("HTTP %d %q passes for success", status, body)
		}
		if err != nil && len(err.Error()) > 500 {
			t.Errorf("an error of %d bytes: the answer's text is in it", len(err.Error()))
		}
	})
}

func FuzzInspect(f *testing.F) {
	f.Add(
		answerWith(`{"userId":"1","parentId":"","ips":"203.0.113.7","permType":"read-and-write","permissions":["uta_mgt"]}`),
		answerWith(`{"userId":"1","authorities":["coor"],"ips":""}`),
	)
	f.Add(answerWith(`{"userId":"1","permissions":null,"ips":7}`), deadBody)
	f.Add(deadBody, deadBody)
	f.Add(classicMode, answerWith(`null`))
	f.Fuzz(func(t *testing.T, first, second string) {
		a, s := openStub(t, map[string]reply{opUnified: {200, first}, opClassic: {200, second}})
		k, err := a.Inspect(t.Context())
		if k.Status == exchanges.StatusDead {
			t.Errorf("dead by %q and %q, asked %q", first, second, s.asked)
		}
		if err == nil && k.Status != exchanges.StatusAlive {
			t.Errorf("status %q without an error", k.Status)
		}
	})
}
