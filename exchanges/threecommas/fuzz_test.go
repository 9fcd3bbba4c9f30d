package threecommas

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"rekey/exchanges"
)

// FuzzJudge: an answer is accepted or refused in rekey's own words, and no
// answer says that a key does not exist.
func FuzzJudge(f *testing.F) {
	for _, body := range []string{
		``, `null`, `[]`, `{"valid":true}`, `{"error":"signature_invalid"}`,
		`{"error":"api_key_invalid_or_expired","error_description":"x"}`,
		`{"error":"not available, subscription plan"}`, `{"error":["deep"]}`, `<html>`, "\xff\xfe",
	} {
		f.Add(200, "application/json", "", []byte(body))
		f.Add(401, "text/html", "7", []byte(body))
		f.Add(429, "", "-1", []byte(body))
	}
	f.Fuzz(func(t *testing.T, status int, contentType, retryAfter string, body []byte) {
		op, _ := protocol().Operation(opConnections)
		header := http.Header{"Content-Type": {contentType}, "Retry-After": {retryAfter}}
		err := judge(op, exchanges.Response{Status: status, Header: header, Body: body})
		if err == nil {
			if status >= 300 {
				t.Errorf("status %d is accepted", status)
			}
			return
		}
		var e *exchanges.Error
		if !errors.As(err, &e) || e.Detail == "" || e.Kind == "" || e.Code != "" && !codeForm.MatchString(e.Code) {
			t.Fatalf("%#v is no refusal in rekey's words", err)
		}
		if slices.Contains(
			[]exchanges.Kind{exchanges.KindNoSuchKey, exchanges.KindIPRefused, exchanges.KindNotMaster},
			e.Kind,
		) {
			t.Errorf("kind %q is none that 3Commas can mean", e.Kind)
		}
	})
}

// FuzzConnections: whatever the list is, a key is never "not held" unless the
// list is a JSON array without rows.
func FuzzConnections(f *testing.F) {
	for _, body := range []string{
		``, `null`, `[]`, `[ ]`, `{}`, `[{}]`, `[null]`, `[{"id":1}]`,
		`[{"id":"2","api_key_invalid":"true","created_at":"2022-01-01T00:00:00Z"}]`,
		`[{"id":1,"name":"\u001b[2J"},{"id":1}]`, `[{"id":99999999999999999999}]`,
		`[{"id":3,"lock_reason":null,"api_keys_state":null}]`,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		a := scripted(t, func(q map[string]string) string {
			if q["api_key"] == nobodysKey || q["page"] != "1" {
				return `[]`
			}
			return string(body)
		})
		got, err := a.Holds(t.Context(), held)
		if err != nil {
			if got != nil {
				t.Errorf("%v beside %v", got, err)
			}
			return
		}
		bare := strings.Join(strings.Fields(string(body)), "")
		if len(got) == 0 && bare != "[]" {
			t.Errorf("%q is read as: nobody holds the key", body)
		}
		for _, c := range got {
			if c.ID == "" || c.ID == "0" || c.ID[0] == '-' {
				t.Errorf("a connection without ID: %+v", c)
			}
		}
	})
}

// FuzzTrustedAddresses: every address in the book is one, under a code.
func FuzzTrustedAddresses(f *testing.F) {
	for _, body := range []string{
		``, `null`, `[]`, `[{}]`, `[{"market_code":"okex","trusted_ips":["198.51.100.0/24","203.0.113.7"]}]`,
		`[{"market_code":"okex","trusted_ips":["all"]}]`, `[{"market_code":"a",` +
			`"trusted_ips":["::ffff:1.2.3.4","fe80::1%eth0"]}]`,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		book, err := scripted(t, func(map[string]string) string { return string(body) }).TrustedAddresses(t.Context())
		if err == nil && book == nil {
			t.Error("neither addresses nor an error")
		}
		for code, entries := range book {
			for _, p := range entries {
				if code == "" || !p.IsValid() {
					t.Errorf("market %q has the address %v", code, p)
				}
			}
		}
	})
}

// FuzzSwap: a swap is taken only when the answer is the connection that was
// meant, and no answer makes a number of bots below zero.
func FuzzSwap(f *testing.F) {
	for _, body := range []string{
		``, `null`, `[]`, `true`, `{"id":501}`, `{"id":"501"}`, `{"id":502}`, `{"id":501,"error":"invalid_api_key"}`,
		`{"data":{}}`, `{"data":null}`,
		`{"data":{"active_bots_count":2,"active_orders_count":"0","active_deals_count":-1,"active_smart_trades_count":null}}`,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		a := scripted(t, func(map[string]string) string { return string(body) })
		err := a.UpdateConnection(t.Context(), "501", next())
		if err == nil && !strings.Contains(string(body), "501") {
			t.Errorf("%q is read as: the swap was taken", body)
		}
		seen, err := a.RefreshConnection(t.Context(), "501")
		if (err == nil) != (seen.ID == "501") {
			t.Errorf("%+v beside %v", seen, err)
		}
		got, err := a.Activity(t.Context(), "501")
		if err != nil && got != (exchanges.Activity{}) {
			t.Errorf("%+v beside %v", got, err)
		}
		for _, n := range []exchanges.Fact[int]{got.Bots, got.GridBots, got.Deals, got.SmartTrades, got.Orders} {
			if n, _ := n.Get(); n < 0 {
				t.Errorf("%d of something is active", n)
			}
		}
	})
}
