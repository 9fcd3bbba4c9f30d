package rotate

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"rekey/exchanges"
	"rekey/internal/journal"
)

// removeOpen looks for the keys of creates that were neither refused, stored nor
// destroyed, and destroys what it finds, since its secret was shown to nobody.
// One that was not looked for before is looked for as long as patience lasts: a
// list may lag, and a key may come into being after its answer got lost. A
// create whose key is never seen stays open.
func (r *run) removeOpen(ctx context.Context, passphrase exchanges.Secret) error {
	for waited := interval * 0; ; waited += interval {
		open := openMarkers(r.records)
		if len(open) == 0 {
			return nil
		}
		if err := r.removeMarked(ctx, open, passphrase); err != nil {
			return err
		}
		fresh := notLookedFor(r.records)
		if len(fresh) == 0 {
			return nil
		}
		if waited >= r.patience() {
			for _, m := range fresh {
				r.queue(journal.Issuing, journal.Note, journal.Data{Marker: m, Result: unseen})
			}
			return r.flush()
		}
		if err := r.Sleep(ctx, interval); err != nil {
			return err
		}
	}
}

// removeMarked destroys the keys that carry one of the markers, and notes each.
// A list that could not be read whole proves nothing: then the run stays
// unfinished.
func (r *run) removeMarked(ctx context.Context, markers []string, passphrase exchanges.Secret) error {
	found, err := marked(ctx, r.Manager, r.Account.Name, markers, r.inUse)
	if err != nil {
		return fmt.Errorf("it is not known whether a key labelled %s was made: %w", markers[len(markers)-1], err)
	}
	var failed error
	var alive []exchanges.Key
	for _, k := range found {
		ref := exchanges.KeyRef{Exchange: r.Exchange, Account: r.Account, AccessKey: k.Ref.AccessKey}
		data, err := r.destroyMarked(ctx, k.Label, ref, passphrase)
		if err != nil {
			alive = append(alive, k)
			failed = errors.Join(failed, fmt.Errorf(
				"the key %s labelled %s, whose secret nobody here has, could not be destroyed: %w",
				exchanges.MaskAccessKey(ref.AccessKey), k.Label, err))
			continue
		}
		if err := r.note(journal.Issuing, journal.Note, data); err != nil {
			return err
		}
	}
	for _, k := range alive { // after the others: one key that lives keeps its create open
		r.queue(journal.Issuing, journal.Note, journal.Data{
			Marker: k.Label, New: journal.NameKey(k.Ref.AccessKey), Result: unclear,
		})
	}
	return errors.Join(failed, r.flush())
}

// marked returns the keys of an account that carry one of the markers and are
// not in use.
func marked(
	ctx context.Context, m exchanges.Lister, account string, markers []string, inUse func(accessKey string) bool,
) ([]exchanges.Key, error) {
	var found []exchanges.Key
	for k, err := range m.ListKeys(ctx, exchanges.ListRequest{Account: account}) {
		if err != nil {
			return nil, err
		}
		if slices.Contains(markers, k.Label) && !inUse(k.Ref.AccessKey) {
			found = append(found, k)
		}
	}
	return found, nil
}

// destroyMarked destroys one key that a create of this run made, and returns
// what the journal is to say of it.
func (r *run) destroyMarked(
	ctx context.Context, marker string, ref exchanges.KeyRef, passphrase exchanges.Secret,
) (journal.Data, error) {
	ctx, calls := exchanges.WithCalls(ctx)
	if err := r.Manager.RevokeKey(ctx, exchanges.RevokeRequest{Ref: ref, Passphrase: passphrase}); err != nil {
		return journal.Data{}, err
	}
	data := r.evidence(calls.LastWrite())
	data.Marker, data.New, data.Result = marker, journal.NameKey(ref.AccessKey), destroyed
	return data, nil
}

// inUse reports whether an access key is that of the key which the run replaces
// or of the one that takes its place. A marker never names these: an exchange
// or a person may give two keys the same label.
func (r *run) inUse(accessKey string) bool { return usedBy(r.records, accessKey) }

// usedBy reports whether an access key is that of the key which a run replaces,
// or of the new one that it keeps.
func usedBy(records []journal.Record, accessKey string) bool {
	for _, rec := range records {
		planned := rec.Stage == journal.Planned && rec.Data.Old.Names(accessKey)
		stored := rec.Stage == journal.Stored && rec.Phase == journal.Did && rec.Data.New.Names(accessKey) &&
			stateOf(records, rec.Data.Marker) == createStored
		if planned || stored {
			return true
		}
	}
	return false
}

// sweep destroys, at the end of a run, the keys of its creates that may have
// come into being after they were looked for. The markers of keys that were
// destroyed are looked for once more: another key may carry the same. What a
// person gave and was not used is no create, and is named by left.
func (r *run) sweep(ctx context.Context, passphrase exchanges.Secret) error {
	var gone []string
	for _, c := range createsOf(r.records) {
		if c.state == createDestroyed {
			gone = append(gone, c.marker())
		}
	}
	if len(gone) > 0 {
		if err := r.removeMarked(ctx, gone, passphrase); err != nil {
			return err
		}
	}
	return r.removeOpen(ctx, passphrase)
}
