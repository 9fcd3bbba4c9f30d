package binance

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
)

func judged(t *testing.T, name string, status int, body string) error {
	t.Helper()
	op, ok := protocol().Operation(name)
	if !ok {
		t.Fatalf("no operation is called %q", name)
	}
	header := http.Header{"Content-Type": {"application/json"}}
	return judge(op, exchanges.Response{Status: status, Header: header, Body: []byte(body)})
}

// What each code means when something is read, at the key's own call and at
// another one of /sapi. A kind that is "" is that of the first column.
func TestCodesWhenReading(t *testing.T) {
	for _, c := range []struct {
		code, status int
		own, other   exchanges.Kind
	}{
		{-2008, 400, exchanges.KindNoSuchKey, ""},
		{-2015, 400, exchanges.KindIPRefused, exchanges.KindForbidden},
		{-2015, 401, exchanges.KindIPRefused, exchanges.KindForbidden},
		{-1002, 400, exchanges.KindForbidden, ""},
		{-1022, 400, exchanges.KindBadSignature, ""},
		{-2014, 401, exchanges.KindCredential, ""},
		{-1021, 400, exchanges.KindClock, ""},
		{-1003, 400, exchanges.KindRateLimited, ""},
		{-1015, 400, exchanges.KindRateLimited, ""},
		{-1000, 400, exchanges.KindMaintenance, ""},
		{-1001, 400, exchanges.KindMaintenance, ""},
		{-1006, 400, exchanges.KindMaintenance, ""},
		{-1007, 408, exchanges.KindMaintenance, ""},
		{-1008, 400, exchanges.KindMaintenance, ""},
		{-54321, 400, exchanges.KindOther, ""},
		{-54321, 403, exchanges.KindForbidden, ""},
		{-54321, 404, exchanges.KindNotFound, ""},
		{-54321, 200, exchanges.KindOther, ""},
		// Neighbours of codes, which mean something else.
		{2008, 400, exchanges.KindOther, ""},
		{2015, 400, exchanges.KindOther, ""},
		{-2009, 400, exchanges.KindOther, ""},
		{-2007, 400, exchanges.KindOther, ""},
		{-1004, 400, exchanges.KindOther, ""},
	} {
		body := fmt.Sprintf(`{"code":%d,"msg":"CANARY at 198.51.100.4"}`, c.code)
		for name, want := range map[string]exchanges.Kind{opInspect: c.own, opSubKeys: c.other} {
			if want == "" {
				want = c.own
			}
			err := judged(t, name, c.status, body)
			var e *exchanges.Error
			if !errors.As(err, &e) || e.Kind != want || e.Code != fmt.Sprint(c.code) || e.Op != name {
				t.Errorf("%s, %d with HTTP %d: %+v, want %q", name, c.code, c.status, e, want)
			}
			if text := fmt.Sprintf("%+v", err); strings.Contains(text, exchangetest.Canary) || strings.Contains(text, "198.51") {
				t.Errorf("the answer's text is kept: %s", text)
			}
		}
	}
}

// /api says the same of a dead key, a refused address and a key of another
// environment, so there no answer says that a key does not exist.
func TestNoSuchKeyOutsideSAPI(t *testing.T) {
	if err := judged(t, opAccount, 400, `{"code":-2008,"msg":"Invalid Api-Key ID."}`); exchanges.KindOf(
		err,
	) != exchanges.KindUndetermined {
		t.Error(err)
	}
	if err := judged(t, opAccount, 401, `{"code":-2015,"msg":""}`); exchanges.KindOf(err) != exchanges.KindForbidden {
		t.Error(err)
	}
}

// As the answer to a change, "no such key" may be about either of two keys.
func TestWhichKeyDoesNotExist(t *testing.T) {
	const body = `{"code":-2008,"msg":"Invalid Api-Key ID."}`
	for name, either := range map[string]bool{
		opInspect: false, opSubKeys: false, opIssue: true, opRevoke: true,
		opPermit: true, opRevokeMargin: true,
	} {
		err := judged(t, name, 400, body)
		if exchanges.KindOf(err) != exchanges.KindNoSuchKey ||
			strings.Contains(fmt.Sprint(err), "the manager's own or the one") != either {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// An answer under an HTTP status of a failure is none, whatever it holds.
func TestBadStatusIsNoAnswer(t *testing.T) {
	for _, body := range []string{`{}`, `[]`, `{"code":0}`, `{"total":0,"rows":[]}`, `no JSON`, ``} {
		for status, ok := range map[int]bool{200: true, 399: false, 400: false, 401: false, 404: false, 500: false} {
			if err := judged(t, opSubKeys, status, body); (err == nil) != ok {
				t.Errorf("%q with HTTP %d: %v", body, status, err)
			}
		}
	}
}
