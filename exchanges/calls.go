package exchanges

import (
	"context"
	"sync"
)

// An AnsweredCall is what came of one call of a declared operation. It holds
// no URL, no body and no header.
type AnsweredCall struct {
	Op     string // name of the declared operation
	Effect Effect
	Status int    // of HTTP, 0 when there was no answer
	Code   string // the exchange's own code of a refusal; "" when it accepted
	Kind   Kind   // of the refusal, "" when the exchange accepted
}

// A CallLog collects the calls that were made under one context, in the order
// in which they ended. It is safe for concurrent use.
type CallLog struct {
	mu    sync.Mutex
	calls []AnsweredCall
}

type callLogKey struct{}

// WithCalls returns a context under which every call of an operation is
// collected, and the log that it is collected in. A log further out collects
// nothing of what happens under the new context.
func WithCalls(ctx context.Context) (context.Context, *CallLog) {
	l := &CallLog{}
	return context.WithValue(ctx, callLogKey{}, l), l
}

// NoteCall adds a call to the log of the context; without a log it does
// nothing. The client calls it once for each call that it has finished,
// whatever became of the call.
func NoteCall(ctx context.Context, c AnsweredCall) {
	l, ok := ctx.Value(callLogKey{}).(*CallLog)
	if !ok {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.calls = append(l.calls, c)
}

// LastWrite returns the last call that was to change something, the zero call
// when there was none.
func (l *CallLog) LastWrite() AnsweredCall {
	return l.last(func(c AnsweredCall) bool { return c.Effect != ReadOnly })
}

// LastRefused returns the last call that the exchange refused; where it
// refused none, the last call; the zero call when there was none.
func (l *CallLog) LastRefused() AnsweredCall {
	if c := l.last(func(c AnsweredCall) bool { return c.Kind != "" }); c != (AnsweredCall{}) {
		return c
	}
	return l.last(func(AnsweredCall) bool { return true })
}

func (l *CallLog) last(is func(AnsweredCall) bool) AnsweredCall {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := len(l.calls) - 1; i >= 0; i-- {
		if is(l.calls[i]) {
			return l.calls[i]
		}
	}
	return AnsweredCall{}
}
