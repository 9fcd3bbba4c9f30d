package leak

import (
	"bytes"
	"math/bits"
	"slices"
	"strings"
	"sync"

	"rekey/internal/parallel"
	"rekey/internal/scan/token"
)

// A Matcher knows the keys to look for. It is safe for concurrent use.
type Matcher struct {
	own   []Own
	salts []string
	pats  []pattern
	// access keys, secrets and hashes in base64, anywhere in a text: numbers of pats, times 8, with the offset of the
	// piece
	full   *index
	hex    *index // hashes in hexadecimal digits, whole runs: numbers of hashed
	base64 *index // hashes in base64, whole runs; nil when they are in full
	hashed []hashed
	starts func() map[string][]int32 // keys by their first four characters; made when the first mask is seen
}

// Of a dump every 8th position is looked at, and of a pattern the 8 pieces at
// its beginning are known, one of which must lie at such a position. A pattern
// therefore has 15 bytes at least.
const (
	stride   = 8
	shortest = piece + stride - 1
)

// many is from how many keys on hashes in base64 are looked for as whole runs:
// that takes longer, and in full they would be too many. Keys in base64 are then
// looked for at its beginning alone.
const many = 20_000

// NewMatcher makes a matcher of keys, and of the salts that a list of hashes
// may have.
func NewMatcher(own []Own, salts []string) *Matcher {
	m := &Matcher{own: own, salts: salts}
	m.starts = sync.OnceValue(m.byStart)
	var wait parallel.Group
	wait.Go(m.indexHashes)
	m.pats = make([]pattern, 0, len(own))
	places := 3
	if len(own) >= many {
		places = 1
	}
	for i, o := range own {
		m.pats = o.patterns(int32(i), m.pats, places)
	}
	if len(own) < many {
		wait.Wait()
		for _, h := range m.hashed {
			m.pats = m.hashPatterns(h, m.pats)
		}
	}
	m.full = newIndex(len(m.pats) * stride)
	for i, p := range m.pats {
		for at := range stride {
			m.full.add(pieceOf(p.text[at:]), i*stride+at)
		}
	}
	wait.Wait()
	return m
}

func (m *Matcher) byStart() map[string][]int32 {
	starts := make(map[string][]int32, len(m.own))
	for i, o := range m.own {
		if len(o.AccessKey) >= 12 {
			starts[o.AccessKey[:4]] = append(starts[o.AccessKey[:4]], int32(i))
		}
	}
	return starts
}

// A found is a hit in a block.
type found struct {
	at   int
	own  int32
	what What
}

// scan looks for everything in b, and reports what begins in b[from:to].
func (m *Matcher) scan(b []byte, from, to int) []found {
	var hits []found
	hits = m.pieces(b, from, to, hits)
	hits = m.hexRuns(b, from, to, hits)
	if m.base64 != nil {
		hits = m.base64Runs(b, from, to, hits)
	}
	hits = m.masks(b, from, to, hits)
	if len(hits) > 0 {
		hits = m.passphrases(b, hits)
		slices.SortStableFunc(hits, func(x, y found) int { return x.at - y.at })
	}
	return hits
}

// pieces looks at every 8th position. Positions that pass the index's bits are
// looked up some hundred together: then a processor fetches many lines of the
// table at once, and each is out of its cache.
func (m *Matcher) pieces(b []byte, from, to int, hits []found) []found {
	last := min(len(b)-piece, to+stride)
	var some [8 * group]int32
	n := 0
	i := from
	for ; i+(group-1)*stride <= last; i += group * stride {
		for may := m.full.tryGroup(b[i:]); may != 0; may &= may - 1 {
			some[n] = int32(i + bits.TrailingZeros64(may)*stride) //nolint:gosec // within a block
			n++
		}
		if n > len(some)-group {
			hits = m.piecesAt(b, some[:n], from, to, hits)
			n = 0
		}
	}
	hits = m.piecesAt(b, some[:n], from, to, hits)
	for ; i <= last; i += stride {
		hits = m.pieceAt(b, i, from, to, hits)
	}
	return hits
}

// piecesAt is pieceAt for several positions.
func (m *Matcher) piecesAt(b []byte, some []int32, from, to int, hits []found) []found {
	for _, i := range some {
		if m.full.likely(hashOf(pieceOf(b[i:]))) {
			hits = m.pieceAt(b, int(i), from, to, hits)
		}
	}
	return hits
}

// pieceAt adds the patterns of which a piece stands at i.
func (m *Matcher) pieceAt(b []byte, i, from, to int, hits []found) []found {
	m.full.lookup(hashOf(pieceOf(b[i:])), func(number int) {
		p, start := &m.pats[number/stride], i-number%stride
		if start < from || start >= to {
			return
		}
		if p.equal(b[start:]) {
			hits = add(hits, found{start, p.own, p.what})
		} else if p.what == AccessKey && cutOff(b, start, p.text) {
			hits = add(hits, found{start, p.own, Prefix})
		}
	})
	return hits
}

func add(hits []found, f found) []found {
	if slices.Contains(hits, f) {
		return hits
	}
	return append(hits, f)
}

// leastPrefix is how much of an access key must be there where the rest is cut
// off without a mark.
const leastPrefix = 16

// cutOff reports whether the beginning of an access key stands at start and
// nothing of it follows.
func cutOff(b []byte, start int, key string) bool {
	n := 0
	for n < len(key) && start+n < len(b) && b[start+n] == key[n] {
		n++
	}
	ends := start+n == len(b) ||
		!token.Byte[b[start+n]] && b[start+n] != '\\' && b[start+n] != '%' // those two begin an escaped character
	return n >= leastPrefix && n < len(key) && ends && (start == 0 || !token.Byte[b[start-1]])
}

// masks looks for access keys with a mask in the middle or at the end:
// vmPU…q5Ad, vmPU****q5Ad, 2f5ac9d01b3e*****.
func (m *Matcher) masks(b []byte, from, to int, hits []found) []found {
	for _, mark := range []string{"…", "...", "***"} {
		for i := from; i < to; {
			at := bytes.Index(b[i:min(len(b), to+64)], []byte(mark))
			if at < 0 {
				break
			}
			i += at
			end := i + len(mark)
			for end < len(b) && end-i < 200 && (b[end] == '.' || b[end] == '*') {
				end++
			}
			hits = m.masked(b, i, end, from, to, hits)
			i = end
		}
	}
	return hits
}

// masked compares what stands before and behind a mask with all access keys
// that begin so.
func (m *Matcher) masked(b []byte, start, end, from, to int, hits []found) []found {
	head := start
	for head > 0 && start-head < 96 && token.Byte[b[head-1]] {
		head--
	}
	tail := end
	for tail < len(b) && tail-end < 96 && token.Byte[b[tail]] {
		tail++
	}
	before, after := string(b[head:start]), string(b[end:tail])
	if len(before) < 4 || head < from || head >= to || len(before) < 8 && len(after) < 4 {
		return hits
	}
	for _, own := range m.starts()[before[:4]] {
		key := m.own[own].AccessKey
		if len(before)+len(after) < len(key) && strings.HasPrefix(key, before) && strings.HasSuffix(key, after) {
			hits = add(hits, found{head, own, Prefix})
		}
	}
	return hits
}

// passphrases adds the passphrases of keys that were found, where they stand
// in the same line. A passphrase is a word that others may have chosen too:
// alone it is no hit.
func (m *Matcher) passphrases(b []byte, hits []found) []found {
	for _, h := range slices.Clone(hits) {
		word := m.own[h.own].word()
		if len(word) < 4 || h.what == Prefix {
			continue
		}
		low, high := h.at, h.at
		for low > 0 && h.at-low < 4096 && b[low-1] != '\n' {
			low--
		}
		for high < len(b) && high-h.at < 4096 && b[high] != '\n' {
			high++
		}
		if i := bytes.Index(b[low:high], []byte(word)); i >= 0 {
			hits = add(hits, found{low + i, h.own, Passphrase})
		}
	}
	return hits
}
