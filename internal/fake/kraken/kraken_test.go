package kraken

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"rekey/internal/fake"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

var (
	access = strings.Repeat("kRaKen7/", 7)
	secret = "CANARY" + strings.Repeat("a1", 39) + "aA=="
)

func signed(parts ...string) string {
	raw, _ := base64.StdEncoding.DecodeString(secret)
	mac := hmac.New(sha512.New, raw)
	for _, p := range parts {
		mac.Write([]byte(p))
	}
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// look asks as somebody would by hand from the documents, and returns the first
// error, "" for none.
func look(t *testing.T, s *fake.Server, key string, nonce uint64, spoil func(*http.Request)) string {
	t.Helper()
	const path = "/0/private/GetApiKeyInfo"
	n := strconv.FormatUint(nonce, 10)
	body := "nonce=" + n
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(n + body))
	req.Header.Set("API-Key", key)
	req.Header.Set("API-Sign", signed(path, string(sum[:])))
	if spoil != nil {
		spoil(req)
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	var w struct {
		Error []string `json:"error"`
	}
	if err := json.NewDecoder(res.Body).Decode(&w); err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("HTTP %d: %v", res.StatusCode, err)
	}
	if len(w.Error) == 0 {
		return ""
	}
	return w.Error[0]
}

func start(t *testing.T, k *Key) *fake.Server {
	t.Helper()
	k.AccessKey, k.Secret, k.Words = access, secret, []string{"query-funds"}
	server, _, err := Start(func() time.Time { return noon }, &Account{UID: "1", Keys: []*Key{k}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	return server
}

// What the real one refuses, the fake refuses, in its own words, with HTTP 200.
func TestRefuses(t *testing.T) {
	for _, c := range []struct {
		story string
		key   Key
		spoil func(*http.Request)
		want  string
	}{
		{"a good request", Key{}, nil, ""},
		{"a deleted key", Key{Deleted: true}, nil, "EAPI:Invalid key"},
		{"past its end", Key{Until: noon}, nil, "EAPI:Invalid key"},
		{"another address, as chosen", Key{Whitelist: []string{"203.0.113.7"}}, nil, "EAPI:Invalid key"},
		{"a key of the other API", Key{Futures: true}, nil, "EAPI:Invalid key"},
		{"another signature", Key{}, func(r *http.Request) { r.Header.Set("API-Sign", "AA==") }, "EAPI:Invalid signature"},
		{"a second factor", Key{OTP: "123456"}, nil, "EGeneral:Permission denied"},
	} {
		if got := look(t, start(t, &c.key), access, 100, c.spoil); got != c.want {
			t.Errorf("%s: %q, want %q", c.story, got, c.want)
		}
	}
}

// The nonce rises, the counter fills, and unknown keys lock the address out.
func TestCounts(t *testing.T) {
	s := start(t, &Key{})
	for _, c := range []struct {
		nonce uint64
		want  string
	}{{100, ""}, {100, "EAPI:Invalid nonce"}, {99, "EAPI:Invalid nonce"}, {101, ""}} {
		if got := look(t, s, access, c.nonce, nil); got != c.want {
			t.Errorf("nonce %d: %q", c.nonce, got)
		}
	}
	for i := range uint64(14) {
		want := ""
		if i == 13 {
			want = "EAPI:Rate limit exceeded"
		}
		if got := look(t, s, access, 200+i, nil); got != want {
			t.Errorf("call %d: %q, want %q", i+3, got, want)
		}
	}
	for range mostStrikes {
		look(t, s, strings.Repeat("a", 56), 1, nil)
	}
	if got := look(t, s, access, 500, nil); got != "EGeneral:Temporary lockout" {
		t.Errorf("after too many unknown keys: %q", got)
	}
}
