package kucoin

import (
	"errors"
	"strings"
	"testing"
	"time"

	"rekey/exchanges"
)

// How long to wait is read under HTTP 200 as well, where failures come too.
func TestRetryAfterUnderHTTP200(t *testing.T) {
	const limit = `{"code":"429000","msg":"Too Many Requests"}`
	for _, c := range []struct {
		headers []string
		want    time.Duration
	}{
		{[]string{"Retry-After", "20"}, 20 * time.Second},
		{[]string{"Retry-After", "20", "gw-ratelimit-reset", "1489"}, 20 * time.Second},
		{[]string{"gw-ratelimit-reset", "1489"}, 1489 * time.Millisecond},
		{nil, 0},
	} {
		var e *exchanges.Error
		if err := judge(inspecting(t), answer(200, limit, c.headers...)); !errors.As(err, &e) || e.RetryAfter != c.want {
			t.Errorf("%q: %+v, want %v", c.headers, e, c.want)
		}
	}
}

// The code of an accepted call under an HTTP status of a failure is no success.
func TestGoodCodeUnderABadStatus(t *testing.T) {
	for status, ok := range map[int]bool{
		200: true, 201: true, 400: false, 401: false, 403: false,
		404: false, 500: false,
	} {
		if err := judge(inspecting(t), answer(status, `{"code":"200000","data":{}}`)); (err == nil) != ok {
			t.Errorf("HTTP %d: %v", status, err)
		}
	}
}

// The ends of the ranges of codes, and their neighbours, which are codes that
// rekey does not know.
func TestEndsOfTheRangesOfCodes(t *testing.T) {
	for _, c := range []struct {
		code       int64
		kind       exchanges.Kind
		documented bool
	}{
		{400199, exchanges.KindOther, false},
		{400200, exchanges.KindOther, true},
		{400202, exchanges.KindOther, true},
		{400203, exchanges.KindOther, false},
		{400299, exchanges.KindOther, false},
		{400300, exchanges.KindGeoBlocked, true},
		{400399, exchanges.KindGeoBlocked, true},
		{428999, exchanges.KindOther, false},
		{429000, exchanges.KindRateLimited, true},
		{429002, exchanges.KindRateLimited, true},
		{429003, exchanges.KindOther, false},
		{499999, exchanges.KindOther, false},
		{500000, exchanges.KindMaintenance, true},
		{505000, exchanges.KindMaintenance, true},
		{505001, exchanges.KindOther, false},
		{0, exchanges.KindOther, false},
	} {
		if kind, _, documented := meaning(c.code); kind != c.kind || documented != c.documented {
			t.Errorf("%d: %q, documented %v, want %q, %v", c.code, kind, documented, c.kind, c.documented)
		}
	}
}

// As the answer to a change a code may be about either of two keys, or about
// what was asked for.
func TestWhatACodeSaysOfAChange(t *testing.T) {
	const (
		either     = "the manager's own or the one that was to be changed"
		passphrase = "that of the key that was to be changed or the manager's own"
		parameters = "refuses the parameters of the change"
	)
	for _, c := range []struct {
		code   int64
		kind   exchanges.Kind // as judged before
		want   exchanges.Kind
		detail string // "" for what was said before
	}{
		{400003, exchanges.KindNoSuchKey, exchanges.KindNoSuchKey, either},
		{400004, exchanges.KindBadPassphrase, exchanges.KindBadPassphrase, passphrase},
		{400099, exchanges.KindOther, exchanges.KindRejected, ""},
		{400100, exchanges.KindOther, exchanges.KindRejected, parameters},
		{400101, exchanges.KindOther, exchanges.KindRejected, parameters},
		{400102, exchanges.KindOther, exchanges.KindRejected, parameters},
		{400103, exchanges.KindOther, exchanges.KindRejected, ""},
		{400007, exchanges.KindForbidden, exchanges.KindForbidden, ""},
		{500000, exchanges.KindMaintenance, exchanges.KindMaintenance, ""},
	} {
		e := &exchanges.Error{Kind: c.kind, Detail: "as before"}
		if c.detail == "" {
			c.detail = "as before"
		}
		if changeRefused(e, c.code); e.Kind != c.want || !strings.Contains(e.Detail, c.detail) {
			t.Errorf("%d: %q, %s", c.code, e.Kind, e.Detail)
		}
	}
}
