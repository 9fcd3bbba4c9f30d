package deribit

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
	"rekey/internal/fake"
	fakederibit "rekey/internal/fake/deribit"
	"rekey/internal/httpx"
)

func accessKey(name string) string { return fake.LettersOf("deribit "+name, 8) }

func secret(name string) string { return exchangetest.Canary + fake.LettersOf("secret "+name, 37) }

func credential(name string) exchanges.Credential {
	return exchanges.Credential{AccessKey: accessKey(name), Secret: exchanges.NewSecret(secret(name))}
}

var created = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

const tradeOnly = "account:none block_rfq:none block_trade:none trade:read_write wallet:none"

func key(name, scopes string, whitelist ...string) *fakederibit.Key {
	return &fakederibit.Key{
		AccessKey: accessKey(name), Secret: secret(name), Name: name, Created: created, Whitelist: whitelist, Scopes: scopes,
	}
}

func TestContract(t *testing.T) {
	exchangetest.Run(t, exchangetest.Config{Exchange: Exchange(), Start: stage})
}

func wantKey(name string) exchanges.Key {
	return exchanges.Key{
		Ref: exchanges.KeyRef{
			Exchange: Name, AccessKey: accessKey(name), Account: exchanges.Account{Kind: exchanges.AccountUnknown},
		},
		Status: exchanges.StatusAlive, Algorithm: "hmac",
	}
}

func wantRow(name, scopes string, list ...string) exchanges.Key {
	k := wantKey(name)
	k.Label, k.CreatedAt = name, exchanges.Known(created)
	k.Permissions, k.Raw = readScopes(scopes, true)
	k.Whitelist.Restricted = exchanges.Known(false)
	if len(list) > 0 {
		k.Whitelist = exchanges.ParseWhitelist(list)
	}
	return k
}

func stage(t *testing.T, now func() time.Time) exchangetest.Stage {
	t.Helper()
	dead := key("dead", tradeOnly)
	dead.Deleted = true
	server, _, err := fakederibit.Start(now, &fakederibit.Account{Keys: []*fakederibit.Key{
		key("alive", tradeOnly, "127.0.0.1", "203.0.113.7"), key("master", "account:read trade:read wallet:read"),
		key("strange", "trade:read moonshot:read_write"), dead,
	}})
	if err != nil {
		t.Fatal(err)
	}
	want := wantKey("alive")
	want.Permissions = exchanges.Permissions{}.Grant(exchanges.Read, exchanges.Trade).Deny(
		slices.DeleteFunc(exchanges.AllPermissions(), func(p exchanges.Permission) bool {
			// No scope says what a key may do over FIX, or whether it may take deposits.
			return slices.Contains([]exchanges.Permission{
				exchanges.Read, exchanges.Trade, exchanges.FIXRead, exchanges.FIXTrade, exchanges.Receive,
			}, p)
		})...)
	want.Raw = append(strings.Fields(tradeOnly), "connection", "mainaccount")
	return exchangetest.Stage{
		Server: server, InspectPath: pathAuth, NeverDead: true, Alive: credential("alive"), Dead: credential("dead"),
		Want: want, Strange: credential("strange"), StrangeWord: "moonshot:read_write",
		WrongSecret:       exchanges.Credential{AccessKey: accessKey("alive"), Secret: exchanges.NewSecret(secret("other"))},
		WrongSecretStatus: exchanges.StatusUndetermined,
		Master:            credential("master"),
		Listed: []exchanges.Key{
			wantRow("alive", tradeOnly, "127.0.0.1", "203.0.113.7"),
			wantRow("master", "account:read trade:read wallet:read"), wantRow("strange", "trade:read moonshot:read_write"),
		},
		NotMaster: credential("alive"), ListRefusal: exchanges.KindForbidden,
	}
}

// The published vector, and ccxt's of a signed GET.
func TestSignatures(t *testing.T) {
	got := sign(exchanges.NewSecret("AMANDASECRECT"), "1576074319000", "1iqt2wls", "")
	if got != "56590594f97921b09b18f166befe0d1319b198bbcdad7ca73382de2f88fe9aa1" {
		t.Errorf("client_signature %s", got)
	}
	c := exchanges.Credential{
		AccessKey: "FAKEdrbt", Secret: exchanges.NewSecret("FAKEderibitSECRET00000000000000000000000001"),
	}
	for uri, want := range map[string]string{
		"/api/v2/private/list_api_keys":       "5940d9bf033944f502d275a7172aed48a7bfc36c8ea9353b7eb75c9fea80cf94",
		"/api/v2/private/remove_api_key?id=3": "416a41507523b4603e2cd50946050751c555b04fe7f3ac576377d6280861f9d2",
	} {
		header := header(c, "1672185600000", "1672185600000", http.MethodGet, uri)
		if !strings.Contains(header, "sig="+want+",") || !strings.HasPrefix(header, "deri-hmac-sha256 id=FAKEdrbt,") {
			t.Errorf("%s: %s", uri, header)
		}
	}
}

// A desk is a running fake with a second factor, and a person who types codes.
type desk struct {
	t       *testing.T
	account *fakederibit.Account
	x       *fakederibit.Exchange
	server  *fake.Server
	clock   *exchangetest.Clock
	client  *httpx.Client
	typed   []string // by the person; nil for nobody here
	asked   int
	slow    time.Duration // how long the person takes
}

func newDesk(t *testing.T, keys ...*fakederibit.Key) *desk {
	t.Helper()
	d := &desk{t: t, clock: exchangetest.NewClock(), account: &fakederibit.Account{
		Codes: []string{"111111", "222222"}, Keys: keys,
	}}
	var err error
	if d.server, d.x, err = fakederibit.Start(d.clock.Now, d.account); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.server.Close)
	d.client, err = httpx.New(httpx.Options{
		Exchange: Name, Protocol: protocol(), Environment: live, Endpoint: d.server.URL, Now: d.clock.Now,
		Sleep: d.clock.Sleep, Timeout: 10 * time.Second, MaxBody: 8 << 20,
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// writes lets the desk's client change something.
func (d *desk) writes() {
	d.t.Helper()
	var err error
	d.client, err = httpx.New(httpx.Options{
		Exchange: Name, Protocol: protocol(), Environment: live, Endpoint: d.server.URL, Now: d.clock.Now,
		Sleep: d.clock.Sleep, Timeout: 10 * time.Second, MaxBody: 8 << 20, AllowWrites: true,
	})
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) open(name string) exchanges.Adapter {
	d.t.Helper()
	env := exchanges.Env{Caller: d.client, Environment: live}
	if d.typed != nil {
		env.AskCode = func(ctx context.Context, _ exchanges.CodeQuestion) (exchanges.Secret, error) {
			d.asked++
			if err := d.clock.Sleep(ctx, d.slow); err != nil || d.asked > len(d.typed) {
				return exchanges.Secret{}, errors.New("nobody answers")
			}
			return exchanges.NewSecret(d.typed[d.asked-1]), nil
		}
	}
	a, err := open(credential(name), env)
	if err != nil {
		d.t.Fatal(err)
	}
	return a
}

func (d *desk) list(name string) (keys int, err error) {
	d.t.Helper()
	lister, ok := d.open(name).(exchanges.Lister)
	if !ok {
		d.t.Fatal("no lister")
	}
	for _, e := range lister.ListKeys(d.t.Context(), exchanges.ListRequest{}) {
		if e != nil {
			err = e
			continue
		}
		keys++
	}
	return keys, err
}

// The list takes a code: wrong ones three times, one that was used before, one too
// late, none at all and nobody there are no empty list.
func TestSecondFactor(t *testing.T) {
	for _, c := range []struct {
		story  string
		typed  []string
		slow   time.Duration
		device bool
		kind   exchanges.Kind
		asked  int
	}{
		{"right", []string{"111111"}, 0, false, "", 1},
		{"wrong, then right", []string{"999999", "222222"}, 0, false, "", 2},
		{"wrong three times", []string{"1", "2", "3", "111111"}, 0, false, exchanges.KindSecondFactor, 3},
		{"late", []string{"111111", "111111", "111111"}, 61 * time.Second, false, exchanges.KindSecondFactor, 3},
		{"empty", []string{""}, 0, false, exchanges.KindSecondFactor, 1},
		{"nobody", nil, 0, false, exchanges.KindSecondFactor, 0},
		{"a device of hardware", []string{"111111"}, 0, true, exchanges.KindForbidden, 0},
	} {
		d := newDesk(t, key("master", "account:read_write"), key("bot", tradeOnly))
		d.typed, d.slow = c.typed, c.slow
		d.x.Do(func() { d.account.Device = c.device })
		keys, err := d.list("master")
		if exchanges.KindOf(err) != c.kind || d.asked != c.asked || (keys == 2) != (c.kind == "") {
			t.Errorf("%s: %d keys, asked %d times, %v", c.story, keys, d.asked, err)
		}
		if err != nil && (strings.Contains(err.Error(), "111111") || strings.Contains(err.Error(), exchangetest.Canary)) {
			t.Errorf("%s: the error holds a secret: %v", c.story, err)
		}
	}
	d := newDesk(t, key("master", "account:read_write"))
	d.typed = []string{"111111", "111111", "222222"}
	for i := range 2 { // a code is good once
		if n, err := d.list("master"); n != 1 || err != nil {
			t.Errorf("list %d: %d keys, %v", i, n, err)
		}
	}
	if d.asked != 3 {
		t.Errorf("asked %d times", d.asked)
	}
}

// 13004 proves a death for a key that was let in before, alone.
func TestDeath(t *testing.T) {
	d := newDesk(t, key("bot", tradeOnly), key("never", tradeOnly))
	bot, never := d.open("bot"), d.open("never")
	if k, err := bot.Inspect(t.Context()); k.Status != exchanges.StatusAlive || err != nil {
		t.Fatalf("%s, %v", k.Status, err)
	}
	for _, name := range []string{"bot", "never"} {
		if !d.x.DeleteByHand(accessKey(name)) {
			t.Fatal(name)
		}
	}
	if k, err := never.Inspect(t.Context()); k.Status != exchanges.StatusUndetermined ||
		exchanges.KindOf(err) != exchanges.KindUndetermined {
		t.Errorf("never seen to work: %s, %v", k.Status, err)
	}
	d.server.Break(fake.Fault{Path: pathTime, Do: fake.Answer(http.StatusBadRequest, "application/json", `{}`)})
	if k, err := bot.Inspect(t.Context()); k.Status != exchanges.StatusUndetermined || err == nil {
		t.Errorf("without a control call: %s, %v", k.Status, err)
	}
	d.server.Mend()
	if k, err := bot.Inspect(t.Context()); k.Status != exchanges.StatusDead || err != nil || k.Proof == "" {
		t.Errorf("after it worked: %s, %v", k.Status, err)
	}
}

// A refusal that is not in its documented shape, and one of another code, prove
// nothing, also for a key that worked before.
func TestNoProof(t *testing.T) {
	const body = `{"jsonrpc":"2.0","error":{"message":"invalid_credentials","code":13004}}`
	for story, do := range map[string]fake.Effect{
		"with HTTP 200":   fake.Answer(200, "application/json", body),
		"a quoted code":   fake.Answer(400, "application/json", strings.Replace(body, "13004", `"13004"`, 1)),
		"without a text":  fake.Answer(400, "application/json", `{"error":{"code":13004}}`),
		"unauthorized":    fake.Answer(401, "application/json", strings.Replace(body, "13004", "13009", 1)),
		"an unknown code": fake.Answer(400, "application/json", strings.Replace(body, "13004", "13005", 1)),
	} {
		d := newDesk(t, key("bot", tradeOnly))
		bot := d.open("bot")
		if _, err := bot.Inspect(t.Context()); err != nil {
			t.Fatal(err)
		}
		d.server.Break(fake.Fault{Path: pathAuth, Do: do})
		if k, err := bot.Inspect(t.Context()); k.Status != exchanges.StatusUndetermined || err == nil {
			t.Errorf("%s: %s, %v", story, k.Status, err)
		}
	}
}

// Scopes are three-valued: what a token leaves out is not told, what a key's
// max_scope leaves out is none.
func TestScopes(t *testing.T) {
	for _, c := range []struct {
		text  string
		whole bool
		p     exchanges.Permission
		want  exchanges.Fact[bool]
	}{
		{"trade:read_write", false, exchanges.Trade, exchanges.Known(true)},
		{"trade:read_write", false, exchanges.Withdraw, exchanges.Unknown[bool]()},
		{"trade:read_write", true, exchanges.Withdraw, exchanges.Known(false)},
		{"connection mainaccount", false, exchanges.Trade, exchanges.Unknown[bool]()},
		{"wallet:read_write", true, exchanges.Withdraw, exchanges.Known(true)},
		{"wallet:read_write", true, exchanges.Transfer, exchanges.Known(true)},
		{"account:read_write", true, exchanges.ManageKeys, exchanges.Known(true)},
		{"account:read", true, exchanges.ManageKeys, exchanges.Known(false)},
		{"block_trade:read_write trade:none", true, exchanges.Trade, exchanges.Known(true)},
		{"trade:read", true, exchanges.Read, exchanges.Known(true)},
		{"trade:everything", true, exchanges.Withdraw, exchanges.Unknown[bool]()},
		{"custom", true, exchanges.Unmapped, exchanges.Known(true)},
		{"", true, exchanges.Trade, exchanges.Unknown[bool]()},
	} {
		perms, _ := readScopes(c.text, c.whole)
		if got := perms.Has(c.p); got != c.want {
			t.Errorf("%q whole %v: %s is %v, want %v", c.text, c.whole, c.p, got, c.want)
		}
	}
}

// A key removes itself, with a code for the list and one for the removal, and its
// own secret proves that it is gone. Without a code, with an unclear answer, or
// without the right nothing is called gone.
func TestRevokeSelf(t *testing.T) {
	for _, c := range []struct {
		story  string
		scopes string
		typed  []string
		reads  bool // the client may only read
		fault  fake.Effect
		kind   exchanges.Kind
		gone   bool
	}{
		{"it goes", "account:read_write", []string{"111111", "222222"}, false, nil, "", true},
		{
			"no code for the removal", "account:read_write",
			[]string{"111111", ""},
			false, nil,
			exchanges.KindSecondFactor, false,
		},
		{"no code for the list", "account:read_write", nil, false, nil, exchanges.KindSecondFactor, false},
		{"the client reads", "account:read_write", []string{"111111"}, true, nil, exchanges.KindRefused, false},
		{"it may only read", "account:read", []string{"111111"}, false, nil, exchanges.KindForbidden, false},
		{
			"the answer is lost", "account:read_write",
			[]string{"111111"},
			false,
			fake.Answer(http.StatusBadGateway, "text/html", "<html>"), exchanges.KindUncertain, false,
		},
		{
			"another answer", "account:read_write",
			[]string{"111111"},
			false,
			fake.Answer(http.StatusOK, "application/json", `{"jsonrpc":"2.0","result":"later"}`), exchanges.KindUncertain, false,
		},
	} {
		d := newDesk(t, key("bot", tradeOnly), key("master", c.scopes))
		if !c.reads {
			d.writes()
		}
		d.typed = c.typed
		a := d.open("master")
		if k, err := a.Inspect(t.Context()); err != nil || (canRevokeSelf(k) == nil) != (c.scopes == "account:read_write") {
			t.Errorf("%s: beforehand %v, %v", c.story, canRevokeSelf(k), err)
		}
		if c.fault != nil {
			d.server.Break(fake.Fault{Path: pathRemove, Do: c.fault})
		}
		revoker, ok := a.(exchanges.SelfRevoker)
		if !ok {
			t.Fatal("no revoker of itself")
		}
		err := revoker.RevokeSelf(t.Context())
		if exchanges.KindOf(err) != c.kind {
			t.Errorf("%s: %v", c.story, err)
		}
		d.server.Mend()
		k, _ := a.Inspect(t.Context())
		if (k.Status == exchanges.StatusDead) != c.gone || d.account.Keys[1].Deleted != c.gone || d.account.Keys[0].Deleted {
			t.Errorf("%s: %s", c.story, k.Status)
		}
	}
}

// A number is that of the one key of a client_id.
func TestNumberOf(t *testing.T) {
	for body, want := range map[string]string{
		`{"result":[{"id":3,"client_id":"a"},{"id":4,"client_id":"b"}]}`: "3",
		`{"result":[{"id":3,"client_id":"a"},{"id":4,"client_id":"a"}]}`: "",
		`{"result":[{"client_id":"a"}]}`:                                 "",
		`{"result":[]}`:                                                  "",
		`{"result":null}`:                                                "",
		`{}`:                                                             "",
	} {
		got, found := numberOf(exchanges.Response{Body: []byte(body)}, "a")
		if found != (want != "") || found && got != want {
			t.Errorf("%s: %q, %v", body, got, found)
		}
	}
}

// 10,000 keys are all listed, and a clock that is 10 minutes off is corrected.
func TestManyKeys(t *testing.T) {
	keys := []*fakederibit.Key{key("master", "account:read")}
	for i := range 9_999 {
		keys = append(keys, key(fmt.Sprint(i), tradeOnly))
	}
	d := newDesk(t, keys...)
	d.typed = []string{"111111"}
	d.server.SetSkew(10 * time.Minute)
	if n, err := d.list("master"); n != 10_000 || err != nil {
		t.Errorf("%d keys, %v", n, err)
	}
}

func TestDocumentedAnswers(t *testing.T) {
	exchangetest.Samples(t, exchangetest.SampleConfig{
		Dir: "deribit", Exchange: Exchange(),
		Wire: func(op string) any {
			return map[string]any{
				opTime: new(wireAnswer[exchanges.Number]), opAuth: new(wireAnswer[wireAuth]),
				opList: new(wireAnswer[[]wireKey]), opRemove: new(wireAnswer[string]),
			}[op]
		},
		RefusalOf: opList,
		Refusals: map[string]exchanges.Kind{
			"ERROR_13004.json": exchanges.KindUndetermined, "ERROR_13009.json": exchanges.KindUndetermined,
			"ERROR_13668_security_key_authorization_error.json": exchanges.KindSecondFactor,
		},
	})
}

// The documented challenge comes as a success, and is none.
func TestChallengeIsNoSuccess(t *testing.T) {
	op, _ := protocol().Operation(opList)
	body := `{"jsonrpc":"2.0","result":{"security_keys":[{"type":"tfa","name":"tfa"}],` +
		`"security_key_authorization_required":true,"rp_id":"test.deribit.com","challenge":"abc="}}`
	if err := judge(op, exchanges.Response{Status: 200, Body: []byte(body)}); exchanges.KindOf(err) !=
		exchanges.KindSecondFactor {
		t.Errorf("%v", err)
	}
}

func FuzzJudge(f *testing.F) {
	f.Add(200, `{"jsonrpc":"2.0","result":[]}`)
	f.Add(400, `{"error":{"code":13004,"message":"CANARY"}}`)
	op, _ := protocol().Operation(opList)
	f.Fuzz(func(t *testing.T, status int, body string) {
		err := judge(op, exchanges.Response{Status: status, Header: http.Header{}, Body: []byte(body)})
		if err != nil && strings.Contains(err.Error(), "CANARY") {
			t.Errorf("the error keeps foreign text: %v", err)
		}
	})
}
