package kucoin

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
	"rekey/internal/fake"
	fakekucoin "rekey/internal/fake/kucoin"
	"rekey/internal/httpx"
)

// A bench is a staged fake with a client whose waiting takes no time.
type bench struct {
	clock  *exchangetest.Clock
	now    func() time.Time // the exchange's clock
	server *fake.Server
	x      *fakekucoin.Exchange
	client *httpx.Client
}

// desk is a master account with one key, "master", and its sub-accounts.
func desk(subs ...*fakekucoin.Sub) *fakekucoin.Account {
	return &fakekucoin.Account{UID: 165111215, Keys: []*fakekucoin.Key{key("master", "General,Spot")}, Subs: subs}
}

func newBench(t *testing.T, accounts ...*fakekucoin.Account) *bench {
	t.Helper()
	clock := exchangetest.NewClock()
	b := &bench{clock: clock, now: clock.Now}
	server, x, err := fakekucoin.Start(func() time.Time { return b.now() }, accounts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	b.server, b.x = server, x
	b.client = b.newClient(t, httpx.Options{Endpoint: server.URL})
	return b
}

// inBubble runs f in time that passes only while everybody waits. The fake is
// called without a network, which time does not wait for.
func (b *bench) inBubble(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		b.now = time.Now
		direct := roundTrip(func(r *http.Request) (*http.Response, error) {
			in, answer := r.Clone(r.Context()), httptest.NewRecorder()
			in.RemoteAddr, in.Body = "127.0.0.1:1", http.NoBody
			b.server.ServeHTTP(answer, in)
			return answer.Result(), nil
		})
		client, err := httpx.New(
			httpx.Options{Exchange: Name, Protocol: protocol(), Endpoint: "http://127.0.0.1:1", Transport: direct},
		)
		if err != nil {
			t.Fatal(err)
		}
		b.client = client
		f(t)
	})
}

func (b *bench) newClient(t *testing.T, o httpx.Options) *httpx.Client {
	t.Helper()
	o.Exchange, o.Protocol, o.Environment = Name, protocol(), "live"
	o.Now, o.Sleep = b.clock.Now, b.clock.Sleep
	if o.Timeout == 0 {
		o.Timeout = 10 * time.Second
	}
	client, err := httpx.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func (b *bench) open(t *testing.T, c exchanges.Credential) exchanges.Adapter {
	t.Helper()
	a, err := open(c, exchanges.Env{Caller: b.client})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (b *bench) inspect(t *testing.T, name string) (exchanges.Key, error) {
	t.Helper()
	k, err := b.open(t, credential(name)).Inspect(t.Context())
	clean(t, fmt.Sprintf("%+v %v", k, err))
	return k, err
}

func (b *bench) list(t *testing.T) ([]exchanges.Key, []error) {
	t.Helper()
	var keys []exchanges.Key
	var errs []error
	lister, _ := b.open(t, credential("master")).(exchanges.Lister)
	for k, err := range lister.ListKeys(t.Context(), exchanges.ListRequest{}) {
		if err != nil {
			errs = append(errs, err)
			clean(t, err.Error())
			continue
		}
		keys = append(keys, k)
	}
	return keys, errs
}

// answers makes a path answer with a body, always.
func (b *bench) answers(path string, status int, body string) {
	b.server.Break(fake.Fault{Path: path, Do: fake.Answer(status, "application/json", body)})
}

// asked counts the requests to a path.
func (b *bench) asked(path string) int {
	n := 0
	for _, r := range b.server.Requests() {
		if r.Path == path {
			n++
		}
	}
	return n
}

// clean fails the test when text holds a secret, a passphrase or an address.
func clean(t *testing.T, text string) {
	t.Helper()
	for _, word := range []string{exchangetest.Canary, "198.51.100.99"} {
		if strings.Contains(text, word) {
			t.Errorf("%q shows in %q", word, text)
		}
	}
}

// hosts sends requests for a host to the fake that stands for it.
type hosts map[string]http.RoundTripper

func (h hosts) RoundTrip(r *http.Request) (*http.Response, error) { return h[r.URL.Host].RoundTrip(r) }

// to carries requests to a fake, whatever host they are for.
func to(s *fake.Server) http.RoundTripper {
	return roundTrip(func(r *http.Request) (*http.Response, error) {
		out := r.Clone(r.Context())
		out.URL.Scheme, out.URL.Host = "http", strings.TrimPrefix(s.URL, "http://")
		return http.DefaultTransport.RoundTrip(out)
	})
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func wantKind(t *testing.T, err error, want exchanges.Kind) {
	t.Helper()
	if got := exchanges.KindOf(err); got != want {
		t.Errorf("kind %q (%v), want %q", got, err, want)
	}
}

// fixed is a caller that gives one answer to everything that is accepted.
type fixed string

func (f fixed) Call(_ context.Context, call exchanges.Call) (exchanges.Response, error) {
	op, _ := protocol().Operation(call.Op)
	res := exchanges.Response{Status: 200, Header: http.Header{}, Body: []byte(f)}
	return res, judge(op, res)
}

func (fixed) Endpoint(string) string { return "http://127.0.0.1:1" }

func (f fixed) Hosts(role string) []exchanges.Host {
	return []exchanges.Host{{Role: role, URL: f.Endpoint(role)}}
}

func (fixed) Sleep(context.Context, time.Duration) error { return nil }
