package change

import (
	"context"
	"errors"

	"rekey/internal/text"

	"rekey/exchanges"
	"rekey/internal/journal"
	"rekey/internal/report"
	"rekey/internal/rotate"
)

// destroyLost looks for the keys whose making got no answer within the last day,
// and destroys those that have appeared: nobody has their secret. What could not
// be looked at is a step for a person.
func (r *Runner) destroyLost(ctx context.Context, b *runLog, doc *report.Changes) {
	for _, w := range rotate.Watches(b.runs(), r.Now()) {
		if !w.Ended || ctx.Err() != nil { // an unfinished run looks itself when it is resumed
			continue
		}
		found, err := r.destroyOne(ctx, b, w)
		for _, id := range found {
			r.Terminal.Say("rekey: %s: the key %s, whose making got no answer, had appeared and was deleted",
				text.CleanName(w.Key), id)
		}
		if err == nil {
			continue
		}
		doc.Person = append(doc.Person, report.PersonLine{
			Run: string(w.Run), Key: w.Key, Steps: []string{},
			Why: "whether a key labelled " + w.Marker + " was made is not known: " + err.Error() +
				"; look for that label on the exchange's page, and delete it",
		})
	}
}

func (r *Runner) destroyOne(ctx context.Context, b *runLog, w rotate.Watch) ([]journal.KeyID, error) {
	x, known := r.Registry.Lookup(w.Exchange)
	e, declared := r.Entry(w.Manager)
	if !known || !declared {
		return nil, errors.New("its manager is no key of rekey.yaml any more")
	}
	client, err := r.writer(x, true)
	if err != nil {
		return nil, err
	}
	reading, err := e.Location.Read(ctx, r.Location)
	if err != nil {
		return nil, err
	}
	s := r.Setting(x)
	adapter, err := x.Open(reading.Credential, exchanges.Env{
		Caller: client, Region: s.Region, Environment: s.Environment, AskCode: r.Person.askCode,
	})
	if err != nil {
		return nil, err
	}
	manager, ok := adapter.(rotate.Manager)
	if !ok {
		return nil, errors.New(w.Exchange + " keys cannot be changed by API")
	}
	return b.engine.RemoveWatched(ctx, w, manager)
}

// watching reports whether a key is watched for that no unfinished run looks for.
func (r *Runner) watching(runs []journal.Run) bool {
	for _, w := range rotate.Watches(runs, r.Now()) {
		if w.Ended {
			return true
		}
	}
	return false
}
