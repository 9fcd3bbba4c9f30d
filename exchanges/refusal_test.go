package exchanges_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"rekey/exchanges"
)

// What comes before the exchange's own words says nothing of a key, whatever
// the body holds.
func TestRefusalSaysNothingOfAKey(t *testing.T) {
	const (
		json = "application/json; charset=utf-8"
		page = "text/html; charset=utf-8"
		body = `{"code":"50119","msg":"API key doesn't exist"}`
	)
	for _, c := range []struct {
		story     string
		status    int
		form      string
		body      string
		want      exchanges.Kind // "" is for the adapter to read
		mentioned string
	}{
		{"an answer", 200, json, body, "", ""},
		{"a refusal", 401, json, body, "", ""},
		{"a refused right", 403, json, body, "", ""},
		{"no such path", 404, json, body, "", ""},
		{"just below a redirect", 299, json, body, "", ""},
		{"a redirect", 300, json, body, exchanges.KindOther, "redirect"},
		{"another redirect", 307, json, body, exchanges.KindOther, "redirect"},
		{"the last redirect", 399, json, body, exchanges.KindOther, "redirect"},
		{"just above a redirect", 400, json, body, "", ""},
		{"a country", 451, json, body, exchanges.KindGeoBlocked, "country"},
		{"a ban", 418, json, body, exchanges.KindRateLimited, "banned"},
		{"a limit", 429, json, body, exchanges.KindRateLimited, "fewer requests"},
		{"the last below an outage", 499, json, body, "", ""},
		{"an outage", 500, json, body, exchanges.KindMaintenance, "trouble"},
		{"a gateway's outage", 599, page, "<html>", exchanges.KindMaintenance, "trouble"},
		{"maintenance", 503, json, body, exchanges.KindMaintenance, "not available"},
		{"a firewall's page", 403, page, "<html>blocked</html>", exchanges.KindForbidden, "says nothing about the key"},
		{"a page that is not there", 404, page, "<html>not found</html>", exchanges.KindNotFound, "no such call"},
		{"a login page", 200, page, "<html>WiFi</html>", exchanges.KindOther, "proxy"},
		{"a page under another name", 200, json, "\ufeff \r\n<!DOCTYPE html>", exchanges.KindOther, "proxy"},
		{"a text that calls itself a page", 401, page, "please log in", exchanges.KindOther, "proxy"},
		{"an object that calls itself a page", 401, page, body, "", ""},
	} {
		e := exchanges.Refusal(exchanges.Response{
			Status: c.status, Header: http.Header{"Content-Type": {c.form}, "Retry-After": {"7"}}, Body: []byte(c.body),
		})
		switch {
		case (e == nil) != (c.want == ""):
			t.Errorf("%s: %v, want kind %q", c.story, e, c.want)
		case e == nil:
		case e.Kind != c.want || e.Status != c.status || e.RetryAfter != 7*time.Second || !strings.Contains(e.Detail,
			c.mentioned):
			t.Errorf("%s: %+v, want kind %q and %q", c.story, e, c.want, c.mentioned)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"": 0, "0": 0, "1": time.Second, " 20 ": 20 * time.Second, "-1": 0, "soon": 0, "1.5": 0,
		"604799": 604799 * time.Second, "604801": 7 * 24 * time.Hour, "999999999999": 7 * 24 * time.Hour,
	} {
		if got := exchanges.RetryAfter(http.Header{"Retry-After": {text}}); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

// Only the exchange's own words refuse for good. What is taken for it ends a
// list early: "no sub-accounts", and nobody looks again.
func TestRefusedForGood(t *testing.T) {
	for _, c := range []struct {
		story string
		err   error
		want  bool
	}{
		{"nothing", nil, false},
		{"another error", errors.New("x"), false},
		{"a right that lacks", &exchanges.Error{Kind: exchanges.KindForbidden, Code: "1", Status: 403}, true},
		{"a firewall", &exchanges.Error{Kind: exchanges.KindForbidden, Status: 403}, false},
		{"no such path", &exchanges.Error{Kind: exchanges.KindNotFound, Status: 404}, true},
		{"a code that nobody knows", &exchanges.Error{Kind: exchanges.KindOther, Code: "1", Status: 400}, true},
		{"the last refusal", &exchanges.Error{Kind: exchanges.KindOther, Code: "1", Status: 499}, true},
		{"a code under HTTP 200", &exchanges.Error{Kind: exchanges.KindOther, Code: "1", Status: 200}, false},
		{"a redirect", &exchanges.Error{Kind: exchanges.KindOther, Code: "1", Status: 399}, false},
		{"a code of a server in trouble", &exchanges.Error{Kind: exchanges.KindOther, Code: "1", Status: 500}, false},
		{"no code", &exchanges.Error{Kind: exchanges.KindOther, Status: 400}, false},
		{"a limit", &exchanges.Error{Kind: exchanges.KindRateLimited, Code: "1", Status: 429}, false},
		{"an outage", &exchanges.Error{Kind: exchanges.KindMaintenance, Code: "1", Status: 503}, false},
		{"the network", &exchanges.Error{Kind: exchanges.KindNetwork}, false},
		{"a wrong clock", &exchanges.Error{Kind: exchanges.KindClock, Code: "1", Status: 400}, false},
	} {
		if got := exchanges.RefusedForGood(c.err); got != c.want {
			t.Errorf("%s: for good %v, want %v", c.story, got, c.want)
		}
	}
}

// A gap has one of the contract's words, and none of them sounds like a death
// or like nothing.
func TestGapWords(t *testing.T) {
	for kind, want := range map[exchanges.Kind]exchanges.Kind{
		exchanges.KindIPRefused: exchanges.KindForbidden, exchanges.KindNotMaster: exchanges.KindForbidden,
		exchanges.KindNoSuchKey: exchanges.KindUndetermined, exchanges.KindUncertain: exchanges.KindUndetermined,
		exchanges.KindNotFound: exchanges.KindOther, exchanges.KindRejected: exchanges.KindOther,
		exchanges.KindRefused:  exchanges.KindOther,
		exchanges.KindCanceled: exchanges.KindOther, "": exchanges.KindOther, "a new one": exchanges.KindOther,
		exchanges.KindNetwork: exchanges.KindNetwork, exchanges.KindTimeout: exchanges.KindTimeout,
		exchanges.KindClock:        exchanges.KindClock,
		exchanges.KindUndetermined: exchanges.KindUndetermined,
	} {
		if got := kind.Gap(); got != want {
			t.Errorf("%q: %q, want %q", kind, got, want)
		}
	}
}

func TestErrorText(t *testing.T) {
	for want, e := range map[string]*exchanges.Error{
		"okx: rate limited": {Exchange: "okx", Kind: exchanges.KindRateLimited},
		"okx wants fewer requests (list, sub-account \"a\\n\", HTTP 429, code 50011): cause": {
			Exchange: "okx", Op: "list", Kind: exchanges.KindRateLimited, Account: "a\n", Status: 429, Code: "50011",
			Detail: "wants fewer requests", Err: errors.New("cause"),
		},
		"okx: no complete answer in time": {
			Exchange: "okx", Kind: exchanges.KindTimeout,
			Detail: "no complete answer in time",
		},
	} {
		if got := e.Error(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := exchanges.KindOf(errors.New("x")); got != exchanges.KindOther {
		t.Errorf("an error of another kind is %q", got)
	}
	if got := exchanges.KindOf(nil); got != "" {
		t.Errorf("no error is %q", got)
	}
}
