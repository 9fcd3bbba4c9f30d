package bybit

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"rekey/internal/fake"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

const (
	access = "aB3dE6gH9jK2mN5pQ8"
	secret = "CANARYs3cretS3cretS3cretS3cretS3cret"
)

// A probe is a request as somebody would build it by hand from the documents.
type probe struct {
	method, target, body string
	access               string
	off                  time.Duration // of the timestamp
	spoil                func(http.Header)
}

type reply struct {
	status int
	header http.Header
	Code   int             `json:"retCode"`
	Msg    string          `json:"retMsg"`
	Result json.RawMessage `json:"result"`
}

func (p probe) send(t *testing.T, s *fake.Server) reply {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), p.method, s.URL+p.target, strings.NewReader(p.body))
	if err != nil {
		t.Fatal(err)
	}
	if p.access == "" {
		p.access = access
	}
	payload := p.body
	if p.method == http.MethodGet {
		payload = req.URL.RawQuery
	} else {
		req.Header.Set("Content-Type", "application/json")
	}
	stamp := strconv.FormatInt(noon.Add(p.off).UnixMilli(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(stamp + p.access + "5000" + payload))
	for name, value := range map[string]string{
		"X-BAPI-API-KEY": p.access, "X-BAPI-TIMESTAMP": stamp, "X-BAPI-RECV-WINDOW": "5000",
		"X-BAPI-SIGN": hex.EncodeToString(mac.Sum(nil)),
	} {
		req.Header.Set(name, value)
	}
	if p.spoil != nil {
		p.spoil(req.Header)
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, _ := io.ReadAll(res.Body)
	out := reply{status: res.StatusCode, header: res.Header, Msg: string(body)}
	_ = json.Unmarshal(body, &out)
	return out
}

func start(t *testing.T, spoil func(*Account)) (*fake.Server, *Exchange) {
	t.Helper()
	account := &Account{
		UID: "1",
		Keys: []*Key{{
			AccessKey: access, Secret: secret, Created: noon.Add(-time.Hour),
			Groups: map[string][]string{"Wallet": {"AccountTransfer"}},
		}},
		Subs: []*Sub{{UID: "2", Name: "grid1", Keys: []*Key{{
			AccessKey: "zZ3dE6gH9jK2mN5pQ8", Secret: secret, Created: noon.Add(-time.Hour), ReadOnly: true,
			Whitelist: []string{"203.0.113.7"}, Groups: map[string][]string{"Spot": {"SpotTrade"}},
		}}}},
	}
	if spoil != nil {
		spoil(account)
	}
	server, x, err := Start(func() time.Time { return noon }, account)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	return server, x
}

// What the real one refuses, the fake refuses, in its own codes.
func TestRefuses(t *testing.T) {
	own := "/v5/user/query-api"
	drop := func(name string) func(http.Header) { return func(h http.Header) { h.Del(name) } }
	for _, c := range []struct {
		story string
		probe probe
		spoil func(*Account)
		http  int
		code  int
	}{
		{"a good request", probe{target: own}, nil, 200, 0},
		{"no key", probe{target: own, spoil: drop("X-BAPI-API-KEY")}, nil, 401, 10007},
		{"a key that is not there", probe{target: own, access: "none3dE6gH9jK2mN5p"}, nil, 200, 10003},
		{"a deleted key", probe{target: own}, func(a *Account) { a.Keys[0].Deleted = true }, 200, 10003},
		{"another signature", probe{target: own, spoil: func(h http.Header) { h.Set("X-BAPI-SIGN", "00") }}, nil, 200, 10004},
		{
			"another address",
			probe{target: own},
			func(a *Account) { a.Keys[0].Whitelist = []string{"203.0.113.7"} }, 200,
			10010,
		},
		{"90 days without an address", probe{target: own}, func(a *Account) {
			a.Keys[0].Created = noon.Add(-91 * 24 * time.Hour)
		}, 200, 33004},
		{"6 seconds late", probe{target: own, off: -6 * time.Second}, nil, 200, 10002},
		{"4 seconds late", probe{target: own, off: -4 * time.Second}, nil, 200, 0},
		{"a second early", probe{target: own, off: time.Second}, nil, 200, 10002},
		{"a GET with a body", probe{target: own, body: "{}"}, nil, 403, 0},
		{"no such call", probe{target: "/v5/user/none"}, nil, 404, 0},
		{"a parameter of no call", probe{target: own + "?a=b"}, nil, 200, 10001},
		{"a key that only trades manages", probe{target: "/v5/user/submembers"}, func(a *Account) {
			a.Keys[0].Groups = map[string][]string{"Spot": {"SpotTrade"}}
		}, 200, 10005},
		{
			"a key that only trades ends itself",
			probe{method: "POST", target: "/v5/user/delete-api", body: "{}"},
			func(a *Account) { a.Keys[0].Groups = map[string][]string{"Spot": {"SpotTrade"}} }, 200, 10005,
		},
		{
			"the addresses of a master key",
			probe{
				method: "POST", target: "/v5/user/update-api",
				body: `{"readOnly":0,"ips":"*"}`,
			},
			nil, 200, 141019,
		},
		{"a sub-account's key may not withdraw", probe{
			method: "POST", target: "/v5/user/create-sub-api",
			body: `{"subuid":2,"readOnly":0,"note":"n","permissions":{"Wallet":["Withdraw"]}}`,
		}, nil, 200, 10001},
	} {
		if c.probe.method == "" {
			c.probe.method = http.MethodGet
		}
		server, _ := start(t, c.spoil)
		if r := c.probe.send(t, server); r.status != c.http || r.Code != c.code {
			t.Errorf("%s: HTTP %d, %d %s", c.story, r.status, r.Code, r.Msg)
		} else if c.code == 10004 && !strings.Contains(r.Msg, access) {
			t.Errorf("the text does not repeat the access key: %s", r.Msg)
		}
	}
}

// What a change leaves out opens the key, as documented.
func TestWhatIsLeftOutOpens(t *testing.T) {
	server, x := start(t, nil)
	r := probe{method: "POST", target: "/v5/user/update-sub-api", body: `{"apikey":"zZ3dE6gH9jK2mN5pQ8"}`}.send(t, server)
	k := x.Live()[1]
	if r.Code != 0 || len(k.Whitelist) != 0 || strings.Contains(strings.Join(k.Permissions, " "), "readOnly") {
		t.Errorf("%d %s: %+v", r.Code, r.Msg, k)
	}
}

// The limit of a user is counted for each call, and told in headers.
func TestLimit(t *testing.T) {
	server, _ := start(t, nil)
	for i := range 11 {
		r := probe{method: http.MethodGet, target: "/v5/user/query-api"}.send(t, server)
		left := strconv.Itoa(max(0, 9-i))
		if (r.Code == 10006) != (i == 10) || r.header.Get("X-Bapi-Limit-Status") != left {
			t.Errorf("call %d: %d, left %s", i+1, r.Code, r.header.Get("X-Bapi-Limit-Status"))
		}
	}
}

// A key that ends itself is gone at once.
func TestEndsItself(t *testing.T) {
	server, x := start(t, nil)
	r := probe{method: "POST", target: "/v5/user/delete-api", body: "{}"}.send(t, server)
	if r.Code != 0 || string(r.Result) != "{}" || len(x.Live()) != 1 {
		t.Errorf("%d %s %s, %d live", r.Code, r.Msg, r.Result, len(x.Live()))
	}
	if e := x.Ledger(); len(e) != 1 || e[0].Deed != fake.Deleted || e[0].By != access {
		t.Errorf("%+v", e)
	}
}
