package cmd

import (
	"context"

	"github.com/spf13/cobra"

	"rekey/exchanges"
	"rekey/internal/prompt"
	"rekey/internal/store"
)

type passphraseOptions struct {
	from   string
	remove bool
}

func (a *App) newStorePassphraseCmd() *cobra.Command {
	o := &passphraseOptions{}
	c := &cobra.Command{
		Use:   "passphrase",
		Short: "Set, change or remove the passphrase of the store",
		Long: `Protect store.key, which opens the store, with a passphrase; or take it away. It is
asked for on the terminal, twice, and not shown. The store is made when there is
none.

Each command then asks for it once. Cron needs REKEY_STORE_PASSPHRASE_FILE, the
path of a file that nobody else may read, or REKEY_STORE_IDENTITY, the path of an
age identity without a passphrase that is among the store's recipients.

Copies of store.key that were made before still open the store with what
protected them then.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.storePassphrase(cmd.Context(), o) },
	}
	c.Flags().StringVar(&o.from, "from", "", "take the new one from the first line of `FILE`, which nobody else may read")
	c.Flags().BoolVar(&o.remove, "remove", false, "take the passphrase away")
	return c
}

func (a *App) storePassphrase(ctx context.Context, o *passphraseOptions) error {
	if o.remove && o.from != "" {
		return usage("--from and --remove exclude each other; nothing was changed")
	}
	options := a.storeOptions()
	if options.Identity != "" {
		return usage(
			identityVariable+" names an identity file that is not rekey's to change; nothing was changed",
			"age -p protects a file with a passphrase",
		)
	}
	unfinished, err := a.unfinishedRuns()
	if err != nil {
		return err
	}
	f, err := a.openStore(ctx) // which asks for the present passphrase
	absent := store.ReasonOf(err) == store.ReasonAbsent
	if err != nil && !absent {
		return storeError(err)
	}
	var passphrase exchanges.Secret
	if !o.remove {
		if passphrase, err = a.sealingPassphrase(ctx, o.from); err != nil {
			return err
		}
	}
	if absent {
		f, err = a.makeStore(ctx, unfinished, passphrase)
	} else {
		err = storeError(f.Protect(ctx, passphrase))
	}
	if err != nil {
		return err
	}
	key := options.IdentityPath()
	if o.remove {
		a.remark("%s has no passphrase any more: whoever reads it and %s has the credentials", key, f.Path())
		return nil
	}
	a.remark(
		"%s is protected by a passphrase; keep a copy of it in another place, and the passphrase in a third: "+
			"without both the store is lost",
		key,
	)
	return nil
}

// sealingPassphrase is what shall protect the store.
func (a *App) sealingPassphrase(ctx context.Context, from string) (exchanges.Secret, error) {
	if from != "" {
		passphrase, err := store.PassphraseFile(a.path(from))(ctx)
		if err != nil {
			return passphrase, usage("--from: " + err.Error() + "; nothing was changed")
		}
		return passphrase, nil
	}
	tty, err := a.Terminal()
	if err != nil {
		return exchanges.Secret{}, usage(
			"there is no terminal to ask on, nothing was changed",
			"--from FILE takes the new passphrase from a file",
		)
	}
	defer func() { _ = tty.Close() }()
	p := prompt.New(tty)
	first, err := p.Secret(ctx, "New passphrase:")
	if err != nil {
		return first, err
	}
	if first.IsZero() {
		return first, usage("a passphrase cannot be empty; nothing was changed", "--remove takes it away")
	}
	again, err := p.Secret(ctx, "The same again:")
	if err != nil {
		return first, err
	}
	if !first.Equal(again) {
		return first, failed("the two are not the same; nothing was changed")
	}
	return first, nil
}
