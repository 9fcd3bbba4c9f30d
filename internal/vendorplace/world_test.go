package vendorplace

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
	"rekey/exchanges/threecommas"
	"rekey/internal/fake"
	fakethreecommas "rekey/internal/fake/threecommas"
	"rekey/internal/httpx"
	"rekey/internal/rotate"
)

var _ rotate.Place = rotate.AtVendor(Place{})

// A key is wholly made of canaries: neither part may show anywhere.
func key(name string) exchanges.Credential {
	return exchanges.Credential{
		AccessKey: "HELDKEY" + name + strings.Repeat(
			"0",
			40,
		), Secret: exchanges.NewSecret("CANARY-secret-" + name), Passphrase: exchanges.NewSecret("CANARY-passphrase-" + name),
	}
}

func token(name string) exchanges.Credential {
	pad := func(s string) string { return (s + strings.Repeat("0", 64))[:64] }
	return exchanges.Credential{AccessKey: pad(name), Secret: exchanges.NewSecret(pad("CANARY" + name))}
}

// A world is 3Commas with two connections of the old key and one of another,
// and an exchange that knows old and new key.
type world struct {
	t       *testing.T
	server  *fake.Server
	service *fakethreecommas.Service
	state   *fakethreecommas.State
	clock   *exchangetest.Clock
	client  *httpx.Client

	mu    sync.Mutex
	alive []string // access keys that the exchange accepts
}

var oldKey, newKey, otherKey = key("old"), key("new"), key("other")

const plain = 10 * time.Second

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{
		t:     t,
		clock: exchangetest.NewClock(),
		alive: []string{oldKey.AccessKey, newKey.AccessKey, otherKey.AccessKey},
	}
	connection := func(id int64, name, market string, c exchanges.Credential) *fakethreecommas.Connection {
		return &fakethreecommas.Connection{
			ID:           id,
			Name:         name,
			ExchangeName: market,
			MarketCode:   market,
			AccessKey:    c.AccessKey,
			Secret:       c.Secret,
			Passphrase:   c.Passphrase,
		}
	}
	writer := &fakethreecommas.Token{
		AccessKey:   token("writer").AccessKey,
		Secret:      token("writer").Secret.Reveal(),
		Permissions: []string{"ACCOUNTS_READ", "ACCOUNTS_WRITE"},
	}
	reader := &fakethreecommas.Token{
		AccessKey:   token("reader").AccessKey,
		Secret:      token("reader").Secret.Reveal(),
		Permissions: []string{"ACCOUNTS_READ"},
	}
	starter := &fakethreecommas.Token{
		AccessKey:   token("starter").AccessKey,
		Secret:      token("starter").Secret.Reveal(),
		Permissions: []string{"ACCOUNTS_READ", "ACCOUNTS_WRITE"},
	}
	w.state = &fakethreecommas.State{
		Users: []*fakethreecommas.User{
			{Name: "ana", Tokens: []*fakethreecommas.Token{writer, reader}, Connections: []*fakethreecommas.Connection{
				connection(
					501,
					"main",
					"okex",
					oldKey,
				), connection(502, "futures", "binance_futures", oldKey), connection(503, "other", "okex", otherKey),
			}},
			{Name: "ben", NoAPI: true, Tokens: []*fakethreecommas.Token{starter}},
		},
		Markets: []fakethreecommas.Market{
			{Name: "OKX", Code: "okex", TrustedIPs: []string{"198.51.100.0/24"}},
			{Name: "Binance", Code: "binance_futures"},
		},
		AtExchange: func(_ string, c exchanges.Credential) bool {
			w.mu.Lock()
			defer w.mu.Unlock()
			return slices.Contains(w.alive, c.AccessKey) &&
				slices.ContainsFunc([]exchanges.Credential{oldKey, newKey, otherKey}, func(k exchanges.Credential) bool {
					return k.AccessKey == c.AccessKey && k.Secret.Equal(c.Secret) && k.Passphrase.Equal(c.Passphrase)
				})
		},
	}
	var err error
	if w.server, w.service, err = fakethreecommas.Start(w.clock.Now, w.state); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.server.Close)
	w.client = w.newClient(httpx.DefaultMaxWait)
	return w
}

func (w *world) newClient(maxWait time.Duration) *httpx.Client {
	w.t.Helper()
	client, err := httpx.New(httpx.Options{
		Exchange: threecommas.Name, Protocol: threecommas.Exchange().Protocol, Endpoint: w.server.URL, AllowWrites: true,
		Now: w.clock.Now, Sleep: w.clock.Sleep, Timeout: plain, MaxWait: maxWait,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return client
}

func (w *world) vendor(token exchanges.Credential) exchanges.Vendor {
	w.t.Helper()
	v, err := threecommas.Exchange().OpenVendor(token, exchanges.Env{Caller: w.client})
	if err != nil {
		w.t.Fatal(err)
	}
	return v
}

// place is the place of a run that is taken up again: it knows no connections.
func (w *world) place(token exchanges.Credential, known ...exchanges.Connection) Place {
	w.t.Helper()
	p, err := At(w.vendor(token), known, w.clock.Sleep)
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

// holds tells which keys the connections hold, in words.
func (w *world) holds() string {
	var out []string
	w.service.Do(func() {
		for _, c := range w.state.Users[0].Connections {
			for name, k := range map[string]exchanges.Credential{"old": oldKey, "new": newKey, "other": otherKey} {
				if c.AccessKey == k.AccessKey && c.Secret.Equal(k.Secret) && c.Passphrase.Equal(k.Passphrase) {
					out = append(out, name)
				}
			}
		}
	})
	return strings.Join(out, " ")
}

// swaps counts the requests that carried a new key, and fails on one that
// carries a secret elsewhere than in its body.
func (w *world) swaps() int {
	w.t.Helper()
	n := 0
	for _, r := range w.server.Requests() {
		if r.Method == http.MethodPost && strings.HasSuffix(r.Path, "/update") {
			n++
			r.Body = ""
		}
		if text := fmt.Sprint(r); strings.Contains(text, exchangetest.Canary) {
			w.t.Errorf("%s %s carries a secret", r.Method, r.Path)
		}
	}
	return n
}

// clean fails when a value shows a secret or an access key.
func clean(t *testing.T, values ...any) {
	t.Helper()
	for _, v := range values {
		for _, form := range []string{"%v", "%+v", "%#v"} {
			if text := fmt.Sprintf(form, v); strings.Contains(text, exchangetest.Canary) || strings.Contains(text, "HELDKEY") {
				t.Errorf("a secret or an access key shows: %s", text)
			}
		}
	}
}

// A bare vendor can be asked and cannot swap.
type bare struct{ exchanges.Vendor }

func (bare) Holds(context.Context, string) ([]exchanges.Connection, error) {
	return []exchanges.Connection{{ID: "7", Name: "x\x1b[31m\n" + strings.Repeat("y", 90)}}, nil
}
