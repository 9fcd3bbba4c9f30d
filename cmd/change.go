package cmd

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"rekey/exchanges"
	"rekey/internal/change"
	"rekey/internal/httpx"
	"rekey/internal/journal"
	"rekey/internal/nearest"
	"rekey/internal/report"
	"rekey/internal/rotate"
	"rekey/internal/survey"
)

// changeOptions are the flags of the commands that change keys.
type changeOptions struct {
	output
	change.Options
	yes, dryRun bool
	settle      time.Duration
	opensPage   bool   // of the exchange
	newFrom     string // a location, "-" for stdin, "" for none
}

// defaultSettle is how long an old key is kept after the new one is in use.
const defaultSettle = 10 * time.Second

// addTo adds the flags that all commands share that change keys.
func (o *changeOptions) addTo(f *pflag.FlagSet) {
	o.add(f)
	f.BoolVarP(&o.yes, "yes", "y", false, "carry out the plan without asking")
	f.BoolVar(&o.dryRun, "dry-run", false, "print the plan and stop")
	risks := strings.Join(change.RiskWords(), ", ")
	f.StringSliceVar(&o.Accepted, "accept-risk", nil, "accept a `RISK` that the plan names: "+risks)
	offer(f, "accept-risk", change.RiskWords())
	f.BoolVar(&o.opensPage, "open", false, "open the exchange's page where a person must do a step")
}

// giving adds the flag of the commands that put a new key in a place.
func (o *changeOptions) giving(f *pflag.FlagSet) {
	f.StringVar(&o.newFrom, "new-from", "",
		"read the credential that a person made from a `LOCATION` (env:, json:, dotenv:, ...), or from stdin with -")
}

// settling adds the flag of the commands that wait before the old key dies.
func (o *changeOptions) settling(f *pflag.FlagSet) {
	f.DurationVar(&o.settle, "settle", defaultSettle, "how long the old key is kept after the new one is in use")
}

// checkAccepted looks at what every command that changes keys takes.
func (o *changeOptions) checkAccepted() error {
	if err := o.check(); err != nil {
		return err
	}
	if o.settle < 0 {
		return usage("--settle cannot be negative")
	}
	for _, r := range o.Accepted {
		if !slices.Contains(change.RiskWords(), r) {
			hints := []string{"risks: " + strings.Join(change.RiskWords(), ", ")}
			return unknownWord("risk", r, change.RiskWords(), "--accept-risk=", hints...)
		}
	}
	return nil
}

// unknownWord is the error for a word that names nothing, with the one that was
// likely meant: a hint that can be typed as it stands, with its prefix.
func unknownWord(thing, word string, known []string, prefix string, hints ...string) error {
	if near := nearest.Word(word, known); near != "" {
		hints = append([]string{"did you mean " + near + "? " + prefix + near}, hints...)
	}
	return usage("there is no "+thing+" "+quote(word), hints...)
}

// runner makes what carries out changes, and the screen it speaks to.
func (a *App) runner(d *workspace, o *changeOptions) (*change.Runner, *console, error) {
	c := a.console(o)
	registry := staged(a.Registry, d.Settings)
	guide, err := change.NewGuide(c, &d.Workspace, registry, a.Stdin, o.newFrom)
	if err != nil {
		c.close()
		return nil, nil, usage("--new-from: " + err.Error())
	}
	return &change.Runner{
		Workspace: &d.Workspace, Registry: registry, Terminal: c, Now: a.Now, Sleep: a.Sleep, StateDir: a.stateDir(),
		Person: guide, Lookup: a.lookup, Options: o.Options, Yes: o.yes, DryRun: o.dryRun, Settle: o.settle,
		Survey: func(ctx context.Context, only []string) (survey.Result, error) {
			d.selected = only
			return a.survey(ctx, d)
		},
		Client: func(x exchanges.Exchange, change func(*httpx.Options)) (*httpx.Client, error) {
			return a.clientFor(x, d.Setting(x), change)
		},
		Lost: a.lostRuns,
		Vault: func(ctx context.Context, unfinished []journal.Run) (rotate.Vault, error) {
			s, err := a.makeStore(ctx, unfinished, exchanges.Secret{})
			if err != nil {
				return nil, err
			}
			return rotate.Sealed(s, a.Now), nil
		},
	}, c, nil
}

// keyNames are the display names of the keys that words name. Words that are all
// names of rekey.yaml need no look; else every list is read, since a key that
// nobody declared is found there alone.
func (a *App) keyNames(ctx context.Context, d *workspace, words []string, whole bool) ([]string, error) {
	exact := func(word string) bool {
		_, ok := d.Entry(word)
		return ok
	}
	if !slices.ContainsFunc(words, func(w string) bool { return !exact(w) }) {
		return words, nil
	}
	d.selected = nil
	result, err := a.survey(ctx, d)
	if err != nil {
		return nil, err
	}
	if result.Interrupted {
		return nil, silently(exitInterrupted)
	}
	names, err := change.FindKeys(change.CandidatesOf(result.Subjects), words, whole)
	return names, nameError(err, d.Source, result)
}

// nameError is the error of a word that names no single key, as a command ends
// with it. Where a list could not be read, nobody can say that there is no such
// key.
func nameError(err error, source string, result survey.Result) error {
	var none *change.NoKeyError
	var many *change.ManyError
	var part *change.PartError
	switch {
	case errors.As(err, &none):
		for _, name := range unreadManagers(result) {
			return &exitError{
				code: exitIncomplete, text: err.Error() + " among those that could be seen; nothing was changed",
				hints: []string{"the list of " + name + " could not be read: " + result.Managers[name].Err.Error()},
			}
		}
		names := none.Names
		if len(names) > 12 {
			names = append(names[:10:10], fmt.Sprintf("and %d more (rekey keys)", len(names)-10))
		}
		hints := []string{"it has: " + strings.Join(names, ", ")}
		if none.Nearest != "" {
			hints = append([]string{"did you mean " + none.Nearest + "?"}, hints...)
		}
		return &exitError{code: exitUsage, text: err.Error() + " in " + source, hints: hints, cause: none}
	case errors.As(err, &many):
		return usage(err.Error()+"; nothing was changed", "name it whole: "+strings.Join(many.Names, " or "))
	case errors.As(err, &part):
		return usage(err.Error()+"; nothing was changed", "name it whole: "+part.Name)
	default:
		return err
	}
}

// unreadManagers are the keys whose lists could not be read.
func unreadManagers(result survey.Result) []string {
	var out []string
	for name, m := range result.Managers {
		if m.Err != nil && exchanges.KindOf(m.Err) != exchanges.KindNotMaster {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// changeError decides how an error before the first effect ends a command.
func (a *App) changeError(err error, kind journal.Kind) error {
	var risks *change.RiskError
	var mismatch *change.MismatchError
	var open *change.UnfinishedError
	var lost *change.LostJournalError
	var none *change.NoRunError
	var many *change.ManyError
	switch {
	case err == nil, errors.As(err, new(*exitError)):
		return err
	case errors.As(err, &risks):
		var hints []string
		for _, w := range risks.Words {
			hints = append(hints, "--accept-risk="+w)
		}
		return usage(err.Error(), hints...)
	case errors.As(err, &mismatch):
		return usage(err.Error())
	case errors.As(err, &open):
		id := string(open.Run.ID)
		return &exitError{
			code: exitUnfinished, text: err.Error(),
			hints: []string{"rekey runs resume " + id, "rekey runs abandon " + id},
		}
	case errors.As(err, &lost):
		return &exitError{code: exitUnfinished, text: err.Error(), hints: []string{
			"bring the journal back from a copy", "rekey store list names them, and says which belong to no run",
		}}
	case errors.As(err, &none):
		return usage(err.Error(), "see: rekey runs list --all")
	case errors.As(err, &many):
		return usage(err.Error() + "; nothing was changed")
	case errors.Is(err, change.ErrNoTerminal):
		return usage(err.Error(), "--yes carries out the plan", "--dry-run prints it")
	case errors.Is(err, change.ErrClosed):
		return usage(err.Error())
	case errors.Is(err, change.ErrInterrupted), errors.Is(err, context.Canceled):
		return silently(exitInterrupted)
	default:
		return journalError(err, kind)
	}
}

// journalError decides how an error of opening the journal ends a command; any
// other error has sent nothing.
func journalError(err error, kind journal.Kind) error {
	var held *journal.HeldError
	var damage *journal.DamageError
	var unwritable *journal.WriteError
	without := "--accept-risk=" + change.RiskNoJournal + " kills the key all the same, with the record on stderr"
	switch {
	case errors.As(err, &held):
		return &exitError{code: exitUnfinished, text: held.Error() + "; nothing was sent", hints: []string{held.Hint()}}
	case errors.As(err, &damage):
		hints := []string{damage.Hint()}
		if kind == journal.Revoke {
			hints = append(hints, without)
		}
		return &exitError{code: exitUnfinished, text: damage.Error() + "; nothing was sent", hints: hints}
	case errors.As(err, &unwritable) && kind == journal.Revoke:
		return &exitError{code: exitFailed, text: err.Error() + "; nothing was sent", hints: []string{without}}
	default:
		return failed(err.Error() + "; nothing was sent")
	}
}

// stateDir is where the journal and the store are.
func (a *App) stateDir() string {
	if a.flags.state != "" {
		return a.path(a.flags.state)
	}
	if dir := a.getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "rekey")
	}
	return filepath.Join(a.getenv("HOME"), ".local", "state", "rekey")
}

// codeOfEnd is the exit code of how a change ended. What is not known is a
// failure.
func codeOfEnd(e change.End) int {
	switch e {
	case change.Done:
		return exitDone
	case change.Cut:
		return exitUnfinished
	case change.NeedsPerson:
		return exitPerson
	case change.Interrupted:
		return exitInterrupted
	case change.Failed, change.Unknown:
	}
	return exitFailed
}

// printChange prints what was done, with the exit code that it holds.
func (a *App) printChange(o output, doc report.Changes) error {
	doc.FinishedAt = a.Now()
	out, err := o.open(a)
	if err != nil {
		return err
	}
	defer out.discard()
	screen := a.screen(out.writer)
	if err := doc.Write(out.writer, o.format, report.Options{Width: screen.Width, Color: screen.Color}); err != nil {
		return failed("could not be written: " + plain(err))
	}
	if err := out.finish(); err != nil {
		return failed("could not be written: " + plain(err))
	}
	return silently(doc.ExitCode)
}

// view reads the journal without its lock.
func (a *App) view() (journal.View, error) {
	v, err := journal.Read(a.stateDir())
	if err != nil {
		return v, journalError(err, "")
	}
	for _, d := range v.Damage {
		a.say("rekey: journal: %s", d)
	}
	return v, nil
}

// lostRuns are the runs that the store holds secrets of and a journal does not
// know. A store that cannot be opened has none: opening it for the runs says why.
func (a *App) lostRuns(ctx context.Context, v journal.View) []journal.RunID {
	f, err := a.openStore(ctx)
	if err != nil {
		return nil
	}
	slots, err := f.List(ctx)
	if err != nil {
		return nil
	}
	return rotate.LostRuns(v, slots)
}
