package gateio

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
	"rekey/internal/fake"
	fakegateio "rekey/internal/fake/gateio"
	"rekey/internal/httpx"
)

// staged starts a fake whose account has the given sub-account's keys, and opens
// its manager with a client that may write.
func staged(t *testing.T, account *fakegateio.Account) (*adapter, *fake.Server, *fakegateio.Exchange) {
	t.Helper()
	clock := exchangetest.NewClock()
	server, x, err := fakegateio.Start(clock.Now, account)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	client, err := httpx.New(httpx.Options{
		AllowWrites: true, Exchange: Name, Protocol: protocol(), Environment: live, Region: regionGlobal,
		Endpoint: server.URL, Now: clock.Now, Sleep: clock.Sleep,
	})
	if err != nil {
		t.Fatal(err)
	}
	a, err := openPair(credential("manager"), exchanges.Env{Caller: client, Environment: live, Region: regionGlobal})
	if err != nil {
		t.Fatal(err)
	}
	return a, server, x
}

func account(keys ...*fakegateio.Key) *fakegateio.Account {
	return &fakegateio.Account{
		ID: mainID, Keys: []*fakegateio.Key{key("manager", nil, "account")},
		Subs: []*fakegateio.Sub{{ID: subID, Name: "grid", Keys: keys}},
	}
}

func editOf(name string) exchanges.EditRequest {
	return exchanges.EditRequest{Ref: exchanges.KeyRef{
		Exchange: Name, AccessKey: accessKey(name), Account: exchanges.Account{Name: "grid", Kind: exchanges.AccountSub},
	}}
}

// What a change does not name stays: a PUT that left it out would take it away.
// Words that a narrowing does not name may only read then, and one that nobody
// here knows is taken away.
func TestEditSendsEverything(t *testing.T) {
	k := key("sub", []string{"203.0.113.7"}, "spot", "delivery", "wallet-", "custody")
	k.Mode = 2
	a, server, _ := staged(t, account(k))
	req := editOf("sub")
	req.Permissions = []exchanges.Permission{exchanges.Futures}
	edited, err := a.EditKey(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"spot read_only", "delivery", "wallet read_only", "custody read_only", portfolio}
	if !slices.Equal(edited.Raw, want) || k.Mode != 2 || k.Name != "note sub" ||
		!slices.Equal(k.Whitelist, []string{"203.0.113.7"}) {
		t.Errorf("raw %q, want %q; at the exchange %+v", edited.Raw, want, k.Settings)
	}
	for _, r := range server.Requests() {
		if r.Method != http.MethodPut {
			continue
		}
		for _, name := range []string{`"name"`, `"mode"`, `"perms"`, `"ip_whitelist"`} {
			if !strings.Contains(r.Body, name) {
				t.Errorf("a change was sent without %s", name)
			}
		}
	}
	req = editOf("sub")
	req.Whitelist = []string{"127.0.0.1"}
	_, err = a.EditKey(t.Context(), req)
	if err != nil || len(k.Perms) != 4 || !slices.Equal(k.Whitelist, req.Whitelist) {
		t.Errorf("%v, %+v", err, k.Settings)
	}
}

// A change that takes minutes is neither a failure nor done: the key is returned
// as the list still shows it. A list that shows something else is unclear.
func TestEditThatTakesMinutes(t *testing.T) {
	k := key("sub", []string{"203.0.113.7"}, "spot")
	a, server, x := staged(t, account(k))
	x.Do(func() { x.EditLag = 5 * time.Minute })
	req := editOf("sub")
	req.Permissions = []exchanges.Permission{}
	edited, err := a.EditKey(t.Context(), req)
	if spot, _ := edited.Permissions.Has(exchanges.Spot).Get(); err != nil || !spot {
		t.Errorf("permissions %+v, %v", edited.Permissions, err)
	}
	x.Do(func() { x.EditLag = 0 })
	for name, do := range map[string]fake.Effect{
		"a body": fake.Behind(fake.Answer(http.StatusOK, "application/json", `{"state":1}`)),
	} {
		server.Break(fake.Fault{Method: http.MethodPut, Times: 1, Do: do})
		if _, err := a.EditKey(t.Context(), req); exchanges.KindOf(err) != exchanges.KindUncertain {
			t.Errorf("%s: %v", name, err)
		}
	}
	other := `[{"state":1,"name":"note sub","perms":[{"name":"options","read_only":false}],"ip_whitelist":[],"key":"` +
		accessKey("sub") + `"}]`
	server.Break(fake.Fault{
		Method: http.MethodGet, Path: "/keys", Skip: 1, Times: 1, Do: fake.Answer(http.StatusOK, "application/json", other),
	})
	if _, err := a.EditKey(t.Context(), req); exchanges.KindOf(err) != exchanges.KindUncertain {
		t.Errorf("a list that shows something else: %v", err)
	}
}

// What cannot be kept is not edited: nothing is sent that would open the key.
func TestEditOfWhatIsNotTold(t *testing.T) {
	row := func(rest string) string {
		return `[{"state":1,"name":"n","key":"` + accessKey("sub") + `"` + rest + `}]`
	}
	for name, body := range map[string]string{
		"not listed":   `[]`,
		"no addresses": row(`,"perms":[{"name":"spot","read_only":false}]`),
		"masked":       row(`,"perms":[{"name":"spot","read_only":false}],"ip_whitelist":["203.**.7"]`),
		"IPv6":         row(`,"perms":[{"name":"spot","read_only":false}],"ip_whitelist":["2001:db8::1"]`),
	} {
		a, server, _ := staged(t, account(key("sub", nil, "spot")))
		server.Break(fake.Fault{Method: http.MethodGet, Path: "/keys", Do: fake.Answer(200, "application/json", body)})
		req := editOf("sub")
		req.Permissions = []exchanges.Permission{exchanges.Read}
		_, err := a.EditKey(t.Context(), req)
		if exchanges.KindOf(err) != exchanges.KindRefused {
			t.Errorf("%s: %v", name, err)
		}
		for _, r := range server.Requests() {
			if r.Method == http.MethodPut {
				t.Errorf("%s: %s was sent", name, r.Path)
			}
		}
	}
	a, server, _ := staged(t, account(key("sub", nil, "spot")))
	server.Break(fake.Fault{Method: http.MethodGet, Path: "/keys", Do: fake.Answer(200, "application/json",
		row(`,"perms":[{"name":"spot"}],"ip_whitelist":[]`))})
	req := editOf("sub")
	req.Whitelist = []string{"127.0.0.1"}
	if _, err := a.EditKey(t.Context(), req); exchanges.KindOf(err) != exchanges.KindRefused {
		t.Errorf("rights that are half told: %v", err)
	}
}

// A new key has the words of the old one, and no word that the old one had not.
func TestNewKeyHasTheOldWords(t *testing.T) {
	a, _, x := staged(t, account())
	issued, err := a.IssueKey(t.Context(), exchanges.IssueRequest{
		Account: exchanges.Account{Name: "44700071"}, Label: "rekey7Q4mZ",
		Permissions: []exchanges.Permission{exchanges.Read, exchanges.Futures, exchanges.Earn},
		Words:       []string{"delivery", "loan", "account read_only", "spot", portfolio},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"delivery", "loan", "account read_only", "spot read_only", portfolio}
	if !slices.Equal(issued.Key.Raw, want) {
		t.Errorf("raw %q, want %q", issued.Key.Raw, want)
	}
	if live := x.Live(); len(live) != 2 || live[1].AccessKey != issued.Credential.AccessKey {
		t.Errorf("live %+v", live)
	}
}

// A key of the main account is named by a part, and no call is made with one.
func TestAPartIsNeverSent(t *testing.T) {
	a, server, _ := staged(t, account())
	ref := exchanges.KeyRef{AccessKey: accessKey("sub")[:12] + "…", Account: exchanges.Account{Name: "grid"}}
	edit := exchanges.EditRequest{Ref: ref, Permissions: []exchanges.Permission{}}
	if err := a.RevokeKey(t.Context(), exchanges.RevokeRequest{Ref: ref}); exchanges.KindOf(err) != exchanges.KindRefused {
		t.Errorf("revoke: %v", err)
	}
	if _, err := a.EditKey(t.Context(), edit); exchanges.KindOf(err) != exchanges.KindRefused {
		t.Errorf("edit: %v", err)
	}
	for _, accessKey := range []string{"../../x", "a/b", "a?b", "%2e"} {
		ref.AccessKey = accessKey
		err := a.RevokeKey(t.Context(), exchanges.RevokeRequest{Ref: ref})
		if exchanges.KindOf(err) != exchanges.KindRefused {
			t.Errorf("revoke of %q: %v", accessKey, err)
		}
	}
	if n := len(server.Requests()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

// A list of ten thousand keys is whole, and keeps the limits.
func TestTenThousandKeys(t *testing.T) {
	const subs, each = 500, 20
	desk := account()
	desk.Subs = nil
	for i := range subs {
		s := &fakegateio.Sub{ID: int64(subID + i), Name: fmt.Sprintf("bot%d", i)}
		for j := range each {
			s.Keys = append(s.Keys, key(fmt.Sprintf("%d of %d", j, i), nil, "spot"))
		}
		desk.Subs = append(desk.Subs, s)
	}
	a, server, _ := staged(t, desk)
	seen := map[string]bool{}
	for k, err := range a.ListKeys(t.Context(), exchanges.ListRequest{}) {
		if err != nil {
			t.Fatal(err)
		}
		seen[k.Ref.AccessKey] = true
	}
	if len(seen) != subs*each+1 {
		t.Errorf("%d keys", len(seen))
	}
	for _, u := range server.Limits.Uses() {
		if u.Refused > 0 {
			t.Errorf("%s: %d of %d calls were over the limit", u.Name, u.Refused, u.Calls)
		}
	}
}
