package okx

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
)

// Every code of the sheet, with its documented HTTP status, what it is and what
// it proves about the key.
func TestJudge(t *testing.T) {
	const (
		alive     = exchanges.StatusAlive
		unknown   = exchanges.StatusUndetermined
		ipRefused = exchanges.StatusIPRefused
	)
	for _, c := range []struct {
		code   string
		http   int
		kind   exchanges.Kind
		proves exchanges.Status
	}{
		{"50119", 200, exchanges.KindNoSuchKey, unknown}, // one answer alone is no proof
		{"50119", 401, exchanges.KindNoSuchKey, unknown},
		{"50110", 401, exchanges.KindIPRefused, ipRefused},
		{"50101", 401, exchanges.KindUndetermined, alive},
		{"50105", 401, exchanges.KindBadPassphrase, alive},
		{"50113", 401, exchanges.KindBadSignature, alive},
		{"50120", 200, exchanges.KindForbidden, alive},
		{"50030", 200, exchanges.KindForbidden, alive},
		{"50035", 403, exchanges.KindForbidden, alive},
		{"50114", 401, exchanges.KindForbidden, unknown},
		{"50111", 401, exchanges.KindCredential, unknown},
		{"50103", 401, exchanges.KindCredential, unknown},
		{"50104", 401, exchanges.KindCredential, unknown},
		{"50106", 401, exchanges.KindCredential, unknown},
		{"50107", 401, exchanges.KindCredential, unknown},
		{"50102", 401, exchanges.KindClock, unknown},
		{"50112", 401, exchanges.KindClock, unknown},
		{"50011", 200, exchanges.KindRateLimited, unknown},
		{"50011", 429, exchanges.KindRateLimited, unknown},
		{"50061", 200, exchanges.KindRateLimited, unknown},
		{"50040", 200, exchanges.KindRateLimited, unknown},
		{"58102", 429, exchanges.KindRateLimited, unknown},
		{"50100", 400, exchanges.KindForbidden, unknown},
		{"50007", 200, exchanges.KindForbidden, unknown},
		{"50009", 200, exchanges.KindForbidden, unknown},
		{"50012", 200, exchanges.KindForbidden, unknown},
		{"50027", 200, exchanges.KindForbidden, unknown},
		{"50029", 200, exchanges.KindForbidden, unknown},
		{"58004", 200, exchanges.KindForbidden, unknown},
		{"50001", 503, exchanges.KindMaintenance, unknown},
		{"50004", 400, exchanges.KindMaintenance, unknown},
		{"50013", 429, exchanges.KindMaintenance, unknown}, // not a limit, whatever the status says
		{"50026", 500, exchanges.KindMaintenance, unknown},
		{"50121", 200, exchanges.KindGeoBlocked, unknown},
		{"50051", 200, exchanges.KindGeoBlocked, unknown},
		{"50059", 200, exchanges.KindGeoBlocked, unknown},
		{"50060", 200, exchanges.KindGeoBlocked, unknown},
		{"59500", 200, exchanges.KindNotMaster, unknown},
		{"59604", 200, exchanges.KindNotMaster, unknown},
		{"59501", 200, exchanges.KindOther, unknown},
		{"59502", 200, exchanges.KindOther, unknown},
		{"59503", 200, exchanges.KindOther, unknown},
		{"59504", 200, exchanges.KindForbidden, unknown},
		{"59505", 200, exchanges.KindOther, unknown},
		{"59506", 200, exchanges.KindOther, unknown}, // about another key than the one that calls
		{"59508", 200, exchanges.KindForbidden, unknown},
		{"59510", 200, exchanges.KindOther, unknown},
		{"59518", 200, exchanges.KindForbidden, unknown},
		{"59519", 200, exchanges.KindForbidden, unknown},
		{"99999", 200, exchanges.KindOther, unknown},
		{"99999", 400, exchanges.KindOther, unknown},
		{"1", 200, exchanges.KindOther, unknown},

		// A key that does not exist is not taken from a server in trouble.
		{"50119", 500, exchanges.KindMaintenance, unknown},
		{"50119", 503, exchanges.KindMaintenance, unknown},
		{"50119", 429, exchanges.KindRateLimited, unknown},
		{"50119", 451, exchanges.KindGeoBlocked, unknown},
		{"50119", 307, exchanges.KindOther, unknown},
		{"50110", 302, exchanges.KindOther, unknown},
		// Success is code "0" and nothing else.
		{"0", 200, "", unknown},
		{"0", 400, exchanges.KindOther, unknown},
		{"0", 404, exchanges.KindNotFound, unknown},
		{"", 200, exchanges.KindOther, unknown},
		{"", 403, exchanges.KindForbidden, unknown},
		{"00", 200, exchanges.KindOther, unknown},
		{"50119 ", 200, exchanges.KindOther, unknown},
		{"CANARY", 400, exchanges.KindOther, unknown},
	} {
		t.Run(fmt.Sprintf("%s with HTTP %d", c.code, c.http), func(t *testing.T) {
			op, _ := protocol().Operation(opInspect)
			body := fmt.Sprintf(
				`{"msg":"Your IP 198.51.100.4 is not included in your API key's CANARY IP whitelist.","code":%q}`,
				c.code,
			)
			err := judge(op, exchanges.Response{Status: c.http, Header: http.Header{}, Body: []byte(body)})
			if got := exchanges.KindOf(err); got != c.kind {
				t.Fatalf("kind %q, want %q", got, c.kind)
			}
			if err == nil {
				return
			}
			if got := statusOf(err); got != c.proves {
				t.Errorf("proves %q, want %q", got, c.proves)
			}
			for _, form := range []string{"%v", "%+v", "%#v"} {
				if text := fmt.Sprintf(form, err); strings.Contains(text, exchangetest.Canary) ||
					strings.Contains(text, "198.51.100.4") {
					t.Errorf("the answer's text is kept: %s", text)
				}
			}
		})
	}
}

// A limit without Retry-After is waited out for one window.
func TestJudgeLimitWaitsOneWindow(t *testing.T) {
	op, _ := protocol().Operation(opInspect)
	for header, want := range map[string]time.Duration{"": 2 * time.Second, "1": 2 * time.Second, "9": 9 * time.Second} {
		res := exchanges.Response{Status: 200, Header: http.Header{"Retry-After": {header}}, Body: []byte(`{"code":"50011"}`)}
		e, ok := judge(op, res).(*exchanges.Error) //nolint:errorlint // judge makes it
		if !ok || e.RetryAfter != want {
			t.Errorf("Retry-After %q: %+v, want to wait %v", header, e, want)
		}
	}
}
