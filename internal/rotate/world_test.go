package rotate

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/internal/journal"
)

// A world is an exchange, a journal, a vault and some places, in memory. Every
// effect of a run goes through effect, which can end the process there.
type world struct {
	t       *testing.T
	records []journal.Record
	vault   map[string]Entry
	places  []*place
	keys    map[string]*simKey // by access key
	made    int
	markers int
	chosen  int
	clock   time.Duration

	effects  int
	crashAt  int // the effect at which the process dies, 0 for never
	after    bool
	trouble  trouble
	replace  bool // the old key may die before the new one is deployed
	reloaded []string
	human    human
	told     map[string]bool // access keys that rekey has kept once
}

// trouble is what goes wrong in a world, so many times each.
type trouble struct {
	issueLost, revokeLost, editLost, listFails, vaultFull, placeFails, deadOnArrival, wider, oldGone, undetermined, late int

	// Of a person, see human.
	nobody, lies, typos, givesOld, wrongSecret int
	mute                                       bool // the exchange has no word for a key that is gone
}

type simKey struct {
	credential exchanges.Credential
	label      string
	passphrase exchanges.Secret
	alive      bool
	wide       bool
	narrowed   bool
	bornAt     time.Duration // works from then on
}

type place struct {
	name  string
	holds exchanges.Credential
}

type crash struct{}

// A kind of run in the tests.
type kind struct {
	journal     journal.Kind
	compromised bool
	byHand      bool
}

var (
	rotateKind  = kind{journal: journal.Rotate}
	replaceKind = kind{journal: journal.Rotate, compromised: true}
	revokeKind  = kind{journal: journal.Revoke}
	containKind = kind{journal: journal.Contain}

	rotateByHand  = kind{journal: journal.Rotate, byHand: true}
	replaceByHand = kind{journal: journal.Rotate, compromised: true, byHand: true}
	revokeByHand  = kind{journal: journal.Revoke, byHand: true}
)

// keepsOld reports whether a run of the kind never leaves a place without a
// working credential.
func (k kind) keepsOld() bool {
	return k.journal == journal.Contain || k.journal == journal.Rotate && !k.compromised
}

const account = "grid@desk.example"

func credential(n int) exchanges.Credential {
	return exchanges.Credential{AccessKey: fmt.Sprintf("ACCESSKEY%07d", n), Secret: exchanges.NewSecret(fmt.Sprintf("CANARY%d", n))}
}

func newWorld(t *testing.T, tr trouble, places int) *world {
	t.Helper()
	w := &world{t: t, vault: map[string]Entry{}, told: map[string]bool{}, keys: map[string]*simKey{}, trouble: tr}
	w.human = human{w: w}
	old := credential(0)
	old.Passphrase = exchanges.NewSecret("CANARYold")
	w.keys[old.AccessKey] = &simKey{credential: old, label: "old", passphrase: old.Passphrase, alive: tr.oldGone == 0}
	for i := range places {
		w.places = append(w.places, &place{name: fmt.Sprintf("place %d", i+1), holds: old})
	}
	return w
}

// take uses up one piece of trouble.
func take(n *int) bool {
	if *n > 0 {
		*n--
		return true
	}
	return false
}

// effect counts, dies where it is told to, and checks what must be true at
// every moment.
func (w *world) effect(do func() error) error {
	w.effects++
	if w.effects == w.crashAt && !w.after {
		panic(crash{})
	}
	err := do()
	w.always()
	if w.effects == w.crashAt && w.after {
		panic(crash{})
	}
	return err
}

// always is true at every moment: a place never holds a dead credential,
// unless the user asked for the old key to be killed first.
func (w *world) always() {
	if w.replace || w.trouble.oldGone > 0 {
		return
	}
	for _, p := range w.places {
		if k := w.keys[p.holds.AccessKey]; k == nil || !k.alive {
			w.t.Fatalf("%s holds a credential that does not work", p.name)
		}
	}
}

func (w *world) Append(r journal.Record) error {
	return w.effect(func() error {
		w.records = append(w.records, r)
		return nil
	})
}

func (w *world) Records() iter.Seq[journal.Record] { return slices.Values(slices.Clone(w.records)) }

func (w *world) Put(_ context.Context, slot string, e Entry) error {
	return w.effect(func() error {
		if e.Marker != "" && take(&w.trouble.vaultFull) {
			return errors.New("no space left on device")
		}
		w.vault[slot], w.told[e.Credential.AccessKey] = e, true
		return nil
	})
}

func (w *world) Get(_ context.Context, slot string) (Entry, bool, error) {
	e, ok := w.vault[slot]
	return e, ok, nil
}

func (w *world) Forget(_ context.Context, slots ...string) error {
	return w.effect(func() error {
		for _, slot := range slots {
			delete(w.vault, slot)
		}
		return nil
	})
}

func (w *world) ListKeys(context.Context, exchanges.ListRequest) iter.Seq2[exchanges.Key, error] {
	return func(yield func(exchanges.Key, error) bool) {
		if take(&w.trouble.listFails) {
			yield(exchanges.Key{}, &exchanges.Error{Exchange: "sim", Kind: exchanges.KindNetwork})
			return
		}
		for _, access := range slices.Sorted(maps.Keys(w.keys)) {
			k := w.keys[access]
			if k.alive && !yield(exchanges.Key{Ref: exchanges.KeyRef{AccessKey: access}, Label: k.label, Permissions: k.permissions(), Whitelist: known()}, nil) {
				return
			}
		}
	}
}

func (w *world) IssueKey(_ context.Context, req exchanges.IssueRequest) (issued exchanges.Issued, err error) {
	err = w.effect(func() error {
		w.made++
		c := credential(w.made)
		c.Passphrase = req.Passphrase
		k := &simKey{credential: c, label: req.Label, passphrase: req.Passphrase, alive: true, wide: take(&w.trouble.wider)}
		if take(&w.trouble.deadOnArrival) {
			k.alive = false
		}
		if take(&w.trouble.late) {
			k.bornAt = w.clock + 20*time.Second
		}
		w.keys[c.AccessKey] = k
		issued = exchanges.Issued{Credential: c}
		if take(&w.trouble.issueLost) {
			return &exchanges.Error{Exchange: "sim", Kind: exchanges.KindUncertain}
		}
		return nil
	})
	return issued, err
}

func (w *world) RevokeKey(_ context.Context, req exchanges.RevokeRequest) error {
	return w.effect(func() error {
		if k := w.keys[req.Ref.AccessKey]; k != nil && k.alive {
			if !k.passphrase.Equal(req.Passphrase) { // as KuCoin does
				return &exchanges.Error{Exchange: "sim", Kind: exchanges.KindBadPassphrase}
			}
			k.alive = false
		}
		if take(&w.trouble.revokeLost) {
			return &exchanges.Error{Exchange: "sim", Kind: exchanges.KindUncertain}
		}
		return nil
	})
}

// An asker asks about one key.
type asker struct {
	w *world
	c exchanges.Credential
}

func (a asker) Card() exchanges.Card { return exchanges.Card{} }

func (a asker) Inspect(context.Context) (exchanges.Key, error) {
	k := a.w.keys[a.c.AccessKey]
	if k != nil && k.alive && !k.credential.Secret.Equal(a.c.Secret) { // as Binance: the key is known, the signature is wrong
		return exchanges.Key{Status: exchanges.StatusAlive}, &exchanges.Error{Exchange: "sim", Kind: exchanges.KindBadSignature}
	}
	out := exchanges.Key{Ref: exchanges.KeyRef{AccessKey: a.c.AccessKey}, Status: exchanges.StatusDead}
	if k == nil || !k.alive {
		if a.w.trouble.mute {
			out.Status = exchanges.StatusUndetermined
			return out, &exchanges.Error{Exchange: "sim", Kind: exchanges.KindUndetermined, Status: 401}
		}
		return out, nil
	}
	if take(&a.w.trouble.undetermined) || a.w.clock < k.bornAt {
		out.Status = exchanges.StatusUndetermined
		return out, &exchanges.Error{Exchange: "sim", Kind: exchanges.KindUndetermined}
	}
	out.Status = exchanges.StatusAlive
	out.Permissions, out.Whitelist = k.permissions(), known()
	return out, nil
}

func known() exchanges.IPWhitelist { return exchanges.ParseWhitelist([]string{"203.0.113.7"}) }

func (k *simKey) permissions() exchanges.Permissions {
	p := exchanges.Permissions{}.Grant(exchanges.Read)
	if !k.narrowed {
		p = p.Grant(exchanges.Spot)
	}
	if k.wide {
		p = p.Grant(exchanges.Withdraw)
	}
	return p.DenyRest()
}

// EditKey narrows, as it is told.
func (w *world) EditKey(_ context.Context, req exchanges.EditRequest) (exchanges.Key, error) {
	err := w.effect(func() error {
		if len(req.Permissions) > 0 {
			w.t.Errorf("a key is to be narrowed to %v", req.Permissions)
		}
		if k := w.keys[req.Ref.AccessKey]; k != nil {
			k.narrowed, k.wide = true, false
		}
		if take(&w.trouble.editLost) {
			return &exchanges.Error{Exchange: "sim", Kind: exchanges.KindUncertain}
		}
		return nil
	})
	return exchanges.Key{}, err
}

func (p *place) in(w *world) Place { return worldPlace{w, p} }

type worldPlace struct {
	w *world
	p *place
}

func (p worldPlace) Name() string { return p.p.name }

func (p worldPlace) Write(_ context.Context, c, instead exchanges.Credential) error {
	if p.p.holds.AccessKey == c.AccessKey {
		return nil
	}
	if p.p.holds.AccessKey != instead.AccessKey {
		return errors.New("somebody else changed it")
	}
	return p.w.effect(func() error {
		if take(&p.w.trouble.placeFails) {
			return errors.New("permission denied")
		}
		p.p.holds = c
		return nil
	})
}

func (w *world) job(kind kind) Job {
	j := Job{
		ID: "run-1", Kind: kind.journal, Compromised: kind.compromised, Key: "grid-bot", Exchange: "sim", Account: exchanges.Account{Name: account, Kind: exchanges.AccountSub},
		Old: w.keys[credential(0).AccessKey].credential, Manager: w, Settle: time.Minute,
		Open: func(c exchanges.Credential) (exchanges.Adapter, error) { return asker{w, c}, nil },
		Want: Want{Permissions: []exchanges.Permission{exchanges.Read, exchanges.Spot}, Whitelist: []string{"203.0.113.7"}, Passphrase: w.choose},
	}
	if kind.byHand {
		j.Manager, j.Person = nil, &w.human
	}
	if kind.journal == journal.Contain {
		j.Want = Want{}
	}
	if len(w.records) > 0 { // a later life knows the old key from the vault alone
		j.Old = exchanges.Credential{}
	}
	for _, p := range w.places {
		j.Places = append(j.Places, p.in(w))
	}
	if len(w.places) > 0 {
		j.Reload = func(context.Context, ...exchanges.Credential) error {
			return w.effect(func() error { w.reloaded = append(w.reloaded, w.places[0].holds.AccessKey); return nil })
		}
	}
	return j
}

// choose never chooses the same passphrase twice.
func (w *world) choose() exchanges.Secret {
	w.chosen++
	return exchanges.NewSecret(fmt.Sprintf("CANARYphrase%d", w.chosen))
}

func (w *world) engine() *Engine {
	return &Engine{
		Journal: w, Vault: w,
		Sleep:  func(ctx context.Context, d time.Duration) error { w.clock += d; return ctx.Err() },
		Marker: func() string { w.markers++; return fmt.Sprintf("rk%06d", w.markers) },
	}
}

// live runs one process: it may die at an effect.
func (w *world) live(act func(*Engine) (Outcome, error)) (out Outcome, err error, died bool) {
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(crash); !ok {
				panic(r)
			}
			died = true
		}
	}()
	out, err = act(w.engine())
	return out, err, false
}
