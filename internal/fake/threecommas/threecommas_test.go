package threecommas

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// A user of the fake that is not rekey: it signs by itself, so that the fake
// and the adapter cannot share a mistake.
type user struct {
	url, key, secret string
	header           map[string]string
}

func (u user) hmac(target string) string {
	mac := hmac.New(sha256.New, []byte(u.secret))
	mac.Write([]byte(target))
	return hex.EncodeToString(mac.Sum(nil))
}

// get asks for a target below /public/api/ver1 and returns status and body.
func (u user) get(t *testing.T, target, signature string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, u.url+target, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Apikey", u.key)
	req.Header.Set("Signature", signature)
	for name, value := range u.header {
		req.Header.Set(name, value)
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

func (u user) signed(t *testing.T, target string) (int, string) {
	t.Helper()
	return u.get(t, target, u.hmac(target))
}

type desk struct {
	*Service
	state *State
	now   time.Time
	ana   user
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), state: &State{
		Users: []*User{{
			Name: "ana", Tokens: []*Token{{
				AccessKey: "ana", Secret: "CANARY", Permissions: []string{"ACCOUNTS_READ"},
				Whitelist: []string{"127.0.0.0/8"},
			}},
			Connections: []*Connection{
				{ID: 1, Name: "one", AccessKey: "stored-1", MarketCode: "binance"},
				{ID: 2, Name: "two", AccessKey: "stored-2", MarketCode: "okex"},
				{ID: 3, Name: "toy", AccessKey: "stored-1", Paper: true},
			},
		}},
		Markets: []Market{{Name: "OKX", Code: "okex", TrustedIPs: []string{"198.51.100.0/24"}}},
	}}
	server, service, err := Start(func() time.Time { return d.now }, d.state)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	d.Service, d.ana = service, user{url: server.URL, key: "ana", secret: "CANARY"}
	return d
}

func names(t *testing.T, body string) string {
	t.Helper()
	var rows []struct{ Name string }
	if err := json.Unmarshal([]byte(body), &rows); err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	var out []string
	for _, r := range rows {
		out = append(out, r.Name)
	}
	return strings.Join(out, " ")
}

const (
	accounts = "/public/api/ver1/accounts"
	validate = "/public/api/ver1/validate"
)

func TestConnectionsByFilterPageAndMode(t *testing.T) {
	d := newDesk(t)
	for target, want := range map[string]string{
		accounts: "one two", accounts + "?api_key=stored-2": "two", accounts + "?api_key=stored-3": "",
		accounts + "?per_page=1": "one", accounts + "?page=2&per_page=1": "two", accounts + "?page=3&per_page=1": "",
	} {
		status, body := d.ana.signed(t, target)
		if status != http.StatusOK || names(t, body) != want {
			t.Errorf("%s: %d, %q, want %q", target, status, names(t, body), want)
		}
		if strings.Contains(body, "stored-") {
			t.Errorf("%s shows a stored access key", target)
		}
	}
	d.Do(func() { d.state.Users[0].PaperMode = true })
	if _, body := d.ana.signed(t, accounts); names(t, body) != "toy" {
		t.Errorf("in paper mode: %q", names(t, body))
	}
	d.ana.header = map[string]string{"Forced-Mode": "real"}
	if _, body := d.ana.signed(t, accounts+"?api_key=stored-1"); names(t, body) != "one" {
		t.Errorf("in paper mode, real forced: %q", names(t, body))
	}
}

func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		story, target, signature string
		edit                     func(*User)
		status                   int
		code                     string
	}{
		{story: "a wrong signature", target: validate, signature: "00", status: 401, code: "signature_invalid"},
		{story: "no signature", target: validate, signature: "-", status: 401, code: "signature_invalid"},
		{
			story: "a deleted token", target: validate, edit: func(u *User) { u.Tokens[0].Deleted = true }, status: 401,
			code: "api_key_invalid_or_expired",
		},
		{
			story: "an expired token", target: validate, edit: func(u *User) { u.Tokens[0].Expired = true }, status: 401,
			code: "api_key_invalid_or_expired",
		},
		{
			story: "another address", target: validate,
			edit: func(u *User) { u.Tokens[0].Whitelist = []string{"203.0.113.7"} }, status: 401, code: "unauthorized",
		},
		{
			story: "a permission that lacks", target: accounts,
			edit: func(u *User) { u.Tokens[0].Permissions = []string{"BOTS_READ"} }, status: 403, code: "Forbidden",
		},
		{
			story: "a plan without API", target: accounts, edit: func(u *User) { u.NoAPI = true }, status: 429,
			code: "subscription plan",
		},
		{story: "too large a page", target: accounts + "?per_page=101", status: 400, code: "record_invalid"},
		{story: "page 0", target: accounts + "?page=0", status: 400, code: "record_invalid"},
		{story: "an empty filter", target: accounts + "?api_key=", status: 400, code: "record_invalid"},
		{story: "an unknown parameter", target: accounts + "?limit=5", status: 400, code: "record_invalid"},
		{
			story: "a call that sends an exchange's secret", target: accounts + "/types_to_connect?secret=CANARY",
			status: 404, code: "not_found",
		},
	} {
		d := newDesk(t)
		if c.edit != nil {
			d.Do(func() { c.edit(d.state.Users[0]) })
		}
		if c.signature == "" {
			c.signature = d.ana.hmac(c.target)
		}
		if status, body := d.ana.get(t, c.target, c.signature); status != c.status || !strings.Contains(body, c.code) {
			t.Errorf("%s: %d %s, want %d and %q", c.story, status, body, c.status, c.code)
		}
	}
}

func TestSignatures(t *testing.T) {
	d := newDesk(t)
	if status, body := d.ana.get(t, validate, strings.ToUpper(d.ana.hmac(validate))); status != http.StatusOK {
		t.Errorf("hex in capitals: %d %s", status, body)
	}
	if status, _ := d.ana.get(t, accounts+"?page=1", d.ana.hmac(accounts)); status != http.StatusUnauthorized {
		t.Errorf("a signature without the query is accepted: %d", status)
	}
	if status, _ := d.ana.get(t, validate, d.ana.hmac(validate+"?")); status != http.StatusUnauthorized {
		t.Errorf("a question mark without a query is accepted: %d", status)
	}
	// The documented vectors (docs/quick-start/6, 2026-05-07).
	documented := Token{Secret: "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"}
	if !documented.signed(
		"/public/api/ver1/users/change_mode?mode=paper",
		"bca8d8c10acfbe8e76c5335d3efbe0a550487170a8bb7aaea0a13efabab55316",
	) {
		t.Error("the documented signature is refused")
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(validate))
	raw, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	d.Do(func() { d.state.Users[0].Tokens[0].PublicKey = &key.PublicKey })
	if status, body := d.ana.get(t, validate, base64.StdEncoding.EncodeToString(raw)); status != http.StatusOK {
		t.Errorf("RSA: %d %s", status, body)
	}
	if status, _ := d.ana.signed(t, validate); status != http.StatusUnauthorized {
		t.Errorf("an RSA token accepts HMAC: %d", status)
	}
}

func TestMarketsNeedNoToken(t *testing.T) {
	d := newDesk(t)
	status, body := user{url: d.ana.url}.get(t, accounts+"/market_list", "")
	if status != http.StatusOK || !strings.Contains(body, `"trusted_ips":["198.51.100.0/24"]`) {
		t.Errorf("%d %s", status, body)
	}
}

// A hundred a minute; the next is refused for five minutes; whoever goes on is
// banned, each time for longer.
func TestLimitBlockAndBan(t *testing.T) {
	d := newDesk(t)
	ask := func() int {
		status, _ := d.ana.signed(t, validate)
		return status
	}
	for i := range 100 {
		if status := ask(); status != http.StatusOK {
			t.Fatalf("request %d: %d", i+1, status)
		}
	}
	if status := ask(); status != http.StatusTooManyRequests {
		t.Errorf("request 101: %d", status)
	}
	d.now = d.now.Add(mitigation - time.Second)
	if status := ask(); status != http.StatusTooManyRequests {
		t.Errorf("in the last second of the block: %d", status)
	}
	d.now = d.now.Add(time.Second)
	if status := ask(); status != http.StatusOK {
		t.Errorf("after the block: %d", status)
	}
	for _, ban := range []time.Duration{2 * time.Minute, 4 * time.Minute} {
		for range 100 + 1 + patience {
			ask()
		}
		if status := ask(); status != http.StatusTeapot {
			t.Errorf("%d requests into a block: %d", patience+1, status)
		}
		d.now = d.now.Add(ban - time.Second)
		if status := ask(); status != http.StatusTeapot {
			t.Errorf("in the last second of a ban of %v: %d", ban, status)
		}
		d.now = d.now.Add(time.Second)
		if status := ask(); status != http.StatusOK {
			t.Errorf("after a ban of %v: %d", ban, status)
		}
	}
}
