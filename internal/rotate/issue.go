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
	entry, _, err := r.Vault.Get(ctx, r.newSlot())
	if err != nil {
		return fmt.Errorf("the store could not be read: %w", err)
	}
	marker := r.data(journal.Issuing, journal.Will).Marker
	if entry.made() && entry.Marker == marker && stateOf(r.records, marker) == createOpen {
		return r.stored(entry, exchanges.AnsweredCall{}) // the answer was read in a life before this one
	}
	passphrase, err := r.passphrase(ctx, entry)
	if err != nil {
		return err
	}
	if err := r.removeOpen(ctx, passphrase); err != nil {
		return err
	}
	lost, err := r.issueOnce(ctx, passphrase)
	if lost { // look, then try once more
		if err := r.removeOpen(ctx, passphrase); err != nil {
			return err
		}
		_, err = r.issueOnce(ctx, passphrase)
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
	if err := r.flush(); err != nil {
		return exchanges.Secret{}, err
	}
	chosen := r.Want.Passphrase()
	if err := r.Vault.Put(ctx, r.newSlot(), passphraseAlone(chosen)); err != nil {
		return exchanges.Secret{}, fmt.Errorf("the new passphrase could not be stored, nothing was made: %w", err)
	}
	return chosen, nil
}

// passphraseAlone is the entry of a key that is not made yet, or not known.
func passphraseAlone(p exchanges.Secret) Entry {
	return Entry{Credential: exchanges.Credential{AccessKey: pending, Secret: p, Passphrase: p}}
}

// issueOnce makes one attempt. lost says that the exchange gave no clear
// answer: a key may have been made. What it refused is noted, so that nobody
// looks for it later.
func (r *run) issueOnce(ctx context.Context, passphrase exchanges.Secret) (lost bool, err error) {
	marker := r.Marker()
	if err := r.note(journal.Issuing, journal.Will, journal.Data{Marker: marker, Address: r.Address}); err != nil {
		return false, err
	}
	calling, calls := exchanges.WithCalls(ctx)
	issued, err := r.Manager.IssueKey(calling, exchanges.IssueRequest{
		Account: r.Account, Label: marker, Permissions: r.Want.Permissions, Whitelist: r.Want.Whitelist,
		Passphrase: passphrase, Algorithm: r.Algorithm, Words: r.Words,
	})
	if err != nil {
		data := r.evidence(calls.LastWrite())
		data.Marker, data.Result = marker, refused
		if lost = mayHaveHappened(err); lost {
			data.Result = unclear
		}
		if e := r.note(journal.Issuing, journal.Note, data); e != nil {
			return false, fmt.Errorf("%s; and %w", err.Error(), e) // the journal is the trouble that counts
		}
		return lost, err
	}
	entry := Entry{Marker: marker, Credential: issued.Credential}
	if err := r.Vault.Put(ctx, r.newSlot(), entry); err != nil {
		// The secret is in memory alone. A key whose secret cannot be kept must
		// not live; if it cannot be destroyed now, the marker finds it later.
		ref := exchanges.KeyRef{Exchange: r.Exchange, Account: r.Account, AccessKey: issued.Credential.AccessKey}
		err = fmt.Errorf("the new secret could not be stored: %w", err)
		data, e := r.destroyMarked(context.WithoutCancel(ctx), marker, ref, passphrase)
		if e != nil {
			masked := exchanges.MaskAccessKey(ref.AccessKey)
			return false, fmt.Errorf("%w; and the new key %s could not be deleted: %s", err, masked, e.Error())
		}
		return false, errors.Join(err, r.note(journal.Issuing, journal.Note, data))
	}
	return false, r.stored(entry, calls.LastWrite())
}

func (r *run) stored(e Entry, call exchanges.AnsweredCall) error {
	data := r.evidence(call)
	data.Marker, data.New = e.Marker, journal.NameKey(e.Credential.AccessKey)
	return r.note(journal.Stored, journal.Did, data)
}

// credential is the new credential. It must be in the vault.
func (r *run) credential(ctx context.Context) (exchanges.Credential, error) {
	entry, _, err := r.Vault.Get(ctx, r.newSlot())
	if err != nil {
		return exchanges.Credential{}, fmt.Errorf("the store could not be read: %w", err)
	}
	if !entry.made() {
		err = errors.New("the store does not hold the new secret that the journal says it holds")
		return exchanges.Credential{}, errPerson{err}
	}
	return entry.Credential, nil
}
