package leak

import (
	"context"
	"errors"
	"io"
	"runtime"
	"strings"

	"rekey/internal/parallel"
	"rekey/internal/scan/text"
)

// stream searches what can only be read from its beginning: one goroutine
// reads, and unpacks, while others search.
func (r *run) stream(ctx context.Context, d Dump, in io.Reader) {
	workers := runtime.GOMAXPROCS(0)
	free := make(chan []byte, workers+2)
	for range workers + 2 {
		free <- make([]byte, overlap+blockSize+overlap)
	}
	full := make(chan block, workers)
	group, inner := parallel.New(ctx)
	var tallies []tally
	for range workers {
		group.Go(func() {
			var mine []tally
			for k := range full {
				mine = append(mine, r.tallyOf(k, d.Name))
				free <- k.b[:cap(k.b)]
			}
			r.mu.Lock()
			tallies = append(tallies, mine...)
			r.mu.Unlock()
		})
	}
	size, open, err := cutBlocks(inner, in, free, full)
	close(full)
	group.Wait()
	r.result.Bytes += size
	r.collect(tallies, open)
	if err != nil {
		r.failed(ctx, d, err)
	}
}

// cutBlocks reads a stream into overlapping blocks. It returns how long the
// stream was, and whether its last line has no end.
func cutBlocks(
	ctx context.Context,
	in io.Reader,
	free <-chan []byte,
	full chan<- block,
) (size int64, open bool, err error) {
	var carry []byte // the end of the last block, which begins the next
	from := 0
	for number := 0; ; number++ {
		var buf []byte
		select {
		case buf = <-free:
		case <-ctx.Done():
			return size, open, nil // the caller knows that it was interrupted
		}
		n := copy(buf, carry)
		n, err = fill(in, buf, n)
		end := err != nil || ctx.Err() != nil // the caller knows that it was interrupted
		to := n
		if !end {
			to = n - overlap
		}
		if to > from {
			offset := size
			size += int64(to - from)
			open = buf[to-1] != '\n'
			keep := max(0, to-overlap)
			carry = append(carry[:0], buf[keep:n]...)
			select {
			case full <- block{number, buf[:n], from, to, offset}:
			case <-ctx.Done():
			}
			from = to - keep
		}
		if end {
			return size, open, notEOF(err)
		}
	}
}

func notEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// fill reads into buf from n on, until it is full or the stream ends.
func fill(in io.Reader, buf []byte, n int) (int, error) {
	for n < len(buf) {
		m, err := in.Read(buf[n:])
		n += m
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// sentence says why a stream ended early.
func sentence(err error) string {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return "ends in the middle"
	}
	return strings.TrimPrefix(err.Error(), "limit: ")
}

func utf16(head []byte) bool { return text.EncodingOf(head).IsUTF16() }

// plainText turns UTF-16 into UTF-8.
func plainText(in io.Reader, head []byte) io.Reader { return text.Decode(in, text.EncodingOf(head)) }
