package binance

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
	"rekey/internal/fake"
	fakebinance "rekey/internal/fake/binance"
	"rekey/internal/httpx"
)

const desk = "grid+1@desk.example"

// writing stages a desk with one sub-account and opens its manager with a
// client that may write.
func writing(t *testing.T, change func(*fakebinance.Account)) (*adapter, *fake.Server, *fakebinance.Exchange) {
	t.Helper()
	clock := exchangetest.NewClock()
	account := &fakebinance.Account{
		ID:   "1",
		Keys: []*fakebinance.Key{key("manager", created, nil, "enableReading", "enableSpotAndMarginTrading")},
		Subs: []*fakebinance.Sub{{ID: 71, Email: desk, Created: created, Keys: []*fakebinance.Key{
			key(
				"sub1",
				created,
				[]string{"203.0.113.7", "203.0.113.8"},
				"enableReading",
				"enableSpotAndMarginTrading",
				"enableFutures",
			),
		}}},
	}
	if change != nil {
		change(account)
	}
	server, x, err := fakebinance.Start(clock.Now, account)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	return manager(t, server.URL, clock), server, x
}

func manager(t *testing.T, endpoint string, clock *exchangetest.Clock) *adapter {
	t.Helper()
	client, err := httpx.New(httpx.Options{
		Exchange: Name, Protocol: protocol(), Environment: "live", Endpoint: endpoint, AllowWrites: true,
		Now: clock.Now, Sleep: clock.Sleep,
	})
	if err != nil {
		t.Fatal(err)
	}
	a, err := open(credential("manager"), exchanges.Env{Caller: client, Environment: "live"})
	if err != nil {
		t.Fatal(err)
	}
	return a.(*adapter) //nolint:forcetypeassert // open returns nothing else
}

func ref(name string) exchanges.KeyRef {
	return exchanges.KeyRef{Exchange: Name, AccessKey: accessKey(name), Account: exchanges.Account{Name: desk}}
}

// writesOf returns the changes that were asked for, without signature and time.
func writesOf(s *fake.Server) []string {
	var out []string
	for _, r := range s.Requests() {
		if r.Method == http.MethodGet {
			continue
		}
		q, _ := url.ParseQuery(r.Query)
		for _, name := range []string{"timestamp", "recvWindow", "signature"} {
			q.Del(name)
		}
		out = append(out, r.Method+" "+r.Path+" "+q.Encode())
	}
	return out
}

// What is asked for is told in full: every permission, on or off, and whether
// there are addresses.
func TestChangesAreToldInFull(t *testing.T) {
	a, server, _ := writing(t, nil)
	req := exchanges.IssueRequest{
		Account:     exchanges.Account{Name: desk},
		Label:       "rekey1",
		Permissions: []exchanges.Permission{exchanges.Read, exchanges.Options},
	}
	if _, err := a.IssueKey(t.Context(), req); err != nil {
		t.Fatal(err)
	}
	req.Label, req.Whitelist = "rekey2", []string{"203.0.113.9/32", "2001:db8::1"}
	if _, err := a.IssueKey(t.Context(), req); err != nil {
		t.Fatal(err)
	}
	if _, err := a.EditKey(t.Context(), exchanges.EditRequest{
		Ref: ref("sub1"), Permissions: []exchanges.Permission{},
		Whitelist: []string{},
	}); err != nil {
		t.Fatal(err)
	}
	flags := "&canFuturesTrade=false&canMarginLoanRepay=false&canTrade=false&canUniversalTransfer=false&canVanillaOptions="
	sub := "email=grid%2B1%40desk.example"
	want := []string{
		"POST " + pathSubKeys + " apiName=rekey1" + flags + "true&" + sub + "&status=1",
		"POST " + pathSubKeys + " apiName=rekey2" + flags + "true&" + sub +
			"&ipAddress=203.0.113.9%2C2001%3Adb8%3A%3A1&status=2",
		"POST " + pathPermit + " " + strings.TrimPrefix(
			flags,
			"&",
		) + "false&" + sub + "&subAccountApiKey=" + accessKey(
			"sub1",
		),
		"POST " + pathRestrict + " " + sub + "&status=1&subAccountApiKey=" + accessKey("sub1"),
	}
	if got := writesOf(server); !slices.Equal(got, want) {
		t.Errorf("sent\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// Whether new addresses are added to the list or replace it is not documented:
// the list is the same after both.
func TestAddressesAreReplacedEitherWay(t *testing.T) {
	for _, replace := range []bool{false, true} {
		for _, list := range [][]string{
			{"203.0.113.8"},
			{"203.0.113.9"},
			{"203.0.113.7", "203.0.113.8"},
			{"203.0.113.9", "203.0.113.8"},
		} {
			a, server, x := writing(t, nil)
			x.Do(func() { x.ReplaceIPs = replace })
			k, err := a.EditKey(t.Context(), exchanges.EditRequest{Ref: ref("sub1"), Whitelist: list})
			if err != nil {
				t.Fatal(err)
			}
			want := exchanges.ParseWhitelist(slices.Sorted(slices.Values(list)))
			got := x.Live()[1].Whitelist
			if !slices.Equal(slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(list))) || k.Permissions.IsKnown() {
				t.Errorf("replaces %v: the exchange has %q, want %q", replace, got, list)
			}
			told, _ := k.Whitelist.Entries.Get()
			if entries, _ := want.Entries.Get(); len(told) != len(entries) {
				t.Errorf("replaces %v: told %v, want %v", replace, told, entries)
			}
			if n := len(writesOf(server)); n > 2 || replace && n > 1 {
				t.Errorf("replaces %v: %d changes for %q", replace, n, list)
			}
		}
	}
}

func TestSurplus(t *testing.T) {
	for _, c := range []struct {
		story              string
		list, wanted, want []string
	}{
		{"replaced", []string{"10.0.0.1"}, []string{"10.0.0.1"}, nil},
		{"added to", []string{"10.0.0.2", "10.0.0.1"}, []string{"10.0.0.1"}, []string{"10.0.0.2"}},
		{"in other words", []string{"2001:0db8:0:0:0:0:0:1", "::ffff:10.0.0.1"}, []string{"10.0.0.1", "2001:db8::1"}, nil},
		{"a wanted one is missing: nothing is taken off", []string{"10.0.0.2"}, []string{"10.0.0.1"}, nil},
		{"no list", nil, []string{"10.0.0.1"}, nil},
		{"no address: left alone", []string{"10.0.0.1", "10.**.2", "10.0.0.0/8"}, []string{"10.0.0.1"}, nil},
	} {
		if got := surplus(c.list, c.wanted); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.story, got, c.want)
		}
	}
}

// An edit that stops between its two calls says which one was done.
func TestHalfAnEdit(t *testing.T) {
	json := "application/json"
	for _, c := range []struct {
		story      string
		list       []string
		broken     string
		do         fake.Effect
		kind       exchanges.Kind
		says       string
		alive      bool
		known      bool // the permissions
		restricted bool
	}{
		{
			"the addresses are set, the permissions refused",
			[]string{"203.0.113.7"},
			pathPermit,
			fake.Answer(400, json, `{"code":-9000}`), exchanges.KindRejected,
			"the IP whitelist was changed, and then not everything", true, false, true,
		},
		{
			"the addresses are set, the permissions lost",
			[]string{"203.0.113.7"},
			pathPermit, fake.LostAnswer(),
			exchanges.KindUncertain, "the IP whitelist was changed", true, false, true,
		},
		{
			"the permissions are set, the list stays",
			[]string{},
			pathRestrict, fake.Answer(400, json, `{"code":-1002}`),
			exchanges.KindForbidden, "the permissions were changed", true, true, false,
		},
		{
			"the first one fails",
			[]string{"203.0.113.7"},
			pathRestrict, fake.Reset(), exchanges.KindUncertain,
			"no clear answer", false, false, false,
		},
		{
			"old addresses stay",
			[]string{"203.0.113.7"},
			pathUnlist, fake.Answer(500, json, ``), exchanges.KindUncertain,
			"the new addresses were added to the IP whitelist, the old ones not taken off", false, false, true,
		},
	} {
		t.Run(c.story, func(t *testing.T) {
			a, server, _ := writing(t, nil)
			for _, method := range []string{http.MethodPost, http.MethodDelete} {
				server.Break(fake.Fault{Method: method, Path: c.broken, Do: c.do})
			}
			k, err := a.EditKey(
				t.Context(),
				exchanges.EditRequest{Ref: ref("sub1"), Permissions: []exchanges.Permission{exchanges.Read}, Whitelist: c.list},
			)
			if exchanges.KindOf(err) != c.kind || !strings.Contains(fmt.Sprint(err), c.says) {
				t.Errorf("kind %q: %v", exchanges.KindOf(err), err)
			}
			restricted, _ := k.Whitelist.Restricted.Get()
			if (k.Status == exchanges.StatusAlive) != c.alive || k.Permissions.IsKnown() != c.known ||
				restricted != c.restricted {
				t.Errorf("key %+v", k)
			}
		})
	}
}

// A code of its own with 4XX is a clear refusal, and so is nothing else.
func TestRefusedChanges(t *testing.T) {
	for _, c := range []struct {
		status int
		body   string
		want   exchanges.Kind
	}{
		{400, `{"code":-1002}`, exchanges.KindForbidden},
		{400, `{"code":-2015}`, exchanges.KindForbidden},
		{401, `{"code":-2015}`, exchanges.KindForbidden},
		{400, `{"code":-2008}`, exchanges.KindNoSuchKey},
		{400, `{"code":-2014}`, exchanges.KindCredential},
		{400, `{"code":-1022}`, exchanges.KindBadSignature},
		{400, `{"code":-1021}`, exchanges.KindClock},
		{429, `{"code":-1003}`, exchanges.KindRateLimited},
		{400, `{"code":-1003}`, exchanges.KindRateLimited},
		{400, `{"code":-9000}`, exchanges.KindRejected},
		{400, `{"code":-1102}`, exchanges.KindRejected},
		{400, `{"code":-1130}`, exchanges.KindRejected},
		{400, `{"code":-54321}`, exchanges.KindRejected},
		{404, `{"code":-54321}`, exchanges.KindNotFound},
		{403, `{"code":-54321}`, exchanges.KindForbidden},
		// These leave open what happened.
		{400, `{"code":-1000}`, exchanges.KindUncertain},
		{400, `{"code":-1001}`, exchanges.KindUncertain},
		{400, `{"code":-1006}`, exchanges.KindUncertain},
		{400, `{"code":-1007}`, exchanges.KindUncertain},
		{408, `{"code":-1007}`, exchanges.KindUncertain},
		{500, `{"code":-9000}`, exchanges.KindUncertain},
		{503, `{"code":-1102}`, exchanges.KindUncertain},
		{400, `{"msg":"CANARY 198.51.100.4"}`, exchanges.KindUncertain},
		{400, `CANARY`, exchanges.KindUncertain},
		{200, `{"code":-9000}`, exchanges.KindUncertain},
		{302, `{"code":-9000}`, exchanges.KindUncertain},
	} {
		a := answering(t, func(path, _ string) (int, string) {
			if path == "/api/v3/time" {
				return 200, `{"serverTime":1795348800000}`
			}
			return c.status, c.body
		})
		client, err := httpx.New(
			httpx.Options{
				Exchange:    Name,
				Protocol:    protocol(),
				Environment: "live",
				Endpoint:    a.env.Caller.Endpoint(roleMain),
				AllowWrites: true,
			},
		)
		if err != nil {
			t.Fatal(err)
		}
		a.env.Caller = client
		_, err = a.IssueKey(t.Context(), exchanges.IssueRequest{Account: exchanges.Account{Name: desk}, Label: "rekey1"})
		if got := exchanges.KindOf(err); got != c.want || strings.Contains(fmt.Sprint(err), exchangetest.Canary) {
			t.Errorf("HTTP %d %s: %q (%v), want %q", c.status, c.body, got, err, c.want)
		}
	}
}

// An answer about another key is no answer.
func TestAnswersAboutAnotherKey(t *testing.T) {
	other := `{"apikey":"` + accessKey(
		"other",
	) + `","apiKey":"` + accessKey(
		"other",
	) + `","status":"2","ipList":["203.0.113.7"],"canTrade":false}`
	for _, path := range []string{pathPermit, pathRestrict, pathUnlist} {
		a, server, _ := writing(t, nil)
		server.Break(fake.Fault{Path: path, Do: fake.Behind(fake.Answer(200, "application/json", other))})
		_, err := a.EditKey(
			t.Context(),
			exchanges.EditRequest{Ref: ref("sub1"), Permissions: []exchanges.Permission{}, Whitelist: []string{"203.0.113.7"}},
		)
		if exchanges.KindOf(err) != exchanges.KindUncertain {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// A key on the second page is listed, and so are one of another spelling and
// one that begins like it: they are other keys.
func TestRevokeReadsTheWholeList(t *testing.T) {
	many := func(account *fakebinance.Account) {
		sub := account.Subs[0]
		for i := range 150 {
			sub.Keys = append(sub.Keys, key(fmt.Sprintf("more%dx", i), created, nil, "enableReading"))
		}
	}
	a, server, x := writing(t, many)
	server.Break(fake.Fault{Method: http.MethodDelete, Do: fake.Answer(400, "application/json", `{"code":-2008}`)})
	if err := a.RevokeKey(t.Context(), exchanges.RevokeRequest{Ref: ref("more149x")}); err == nil {
		t.Error("a key of the second page is gone for rekey")
	}
	server.Break(fake.Fault{Method: http.MethodGet, Path: pathSubKeys, Query: "page=2", Do: fake.Reset()})
	if err := a.RevokeKey(t.Context(), exchanges.RevokeRequest{Ref: ref("nobody")}); err == nil {
		t.Error("half a list proved that a key is gone")
	}
	server.Mend()
	for _, accessKey := range []string{strings.ToUpper(accessKey("sub1")), accessKey("sub1")[:62], "nobody"} {
		gone := ref("sub1")
		gone.AccessKey = accessKey
		if err := a.RevokeKey(t.Context(), exchanges.RevokeRequest{Ref: gone}); err != nil {
			t.Errorf("%s: %v", accessKey, err)
		}
	}
	if n := len(x.Live()); n != 152 {
		t.Errorf("%d keys live, want 152", n)
	}
}

// The check of the caller's place refuses clearly.
func TestKYCRefusal(t *testing.T) {
	a, _, x := writing(t, func(account *fakebinance.Account) { account.RefusedByKYC = []string{"127.0.0.0/8"} })
	before := len(x.Live())
	if err := a.RevokeKey(t.Context(), exchanges.RevokeRequest{Ref: ref("sub1")}); exchanges.KindOf(
		err,
	) != exchanges.KindForbidden {
		t.Error(err)
	}
	if len(x.Live()) != before {
		t.Error("a key is gone")
	}
}

// A request that does not fit into what Binance documents is not sent.
func TestTooLongAWhitelist(t *testing.T) {
	a, server, _ := writing(t, nil)
	var list []string
	for i := range 20 {
		list = append(list, fmt.Sprintf("2001:db8:1111:2222:3333:4444:5555:%x", 0x1000+i))
	}
	_, err := a.IssueKey(
		t.Context(),
		exchanges.IssueRequest{Account: exchanges.Account{Name: desk}, Label: "rekey1", Whitelist: list},
	)
	if exchanges.KindOf(err) != exchanges.KindRefused || len(server.Requests()) > 0 {
		t.Errorf("%v after %d requests", err, len(server.Requests()))
	}
}

// fixed gives one answer to everything that is accepted.
type fixed string

func (f fixed) Call(_ context.Context, call exchanges.Call) (exchanges.Response, error) {
	op, _ := protocol().Operation(call.Op)
	res := exchanges.Response{Status: http.StatusOK, Header: http.Header{}, Body: []byte(f)}
	return res, judge(op, res)
}

func (fixed) Endpoint(string) string { return "http://127.0.0.1:1" }

func (f fixed) Hosts(role string) []exchanges.Host {
	return []exchanges.Host{{Role: role, URL: f.Endpoint(role)}}
}

func (fixed) Sleep(context.Context, time.Duration) error { return nil }

// Whatever comes back, there is a credential or an error; a key is gone only by
// the documented answer, or by a list in which it is not.
func FuzzChanges(f *testing.F) {
	for _, body := range []string{
		`{"apiName":"a","apiKey":"k1","secretKey":"CANARY","canTrade":true,"status":2,"ipList":["69.210.67.14"]}`,
		`{"apiKey":"k1","secretKey":null}`, `{"apiKey":"","secretKey":"CANARY"}`, `{}`, `[]`, `null`, ``, `{"rows":[]}`,
		`{"rows":[{"apikey":"k1"}]}`, `{"rows":[{"":"k1"}]}`, `[{"apiKey":"k1"}]`, `[{"":"k1"}]`,
		`{"apikey":"k1","status":"2","ipList":["10.**.1"],"canTrade":"yes"}`, `{"code":-2008}`,
	} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		a := &adapter{credential: credential("a"), keyType: "HMAC", env: exchanges.Env{Caller: fixed(body)}}
		k1 := exchanges.KeyRef{AccessKey: "k1", Account: exchanges.Account{Name: desk}}
		for _, special := range []bool{false, true} {
			issued, err := a.IssueKey(t.Context(), exchanges.IssueRequest{
				Account: k1.Account, Label: "a", Permissions: []exchanges.Permission{exchanges.Margin}, SpecialMargin: special,
			})
			if (err == nil) != (issued.Credential.AccessKey != "" && !issued.Credential.Secret.IsZero()) {
				t.Errorf("%q: %+v, %v", body, issued.Key.Ref, err)
			}
			edited, err := a.EditKey(
				t.Context(),
				exchanges.EditRequest{Ref: k1, Whitelist: []string{"10.0.0.1"}, SpecialMargin: special},
			)
			if (err == nil) != (edited.Status == exchanges.StatusAlive) {
				t.Errorf("%q: status %q, %v", body, edited.Status, err)
			}
			if err := a.RevokeKey(t.Context(), exchanges.RevokeRequest{Ref: k1, SpecialMargin: special}); err == nil &&
				strings.Contains(body, "k1") {
				t.Errorf("%q: the key is gone for rekey", body)
			}
		}
	})
}

// After a deletion without a clear answer the list decides. A row without an
// access key may be the key that was to go, so it proves nothing.
func TestRowWithoutANameMayBeTheKey(t *testing.T) {
	for _, c := range []struct {
		story string
		names []string // the access keys of the rows
		gone  bool
	}{
		{"no row", nil, true},
		{"another key", []string{accessKey("other")}, true},
		{"the key", []string{accessKey("sub1")}, false},
		{"a row without a name", []string{""}, false},
		{"another key, and a row without a name", []string{accessKey("other"), ""}, false},
		{"a row without a name, and another key", []string{"", accessKey("other")}, false},
	} {
		for _, special := range []bool{false, true} {
			field := "apikey"
			if special {
				field = "apiKey"
			}
			var rows []string
			total := 0
			for _, name := range c.names {
				rows = append(rows, fmt.Sprintf(`{"apiName":"x",%q:%q}`, field, name))
				total += min(len(name), 1)
			}
			text := fmt.Sprintf(`{"total":%d,"rows":[%s]}`, total, strings.Join(rows, ","))
			if special {
				text = "[" + strings.Join(rows, ",") + "]"
			}
			a, server, _ := writing(t, nil)
			const json = "application/json"
			server.Break(
				fake.Fault{Method: http.MethodDelete, Do: fake.Answer(400, json, `{"code":-2008,"msg":"Invalid Api-Key ID."}`)},
			)
			server.Break(fake.Fault{Method: http.MethodGet, Path: pathSubKeys, Do: fake.Answer(200, json, text)})
			server.Break(fake.Fault{Method: http.MethodGet, Path: pathMarginKeys, Do: fake.Answer(200, json, text)})
			err := a.RevokeKey(t.Context(), exchanges.RevokeRequest{Ref: ref("sub1"), SpecialMargin: special})
			if (err == nil) != c.gone {
				t.Errorf("%s, special %v: %v", c.story, special, err)
			}
		}
	}
}
