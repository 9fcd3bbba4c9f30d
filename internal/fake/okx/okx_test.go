package okx

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"rekey/internal/fake"
)

var (
	noon    = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	created = time.Date(2022, 3, 4, 5, 6, 7, 8e6, time.UTC)
)

// A probe is a request as somebody would build it by hand from the documents.
type probe struct {
	method, target string
	access, secret string
	passphrase     string
	stamp          string
	demo           bool
	drop           string // a header to leave out
	body, media    string // media is that of JSON when empty
}

func good(n int) probe {
	return probe{
		method: http.MethodGet, target: "/api/v5/account/config", access: accessKey(n), secret: "CANARY-secret",
		passphrase: "CANARY-Phrase-1",
		stamp:      "2026-11-22T12:00:00.000Z",
	}
}

func accessKey(n int) string { return fmt.Sprintf("%08x-0000-4000-8000-000000000000", n) }

func key(n int, perms ...string) *Key {
	return &Key{
		AccessKey:  accessKey(n),
		Secret:     "CANARY-secret",
		Passphrase: "CANARY-Phrase-1",
		Label:      "l",
		Created:    created,
		Perms:      perms,
	}
}

type reply struct {
	Status int
	Code   string           `json:"code"`
	Msg    string           `json:"msg"`
	Data   []map[string]any `json:"data"`
}

func (p probe) send(t *testing.T, s *fake.Server) reply {
	t.Helper()
	res, err := http.DefaultTransport.RoundTrip(p.request(t, s))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	out := reply{Status: res.StatusCode}
	if res.StatusCode != http.StatusNotFound {
		if err := json.NewDecoder(res.Body).Decode(&out); err != nil {
			t.Fatalf("HTTP %d: %v", res.StatusCode, err)
		}
	}
	return out
}

func (p probe) request(t *testing.T, s *fake.Server) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), p.method, s.URL+p.target, strings.NewReader(p.body))
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha256.New, []byte(p.secret))
	mac.Write([]byte(p.stamp + p.method + p.target + p.body))
	req.Header.Set("OK-ACCESS-KEY", p.access)
	req.Header.Set("OK-ACCESS-SIGN", base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	req.Header.Set("OK-ACCESS-TIMESTAMP", p.stamp)
	req.Header.Set("OK-ACCESS-PASSPHRASE", p.passphrase)
	if p.demo {
		req.Header.Set("x-simulated-trading", "1")
	}
	if p.body+p.media != "" {
		req.Header.Set("Content-Type", cmp.Or(p.media, "application/json"))
	}
	req.Header.Del(p.drop)
	return req
}

// Keys: 1 all, 2 reads, 3 bound elsewhere, 4 demo, 5 cannot read, 6 deleted,
// 7 of a sub-account.
func start(t *testing.T) (*fake.Server, *Exchange) {
	t.Helper()
	bound, demo, deleted := key(3, "read_only"), key(4, "read_only"), key(6, "read_only")
	bound.Whitelist, demo.Demo, deleted.Deleted = []string{"203.0.113.7"}, true, true
	s, x, err := Start(func() time.Time { return noon }, &Account{
		ID:   "100",
		Keys: []*Key{key(1, "read_only", "trade", "withdraw"), key(2, "read_only"), bound, demo, key(5, "trade"), deleted},
		Subs: []*Sub{{ID: "200", Name: "grid1", Created: created, Keys: []*Key{key(7, "read_only", "trade")}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s, x
}

func TestRefusals(t *testing.T) {
	s, _ := start(t)
	s.Limits.TurnOff()
	for _, c := range []struct {
		story  string
		key    int
		spoil  func(*probe)
		status int
		code   string
	}{
		{"a good request", 1, nil, 200, "0"},
		{"half a minute slow", 1, func(p *probe) { p.stamp = "2026-11-22T11:59:30.000Z" }, 200, "0"},
		{"too slow", 1, func(p *probe) { p.stamp = "2026-11-22T11:59:29.999Z" }, 401, "50102"},
		{"too fast", 1, func(p *probe) { p.stamp = "2026-11-22T12:00:30.001Z" }, 401, "50102"},
		{"no milliseconds", 1, func(p *probe) { p.stamp = "2026-11-22T12:00:00Z" }, 401, "50112"},
		{"microseconds", 1, func(p *probe) { p.stamp = "2026-11-22T12:00:00.000000Z" }, 401, "50112"},
		{"local time", 1, func(p *probe) { p.stamp = "2026-11-22T13:00:00.000+01:00" }, 401, "50112"},
		{"seconds since 1970", 1, func(p *probe) { p.stamp = "1795348800" }, 401, "50112"},
		{"no such day", 1, func(p *probe) { p.stamp = "2026-13-22T12:00:00.000Z" }, 401, "50112"},
		{"no key", 1, func(p *probe) { p.drop = "OK-ACCESS-KEY" }, 401, "50103"},
		{"no passphrase", 1, func(p *probe) { p.drop = "OK-ACCESS-PASSPHRASE" }, 401, "50104"},
		{"no signature", 1, func(p *probe) { p.drop = "OK-ACCESS-SIGN" }, 401, "50106"},
		{"no timestamp", 1, func(p *probe) { p.drop = "OK-ACCESS-TIMESTAMP" }, 401, "50107"},
		{"malformed key", 1, func(p *probe) { p.access = "not-a-uuid" }, 401, "50111"},
		{"a key of another region", 99, nil, 401, "50119"},
		{"a deleted key", 6, nil, 401, "50119"},
		{"wrong passphrase", 1, func(p *probe) { p.passphrase = "CANARY-Phrase-2" }, 401, "50105"},
		{"wrong secret", 1, func(p *probe) { p.secret = "CANARY-other" }, 401, "50113"},
		{"a live key in demo trading", 1, func(p *probe) { p.demo = true }, 401, "50101"},
		{"a demo key in live trading", 4, nil, 401, "50101"},
		{"a demo key in demo trading", 4, func(p *probe) { p.demo = true }, 200, "0"},
		{"another address", 3, nil, 401, "50110"},
		{"a key that cannot read", 5, nil, 200, "50120"},
		{"the list, by a sub-account", 7, func(p *probe) { p.target = "/api/v5/users/subaccount/list" }, 200, "59500"},
		{
			"keys, by a sub-account", 7, func(p *probe) { p.target = "/api/v5/users/subaccount/apikey?subAcct=grid1" }, 200,
			"59500",
		},
		{"keys of nobody", 2, func(p *probe) { p.target = "/api/v5/users/subaccount/apikey" }, 400, "50014"},
		{
			"keys of a stranger", 2, func(p *probe) { p.target = "/api/v5/users/subaccount/apikey?subAcct=other" }, 200,
			"59510",
		},
		{
			"a key that the sub-account has not", 2,
			func(p *probe) { p.target = "/api/v5/users/subaccount/apikey?subAcct=grid1&apiKey=x" }, 200, "59506",
		},
		{"an undocumented parameter", 2, func(p *probe) { p.target += "?recvWindow=5000" }, 400, "51000"},
		{"a page too long", 2, func(p *probe) { p.target = "/api/v5/users/subaccount/list?limit=101" }, 400, "51000"},
		{"a strange filter", 2, func(p *probe) { p.target = "/api/v5/users/subaccount/list?enable=maybe" }, 400, "51000"},
		{"an unknown path", 1, func(p *probe) { p.target = "/api/v5/asset/balances" }, 404, ""},
		{"another method", 1, func(p *probe) { p.method = http.MethodPost }, 404, ""},
	} {
		t.Run(c.story, func(t *testing.T) {
			p := good(c.key)
			if c.spoil != nil {
				c.spoil(&p)
			}
			got := p.send(t, s)
			if got.Status != c.status || got.Code != c.code {
				t.Errorf("HTTP %d, code %q (%s), want HTTP %d, code %q", got.Status, got.Code, got.Msg, c.status, c.code)
			}
		})
	}
}

// 50110 says what must not be logged: the caller's address and the key.
func TestAddressRefusalNamesTheKey(t *testing.T) {
	s, _ := start(t)
	want := "Your IP 127.0.0.1 is not included in your API key's " + accessKey(3) + " IP whitelist."
	if got := good(3).send(t, s).Msg; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// The signature covers the query.
func TestQueryIsSigned(t *testing.T) {
	s, _ := start(t)
	p := good(2)
	p.target = "/api/v5/users/subaccount/apikey?subAcct=grid1"
	if got := p.send(t, s); got.Code != "0" || len(got.Data) != 1 || got.Data[0]["apiKey"] != accessKey(7) ||
		got.Data[0]["ts"] != strconv.FormatInt(created.UnixMilli(), 10) {
		t.Errorf("%+v", got)
	}
}

func TestConfig(t *testing.T) {
	s, x := start(t)
	x.Do(func() { x.accounts[0].Keys[0].Whitelist = []string{"127.0.0.1", "203.0.113.0/24"} })
	for n, want := range map[int]map[string]any{
		1: {
			"uid": "100", "mainUid": "100", "type": "0", "perm": "read_only,trade,withdraw",
			"ip": "127.0.0.1,203.0.113.0/24", "label": "l",
		},
		7: {"uid": "200", "mainUid": "100", "type": "1", "perm": "read_only,trade", "ip": ""},
	} {
		got := good(n).send(t, s)
		for field, value := range want {
			if len(got.Data) != 1 || got.Data[0][field] != value {
				t.Errorf("key %d: %s is not %v: %+v", n, field, value, got.Data)
			}
		}
	}
}

// Limits are counted by user: five calls for the account, and five more for
// its sub-account.
func TestLimits(t *testing.T) {
	s, _ := start(t)
	for n, want := range []string{"0", "0", "0", "0", "0", "50011"} {
		if got := good(1+n%2).send(t, s); got.Code != want {
			t.Errorf("call %d: code %s, want %s", n+1, got.Code, want)
		}
	}
	if got := good(7).send(t, s); got.Code != "0" {
		t.Errorf("the sub-account's call: code %s", got.Code)
	}
	list := good(2)
	list.target = "/api/v5/users/subaccount/list"
	for n, want := range []int{200, 200, 429} {
		if got := list.send(t, s); got.Status != want {
			t.Errorf("list %d: HTTP %d, want %d", n+1, got.Status, want)
		}
	}
}

// Pages run from the youngest to the oldest; after is exclusive.
func TestPages(t *testing.T) {
	a := &Account{ID: "100", Keys: []*Key{key(2, "read_only")}}
	for i := range 250 {
		a.Subs = append(
			a.Subs,
			&Sub{
				ID:      strconv.Itoa(i),
				Name:    "sub" + strconv.Itoa(i),
				Frozen:  i == 5,
				Created: created.Add(time.Duration(i) * time.Second),
			},
		)
	}
	s, _, err := Start(func() time.Time { return noon }, a)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	s.Limits.TurnOff()
	ask := func(query string) reply {
		p := good(2)
		p.target = "/api/v5/users/subaccount/list" + query
		return p.send(t, s)
	}
	page := ask("")
	if len(page.Data) != 100 || page.Data[0]["subAcct"] != "sub249" || page.Data[99]["subAcct"] != "sub150" {
		t.Fatalf("first page of %d", len(page.Data))
	}
	page = ask("?after=" + fmt.Sprint(page.Data[99]["ts"]))
	if len(page.Data) != 100 || page.Data[0]["subAcct"] != "sub149" {
		t.Fatalf("second page of %d", len(page.Data))
	}
	if page = ask("?enable=false"); len(page.Data) != 1 || page.Data[0]["subAcct"] != "sub5" ||
		page.Data[0]["enable"] != false {
		t.Errorf("frozen: %+v", page.Data)
	}
	if page = ask("?enable=true&limit=7"); len(page.Data) != 7 {
		t.Errorf("a page of seven has %d", len(page.Data))
	}
	if page = ask("?subAcct=sub9"); len(page.Data) != 1 {
		t.Errorf("one by name: %d", len(page.Data))
	}
}
