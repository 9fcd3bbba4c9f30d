package rotate

import (
	"context"
	"errors"
	"fmt"

	"rekey/exchanges"
)

// issue makes the new key and puts its secret into the vault. The label of the
// key is a marker that the journal has before the key exists, so that a key of
// an answer that got lost can be found, and destroyed: its secret was shown
// once, to nobody.
func (r *run) issue(ctx context.Context) error {
	entry, ok, err := r.Vault.Get(ctx, r.ID)
	if err != nil {
		return fmt.Errorf("the store could not be read: %w", err)
	}
	if ok && entry.Marker == r.data(Issuing, Will)["marker"] {
		return r.stored(entry)
	}
	if marker := r.data(Issuing, Will)["marker"]; marker != "" {
		if err := r.removeLost(ctx, marker); err != nil {
			return err
		}
	}
	err = r.issueOnce(ctx)
	if exchanges.KindOf(err) == exchanges.KindUncertain { // look, then try once more
		if lost := r.removeLost(ctx, r.data(Issuing, Will)["marker"]); lost != nil {
			return lost
		}
		err = r.issueOnce(ctx)
	}
	return err
}

func (r *run) issueOnce(ctx context.Context) error {
	marker := r.Marker()
	if err := r.note(Issuing, Will, map[string]string{"marker": marker}); err != nil {
		return err
	}
	issued, err := r.Manager.IssueKey(ctx, exchanges.IssueRequest{
		Account: r.Account, Label: marker, Permissions: r.Want.Permissions, Whitelist: r.Want.Whitelist, Passphrase: r.Want.Passphrase,
	})
	if err != nil {
		return err
	}
	entry := Entry{Marker: marker, Credential: issued.Credential}
	if err := r.Vault.Put(ctx, r.ID, entry); err != nil {
		// The secret is in memory alone. A key whose secret cannot be kept must
		// not live; if it cannot be destroyed now, the marker finds it later.
		lost := r.removeLost(context.WithoutCancel(ctx), marker)
		return errors.Join(fmt.Errorf("the new secret could not be stored: %w", err), lost)
	}
	return r.stored(entry)
}

func (r *run) stored(e Entry) error {
	access := e.Credential.AccessKey
	return r.note(Stored, Did, map[string]string{"marker": e.Marker, "new": exchanges.Fingerprint(access), "masked": exchanges.MaskAccessKey(access)})
}

// removeLost destroys the keys that carry a marker. A list that could not be
// read whole proves nothing: then the run stays unfinished.
func (r *run) removeLost(ctx context.Context, marker string) error {
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
		if err := r.Manager.RevokeKey(ctx, exchanges.RevokeRequest{Ref: ref, Passphrase: r.Want.Passphrase}); err != nil {
			return fmt.Errorf("a key labelled %s, whose secret is lost, could not be destroyed: %w", marker, err)
		}
	}
	return nil
}

// sweep destroys keys of earlier attempts of this run, which may have come into
// being after they were looked for. keep is the marker of the key that stays.
func (r *run) sweep(ctx context.Context, keep string) error {
	var markers []string
	for _, rec := range r.records {
		if m := rec.Data["marker"]; m != "" && m != keep && rec.Stage == Issuing {
			markers = append(markers, m)
		}
	}
	for _, m := range markers {
		if err := r.removeLost(ctx, m); err != nil {
			return err
		}
	}
	return nil
}

// credential is the new credential. It must be in the vault.
func (r *run) credential(ctx context.Context) (exchanges.Credential, error) {
	entry, ok, err := r.Vault.Get(ctx, r.ID)
	if err != nil {
		return exchanges.Credential{}, fmt.Errorf("the store could not be read: %w", err)
	}
	if !ok {
		return exchanges.Credential{}, errPerson{errors.New("the store does not hold the new secret that the journal says it holds")}
	}
	return entry.Credential, nil
}
