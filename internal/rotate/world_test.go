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
	failAt   int          // the effect that fails with an error, 0 for none
	settling func() error // in place of the wait for the bot
	gets     int
	getFails int // the reading of the vault that fails, 0 for none
	crashAt  int // the effect at which the process dies, 0 for never
	after    bool
	trouble  trouble
	replace  bool // the old key may die before the new one is deployed
	reloaded []string
	human    human
	told     map[string]bool // access keys that rekey has kept once

	lists    int             // readings of the list in all lives
	happened int             // effects in all lives
	managed  int             // calls of the manager's key in all lives
	strange  map[string]bool // access keys that are no work of rekey's
}

// trouble is what goes wrong in a world, so many times each.
type trouble struct {
	issueLost, revokeLost, editLost, listFails, vaultFull, placeFails int
	deadOnArrival, wider, oldGone, undetermined, late                 int

	issueRefused int           // the exchange says no to making a key
	narrower     int           // a new key lacks a permission
	silent       int           // the exchange says nothing of what new keys may do
	listFailsAt  int           // the reading of a list that fails
	listLag      time.Duration // how long a list is behind
	landsAfter   time.Duration // how long after its lost answer a key comes into being
	revokeLies   int           // the exchange says that it destroyed a key, and did not
	ghosts       bool          // its list goes on naming keys that are gone
	vagueDeath   bool          // what is asked of a key that is gone has no clear answer
	offlineAfter bool          // the network fails once the old key is gone
	managerDies  int           // after so many calls
	intruder     int           // at this effect somebody makes a key
	copiesLabel  bool          // the intruder gives it the label of the newest key
	edits        int           // at this effect somebody writes another credential into the first place
	reverts      int           // how often somebody puts the old credential back while the bot settles
	namesOld     bool          // the old key carries the label of the first create

	// Of a person, see human.
	nobody, later, lies, typos, givesOld, wrongSecret int
	mute                                              bool // the exchange has no word for a key that is gone
}

type simKey struct {
	credential exchanges.Credential
	label      string
	passphrase exchanges.Secret
	alive      bool
	wide       bool
	narrowed   bool
	narrower   bool
	silent     bool
	bornAt     time.Duration // works from then on
	listedAt   time.Duration // is in lists from then on
	unlistedAt time.Duration // and until then, once it is gone
}

type place struct {
	name  string
	holds exchanges.Credential
}

type crash struct{}

var errDisk = errors.New("input/output error")

// A kind of run in the tests.
type kind struct {
	journal     journal.Kind
	compromised bool
	byHand      bool
	self        bool // the key destroys or narrows itself
}

var (
	rotateKind  = kind{journal: journal.Rotate}
	replaceKind = kind{journal: journal.Rotate, compromised: true}
	revokeKind  = kind{journal: journal.Revoke}
	containKind = kind{journal: journal.Contain}

	revokeSelf  = kind{journal: journal.Revoke, self: true}
	containSelf = kind{journal: journal.Contain, self: true}

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
	return exchanges.Credential{
		AccessKey: fmt.Sprintf("ACCESSKEY%07d", n),
		Secret:    exchanges.NewSecret(fmt.Sprintf("CANARY%d", n)),
	}
}

func newWorld(t *testing.T, tr trouble, places int) *world {
	t.Helper()
	w := &world{
		t: t, vault: map[string]Entry{}, told: map[string]bool{}, keys: map[string]*simKey{}, trouble: tr,
		strange: map[string]bool{},
	}
	w.human = human{w: w}
	old := credential(0)
	old.Passphrase = exchanges.NewSecret("CANARYold")
	label := "old"
	if tr.namesOld {
		label = "rk000001"
	}
	w.keys[old.AccessKey] = &simKey{credential: old, label: label, passphrase: old.Passphrase, alive: tr.oldGone == 0}
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
	if w.effects == w.failAt && !w.after {
		return errDisk
	}
	err := do()
	if w.effects == w.failAt && w.after {
		err = errDisk
	}
	w.happened++
	w.others()
	w.always()
	if w.effects == w.crashAt && w.after {
		panic(crash{})
	}
	return err
}

// others are people and programs beside rekey.
func (w *world) others() {
	if w.trouble.intruder == w.happened {
		c := exchanges.Credential{AccessKey: "INTRUDERKEY0001", Secret: exchanges.NewSecret("CANARYintruder")}
		label := "grid2"
		if w.trouble.copiesLabel && w.markers > 0 {
			label = fmt.Sprintf("rk%06d", w.markers)
		}
		w.keys[c.AccessKey] = &simKey{credential: c, label: label, alive: true}
		w.strange[c.AccessKey] = true
	}
	if w.trouble.edits == w.happened && len(w.places) > 0 {
		w.places[0].holds = exchanges.Credential{AccessKey: "FOREIGNKEY00001", Secret: exchanges.NewSecret("CANARYforeign")}
		w.keys["FOREIGNKEY00001"] = &simKey{credential: w.places[0].holds, label: "mine", alive: true}
		w.strange["FOREIGNKEY00001"] = true
	}
}

// manager counts a call of the manager's key, which may be dead by now.
func (w *world) manager() error {
	if w.managed++; w.trouble.managerDies > 0 && w.managed > w.trouble.managerDies {
		return &exchanges.Error{Exchange: "sim", Kind: exchanges.KindNoSuchKey, Code: "-2008", Status: 401}
	}
	return nil
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

// AppendAll dies between any two records: it promises less than the journal
// does.
func (w *world) AppendAll(records ...journal.Record) error {
	for _, r := range records {
		if err := w.append(r); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) append(r journal.Record) error {
	return w.effect(func() error {
		r.Seq, r.At = uint64(len(w.records))+1, w.now()
		w.records = append(w.records, r)
		return nil
	})
}

// now is the clock of the journal.
func (w *world) now() time.Time { return time.Date(2026, 11, 30, 7, 0, 0, 0, time.UTC).Add(w.clock) }

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
	if w.gets++; w.gets == w.getFails {
		return Entry{}, false, errDisk
	}
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
		if w.lists++; w.lists == w.trouble.listFailsAt || take(&w.trouble.listFails) {
			yield(exchanges.Key{}, &exchanges.Error{Exchange: "sim", Kind: exchanges.KindNetwork})
			return
		}
		if err := w.manager(); err != nil {
			yield(exchanges.Key{}, err)
			return
		}
		for _, access := range slices.Sorted(maps.Keys(w.keys)) {
			k := w.keys[access]
			if !k.listed(w) {
				continue
			}
			row := exchanges.Key{
				Ref: exchanges.KeyRef{AccessKey: access}, Label: k.label, Permissions: k.permissions(), Whitelist: k.whitelist(),
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

// listed reports whether the exchange's list names the key now.
func (k *simKey) listed(w *world) bool {
	if !k.alive {
		return w.trouble.ghosts || w.clock < k.unlistedAt
	}
	return w.clock >= k.listedAt && w.clock >= k.bornAt
}

func (w *world) IssueKey(ctx context.Context, req exchanges.IssueRequest) (issued exchanges.Issued, err error) {
	err = w.effect(func() error {
		if err := w.manager(); err != nil {
			return err
		}
		if take(&w.trouble.issueRefused) {
			exchanges.NoteCall(
				ctx,
				exchanges.AnsweredCall{Op: "issue", Status: 400, Code: "-4000", Kind: exchanges.KindRejected},
			)
			return &exchanges.Error{Exchange: "sim", Kind: exchanges.KindRejected, Code: "-4000", Status: 400}
		}
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
		k.narrower, k.silent = take(&w.trouble.narrower), take(&w.trouble.silent)
		k.listedAt = w.clock + w.trouble.listLag
		w.keys[c.AccessKey] = k
		exchanges.NoteCall(ctx, exchanges.AnsweredCall{Op: "issue", Status: 200})
		issued = exchanges.Issued{Credential: c}
		if take(&w.trouble.issueLost) {
			k.bornAt += w.clock + w.trouble.landsAfter
			return &exchanges.Error{Exchange: "sim", Kind: exchanges.KindUncertain}
		}
		return nil
	})
	return issued, err
}

func (w *world) RevokeKey(ctx context.Context, req exchanges.RevokeRequest) error {
	return w.effect(func() error {
		if err := w.manager(); err != nil {
			return err
		}
		exchanges.NoteCall(ctx, exchanges.AnsweredCall{Op: "revoke", Status: 200})
		if take(&w.trouble.revokeLies) {
			return nil
		}
		if k := w.keys[req.Ref.AccessKey]; k != nil && k.alive {
			if w.strange[req.Ref.AccessKey] && !w.marked(k.label) {
				w.t.Errorf("key %s, which is no work of rekey's, is destroyed", req.Ref.AccessKey)
			}
			if !k.passphrase.Equal(req.Passphrase) { // as KuCoin does
				return &exchanges.Error{Exchange: "sim", Kind: exchanges.KindBadPassphrase}
			}
			k.alive, k.unlistedAt = false, w.clock+w.trouble.listLag
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

func (a asker) Inspect(ctx context.Context) (exchanges.Key, error) {
	k, err := a.look()
	call := exchanges.AnsweredCall{Op: "inspect", Effect: exchanges.ReadOnly, Status: 200}
	if k.Status == exchanges.StatusDead {
		call.Status, call.Code, call.Kind = 401, "-2008", exchanges.KindNoSuchKey
	}
	exchanges.NoteCall(ctx, call)
	return k, err
}

func (a asker) look() (exchanges.Key, error) {
	k := a.w.keys[a.c.AccessKey]
	if k != nil && k.alive &&
		!k.credential.Secret.Equal(a.c.Secret) { // as Binance: the key is known, the signature is wrong
		known := exchanges.Key{Status: exchanges.StatusAlive}
		return known, &exchanges.Error{Exchange: "sim", Kind: exchanges.KindBadSignature}
	}
	out := exchanges.Key{Ref: exchanges.KeyRef{AccessKey: a.c.AccessKey}, Status: exchanges.StatusDead}
	if k == nil || !k.alive {
		if a.w.trouble.offlineAfter {
			out.Status = exchanges.StatusUndetermined
			return out, &exchanges.Error{Exchange: "sim", Kind: exchanges.KindNetwork}
		}
		if a.w.trouble.mute || a.w.trouble.vagueDeath {
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
	out.Permissions, out.Whitelist = k.permissions(), k.whitelist()
	return out, nil
}

func known() exchanges.IPWhitelist { return exchanges.ParseWhitelist([]string{"203.0.113.7"}) }

func (k *simKey) whitelist() exchanges.IPWhitelist {
	if k.silent {
		return exchanges.IPWhitelist{}
	}
	return known()
}

func (k *simKey) permissions() exchanges.Permissions {
	if k.silent {
		return exchanges.Permissions{}
	}
	p := exchanges.Permissions{}.Grant(exchanges.Read)
	if !k.narrowed && !k.narrower {
		p = p.Grant(exchanges.Spot)
	}
	if k.wide {
		p = p.Grant(exchanges.Withdraw)
	}
	return p.DenyRest()
}

// EditKey narrows, as it is told.
func (w *world) EditKey(ctx context.Context, req exchanges.EditRequest) (exchanges.Key, error) {
	err := w.effect(func() error {
		if err := w.manager(); err != nil {
			return err
		}
		exchanges.NoteCall(ctx, exchanges.AnsweredCall{Op: "edit", Status: 200})
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

func (p worldPlace) Holds(_ context.Context, c exchanges.Credential) (bool, error) {
	return p.p.holds.AccessKey == c.AccessKey, nil
}

func (p worldPlace) Write(_ context.Context, c, instead exchanges.Credential) ([]WrittenFile, error) {
	before := journal.DigestOf([]byte(p.p.holds.AccessKey))
	if p.p.holds.AccessKey != c.AccessKey {
		if p.p.holds.AccessKey != instead.AccessKey {
			return nil, errors.New("somebody else changed it")
		}
		err := p.w.effect(func() error {
			if take(&p.w.trouble.placeFails) {
				return errors.New("permission denied")
			}
			p.p.holds = c
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return []WrittenFile{{Location: p.p.name, Before: before, After: journal.DigestOf([]byte(c.AccessKey))}}, nil
}

func (w *world) job(kind kind) Job {
	j := Job{
		ID: "run-1", Address: "203.0.113.9", ManagerName: "master", Kind: kind.journal, Compromised: kind.compromised,
		Key: "grid-bot", Exchange: "sim", Account: exchanges.Account{Name: account, Kind: exchanges.AccountSub},
		Old: w.keys[credential(0).AccessKey].credential, Manager: w, Settle: time.Minute,
		Open: func(c exchanges.Credential) (exchanges.Adapter, error) { return asker{w, c}, nil },
		Want: Want{
			Permissions: []exchanges.Permission{exchanges.Read, exchanges.Spot},
			Whitelist:   []string{"203.0.113.7"},
			Passphrase:  w.choose,
		},
	}
	if kind.byHand {
		j.Manager, j.Person = nil, &w.human
	}
	if kind.self {
		j.Manager, j.Self, j.ManagerName = nil, true, ""
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
		Sleep:  w.sleep,
		Marker: func() string { w.markers++; return fmt.Sprintf("rk%06d", w.markers) },
	}
}

func (w *world) sleep(ctx context.Context, d time.Duration) error {
	w.clock += d
	if d == time.Minute && w.settling != nil {
		return w.settling()
	}
	if d == time.Minute && take(&w.trouble.reverts) {
		w.places[0].holds = w.keys[credential(0).AccessKey].credential
	}
	return ctx.Err()
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
