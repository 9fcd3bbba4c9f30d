package cmd

import (
	"context"
	"errors"
	"slices"
	"sync"

	"rekey/exchanges"
	"rekey/internal/change"
	"rekey/internal/journal"
	"rekey/internal/keychain"
	"rekey/internal/location"
	"rekey/internal/prompt"
	"rekey/internal/store"
)

// The variables that say what opens the store. They hold paths; no secret ever
// stands in the environment.
const (
	identityVariable   = "REKEY_STORE_IDENTITY"
	passphraseVariable = "REKEY_STORE_PASSPHRASE_FILE" //nolint:gosec // G101: a name of a variable
)

// passphraseTries is how often a person may mistype the passphrase.
const passphraseTries = 3

// A storeroom holds what a command opens once, however many credentials lie in
// it: nobody is asked twice for a passphrase, and a keychain that hangs keeps
// one call waiting.
type storeroom struct {
	mu       sync.Mutex
	file     *store.File
	err      error // why it could not be opened
	keychain *keychain.Keychain
}

// storeOptions are the store that the flags and the environment name.
func (a *App) storeOptions() store.Options {
	o := store.Options{Dir: a.stateDir()}
	if path := a.getenv(identityVariable); path != "" {
		o.Identity = a.path(path)
	}
	if path := a.getenv(passphraseVariable); path != "" {
		o.Passphrase = store.PassphraseFile(a.path(path))
	} else {
		o.Passphrase = a.askPassphrase(o.IdentityPath())
	}
	return o
}

// askPassphrase asks for the passphrase of an identity file on the terminal.
func (a *App) askPassphrase(path string) store.Passphrase {
	return func(ctx context.Context) (exchanges.Secret, error) {
		tty, err := a.Terminal()
		if err != nil {
			return exchanges.Secret{}, &store.Error{
				Path: path, Reason: store.ReasonNoPassphrase, Problem: "is protected by a passphrase, and there is no " +
					"terminal to ask for it on",
				Hint: passphraseVariable + " may name a file that holds it, " + identityVariable + " an identity file without one",
			}
		}
		defer func() { _ = tty.Close() }()
		return prompt.New(tty).Secret(ctx, "Passphrase of "+path+":")
	}
}

// openStore opens the store of the state directory, once.
func (a *App) openStore(ctx context.Context) (*store.File, error) {
	a.room.mu.Lock()
	defer a.room.mu.Unlock()
	if a.room.file != nil || a.room.err != nil && store.ReasonOf(a.room.err) != store.ReasonAbsent {
		return a.room.file, a.room.err
	}
	for try := 1; ; try++ {
		a.room.file, a.room.err = store.Open(ctx, a.storeOptions())
		if store.ReasonOf(a.room.err) != store.ReasonPassphrase || a.getenv(passphraseVariable) != "" ||
			try == passphraseTries {
			return a.room.file, a.room.err
		}
		a.say("rekey: %s", a.room.err)
	}
}

// makeStore opens the store, or makes one where there is none, whose identity
// the passphrase seal protects unless that is empty. A store that is
// gone while a run is unfinished is not made up for by an empty one: it held
// that run's secrets.
func (a *App) makeStore(ctx context.Context, unfinished []journal.Run, seal exchanges.Secret) (*store.File, error) {
	f, err := a.openStore(ctx)
	if store.ReasonOf(err) != store.ReasonAbsent {
		return f, storeError(err)
	}
	if len(unfinished) > 0 {
		e := storeError(err)
		return nil, &exitError{
			code:  codeOf(e),
			text:  e.Error(),
			hints: []string{"bring it back from a copy: run " + string(unfinished[0].ID) + " is unfinished and needs it"},
		}
	}
	a.room.mu.Lock()
	defer a.room.mu.Unlock()
	o := a.storeOptions()
	a.room.file, a.room.err = store.Create(ctx, o, seal)
	if a.room.err == nil {
		a.remark(
			"made the encrypted store %s; %s opens it: keep a copy of that file in another place",
			a.room.file.Path(),
			o.IdentityPath(),
		)
	}
	return a.room.file, storeError(a.room.err)
}

// readyStore opens the store, where there is one, for a change that will need
// it: a passphrase that nobody can tell ends the command before anything is
// sent.
func (a *App) readyStore(ctx context.Context, o *changeOptions) error {
	lacking := o.Kind == journal.Revoke && slices.Contains(o.Accepted, change.RiskNoJournal)
	if o.dryRun || lacking { // a leaked key is killed without a store, too
		return nil
	}
	_, err := a.openStore(ctx)
	if store.ReasonOf(err) == store.ReasonAbsent {
		return nil
	}
	err = storeError(err)
	var e *exitError
	if o.Kind == journal.Revoke && errors.As(err, &e) {
		e.hints = append(
			e.hints,
			"--accept-risk="+change.RiskNoJournal+" kills the key all the same, with the record on stderr",
		)
	}
	return err
}

// storeError decides how a store that cannot be used ends a command.
func storeError(err error) error {
	var e *store.Error
	switch {
	case err == nil || !errors.As(err, &e) || errors.Is(err, context.Canceled):
		return err
	case e.Reason == store.ReasonNoPassphrase:
		return usage(e.Path+": "+e.Problem+"; nothing was sent", e.Hint)
	case e.Reason == store.ReasonBusy:
		return &exitError{code: exitUnfinished, text: err.Error() + "; nothing was sent"}
	default:
		return failed(err.Error() + "; nothing was sent")
	}
}

// locations is what credential locations may touch. The store and the keychain
// are opened when the first location asks for them.
func (a *App) locations(dir string) location.Env {
	return location.Env{Dir: dir, Environ: a.Environ, Store: inStore{a}, Keychain: a.keychain(), Vault: &inVault{app: a}}
}

// keychain is the keychain of this system.
func (a *App) keychain() *keychain.Keychain {
	a.room.mu.Lock()
	defer a.room.mu.Unlock()
	if a.room.keychain == nil {
		a.room.keychain = keychain.New(a.lookup)
	}
	return a.room.keychain
}

// inStore keeps the credentials of store: locations.
type inStore struct{ app *App }

// slotOf is the name in the store of what a person put there. Runs keep their
// secrets under names without a colon, so neither can take the other's.
func slotOf(name string) string { return slotPrefix + name }

const slotPrefix = string(location.KindStore) + ":"

func (s inStore) Get(ctx context.Context, name string) (exchanges.Credential, error) {
	f, err := s.app.openStore(ctx)
	if err != nil {
		return exchanges.Credential{}, err
	}
	e, err := f.Get(ctx, slotOf(name))
	return e.Credential, err
}

func (s inStore) Replace(ctx context.Context, name string, c, instead exchanges.Credential) error {
	f, err := s.app.openStore(ctx)
	if err != nil {
		return err
	}
	return f.Replace(ctx, slotOf(name), store.Entry{Credential: c, At: s.app.Now()}, instead)
}

// unlock opens the store when a key that will be looked at lies in it, so that
// a person is asked before anything is sent. Without a person it ends the
// command; any other trouble is told for each key, as a gap.
func (a *App) unlock(ctx context.Context, d *workspace) error {
	needed := map[string]bool{}
	for _, e := range d.Entries {
		if slices.Contains(d.selected, e.Name) {
			needed[e.Name], needed[e.Inventory.Manager] = true, true
		}
	}
	var places []location.Location
	for _, e := range d.Entries {
		if len(d.selected) == 0 || needed[e.Name] {
			places = append(append(places, e.Location), e.Copies...)
		}
	}
	for _, v := range d.Vendors {
		places = append(places, v.Location)
	}
	if !slices.ContainsFunc(places, func(l location.Location) bool { return l.Kind() == location.KindStore }) {
		return nil
	}
	_, err := a.openStore(ctx)
	var e *store.Error
	if errors.As(err, &e) && e.Reason != store.ReasonNoPassphrase && ctx.Err() == nil {
		return nil
	}
	return storeError(err)
}
