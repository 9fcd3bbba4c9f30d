package loopback

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func get(t *testing.T, url string) (int, error) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	res, err := Client().Do(r)
	if err != nil {
		return 0, err
	}
	return res.StatusCode, res.Body.Close()
}

// Nothing leaves this machine, not even a question to a name server, and no
// proxy or redirect leads out.
func TestNothingElseIsReached(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://192.0.2.1:3128")
	t.Setenv("HTTPS_PROXY", "http://192.0.2.1:3128")
	for _, url := range []string{
		"http://192.0.2.1/", "https://api.binance.com/api/v3/order", "http://localhost:1/",
		"http://[2001:db8::1]/", "http://0.0.0.0:1/",
		"http://169.254.169.254/", "http://127.0.0.1.example/", "http://[::ffff:192.0.2.1]/",
	} {
		if _, err := get(t, url); err == nil || !strings.Contains(err.Error(), "nothing was sent") {
			t.Errorf("%s: %v", url, err)
		}
	}
	s := httptest.NewServer(http.RedirectHandler("http://192.0.2.1/", http.StatusFound))
	defer s.Close()
	if status, err := get(t, s.URL); status != http.StatusFound || err != nil {
		t.Errorf("a redirect: %d, %v", status, err)
	}
}
