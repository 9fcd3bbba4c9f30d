package change

import (
	"context"
	"errors"
	"time"

	"rekey/exchanges"
	"rekey/internal/journal"
	"rekey/internal/rotate"
	"rekey/internal/text"
)

// listInterval is how often the list of a manager is read again after a person
// said that a key on it is deleted: exchanges' lists lag.
const listInterval = 5 * time.Second

// deleteListed has a person delete the keys that only they can delete and that
// the manager alone lists, one after the other, and reads its list until it does
// not name them any more. It returns the name of one that still lives, "" when
// none does. Without a terminal nobody is asked, and such a key still lives.
func (w *response) deleteListed(ctx context.Context, manager rotate.Job) string {
	w.mu.Lock()
	var waiting []Item
	for _, item := range w.items {
		if item.End.Verdict == Person && item.undeclared() && w.onlyLists(manager.Key, item) {
			waiting = append(waiting, item)
		}
	}
	w.mu.Unlock()
	for _, item := range waiting {
		if gone, err := w.leadDeletion(ctx, manager, item); err != nil || !gone {
			return item.Name()
		}
	}
	return ""
}

// onlyLists reports whether a manager lists a key, and no manager that stays does.
func (w *response) onlyLists(manager string, item Item) bool {
	if !item.listed(w.first.Managers[manager]) {
		return false
	}
	for name, m := range w.first.Managers {
		if name == manager || !item.listed(m) || m.Key.Status != exchanges.StatusAlive {
			continue
		}
		dies := false
		for _, other := range w.items {
			dies = dies || other.Name() == name
		}
		if !dies {
			return false
		}
	}
	return true
}

// leadDeletion leads a person through the deletion of one key, and reports
// whether the manager's list, read whole, does not name it any more. The journal
// holds it as a run whose end is not proven.
func (w *response) leadDeletion(ctx context.Context, manager rotate.Job, item Item) (gone bool, err error) {
	listed := func() (bool, error) { return lists(ctx, manager, item.Concern) }
	if there, err := listed(); err == nil && !there {
		return true, nil
	}
	if !w.Terminal.Present() {
		return false, nil
	}
	record := func(s journal.Stage, p journal.Phase, d journal.Data) journal.Record {
		return journal.Record{Run: "", Kind: journal.Revoke, Key: item.Name(), Stage: s, Phase: p, Data: d}
	}
	id := journal.NewRunID(w.Now())
	write := func(records ...journal.Record) error {
		for i := range records {
			records[i].Run = id
		}
		return w.log.engine.Journal.AppendAll(records...)
	}
	ref := item.Subject.Key.Ref
	plan := journal.Data{
		Exchange: ref.Exchange, Account: ref.Account.Name, Old: item.ID, Manager: manager.Key, Person: true, Cause: w.Cause,
	}
	alive := journal.Data{Result: string(exchanges.StatusAlive)}
	if err := write(record(journal.Planned, journal.Did, plan),
		record(journal.Retiring, journal.Will, alive)); err != nil {
		return false, err
	}
	x, _ := w.Registry.Lookup(ref.Exchange)
	if err := w.Person.deletion(ctx, x, item, listed, w.Sleep); err != nil {
		return false, errors.Join(err, write(record(journal.NeedsPerson, journal.Did, journal.Data{})))
	}
	unproven := journal.Data{Result: rotate.Unproven}
	return true, write(record(journal.Retiring, journal.Did, unproven),
		record(journal.Unconfirmed, journal.Did, journal.Data{}))
}

// lists reports whether a manager's list names a key. An error says that the list
// could not be read whole.
func lists(ctx context.Context, manager rotate.Job, c Concern) (bool, error) {
	adapter, err := manager.Open(manager.Old)
	if err != nil {
		return false, err
	}
	lister, ok := adapter.(exchanges.Lister)
	if !ok {
		return false, errors.New("it cannot list keys")
	}
	named := false
	for k, trouble := range lister.ListKeys(ctx, exchanges.ListRequest{Account: c.Subject.Key.Ref.Account.Name}) {
		if trouble != nil {
			err = trouble
			continue
		}
		named = named || c.is(k.Ref.AccessKey)
	}
	return named, err
}

// deletion leads through the deletion of a key of which nobody here has the
// secret, until the list does not name it any more. The error is that of the
// terminal or the context, or rotate.ErrLater.
func (g *Guide) deletion(
	ctx context.Context, x exchanges.Exchange, item Item, listed func() (bool, error),
	sleep func(context.Context, time.Duration) error,
) error {
	key := item.Subject.Key
	w := &walk{
		Guide: g, name: item.Name(), exchange: x, account: key.Ref.Account, label: text.CleanName(key.Label),
	}
	if err := w.DeleteKey(ctx, key.Ref.AccessKey); err != nil {
		return err
	}
	defer w.EndWatch(key.Ref.AccessKey)
	pause := func(ctx context.Context) error { return sleep(ctx, listInterval) }
	for watched := time.Duration(0); ; watched += listInterval {
		says := exchanges.StatusAlive
		switch there, err := listed(); {
		case err != nil:
			says = exchanges.StatusUndetermined
		case !there:
			return nil
		}
		if err := w.StillThere(ctx, key.Ref.AccessKey, says, watched, pause); err != nil {
			return err
		}
	}
}
