package survey_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"rekey/audit"
	"rekey/exchanges"
	"rekey/internal/location"
	"rekey/internal/survey"
)

// A world is the outside of one survey: exchanges that answer what the story
// says, and an environment that holds the credentials.
//
// Access keys of an exchange begin with its name, and its secrets with
// "sec-": that is how the stubs recognise a credential.
type world struct {
	t        *testing.T
	answers  map[string]answer                   // by access key
	lists    map[string][]any                    // by access key of the manager: exchanges.Key and error, in order
	accounts map[string][]exchanges.ListProgress // by access key of the manager
	env      func(exchanges.Exchange) (exchanges.Env, error)
	vendor   *stubVendor
	extra    []exchanges.Exchange
	options  survey.Options
	now      func() time.Time

	mu     sync.Mutex
	opened []string             // access keys that an adapter was made with
	listed []string             // access keys through which keys were listed, in order
	ended  map[string]time.Time // by access key: when the answer was there
}

type answer func(context.Context) (exchanges.Key, error)

func newWorld(t *testing.T) *world {
	t.Helper()
	return &world{
		t: t, answers: map[string]answer{}, lists: map[string][]any{}, accounts: map[string][]exchanges.ListProgress{},
		ended: map[string]time.Time{},
		env:   func(exchanges.Exchange) (exchanges.Env, error) { return exchanges.Env{}, nil }, now: time.Now,
	}
}

// declare puts a key into the inventory, its credential into the environment,
// and its answer to the exchange.
func (w *world) declare(name, exchange string, says answer, edits ...func(*survey.Entry)) string {
	w.t.Helper()
	accessKey := exchange + "-" + name + "-4k7Qz0"
	e := survey.Entry{Name: name, Exchange: exchange, Location: w.credential(name, accessKey, "sec-"+name+"-CANARY")}
	for _, edit := range edits {
		edit(&e)
	}
	w.options.Entries = append(w.options.Entries, e)
	w.answers[accessKey] = says
	return accessKey
}

// credential puts a credential into the environment and returns its location.
func (w *world) credential(name, accessKey, secret string) location.Location {
	w.t.Helper()
	prefix := strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
	w.options.Location.Environ = append(
		w.options.Location.Environ,
		prefix+"_API_KEY="+accessKey,
		prefix+"_API_SECRET="+secret,
	)
	return parsed(w.t, "env:"+prefix)
}

func parsed(t *testing.T, text string) location.Location {
	t.Helper()
	l, err := location.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// managedBy and the like edit an entry of the inventory.
func managedBy(manager string) func(*survey.Entry) {
	return func(e *survey.Entry) { e.Inventory.Manager = manager }
}

// registry is the stub exchanges: alpha and beta list keys, gamma only
// inspects, delta is a vendor.
func (w *world) registry() exchanges.Registry {
	exchange := func(name string, lists bool) exchanges.Exchange {
		return exchanges.Exchange{
			Card: exchanges.Card{
				Name: name,
				Kind: "exchange",
			}, Recognise: func(c exchanges.Credential) exchanges.Fit { return fit(name, c) },
			Open: func(c exchanges.Credential, _ exchanges.Env) (exchanges.Adapter, error) {
				w.mu.Lock()
				defer w.mu.Unlock()
				w.opened = append(w.opened, c.AccessKey)
				a := stubAdapter{w, name, c.AccessKey}
				if lists {
					return stubLister{a}, nil
				}
				return a, nil
			},
		}
	}
	entries := []exchanges.Exchange{exchange("alpha", true), exchange("beta", true), exchange("gamma", false)}
	if w.vendor != nil {
		entries = append(entries, exchanges.Exchange{
			Card:       exchanges.Card{Name: "delta", Kind: "vendor"},
			OpenVendor: func(exchanges.Credential, exchanges.Env) (exchanges.Vendor, error) { return w.vendor.open() },
		})
	}
	return exchanges.NewRegistry(append(entries, w.extra...)...)
}

// fit recognises the access keys of one exchange, and every secret.
func fit(exchange string, c exchanges.Credential) exchanges.Fit {
	f := exchanges.Fit{Problem: "it does not begin with " + exchange}
	if strings.HasPrefix(c.AccessKey, exchange+"-") {
		f = exchanges.Fit{AccessKey: exchanges.Distinct}
	}
	f.KeyIsSecret = c.AccessKey == "secret-"+exchange+"-4k7Qz0"
	if strings.HasPrefix(c.AccessKey, "some-") { // a form that several have
		f = exchanges.Fit{AccessKey: exchanges.Possible}
	}
	if strings.HasPrefix(c.Secret.Reveal(), "sec-") {
		f.Secret = exchanges.Distinct
	}
	return f
}

// run surveys the world. No part of the result may hold a secret.
func (w *world) run(ctx context.Context) survey.Result {
	w.t.Helper()
	o := w.options
	o.Registry, o.Env, o.Now = w.registry(), w.env, w.now
	r := survey.Run(ctx, o)
	if printed := fmt.Sprintf("%+v", r); strings.Contains(printed, "CANARY") {
		w.t.Errorf("the result holds a secret: %s", printed)
	}
	return r
}

type stubAdapter struct {
	w         *world
	exchange  string
	accessKey string
}

func (a stubAdapter) Card() exchanges.Card { return exchanges.Card{Name: a.exchange} }

func (a stubAdapter) Inspect(ctx context.Context) (exchanges.Key, error) {
	says, ok := a.w.answers[a.accessKey]
	if !ok {
		a.w.t.Errorf("%s was asked about %s, which the story knows nothing of", a.exchange, a.accessKey)
		return exchanges.Key{}, errors.New("no answer")
	}
	k, err := says(ctx)
	k.Ref.Exchange = a.exchange
	if k.Ref.AccessKey = a.accessKey; exchanges.KindOf(err) == exchanges.KindCredential &&
		strings.Contains(err.Error(), "interchanged") {
		k.Ref.AccessKey = ""
	}
	a.w.mu.Lock()
	defer a.w.mu.Unlock()
	a.w.ended[a.accessKey] = a.w.now()
	return k, err
}

type stubLister struct{ stubAdapter }

func (a stubLister) ListKeys(_ context.Context, req exchanges.ListRequest) iter.Seq2[exchanges.Key, error] {
	return func(yield func(exchanges.Key, error) bool) {
		a.w.mu.Lock()
		a.w.listed = append(a.w.listed, a.accessKey)
		items, told := a.w.lists[a.accessKey], a.w.accounts[a.accessKey]
		a.w.mu.Unlock()
		for _, p := range told {
			req.Progress(p)
		}
		if items == nil {
			yield(exchanges.Key{}, notMaster(a.exchange))
			return
		}
		for _, item := range items {
			k, _ := item.(exchanges.Key)
			err, _ := item.(error)
			if err == nil {
				k.Ref.Exchange = a.exchange
			}
			if !yield(k, err) {
				return
			}
		}
	}
}

func notMaster(exchange string) error {
	return &exchanges.Error{
		Exchange: exchange,
		Op:       "sub-accounts",
		Kind:     exchanges.KindNotMaster,
		Detail:   "does not let this key list sub-accounts",
	}
}

// alive is the answer of a key that works, with edits.
func alive(edits ...func(*exchanges.Key)) answer {
	return func(context.Context) (exchanges.Key, error) { return living(edits...), nil }
}

func living(edits ...func(*exchanges.Key)) exchanges.Key {
	k := exchanges.Key{
		Status: exchanges.StatusAlive,
		Ref:    exchanges.KeyRef{Account: exchanges.Account{Kind: exchanges.AccountUnknown}},
	}
	for _, edit := range edits {
		edit(&k)
	}
	return k
}

// inList is a key as a manager lists it.
func inList(accessKey string, edits ...func(*exchanges.Key)) exchanges.Key {
	k := living(edits...)
	k.Ref.AccessKey = accessKey
	return k
}

// refused is the answer of a key that could not be looked at.
func refused(status exchanges.Status, kind exchanges.Kind) answer {
	return func(context.Context) (exchanges.Key, error) {
		return exchanges.Key{Status: status}, &exchanges.Error{Exchange: "alpha", Op: "inspect", Kind: kind}
	}
}

func master(id string) func(*exchanges.Key) {
	return func(k *exchanges.Key) { k.Ref.Account = exchanges.Account{ID: id, Kind: exchanges.AccountMaster} }
}

func sub(name string) func(*exchanges.Key) {
	return func(k *exchanges.Key) { k.Ref.Account = exchanges.Account{Name: name, Kind: exchanges.AccountSub} }
}

func may(powers ...exchanges.Permission) func(*exchanges.Key) {
	return func(k *exchanges.Key) { k.Permissions = exchanges.Permissions{}.Grant(powers...).DenyRest() }
}

// subject returns the one subject of that name.
func subject(t *testing.T, r survey.Result, name string) audit.Subject {
	t.Helper()
	var out []audit.Subject
	for _, s := range r.Subjects {
		if s.DisplayName() == name {
			out = append(out, s)
		}
	}
	if len(out) != 1 {
		t.Fatalf("%d subjects are called %q, want one; there are %q", len(out), name, names(r))
	}
	return out[0]
}

// names returns the display names of all subjects, sorted.
func names(r survey.Result) []string {
	out := []string{}
	for _, s := range r.Subjects {
		out = append(out, s.DisplayName())
	}
	slices.Sort(out)
	return out
}

// gaps returns "KEY: KIND" of all gaps, sorted.
func gaps(r survey.Result) []string {
	out := []string{}
	for _, g := range r.Gaps {
		out = append(out, g.Key+": "+string(g.Kind))
	}
	slices.Sort(out)
	return out
}

// says is the answer of a key of which the exchange says this and no more.
func says(status exchanges.Status) answer {
	return func(context.Context) (exchanges.Key, error) { return exchanges.Key{Status: status}, nil }
}
