package cmd

import (
	"context"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"rekey/internal/journal"
	"rekey/internal/report"
	"rekey/internal/rotate"
	"rekey/internal/store"
)

func newJournalCmd(a *App) *cobra.Command {
	c := &cobra.Command{
		Use:   "journal",
		Short: "Show the journal of changes, and verify that nobody altered it",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	c.AddCommand(a.newJournalShowCmd(), a.newJournalVerifyCmd())
	return c
}

func (a *App) newJournalShowCmd() *cobra.Command {
	o := &output{formats: report.Formats()}
	c := &cobra.Command{
		Use: "show", Short: "Print every record, with its evidence",
		Long: `Print every record of the journal, and under it the evidence that it holds: the
place that was written and the SHA-256 of its file before and after, the
operation that was asked of the exchange, the code and the HTTP status that it
answered, the address that it saw the call come from, and the plan of a response.
What cannot be trusted begins with a question mark.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.showJournal(cmd.Context(), o) },
	}
	o.add(c.Flags())
	return c
}

func (a *App) newJournalVerifyCmd() *cobra.Command {
	var expected string
	c := &cobra.Command{
		Use: "verify", Short: "Find any record that was changed, removed or moved",
		Long: `Read the whole journal and check it against its head.

It finds: a record that rotted or was changed, removed, moved, doubled or added
in the middle; records missing at the end while journal.head is as it was; and a
head that is gone, damaged or of another day.

It cannot find: a journal that was written anew as a whole. Each record holds the
hash of the one before, and no key is part of it: whoever may write to the state
directory can make another chain with a head that fits. Nor a journal and a head
that were both put back to an earlier day. A copy of the last hash that is kept
elsewhere finds both: --expect takes it as SEQ:HASH. rekey prints it here, and
writes it with --metrics.`,
		Example: `  rekey journal verify
  rekey journal verify --expect 12:9a4f80fe54d803586a66db0c94c173f9bdf41983ce0cb245043b5be90a6472fa`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !cmd.Flags().Changed("expect") {
				return a.verifyJournal(cmd.Context())
			}
			return a.expectRecord(expected)
		},
	}
	c.Flags().StringVar(&expected, "expect", "", "also fail unless record SEQ has this hash: `SEQ:HASH`")
	return c
}

func (a *App) showJournal(ctx context.Context, o *output) error {
	if err := o.check(); err != nil {
		return err
	}
	v, err := journal.Read(a.stateDir())
	if err != nil {
		return a.journalError(err, nil)
	}
	if v.Absent {
		if err := a.lostJournal(ctx, v); err != nil {
			return err
		}
		a.remark("there is no journal yet at %s", a.stateDir())
	}
	out, err := o.open(a)
	if err != nil {
		return err
	}
	defer out.discard()
	if err := (report.JournalRecords{Tool: a.tool(), View: v}).Write(out.writer, o.format); err != nil {
		return failed("could not be written: " + plain(err))
	}
	if err := out.finish(); err != nil {
		return failed("could not be written: " + plain(err))
	}
	return a.journalState(v)
}

func (a *App) verifyJournal(ctx context.Context) error {
	v, err := journal.Read(a.stateDir())
	if err != nil {
		return a.journalError(err, nil)
	}
	if err := a.journalState(v); err != nil {
		return err
	}
	if err := a.lostJournal(ctx, v); err != nil {
		return err
	}
	seq, hash := v.Last()
	switch {
	case v.Absent:
		_, err = fmt.Fprintf(a.Stdout, "there is no journal yet at %s\n", a.stateDir())
	case seq == 0:
		_, err = fmt.Fprintln(a.Stdout, "ok: 0 records")
	default:
		_, err = fmt.Fprintf(a.Stdout, `ok: %s, the last is %d with hash %s
found: no record that was changed, moved, doubled or added in the middle, and none that is missing
not found by this: the whole journal written anew, or put back to an earlier day, by somebody who may write to %s
a copy of the hash that is kept elsewhere finds that: rekey journal verify --expect %d:%s
`, number(len(v.Lines), "record"), seq, hash, a.stateDir(), seq, hash)
	}
	if err != nil {
		return failed("could not be written: " + plain(err))
	}
	return nil
}

// expectRecord ends with 0 only when the journal is whole and the record has
// the hash that somebody noted down elsewhere.
func (a *App) expectRecord(expected string) error {
	seq, hash, err := parseExpected(expected)
	if err != nil {
		return err
	}
	v, err := journal.Read(a.stateDir())
	if err != nil {
		return a.journalError(err, nil)
	}
	for _, r := range v.Remarks {
		a.remark("%s", r.Text)
	}
	if err := compareExpected(v, seq, hash); err != nil {
		return failed(err.Error())
	}
	last, _ := v.Last()
	_, err = fmt.Fprintf(a.Stdout, "ok: record %d has the hash that was expected, and up to it the journal is the one that "+
		"had this hash; %s after it\n", seq, number(int(last-seq), "record")) //nolint:gosec // less than the lines of a file
	if err != nil {
		return failed("could not be written: " + plain(err))
	}
	return nil
}

// parseExpected reads SEQ:HASH.
func parseExpected(text string) (seq uint64, hash string, err error) {
	number, hash, _ := strings.Cut(text, ":")
	seq, err = strconv.ParseUint(number, 10, 63)
	hash = strings.ToLower(hash)
	sum, bad := hex.DecodeString(hash)
	if err != nil || bad != nil || seq == 0 || len(sum) != 32 {
		return 0, "", usage("--expect "+quote(text)+" is not SEQ:HASH, the number of a record and its SHA-256 in 64 hex digits",
			"`rekey journal verify` prints it for the last record")
	}
	return seq, hash, nil
}

// compareExpected returns nil when the journal is whole and record seq has
// this hash, and else says what is not so.
func compareExpected(v journal.View, seq uint64, hash string) error {
	if err := v.Err(); err != nil {
		return err
	}
	got, there := v.HashOf(seq)
	last, _ := v.Last()
	switch {
	case v.Absent:
		return fmt.Errorf("%s: there is no journal, and record %d was expected in it: it was removed, or another --state is meant",
			v.Path, seq)
	case !there:
		return fmt.Errorf("%s: it ends at record %d, and record %d was expected in it: it was put back to an earlier day, "+
			"begun anew, or another --state is meant", v.Path, last, seq)
	case got != hash:
		return fmt.Errorf("%s: record %d has the hash %s, and not the one that was expected: the journal was written anew, "+
			"or another --state is meant", v.Path, seq, got)
	}
	return nil
}

// lostJournal ends with 5 when the store holds secrets of runs that the journal
// does not know: it was removed or put back to an earlier day. Nobody is asked
// for a passphrase; a store that cannot be read without one is a remark.
func (a *App) lostJournal(ctx context.Context, v journal.View) error {
	o := a.storeOptions()
	if a.getenv(passphraseVariable) == "" {
		o.Passphrase = nil
	}
	f, err := store.Open(ctx, o)
	if store.ReasonOf(err) == store.ReasonAbsent {
		return nil
	}
	var slots []store.Slot
	if err == nil {
		slots, err = f.List(ctx)
	}
	if err != nil {
		a.remark("%s; whether it holds secrets of runs that the journal does not know was not seen", err)
		return nil
	}
	lost := rotate.LostRuns(v, slots)
	if len(lost) == 0 {
		return nil
	}
	return &exitError{
		code: exitUnfinished,
		text: fmt.Sprintf("%s: it does not know run %s, whose secrets lie in the store%s: it was removed or put back to an earlier day",
			v.Path, lost[0], more(len(lost)-1)),
		hints: []string{"bring the journal back from a copy, with journal.head; without one: rekey store list"},
	}
}

// more says how many others there are, "" for none.
func more(n int) string {
	if n < 1 {
		return ""
	}
	return fmt.Sprintf(", and %d more", n)
}

// journalState ends with 5 when the journal is damaged: nothing is written to
// such a one.
func (a *App) journalState(v journal.View) error {
	for _, r := range v.Remarks {
		a.remark("%s", r.Text)
	}
	if err := v.Err(); err != nil {
		return &exitError{code: exitUnfinished, text: err.Error()}
	}
	return nil
}
