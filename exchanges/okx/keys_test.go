package okx

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
	"rekey/internal/fake"
	fakeokx "rekey/internal/fake/okx"
	"rekey/internal/httpx"
)

// writing stages a desk with one sub-account and several managers, and opens
// one of them with a client that may write.
func writing(t *testing.T, name string) (*adapter, *fake.Server, *fakeokx.Exchange) {
	t.Helper()
	clock := exchangetest.NewClock()
	server, x, err := fakeokx.Start(clock.Now, &fakeokx.Account{
		ID: "1",
		Keys: []*fakeokx.Key{
			key("manager", []string{"127.0.0.1"}, "read_only", "trade"),
			key("unbound", nil, "read_only", "trade"),
			key("reader", []string{"127.0.0.1"}, "read_only"),
		},
		Subs: []*fakeokx.Sub{{ID: "71", Name: "grid1", Created: created, Keys: []*fakeokx.Key{
			key("sub1", []string{"203.0.113.7", "203.0.113.8"}, "read_only", "trade"),
		}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	client, err := httpx.New(
		httpx.Options{
			Exchange:    Name,
			Protocol:    protocol(),
			Endpoint:    server.URL,
			AllowWrites: true,
			Now:         clock.Now,
			Sleep:       clock.Sleep,
		},
	)
	if err != nil {
		t.Fatal(err)
	}
	a, err := open(credential(name), exchanges.Env{Caller: client})
	if err != nil {
		t.Fatal(err)
	}
	return a.(*adapter), server, x //nolint:forcetypeassert // open returns nothing else
}

func ref(name string) exchanges.KeyRef {
	return exchanges.KeyRef{Exchange: Name, AccessKey: accessKey(name), Account: exchanges.Account{Name: "grid1"}}
}

func newKey() exchanges.IssueRequest {
	return exchanges.IssueRequest{
		Account: exchanges.Account{Name: "grid1"}, Label: "rekey1", Permissions: []exchanges.Permission{exchanges.Trade},
		Passphrase: exchanges.NewSecret(passphrase("new")),
	}
}

// A manager without a whitelist, or without trade, is told what it lacks.
func TestWhatAManagerLacks(t *testing.T) {
	for name, says := range map[string]string{
		"unbound": "put this machine's address on the whitelist of the manager's key", "reader": "wants a manager with trade",
	} {
		a, _, x := writing(t, name)
		before := fmt.Sprint(x.Live())
		_, issuing := a.IssueKey(t.Context(), newKey())
		_, editing := a.EditKey(t.Context(), exchanges.EditRequest{Ref: ref("sub1"), Permissions: []exchanges.Permission{}})
		for _, err := range []error{issuing, editing, a.RevokeKey(t.Context(), exchanges.RevokeRequest{Ref: ref("sub1")})} {
			if exchanges.KindOf(err) != exchanges.KindForbidden || !strings.Contains(err.Error(), says) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if after := fmt.Sprint(x.Live()); after != before {
			t.Errorf("%s: the keys were changed", name)
		}
	}
}

// Labels are unique, so a second key of one label is refused clearly.
func TestLabelsAreUnique(t *testing.T) {
	a, _, x := writing(t, "manager")
	if _, err := a.IssueKey(t.Context(), newKey()); err != nil {
		t.Fatal(err)
	}
	_, err := a.IssueKey(t.Context(), newKey())
	if exchanges.KindOf(err) != exchanges.KindRejected ||
		!strings.Contains(err.Error(), "has another key with this label already") {
		t.Error(err)
	}
	if n := len(x.Live()); n != 5 {
		t.Errorf("%d keys live", n)
	}
}

func TestNetworksInAWhitelist(t *testing.T) {
	a, _, x := writing(t, "manager")
	req := newKey()
	req.Whitelist = []string{"203.0.113.0/28", "2001:db8::/48", "203.0.113.77/32"}
	issued, err := a.IssueKey(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	list, _ := issued.Key.Whitelist.Entries.Get()
	if got := fmt.Sprint(list); got != "[203.0.113.0/28 2001:db8::/48 203.0.113.77/32]" {
		t.Errorf("whitelist %s", got)
	}
	live := x.Live()
	if got := strings.Join(live[len(live)-1].Whitelist, ","); got != "203.0.113.0/28,2001:db8::/48,203.0.113.77" {
		t.Errorf("at the exchange: %s", got)
	}
}

func TestPassphraseOfANewKey(t *testing.T) {
	a, server, _ := writing(t, "manager")
	for story, text := range map[string]string{
		"none": "", "seven": "Canry1!", "33": strings.Repeat("CANary1!", 5)[:33], "no digit": "CANARYary!",
		"no upper case": "canary1!canary", "no lower case": "CANARY1!",
		"no sign": "CANARYary1", "a blank": "CANary 1!", "a line break": "CANary1!\n", "an umlaut": "CANäry1!",
	} {
		req := newKey()
		req.Passphrase = exchanges.NewSecret(text)
		_, err := a.IssueKey(t.Context(), req)
		if exchanges.KindOf(err) != exchanges.KindBadPassphrase || len(server.Requests()) > 0 {
			t.Errorf("%s: %v", story, err)
		}
		if text != "" && strings.Contains(err.Error(), text) {
			t.Errorf("%s: the error holds the passphrase", story)
		}
	}
	for i, text := range []string{"CANary1!", strings.Repeat("CANary1!", 4), `CANary1<>&"\'`} {
		req := newKey()
		req.Passphrase, req.Label = exchanges.NewSecret(text), fmt.Sprintf("rekey%d", i)
		issued, err := a.IssueKey(t.Context(), req)
		if err != nil || !issued.Credential.Passphrase.Equal(req.Passphrase) {
			t.Fatalf("%q: %v", text, err)
		}
		b, err := open(issued.Credential, a.env)
		if err != nil {
			t.Fatal(err)
		}
		if k, err := b.Inspect(t.Context()); k.Status != exchanges.StatusAlive || err != nil {
			t.Errorf("%q: status %q, %v", text, k.Status, err)
		}
	}
}

// "The IP will be reset if this is passed through", so only what changes is.
func TestOnlyWhatChangesIsSent(t *testing.T) {
	for _, c := range []struct {
		story string
		perms []exchanges.Permission
		list  []string
		want  map[string]string
	}{
		{"permissions", []exchanges.Permission{exchanges.Trade}, nil, map[string]string{"perm": "read_only,trade"}},
		{"addresses", nil, []string{"203.0.113.7"}, map[string]string{"ip": "203.0.113.7"}},
		{
			"both",
			[]exchanges.Permission{},
			[]string{"203.0.113.7"},
			map[string]string{"perm": "read_only", "ip": "203.0.113.7"},
		},
		{"no addresses any more", nil, []string{}, map[string]string{"ip": ""}},
	} {
		a, server, _ := writing(t, "manager")
		if _, err := a.EditKey(t.Context(), exchanges.EditRequest{
			Ref: ref("sub1"), Permissions: c.perms,
			Whitelist: c.list,
		}); err != nil {
			t.Fatal(err)
		}
		maps.Copy(c.want, map[string]string{"subAcct": "grid1", "apiKey": accessKey("sub1")})
		requests := server.Requests()
		var got map[string]string
		if err := json.Unmarshal([]byte(requests[len(requests)-1].Body), &got); err != nil || !maps.Equal(got, c.want) {
			t.Errorf("%s: sent %v, want %v (%v)", c.story, got, c.want, err)
		}
	}
}

// A change goes where rekey.yaml says that the manager lives, demo trading
// included.
func TestChangeInTheConfiguredPlace(t *testing.T) {
	a := &adapter{credential: credential("manager"), env: exchanges.Env{Environment: demo}}
	at := place{base: "http://127.0.0.1:9001/proxy", region: regionEEA, environment: demo}
	req, err := a.post(
		at,
		pathRevoke,
		map[string]string{"subAcct": "grid1"},
		exchanges.Secret{},
	)(
		time.Date(2020, 12, 8, 9, 8, 57, 715_000_000, time.UTC),
	)
	if err != nil {
		t.Fatal(err)
	}
	const body = `{"subAcct":"grid1"}`
	want := sign(a.credential.Secret, "2020-12-08T09:08:57.715Z", "POST", pathRevoke, body)
	if req.Header.Get("OK-ACCESS-SIGN") != want || req.Header.Get("x-simulated-trading") != "1" ||
		req.Header.Get("Content-Type") != "application/json" {
		t.Errorf("headers %v", req.Header)
	}
	if req.URL.String() != "http://127.0.0.1:9001/proxy"+pathRevoke || req.ContentLength != int64(len(body)) {
		t.Errorf("%s, %d bytes", req.URL, req.ContentLength)
	}
}

// What each code means for a change. A code that nobody knows leaves it open.
func TestRefusedChanges(t *testing.T) {
	for _, c := range []struct {
		code string
		http int
		want exchanges.Kind
	}{
		{"50119", 401, exchanges.KindNoSuchKey},
		{"50110", 401, exchanges.KindIPRefused},
		{"50035", 403, exchanges.KindForbidden},
		{"50120", 200, exchanges.KindForbidden},
		{"50102", 401, exchanges.KindClock},
		{"50011", 429, exchanges.KindRateLimited},
		{"50011", 200, exchanges.KindRateLimited},
		{"50014", 400, exchanges.KindRejected},
		{"51000", 400, exchanges.KindRejected},
		{"59500", 200, exchanges.KindNotMaster},
		{"59501", 200, exchanges.KindRejected},
		{"59502", 200, exchanges.KindRejected},
		{"59503", 200, exchanges.KindRejected},
		{"59504", 200, exchanges.KindForbidden},
		{"59505", 200, exchanges.KindRejected},
		{"59506", 200, exchanges.KindRejected},
		{"59508", 200, exchanges.KindForbidden},
		{"59510", 200, exchanges.KindRejected},
		{"59518", 200, exchanges.KindForbidden},
		{"50001", 503, exchanges.KindUncertain},
		{"50004", 400, exchanges.KindUncertain}, // "does not mean success or failure"
		{"50013", 429, exchanges.KindUncertain},
		{"50026", 500, exchanges.KindUncertain},
		{"99999", 200, exchanges.KindUncertain},
		{"99999", 400, exchanges.KindUncertain},
		{"1", 200, exchanges.KindUncertain},
		{"", 200, exchanges.KindUncertain},
		{"0", 200, exchanges.KindUncertain}, // accepted, and without a row
	} {
		a, server, _ := writing(t, "manager")
		server.Break(
			fake.Fault{
				Method: http.MethodPost,
				Do: fake.Answer(
					c.http,
					"application/json",
					fmt.Sprintf(`{"msg":"CANARY at 198.51.100.4","code":%q,"data":[]}`, c.code),
				),
			},
		)
		_, err := a.IssueKey(t.Context(), newKey())
		if got := exchanges.KindOf(err); got != c.want || strings.Contains(fmt.Sprintf("%+v", err), exchangetest.Canary) {
			t.Errorf("%q with HTTP %d: %q (%v), want %q", c.code, c.http, got, err, c.want)
		}
	}
}

// Answers about another key or sub-account are none.
func TestAnswersAboutAnotherKey(t *testing.T) {
	a, server, _ := writing(t, "manager")
	other := fake.Answer(
		http.StatusOK,
		"application/json",
		rows(`{"subAcct":"other","apiKey":"`+accessKey("other")+`","perm":"read","ip":""}`),
	)
	server.Break(fake.Fault{Method: http.MethodPost, Do: other})
	_, err := a.EditKey(t.Context(), exchanges.EditRequest{Ref: ref("sub1"), Permissions: []exchanges.Permission{}})
	if exchanges.KindOf(err) != exchanges.KindUncertain {
		t.Error(err)
	}
	if err := a.RevokeKey(t.Context(), exchanges.RevokeRequest{Ref: ref("sub1")}); exchanges.KindOf(
		err,
	) != exchanges.KindUncertain {
		t.Error(err)
	}
}

// An accepted answer without a list is no empty list.
func TestNoListIsNoEmptyList(t *testing.T) {
	for _, body := range []string{`{"code":"0","msg":""}`, `{"code":"0","msg":"","data":null}`} {
		a, server, _ := writing(t, "manager")
		server.Break(
			fake.Fault{Method: http.MethodPost, Do: fake.Answer(http.StatusOK, "application/json", `{"msg":"","code":"59506"}`)},
		)
		server.Break(fake.Fault{Path: pathSubKeys, Do: fake.Answer(http.StatusOK, "application/json", body)})
		if err := a.RevokeKey(t.Context(), exchanges.RevokeRequest{Ref: ref("sub1")}); exchanges.KindOf(
			err,
		) != exchanges.KindRejected {
			t.Errorf("%s: %v", body, err)
		}
	}
}

// Whatever comes back, there is a credential or an error; a key is gone only by
// the documented answer, or by a list in which it is not.
func FuzzChanges(f *testing.F) {
	for _, data := range []string{
		`[{"subAcct":"s","label":"v5","apiKey":"k1","secretKey":"CANARY","passphrase":"CANARY","perm":"read_only,trade",` +
			`"ip":"1.1.1.1","ts":"1597026383085"}]`,
		`[{"subAcct":"t","apiKey":"k1"}]`, `[{"apiKey":"","secretKey":"CANARY"}]`, `[{"apiKey":"k1"},{"apiKey":"k2"}]`,
		`[{"subAcct":"s"}]`, `[]`, `{}`, `null`, `[null]`,
	} {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data string) {
		body := func(url.Values) string { return `{"code":"0","msg":"","data":` + data + `}` }
		a, _ := openStub(t, map[string]func(url.Values) string{opIssue: body, opEdit: body, opRevoke: body, opSubKeys: body})
		k1 := exchanges.KeyRef{AccessKey: "k1", Account: exchanges.Account{Name: "s"}}
		issued, err := a.IssueKey(
			t.Context(),
			exchanges.IssueRequest{Account: k1.Account, Label: "r", Passphrase: exchanges.NewSecret(passphrase("new"))},
		)
		if (err == nil) != (issued.Credential.AccessKey != "" && !issued.Credential.Secret.IsZero()) {
			t.Errorf("%q: %+v, %v", data, issued.Key.Ref, err)
		}
		edited, err := a.EditKey(t.Context(), exchanges.EditRequest{Ref: k1, Whitelist: []string{"10.0.0.1"}})
		if (err == nil) != (edited.Status == exchanges.StatusAlive) || err == nil && edited.Ref.AccessKey != "k1" {
			t.Errorf("%q: %+v, %v", data, edited, err)
		}
		if err := a.RevokeKey(t.Context(), exchanges.RevokeRequest{Ref: k1}); err == nil &&
			strings.Contains(data, `"apiKey":"k1"`) &&
			!strings.Contains(data, `"s"`) {
			t.Errorf("%q: the key is gone for rekey", data)
		}
	})
}

// After a deletion without a clear answer the list decides. A row without an
// access key may be the key that was to go, so it proves nothing.
func TestRowWithoutANameMayBeTheKey(t *testing.T) {
	for _, c := range []struct {
		story, rows string
		gone        bool
	}{
		{"no row", ``, true},
		{"another key", `{"label":"x","apiKey":"` + accessKey("other") + `"}`, true},
		{"the key", `{"label":"x","apiKey":"` + accessKey("sub1") + `"}`, false},
		{"a row without a name", `{"label":"x","apiKey":""}`, false},
		{"a row of nothing", `{}`, false},
		{"another key, and a row without a name", `{"apiKey":"` + accessKey("other") + `"},{"apiKey":null}`, false},
	} {
		for _, answer := range []string{
			`{"msg":"API key doesn't exist.","code":"59506"}`, `{"code":"0","msg":"","data":[{"hello":"world"}]}`,
		} {
			a, server, _ := writing(t, "manager")
			server.Break(fake.Fault{Method: http.MethodPost, Do: fake.Answer(http.StatusOK, "application/json", answer)})
			server.Break(
				fake.Fault{
					Method: http.MethodGet,
					Path:   pathSubKeys,
					Do:     fake.Answer(http.StatusOK, "application/json", rows(c.rows)),
				},
			)
			if err := a.RevokeKey(t.Context(), exchanges.RevokeRequest{Ref: ref("sub1")}); (err == nil) != c.gone {
				t.Errorf("%s, after %s: %v", c.story, answer, err)
			}
		}
	}
}

// A new key that may be used from anywhere is asked for without the field of
// addresses: what an empty one does is not documented.
func TestNewKeyWithoutAddresses(t *testing.T) {
	a, server, _ := writing(t, "manager")
	if _, err := a.IssueKey(t.Context(), newKey()); err != nil {
		t.Fatal(err)
	}
	requests := server.Requests()
	if sent := requests[len(requests)-1]; sent.Method != http.MethodPost || strings.Contains(sent.Body, `"ip"`) {
		t.Errorf("%s with a field of addresses", sent.Method)
	}
}

// A list with a row that withholds its access key proves of no key that it is
// gone: the row may be that key.
func TestRowWithoutAName(t *testing.T) {
	for row, gone := range map[string]bool{`{"apiKey":""}`: false, `{"label":"a"}`: false, `{"apiKey":"another"}`: true} {
		a, server, _ := writing(t, "manager")
		server.Break(
			fake.Fault{Method: http.MethodPost, Do: fake.Answer(http.StatusOK, "application/json", `{"msg":"","code":"59506"}`)},
		)
		server.Break(fake.Fault{Path: pathSubKeys, Do: fake.Answer(http.StatusOK, "application/json", rows(row))})
		if err := a.RevokeKey(t.Context(), exchanges.RevokeRequest{Ref: ref("sub1")}); (err == nil) != gone {
			t.Errorf("%s: %v, want gone %v", row, err, gone)
		}
	}
}
