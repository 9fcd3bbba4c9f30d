package binance

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
	"rekey/internal/fake"
	fakebinance "rekey/internal/fake/binance"
	"rekey/internal/httpx"
)

// What each code is, at the call where it is asked: whether one and the same
// code is about the key or about an address depends on the path.
func TestJudge(t *testing.T) {
	for _, c := range []struct {
		op           string
		code, status int
		kind         exchanges.Kind
		proves       exchanges.Status
	}{
		{opInspect, -2008, 400, exchanges.KindNoSuchKey, exchanges.StatusUndetermined}, // one answer alone is no proof
		{opAccount, -2008, 400, exchanges.KindUndetermined, exchanges.StatusUndetermined},
		{opTime, -2008, 400, exchanges.KindUndetermined, exchanges.StatusUndetermined},
		{opRevoke, -2008, 400, exchanges.KindNoSuchKey, exchanges.StatusUndetermined},
		{opInspect, -2015, 401, exchanges.KindIPRefused, exchanges.StatusIPRefused},
		{opAccount, -2015, 401, exchanges.KindForbidden, exchanges.StatusUndetermined},
		{opSubKeys, -2015, 401, exchanges.KindForbidden, exchanges.StatusUndetermined},
		{opRevoke, -2015, 401, exchanges.KindForbidden, exchanges.StatusUndetermined},
		{opInspect, -1002, 401, exchanges.KindForbidden, exchanges.StatusAlive}, // about a key that it knows
		{opInspect, -1022, 400, exchanges.KindBadSignature, exchanges.StatusAlive},
		{opInspect, -2014, 401, exchanges.KindCredential, exchanges.StatusUndetermined},
		{opInspect, -1021, 400, exchanges.KindClock, exchanges.StatusUndetermined},
		{opInspect, -1003, 400, exchanges.KindRateLimited, exchanges.StatusUndetermined},
		{opInspect, -1015, 400, exchanges.KindRateLimited, exchanges.StatusUndetermined},
		{opInspect, -1000, 400, exchanges.KindMaintenance, exchanges.StatusUndetermined},
		{opInspect, -1008, 400, exchanges.KindMaintenance, exchanges.StatusUndetermined},
		{opInspect, -9999, 404, exchanges.KindNotFound, exchanges.StatusUndetermined},
		{opInspect, -9999, 403, exchanges.KindForbidden, exchanges.StatusUndetermined},
		{opInspect, -9999, 400, exchanges.KindOther, exchanges.StatusUndetermined},
		{opInspect, -9999, 200, exchanges.KindOther, exchanges.StatusUndetermined},
		{opInspect, 0, 200, "", exchanges.StatusUndetermined},
		{opInspect, 200, 399, exchanges.KindOther, exchanges.StatusUndetermined},
		{opInspect, 0, 400, exchanges.KindOther, exchanges.StatusUndetermined},
		// A change: a code of Binance's own means that nothing was changed, no code
		// leaves it open, and so does one that comes with HTTP 200.
		{opIssue, -9999, 400, exchanges.KindRejected, exchanges.StatusUndetermined},
		{opIssue, -9999, 200, exchanges.KindOther, exchanges.StatusUndetermined},
		{opIssue, 0, 400, exchanges.KindOther, exchanges.StatusUndetermined},
		{opIssue, -1007, 400, exchanges.KindMaintenance, exchanges.StatusUndetermined},
		// What a server in trouble says of a key is not believed.
		{opInspect, -2008, 500, exchanges.KindMaintenance, exchanges.StatusUndetermined},
		{opInspect, -2008, 503, exchanges.KindMaintenance, exchanges.StatusUndetermined},
		{opInspect, -2008, 429, exchanges.KindRateLimited, exchanges.StatusUndetermined},
		{opInspect, -2008, 418, exchanges.KindRateLimited, exchanges.StatusUndetermined},
		{opInspect, -2008, 451, exchanges.KindGeoBlocked, exchanges.StatusUndetermined},
		{opInspect, -2008, 302, exchanges.KindOther, exchanges.StatusUndetermined},
	} {
		op, ok := protocol().Operation(c.op)
		if !ok {
			t.Fatalf("%s is not declared", c.op)
		}
		body := fmt.Sprintf(`{"code":%d,"msg":"CANARY, request ip: 198.51.100.4"}`, c.code)
		err := judge(op, exchanges.Response{Status: c.status, Header: http.Header{"Retry-After": {"3"}}, Body: []byte(body)})
		story := fmt.Sprintf("%s: %d with HTTP %d", c.op, c.code, c.status)
		if got := exchanges.KindOf(err); got != c.kind {
			t.Errorf("%s: kind %q, want %q", story, got, c.kind)
		}
		if got := statusOf(err); got != c.proves {
			t.Errorf("%s: proves %q, want %q", story, got, c.proves)
		}
		var e *exchanges.Error
		if !errors.As(err, &e) {
			continue
		}
		if e.RetryAfter != 3*time.Second || e.Exchange != Name || e.Op != c.op || strings.Contains(fmt.Sprintf("%+v", e),
			exchangetest.Canary) {
			t.Errorf("%s: %+v", story, e)
		}
		if own := c.code != 0 && !wordless(c.status); (e.Code != "") != own {
			t.Errorf("%s: code %q", story, e.Code)
		}
	}
}

// wordless reports whether an answer of this status is judged before its words.
func wordless(status int) bool {
	return status >= 500 || status == 429 || status == 418 || status == 451 || status >= 300 && status < 400
}

// What is no object has no code, and is for the caller to read unless the
// status says that it is a refusal.
func TestJudgeWithoutWords(t *testing.T) {
	op, _ := protocol().Operation(opInspect)
	for _, c := range []struct {
		body   string
		status int
		kind   exchanges.Kind
	}{
		{`[]`, 200, ""},
		{`[{"code":-2008}]`, 200, ""},
		{``, 200, ""},
		{`{}`, 200, ""},
		{`[{"code":-2008}]`, 400, exchanges.KindOther},
		{``, 400, exchanges.KindOther},
		{`-2008`, 400, exchanges.KindOther},
		{`{"data":{"code":-2008}}`, 400, exchanges.KindOther},
	} {
		err := judge(op, exchanges.Response{Status: c.status, Header: http.Header{}, Body: []byte(c.body)})
		if got := exchanges.KindOf(err); got != c.kind {
			t.Errorf("%s with HTTP %d: kind %q, want %q", c.body, c.status, got, c.kind)
		}
	}
}

// On testnet and demo a dead key and a refused address get one answer, so
// nothing but life is ever proven.
func TestRefusedWithoutSAPI(t *testing.T) {
	for _, environment := range []string{"testnet", "demo"} {
		for answer, want := range map[string]exchanges.Status{
			`{"code":-2015,"msg":"x"}`: exchanges.StatusUndetermined, `{"code":-2008,"msg":"x"}`: exchanges.StatusUndetermined,
			`{"canTrade":true,"balances":[]}`: exchanges.StatusAlive,
		} {
			clock := exchangetest.NewClock()
			server, _, err := fakebinance.Start(clock.Now, &fakebinance.Account{ID: "1"})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(server.Close)
			status := 400
			if want == exchanges.StatusAlive {
				status = 200
			}
			server.Break(fake.Fault{Path: "/api/v3/account", Do: fake.Answer(status, "application/json", answer)})
			client, err := httpx.New(httpx.Options{
				Exchange: Name, Protocol: protocol(), Environment: environment, Endpoint: server.URL,
				Now: clock.Now, Sleep: clock.Sleep,
			})
			if err != nil {
				t.Fatal(err)
			}
			a, err := open(credential("x"), exchanges.Env{Caller: client, Environment: environment})
			if err != nil {
				t.Fatal(err)
			}
			k, err := a.Inspect(t.Context())
			if k.Status != want || (err == nil) != (want == exchanges.StatusAlive) {
				t.Errorf("%s, %s: status %q, %v, want %q", environment, answer, k.Status, err, want)
			}
		}
	}
}

// A list with a row that withholds its access key proves of no key that it is
// gone: the row may be that key.
func TestRowWithoutAName(t *testing.T) {
	json := "application/json"
	refused := fake.Answer(400, json, `{"code":-2008,"msg":"Invalid Api-Key ID."}`)
	for _, c := range []struct {
		path, list string
		req        exchanges.RevokeRequest
	}{
		{pathSubKeys, `{"rows":[{"apikey":""}],"total":0}`, exchanges.RevokeRequest{Ref: ref("sub1")}},
		{
			pathMarginKeys, `[{"apiName":"scalper","apiKey":"","type":"HMAC_SHA256"}]`,
			exchanges.RevokeRequest{Ref: marginRef("special1"), SpecialMargin: true},
		},
	} {
		for list, gone := range map[string]bool{c.list: false, strings.Replace(c.list, `ey":""`, `ey":"another"`, 1): true} {
			a, server, _ := writing(t, special)
			server.Break(fake.Fault{Method: http.MethodDelete, Do: refused})
			server.Break(fake.Fault{Method: http.MethodGet, Path: c.path, Do: fake.Answer(200, json, list)})
			if err := a.RevokeKey(t.Context(), c.req); (err == nil) != gone {
				t.Errorf("%s: %v, want gone %v", list, err, gone)
			}
		}
	}
}
