package rotate

import (
	"context"
	"errors"
	"iter"

	"rekey/exchanges"
)

// An ownKey is the Manager of a key that has the power to destroy or to narrow
// itself. Its list holds that key alone, as the key's own look shows it: a key
// whose end is proven is on no list, and one of which nothing is proven makes
// the list an error.
type ownKey struct {
	credential exchanges.Credential
	open       func(exchanges.Credential) (exchanges.Adapter, error)
}

// ListKeys yields the key, nothing once it is proven dead.
func (o ownKey) ListKeys(ctx context.Context, _ exchanges.ListRequest) iter.Seq2[exchanges.Key, error] {
	return func(yield func(exchanges.Key, error) bool) {
		a, err := o.open(o.credential)
		if err != nil {
			yield(exchanges.Key{}, err)
			return
		}
		k, err := a.Inspect(ctx)
		switch k.Status {
		case exchanges.StatusDead:
		case exchanges.StatusAlive, exchanges.StatusIPRefused, exchanges.StatusDisabled, exchanges.StatusExpired:
			k.Ref.AccessKey = o.credential.AccessKey
			yield(k, nil)
		default:
			yield(exchanges.Key{}, errors.Join(errors.New("the key could not be looked at"), err))
		}
	}
}

// IssueKey makes no key: a key that destroys itself replaces nothing.
func (o ownKey) IssueKey(context.Context, exchanges.IssueRequest) (exchanges.Issued, error) {
	return exchanges.Issued{}, errors.New("a key cannot make the one that replaces it, nothing was sent")
}

// RevokeKey destroys the key by its own call. A refusal that says that there is
// no such key is settled by a look of the key itself.
func (o ownKey) RevokeKey(ctx context.Context, req exchanges.RevokeRequest) error {
	a, err := o.own(req.Ref)
	if err != nil {
		return err
	}
	revoker, ok := a.(exchanges.SelfRevoker)
	if !ok {
		return errors.New("this exchange lets no key delete itself, nothing was sent")
	}
	err = revoker.RevokeSelf(ctx)
	if exchanges.KindOf(err) != exchanges.KindNoSuchKey {
		return err
	}
	if k, trouble := a.Inspect(ctx); trouble != nil || k.Status != exchanges.StatusDead {
		return err
	}
	return nil
}

// EditKey narrows the key by its own call.
func (o ownKey) EditKey(ctx context.Context, req exchanges.EditRequest) (exchanges.Key, error) {
	a, err := o.own(req.Ref)
	if err != nil {
		return exchanges.Key{}, err
	}
	editor, ok := a.(exchanges.SelfEditor)
	if !ok {
		return exchanges.Key{}, errors.New("this exchange lets no key change itself, nothing was sent")
	}
	return editor.EditSelf(ctx, req)
}

// own opens the key, which must be the one that the request names: a call that
// names no key must never be made with another key.
func (o ownKey) own(ref exchanges.KeyRef) (exchanges.Adapter, error) {
	if ref.AccessKey == "" || ref.AccessKey != o.credential.AccessKey {
		return nil, errors.New("the key that is to change is not the one whose secret is at hand, nothing was sent")
	}
	return o.open(o.credential)
}
