package fake

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func TestLife(t *testing.T) {
	lag := Lag{Activate: 10 * time.Second, List: 5 * time.Second, Revoke: 3 * time.Second}
	made := lag.Begin(noon)
	early := lag.End(made, noon.Add(8*time.Second)) // deleted before it was active
	ended := lag.End(made, noon.Add(20*time.Second))
	type state struct{ works, listed, lives bool }
	for _, c := range []struct {
		story   string
		life    Life
		deleted bool
		at      time.Duration
		want    state
	}{
		{"a key from before", Life{}, false, 0, state{true, true, true}},
		{"a key that was deleted before", Life{}, true, 0, state{false, false, false}},
		{"just made", made, false, 0, state{false, false, true}},
		{"listed first", made, false, 5 * time.Second, state{false, true, true}},
		{"active", made, false, 10 * time.Second, state{true, true, true}},
		{"just deleted", ended, true, 20 * time.Second, state{true, false, true}},
		{"gone", ended, true, 23 * time.Second, state{false, false, false}},
		{"deleted before it was active", early, true, 9 * time.Second, state{false, false, true}},
		{"active for a moment after it was deleted", early, true, 10 * time.Second, state{true, false, true}},
		{"and gone", early, true, 11 * time.Second, state{false, false, false}},
	} {
		at := noon.Add(c.at)
		if got := (state{
			c.life.Works(c.deleted, at), c.life.Listed(c.deleted, at),
			c.life.Lives(c.deleted, at),
		}); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.story, got, c.want)
		}
	}
}

func TestFields(t *testing.T) {
	for _, c := range []struct {
		body   string
		fields map[string]string
		wrong  string
		ok     bool
	}{
		{`{"a":"1","b":""}`, map[string]string{"a": "1", "b": ""}, "", true},
		{`{}`, map[string]string{}, "", true},
		{`{"b":1,"a":"1"}`, nil, "b", true},
		{`{"a":null}`, nil, "a", true},
		{`{"z":"1","y":"1"}`, nil, "y", true},
		{`["a"]`, nil, "", false},
		{`null`, nil, "", false},
		{`{"a":"1"} {}`, nil, "", false},
		{``, nil, "", false},
	} {
		fields, wrong, err := Fields([]byte(c.body), "a", "b")
		if diff := cmp.Diff(c.fields, fields); diff != "" || wrong != c.wrong || (err == nil) != c.ok {
			t.Errorf("%s: %v, %q, %v", c.body, fields, wrong, err)
		}
	}
}

func TestAddresses(t *testing.T) {
	for _, c := range []struct {
		list   string
		ranges bool
		n      int
		ok     bool
	}{
		{"", false, 0, true},
		{"203.0.113.7", false, 1, true},
		{"203.0.113.7,2001:db8::1", false, 2, true},
		{"203.0.113.0/24", false, 0, false},
		{"203.0.113.0/24,203.0.113.7", true, 2, true},
		{"203.0.113.7, 203.0.113.8", true, 0, false},
		{"203.0.113.7,", true, 0, false},
		{"203.0.113.7;203.0.113.8", true, 0, false},
		{"desk.example", true, 0, false},
	} {
		if got, ok := Addresses(c.list, c.ranges); len(got) != c.n || ok != c.ok {
			t.Errorf("%q, ranges %v: %q, %v", c.list, c.ranges, got, ok)
		}
	}
}

// Access keys can be foretold, secrets cannot, and every secret has its mark.
func TestMint(t *testing.T) {
	if a, b := LettersOf("a", 64), LettersOf("b", 64); len(a) != 64 || a == b || a != LettersOf("a", 64) {
		t.Errorf("%s and %s", a, b)
	}
	if a, b := HexOf("a", 24), HexOf("b", 24); len(a) != 24 || a == b || a != HexOf("a", 24) {
		t.Errorf("%s and %s", a, b)
	}
	if a, b := RandomHex(21), RandomHex(21); len(a) != 21 || a == b {
		t.Errorf("%s and %s", a, b)
	}
	if a, b := RandomLetters(58), RandomLetters(58); len(a) != 58 || a == b {
		t.Errorf("%s and %s", a, b)
	}
	if got := UUID("0123456789abcdef0123" + HexCanary); got != "01234567-89ab-cdef-0123-"+HexCanary {
		t.Error(got)
	}
}

// A fault can be for one method of a path; the exchange behind a lost answer
// has seen the call, and the one behind a reset has not.
func TestFaults(t *testing.T) {
	var mu sync.Mutex
	var seen []string
	s, err := Start(func() time.Time { return noon }, func(*Server) http.Handler {
		return http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			seen = append(seen, r.Method+" "+string(body))
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	s.Break(Fault{Method: http.MethodPost, Path: "/key", Times: 1, Do: LostAnswer()})
	s.Break(Fault{Method: http.MethodDelete, Path: "/key", Times: 1, Do: Reset()})
	s.Break(
		Fault{
			Method: http.MethodPut,
			Path:   "/key",
			Times:  1,
			Do:     Behind(Answer(http.StatusBadGateway, "text/html", "Bad Gateway")),
		},
	)
	for _, c := range []struct {
		method string
		status int // 0 for none
	}{{http.MethodGet, 200}, {http.MethodPost, 0}, {http.MethodPost, 200}, {http.MethodDelete, 0}, {
		http.MethodPut,
		502,
	}, {http.MethodPut, 200}} {
		r, err := http.NewRequestWithContext(t.Context(), c.method, s.URL+"/key", strings.NewReader("x"))
		if err != nil {
			t.Fatal(err)
		}
		status := 0
		// No connection is used twice, so that no client repeats a call.
		if res, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(r); err == nil {
			status = res.StatusCode
			_ = res.Body.Close()
		}
		if status != c.status {
			t.Errorf("%s: HTTP %d, want %d", c.method, status, c.status)
		}
	}
	mu.Lock()
	defer mu.Unlock()
	if want := []string{"GET x", "POST x", "POST x", "PUT x", "PUT x"}; !slices.Equal(seen, want) {
		t.Errorf("the exchange saw %q, want %q", seen, want)
	}
}

// A write has a counter of its own beside the read of its path.
func TestEndpoint(t *testing.T) {
	for method, want := range map[string]string{http.MethodGet: "/key", http.MethodDelete: "DELETE:/key"} {
		r, err := http.NewRequestWithContext(t.Context(), method, "http://127.0.0.1/key?x=1", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		if got := Endpoint(r); got != want {
			t.Errorf("%s: %q, want %q", method, got, want)
		}
	}
}
