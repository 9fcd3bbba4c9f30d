package vendorplace

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"rekey/exchanges"
)

const (
	// attempts bounds how often a swap is sent, and a stored key tried.
	attempts = 4
	// pause stands before the next attempt where the vendor names none.
	pause = 30 * time.Second
)

// one is the writing of one connection.
type one struct {
	Place
	connection exchanges.Connection
	c, instead exchanges.Credential
}

// errChanged is about a connection that holds neither of the two keys.
var errChanged = errors.New("it holds neither the old nor the new key: somebody changed it, and it was left alone")

// write looks, swaps, and looks again. Sending the same swap twice would do no
// harm, but a swap that happened is never sent again.
func (o one) write(ctx context.Context) error {
	for try := 1; ; try++ {
		if done, err := o.done(ctx); err != nil || done {
			return o.finish(ctx, err, "nothing more was changed")
		}
		sent := o.swap.UpdateConnection(ctx, o.connection.ID, o.c)
		wait, again := next(sent)
		if !again && exchanges.KindOf(sent) != exchanges.KindRejected {
			return fmt.Errorf("the key was not swapped: %w", sent)
		}
		// Also after a refusal: a swap whose answer was lost may have happened
		// since, and the key is connected already.
		if done, err := o.done(ctx); err != nil || done {
			return o.finish(ctx, err, "the key may have been swapped, and the next attempt looks first")
		}
		if !again || try == attempts {
			if sent == nil {
				sent = errors.New("the vendor answered that it took the new key, and goes on holding the old one")
			}
			return fmt.Errorf("the key was not swapped: %w", sent)
		}
		if err := o.sleep(ctx, wait); err != nil {
			return err
		}
	}
}

// done reports whether the connection holds the new key. It fails when it does
// not hold the old one either, or the vendor does not say.
func (o one) done(ctx context.Context) (bool, error) {
	for _, key := range []string{o.c.AccessKey, o.instead.AccessKey} {
		found, err := o.vendor.Holds(ctx, key)
		if err != nil {
			return false, err
		}
		if slices.ContainsFunc(found, func(f exchanges.Connection) bool { return f.ID == o.connection.ID }) {
			return key == o.c.AccessKey, nil
		}
	}
	return false, errChanged
}

// finish ends the writing: with the proof, or with why a look failed.
func (o one) finish(ctx context.Context, err error, state string) error {
	switch {
	case errors.Is(err, errChanged):
		return err
	case err != nil:
		return fmt.Errorf("which key it holds could not be asked (%s): %w", state, err)
	default:
		return o.prove(ctx)
	}
}

// prove makes the vendor use the new key. Without this proof the old key must
// not die: a key that works from here may be refused from the vendor's
// addresses.
func (o one) prove(ctx context.Context) error {
	const still = "it holds the new key, and that the key works from there is not proven; the old key is still needed"
	for try := 1; ; try++ {
		seen, err := o.swap.RefreshConnection(ctx, o.connection.ID)
		if err == nil {
			if working, known := seen.Working.Get(); known && working {
				return nil
			}
			return fmt.Errorf("%s: the vendor does not say that it works, look at the connection on its page", still)
		}
		wait, again := next(err)
		if !again || try == attempts {
			return fmt.Errorf("%s: %w", still, err)
		}
		if err := o.sleep(ctx, wait); err != nil {
			return err
		}
	}
}

// next says whether it makes sense to go on after an answer, and after what
// pause. A limit is waited for by the client, or by a person.
func next(err error) (time.Duration, bool) {
	var e *exchanges.Error
	if err == nil {
		return pause, true
	}
	if !errors.As(err, &e) {
		return 0, false
	}
	switch e.Kind {
	case exchanges.KindUncertain:
		return pause, true
	case exchanges.KindRateLimited:
		return 0, true
	case exchanges.KindRejected:
		return e.RetryAfter, e.RetryAfter > 0
	default:
		return 0, false
	}
}
