package webpage

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// Only a GET of the whole address, by its own name, gets the page.
func TestAnswers(t *testing.T) {
	s, err := Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	s.Show([]byte("<p>the page"), 0)
	base := "http://" + s.host
	for name, c := range map[string]struct {
		method, url, host string
		want              int
	}{
		"the page":             {"GET", s.URL(), "", 200},
		"no path":              {"GET", base + "/", "", 404},
		"another path":         {"GET", base + "/" + strings.Repeat("0", 32), "", 404},
		"a longer path":        {"GET", s.URL() + "/", "", 404},
		"a query":              {"GET", s.URL() + "?a=b", "", 404},
		"favicon":              {"GET", base + "/favicon.ico", "", 404},
		"a name of a site":     {"GET", s.URL(), "evil.example", 421},
		"the site's with port": {"GET", s.URL(), "evil.example" + s.host[strings.Index(s.host, ":"):], 421},
		"localhost":            {"GET", s.URL(), "localhost" + s.host[strings.Index(s.host, ":"):], 421},
		"no port":              {"GET", s.URL(), "127.0.0.1", 421},
		"POST":                 {"POST", s.URL(), "", 405},
		"HEAD":                 {"HEAD", s.URL(), "", 405},
		"OPTIONS":              {"OPTIONS", s.URL(), "", 405},
		"DELETE":               {"DELETE", s.URL(), "", 405},
	} {
		r, err := http.NewRequestWithContext(t.Context(), c.method, c.url, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = c.host
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(answer.Body)
		answer.Body.Close()
		if answer.StatusCode != c.want ||
			strings.Contains(string(body), "the page") && c.want != 200 && !strings.Contains(string(body), "this page") {
			t.Errorf("%s: %d %q, want %d", name, answer.StatusCode, body, c.want)
		}
		if c.want != 200 && strings.Contains(string(body), "<p>") {
			t.Errorf("%s gets the page", name)
		}
		for header, want := range map[string]string{
			"Set-Cookie": "", "Access-Control-Allow-Origin": "", "Cache-Control": "no-store",
			"X-Content-Type-Options": "nosniff", "Refresh": "",
		} {
			if got := answer.Header.Get(header); got != want {
				t.Errorf("%s: %s is %q, want %q", name, header, got, want)
			}
		}
		if csp := answer.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") ||
			strings.Contains(csp, "script-src") {
			t.Errorf("%s: the policy is %q", name, csp)
		}
	}
}

// A page that is shown later is what the browser gets when it asks again.
func TestShow(t *testing.T) {
	s, err := Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	get := func() (string, string) {
		t.Helper()
		answer, err := http.Get(s.URL())
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		body, _ := io.ReadAll(answer.Body)
		return string(body), answer.Header.Get("Refresh")
	}
	s.Show([]byte("looking"), 2*time.Second)
	if body, refresh := get(); body != "looking" || refresh != "2" {
		t.Errorf("%q, refresh %q", body, refresh)
	}
	s.Show([]byte("seen"), 0)
	if body, refresh := get(); body != "seen" || refresh != "" {
		t.Errorf("%q, refresh %q", body, refresh)
	}
	s.Close()
	if _, err := http.Get(s.URL()); err == nil {
		t.Error("it answers after its end")
	}
}

func TestAddressesDiffer(t *testing.T) {
	seen := map[string]bool{}
	for range 3 {
		s, err := Start(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		if len(s.path) != 33 || seen[s.path] || !strings.HasPrefix(s.host, "127.0.0.1:") {
			t.Errorf("%s", s.URL())
		}
		seen[s.path] = true
	}
}
