package bitget

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
	"rekey/internal/fake"
	fakebitget "rekey/internal/fake/bitget"
	"rekey/internal/httpx"
)

// staged starts a fake with a manager and returns an adapter that may write.
func staged(t *testing.T, account *fakebitget.Account, manager string) (*adapter, *fake.Server, *fakebitget.Exchange) {
	t.Helper()
	clock := exchangetest.NewClock()
	server, x, err := fakebitget.Start(clock.Now, account)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	client, err := httpx.New(httpx.Options{
		Exchange: Name, Protocol: protocol(), Environment: live, Endpoint: server.URL, AllowWrites: true,
		Now: clock.Now, Sleep: clock.Sleep, Timeout: 10 * time.Second,
	})
	if err != nil {
		t.Fatal(err)
	}
	a, err := open(credential(manager), exchanges.Env{Caller: client, Environment: live})
	if err != nil {
		t.Fatal(err)
	}
	return a.(*adapter), server, x //nolint:forcetypeassert // open returns nothing else
}

func unifiedAccount(keys ...*fakebitget.Key) *fakebitget.Account {
	return &fakebitget.Account{
		ID: "1", Keys: []*fakebitget.Key{key("manager", []string{"127.0.0.1"}, typeWrite, "uta_mgt")},
		Subs: []*fakebitget.Sub{{ID: uid, Name: "grid", Keys: keys}},
	}
}

func editOf(name string) exchanges.EditRequest {
	return exchanges.EditRequest{
		Ref:        exchanges.KeyRef{Exchange: Name, AccessKey: accessKey(name), Account: exchanges.Account{Name: uid}},
		Passphrase: exchanges.NewSecret(passphrase(name)),
	}
}

// An edit of the permissions alone leaves the whitelist: what is left out of the
// call would open the key. Every field is sent, under whichever name the key's
// field has.
func TestEditSendsEveryField(t *testing.T) {
	for _, field := range []string{"apiKey", "apikey"} {
		sub := key("sub", []string{"203.0.113.7"}, typeWrite, wordTrade)
		a, server, x := staged(t, unifiedAccount(sub), "manager")
		x.Do(func() { x.KeyField = field })
		req := editOf("sub")
		req.Permissions = []exchanges.Permission{exchanges.Read}
		if _, err := a.EditKey(t.Context(), req); err != nil {
			t.Fatalf("%s: %v", field, err)
		}
		if sub.Type != typeRead || !slices.Equal(sub.Whitelist, []string{"203.0.113.7"}) {
			t.Errorf("%s: the key is %s from %q", field, sub.Type, sub.Whitelist)
		}
		for _, r := range server.Requests() {
			var sent map[string]any
			if r.Path != pathEdit || json.Unmarshal([]byte(r.Body), &sent) != nil {
				continue
			}
			for _, name := range []string{"type", "permissions", "ips", "passphrase"} {
				if _, ok := sent[name]; !ok {
					t.Errorf("%s: %s was left out", field, name)
				}
			}
		}
	}
}

// What the exchange answers or lists after an edit must be what was asked for.
func TestEditIsReadBack(t *testing.T) {
	answer := func(ips string) string {
		return answerWith(
			`{"note":"n","apiKey":"` + accessKey(
				"sub",
			) + `","type":"read_only","permissions":["uta_trade"],"ips":[` + ips + `]}`,
		)
	}
	for name, body := range map[string]string{
		"the whitelist is gone": answer(``), "another address": answer(`"203.0.113.9"`),
		"another key":       strings.Replace(answer(`"203.0.113.7"`), accessKey("sub"), accessKey("other"), 1),
		"no addresses told": strings.Replace(answer(``), `,"ips":[]`, ``, 1), "nothing": answerWith(`{}`),
		"what was asked for, and the list has the old": answer(`"203.0.113.7"`),
	} {
		a, server, _ := staged(t, unifiedAccount(key("sub", []string{"203.0.113.7"}, typeWrite, wordTrade)), "manager")
		server.Break(fake.Fault{Method: http.MethodPost, Path: pathEdit, Do: fake.Answer(200, "application/json", body)})
		req := editOf("sub")
		req.Permissions = []exchanges.Permission{exchanges.Read}
		if k, err := a.EditKey(t.Context(), req); exchanges.KindOf(err) != exchanges.KindUncertain ||
			k.Status == exchanges.StatusAlive {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// An answer that says something else than was asked for is not clear, also
// where the list has it right.
func TestEditThatAnswersOtherwise(t *testing.T) {
	a, server, _ := staged(t, unifiedAccount(key("sub", []string{"203.0.113.7"}, typeRead, wordTrade)), "manager")
	body := answerWith(
		`{"note":"n","apiKey":"` + accessKey("sub") + `","type":"read_only","permissions":["uta_trade"],"ips":[]}`,
	)
	server.Break(fake.Fault{Method: http.MethodPost, Path: pathEdit, Do: fake.Answer(200, "application/json", body)})
	req := editOf("sub")
	req.Permissions = []exchanges.Permission{exchanges.Read}
	if _, err := a.EditKey(t.Context(), req); exchanges.KindOf(err) != exchanges.KindUncertain {
		t.Errorf("%v", err)
	}
}

// What cannot be kept is not edited: nothing is sent that would open the key.
func TestEditOfWhatIsNotTold(t *testing.T) {
	for name, row := range map[string]string{
		"not listed":   ``,
		"no addresses": `{"apiKey":"` + accessKey("sub") + `","type":"read_write","permissions":["uta_trade"]}`,
		"masked": `{"apiKey":"` + accessKey("sub") +
			`","type":"read_write","permissions":["uta_trade"],"ips":["203.**.7"]}`,
		"no key is whole": `{"apiKey":"bg_12***34","type":"read_write","permissions":["uta_trade"],"ips":[]}`,
	} {
		a, server, _ := staged(t, unifiedAccount(key("sub", nil, typeWrite, wordTrade)), "manager")
		server.Break(fake.Fault{Method: http.MethodGet, Path: pathSubKeys, Do: fake.Answer(200, "application/json",
			answerWith(`{"list":[`+row+`],"hasNext":false,"cursor":""}`))})
		req := editOf("sub")
		req.Permissions = []exchanges.Permission{exchanges.Read}
		_, err := a.EditKey(t.Context(), req)
		if exchanges.KindOf(err) != exchanges.KindRefused {
			t.Errorf("%s: %v", name, err)
		}
		for _, r := range server.Requests() {
			if r.Method == http.MethodPost {
				t.Errorf("%s: %s was sent", name, r.Path)
			}
		}
	}
}

// A classic account has no call that deletes a key: that is said, and the key is
// not dead. Its keys are listed.
func TestClassicManager(t *testing.T) {
	account := &fakebitget.Account{
		ID: "1", Classic: true, Keys: []*fakebitget.Key{key("manager", nil, typeWrite, "chow", "coor")},
		Subs: []*fakebitget.Sub{{ID: uid, Name: "grid", Classic: true, Keys: []*fakebitget.Key{
			key("sub", []string{"203.0.113.7"}, typeWrite, "spot_trade", "read"),
		}}},
	}
	a, _, _ := staged(t, account, "manager")
	var listed []exchanges.Key
	for k, err := range a.ListKeys(t.Context(), exchanges.ListRequest{}) {
		if err != nil {
			t.Fatal(err)
		}
		listed = append(listed, k)
	}
	if len(listed) != 1 || listed[0].Ref.AccessKey != accessKey("sub") || listed[0].CreatedAt.IsKnown() {
		t.Fatalf("listed %+v", listed)
	}
	err := a.RevokeKey(t.Context(), exchanges.RevokeRequest{Ref: listed[0].Ref})
	if exchanges.KindOf(err) != exchanges.KindForbidden || !strings.Contains(err.Error(), "not dead") {
		t.Errorf("revoke: %v", err)
	}
	if account.Subs[0].Keys[0].Deleted {
		t.Error("the key was deleted")
	}
}

// A classic sub-account of a unified one is never taken for one without keys.
func TestClassicSubOfUnified(t *testing.T) {
	account := unifiedAccount(key("sub", nil, typeWrite, "spot_trade"))
	account.Subs[0].Classic = true
	a, _, _ := staged(t, account, "manager")
	n := 0
	for k, err := range a.ListKeys(t.Context(), exchanges.ListRequest{}) {
		if err == nil || k.Ref.AccessKey != "" || !strings.Contains(err.Error(), uid) {
			t.Errorf("key %q, %v", k.Ref.AccessKey, err)
		}
		n++
	}
	if n != 1 {
		t.Errorf("%d rows", n)
	}
}

// Lists of many pages are whole, whatever their rows are called, and a list that
// repeats itself ends with an error.
func TestLongLists(t *testing.T) {
	for _, classicToo := range []bool{false, true} {
		account := unifiedAccount()
		account.Classic = classicToo
		if classicToo {
			account.Keys[0].Perms = []string{"chow"}
		}
		account.Subs = nil
		want := 0
		for i := range 250 {
			id := "9" + strings.Repeat("0", 3) + string(rune('a'+i/26)) + string(rune('a'+i%26))
			s := &fakebitget.Sub{ID: id, Classic: classicToo}
			if i%25 == 0 {
				word := wordTrade
				if classicToo {
					word = "spot_trade"
				}
				s.Keys = append(s.Keys, key(id, nil, typeWrite, word))
				want++
			}
			account.Subs = append(account.Subs, s)
		}
		for _, items := range []bool{false, true} {
			a, _, x := staged(t, account, "manager")
			x.Do(func() { x.Items = items })
			n := 0
			for _, err := range a.ListKeys(t.Context(), exchanges.ListRequest{}) {
				if err != nil {
					t.Fatal(err)
				}
				n++
			}
			if n != want {
				t.Errorf("classic %v, items %v: %d keys, want %d", classicToo, items, n, want)
			}
		}
	}
	row := `{"subUid":"7","status":"normal","accountMode":"UNIFIED"}`
	for name, page := range map[string]string{
		"the same page again":       `{"list":[` + row + `],"hasNext":true,"cursor":"c"}`,
		"more, and no cursor":       `{"list":[` + row + `],"hasNext":true,"cursor":""}`,
		"neither list nor items":    `{"hasNext":false,"cursor":""}`,
		"both":                      `{"list":[],"items":[],"hasNext":false,"cursor":""}`,
		"a sub-account without uid": `{"list":[{"status":"normal"}],"hasNext":false,"cursor":""}`,
	} {
		a, server, _ := staged(t, unifiedAccount(), "manager")
		server.Break(
			fake.Fault{
				Method: http.MethodGet,
				Path:   pathSubAccounts,
				Do:     fake.Answer(200, "application/json", answerWith(page)),
			},
		)
		errs := 0
		for _, err := range a.ListKeys(t.Context(), exchanges.ListRequest{}) {
			if err != nil {
				errs++
			}
		}
		if errs == 0 {
			t.Errorf("%s: the list is said to be whole", name)
		}
	}
}

// A new passphrase holds letters and digits alone.
func TestNewPassphrase(t *testing.T) {
	for text, want := range map[string]bool{
		"CANARYabcdefg1": true, "CANARY1": false, "CANARYabcdefg1!": false, "CANARY abcdefg1": false,
		strings.Repeat("CANARY1", 5): false,
	} {
		if got := newPassphraseForm(exchanges.NewSecret(text)); got != want {
			t.Errorf("%d characters: %v", len(text), got)
		}
	}
}
