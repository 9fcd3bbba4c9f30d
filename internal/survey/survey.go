// Package survey looks at every key: it reads the credentials, asks the
// exchanges what each key may do, lists the keys of sub-accounts through their
// managers, and asks the vendors what they hold.
//
// It judges nothing. What it saw goes to package audit; what it could not see
// becomes a gap, and never stops the rest.
package survey

import (
	"context"
	"net/netip"
	"slices"
	"sync"
	"time"

	"rekey/audit"
	"rekey/exchanges"
	"rekey/internal/location"
	"rekey/internal/parallel"
)

// An Entry is one key of the inventory.
type Entry struct {
	Name      string
	Exchange  string
	Location  location.Location
	Copies    []location.Location
	Inventory audit.Inventory
}

// A VendorEntry is a vendor account to ask.
type VendorEntry struct {
	Name     string // of the registry
	Location location.Location
}

// Options say what to look at and with what.
type Options struct {
	Registry exchanges.Registry
	Entries  []Entry
	Vendors  []VendorEntry
	// Only, when not empty, names the keys to look at. Their managers are asked
	// about them; vendors, and keys that are not in the inventory, are left
	// out.
	Only []string
	// Env makes what an adapter may touch. All keys of an exchange share the
	// first result.
	Env      func(exchange exchanges.Exchange) (exchanges.Env, error)
	Location location.Env
	Now      func() time.Time
	// Progress is called as keys are looked at: from any goroutine, one call at
	// a time, counts never going back.
	Progress func(audit.Progress)
	// Workers is how many keys of one exchange are inspected at a time.
	Workers int
}

// A Result is what was seen.
type Result struct {
	Subjects []audit.Subject
	Gaps     []audit.Gap
	Vendors  []audit.VendorReport
	// Managers says of every declared manager, and of every other key that was
	// asked for a list, how it stands and what it lists, by its name.
	Managers map[string]Manager
	// Ranges are the addresses that vendors publish for their servers.
	Ranges  map[string][]netip.Prefix
	Remarks []string // sentences for a person, about credentials and locations
	// Interrupted says that the context ended before everything was seen.
	Interrupted bool
}

// workers is the default of Options.Workers: enough to keep a limit of an
// exchange busy across an ocean, few enough not to look like an attack.
const workers = 16

// Run looks at everything. It returns what was seen also when ctx ends early.
func Run(ctx context.Context, o Options) Result {
	if o.Workers == 0 {
		o.Workers = workers
	}
	o.Entries = o.needed()
	o.Location = o.Location.Once() // thousands of keys may lie in one file
	s := &survey{Options: o, tally: newTally(o), envs: map[string]exchanges.Env{}, failed: map[string]error{}}
	keys := s.readCredentials(ctx)
	groups := byExchange(keys)
	parallel.Each(ctx, len(groups), groups, s.lookAt)
	s.merge(keys)
	if len(o.Only) == 0 {
		s.askVendors(ctx, keys)
	}
	s.result.Interrupted = ctx.Err() != nil
	return s.result
}

// needed returns the entries to look at: all, or those named and their
// managers.
func (o Options) needed() []Entry {
	if len(o.Only) == 0 {
		return o.Entries
	}
	wanted := slices.Clone(o.Only)
	for _, e := range o.Entries {
		if slices.Contains(o.Only, e.Name) && e.Inventory.Manager != "" {
			wanted = append(wanted, e.Inventory.Manager)
		}
	}
	return slices.DeleteFunc(slices.Clone(o.Entries), func(e Entry) bool { return !slices.Contains(wanted, e.Name) })
}

// reported says whether a key of the inventory is part of the result.
func (o Options) reported(name string) bool {
	return len(o.Only) == 0 || slices.Contains(o.Only, name)
}

// A survey is one run.
type survey struct {
	Options
	tally *tally

	mu     sync.Mutex
	result Result
	listed []exchanges.Key // by managers
	envs   map[string]exchanges.Env
	failed map[string]error
}

// A key is one entry on its way through the survey.
type key struct {
	entry      Entry
	credential exchanges.Credential
	adapter    exchanges.Adapter
	seen       exchanges.Key
	err        error  // why facts are missing, nil when nothing is
	asked      bool   // the key itself answered
	skip       bool   // the credential could not be read or must not be sent
	unusual    bool   // the access key has not the form of the exchange's
	list       string // audit.Subject.ManagerList
	locations  []audit.Location
}

func byExchange(keys []*key) [][]*key {
	var names []string
	groups := map[string][]*key{}
	for _, k := range keys {
		if _, ok := groups[k.entry.Exchange]; !ok {
			names = append(names, k.entry.Exchange)
		}
		groups[k.entry.Exchange] = append(groups[k.entry.Exchange], k)
	}
	var out [][]*key
	for _, n := range names {
		out = append(out, groups[n])
	}
	return out
}

// lookAt inspects the keys of one exchange, then lists through those that may.
func (s *survey) lookAt(ctx context.Context, keys []*key) {
	parallel.Each(ctx, s.Workers, keys, s.inspect)
	s.list(ctx, keys)
}

// env returns what the adapters of an exchange may touch, made once.
func (s *survey) env(x exchanges.Exchange) (exchanges.Env, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	name := x.Card.Name
	if err, ok := s.failed[name]; ok {
		return exchanges.Env{}, err
	}
	if e, ok := s.envs[name]; ok {
		return e, nil
	}
	e, err := s.Env(x)
	if err != nil {
		s.failed[name] = err
		return e, err
	}
	s.envs[name] = e
	return e, nil
}

func (s *survey) inspect(ctx context.Context, k *key) {
	defer s.tally.inspected(k.entry.Exchange)
	if k.skip {
		s.declaredManager(k, k.err)
		return
	}
	k.seen = blank(k)
	x, ok := s.Registry.Lookup(k.entry.Exchange)
	if !ok || x.Open == nil {
		k.err = &exchanges.Error{
			Exchange: k.entry.Exchange, Kind: exchanges.KindOther,
			Detail: "rekey has no adapter for it yet; nothing was sent",
		}
		return
	}
	env, err := s.env(x)
	if err == nil {
		k.adapter, err = x.Open(k.credential, env)
	}
	if err != nil {
		k.err = err
		s.declaredManager(k, err)
		return
	}
	k.seen, k.err = k.adapter.Inspect(ctx)
	k.asked = k.err == nil && k.seen.Status == exchanges.StatusAlive
	s.hideSecret(k)
	s.declaredManager(k, k.err)
}

// hideSecret takes the access key off a key of which nobody could prove that it
// is one: what has an unusual form, or what the exchange knows the other way
// round, may be a secret. No part of it is shown, and it is asked nobody else.
func (s *survey) hideSecret(k *key) {
	interchanged := k.seen.Ref.AccessKey == ""
	if interchanged || k.unusual && k.seen.Status == exchanges.StatusUndetermined {
		k.credential.AccessKey, k.seen.Ref.AccessKey = "", ""
		k.skip = true
	}
}

// blank is a key of which nothing is known yet.
func blank(k *key) exchanges.Key {
	return exchanges.Key{
		Ref: exchanges.KeyRef{
			Exchange: k.entry.Exchange, AccessKey: k.credential.AccessKey,
			Account: exchanges.Account{Kind: exchanges.AccountUnknown},
		},
		Status: exchanges.StatusUndetermined,
	}
}

func (s *survey) gap(key string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.result.Gaps = append(s.result.Gaps, audit.Gap{Key: key, Kind: exchanges.KindOf(err).Gap(), Detail: err.Error()})
}

func (s *survey) remark(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.Contains(s.result.Remarks, text) {
		s.result.Remarks = append(s.result.Remarks, text)
	}
}
