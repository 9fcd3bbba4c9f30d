package binance

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"rekey/exchanges"
	"rekey/internal/fake"
	fakebinance "rekey/internal/fake/binance"
)

// special stages two margin special keys of one name.
func special(account *fakebinance.Account) {
	account.MarginKeys = []fakebinance.MarginKey{
		{Name: "scalper", AccessKey: accessKey("special1"), IP: "203.0.113.9", Type: "HMAC_SHA256", Mode: "TRADE"},
		{Name: "scalper", AccessKey: accessKey("special2"), IP: "0.0.0.0,203.0.113.9", Type: "HMAC_SHA256", Mode: "TRADE"},
	}
}

func specials(x *fakebinance.Exchange) []string {
	var out []string
	for _, k := range x.Live() {
		if k.Account == "" && k.AccessKey != accessKey("manager") {
			out = append(out, k.AccessKey)
		}
	}
	return out
}

func marginRef(name string) exchanges.KeyRef {
	return exchanges.KeyRef{
		Exchange:  Name,
		AccessKey: accessKey(name),
		Account:   exchanges.Account{Kind: exchanges.AccountUnknown},
	}
}

// A deletion by name would take both keys of the name along.
func TestSpecialKeysGoOneByOne(t *testing.T) {
	a, server, x := writing(t, special)
	revoke := exchanges.RevokeRequest{Ref: marginRef("special1"), SpecialMargin: true}
	for range 2 {
		if err := a.RevokeKey(t.Context(), revoke); err != nil {
			t.Fatal(err)
		}
		if got := specials(x); !slices.Equal(got, []string{accessKey("special2")}) {
			t.Fatalf("special keys %q", got)
		}
	}
	for _, r := range server.Requests() {
		if strings.Contains(r.Query, "apiName") || strings.Contains(r.Query, "scalper") {
			t.Errorf("%s %s names the key by its name", r.Method, r.Path)
		}
	}
	revoke.Ref = marginRef("special2")
	server.Break(fake.Fault{Method: http.MethodDelete, Times: 1, Do: fake.LostAnswer()})
	if err := a.RevokeKey(t.Context(), revoke); exchanges.KindOf(err) != exchanges.KindUncertain {
		t.Errorf("a lost answer: %v", err)
	}
	err := a.RevokeKey(t.Context(), revoke)
	if n := len(specials(x)); err != nil || n != 0 {
		t.Errorf("%v, %d special keys", err, n)
	}
}

// Without a list nothing is proven, and a refused list is none.
func TestSpecialKeyWithoutAList(t *testing.T) {
	json := "application/json"
	for story, do := range map[string]fake.Effect{
		"refused":          fake.Answer(400, json, `{"code":-1002}`),
		"an outage":        fake.Answer(500, json, `{}`),
		"null":             fake.Answer(200, json, `null`),
		"another document": fake.Answer(200, json, `{"hello":"world"}`),
	} {
		a, server, x := writing(t, special)
		server.Break(fake.Fault{Method: http.MethodDelete, Do: fake.Answer(400, json, `{"code":-2008}`)})
		server.Break(fake.Fault{Method: http.MethodGet, Path: pathMarginKeys, Do: do})
		err := a.RevokeKey(t.Context(), exchanges.RevokeRequest{Ref: marginRef("special1"), SpecialMargin: true})
		if err == nil || len(specials(x)) != 2 {
			t.Errorf("%s: the key is gone for rekey", story)
		}
	}
}

// An ordinary key without its sub-account is not taken for a special one.
func TestOrdinaryKeyIsNoSpecialKey(t *testing.T) {
	a, server, _ := writing(t, special)
	err := a.RevokeKey(t.Context(), exchanges.RevokeRequest{Ref: marginRef("manager")})
	_, editing := a.EditKey(
		t.Context(),
		exchanges.EditRequest{Ref: marginRef("manager"), Whitelist: []string{"203.0.113.1"}},
	)
	if exchanges.KindOf(err) != exchanges.KindRefused || exchanges.KindOf(editing) != exchanges.KindRefused ||
		len(server.Requests()) > 0 {
		t.Errorf("%v, %v after %d requests", err, editing, len(server.Requests()))
	}
}

func TestSpecialKeyIsMadeAndNarrowed(t *testing.T) {
	a, server, x := writing(t, special)
	req := exchanges.IssueRequest{
		Label: "rekey1", Permissions: []exchanges.Permission{exchanges.Read, exchanges.Margin},
		Whitelist: []string{"203.0.113.9", "203.0.113.10"}, SpecialMargin: true,
	}
	server.Break(fake.Fault{Method: http.MethodPost, Path: pathMarginKey, Times: 1, Do: fake.LostAnswer()})
	if _, err := a.IssueKey(t.Context(), req); exchanges.KindOf(err) != exchanges.KindUncertain {
		t.Fatalf("a lost answer: %v", err)
	}
	req.Label = "rekey2"
	issued, err := a.IssueKey(t.Context(), req)
	if err != nil || issued.Credential.Secret.IsZero() || !issued.Key.SpecialMargin || issued.Key.Permissions.IsKnown() ||
		issued.Key.Whitelist.Restricted.IsKnown() {
		t.Fatalf("%v, %+v", err, issued.Key)
	}
	if n := len(specials(x)); n != 4 {
		t.Errorf("%d special keys", n)
	}
	edit := exchanges.EditRequest{Ref: issued.Key.Ref, Whitelist: []string{"203.0.113.10"}, SpecialMargin: true}
	if k, err := a.EditKey(t.Context(), edit); err != nil || k.Status != exchanges.StatusAlive || !k.SpecialMargin {
		t.Errorf("%v, %+v", err, k)
	}
	found := map[string]exchanges.Key{}
	for k, err := range a.ListKeys(t.Context(), exchanges.ListRequest{}) {
		if err != nil {
			t.Fatal(err)
		}
		found[k.Label] = k
	}
	list, _ := found["rekey2"].Whitelist.Entries.Get()
	if fmt.Sprint(list) != "[203.0.113.10/32]" || found["rekey1"].Ref.AccessKey == "" || !found["rekey1"].SpecialMargin {
		t.Errorf("listed: %+v", found)
	}
	before := len(server.Requests())
	for story, err := range map[string]error{
		"one that only reads": issueError(t, a, exchanges.IssueRequest{
			Label:       "rekey3",
			Permissions: []exchanges.Permission{exchanges.Read}, SpecialMargin: true,
		}),
		"one that trades spot": issueError(t, a, exchanges.IssueRequest{
			Label: "rekey3", Permissions: []exchanges.Permission{exchanges.Spot, exchanges.Margin}, SpecialMargin: true,
		}),
		"no addresses any more": editError(t, a, exchanges.EditRequest{
			Ref:       edit.Ref,
			Whitelist: []string{}, SpecialMargin: true,
		}),
		"other permissions": editError(t, a, exchanges.EditRequest{
			Ref:         edit.Ref,
			Permissions: []exchanges.Permission{}, Whitelist: edit.Whitelist, SpecialMargin: true,
		}),
		"no access key": editError(t, a, exchanges.EditRequest{Whitelist: edit.Whitelist, SpecialMargin: true}),
	} {
		if exchanges.KindOf(err) != exchanges.KindRefused {
			t.Errorf("%s: %v", story, err)
		}
	}
	if n := len(server.Requests()); n != before {
		t.Errorf("%d requests were sent", n-before)
	}
}

func issueError(t *testing.T, a *adapter, req exchanges.IssueRequest) error {
	t.Helper()
	_, err := a.IssueKey(t.Context(), req)
	return err
}

func editError(t *testing.T, a *adapter, req exchanges.EditRequest) error {
	t.Helper()
	_, err := a.EditKey(t.Context(), req)
	return err
}

// 0.0.0.0 is no address, and no restriction.
func TestInitialStateOfASpecialKey(t *testing.T) {
	for ip, want := range map[string]exchanges.IPWhitelist{
		"0.0.0.0":             exchanges.Unrestricted(),
		"":                    exchanges.Unrestricted(),
		"0.0.0.0,203.0.113.9": exchanges.ParseWhitelistText("203.0.113.9"),
		"203.0.113.9":         exchanges.ParseWhitelistText("203.0.113.9"),
	} {
		if got := (wireMarginKey{IP: ip}).whitelist(); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%q: %+v, want %+v", ip, got, want)
		}
	}
}

// The documents show an empty answer to new addresses. Any other leaves open
// whether they were set.
func TestAnswersToNewAddressesOfASpecialKey(t *testing.T) {
	for body, done := range map[string]bool{
		"": true, " \n": true, "{}": true, `{"hello":"world"}`: false, "[]": false,
		"null": false, "ok": false,
	} {
		a, server, _ := writing(t, special)
		server.Break(fake.Fault{Method: http.MethodPut, Path: pathMarginIPs, Do: fake.Answer(200, "application/json", body)})
		k, err := a.EditKey(
			t.Context(),
			exchanges.EditRequest{Ref: marginRef("special1"), Whitelist: []string{"203.0.113.1"}, SpecialMargin: true},
		)
		if done != (err == nil) || done != (k.Status == exchanges.StatusAlive) ||
			!done && exchanges.KindOf(err) != exchanges.KindUncertain {
			t.Errorf("%q: status %q, %v", body, k.Status, err)
		}
	}
}
