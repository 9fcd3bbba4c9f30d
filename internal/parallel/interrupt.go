package parallel

import (
	"context"
	"io"
)

// Interruptible returns a reader that ends with the error of ctx when that
// ends, also while r waits for a pipe that nobody writes to. What r is then
// waiting in is left behind.
func Interruptible(ctx context.Context, r io.Reader) io.Reader {
	i := &interruptible{ctx: ctx, ask: make(chan []byte), answer: make(chan readResult)}
	go i.serve(r)
	return i
}

type readResult struct {
	n   int
	err error
}

type interruptible struct {
	ctx    context.Context //nolint:containedctx // it is what the reader is about
	ask    chan []byte
	answer chan readResult
	buf    []byte
}

// serve reads on behalf of Read, into a buffer of its own: the caller's may be
// used for something else by the time that a read returns.
func (i *interruptible) serve(r io.Reader) {
	for {
		select {
		case b := <-i.ask:
			n, err := r.Read(b)
			select {
			case i.answer <- readResult{n, err}:
			case <-i.ctx.Done():
				return
			}
		case <-i.ctx.Done():
			return
		}
	}
}

func (i *interruptible) Read(p []byte) (int, error) {
	if len(i.buf) < len(p) {
		i.buf = make([]byte, len(p))
	}
	select {
	case i.ask <- i.buf[:len(p)]:
	case <-i.ctx.Done():
		return 0, i.ctx.Err()
	}
	select {
	case got := <-i.answer:
		return copy(p, i.buf[:got.n]), got.err
	case <-i.ctx.Done():
		i.buf = nil // somebody may still read into it
		return 0, i.ctx.Err()
	}
}
