package cmd

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"rekey/exchanges"
	"rekey/internal/journal"
	"rekey/internal/keychain"
	"rekey/internal/location"
	"rekey/internal/prompt"
	"rekey/internal/store"
	"rekey/internal/text"
)

type putOptions struct {
	from    string
	replace bool
}

func (a *App) newStorePutCmd() *cobra.Command {
	o := &putOptions{}
	c := &cobra.Command{
		Use:   "put NAME",
		Short: "Put a credential into the store (NAME), or into the keychain (keychain:NAME)",
		Long: `Put a credential into the store, or into the keychain of this system. It is asked
for on the terminal, where the secret is not shown, or read from another place
with --from. Nothing is sent. The store is made when there is none.`,
		Example: `  rekey store put grid-bot
  rekey store put keychain:grid-bot
  rekey store put grid-bot --from dotenv:.env#BINANCE
  age -d grid-bot.env.age | rekey store put grid-bot --from -`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return a.storePut(cmd.Context(), args[0], o) },
	}
	c.Flags().
		StringVar(&o.from, "from", "", "read it from this credential `LOCATION`, or with - from stdin: the JSON object of "+
			"exec: locations, or lines of a .env file")
	c.Flags().BoolVar(&o.replace, "replace", false, "also when another credential lies under this name")
	return c
}

func (a *App) storePut(ctx context.Context, name string, o *putOptions) error {
	l, err := keptPlace(name)
	if err != nil {
		return err
	}
	if err := a.mayPut(ctx, l, o.replace); err != nil {
		return err
	}
	c, err := a.newCredential(ctx, o.from)
	if err != nil {
		return err
	}
	if err := a.putInto(ctx, l, c); err != nil {
		return err
	}
	a.remark(
		"%s now holds the access key %s; name it in rekey.yaml: credential: %s",
		l.Display(),
		text.Clean(exchanges.MaskAccessKey(c.AccessKey)),
		l,
	)
	if o.from != "" && o.from != fromStdin {
		a.remark("the credential still lies where it was, too: remove it there, or declare that place as a copy")
	}
	return nil
}

// putInto puts a credential where l says.
func (a *App) putInto(ctx context.Context, l location.Location, c exchanges.Credential) error {
	if l.Kind() == location.KindKeychain {
		if err := a.keychain().Put(ctx, l.Name(), c); err != nil {
			return keychainError(err)
		}
		return nil
	}
	unfinished, err := a.unfinishedRuns()
	if err != nil {
		return err
	}
	f, err := a.makeStore(ctx, unfinished, exchanges.Secret{})
	if err != nil {
		return err
	}
	return storeError(f.Put(ctx, slotOf(l.Name()), store.Entry{Credential: c, At: a.Now()}))
}

// mayPut refuses before anything is asked: when there is no place to put a
// credential into, or another one would be hidden by it.
func (a *App) mayPut(ctx context.Context, l location.Location, replace bool) error {
	var present exchanges.Credential
	var err error
	if l.Kind() == location.KindKeychain {
		present, err = a.keychain().Get(ctx, l.Name())
		if err != nil && keychain.ReasonOf(err) != keychain.ReasonNotFound {
			return keychainError(err)
		}
	} else {
		present, err = inStore{a}.Get(ctx, l.Name())
		if r := store.ReasonOf(err); err != nil && r != store.ReasonAbsent && r != store.ReasonNoEntry {
			return storeError(err)
		}
	}
	if present.AccessKey == "" || replace {
		return nil
	}
	return usage(
		fmt.Sprintf(
			"%s holds the access key %s already; nothing was changed",
			l.Display(),
			text.Clean(exchanges.MaskAccessKey(present.AccessKey)),
		),
		"--replace puts the new one in its place",
	)
}

// unfinishedRuns are the runs of the journal that reached no end.
func (a *App) unfinishedRuns() ([]journal.Run, error) {
	v, err := journal.Read(a.stateDir())
	if err == nil {
		err = v.Err()
	}
	if err != nil {
		return nil, journalError(err, "")
	}
	return v.Unfinished(), nil
}

const fromStdin = "-"

// newCredential reads a credential from where the user says: another place,
// stdin, or the terminal.
func (a *App) newCredential(ctx context.Context, from string) (exchanges.Credential, error) {
	var c exchanges.Credential
	switch from {
	case "":
		asked, err := a.askCredential(ctx)
		if err != nil {
			return c, err
		}
		c = asked
	case fromStdin:
		given, err := location.ReadAnswer(a.Stdin)
		if err != nil {
			return c, usage("stdin: " + err.Error() + "; nothing was changed")
		}
		c = given
	default:
		l, err := location.Parse(from)
		if err != nil {
			return c, usage("--from: " + err.Error())
		}
		reading, err := l.Read(ctx, a.locations(a.Dir))
		if err != nil {
			return c, failed(err.Error() + "; nothing was changed")
		}
		c = reading.Credential
	}
	checked, err := location.Checked(c)
	if err != nil {
		return checked, usage(err.Error() + "; nothing was changed")
	}
	return checked, nil
}

// askCredential asks for the parts of a credential on the terminal.
func (a *App) askCredential(ctx context.Context) (exchanges.Credential, error) {
	var c exchanges.Credential
	tty, err := a.Terminal()
	if err != nil {
		return c, usage(
			"there is no terminal to ask on, nothing was changed",
			"--from LOCATION reads the credential from another place, --from - from stdin",
		)
	}
	defer func() { _ = tty.Close() }()
	p := prompt.New(tty)
	if c.AccessKey, err = p.Line(ctx, "Access key:"); err != nil {
		return c, err
	}
	if c.Secret, err = p.Secret(ctx, "Secret (it is not shown):"); err != nil {
		return c, err
	}
	c.Passphrase, err = p.Secret(ctx, "Passphrase of the key, or Enter where the exchange has none:")
	return c, err
}

// keychainError decides how a keychain that cannot be used ends a command.
func keychainError(err error) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
	return failed(err.Error())
}
