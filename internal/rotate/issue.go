package rotate

import (
	"context"
	"errors"
	"fmt"

	"rekey/exchanges"
	"rekey/internal/journal"
)

// issue makes the new key and puts its secret into the vault. The label of the
// key is a marker that the journal has before the key exists, so that a key of
// an answer that got lost can be found, and destroyed: its secret was shown
// once, to nobody.
func (r *run) issue(ctx context.Context) error {
	if r.byHand() {
		return r.issueByHand(ctx)
	}
	entry, ok, err := r.Vault.Get(ctx, r.newSlot())
	if err != nil {
		return fmt.Errorf("the store could not be read: %w", err)
	}
	marker := r.data(journal.Issuing, journal.Will).Marker
	if ok && entry.made() && entry.Marker == marker {
		return r.stored(entry)
	}
	passphrase, err := r.passphrase(ctx, entry)
	if err != nil {
		return err
	}
	if marker != "" {
		if err := r.removeLost(ctx, marker, passphrase); err != nil {
			return err
		}
	}
	err = r.issueOnce(ctx, passphrase)
	if exchanges.KindOf(err) == exchanges.KindUncertain { // look, then try once more
		if lost := r.removeLost(ctx, r.data(journal.Issuing, journal.Will).Marker, passphrase); lost != nil {
			return lost
		}
		err = r.issueOnce(ctx, passphrase)
	}
	if r.did(journal.Retiring) { // the old key is gone: a new one is still to be made
		return err
	}
	return refusedForGood(err)
}

// passphrase returns the one of the run's new key, zero where there is none.
// It is in the vault before any key has it.
func (r *run) passphrase(ctx context.Context, entry Entry) (exchanges.Secret, error) {
	if !entry.Credential.Passphrase.IsZero() || r.Want.Passphrase == nil || r.Old.Passphrase.IsZero() {
		return entry.Credential.Passphrase, nil
	}
	chosen := r.Want.Passphrase()
	err := r.Vault.Put(ctx, r.newSlot(), Entry{Credential: exchanges.Credential{AccessKey: pending, Secret: chosen, Passphrase: chosen}})
	if err != nil {
		return exchanges.Secret{}, fmt.Errorf("the new passphrase could not be stored, nothing was made: %w", err)
	}
	return chosen, nil
}

func (r *run) issueOnce(ctx context.Context, passphrase exchanges.Secret) error {
	marker := r.Marker()
	if err := r.note(journal.Issuing, journal.Will, journal.Data{Marker: marker}); err != nil {
		return err
	}
	issued, err := r.Manager.IssueKey(ctx, exchanges.IssueRequest{
		Account: r.Account, Label: marker, Permissions: r.Want.Permissions, Whitelist: r.Want.Whitelist, Passphrase: passphrase,
	})
	if err != nil {
		return err
	}
	entry := Entry{Marker: marker, Credential: issued.Credential}
	if err := r.Vault.Put(ctx, r.newSlot(), entry); err != nil {
		// The secret is in memory alone. A key whose secret cannot be kept must
		// not live; if it cannot be destroyed now, the marker finds it later.
		lost := r.removeLost(context.WithoutCancel(ctx), marker, passphrase)
		return errors.Join(fmt.Errorf("the new secret could not be stored: %w", err), lost)
	}
	return r.stored(entry)
}

func (r *run) stored(e Entry) error {
	return r.note(journal.Stored, journal.Did, journal.Data{Marker: e.Marker, New: journal.NameKey(e.Credential.AccessKey)})
}

// removeLost destroys the keys that carry a marker. A list that could not be
// read whole proves nothing: then the run stays unfinished.
func (r *run) removeLost(ctx context.Context, marker string, passphrase exchanges.Secret) error {
	var found []exchanges.KeyRef
	for k, err := range r.Manager.ListKeys(ctx, exchanges.ListRequest{Account: r.Account.Name}) {
		if err != nil {
			return fmt.Errorf("it is not known whether a key labelled %s was made: %w", marker, err)
		}
		if k.Label == marker {
			found = append(found, k.Ref)
		}
	}
	for _, ref := range found {
		if ref.AccessKey == r.Old.AccessKey {
			continue // never the key that is being replaced
		}
		if err := r.Manager.RevokeKey(ctx, exchanges.RevokeRequest{Ref: ref, Passphrase: passphrase}); err != nil {
			return fmt.Errorf("a key labelled %s, whose secret is lost, could not be destroyed: %w", marker, err)
		}
	}
	return nil
}

// sweep destroys keys of earlier attempts of this run, which may have come into
// being after they were looked for. keep is the marker of the key that stays.
func (r *run) sweep(ctx context.Context, keep string, passphrase exchanges.Secret) error {
	if r.byHand() || r.Kind != journal.Rotate { // what a person gave and was not used is named by left
		return nil
	}
	var markers []string
	for _, rec := range r.records {
		if m := rec.Data.Marker; m != "" && m != keep && rec.Stage == journal.Issuing {
			markers = append(markers, m)
		}
	}
	for _, m := range markers {
		if err := r.removeLost(ctx, m, passphrase); err != nil {
			return err
		}
	}
	return nil
}

// credential is the new credential. It must be in the vault.
func (r *run) credential(ctx context.Context) (exchanges.Credential, error) {
	entry, ok, err := r.Vault.Get(ctx, r.newSlot())
	if err != nil {
		return exchanges.Credential{}, fmt.Errorf("the store could not be read: %w", err)
	}
	if !ok || !entry.made() {
		return exchanges.Credential{}, errPerson{errors.New("the store does not hold the new secret that the journal says it holds")}
	}
	return entry.Credential, nil
}
