package bybit

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
	"rekey/internal/fake"
	fakebybit "rekey/internal/fake/bybit"
	"rekey/internal/httpx"
)

// A sites is a world of several sites, each a server of its own behind its real
// address.
type sites struct {
	servers map[string]*fake.Server // by host
	down    map[string]bool
}

// RoundTrip leads a request to the server that stands for its host.
func (s *sites) RoundTrip(r *http.Request) (*http.Response, error) {
	server, ok := s.servers[r.URL.Host]
	if !ok || s.down[r.URL.Host] {
		return nil, fmt.Errorf("no route to %s", r.URL.Host)
	}
	out := r.Clone(r.Context())
	target, err := url.Parse(server.URL)
	if err != nil {
		return nil, err
	}
	out.URL.Scheme, out.URL.Host, out.Host = target.Scheme, target.Host, target.Host
	return http.DefaultTransport.RoundTrip(out)
}

// A world is one exchange with a client.
type world struct {
	*fakebybit.Exchange
	server *fake.Server
	clock  *exchangetest.Clock
	client *httpx.Client
}

func start(t *testing.T, account *fakebybit.Account) *world {
	t.Helper()
	w := &world{clock: exchangetest.NewClock()}
	server, x, err := fakebybit.Start(w.clock.Now, account)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	w.server, w.Exchange = server, x
	w.client = clientFor(t, w.clock, httpx.Options{Endpoint: server.URL})
	return w
}

func clientFor(t *testing.T, clock *exchangetest.Clock, o httpx.Options) *httpx.Client {
	t.Helper()
	o.Exchange, o.Protocol, o.AllowWrites, o.Now, o.Sleep = Name, protocol(), true, clock.Now, clock.Sleep
	client, err := httpx.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func openWith(t *testing.T, client *httpx.Client, c exchanges.Credential) *adapter {
	t.Helper()
	a, err := openPair(c, exchanges.Env{Caller: client, Region: regionGlobal, Environment: live})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (w *world) open(t *testing.T, name string) *adapter {
	t.Helper()
	return openWith(t, w.client, credential(name))
}

// everySite starts a server behind every host of the protocol; the keys are those
// of the host at.
func everySite(t *testing.T, clock *exchangetest.Clock, at string, keys ...*fakebybit.Key) *sites {
	t.Helper()
	s := &sites{servers: map[string]*fake.Server{}, down: map[string]bool{}}
	for _, h := range hosts() {
		name := strings.TrimPrefix(h.URL, "https://")
		account := &fakebybit.Account{UID: "1"}
		if name == at {
			account.Keys = keys
		}
		server, _, err := fakebybit.Start(clock.Now, account)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(server.Close)
		s.servers[name] = server
	}
	return s
}

// A key is dead when every site and environment says so; one that answers
// anywhere lives there, and one site that cannot be asked leaves it open.
func TestEverySiteIsAskedBeforeDeath(t *testing.T) {
	for _, c := range []struct {
		story, at, down string
		status          exchanges.Status
		says            string
	}{
		{"nowhere", "", "", exchanges.StatusDead, ""},
		{"at the European site", "api.bybit.eu", "", exchanges.StatusAlive, "region: eea"},
		{"in Kazakhstan", "api.bybit.kz", "", exchanges.StatusAlive, "region: kz"},
		{"on the testnet", "api-testnet.bybit.com", "", exchanges.StatusAlive, "environment: testnet"},
		{"on the Japanese testnet", "api-testnet.manepa.jp", "", exchanges.StatusAlive, "region: jp, environment: testnet"},
		{"in demo trading", "api-demo.bybit.com", "", exchanges.StatusAlive, "environment: demo"},
		{"nowhere, and one site is down", "", "api.bybit.id", exchanges.StatusUndetermined, "could not be asked"},
		{"there, and another site is down", "api.bybit.eu", "api.bybit.id", exchanges.StatusAlive, "region: eea"},
	} {
		clock := exchangetest.NewClock()
		s := everySite(t, clock, c.at, key("alive", nil, words{"Spot": {"SpotTrade"}}))
		s.down[c.down] = c.down != ""
		client := clientFor(t, clock, httpx.Options{Region: regionGlobal, Environment: live, Transport: s})
		k, err := openWith(t, client, credential("alive")).Inspect(t.Context())
		if k.Status != c.status || c.says == "" && err != nil || !strings.Contains(fmt.Sprint(err), c.says) {
			t.Errorf("%s: status %q, error %v", c.story, k.Status, err)
		}
		if dead := k.Status == exchanges.StatusDead; dead != strings.Contains(k.Proof, "api.bybit.eu") {
			t.Errorf("%s: proof %q", c.story, k.Proof)
		}
	}
}

// A key that answered here belongs here: its death needs no other site.
func TestLivedHere(t *testing.T) {
	clock := exchangetest.NewClock()
	k := key("alive", nil, words{})
	s := everySite(t, clock, "api.bybit.com", k)
	client := clientFor(t, clock, httpx.Options{Region: regionGlobal, Environment: live, Transport: s})
	a := openWith(t, client, credential("alive"))
	if found, err := a.Inspect(t.Context()); err != nil || found.Status != exchanges.StatusAlive {
		t.Fatalf("%q, %v", found.Status, err)
	}
	k.Deleted = true
	s.down["api.bybit.eu"] = true
	if found, err := a.Inspect(t.Context()); err != nil || found.Status != exchanges.StatusDead {
		t.Errorf("%q, %v", found.Status, err)
	}
}

// An interchanged pair is not dead, and no part of it is shown.
func TestSwappedPair(t *testing.T) {
	clock := exchangetest.NewClock()
	s := everySite(t, clock, "api.bybit.com", key("alive", nil, words{}))
	client := clientFor(t, clock, httpx.Options{Region: regionGlobal, Environment: live, Transport: s})
	k, err := openWith(t, client, credential("alive").Swapped()).Inspect(t.Context())
	if k.Status != exchanges.StatusUndetermined || exchanges.KindOf(err) != exchanges.KindCredential ||
		k.Ref.AccessKey != "" {
		t.Errorf("status %q, %v", k.Status, err)
	}
}

// The gateway's refusal without a body is the same statement as 10003; any other
// 401 without a body says nothing.
func TestBareRefusal(t *testing.T) {
	w := start(t, &fakebybit.Account{UID: "1"})
	w.Do(func() { w.BareRefusal = true })
	if k, err := w.open(t, "gone").Inspect(t.Context()); err != nil || k.Status != exchanges.StatusDead {
		t.Errorf("status %q, %v", k.Status, err)
	}
	w.server.Break(fake.Fault{Path: pathInspect, Do: fake.Answer(http.StatusUnauthorized, "application/json", "")})
	if k, err := w.open(t, "gone").Inspect(t.Context()); err == nil || k.Status != exchanges.StatusUndetermined {
		t.Errorf("another 401: status %q, %v", k.Status, err)
	}
}

// Neither -2 days nor 1970 is an end; a key past its end has expired.
func TestEnds(t *testing.T) {
	bound := key("bound", []string{"127.0.0.1"}, words{})
	past := key("past", nil, words{})
	past.Created = past.Created.Add(-80 * 24 * time.Hour)
	w := start(t, &fakebybit.Account{UID: "1", Keys: []*fakebybit.Key{bound, past}})
	if k, err := w.open(t, "bound").Inspect(t.Context()); err != nil || k.ExpiresAt.IsKnown() ||
		k.Status != exchanges.StatusAlive {
		t.Errorf("bound: %+v, %v", k.ExpiresAt, err)
	}
	if k, err := w.open(t, "past").Inspect(t.Context()); err != nil || k.Status != exchanges.StatusExpired {
		t.Errorf("past its end: %q, %v", k.Status, err)
	}
}

// A key by RSA is looked at like any other.
func TestRSAKey(t *testing.T) {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	public, _ := x509.MarshalPKIXPublicKey(&private.PublicKey)
	own := key("rsa", nil, words{"Spot": {"SpotTrade"}})
	own.Secret = ""
	own.PublicKey = string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public}))
	w := start(t, &fakebybit.Account{UID: "1", Keys: []*fakebybit.Key{own}})
	der, _ := x509.MarshalPKCS8PrivateKey(private)
	c := exchanges.Credential{AccessKey: accessKey("rsa"), Secret: exchanges.NewSecret(string(pem.EncodeToMemory(
		&pem.Block{Type: "PRIVATE KEY", Bytes: der})))}
	k, err := openWith(t, w.client, c).Inspect(t.Context())
	if err != nil || k.Status != exchanges.StatusAlive || k.Algorithm != "rsa" {
		t.Errorf("status %q, algorithm %q, %v", k.Status, k.Algorithm, err)
	}
}

// A list that masks access keys is not empty: every such key is said to be there,
// a deletion is not settled by it, and no key is changed by a guess.
func TestMaskedList(t *testing.T) {
	w := start(t, &fakebybit.Account{
		UID:  "1",
		Keys: []*fakebybit.Key{key("manager", nil, words{"Wallet": {"AccountTransfer"}})},
		Subs: []*fakebybit.Sub{{UID: "2", Name: "grid1", Keys: []*fakebybit.Key{key("sub1", nil, words{})}}},
	})
	w.Do(func() { w.MaskKeys = true })
	a := w.open(t, "manager")
	listed, failed := 0, 0
	for _, err := range a.ListKeys(t.Context(), exchanges.ListRequest{}) {
		if err != nil {
			failed++
		} else {
			listed++
		}
	}
	if listed != 0 || failed != 1 {
		t.Errorf("%d listed, %d said to be there", listed, failed)
	}
	ref := exchanges.KeyRef{AccessKey: accessKey("gone"), Account: exchanges.Account{Name: "grid1"}}
	if err := a.RevokeKey(t.Context(), exchanges.RevokeRequest{Ref: ref}); err == nil {
		t.Error("a key that a masked list may name is said to be gone")
	}
	ref.AccessKey = accessKey("sub1")
	_, err := a.EditKey(t.Context(), exchanges.EditRequest{Ref: ref, Permissions: []exchanges.Permission{}})
	if exchanges.KindOf(err) != exchanges.KindRejected {
		t.Errorf("edit: %v", err)
	}
	if err := a.RevokeKey(t.Context(), exchanges.RevokeRequest{Ref: ref}); err != nil || len(w.Live()) != 1 {
		t.Errorf("the key can be deleted all the same: %v, %d live", err, len(w.Live()))
	}
}

// More sub-accounts and keys than fit on one page.
func TestPages(t *testing.T) {
	account := &fakebybit.Account{UID: "1", Keys: []*fakebybit.Key{key("manager", nil,
		words{"Wallet": {"AccountTransfer"}})}}
	for i := range 205 {
		sub := &fakebybit.Sub{UID: fmt.Sprint(100 + i), Name: fmt.Sprintf("sub%d", i)}
		if i == 204 {
			for j := range 45 {
				sub.Keys = append(sub.Keys, key(fmt.Sprintf("k%d", j), nil, words{}))
			}
		}
		account.Subs = append(account.Subs, sub)
	}
	w := start(t, account)
	n := 0
	for k, err := range w.open(t, "manager").ListKeys(t.Context(), exchanges.ListRequest{Account: "sub204"}) {
		if err != nil || k.Ref.Account.Name != "sub204" {
			t.Fatalf("%+v, %v", k.Ref, err)
		}
		n++
	}
	if n != 45 {
		t.Errorf("%d keys", n)
	}
}
