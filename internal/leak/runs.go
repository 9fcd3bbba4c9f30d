package leak

import "encoding/binary"

// A run is a row of bytes of one kind: hexadecimal digits, or the letters,
// digits and + / - _ of base64. Runs are looked for eight bytes at once, in a
// word, since most of a dump is in runs.

const (
	ones = 0x0101010101010101
	tops = 0x8080808080808080
)

// runByte marks letters, digits and + / - _.
var runByte = table(notRun) //nolint:gochecknoglobals // a table that nothing writes

// hexByte marks hexadecimal digits.
var hexByte = table(notHex) //nolint:gochecknoglobals // a table that nothing writes

func table(not func(uint64) uint64) (t [256]bool) {
	for c := range t {
		t[c] = not(uint64(c))&0x80 == 0
	}
	return t
}

// between sets the top bit of each byte of v that is from low to high. The top
// bits of v are not set.
func between(v, low, high uint64) uint64 {
	return (v + (0x80-low)*ones) &^ (v + (0x7f-high)*ones) & tops
}

// notHex sets the top bit of each byte that is no hexadecimal digit, and no
// other bit.
func notHex(v uint64) uint64 {
	low := v &^ tops
	is := between(low, '0', '9') | between(low|small, 'a', 'f')
	return (^is | v) & tops
}

// notRun sets the top bit of each byte that is no letter, no digit and none of
// + / - _, and no other bit.
func notRun(v uint64) uint64 {
	low := v &^ tops
	commaOrDot := between(low|0x02*ones, '.', '.')
	is := between(low, '+', '9')&^commaOrDot | between(low|small, 'a', 'z') | between(low, '_', '_')
	return (^is | v) & tops
}

// hexRuns looks for hashes in hexadecimal digits: texts that are a whole run
// of 64. Of every such run one of the words that it looks at, 57 bytes apart,
// is all digits; runAt goes back from there to the run's beginning.
func (m *Matcher) hexRuns(b []byte, from, to int, hits []found) []found {
	for i := from; i+piece <= len(b) && i < to+hashHex; i += hashHex - piece + 1 {
		if notHex(binary.LittleEndian.Uint64(b[i:])) == 0 {
			hits = m.runAt(b, i, from, to, &hexByte, hashHex, m.hex, hits)
		}
	}
	return hits
}

// base64Runs looks in the same way for hashes in base64.
func (m *Matcher) base64Runs(b []byte, from, to int, hits []found) []found {
	for i := from; i+piece <= len(b) && i < to+hash64; i += hash64 - piece + 1 {
		if eight(b[i:i+piece], &runByte) {
			hits = m.runAt(b, i, from, to, &runByte, hash64, m.base64, hits)
		}
	}
	return hits
}

// runAt adds the hashes of x that are the whole run of n bytes in which b[i]
// is and the seven behind it.
func (m *Matcher) runAt(b []byte, i, from, to int, kind *[256]bool, n int, x *index, hits []found) []found {
	start, least := i, max(i-n+piece, 0)
	for start-8 >= least && eight(b[start-8:start], kind) {
		start -= 8
	}
	for start > least && kind[b[start-1]] {
		start--
	}
	end := start + n
	if start < from || start >= to {
		return hits // another block's
	}
	if end > len(b) || end < len(b) && kind[b[end]] || start > 0 && kind[b[start-1]] {
		return hits // longer
	}
	h := hashOf(pieceOf(b[start:]))
	if !x.maybe(h) || !whole(b[i:end], kind) {
		return hits
	}
	x.lookup(h, func(number int) {
		if h := m.hashed[number]; m.isHash(b[start:end], h) {
			hits = add(hits, found{start, h.own, Hash})
		}
	})
	return hits
}

// whole reports whether all bytes are of a kind.
func whole(b []byte, kind *[256]bool) bool {
	for _, c := range b {
		if !kind[c] {
			return false
		}
	}
	return true
}

// eight reports whether all of eight bytes are of a kind.
func eight(b []byte, kind *[256]bool) bool {
	_ = b[7]
	return kind[b[0]] && kind[b[1]] && kind[b[2]] && kind[b[3]] && kind[b[4]] && kind[b[5]] && kind[b[6]] && kind[b[7]]
}
