package bybit

import (
	"net/http"
	"testing"

	"rekey/exchanges"
	"rekey/internal/fake"
	fakebybit "rekey/internal/fake/bybit"
)

// owns stages a key of a master account and one of a sub-account, with the same
// groups.
func owns(t *testing.T, groups words) *world {
	t.Helper()
	return start(t, &fakebybit.Account{
		UID:  "1",
		Keys: []*fakebybit.Key{key("master", []string{"127.0.0.1"}, groups)},
		Subs: []*fakebybit.Sub{{UID: "2", Name: "grid1", Keys: []*fakebybit.Key{key("sub", []string{"127.0.0.1"}, groups)}}},
	})
}

// A key with a wallet right ends itself, and is proven dead by its own secret. A
// key that only trades cannot, nothing is sent for it, and it lives.
func TestRevokeSelf(t *testing.T) {
	for _, c := range []struct {
		story, who string
		groups     words
		can        bool
	}{
		{"a master key that transfers", "master", words{"Wallet": {"AccountTransfer"}}, true},
		{"a master key that withdraws", "master", words{"Wallet": {"Withdraw"}}, true},
		{"a master key that trades", "master", words{"Spot": {"SpotTrade"}}, false},
		{"a sub-account's key that transfers", "sub", words{"Wallet": {"AccountTransfer"}}, true},
		{"a sub-account's key that trades", "sub", words{"Spot": {"SpotTrade"}}, false},
	} {
		w := owns(t, c.groups)
		a := w.open(t, c.who)
		seen, err := a.Inspect(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if can := canRevokeSelf(seen) == nil; can != c.can {
			t.Errorf("%s: said beforehand: %v", c.story, canRevokeSelf(seen))
		}
		before := len(w.Live())
		err = a.RevokeSelf(t.Context())
		k, _ := a.Inspect(t.Context())
		dead := k.Status == exchanges.StatusDead && len(w.Live()) == before-1
		if (err == nil) != c.can || dead != c.can {
			t.Errorf("%s: %v, then it is %q", c.story, err, k.Status)
		}
		if !c.can && exchanges.KindOf(err) != exchanges.KindRefused {
			t.Errorf("%s: %v", c.story, err)
		}
	}
}

// A key that narrows itself keeps its addresses, can do no more than read, and
// cannot undo that.
func TestEditSelf(t *testing.T) {
	readOnly := exchanges.EditRequest{Permissions: []exchanges.Permission{}}
	for _, who := range []string{"master", "sub"} {
		w := owns(t, words{"Wallet": {"AccountTransfer"}, "Spot": {"SpotTrade"}})
		a := w.open(t, who)
		k, err := a.EditSelf(t.Context(), readOnly)
		granted, _ := k.Permissions.Granted()
		restricted, _ := k.Whitelist.Restricted.Get()
		if err != nil || len(granted) != 1 || !restricted {
			t.Fatalf("%s: %v, may %q, restricted %v", who, err, granted, restricted)
		}
		seen, err := a.Inspect(t.Context())
		restricted, _ = seen.Whitelist.Restricted.Get()
		if granted, _ = seen.Permissions.Granted(); err != nil || len(granted) != 1 || !restricted {
			t.Errorf("%s afterwards: %v, may %q, restricted %v", who, err, granted, restricted)
		}
		if err := a.RevokeSelf(t.Context()); exchanges.KindOf(err) != exchanges.KindRefused {
			t.Errorf("%s: a key that only reads ended itself: %v", who, err)
		}
	}
	w := owns(t, words{"Wallet": {"Withdraw", "AccountTransfer"}})
	a := w.open(t, "master")
	if _, err := a.EditSelf(t.Context(), readOnly); err != nil {
		t.Errorf("a key that withdraws: %v", err)
	}
	_, err := w.open(t, "master").EditSelf(t.Context(), exchanges.EditRequest{Whitelist: []string{"203.0.113.7"}})
	if exchanges.KindOf(err) != exchanges.KindRefused {
		t.Errorf("the addresses of a master key: %v", err)
	}
}

// An answer that does not show what was asked for is no success.
func TestSelfNeedsTheDocumentedAnswer(t *testing.T) {
	for _, body := range []string{`{"hello":"world"}`, result(`null`), result(`[]`)} {
		w := owns(t, words{"Wallet": {"AccountTransfer"}})
		w.server.Break(fake.Fault{Method: http.MethodPost, Do: fake.Answer(http.StatusOK, "application/json", body)})
		if err := w.open(t, "master").RevokeSelf(t.Context()); exchanges.KindOf(err) != exchanges.KindUncertain {
			t.Errorf("%s: %v", body, err)
		}
		_, err := w.open(t, "master").EditSelf(t.Context(), exchanges.EditRequest{Permissions: []exchanges.Permission{}})
		if exchanges.KindOf(err) != exchanges.KindUncertain {
			t.Errorf("%s: %v", body, err)
		}
	}
	wide := result(`{"apiKey":"` + accessKey("master") + `","readOnly":0,"permissions":{"Wallet":["AccountTransfer"]},` +
		`"ips":["127.0.0.1"]}`)
	w := owns(t, words{"Wallet": {"AccountTransfer"}})
	w.server.Break(fake.Fault{Method: http.MethodPost, Do: fake.Answer(http.StatusOK, "application/json", wide)})
	_, err := w.open(t, "master").EditSelf(t.Context(), exchanges.EditRequest{Permissions: []exchanges.Permission{}})
	if exchanges.KindOf(err) != exchanges.KindUncertain {
		t.Errorf("the answer says that it still transfers: %v", err)
	}
}

// Of a key whose account or rights are not told, nothing is said to be possible.
func TestOwnPowerIsNeverGuessed(t *testing.T) {
	may := exchanges.Permissions{}.Grant(exchanges.Transfer)
	for _, k := range []exchanges.Key{
		{Ref: exchanges.KeyRef{Account: exchanges.Account{Kind: exchanges.AccountUnknown}}, Permissions: may},
		{Permissions: may},
		{Ref: exchanges.KeyRef{Account: exchanges.Account{Kind: exchanges.AccountMaster}}},
		{
			Ref:         exchanges.KeyRef{Account: exchanges.Account{Kind: exchanges.AccountSub}},
			Permissions: exchanges.Permissions{}.Grant(exchanges.Withdraw),
		},
	} {
		if canRevokeSelf(k) == nil || canEditSelf(k, exchanges.EditRequest{Permissions: []exchanges.Permission{}}) == nil {
			t.Errorf("%+v may change itself", k)
		}
	}
}
