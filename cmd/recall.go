package cmd

import (
	"context"
	"slices"
	"strings"
	"time"

	"rekey/audit"
	"rekey/exchanges"
	"rekey/internal/change"
	"rekey/internal/journal"
	"rekey/internal/leak"
	"rekey/internal/listed"
	"rekey/internal/scan"
	"rekey/internal/survey"
)

// recall tells keys what the state directory knows about them: dumps that they
// were found in, and runs of the journal. A journal that is damaged is said, and
// what can be read of it counts.
func (a *App) recall(subjects []audit.Subject, now time.Time) error {
	if err := a.recallLeaks(subjects); err != nil {
		return err
	}
	v, err := journal.Read(a.stateDir())
	if err != nil {
		return failed("the journal cannot be read, so which keys runs were about is not known: " + plain(err))
	}
	for _, d := range v.Damage {
		a.say("rekey: journal: %s", d)
	}
	change.AddRuns(subjects, v.Runs(), now)
	return nil
}

// compareListed adds a gap for each key that an earlier look saw on a list, that
// this one does not mention, and that nobody who listed it could be asked about.
// What is on lists now is remembered; where that cannot be written it is said.
func (a *App) compareListed(result *survey.Result) error {
	before, err := listed.Remembered(a.stateDir())
	if err != nil {
		return failed("which keys earlier looks saw cannot be read: " + plain(err))
	}
	var runs []journal.Run
	if v, err := journal.Read(a.stateDir()); err == nil {
		runs = v.Runs()
	}
	keys, gaps := listed.Compare(before, *result, a.Now(), func(id string) bool { return change.EndedKey(runs, id) })
	result.Gaps = append(result.Gaps, gaps...)
	if err := listed.Remember(a.stateDir(), keys, before); err != nil {
		a.remark("which keys were listed could not be remembered: %s", plain(err))
	}
	return nil
}

// forgetListed forgets keys that earlier looks saw on a list, by their whole
// names.
func (a *App) forgetListed(names []string) error {
	if len(names) == 0 {
		return nil
	}
	before, err := listed.Remembered(a.stateDir())
	if err != nil {
		return failed("which keys earlier looks saw cannot be read: " + plain(err))
	}
	kept := before
	for _, name := range names {
		i := slices.IndexFunc(kept, func(k listed.Key) bool { return k.Name == strings.ReplaceAll(name, "...", "…") })
		if i < 0 {
			return usage(
				"no earlier look saw a key "+quote(name)+" on a list; nothing was forgotten",
				"rekey audit names those that it did, as gaps",
			)
		}
		kept = slices.Delete(slices.Clone(kept), i, i+1)
	}
	if err := listed.Remember(a.stateDir(), kept, before); err != nil {
		return failed("could not be written: " + plain(err))
	}
	return nil
}

// recallLeaks tells the keys that an earlier `rekey leak` found in a dump. A
// memory that cannot be read ends the audit: without it a leaked key would look
// like any other.
func (a *App) recallLeaks(subjects []audit.Subject) error {
	remembered, err := leak.Remembered(a.stateDir())
	if err != nil {
		return failed("what was found in dumps before cannot be read: " + plain(err))
	}
	for _, m := range remembered {
		for i, s := range subjects {
			if s.Key.Ref.AccessKey == "" || exchanges.Fingerprint(s.Key.Ref.AccessKey) != m.Fingerprint {
				continue
			}
			found := audit.Leak{Dump: m.Dump, At: m.FoundAt}
			for _, w := range m.What {
				found.What = append(found.What, string(w))
			}
			subjects[i].Leaks = append(subjects[i].Leaks, found)
		}
	}
	return nil
}

// askGit tells of every declared file what git thinks of it. Of a file in a
// work tree it stays unknown where git is not there or refuses to look.
func (a *App) askGit(ctx context.Context, subjects []audit.Subject) {
	var files []string
	for _, s := range subjects {
		for _, l := range s.Inventory.Locations {
			if l.Path != "" && l.Mode != 0 { // of a file that is not there nothing is known
				files = append(files, l.Path)
			}
		}
	}
	slices.Sort(files)
	states, _ := scan.GitStates(ctx, slices.Compact(files), a.getenv)
	for _, s := range subjects {
		for i, l := range s.Inventory.Locations {
			s.Inventory.Locations[i].Git = audit.GitState(states[l.Path])
		}
	}
}
