package okx

import (
	"errors"
	"net/http"
	"testing"

	"rekey/exchanges"
)

// Only OKX's own code says that a key belongs to the other environment; any other
// trouble says nothing of it.
func TestElsewhere(t *testing.T) {
	for story, c := range map[string]struct {
		err  error
		want bool
	}{
		"no error":          {nil, false},
		"another error":     {errors.New("x"), false},
		"that code":         {&exchanges.Error{Code: codeOtherEnvironment}, true},
		"another code":      {&exchanges.Error{Code: "50119"}, false},
		"a code is missing": {&exchanges.Error{}, false},
	} {
		if got := elsewhere(c.err); got != c.want {
			t.Errorf("%s: %v", story, got)
		}
	}
}

// An endpoint that stands in place of all hosts is of the configured region, the
// global one where rekey.yaml names none.
func TestRegionOf(t *testing.T) {
	const loopback = "http://127.0.0.1:1"
	for configured, want := range map[string]string{"": regionGlobal, "eea": "eea"} {
		a := &adapter{env: exchanges.Env{Region: configured}}
		if got := a.regionOf(loopback); got != want {
			t.Errorf("%q: %q", configured, got)
		}
		for _, h := range protocol().Hosts {
			if got := a.regionOf(h.URL); got != h.Region {
				t.Errorf("%s with %q: %q", h.URL, configured, got)
			}
		}
	}
}

// Beside a redirect no code is believed; a server in trouble may say anything with
// its code but that a key does not exist.
func TestMayNotSpeak(t *testing.T) {
	for _, c := range []struct {
		status int
		kind   exchanges.Kind
		want   bool
	}{
		{http.StatusOK, exchanges.KindForbidden, true},
		{http.StatusBadRequest - 1, exchanges.KindForbidden, true},
		{http.StatusBadRequest, exchanges.KindForbidden, false},
		{http.StatusServiceUnavailable, exchanges.KindForbidden, false},
		{http.StatusServiceUnavailable, exchanges.KindNoSuchKey, true},
	} {
		if got := mayNotSpeak(exchanges.Response{Status: c.status}, meaning{kind: c.kind}); got != c.want {
			t.Errorf("%d %s: %v", c.status, c.kind, got)
		}
	}
}
