// Package exchangetest is the contract suite that every adapter runs against
// its fake exchange, in ten lines of its own.
//
// It holds what every adapter promises: the facts come out as the exchange
// states them, unknown words are kept, no trouble on the way makes a key dead,
// errors hold nothing secret, and nothing undeclared leaves.
package exchangetest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"rekey/exchanges"
	"rekey/internal/fake"
	"rekey/internal/httpx"
)

// Canary is part of every secret in tests. Nothing that rekey prints may hold
// it.
const Canary = "CANARY"

// A Config is what an adapter tells the suite.
type Config struct {
	Exchange exchanges.Exchange
	// Start stages a fake. It is called anew for every case.
	Start func(t *testing.T, now func() time.Time) Stage
}

// A Stage is a running fake and the credentials that are known to it. A zero
// credential means that the exchange has no such case.
type Stage struct {
	Server *fake.Server
	// InspectPath is the path of the call that looks at the own key.
	InspectPath string
	// Region and Environment are those of rekey.yaml.
	Region, Environment string

	Alive exchanges.Credential
	Want  exchanges.Key // what Inspect says of Alive

	Dead      exchanges.Credential
	IPRefused exchanges.Credential
	// WrongSecret is Alive with another secret.
	WrongSecret exchanges.Credential
	// WrongSecretStatus is what a refused signature proves.
	WrongSecretStatus exchanges.Status
	WrongPassphrase   exchanges.Credential
	// Strange has a permission with a word that rekey does not know.
	Strange     exchanges.Credential
	StrangeWord string

	Master exchanges.Credential
	Listed []exchanges.Key // what ListKeys of Master yields
	// NotMaster may not list. ListRefusal is what it is told: KindNotMaster,
	// or another kind where the exchange has no words for it.
	NotMaster   exchanges.Credential
	ListRefusal exchanges.Kind

	// AskCode types codes of a second factor, where the exchange wants some.
	AskCode exchanges.AskCode

	// NeverDead says that this exchange's answers can never prove a death.
	NeverDead bool
	// Writes is set where keys can be made, changed and deleted by API.
	Writes *Writes
}

// A testCase is one promise of every adapter.
type testCase struct {
	name string
	f    func(*testing.T, Config)
}

// Run runs the suite.
func Run(t *testing.T, c Config) {
	t.Helper()
	cases := []testCase{
		{"inspect tells what the exchange states", inspectAlive},
		{"a dead key is dead, and nothing else is", inspectDead},
		{"a refused address is not a dead key", inspectIPRefused},
		{"a wrong secret is not a dead key", inspectWrongSecret},
		{"an unknown word is kept", inspectStrange},
		{"the list is whole", listWhole},
		{"a key that may not list says so", listRefused},
		{"trouble never makes a key dead", troubles},
		{"a clock that is off is corrected", clockOff},
		{"limits are obeyed by all keys", banShared},
		{"a redirect is not followed", redirect},
		{"an interrupted run sends nothing", interrupted},
		{"only declared operations leave", declared},
		{"the card says what the code does", cardEqualsCode},
		{"without a client nothing is judged", withoutClient},
		{"many keys at a time", concurrently},
		{"the process's own HTTP client is left alone", defaultsUntouched},
	}
	if newBench(t, c).Writes != nil {
		cases = append(cases, writeCases()...)
	}
	for _, sub := range cases {
		t.Run(sub.name, func(t *testing.T) { sub.f(t, c) })
	}
}

// A bench is one staged fake with a client.
type bench struct {
	Stage
	clock  *Clock
	client *httpx.Client
	config Config
}

// patience is enough for a busy machine: no answer comes too late by accident.
const patience = 10 * time.Second

func newBench(t *testing.T, c Config) *bench {
	t.Helper()
	clock := NewClock()
	stage := c.Start(t, clock.Now)
	t.Cleanup(stage.Server.Close)
	b := &bench{Stage: stage, clock: clock, config: c}
	b.client = b.newClient(t)
	return b
}

func (b *bench) newClient(t *testing.T) *httpx.Client {
	t.Helper()
	return b.clientFor(t, false, patience)
}

// newWriter makes a client that may change something.
func (b *bench) newWriter(t *testing.T) *httpx.Client {
	t.Helper()
	return b.clientFor(t, true, patience)
}

func (b *bench) clientFor(t *testing.T, writes bool, timeout time.Duration) *httpx.Client {
	t.Helper()
	client, err := httpx.New(httpx.Options{
		AllowWrites: writes,
		Exchange:    b.config.Exchange.Card.Name, Protocol: b.config.Exchange.Protocol, Region: b.Region,
		Environment: b.Environment,
		Endpoint:    b.Server.URL, Now: b.clock.Now, Sleep: b.clock.Sleep, Timeout: timeout, MaxBody: 1 << 20,
	})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func (b *bench) open(t *testing.T, c exchanges.Credential) exchanges.Adapter {
	t.Helper()
	a, err := b.config.Exchange.Open(c, exchanges.Env{
		Caller: b.client, Region: b.Region, Environment: b.Environment, AskCode: b.AskCode,
	})
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	return a
}

func (b *bench) inspect(t *testing.T, c exchanges.Credential) (exchanges.Key, error) {
	t.Helper()
	k, err := b.open(t, c).Inspect(t.Context())
	clean(t, err, k)
	return k, err
}

// clean fails the test when a secret shows in an error or a key, however it is
// printed.
func clean(t *testing.T, values ...any) {
	t.Helper()
	for _, v := range values {
		for _, form := range []string{"%v", "%+v", "%#v", "%s"} {
			text := fmt.Sprintf(form, v)
			if strings.Contains(text, Canary) {
				t.Errorf("a secret shows when %T is printed with %s", v, form)
			}
			if err, ok := v.(error); ok && strings.Contains(err.Error(), "127.0.0.1") {
				t.Errorf("an error holds an address: %v", err)
			}
		}
	}
}

// diff compares keys by value, unexported fields of the vocabulary included.
func diff(want, got any) string {
	return cmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.EquateComparable(netip.Prefix{}),
		cmp.Exporter(func(t reflect.Type) bool { return t.PkgPath() == "rekey/exchanges" }))
}

func wantKind(t *testing.T, err error, want ...exchanges.Kind) {
	t.Helper()
	if !slices.Contains(want, exchanges.KindOf(err)) {
		t.Errorf("got kind %q (%v), want one of %q", exchanges.KindOf(err), err, want)
	}
	var e *exchanges.Error
	if err != nil && !errors.As(err, &e) {
		t.Errorf("error is a %T, want *exchanges.Error", err)
	}
}

func collect(ctx context.Context, t *testing.T, a exchanges.Adapter) ([]exchanges.Key, []error) {
	t.Helper()
	lister, ok := a.(exchanges.Lister)
	if !ok {
		t.Fatal("the adapter is no Lister")
	}
	var keys []exchanges.Key
	var errs []error
	for k, err := range lister.ListKeys(ctx, exchanges.ListRequest{}) {
		if err != nil {
			clean(t, err)
			errs = append(errs, err)
			continue
		}
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b exchanges.Key) int { return strings.Compare(a.Ref.AccessKey, b.Ref.AccessKey) })
	return keys, errs
}

// isZero reports whether a stage has no such credential.
func isZero(c exchanges.Credential) bool { return c.AccessKey == "" }

var errNoRequest = errors.New("no request")

func requestsTo(s *fake.Server, path string) (int, error) {
	n := 0
	for _, r := range s.Requests() {
		if r.Path == path {
			n++
		}
	}
	if n == 0 {
		return 0, errNoRequest
	}
	return n, nil
}

// declaredBy reports whether a request is an operation of the protocol.
func declaredBy(p exchanges.Protocol, r fake.Request) bool {
	return slices.ContainsFunc(p.Operations, func(op exchanges.Operation) bool { return op.Matches(r.Method, r.Path) })
}

// snapshotDefaults remembers the process-wide HTTP settings that SDKs change.
func snapshotDefaults() string {
	tr, _ := http.DefaultTransport.(*http.Transport)
	tls := "none"
	if tr != nil && tr.TLSClientConfig != nil {
		tls = fmt.Sprint(tr.TLSClientConfig.InsecureSkipVerify)
	}
	return fmt.Sprint(
		http.DefaultClient.Timeout,
		http.DefaultClient.Transport,
		http.DefaultClient.CheckRedirect == nil,
		tls,
	)
}
