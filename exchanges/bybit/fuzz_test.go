package bybit

import (
	"encoding/json"
	"net/http"
	"testing"

	"rekey/exchanges"
)

func FuzzJudge(f *testing.F) {
	for _, body := range []string{
		refused("10003", "API key is invalid."), refused("33004", "x"), `{"retCode":"10003","retMsg":""}`, result(`{}`),
		`{"retCode":10003}`, `[]`, `null`, ``, `<html>`, refused("10004", "error sign! origin_string[1CANARY5000]"),
	} {
		for _, status := range []int{200, 302, 401, 403, 429, 503} {
			f.Add(status, "application/json", body, "")
		}
		f.Add(401, "", body, bareReason)
	}
	op, _ := protocol().Operation(opInspect)
	f.Fuzz(func(t *testing.T, status int, contentType, body, reason string) {
		res := exchanges.Response{
			Status: status, Reason: reason, Header: http.Header{"Content-Type": {contentType}}, Body: []byte(body),
		}
		err := judge(op, res)
		var w struct {
			RetCode int `json:"retCode"`
		}
		says := json.Unmarshal([]byte(body), &w) == nil && w.RetCode == 10003
		if exchanges.KindOf(err) == exchanges.KindNoSuchKey && !says && (status != 401 || reason != bareReason) {
			t.Errorf("no such key, said by HTTP %d %q %q", status, reason, body)
		}
		if err == nil && status >= 300 {
			t.Errorf("HTTP %d %q passes for success", status, body)
		}
		if err != nil && len(err.Error()) > 500 {
			t.Errorf("an error of %d bytes: the answer's text is in it", len(err.Error()))
		}
	})
}

func FuzzKey(f *testing.F) {
	f.Add(`{"apiKey":"k","readOnly":0,"permissions":{"Spot":["SpotTrade"]},"ips":["*"],"isMaster":true,"parentUid":"0"}`)
	f.Add(`{"permissions":{"Wallet":null},"readOnly":"1","expiredAt":"1970-01-01T00:00:00Z"}`)
	f.Add(`null`)
	f.Fuzz(func(t *testing.T, body string) {
		var d describedKey
		if exchanges.Decode([]byte(body), &d) != nil {
			return
		}
		k := exchanges.Key{}
		apply(d, &k)
		readOnly, told := d.Value.ReadOnly.Get()
		withdraws, known := k.Permissions.Has(exchanges.Withdraw).Get()
		named := false
		for _, word := range d.Value.Permissions["Wallet"] {
			named = named || word == "Withdraw"
		}
		if known && !withdraws && named && (!told || !readOnly) {
			t.Errorf("withdrawal is denied by %q", body)
		}
	})
}
