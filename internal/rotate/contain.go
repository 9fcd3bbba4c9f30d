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
	wanted := journal.Data{Permissions: r.Want.Permissions, Whitelist: r.Want.Whitelist}
	if err := r.note(journal.Deployed, journal.Will, wanted); err != nil {
		return err
	}
	req := exchanges.EditRequest{
		Ref:         exchanges.KeyRef{Exchange: r.Exchange, Account: r.Account, AccessKey: r.Old.AccessKey},
		Passphrase:  r.Old.Passphrase,
		Permissions: append([]exchanges.Permission{}, r.Want.Permissions...), // empty, not nil: a key that can read
		Whitelist:   r.Want.Whitelist,
	}
	calling, calls := exchanges.WithCalls(ctx)
	_, err := editor.EditKey(calling, req)
	sure := !mayHaveHappened(err)
	if exchanges.KindOf(err) == exchanges.KindUncertain {
		if a, _ := r.narrowed(ctx); a.done {
			err = nil
		} else {
			_, err = editor.EditKey(calling, req)
		}
	}
	data := r.evidence(calls.LastWrite())
	data.Result = resultOf(err)
	if err != nil {
		r.queue(journal.Deployed, journal.Note, data)
		err = fmt.Errorf("the key could not be set to read-only: %w", err)
		if sure {
			return refusedForGood(err)
		}
		return err
	}
	r.queue(journal.Deployed, journal.Did, data)
	return nil
}

// proveNarrow asks the exchange what the key may do now, with patience: a list
// may lag. Where a change may take a while, a list that shows it is no proof before
// that.
func (r *run) proveNarrow(ctx context.Context) error {
	for waited := interval * 0; ; waited += interval {
		a, err := r.narrowed(ctx)
		switch {
		case err != nil:
			return err
		case len(a.wider) == 0 && waited >= r.Takes:
			data := r.evidence(a.call)
			data.Result = unproven
			if a.done {
				data.Result = proven
			}
			r.queue(journal.Proved, journal.Did, data)
			return nil
		case waited >= r.patience():
			return fmt.Errorf("the exchange was told to narrow the key, and it still may more: %s", strings.Join(a.wider, ", "))
		}
		if err := r.Sleep(ctx, interval); err != nil {
			return err
		}
	}
}

// A narrowness is what the manager's list says of a key that was narrowed. The
// zero value is no proof.
type narrowness struct {
	done  bool     // it may do no more than wanted; what the list does not tell is no proof
	wider []string // what it still may
	call  exchanges.AnsweredCall
}

// narrowed asks the manager's list whether the key may do no more than wanted.
func (r *run) narrowed(ctx context.Context) (narrowness, error) {
	ctx, calls := exchanges.WithCalls(ctx)
	k, listed, err := r.listed(ctx, r.Old.AccessKey)
	switch {
	case err != nil:
		return narrowness{}, fmt.Errorf("it is not known what the key may do now: %w", err)
	case !listed:
		return narrowness{}, errors.New("the manager's list does not name the key any more")
	}
	_, known := k.Permissions.Granted()
	_, entries := k.Whitelist.Entries.Get()
	wider := r.Want.wider(k)
	told := known && (entries || len(r.Want.Whitelist) == 0)
	return narrowness{done: told && len(wider) == 0, wider: wider, call: calls.LastRefused()}, nil
}
