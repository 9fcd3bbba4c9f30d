package cmd

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"rekey/internal/journal"
	"rekey/internal/location"
	"rekey/internal/report"
	"rekey/internal/rotate"
	"rekey/internal/store"
)

func newStoreCmd(a *App) *cobra.Command {
	c := &cobra.Command{
		Use:   "store",
		Short: "List, put and forget credentials of rekey's encrypted store and of the keychain",
		Long: `Keep credentials in rekey's own encrypted store, or in the keychain of this
system, and name them in rekey.yaml as store:NAME or keychain:NAME.

The store is plain age: store.age in the state directory (--state), opened by
store.key beside it, without rekey too: age -d -i store.key store.age. Whoever
has both files has the credentials. To keep them apart:

  REKEY_STORE_IDENTITY         path of an age identity kept elsewhere, for cron
  REKEY_STORE_PASSPHRASE_FILE  path of a file whose first line is the passphrase
  rekey store passphrase       protect store.key with a passphrase`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	c.AddCommand(
		a.newStoreListCmd(),
		a.newStorePutCmd(),
		a.newStoreForgetCmd(),
		a.newStorePassphraseCmd(),
		a.newStoreRecipientsCmd(),
	)
	return c
}

func (a *App) newStoreListCmd() *cobra.Command {
	o := &output{formats: report.Formats()}
	c := &cobra.Command{
		Use: "list", Short: "List what lies in the store, without the secrets", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.check(); err != nil {
				return err
			}
			return a.listStore(cmd.Context(), *o)
		},
	}
	o.add(c.Flags())
	return c
}

func (a *App) listStore(ctx context.Context, o output) error {
	list := report.KeptList{Tool: a.tool()}
	f, err := a.openStore(ctx)
	switch {
	case store.ReasonOf(err) == store.ReasonAbsent:
		a.remark("%s", err)
	case err != nil:
		return storeError(err)
	default:
		list.Store = f.Path()
		slots, err := f.List(ctx)
		if err != nil {
			return storeError(err)
		}
		states := a.runStates()
		for _, s := range slots {
			list.Entries = append(list.Entries, kept(s, states)...)
		}
	}
	a.remarkLost(list.Entries)
	out, err := o.open(a)
	if err != nil {
		return err
	}
	defer out.discard()
	screen := a.screen(out.writer)
	if err := list.Write(out.writer, o.format, report.Options{Width: screen.Width, Color: screen.Color}); err != nil {
		return failed("the list could not be written: " + plain(err))
	}
	if err := out.finish(); err != nil {
		return failed("the list could not be written: " + plain(err))
	}
	return nil
}

// runStates reads the journal and returns how a run stands. A journal that is
// damaged or cannot be read says nothing of a run that it does not show.
func (a *App) runStates() func(journal.RunID) report.RunState {
	v, err := journal.Read(a.stateDir())
	missing := report.RunUnknown
	if err != nil || v.Err() != nil {
		missing = report.RunUnseen
	}
	states := map[journal.RunID]report.RunState{}
	for _, r := range v.Runs() {
		switch {
		case r.Doubtful:
			states[r.ID] = report.RunUnseen
		case r.Ended:
			states[r.ID] = report.RunEnded
		default:
			states[r.ID] = report.RunUnfinished
		}
	}
	return func(id journal.RunID) report.RunState { return cmp.Or(states[id], missing) }
}

// remarkLost names the runs whose secrets lie in the store and that the journal
// does not know.
func (a *App) remarkLost(entries []report.KeptEntry) {
	var lost []string
	for _, e := range entries {
		if e.RunState == report.RunUnknown && !slices.Contains(lost, e.Run) {
			lost = append(lost, e.Run)
		}
	}
	for _, run := range lost {
		a.remark("the journal does not know run %s, whose secrets lie in the store: "+
			"it was removed or put back to an earlier day, or rekey died before the run's first record, "+
			"when nothing was sent; see at the exchange which of these keys live, "+
			"and then: rekey store forget --run %s", run, run)
	}
}

// kept are the entries of a slot as they are listed.
func kept(s store.Slot, state func(journal.RunID) report.RunState) []report.KeptEntry {
	var out []report.KeptEntry
	for i, h := range s.Held {
		e := report.KeptEntry{
			Slot:        s.Name,
			AccessKey:   h.AccessKey,
			Fingerprint: h.Fingerprint,
			StoredAt:    h.At,
			Replaced:    i > 0,
		}
		if strings.HasPrefix(s.Name, slotPrefix) {
			e.Location = s.Name
		} else if run, ok := rotate.RunOf(s.Name); ok {
			e.Run, e.RunState = string(run), state(run)
		}
		out = append(out, e)
	}
	return out
}

// keptPlace reads the NAME of a command: of the store, unless it says keychain.
func keptPlace(name string) (location.Location, error) {
	text := name
	if !strings.Contains(name, ":") {
		text = slotPrefix + name
	}
	l, err := location.Parse(text)
	if err != nil {
		return l, usage(err.Error())
	}
	if !slices.Contains([]location.Kind{location.KindStore, location.KindKeychain}, l.Kind()) {
		return l, usage(
			"a credential is put into store:NAME or keychain:NAME, not into "+string(l.Kind())+":",
			"see: rekey store --help",
		)
	}
	return l, nil
}
