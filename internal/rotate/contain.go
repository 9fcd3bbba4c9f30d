package rotate

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"rekey/exchanges"
	"rekey/internal/journal"
)

// narrow takes from a key what it is not to have, in place. The same edit can
// be made again: it says what the key shall be, not what shall change.
func (r *run) narrow(ctx context.Context) error {
	editor, ok := r.Manager.(exchanges.Editor)
	if !ok {
		return errPerson{errors.New("no API narrows this key")}
	}
	if err := r.note(journal.Deployed, journal.Will, journal.Data{Permissions: r.Want.Permissions, Whitelist: r.Want.Whitelist}); err != nil {
		return err
	}
	req := exchanges.EditRequest{
		Ref:         exchanges.KeyRef{Exchange: r.Exchange, Account: r.Account, AccessKey: r.Old.AccessKey},
		Passphrase:  r.Old.Passphrase,
		Permissions: append([]exchanges.Permission{}, r.Want.Permissions...), // empty, not nil: a key that can read
		Whitelist:   r.Want.Whitelist,
	}
	_, err := editor.EditKey(ctx, req)
	if exchanges.KindOf(err) == exchanges.KindUncertain {
		if done, _ := r.isNarrow(ctx); !done {
			_, err = editor.EditKey(ctx, req)
		} else {
			err = nil
		}
	}
	if err != nil {
		return refusedForGood(fmt.Errorf("the key could not be narrowed: %w", err))
	}
	return r.note(journal.Deployed, journal.Did, journal.Data{})
}

// proveNarrow asks the exchange what the key may do now.
func (r *run) proveNarrow(ctx context.Context) error {
	narrow, err := r.isNarrow(ctx)
	if err != nil {
		return err
	}
	proof := unproven
	if narrow {
		proof = proven
	}
	return r.note(journal.Proved, journal.Did, journal.Data{Result: proof})
}

// isNarrow reports whether the manager's list says that the key may do no more
// than wanted. What the list does not tell is no proof.
func (r *run) isNarrow(ctx context.Context) (bool, error) {
	for k, err := range r.Manager.ListKeys(ctx, exchanges.ListRequest{Account: r.Account.Name}) {
		if err != nil {
			return false, fmt.Errorf("it is not known what the key may do now: %w", err)
		}
		if k.Ref.AccessKey != r.Old.AccessKey {
			continue
		}
		if wider := r.wider(k); len(wider) > 0 {
			return false, fmt.Errorf("the exchange was told to narrow the key, and it still may more: %s", strings.Join(wider, ", "))
		}
		_, known := k.Permissions.Granted()
		_, listed := k.Whitelist.Entries.Get()
		return known && (listed || len(r.Want.Whitelist) == 0), nil
	}
	return false, errors.New("the manager's list does not name the key any more")
}
