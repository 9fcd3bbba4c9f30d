package threecommas

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
	"rekey/internal/fake"
	fakethreecommas "rekey/internal/fake/threecommas"
	"rekey/internal/httpx"
)

// The contract suite is for exchanges. A vendor has other calls, so this file
// holds the same promises for them; see also troubles_test.go.

// held is the access key of an exchange that 3Commas stores, elsewhere one
// that it does not.
const (
	held      = "vQ7HELDKEYatBinance000000000000000000000000000000000000000000001"
	elsewhere = "vQ7HELDKEYnowhere0000000000000000000000000000000000000000000002"
)

func accessKey(name string) string { return (name + strings.Repeat("0", 64))[:64] }

func secret(name string) string { return (exchangetest.Canary + name + strings.Repeat("s", 64))[:64] }

func credential(name string) exchanges.Credential {
	return exchanges.Credential{AccessKey: accessKey(name), Secret: exchanges.NewSecret(secret(name))}
}

func token(name string, edit ...func(*fakethreecommas.Token)) *fakethreecommas.Token {
	t := &fakethreecommas.Token{
		AccessKey:   accessKey(name),
		Secret:      secret(name),
		Permissions: []string{"ACCOUNTS_READ"},
		Whitelist:   []string{"127.0.0.1"},
	}
	for _, e := range edit {
		e(t)
	}
	return t
}

var (
	created = time.Date(2022, 3, 4, 5, 6, 7, 8e6, time.UTC)
	// rsaKey is made anew for each run: a private key in a repository is what
	// rekey warns of.
	rsaKey = sync.OnceValue(func() *rsa.PrivateKey {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			panic(err)
		}
		return key
	})
)

func rsaCredential() exchanges.Credential {
	text := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(rsaKey())})
	return exchanges.Credential{AccessKey: accessKey("rsa"), Secret: exchanges.NewSecret(string(text))}
}

// A bench is a staged fake with a client.
type bench struct {
	server  *fake.Server
	service *fakethreecommas.Service
	state   *fakethreecommas.State
	clock   *exchangetest.Clock
	client  *httpx.Client

	mu     sync.Mutex
	events []httpx.Event
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{clock: exchangetest.NewClock(), state: &fakethreecommas.State{
		Users: []*fakethreecommas.User{
			{
				Name: "ana", PaperMode: true,
				Tokens: []*fakethreecommas.Token{
					token("alive"), token("rsa", func(t *fakethreecommas.Token) { t.Secret, t.PublicKey = "", &rsaKey().PublicKey }),
					token("bots", func(t *fakethreecommas.Token) { t.Permissions = []string{"BOTS_READ"} }),
					token("office", func(t *fakethreecommas.Token) { t.Whitelist = []string{"203.0.113.7"} }),
					token("old", func(t *fakethreecommas.Token) { t.Expired = true }),
					token("gone", func(t *fakethreecommas.Token) { t.Deleted = true }),
				},
				Connections: []*fakethreecommas.Connection{
					{
						ID:           501,
						Name:         "grid\x1b[31m\n::error::",
						ExchangeName: "Binance Spot",
						MarketCode:   "binance",
						Created:      created,
						AccessKey:    held,
						Active:       fakethreecommas.Active{Bots: 2, Deals: 1},
					},
					{
						ID:           502,
						Name:         "dead",
						ExchangeName: "OKX",
						MarketCode:   "okex",
						Created:      created,
						AccessKey:    "uuid-of-okx",
						KeyInvalid:   true,
						State:        "expired",
					},
					{
						ID:           503,
						Name:         "game",
						ExchangeName: "Paper Account",
						MarketCode:   "paper_trading",
						Created:      created,
						AccessKey:    held,
						Paper:        true,
					},
				},
			},
			{Name: "ben", NoAPI: true, Tokens: []*fakethreecommas.Token{token("starter")}},
		},
		Markets: []fakethreecommas.Market{
			{Name: "OKX", Code: "okex", TrustedIPs: []string{"198.51.100.0/24"}},
			{Name: "Binance", Code: "binance", TrustedIPs: []string{"203.0.113.8", "203.0.113.16"}},
			{Name: "Wallet", Code: "wallet"},
		},
	}}
	var err error
	if b.server, b.service, err = fakethreecommas.Start(b.clock.Now, b.state); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.server.Close)
	b.client = b.newClient(t)
	return b
}

// newClient has patience enough for a busy machine.
func (b *bench) newClient(t *testing.T) *httpx.Client {
	t.Helper()
	return b.clientFor(t, 10*time.Second)
}

func (b *bench) clientFor(t *testing.T, timeout time.Duration) *httpx.Client {
	t.Helper()
	return b.clientWith(t, httpx.Options{Timeout: timeout})
}

func (b *bench) clientWith(t *testing.T, o httpx.Options) *httpx.Client {
	t.Helper()
	client, err := httpx.New(httpx.Options{
		AllowWrites: o.AllowWrites,
		Exchange:    Name, Protocol: protocol(), Endpoint: b.server.URL, Now: b.clock.Now, Sleep: b.clock.Sleep,
		Timeout: o.Timeout, MaxBody: 1 << 20, Log: func(e httpx.Event) {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.events = append(b.events, e)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func (b *bench) open(t *testing.T, c exchanges.Credential) *adapter {
	t.Helper()
	v, err := Exchange().OpenVendor(c, exchanges.Env{Caller: b.client})
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	return v.(*adapter)
}

// clean fails the test when a value shows a secret, an address or the access
// key of an exchange, however it is printed.
func clean(t *testing.T, values ...any) {
	t.Helper()
	for _, v := range values {
		for _, form := range []string{"%v", "%+v", "%#v", "%s"} {
			text := fmt.Sprintf(form, v)
			for _, bad := range []string{exchangetest.Canary, "HELDKEY", "127.0.0.1"} {
				if strings.Contains(text, bad) {
					t.Errorf("%q shows when %T is printed with %s: %s", bad, v, form, text)
				}
			}
		}
	}
}

func collect(ctx context.Context, a *adapter) (got []exchanges.Connection, errs []error) {
	for c, err := range a.Connections(ctx) {
		if err != nil {
			errs = append(errs, err)
			continue
		}
		got = append(got, c)
	}
	return got, errs
}

func diff(want, got any) string {
	return cmp.Diff(want, got, cmp.AllowUnexported(exchanges.Fact[string]{}, exchanges.Fact[bool]{}))
}

func grid() exchanges.Connection {
	return exchanges.Connection{
		ID: "501", Name: "grid\x1b[31m\n::error::", Exchange: "Binance Spot", Market: "binance",
		Created: exchanges.Known("2022-03-04T05:06:07.008Z"), Working: exchanges.Known(true), State: "ok",
	}
}

func TestConnectionsAreToldAsStated(t *testing.T) {
	for _, c := range []exchanges.Credential{credential("alive"), rsaCredential()} {
		b := newBench(t)
		got, errs := collect(t.Context(), b.open(t, c))
		if len(errs) > 0 {
			t.Fatalf("errors: %v", errs)
		}
		want := []exchanges.Connection{grid(), {
			ID: "502", Name: "dead", Exchange: "OKX", Market: "okex", Created: exchanges.Known("2022-03-04T05:06:07.008Z"),
			Working: exchanges.Known(false), State: "expired",
		}}
		if d := diff(want, got); d != "" {
			t.Errorf("connections (-want +got):\n%s", d)
		}
	}
}

// Ana left the web page in paper mode. Her real connections are seen all the
// same, and the paper account that stores the same key is not.
func TestHolds(t *testing.T) {
	b := newBench(t)
	a := b.open(t, credential("alive"))
	got, err := a.Holds(t.Context(), held)
	if err != nil {
		t.Fatal(err)
	}
	if d := diff([]exchanges.Connection{grid()}, got); d != "" {
		t.Errorf("connections (-want +got):\n%s", d)
	}
	if got, err := a.Holds(t.Context(), elsewhere); err != nil || len(got) > 0 {
		t.Errorf("a key that nobody gave to 3Commas: %v, %v", got, err)
	}
	before := len(b.server.Requests())
	if got, err := a.Holds(t.Context(), ""); exchanges.KindOf(err) != exchanges.KindRefused || len(got) > 0 ||
		len(b.server.Requests()) != before {
		t.Errorf("an empty access key: %v, %v, %d requests", got, err, len(b.server.Requests())-before)
	}
}

func TestCheckToken(t *testing.T) {
	b := newBench(t)
	for _, c := range []exchanges.Credential{credential("alive"), credential("bots"), rsaCredential()} {
		if err := b.open(t, c).CheckToken(t.Context()); err != nil {
			t.Errorf("%s…: %v", c.AccessKey[:6], err)
		}
	}
}

func TestRefusalsOfTheToken(t *testing.T) {
	wrong := credential("alive")
	wrong.Secret = exchanges.NewSecret(secret("another"))
	for _, refused := range []struct {
		story      string
		credential exchanges.Credential
		want       exchanges.Kind
		says       string
	}{
		{"an unknown token", credential("stranger"), exchanges.KindCredential, "make a new one"},
		{"an expired token", credential("old"), exchanges.KindCredential, "expired"},
		{"a deleted token", credential("gone"), exchanges.KindCredential, "make a new one"},
		{"a wrong secret", wrong, exchanges.KindBadSignature, "secret"},
		{"another address", credential("office"), exchanges.KindForbidden, "IP whitelist"},
		{"a token for bots", credential("bots"), exchanges.KindForbidden, "ACCOUNTS_READ"},
		{"a plan without API", credential("starter"), exchanges.KindForbidden, "the 3Commas plan has no API access"},
	} {
		b := newBench(t)
		a := b.open(t, refused.credential)
		got, errs := collect(t.Context(), a)
		if len(got) > 0 || len(errs) != 1 || exchanges.KindOf(errs[0]) != refused.want ||
			!strings.Contains(errs[0].Error(), refused.says) {
			t.Errorf("%s: %v, %v, want one error of kind %q that says %q", refused.story, got, errs, refused.want, refused.says)
		}
		if n := len(b.server.Requests()); n != 1 || b.clock.Waited() > 0 {
			t.Errorf("%s: %d requests and %v of waiting for a refusal that stays", refused.story, n, b.clock.Waited())
		}
		holds, err := a.Holds(t.Context(), held)
		if exchanges.KindOf(err) != refused.want || holds != nil {
			t.Errorf("%s: holds %v, %v", refused.story, holds, err)
		}
		clean(t, errs[0], err)
	}
}

func TestUnusableCredentials(t *testing.T) {
	other, err := x509.MarshalPKCS8PrivateKey(ed25519Key(t))
	if err != nil {
		t.Fatal(err)
	}
	inPEM := func(body []byte) string {
		return string(
			pem.EncodeToMemory(
				&pem.Block{Type: "PRIVATE KEY", Headers: map[string]string{"Note": exchangetest.Canary}, Bytes: body},
			),
		)
	}
	for story, c := range map[string]exchanges.Credential{
		"no secret":               {AccessKey: accessKey("alive")},
		"no access key":           {Secret: exchanges.NewSecret(secret("alive"))},
		"a line break in the key": {AccessKey: "CANARY\nkey", Secret: exchanges.NewSecret(secret("alive"))},
		"half a PEM": {
			AccessKey: accessKey("rsa"),
			Secret:    exchanges.NewSecret("-----BEGIN RSA PRIVATE KEY-----\nCANARY"),
		},
		"PEM of something else": {AccessKey: accessKey("rsa"), Secret: exchanges.NewSecret(inPEM([]byte("CANARY")))},
		"Ed25519":               {AccessKey: accessKey("rsa"), Secret: exchanges.NewSecret(inPEM(other))},
	} {
		v, err := Exchange().OpenVendor(c, exchanges.Env{})
		if v != nil || exchanges.KindOf(err) != exchanges.KindCredential {
			t.Errorf("%s: %v, %v, want a credential error", story, v, err)
		}
		clean(t, err)
	}
}
