package cmd

import (
	"context"

	"github.com/spf13/cobra"

	"rekey/exchanges"
	"rekey/internal/keychain"
	"rekey/internal/location"
	"rekey/internal/prompt"
	"rekey/internal/store"
	"rekey/internal/text"
)

type forgetOptions struct {
	yes, older, newest bool
	run                string
}

func (a *App) newStoreForgetCmd() *cobra.Command {
	o := &forgetOptions{}
	c := &cobra.Command{
		Use:   "forget NAME|--run RUN",
		Short: "Remove a credential from the store (NAME), or from the keychain (keychain:NAME)",
		Long: `Remove a credential from the store, or from the keychain of this system. The key
lives on at the exchange: rekey revoke deletes it, and needs the credential.

The store keeps what a put --replace has hidden: --older forgets that, --newest
forgets what hides it.

What a run keeps lies under names of its own. --run removes that, once the run
has ended or the journal does not know it: rekey store list names such runs. What
an unfinished run needs is never touched.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case (o.run != "") == (len(args) > 0):
				return usage("what is to be forgotten: either NAME or --run RUN", "see: rekey store list")
			case o.run != "":
				return a.forgetRun(cmd.Context(), o)
			default:
				return a.storeForget(cmd.Context(), args[0], o)
			}
		},
	}
	c.Flags().StringVar(&o.run, "run", "", "what `RUN` keeps, which has ended or which the journal does not know")
	c.Flags().BoolVarP(&o.yes, "yes", "y", false, "without asking")
	c.Flags().BoolVar(&o.older, "older", false, "only what lay in the store under this name before")
	c.Flags().BoolVar(&o.newest, "newest", false, "only what was put into the store last: the one before is back")
	return c
}

// A kept credential that is to be forgotten: how people call it, and how it is
// removed.
type doomed struct {
	accessKey string // masked
	forget    func(context.Context) error
}

func (a *App) storeForget(ctx context.Context, name string, o *forgetOptions) error {
	l, err := keptPlace(name)
	if err != nil {
		return err
	}
	if o.older && o.newest {
		return usage("--older and --newest exclude each other; leave both out to forget all of it")
	}
	list := a.doomedInStore
	if l.Kind() == location.KindKeychain {
		list = a.doomedInKeychain
	}
	all, err := list(ctx, l, o)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		a.remark("%s holds nothing to forget", l.Display())
		return nil
	}
	for _, d := range all {
		a.say("plan: forget the access key %s of %s, with its secret", text.Clean(d.accessKey), l.Display())
	}
	if ok, err := a.mayForget(ctx, o); err != nil || !ok {
		return err
	}
	for _, d := range all {
		if err := d.forget(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (a *App) mayForget(ctx context.Context, o *forgetOptions) (bool, error) {
	if o.yes {
		return true, nil
	}
	tty, err := a.Terminal()
	if err != nil {
		return false, usage("there is no terminal to ask on, nothing was removed", "--yes removes it")
	}
	defer func() { _ = tty.Close() }()
	ok, err := prompt.New(tty).Confirm(ctx, "Forget it? It cannot be brought back.")
	if err == nil && !ok {
		a.remark("nothing was removed")
	}
	return ok, err
}

func (a *App) doomedInStore(ctx context.Context, l location.Location, o *forgetOptions) ([]doomed, error) {
	f, err := a.openStore(ctx)
	if store.ReasonOf(err) == store.ReasonAbsent {
		return nil, nil
	}
	if err != nil {
		return nil, storeError(err)
	}
	slots, err := f.List(ctx)
	if err != nil {
		return nil, storeError(err)
	}
	var out []doomed
	for _, s := range slots {
		if s.Name != slotOf(l.Name()) {
			continue
		}
		for _, h := range s.Held {
			first := h.Fingerprint == s.Held[0].Fingerprint
			if o.older && first || o.newest && !first {
				continue
			}
			out = append(out, doomed{h.AccessKey, func(ctx context.Context) error {
				return storeError(f.Forget(ctx, s.Name, h.Fingerprint))
			}})
		}
	}
	return out, nil
}

func (a *App) doomedInKeychain(ctx context.Context, l location.Location, o *forgetOptions) ([]doomed, error) {
	if o.older || o.newest {
		return nil, usage("a keychain keeps one credential under a name", "leave --older and --newest out")
	}
	c, err := a.keychain().Get(ctx, l.Name())
	switch keychain.ReasonOf(err) {
	case "":
	case keychain.ReasonNotFound:
		return nil, nil
	default:
		return nil, keychainError(err)
	}
	return []doomed{{exchanges.MaskAccessKey(c.AccessKey), func(ctx context.Context) error {
		if err := a.keychain().Delete(ctx, l.Name()); err != nil {
			return keychainError(err)
		}
		return nil
	}}}, nil
}
