package gitdb

import (
	"io"

	"rekey/internal/parallel"
)

// An ahead reads a stream before its reader asks, so that git goes on while an
// object is looked at. Close must be called, after the stream has ended.
type ahead struct {
	group parallel.Group
	full  chan piece
	free  chan []byte
	now   piece
	buf   []byte // of now, to be given back
	done  chan struct{}
}

type piece struct {
	b   []byte
	err error
}

// The pieces that are read ahead: so many, and so large.
const (
	pieces    = 8
	pieceSize = 512 << 10
)

func newAhead(in io.Reader) *ahead {
	a := &ahead{full: make(chan piece, pieces), free: make(chan []byte, pieces), done: make(chan struct{})}
	for range pieces {
		a.free <- make([]byte, pieceSize)
	}
	a.group.Go(func() {
		defer close(a.full)
		for {
			var b []byte
			select {
			case b = <-a.free:
			case <-a.done:
				return
			}
			n, err := in.Read(b)
			select {
			case a.full <- piece{b[:n], err}:
			case <-a.done:
				return
			}
			if err != nil {
				return
			}
		}
	})
	return a
}

func (a *ahead) Read(p []byte) (int, error) {
	for len(a.now.b) == 0 {
		if a.now.err != nil {
			return 0, a.now.err
		}
		if a.buf != nil {
			a.free <- a.buf[:pieceSize]
			a.buf = nil
		}
		next, ok := <-a.full
		if !ok {
			return 0, io.EOF
		}
		a.now, a.buf = next, next.b[:0]
	}
	n := copy(p, a.now.b)
	a.now.b = a.now.b[n:]
	return n, nil
}

// Close ends the reading. The stream must have ended or been closed.
func (a *ahead) Close() {
	close(a.done)
	a.group.Wait()
}
