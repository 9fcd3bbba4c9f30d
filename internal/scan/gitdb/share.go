package gitdb

import (
	"bytes"
	"cmp"
	"context"
	"sync/atomic"

	"rekey/internal/parallel"
)

// A part is some of a list of ids, one a line, with the number of its first.
type part struct {
	ids   []byte
	first int
}

// A list of ids is worked on in parts, two for each lane, so that no lane is
// left with much when the others have ended. More parts would be more gits
// that each begin with an empty memory.
const (
	partsPerLane = 2
	leastOfPart  = 64
)

// partsOf splits a list without changing its order: what git makes one from
// the other mostly stays together.
func partsOf(ids []byte, lanes int) []part {
	lines := bytes.Count(ids, []byte{'\n'})
	size := max(leastOfPart, 1+lines/(lanes*partsPerLane))
	var parts []part
	for first := 0; first < lines; first += size {
		end := lineStart(ids, min(size, lines-first))
		parts = append(parts, part{ids[:end], first})
		ids = ids[end:]
	}
	return parts
}

// lineStart is where the line of a number, which counts from 0, begins.
func lineStart(b []byte, number int) int {
	at := 0
	for range number {
		at += bytes.IndexByte(b[at:], '\n') + 1
	}
	return at
}

// share calls f with the parts of a list, from so many lanes at once. A lane
// takes one part after the other, until one fails.
func share(ctx context.Context, lanes int, ids []byte, f func(ctx context.Context, lane int, p part) error) error {
	parts := partsOf(ids, lanes)
	errs := make([]error, lanes)
	var next atomic.Int64
	group, inner := parallel.New(ctx)
	for lane := range lanes {
		group.Go(func() {
			for errs[lane] == nil {
				i := int(next.Add(1)) - 1
				if i >= len(parts) {
					return
				}
				errs[lane] = f(inner, lane, parts[i])
			}
		})
	}
	group.Wait()
	return cmp.Or(errs...) // the others are mostly the same
}
