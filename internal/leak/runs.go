package leak

import "rekey/internal/scan/token"

// hexRuns looks for hashes in hexadecimal digits: texts that are a whole run
// of 64. Of every such run one of the words that it looks at, 57 bytes apart,
// is all digits; runAt goes back from there to the run's beginning.
func (m *Matcher) hexRuns(b []byte, from, to int, hits []found) []found {
	for i := from; i+piece <= len(b) && i < to+hashHex; i += hashHex - piece + 1 {
		if token.NotHex(token.Word(b[i:])) == 0 {
			hits = m.runAt(b, i, from, to, &token.Hex, hashHex, m.hex, hits)
		}
	}
	return hits
}

// base64Runs looks in the same way for hashes in base64.
func (m *Matcher) base64Runs(b []byte, from, to int, hits []found) []found {
	for i := from; i+piece <= len(b) && i < to+hash64; i += hash64 - piece + 1 {
		if token.End(b[:i+piece], i, &token.Byte) == i+piece {
			hits = m.runAt(b, i, from, to, &token.Byte, hash64, m.base64, hits)
		}
	}
	return hits
}

// runAt adds the hashes of x that are the whole run of n bytes in which b[i]
// is and the seven behind it.
func (m *Matcher) runAt(b []byte, i, from, to int, kind *[256]bool, n int, x *index, hits []found) []found {
	start := token.Start(b, i, max(i-n+piece, 0), kind)
	end := start + n
	if start < from || start >= to {
		return hits // another block's
	}
	if end > len(b) || end < len(b) && kind[b[end]] || start > 0 && kind[b[start-1]] {
		return hits // longer
	}
	h := hashOf(pieceOf(b[start:]))
	if !x.maybe(h) || token.End(b[:end], i, kind) < end {
		return hits
	}
	x.lookup(h, func(number int) {
		if h := m.hashed[number]; m.isHash(b[start:end], h) {
			hits = add(hits, found{start, h.own, Hash})
		}
	})
	return hits
}
