package cmd

import (
	"fmt"
	"time"

	"rekey/audit"
	"rekey/exchanges"
	"rekey/internal/change"
	"rekey/internal/journal"
	"rekey/internal/remind"
	"rekey/internal/report"
	"rekey/internal/survey"
)

// madeAt is when a key was made: by the exchange's word, else by rekey's own
// record of having made it, else by rekey.yaml.
func madeAt(s audit.Subject, e survey.Entry, runs []journal.Run) exchanges.Fact[time.Time] {
	return s.Key.CreatedAt.Or(change.MadeByRekey(runs, e.Name, s.Key.Ref.AccessKey)).Or(e.Inventory.Created)
}

// overdue says how long a key has been due for rotation.
func overdue(made exchanges.Fact[time.Time], every time.Duration, now time.Time) string {
	at, known := made.Get()
	if !known || every <= 0 {
		return "due, and nobody says since when"
	}
	due := at.Add(every)
	days := int(now.Sub(due).Hours() / 24)
	if days < 1 {
		return "due since today"
	}
	return fmt.Sprintf("%s overdue (due since %s)", number(days, "day"), due.UTC().Format(time.DateOnly))
}

// remindOf says of keys that are due and only a person can rotate how overdue
// they are, and what to type at a desk. In cron, where --quiet and --yes are
// given, each is said once a week; the exit code is that of every night.
func (a *App) remindOf(doc *report.Changes, res change.Result, o *rotateOptions) {
	nightly := a.flags.quiet && o.yes && !o.dryRun && o.format == "text"
	now := a.Now()
	said := remind.Load(a.stateDir())
	var runs []journal.Run
	if v, err := journal.Read(a.stateDir()); err == nil {
		runs = v.Runs()
	}
	subjects := map[string]audit.Subject{}
	for _, s := range res.Survey.Subjects {
		subjects[s.Name] = s
	}
	var names []string
	for i, p := range doc.Person {
		var entry survey.Entry
		for _, e := range o.metrics.entries {
			if e.Name == p.Key {
				entry = e
			}
		}
		if p.Run != "" || entry.Name == "" {
			continue // a run that waits is always said
		}
		names = append(names, p.Key)
		doc.Person[i].Overdue = overdue(madeAt(subjects[p.Key], entry, runs), entry.Inventory.Rotation, now)
		doc.Person[i].Command = a.command() + " rotate " + report.ShellWord(p.Key)
		doc.Person[i].Said = nightly && !said.Due(p.Key, now)
	}
	if !nightly {
		return
	}
	if err := said.Next(names, now).Save(a.stateDir()); err != nil {
		a.say("rekey: that this was said could not be written down, so it is said again the next time: %s", plain(err))
	}
}
