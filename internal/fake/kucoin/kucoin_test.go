package kucoin

import (
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"rekey/internal/fake"
)

// The fake is held to the documents here, with a signature of the test's own.

const (
	masterKey  = "65e6bc8712ab340001c0ffee"
	subKey     = "65e6bc8712ab340001c0ffef"
	frozenKey  = "65e6bc8712ab340001c0fff0"
	secret     = "CANARY-secret"
	passphrase = "CANARY-passphrase"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func start(t *testing.T) *fake.Server {
	t.Helper()
	key := func(access string, whitelist ...string) *Key {
		return &Key{
			AccessKey:  access,
			Secret:     secret,
			Passphrase: passphrase,
			Permission: "General,Spot",
			Whitelist:  whitelist,
			Created:    noon,
		}
	}
	s, _, err := Start(func() time.Time { return noon }, &Account{
		UID: 1, Keys: []*Key{key(masterKey)},
		Subs: []*Sub{
			{UID: 2, Name: "a b", Keys: []*Key{key(subKey, "127.0.0.1", "203.0.113.7")}},
			{UID: 3, Name: "c", Frozen: true, Keys: []*Key{key(frozenKey)}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func mac(text string) string { return macBy(secret, text) }

// signed makes a request as docs-new/authentication has it. raw is the query
// before URL-encoding.
func signed(t *testing.T, s *fake.Server, access, path, encoded, raw string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	target := path
	if raw != "" {
		target += "?" + raw
	}
	r.URL.RawQuery = encoded
	stamp := strconv.FormatInt(noon.UnixMilli(), 10)
	for name, value := range map[string]string{
		"KC-API-KEY": access, "KC-API-SIGN": mac(stamp + "GET" + target), "KC-API-TIMESTAMP": stamp,
		"KC-API-PASSPHRASE":  mac(passphrase),
		"KC-API-KEY-VERSION": "3", "Content-Type": "application/json",
	} {
		r.Header.Set(name, value)
	}
	return r
}

type answer struct {
	status int
	header http.Header
	Code   string
	Data   json.RawMessage
	text   string
}

func send(t *testing.T, r *http.Request) answer {
	t.Helper()
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	if err != nil {
		t.Fatal(err)
	}
	a := answer{status: res.StatusCode, header: res.Header, text: string(body)}
	_ = json.Unmarshal(body, &a)
	return a
}

func TestWhoIsLetIn(t *testing.T) {
	const own = "/api/v1/user/api-key"
	for _, c := range []struct {
		story, access, path, encoded, raw string
		change                            func(*http.Request)
		status                            int
		code                              string
	}{
		{"as documented", masterKey, own, "", "", nil, 200, "200000"},
		{"version 2 for a key of version 3", masterKey, own, "", "", set("KC-API-KEY-VERSION", "2"), 200, "200000"},
		{"no version", masterKey, own, "", "", set("KC-API-KEY-VERSION", ""), 400, "400009"},
		{"a plain passphrase, as of version 1", masterKey, own, "", "", set("KC-API-PASSPHRASE", passphrase), 401, "400004"},
		{"another's signature", masterKey, own, "", "", set("KC-API-SIGN", mac("x")), 401, "400005"},
		{"no signature", masterKey, own, "", "", set("KC-API-SIGN", ""), 400, "400001"},
		{"six seconds late", masterKey, own, "", "", set("KC-API-TIMESTAMP",
			strconv.FormatInt(noon.UnixMilli()-6000, 10)), 400, "400002"},
		{"a key that nobody made", "65e6bc8712ab340001c00000", own, "", "", nil, 401, "400003"},
		{"a frozen account", frozenKey, own, "", "", nil, 200, "411100"},
		{"no media type, as by ccxt", masterKey, own, "", "", set("Content-Type", ""), 200, "200000"},
		{"another media type", masterKey, own, "", "", set("Content-Type", "text/plain"), 415, "415000"},
		{
			"the query is signed before encoding", masterKey, "/api/v1/sub/api-key", "subName=a%20b",
			"subName=a b", nil, 200, "200000",
		},
		{
			"the query is signed after encoding, as by the SDK", masterKey, "/api/v1/sub/api-key", "subName=a%20b",
			"subName=a%20b", nil, 401, "400005",
		},
		{"a parameter that is not documented", masterKey, own, "x=1", "x=1", nil, 400, "400100"},
		{"more than 100 a page", masterKey, "/api/v2/sub/user", "pageSize=101", "pageSize=101", nil, 400, "400100"},
		{"a sub-account lists", subKey, "/api/v2/sub/user", "", "", nil, 403, "400007"},
		{"a path that is not there", masterKey, "/api/v1/withdrawals", "", "", nil, 404, "404000"},
	} {
		s := start(t)
		r := signed(t, s, c.access, c.path, c.encoded, c.raw)
		if c.change != nil {
			c.change(r)
		}
		if a := send(t, r); a.status != c.status || a.Code != c.code {
			t.Errorf("%s: HTTP %d %s, want %d and %s", c.story, a.status, a.text, c.status, c.code)
		}
	}
	s := start(t)
	r := signed(t, s, masterKey, own, "", "")
	r.Body, r.ContentLength = io.NopCloser(strings.NewReader("{}")), 2
	if a := send(t, r); a.status != 403 || !strings.Contains(a.text, "<html>") {
		t.Errorf("a body on GET: HTTP %d %s, want a page of CloudFront", a.status, a.text)
	}
}

func set(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

func TestFactsAreMasked(t *testing.T) {
	s := start(t)
	a := send(t, signed(t, s, subKey, "/api/v1/user/api-key", "", ""))
	var data map[string]any
	if err := json.Unmarshal(a.Data, &data); err != nil {
		t.Fatal(err)
	}
	for field, want := range map[string]any{
		"ipWhitelist": "127.**.1,203.**.7", "subName": "a b", "isMaster": false, "uid": 2.0,
		"permission": "General,Spot", "apiVersion": 3.0,
	} {
		if data[field] != want {
			t.Errorf("%s is %v, want %v", field, data[field], want)
		}
	}
	if strings.Contains(a.text, "CANARY") {
		t.Error("the answer holds a secret")
	}
}

// The pool of one user is empty after 100 calls of 20; another user's is not.
func TestPoolIsCounted(t *testing.T) {
	s := start(t)
	for n := range 101 {
		a := send(t, signed(t, s, masterKey, "/api/v1/user/api-key", "", ""))
		want, code := strconv.Itoa(max(2000-20*(n+1), 0)), "200000"
		if n == 100 {
			code = "429000"
		}
		if a.Code != code || a.header.Get("gw-ratelimit-remaining") != want || a.header.Get("gw-ratelimit-reset") != "30000" {
			t.Fatalf("call %d: %s, %v", n+1, a.text, a.header)
		}
	}
	if a := send(t, signed(t, s, subKey, "/api/v1/user/api-key", "", "")); a.Code != "200000" {
		t.Errorf("another user: %s", a.text)
	}
}
