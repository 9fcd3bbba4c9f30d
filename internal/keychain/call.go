package keychain

import (
	"context"
	"time"
)

// do makes one call to the backend. It returns when the call does, when the
// limit is over or when ctx ends, whatever comes first.
//
// A call that hangs goes on in the background, since nothing can stop it, and
// keeps its turn: it could still write, and must not overtake a later call.
func (k *Keychain) do(ctx context.Context, name string, call func() error) *Error {
	if err := checkName(name); err != nil {
		return err
	}
	if ctx.Err() != nil {
		return canceled(ctx)
	}
	if err := k.ready(); err != nil {
		return err
	}
	limit := time.NewTimer(Limit)
	defer limit.Stop()
	select {
	case <-k.turn:
	case <-limit.C:
		return tooSlow()
	case <-ctx.Done():
		return canceled(ctx)
	}
	done := make(chan *Error, 1)
	go func() {
		defer func() { k.turn <- struct{}{} }()
		done <- guarded(call)
	}()
	select {
	case err := <-done:
		return err
	case <-limit.C:
		return tooSlow()
	case <-ctx.Done():
		return canceled(ctx)
	}
}

// guarded turns a panic into an error. go-keyring v0.2.8 trusts what comes over
// the bus: handlePrompt uses a nil signal when the connection breaks.
func guarded(call func() error) (failure *Error) {
	defer func() {
		if recover() != nil { // whose value may be anything
			failure = &Error{Reason: ReasonFailed, Problem: "broke down while it answered"}
		}
	}()
	return failed(call())
}

func tooSlow() *Error {
	return &Error{
		Reason: ReasonTimeout, Problem: "did not answer within " + Limit.String(), Err: context.DeadlineExceeded,
		Hint: "it may be locked and wait for a person; unlock it, or use a store: location for what runs unattended",
	}
}

func canceled(ctx context.Context) *Error {
	return &Error{Reason: ReasonCanceled, Problem: "was not waited for: " + ctx.Err().Error(), Err: ctx.Err()}
}
