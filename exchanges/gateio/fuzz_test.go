package gateio

import (
	"encoding/json"
	"net/http"
	"testing"

	"rekey/exchanges"
)

func FuzzJudge(f *testing.F) {
	for _, body := range []string{
		deadBody, `{"label":7}`, detailBody, `[]`, `null`, ``, `<html>`, `{"label":"IP_FORBIDDEN","message":"x"}`,
		`{"label":"INVALID_KEY","message":7}`,
	} {
		for _, status := range []int{200, 204, 302, 400, 401, 429, 503} {
			f.Add(status, "application/json", body)
		}
	}
	f.Fuzz(func(t *testing.T, status int, contentType, body string) {
		for _, name := range []string{opDetail, opRevoke} {
			op, _ := protocol().Operation(name)
			res := exchanges.Response{Status: status, Header: http.Header{"Content-Type": {contentType}}, Body: []byte(body)}
			err := judge(op, res)
			var w struct {
				Label   string
				Message string
			}
			says := json.Unmarshal([]byte(body), &w) == nil && w.Label == labelNoSuchKey && (status == 400 || status == 401)
			if exchanges.KindOf(err) == exchanges.KindNoSuchKey && !says {
				t.Errorf("no such key, said by HTTP %d %q", status, body)
			}
			if err == nil && status >= 300 {
				t.Errorf("HTTP %d %q passes for success", status, body)
			}
			if err != nil && len(err.Error()) > 600 {
				t.Errorf("an error of %d bytes: the answer's text is in it", len(err.Error()))
			}
		}
	})
}

func FuzzInspect(f *testing.F) {
	f.Add(detailBody, `[{"state":1,"name":"x","perms":[{"name":"spot","read_only":false}],"key":"0123456789ab*****"}]`)
	f.Add(detailBody, `{"label":"FORBIDDEN","message":"x"}`)
	f.Add(deadBody, `[{}]`)
	f.Add(`{"user_id":"7"}`, `{"key":{"mode":1}}`)
	f.Fuzz(func(t *testing.T, detail, rows string) {
		a, s := openStub(t, map[string]reply{"global " + opDetail: {200, detail}, "global " + opMainKeys: {200, rows}})
		k, err := a.Inspect(t.Context())
		if k.Status == exchanges.StatusDead {
			t.Errorf("dead by %q and %q, asked %q", detail, rows, s.asked)
		}
		if err == nil && k.Status != exchanges.StatusAlive && k.Status != exchanges.StatusDisabled {
			t.Errorf("status %q without an error", k.Status)
		}
		if k.Permissions.Has(exchanges.Withdraw).IsKnown() {
			t.Errorf("withdraw is told by %q", rows)
		}
	})
}
