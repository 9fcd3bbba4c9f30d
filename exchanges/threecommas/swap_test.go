package threecommas

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
	"rekey/internal/fake"
	fakethreecommas "rekey/internal/fake/threecommas"
	"rekey/internal/httpx"
)

// next is the credential that is swapped in: with signs in it that a form
// cannot hold as they are.
func next() exchanges.Credential {
	return exchanges.Credential{
		AccessKey: "vQ7HELDKEYnew+/=0000000000000000000000000000000000000000000000001",
		Secret: exchanges.NewSecret(
			"CANARY+/=&secret of the new key\n?",
		), Passphrase: exchanges.NewSecret("CANARY pass&phrase"),
	}
}

// newSwapBench is a bench with a token that may write, a client that may, and
// an exchange that accepts the next credential.
func newSwapBench(t *testing.T) *bench {
	t.Helper()
	b := newBench(t)
	b.service.Do(func() {
		for _, u := range b.state.Users {
			u.Tokens[0].Permissions = append(u.Tokens[0].Permissions, "ACCOUNTS_WRITE")
		}
		b.state.Users[0].Tokens[1].Permissions = append(b.state.Users[0].Tokens[1].Permissions, "ACCOUNTS_WRITE") // rsa
		b.state.AtExchange = func(_ string, c exchanges.Credential) bool {
			return c.AccessKey == next().AccessKey && c.Secret.Equal(next().Secret) && c.Passphrase.Equal(next().Passphrase)
		}
	})
	b.client = b.clientWith(t, httpx.Options{Timeout: 10 * time.Second, AllowWrites: true})
	return b
}

func TestSwapOfAKey(t *testing.T) {
	for _, c := range []exchanges.Credential{credential("alive"), rsaCredential()} {
		b := newSwapBench(t)
		a := b.open(t, c)
		if err := a.UpdateConnection(t.Context(), "501", next()); err != nil {
			t.Fatal(err)
		}
		got, err := a.Holds(t.Context(), next().AccessKey)
		if err != nil || len(got) != 1 || got[0].ID != "501" {
			t.Errorf("the new key is held by %v, %v", got, err)
		}
		if got, err := a.Holds(t.Context(), held); err != nil || len(got) > 0 {
			t.Errorf("the old key is held by %v, %v", got, err)
		}
		now, err := a.RefreshConnection(t.Context(), "501")
		if working, known := now.Working.Get(); err != nil || !known || !working || now.ID != "501" {
			t.Errorf("refreshed: %+v, %v", now, err)
		}
		clean(t, b.events, now)
	}
}

// TestWhereSecretsOfASwapGo: into the body of the one call that needs them.
func TestWhereSecretsOfASwapGo(t *testing.T) {
	b := newSwapBench(t)
	a := b.open(t, credential("alive"))
	if err := a.UpdateConnection(t.Context(), "501", next()); err != nil {
		t.Fatal(err)
	}
	if _, err := a.RefreshConnection(t.Context(), "501"); err != nil {
		t.Fatal(err)
	}
	swaps := 0
	for _, r := range b.server.Requests() {
		if strings.Contains(r.Body, exchangetest.Canary) {
			swaps++
			if r.Path != "/public/api/ver1/accounts/update" || r.Method != http.MethodPost {
				t.Errorf("a secret went to %s %s", r.Method, r.Path)
			}
			r.Body = ""
		}
		if text := fmt.Sprint(r); strings.Contains(text, exchangetest.Canary) || strings.Contains(text, "HELDKEY") ||
			r.Query != "" {
			t.Errorf("%s carries something outside its body", r.Path)
		}
	}
	if swaps != 1 {
		t.Errorf("%d requests with the new secret, want one", swaps)
	}
}

func TestActivity(t *testing.T) {
	b := newBench(t)
	got, err := b.open(t, credential("alive")).Activity(t.Context(), "501")
	want := exchanges.Activity{
		Bots:        exchanges.Known(2),
		GridBots:    exchanges.Known(0),
		Deals:       exchanges.Known(1),
		SmartTrades: exchanges.Known(0),
		Orders:      exchanges.Known(0),
	}
	if err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
	if idle, known := got.Idle().Get(); idle || !known {
		t.Error("two bots are taken for none")
	}
	for body, want := range map[string]exchanges.Fact[bool]{
		`{"data":{"active_bots_count":0,"active_deals_count":0,"active_smart_trades_count":0,"active_orders_count":0,` +
			`"active_grid_bots_count":0}}`: exchanges.Known(true),
		`{"data":{"active_bots_count":0,"active_deals_count":0,"active_smart_trades_count":0,` +
			`"active_orders_count":0}}`: exchanges.Unknown[bool](),
		`{"data":{"active_bots_count":null,"active_deals_count":0,"active_smart_trades_count":0,"active_orders_count":0,` +
			`"active_grid_bots_count":0}}`: exchanges.Unknown[bool](),
		`{"data":{"active_bots_count":-1,"active_deals_count":0,"active_smart_trades_count":0,"active_orders_count":0,` +
			`"active_grid_bots_count":0}}`: exchanges.Unknown[bool](),
		`{"data":{"active_grid_bots_count":"3"}}`: exchanges.Known(false),
	} {
		got, err := scripted(t, func(map[string]string) string { return body }).Activity(t.Context(), "501")
		if err != nil || got.Idle() != want {
			t.Errorf("%s: %+v, %v", body, got, err)
		}
	}
}

func TestRefusalsOfASwap(t *testing.T) {
	wrong := next()
	wrong.Secret = exchanges.NewSecret("CANARY-another")
	for _, c := range []struct {
		story      string
		token      string
		id         string
		credential exchanges.Credential
		edit       func(*fakethreecommas.State)
		want       exchanges.Kind
		says       string
	}{
		{
			"a token that only reads", "alive", "501", next(),
			func(s *fakethreecommas.State) { s.Users[0].Tokens[0].Permissions = []string{"ACCOUNTS_READ"} },
			exchanges.KindForbidden, "ACCOUNTS_WRITE",
		},
		{"a plan without API", "starter", "501", next(), nil, exchanges.KindForbidden, "plan"},
		{
			"a plan that only reads", "alive", "501", next(),
			func(s *fakethreecommas.State) { s.Users[0].ReadOnlyAPI = true }, exchanges.KindForbidden, "plan",
		},
		{"an unknown connection", "alive", "999", next(), nil, exchanges.KindNotFound, "connection"},
		{"a paper account", "alive", "503", next(), nil, exchanges.KindNotFound, "connection"},
		{
			"a key that the exchange refuses", "alive", "501", wrong, nil, exchanges.KindRejected,
			"the exchange refuses the key",
		},
		{
			"a key that is connected", "alive", "501",
			exchanges.Credential{AccessKey: held, Secret: next().Secret},
			nil,
			exchanges.KindRejected, "connected once",
		},
		{
			"an OKX key without its passphrase", "alive", "502",
			exchanges.Credential{AccessKey: next().AccessKey, Secret: next().Secret},
			nil,
			exchanges.KindRejected, "a part is missing",
		},
		{
			"half a credential", "alive", "501",
			exchanges.Credential{AccessKey: "vQ7HELDKEY"},
			nil,
			exchanges.KindRefused, "nothing was sent",
		},
		{"a path for a connection", "alive", "501/remove", next(), nil, exchanges.KindRefused, "nothing was sent"},
		{"all connections", "alive", "summary", next(), nil, exchanges.KindRefused, "nothing was sent"},
		{"the connection zero", "alive", "0", next(), nil, exchanges.KindRefused, "nothing was sent"},
	} {
		b := newSwapBench(t)
		if c.edit != nil {
			b.service.Do(func() { c.edit(b.state) })
		}
		err := b.open(t, credential(c.token)).UpdateConnection(t.Context(), c.id, c.credential)
		if exchanges.KindOf(err) != c.want || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v (%q), want %q that says %q", c.story, err, exchanges.KindOf(err), c.want, c.says)
		}
		sent := len(b.server.Requests())
		if (sent == 0) != (c.want == exchanges.KindRefused) || sent > 1 || len(b.service.Ledger()) > 0 {
			t.Errorf("%s: %d requests, ledger %+v", c.story, sent, b.service.Ledger())
		}
		clean(t, err)
	}
}

// A client that only reads sends no change.
func TestReadersCannotSwap(t *testing.T) {
	b := newSwapBench(t)
	b.client = b.newClient(t)
	a := b.open(t, credential("alive"))
	_, refresh := a.RefreshConnection(t.Context(), "501")
	for _, err := range []error{a.UpdateConnection(t.Context(), "501", next()), refresh} {
		if exchanges.KindOf(err) != exchanges.KindRefused || len(b.server.Requests()) > 0 {
			t.Errorf("%v, %d requests", err, len(b.server.Requests()))
		}
	}
}

// TestUnclearSwap breaks both changes in every way: each is sent once, and what
// may have happened says so.
func TestUnclearSwap(t *testing.T) {
	json := "application/json"
	uncertain := exchanges.KindUncertain
	for _, trouble := range []struct {
		story string
		do    fake.Effect
		want  exchanges.Kind
		done  bool
	}{
		{"the answer is lost", fake.LostAnswer(), uncertain, true},
		{"reset", fake.Reset(), uncertain, false},
		{"cut off", fake.Truncated(), uncertain, true},
		{"500", fake.Answer(500, json, `{}`), uncertain, false},
		{"504 behind the swap", fake.Behind(fake.Answer(504, json, `{"error":"timeout"}`)), uncertain, true},
		{"an empty answer", fake.Behind(fake.Answer(201, json, ``)), uncertain, true},
		{"another connection", fake.Behind(fake.Answer(201, json, `{"id":502}`)), uncertain, true},
		{"null", fake.Answer(201, json, `null`), uncertain, false},
		{"a login page", fake.Answer(200, "text/html", "<title>Hotel WiFi</title>"), uncertain, false},
		{"a new word", fake.Answer(400, json, `{"error":"something_new"}`), uncertain, false},
		{"a redirect", fake.Redirect("/elsewhere"), uncertain, false},
		{"a limit", fake.Answer(429, json, `{"error":"Too Many Requests"}`), exchanges.KindRateLimited, false},
		{"a firewall", fake.Firewall(), exchanges.KindForbidden, false},
	} {
		b := newSwapBench(t)
		a := b.open(t, credential("alive"))
		b.server.Break(fake.Fault{Method: http.MethodPost, Do: trouble.do})
		err := a.UpdateConnection(t.Context(), "501", next())
		if n := len(b.server.Requests()); n != 1 || (len(b.service.Ledger()) == 1) != trouble.done {
			t.Errorf("%s: %d requests, ledger %+v", trouble.story, n, b.service.Ledger())
		}
		b.client = b.clientWith(t, httpx.Options{Timeout: 10 * time.Second, AllowWrites: true}) // without the other's ban
		got, refresh := b.open(t, credential("alive")).RefreshConnection(t.Context(), "501")
		if n := len(b.server.Requests()); n != 2 || got != (exchanges.Connection{}) {
			t.Errorf("%s: %d requests, and %+v from trouble", trouble.story, n, got)
		}
		for _, err := range []error{err, refresh} {
			if exchanges.KindOf(err) != trouble.want ||
				trouble.want == uncertain && !strings.Contains(err.Error(), "look before trying again") {
				t.Errorf("%s: %v (%q), want %q", trouble.story, err, exchanges.KindOf(err), trouble.want)
			}
			clean(t, err, b.events)
		}
	}
}
