package cmd

import (
	"context"
	"fmt"
	"slices"
	"time"

	"rekey/audit"
	"rekey/internal/journal"
	"rekey/internal/report"
	"rekey/internal/survey"
)

// pastOf is what the journal knows, where --due needs it.
func (a *App) pastOf(o *changeOptions) ([]journal.Run, error) {
	if !o.due {
		return nil, nil
	}
	return a.view()
}

// isDue reports whether a key is older than its rotate.every. How old it is the
// exchange says, else rekey's own record of making it, else rekey.yaml. An age
// that nobody tells is due: a key is never skipped on a guess.
func (a *App) isDue(e survey.Entry, s audit.Subject, result survey.Result, past []journal.Run, c *change) bool {
	if e.Inventory.Rotation == 0 {
		c.skip = "it has no rotate.every"
		return false
	}
	if slices.ContainsFunc(past, func(r journal.Run) bool { return r.Key == e.Name && !r.Ended }) {
		c.skip, c.putOff = "it has an unfinished run", true
		return false
	}
	created, known := s.Key.CreatedAt.Or(madeByRekey(past, e.Name, s.Key.Ref.AccessKey)).Or(e.Inventory.Created).Get()
	if due := created.Add(e.Inventory.Rotation); known && due.After(a.Now()) {
		c.skip = "not due before " + due.UTC().Format(time.DateOnly)
		return false
	}
	if m, ok := result.Managers[e.Inventory.Manager]; ok && m.Err != nil && !known {
		c.person = &report.PersonLine{Key: e.Name, Why: "how old it is could not be seen tonight: " + m.Err.Error(), Steps: []string{}}
		return false
	}
	return true
}

// jobs are the changes to carry out, at most so many. Those beyond are said to
// be put off: a change that is due never vanishes from the answer.
func (o *changeOptions) jobs(changes []change, doc *report.Changes) []change {
	jobs := slices.DeleteFunc(slices.Clone(changes), func(c change) bool { return c.job == nil })
	if o.most <= 0 || len(jobs) <= o.most {
		return jobs
	}
	for _, c := range jobs[o.most:] {
		doc.Skipped = append(doc.Skipped, report.SkippedLine{Key: c.entry.Name, Why: fmt.Sprintf("put off to another time, --max is %d", o.most), PutOff: true})
	}
	return jobs[:o.most]
}

// stillSo drops the rotations of keys that another rekey has rotated since the
// plan was made: what the place holds now is not what the plan is about. The
// caller holds the lock, so nobody else is changing it.
func stillSo(ctx context.Context, d *desk, jobs []change, doc *report.Changes) ([]change, error) {
	var out []change
	for _, c := range jobs {
		if c.job.Kind == journal.Rotate {
			reading, err := c.entry.Location.Read(ctx, d.location)
			if err != nil {
				return nil, failed(err.Error() + "; nothing was changed")
			}
			if reading.Credential.AccessKey != c.job.Old.AccessKey {
				doc.Skipped = append(doc.Skipped, report.SkippedLine{Key: c.entry.Name, Why: "somebody else put another credential in its place after the plan was made", PutOff: true})
				continue
			}
		}
		out = append(out, c)
	}
	return out, nil
}

// lookBack is leftOver where nothing is changed, and so no lock is held. A
// damaged journal ends --due: nobody would be told of it on the nights when
// nothing is due.
func (a *App) lookBack(o *changeOptions, doc *report.Changes) error {
	if !o.due {
		return nil
	}
	v, err := journal.Read(a.stateDir())
	if err == nil {
		err = v.Err()
	}
	if err != nil {
		return a.journalError(err, nil)
	}
	o.leftOver(v.Unfinished(), doc)
	return nil
}

// leftOver adds the unfinished runs of other days to the answer of --due, which
// makes its exit code 5: cron is the one to find them. The key of such a run
// may be young, because its new key lies in its places already, while the old
// one lives.
func (o *changeOptions) leftOver(unfinished []journal.Run, doc *report.Changes) {
	for _, r := range unfinished {
		if o.due && !slices.ContainsFunc(doc.Runs, func(l report.RunLine) bool { return l.Run.ID == r.ID }) {
			doc.Runs = append(doc.Runs, report.RunLine{Run: r, Why: "it was begun earlier, and unless another rekey is at work on it now, goes on with: rekey runs resume " + string(r.ID)})
		}
	}
}
