package kucoin

import (
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"rekey/exchanges"
)

func answer(status int, body string, headers ...string) exchanges.Response {
	h := http.Header{"Content-Type": {"application/json"}}
	for i := 0; i+1 < len(headers); i += 2 {
		h.Set(headers[i], headers[i+1])
	}
	return exchanges.Response{Status: status, Header: h, Body: []byte(body)}
}

func inspecting(t *testing.T) exchanges.Operation {
	t.Helper()
	op, ok := protocol().Operation(opInspect)
	if !ok {
		t.Fatal("the operation is not declared")
	}
	return op
}

// Every code of the documents, at an HTTP status of its own and at 200, because
// failures can come with 200.
func TestEveryCode(t *testing.T) {
	for _, c := range []struct {
		code   int
		status int // where seen, or the likely one
		kind   exchanges.Kind
		knows  bool // proves that the key exists
	}{
		{400001, 400, exchanges.KindOther, false},
		{400002, 400, exchanges.KindClock, false},
		{400003, 401, exchanges.KindNoSuchKey, false},
		{400004, 401, exchanges.KindBadPassphrase, true},
		{400005, 401, exchanges.KindBadSignature, true},
		{400006, 403, exchanges.KindIPRefused, true},
		{400007, 403, exchanges.KindForbidden, true},
		{400008, 400, exchanges.KindForbidden, true},
		{400009, 400, exchanges.KindForbidden, true},
		{400010, 403, exchanges.KindForbidden, true},
		{400011, 401, exchanges.KindOther, false},
		{400012, 401, exchanges.KindOther, false},
		{400100, 400, exchanges.KindOther, false},
		{400101, 400, exchanges.KindOther, false},
		{400102, 400, exchanges.KindOther, false},
		{400200, 400, exchanges.KindOther, false},
		{400201, 400, exchanges.KindOther, false},
		{400202, 403, exchanges.KindOther, false},
		{400301, 403, exchanges.KindGeoBlocked, false},
		{400302, 403, exchanges.KindGeoBlocked, false},
		{400303, 403, exchanges.KindGeoBlocked, false},
		{400304, 403, exchanges.KindGeoBlocked, false},
		{400400, 401, exchanges.KindOther, false},
		{400401, 401, exchanges.KindOther, false},
		{400500, 400, exchanges.KindGeoBlocked, false},
		{400700, 400, exchanges.KindForbidden, false},
		{404000, 404, exchanges.KindNotFound, false},
		{411100, 403, exchanges.KindForbidden, true},
		{411200, 403, exchanges.KindForbidden, false},
		{415000, 415, exchanges.KindOther, false},
		{260210, 400, exchanges.KindForbidden, false},
		{429000, 429, exchanges.KindRateLimited, false},
		{429001, 429, exchanges.KindRateLimited, false},
		{429002, 429, exchanges.KindRateLimited, false},
		{230005, 400, exchanges.KindMaintenance, false},
		{500000, 500, exchanges.KindMaintenance, false},
		{503000, 503, exchanges.KindMaintenance, false},
		{505000, 500, exchanges.KindMaintenance, false},
	} {
		for _, status := range []int{c.status, 200} {
			body := fmt.Sprintf(`{"code":"%d","msg":"CANARY from 198.51.100.99"}`, c.code)
			err := judge(inspecting(t), answer(status, body))
			if got := exchanges.KindOf(err); got != c.kind {
				t.Errorf("%d with HTTP %d: kind %q (%v), want %q", c.code, status, got, err, c.kind)
			}
			if got := knows(err); got != c.knows {
				t.Errorf("%d with HTTP %d: proves that the key exists: %v, want %v", c.code, status, got, c.knows)
			}
			clean(t, err.Error())
		}
		if _, detail, documented := meaning(int64(c.code)); !documented || detail == "" {
			t.Errorf("%d is documented, and has no text of its own", c.code)
		}
	}
}

func TestJudgeOddAnswers(t *testing.T) {
	for _, c := range []struct {
		story, body string
		status      int
		kind        exchanges.Kind
		code        string
	}{
		{"accepted", `{"code":"200000","data":{}}`, 200, "", ""},
		{"accepted, the code as a number", `{"code":200000,"data":[]}`, 200, "", ""},
		{"a good code under a bad status", `{"code":"200000","data":{}}`, 401, exchanges.KindOther, ""},
		{"no code", `{"data":{"apiKey":"65e6"}}`, 200, exchanges.KindOther, ""},
		{"a code that is no number", `{"code":"OK","data":{}}`, 200, exchanges.KindOther, ""},
		{"a code that nobody knows", `{"code":"499999","msg":"CANARY"}`, 400, exchanges.KindOther, "499999"},
		{"the same with 403", `{"code":"499999","msg":"CANARY"}`, 403, exchanges.KindForbidden, "499999"},
		{"403 without JSON", `blocked`, 403, exchanges.KindForbidden, ""},
		{"404 without JSON", `404 page not found`, 404, exchanges.KindNotFound, ""},
		{"an array", `[{"code":"400003"}]`, 401, exchanges.KindOther, ""},
		{"the code one level down", `{"data":{"code":"400003"}}`, 401, exchanges.KindOther, ""},
		{"an outage that talks of a missing key", `{"code":"400003","msg":""}`, 503, exchanges.KindMaintenance, ""},
		{"a limit that talks of a missing key", `{"code":"400003","msg":""}`, 429, exchanges.KindRateLimited, ""},
		{"a page that talks of a missing key", `<html>{"code":"400003"}</html>`, 401, exchanges.KindOther, ""},
	} {
		err := judge(inspecting(t), answer(c.status, c.body))
		if c.kind == "" {
			if err != nil {
				t.Errorf("%s: %v", c.story, err)
			}
			continue
		}
		var e *exchanges.Error
		if !errors.As(err, &e) || e.Kind != c.kind || e.Code != c.code {
			t.Errorf("%s: %v (%+v), want kind %q and code %q", c.story, err, e, c.kind, c.code)
		}
		clean(t, fmt.Sprint(err))
	}
}

// KuCoin sends no Retry-After, but how long the pool takes to fill again.
func TestHowLongToWait(t *testing.T) {
	for _, c := range []struct {
		story   string
		status  int
		headers []string
		want    time.Duration
	}{
		{"the pool's reset", 429, []string{"gw-ratelimit-reset", "1489"}, 1489 * time.Millisecond},
		{"the same under HTTP 200", 200, []string{"gw-ratelimit-reset", "1489"}, 1489 * time.Millisecond},
		{"Retry-After goes first", 429, []string{"gw-ratelimit-reset", "1489", "Retry-After", "20"}, 20 * time.Second},
		{"an overload, which tells nothing", 429, nil, 0},
		{"a point in time is no countdown", 429, []string{"gw-ratelimit-reset", "1795000000000"}, 0},
		{"negative", 429, []string{"gw-ratelimit-reset", "-5"}, 0},
		{"no number", 429, []string{"gw-ratelimit-reset", "soon"}, 0},
	} {
		var e *exchanges.Error
		err := judge(inspecting(t), answer(c.status, `{"code":"429000","msg":"Too Many Requests"}`, c.headers...))
		if !errors.As(err, &e) || e.Kind != exchanges.KindRateLimited || e.RetryAfter != c.want {
			t.Errorf("%s: %+v, want %v", c.story, e, c.want)
		}
	}
}

func TestUsage(t *testing.T) {
	for _, c := range []struct {
		remaining, reset string
		want             exchanges.Usage
		told             bool
	}{
		{"300", "1489", exchanges.Usage{Used: -1, Remaining: 300, Reset: 1489 * time.Millisecond}, true},
		{"0", "", exchanges.Usage{Used: -1, Remaining: 0}, true},
		{"19980", "30000", exchanges.Usage{Used: -1, Remaining: 19980, Reset: 30 * time.Second}, true}, // VIP 12
		{"", "1489", exchanges.Usage{}, false},
		{"-1", "1489", exchanges.Usage{}, false},
		{"many", "1489", exchanges.Usage{}, false},
	} {
		h := http.Header{}
		h.Set("gw-ratelimit-remaining", c.remaining)
		h.Set("gw-ratelimit-reset", c.reset)
		if got, told := usage(inspecting(t), h); got != c.want || told != c.told {
			t.Errorf("%q, %q: %+v %v, want %+v %v", c.remaining, c.reset, got, told, c.want, c.told)
		}
	}
}

// Whatever comes, only KuCoin's own code says that a key does not exist.
func FuzzJudge(f *testing.F) {
	for _, body := range []string{
		`{"code":"400003","msg":"KC-API-KEY not exists"}`, `{"code":400003}`, `{"code":"200000","data":null}`,
		`{"code":"400006","msg":"the current clientIp is:198.51.100.99"}`,
		`<html>`, `null`, `[]`, `{}`, `"400003"`, `{"code":{"code":"400003"}}`,
		`{"code":"400003.0"}`, `{"Code":"400003"}`, ``,
	} {
		for _, status := range []int{200, 401, 403, 404, 429, 500} {
			f.Add(status, body)
		}
	}
	op, _ := protocol().Operation(opInspect)
	f.Fuzz(func(t *testing.T, status int, body string) {
		res := answer(status, body)
		err := judge(op, res)
		var w wireAnswer
		says := exchanges.Decode(res.Body, &w) == nil && w.Code == 400003
		if exchanges.KindOf(err) == exchanges.KindNoSuchKey &&
			(!says || status == 429 || status >= 500 || status >= 300 && status < 400) {
			t.Errorf("HTTP %d %q reads as a missing key", status, body)
		}
		if err == nil && w.Code != codeOK {
			t.Errorf("HTTP %d %q is accepted", status, body)
		}
	})
}
