package coinbase

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"strings"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
	"rekey/internal/fake"
	fakecoinbase "rekey/internal/fake/coinbase"
	"rekey/internal/httpx"
)

// seedText is the base64 of a 32-byte Ed25519 seed that holds the canary.
func seedText(name string) string {
	return (exchangetest.Canary + name + strings.Repeat("A", 43))[:43] + "="
}

func edKey(name string) ed25519.PrivateKey {
	seed, err := base64.StdEncoding.DecodeString(seedText(name))
	if err != nil {
		panic(err)
	}
	return ed25519.NewKeyFromSeed(seed)
}

// ecKey makes a P-256 key whose PEM holds the canary: its bytes 2 to 19 are
// the text, decoded, where base64 begins anew.
func ecKey(name string) *ecdsa.PrivateKey {
	d := make([]byte, 32)
	d[0] = 1
	text, err := base64.StdEncoding.DecodeString((exchangetest.Canary + name + strings.Repeat("x", 24))[:24])
	if err != nil {
		panic(err)
	}
	copy(d[2:], text)
	key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), d)
	if err != nil {
		panic(err)
	}
	return key
}

func sec1PEM(key *ecdsa.PrivateKey) string {
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		panic(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}))
}

// accessKey makes a CDP key name whose last group tells keys apart.
func accessKey(name string) string {
	digits := strings.Repeat("0", 12)
	for i, r := range name {
		if i < 12 {
			digits = digits[:i] + string("0123456789abcdef"[r%16]) + digits[i+1:]
		}
	}
	return "organizations/6f1de2a4-0b3c-4d5e-8f90-1a2b3c4d5e6f/apiKeys/7a2ef3b5-1c4d-4e6f-9a01-" + digits
}

// An algorithmCase stages the suite with one kind of key.
type algorithmCase struct {
	name   string
	secret func(name string) string
	public func(name string) crypto.PublicKey
}

func algorithms() []algorithmCase {
	return []algorithmCase{
		{
			name: "ed25519", secret: func(name string) string { return base64.StdEncoding.EncodeToString(edKey(name)) },
			public: func(name string) crypto.PublicKey { return edKey(name).Public() },
		},
		{
			name: "ecdsa", secret: func(name string) string { return sec1PEM(ecKey(name)) },
			public: func(name string) crypto.PublicKey { return ecKey(name).Public() },
		},
	}
}

func (a algorithmCase) credential(name string) exchanges.Credential {
	return exchanges.Credential{AccessKey: accessKey(name), Secret: exchanges.NewSecret(a.secret(name))}
}

func (a algorithmCase) key(name string, scopes ...string) *fakecoinbase.Key {
	return &fakecoinbase.Key{Name: accessKey(name), Public: a.public(name), Scopes: scopes, Portfolio: portfolio}
}

const portfolio = "0c9e7d5b-3a21-4f60-8e7d-5c4b3a291807"

func TestContract(t *testing.T) {
	for _, a := range algorithms() {
		t.Run(a.name, func(t *testing.T) {
			exchangetest.Run(
				t,
				exchangetest.Config{Exchange: Exchange(), Start: func(t *testing.T, now func() time.Time) exchangetest.Stage {
					t.Helper()
					return stage(t, now, a)
				}},
			)
		})
	}
}

func stage(t *testing.T, now func() time.Time, a algorithmCase) exchangetest.Stage {
	t.Helper()
	dead := a.key("dead", "can_view")
	dead.Deleted = true
	server, _, err := fakecoinbase.Start(
		now,
		a.key("alive", "can_view", "can_trade"),
		a.key("strange", "can_view", "can_export"),
		dead,
	)
	if err != nil {
		t.Fatal(err)
	}
	return exchangetest.Stage{
		Server: server, InspectPath: pathInspect, Environment: "live",
		Alive: a.credential("alive"),
		Want: exchanges.Key{
			Ref: exchanges.KeyRef{
				Exchange: Name, AccessKey: accessKey("alive"),
				Account: exchanges.Account{ID: portfolio, Kind: exchanges.AccountUnknown},
			},
			Status: exchanges.StatusAlive, Algorithm: a.name,
			Permissions: exchanges.Permissions{}.Grant(exchanges.Read, exchanges.Trade).Deny(
				exchanges.Spot, exchanges.Margin, exchanges.Futures, exchanges.Options,
				exchanges.PortfolioMargin, exchanges.FIXTrade,
				exchanges.Withdraw, exchanges.Transfer, exchanges.SubaccountTransfer, exchanges.Receive),
			Raw: []string{"can_view", "can_trade"},
		},
		Dead: a.credential("dead"), NeverDead: true,
		WrongSecret: exchanges.Credential{
			AccessKey: accessKey("alive"),
			Secret:    exchanges.NewSecret(a.secret("other")),
		},
		WrongSecretStatus: exchanges.StatusUndetermined,
		Strange:           a.credential("strange"), StrangeWord: "can_export",
	}
}

// A bench is a fake with one live key, and an adapter that holds it.
type bench struct {
	server   *fake.Server
	exchange *fakecoinbase.Exchange
	key      *fakecoinbase.Key
	clock    *exchangetest.Clock
	adapter  exchanges.Adapter
}

func newBench(t *testing.T) *bench {
	t.Helper()
	ed := algorithms()[0]
	b := &bench{clock: exchangetest.NewClock(), key: ed.key("bench", "can_view")}
	var err error
	if b.server, b.exchange, err = fakecoinbase.Start(b.clock.Now, b.key); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.server.Close)
	b.adapter = openAt(t, b.server.URL, b.clock, ed.credential("bench"))
	return b
}

// openAt opens a credential with a client of its own.
func openAt(t *testing.T, endpoint string, clock *exchangetest.Clock, c exchanges.Credential) exchanges.Adapter {
	t.Helper()
	client, err := httpx.New(
		httpx.Options{Exchange: Name, Protocol: protocol(), Endpoint: endpoint, Now: clock.Now, Sleep: clock.Sleep},
	)
	if err != nil {
		t.Fatal(err)
	}
	a, err := open(c, exchanges.Env{Caller: client})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (b *bench) inspect(t *testing.T) (exchanges.Key, *exchanges.Error) {
	t.Helper()
	k, err := b.adapter.Inspect(context.Background())
	if err == nil {
		return k, nil
	}
	e, ok := err.(*exchanges.Error) //nolint:errorlint // the contract says so
	if !ok {
		t.Fatalf("error is a %T", err)
	}
	return k, e
}

// asked counts the looks at the key.
func (b *bench) asked() int {
	n := 0
	for _, r := range b.server.Requests() {
		if r.Path == pathInspect {
			n++
		}
	}
	return n
}
