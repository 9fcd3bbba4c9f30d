package kucoin

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
	"rekey/internal/fake"
	fakekucoin "rekey/internal/fake/kucoin"
	"rekey/internal/httpx"
)

// writing stages a desk with one sub-account of one key, and opens its master
// key with a client that may write.
func writing(t *testing.T) (*bench, *adapter) {
	t.Helper()
	b := newBench(t, desk(&fakekucoin.Sub{UID: 71, Name: "grid1", Created: created, Keys: []*fakekucoin.Key{
		key("sub1", "General,Spot,Margin", "203.0.113.7", "203.0.113.8"),
	}}))
	b.client = b.newClient(t, httpx.Options{Endpoint: b.server.URL, AllowWrites: true})
	return b, b.open(t, credential("master")).(*adapter) //nolint:forcetypeassert // open returns nothing else
}

func ref(name string) exchanges.KeyRef {
	return exchanges.KeyRef{Exchange: Name, AccessKey: accessKey(name), Account: exchanges.Account{Name: "grid1"}}
}

func newKey() exchanges.IssueRequest {
	return exchanges.IssueRequest{
		Account: exchanges.Account{Name: "grid1"}, Label: "rekey1", Permissions: []exchanges.Permission{exchanges.Futures},
		Passphrase: exchanges.NewSecret(passphrase("new")),
	}
}

// Without the key's own passphrase KuCoin changes and deletes nothing, so
// nothing is sent; with a wrong one it refuses, and the key lives.
func TestPassphraseOfTheTarget(t *testing.T) {
	b, a := writing(t)
	for _, do := range []func(exchanges.Secret) error{
		func(p exchanges.Secret) error {
			return a.RevokeKey(t.Context(), exchanges.RevokeRequest{Ref: ref("sub1"), Passphrase: p})
		},
		func(p exchanges.Secret) error {
			_, err := a.EditKey(t.Context(), exchanges.EditRequest{
				Ref: ref("sub1"), Passphrase: p,
				Permissions: []exchanges.Permission{},
			})
			return err
		},
	} {
		before := len(b.server.Requests())
		err := do(exchanges.Secret{})
		wantKind(t, err, exchanges.KindBadPassphrase)
		if !strings.Contains(fmt.Sprint(err), pageKeys) || len(b.server.Requests()) != before {
			t.Errorf("%v after %d requests", err, len(b.server.Requests())-before)
		}
		err = do(exchanges.NewSecret(passphrase("wrong")))
		wantKind(t, err, exchanges.KindRejected)
		clean(t, fmt.Sprint(err))
	}
	b.server.Break(
		fake.Fault{
			Method: http.MethodDelete,
			Do:     fake.Answer(http.StatusUnauthorized, "application/json", `{"code":"400004","msg":"CANARY"}`),
		},
	)
	err := a.RevokeKey(
		t.Context(),
		exchanges.RevokeRequest{Ref: ref("sub1"), Passphrase: exchanges.NewSecret(passphrase("wrong"))},
	)
	wantKind(t, err, exchanges.KindBadPassphrase)
	if live := b.x.Live(); len(live) != 2 || live[1].Permissions[1] != "Spot" {
		t.Errorf("the key was changed: %+v", live)
	}
}

// A new key's passphrase is the caller's; one that KuCoin refuses is not sent.
func TestPassphraseOfANewKey(t *testing.T) {
	b, a := writing(t)
	for story, text := range map[string]string{
		"none": "", "six": "CANARY", "33": strings.Repeat("CANARY", 6)[:33], "a blank": "CANARY 12",
		"a line break": "CANARY\n12", "umlauts": "CANARYäöü", "a control": "CANARY\x0012",
	} {
		req := newKey()
		req.Passphrase = exchanges.NewSecret(text)
		_, err := a.IssueKey(t.Context(), req)
		if exchanges.KindOf(err) != exchanges.KindBadPassphrase || len(b.server.Requests()) > 0 {
			t.Errorf("%s: %v", story, err)
		}
		clean(t, fmt.Sprint(err))
	}
	for i, text := range []string{
		"CANARY1", strings.Repeat("CANARY", 6)[:32], `CANARY<>&"\'/+%#?=;`,
		"CANARY!@#$^*()[]{}|~`",
	} {
		req := newKey()
		req.Passphrase, req.Label = exchanges.NewSecret(text), fmt.Sprintf("rekey%d", i)
		issued, err := a.IssueKey(t.Context(), req)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		// The new key works with it, also where it stands in a URL.
		if k, err := b.open(t, issued.Credential).Inspect(t.Context()); k.Status != exchanges.StatusAlive || err != nil {
			t.Errorf("%q: status %q, %v", text, k.Status, err)
		}
		if err := a.RevokeKey(t.Context(), exchanges.RevokeRequest{
			Ref:        issued.Key.Ref,
			Passphrase: req.Passphrase,
		}); err != nil {
			t.Errorf("%q: revoke: %v", text, err)
		}
	}
	if n := len(b.x.Live()); n != 2 {
		t.Errorf("%d keys live", n)
	}
}

// An empty field would empty what is not to be changed. The SDK's own function
// sends them all.
func TestOnlyWhatChangesIsSent(t *testing.T) {
	for _, c := range []struct {
		story string
		perms []exchanges.Permission
		list  []string
		want  map[string]string
	}{
		{"permissions", []exchanges.Permission{exchanges.Spot}, nil, map[string]string{"permission": "General,Spot"}},
		{"addresses", nil, []string{"203.0.113.7"}, map[string]string{"ipWhitelist": "203.0.113.7"}},
		{
			"both",
			[]exchanges.Permission{},
			[]string{"203.0.113.7"},
			map[string]string{"permission": "General", "ipWhitelist": "203.0.113.7"},
		},
		{"no addresses any more", nil, []string{}, map[string]string{"ipWhitelist": ""}},
	} {
		b, a := writing(t)
		_, err := a.EditKey(t.Context(), exchanges.EditRequest{
			Ref: ref("sub1"), Passphrase: exchanges.NewSecret(passphrase("sub1")), Permissions: c.perms, Whitelist: c.list,
		})
		if err != nil {
			t.Fatal(err)
		}
		maps.Copy(
			c.want,
			map[string]string{"subName": "grid1", "apiKey": accessKey("sub1"), "passphrase": passphrase("sub1")},
		)
		requests := b.server.Requests()
		var got map[string]string
		if err := json.Unmarshal([]byte(requests[len(requests)-1].Body), &got); err != nil || !maps.Equal(got, c.want) {
			t.Errorf("%s: sent %q, want %q (%v)", c.story, slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(c.want)), err)
		}
		live := b.x.Live()[1]
		if c.list == nil && len(live.Whitelist) != 2 || c.perms == nil && len(live.Permissions) != 3 {
			t.Errorf("%s: the key is now %+v", c.story, live)
		}
	}
}

// A refused version is a clear refusal: the change is asked for again, and made
// once.
func TestVersionOfAWrite(t *testing.T) {
	account := desk(
		&fakekucoin.Sub{UID: 71, Name: "grid1", Created: created, Keys: []*fakekucoin.Key{key("sub1", "General")}},
	)
	account.Keys[0].ExactVersion = true
	b := newBench(t, account)
	b.client = b.newClient(t, httpx.Options{Endpoint: b.server.URL, AllowWrites: true})
	a := b.open(t, credential("master")).(*adapter) //nolint:forcetypeassert // open returns nothing else
	if _, err := a.IssueKey(t.Context(), newKey()); err != nil {
		t.Fatal(err)
	}
	if n := len(b.x.Live()); n != 3 {
		t.Errorf("%d keys live, want 3", n)
	}
}

// What each code means for a change. A code that nobody knows leaves it open.
func TestRefusedChanges(t *testing.T) {
	for _, c := range []struct {
		code, status int
		want         exchanges.Kind
	}{
		{400001, 400, exchanges.KindRejected},
		{400002, 400, exchanges.KindClock},
		{400003, 401, exchanges.KindNoSuchKey},
		{400004, 401, exchanges.KindBadPassphrase},
		{400005, 401, exchanges.KindBadSignature},
		{400006, 403, exchanges.KindIPRefused},
		{400007, 403, exchanges.KindForbidden},
		{400010, 403, exchanges.KindForbidden},
		{400100, 400, exchanges.KindRejected},
		{400100, 200, exchanges.KindRejected},
		{415000, 415, exchanges.KindRejected},
		{411100, 200, exchanges.KindForbidden},
		{429000, 429, exchanges.KindRateLimited},
		{400301, 403, exchanges.KindGeoBlocked},
		{230005, 400, exchanges.KindUncertain},
		{500000, 200, exchanges.KindUncertain},
		{900001, 200, exchanges.KindUncertain},
		{900001, 400, exchanges.KindUncertain},
		{400100, 500, exchanges.KindUncertain},
	} {
		b, a := writing(t)
		b.server.Break(
			fake.Fault{
				Method: http.MethodPost,
				Do: fake.Answer(
					c.status,
					"application/json",
					fmt.Sprintf(`{"code":"%d","msg":"CANARY at 198.51.100.99"}`, c.code),
				),
			},
		)
		_, err := a.IssueKey(t.Context(), newKey())
		if got := exchanges.KindOf(err); got != c.want {
			t.Errorf("%d with HTTP %d: %q (%v), want %q", c.code, c.status, got, err, c.want)
		}
		clean(t, fmt.Sprint(err))
	}
}

// Answers about another key are none.
func TestAnswersAboutAnotherKey(t *testing.T) {
	other := fake.Answer(
		http.StatusOK,
		"application/json",
		`{"code":"200000","data":{"subName":"grid1","apiKey":"`+accessKey("other")+`","permission":"General"}}`,
	)
	b, a := writing(t)
	b.server.Break(fake.Fault{Method: http.MethodPost, Do: other})
	b.server.Break(fake.Fault{Method: http.MethodDelete, Do: other})
	own := exchanges.NewSecret(passphrase("sub1"))
	_, err := a.EditKey(
		t.Context(),
		exchanges.EditRequest{Ref: ref("sub1"), Passphrase: own, Permissions: []exchanges.Permission{}},
	)
	wantKind(t, err, exchanges.KindUncertain)
	wantKind(
		t,
		a.RevokeKey(t.Context(), exchanges.RevokeRequest{Ref: ref("sub1"), Passphrase: own}),
		exchanges.KindUncertain,
	)
}

// Whatever comes back, there is a credential or an error; a key is gone only by
// the documented answer, or by a list in which it is not.
func FuzzChanges(f *testing.F) {
	for _, data := range []string{
		`{"subName":"s","remark":"r","apiKey":"k1","apiSecret":"CANARY","apiVersion":3,"passphrase":"CANARY",` +
			`"permission":"General,Futures","createdAt":1728455139000}`,
		`{"subName":"s","apiKey":"k1"}`, `{"apiKey":"","apiSecret":"CANARY"}`, `[{"apiKey":"k1"}]`, `[]`, `{}`, `null`,
		`""`, `{"apiKey":"k1","ipWhitelist":"10.**.1","permission":"Moon"}`,
	} {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data string) {
		a := &adapter{credential: credential("a"), env: exchanges.Env{Caller: fixed(`{"code":"200000","data":` + data + `}`)}}
		k1 := exchanges.KeyRef{AccessKey: "k1", Account: exchanges.Account{Name: "s"}}
		own := exchanges.NewSecret(passphrase("k1"))
		issued, err := a.IssueKey(t.Context(), exchanges.IssueRequest{Account: k1.Account, Label: "r", Passphrase: own})
		if (err == nil) != (issued.Credential.AccessKey != "" && !issued.Credential.Secret.IsZero()) {
			t.Errorf("%q: %+v, %v", data, issued.Key.Ref, err)
		}
		edited, err := a.EditKey(
			t.Context(),
			exchanges.EditRequest{Ref: k1, Passphrase: own, Whitelist: []string{"10.0.0.1"}},
		)
		if (err == nil) != (edited.Status == exchanges.StatusAlive) || err == nil && edited.Ref.AccessKey != "k1" {
			t.Errorf("%q: %+v, %v", data, edited, err)
		}
		err = a.RevokeKey(t.Context(), exchanges.RevokeRequest{Ref: k1, Passphrase: own})
		if err == nil && strings.HasPrefix(strings.TrimSpace(data), "[") && strings.Contains(data, `"apiKey":"k1"`) {
			t.Errorf("%q: the key is gone for rekey", data)
		}
		if err != nil && strings.Contains(err.Error(), exchangetest.Canary) {
			t.Errorf("the error holds a secret: %v", err)
		}
	})
}

// A key of a unified account is remade with its own word.
func TestUnifiedIsRemadeAsUnified(t *testing.T) {
	b, a := writing(t)
	req := newKey()
	req.Permissions, req.Words = []exchanges.Permission{exchanges.Read, exchanges.Trade}, []string{"General", "Unified"}
	if err := canIssue(req); err != nil {
		t.Fatal(err)
	}
	issued, err := a.IssueKey(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	requests := b.server.Requests()
	if sent := requests[len(requests)-1].Body; !strings.Contains(sent, `"permission":"General,Unified"`) {
		t.Errorf("sent another list of permissions")
	}
	if want := []string{"General", "Unified"}; !slices.Equal(issued.Key.Raw, want) {
		t.Errorf("the new key has %q, want %q", issued.Key.Raw, want)
	}
	k, err := b.open(t, issued.Credential).Inspect(t.Context())
	if on, _ := k.Permissions.Has(exchanges.Trade).Get(); err != nil || !on || !slices.Equal(k.Raw, issued.Key.Raw) {
		t.Errorf("it says of itself %q, %v", k.Raw, err)
	}
}

// What stands on a word that no new key can be given is left to a person, before
// anything is sent.
func TestWordsThatCannotBeGiven(t *testing.T) {
	const read, spot, futures = exchanges.Read, exchanges.Spot, exchanges.Futures
	const trade, transfer = exchanges.Trade, exchanges.Transfer
	for _, c := range []struct {
		story   string
		words   string // of the old key
		asked   []exchanges.Permission
		refused string // the word in the refusal, "" for none
	}{
		{"nothing is known of an old key", "", []exchanges.Permission{read, trade, futures}, ""},
		{"the old word", "General,Trade", []exchanges.Permission{read, trade}, "Trade"},
		{"the old word in other letters", "general,TRADE", []exchanges.Permission{trade}, "Trade"},
		{"the old word beside the new one", "General,Trade,Unified", []exchanges.Permission{trade}, ""},
		{"the old word, and nothing of it is needed", "General,Trade,Spot", []exchanges.Permission{read, spot}, ""},
		{"the lead of copy trading", "General,LeadtradeFutures", []exchanges.Permission{futures}, "LeadtradeFutures"},
		{"the same beside futures", "General,LeadtradeFutures,Futures", []exchanges.Permission{futures}, ""},
		{"transfers by either name", "General,FlexTransfers", []exchanges.Permission{transfer}, ""},
		{"transfers", "General,InnerTransfer,Spot", []exchanges.Permission{read, transfer, spot}, ""},
	} {
		b, a := writing(t)
		req := newKey()
		req.Permissions, req.Words = c.asked, strings.Split(c.words, ",")
		can := canIssue(req)
		_, err := a.IssueKey(t.Context(), req)
		if c.refused == "" {
			if can != nil || err != nil {
				t.Errorf("%s: %v, %v", c.story, can, err)
			}
			continue
		}
		for _, err := range []error{can, err} {
			wantKind(t, err, exchanges.KindRefused)
			if text := fmt.Sprint(err); !strings.Contains(text, "it calls "+c.refused+",") || !strings.Contains(text, pageKeys) {
				t.Errorf("%s: %v", c.story, err)
			}
		}
		if n := len(b.server.Requests()); n > 0 {
			t.Errorf("%s: %d requests were sent", c.story, n)
		}
	}
}

// Without the word that a key has, an edit could turn Trade into Unified.
func TestEditDoesNotTouchTrade(t *testing.T) {
	b, a := writing(t)
	req := exchanges.EditRequest{
		Ref: ref(
			"sub1",
		), Passphrase: exchanges.NewSecret(passphrase("sub1")),
		Permissions: []exchanges.Permission{exchanges.Read, exchanges.Trade},
	}
	_, err := a.EditKey(t.Context(), req)
	wantKind(t, err, exchanges.KindRefused)
	wantKind(t, canEdit(req), exchanges.KindRefused)
	if len(b.server.Requests()) > 0 {
		t.Error("a request was sent")
	}
	req.Permissions, req.Whitelist = nil, []string{"203.0.113.9"}
	if _, err := a.EditKey(t.Context(), req); err != nil || canEdit(req) != nil {
		t.Errorf("the addresses alone: %v, %v", err, canEdit(req))
	}
}

// A deletion or a change without the key's own passphrase is a person's.
func TestCanWithoutPassphrase(t *testing.T) {
	own := exchanges.NewSecret(passphrase("sub1"))
	for _, c := range []struct {
		passphrase exchanges.Secret
		want       exchanges.Kind
	}{{exchanges.Secret{}, exchanges.KindBadPassphrase}, {own, ""}} {
		wantKind(t, canRevoke(exchanges.RevokeRequest{Ref: ref("sub1"), Passphrase: c.passphrase}), c.want)
		wantKind(t, canEdit(exchanges.EditRequest{Ref: ref("sub1"), Passphrase: c.passphrase, Whitelist: []string{}}), c.want)
	}
}

// After a deletion without a clear answer the list decides. A row without an
// access key may be the key that was to go, so it proves nothing.
func TestRowWithoutANameMayBeTheKey(t *testing.T) {
	for _, c := range []struct {
		story, rows string
		gone        bool
	}{
		{"no row", ``, true},
		{"another key", `{"subName":"grid1","apiKey":"` + accessKey("other") + `"}`, true},
		{"the key", `{"subName":"grid1","apiKey":"` + accessKey("sub1") + `"}`, false},
		{"a row without a name", `{"subName":"grid1","apiKey":""}`, false},
		{"a row of nothing", `{}`, false},
		{"another key, and a row without a name", `{"apiKey":"` + accessKey("other") + `"},{"apiKey":null}`, false},
	} {
		for answer, status := range map[string]int{
			`{"code":"400003","msg":"KC-API-KEY not exists"}`: 401,
			`{"code":"400100","msg":"Parameter error"}`:       400,
			`{"code":"200000","data":{"hello":"world"}}`:      200,
		} {
			b, a := writing(t)
			b.server.Break(fake.Fault{Method: http.MethodDelete, Do: fake.Answer(status, "application/json", answer)})
			b.server.Break(fake.Fault{
				Method: http.MethodGet, Path: pathSubKeys, Do: fake.Answer(http.StatusOK, "application/json",
					`{"code":"200000","data":[`+c.rows+`]}`),
			})
			err := a.RevokeKey(
				t.Context(),
				exchanges.RevokeRequest{Ref: ref("sub1"), Passphrase: exchanges.NewSecret(passphrase("sub1"))},
			)
			if (err == nil) != c.gone {
				t.Errorf("%s, after %s: %v", c.story, answer, err)
			}
		}
	}
}

// A new key that may be used from anywhere is asked for without the field of
// addresses: what an empty one does is not documented.
func TestNewKeyWithoutAddresses(t *testing.T) {
	b, a := writing(t)
	if _, err := a.IssueKey(t.Context(), newKey()); err != nil {
		t.Fatal(err)
	}
	requests := b.server.Requests()
	if sent := requests[len(requests)-1]; sent.Method != http.MethodPost || strings.Contains(sent.Body, `"ipWhitelist"`) {
		t.Errorf("%s with a field of addresses", sent.Method)
	}
}

// A list with a row that withholds its access key proves of no key that it is
// gone: the row may be that key.
func TestRowWithoutAName(t *testing.T) {
	for row, gone := range map[string]bool{`{"apiKey":""}`: false, `{"remark":"a"}`: false, `{"apiKey":"another"}`: true} {
		b, a := writing(t)
		refused := fake.Answer(http.StatusUnauthorized, "application/json", `{"code":"400003","msg":"KC-API-KEY not exists"}`)
		b.server.Break(fake.Fault{Method: http.MethodDelete, Do: refused})
		b.server.Break(
			fake.Fault{
				Method: http.MethodGet,
				Path:   pathSubKeys,
				Do:     fake.Answer(http.StatusOK, "application/json", `{"code":"200000","data":[`+row+`]}`),
			},
		)
		err := a.RevokeKey(
			t.Context(),
			exchanges.RevokeRequest{Ref: ref("sub1"), Passphrase: exchanges.NewSecret(passphrase("sub1"))},
		)
		if (err == nil) != gone {
			t.Errorf("%s: %v, want gone %v", row, err, gone)
		}
	}
}
