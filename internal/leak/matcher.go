package leak

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"

	"rekey/internal/parallel"
)

// A Matcher knows the keys to look for. It is safe for concurrent use.
type Matcher struct {
	own    []Own
	full   *index // access keys, secrets and hashes in base64, anywhere in a text
	hex    *index // hashes in hexadecimal digits, whole runs
	base64 *index // hashes in base64, whole runs; nil when they are in full
	starts map[string][]int32
}

// many is from how many keys on hashes in base64 are looked for as whole runs:
// that takes longer, and in full they would be too many.
const many = 20_000

// NewMatcher makes a matcher of keys, and of the salts that a list of hashes
// may have.
func NewMatcher(own []Own, salts []string) *Matcher {
	m := &Matcher{own: own, starts: map[string][]int32{}}
	var wait parallel.Group
	var inBase64 []pattern
	wait.Go(func() {
		var inHex []pattern
		for i, o := range own {
			for _, p := range o.hashes(int32(i), salts) {
				if len(p.text) == hashHex {
					inHex = append(inHex, p)
				} else {
					inBase64 = append(inBase64, p)
				}
			}
		}
		m.hex = newIndex(inHex, 1)
		if len(own) >= many {
			m.base64 = newIndex(inBase64, 1)
		}
	})
	var full []pattern
	for i, o := range own {
		full = append(full, o.patterns(int32(i))...)
		if len(o.AccessKey) >= 12 {
			m.starts[o.AccessKey[:4]] = append(m.starts[o.AccessKey[:4]], int32(i))
		}
	}
	if len(own) < many {
		wait.Wait()
		full = append(full, inBase64...)
	}
	m.full = newIndex(full, stride)
	wait.Wait()
	return m
}

// Keys returns how many keys are looked for.
func (m *Matcher) Keys() int { return len(m.own) }

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
	hits = runs(b, from, to, &hexByte, hashHex, m.hex, hits)
	if m.base64 != nil {
		hits = runs(b, from, to, &runByte, hash64, m.base64, hits)
	}
	hits = m.masks(b, from, to, hits)
	if len(hits) > 0 {
		hits = m.passphrases(b, hits)
		slices.SortStableFunc(hits, func(x, y found) int { return x.at - y.at })
	}
	return hits
}

// pieces looks at every 8th position.
func (m *Matcher) pieces(b []byte, from, to int, hits []found) []found {
	last := min(len(b)-piece, to+stride)
	x := m.full
	bitmap, shift := x.bitmap, x.shift
	for i := from; i <= last; i += stride {
		h := hashOf(binary.LittleEndian.Uint64(b[i:]) | small)
		bit := h >> shift
		if bitmap[bit/64]&(1<<(bit%64)) == 0 {
			continue
		}
		x.lookup(h, func(p *pattern, at int) {
			start := i - at
			if start < from || start >= to {
				return
			}
			if p.equal(b[start:]) {
				hits = add(hits, found{start, p.own, p.what})
			} else if p.what == AccessKey && cutOff(b, start, p.text) {
				hits = add(hits, found{start, p.own, Prefix})
			}
		})
	}
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
	ends := start+n == len(b) || !runByte[b[start+n]] && b[start+n] != '\\' && b[start+n] != '%' // those two begin an escaped character
	return n >= leastPrefix && n < len(key) && ends && (start == 0 || !runByte[b[start-1]])
}

// runByte marks letters, digits and + / - _.
var runByte = func() (t [256]bool) { //nolint:gochecknoglobals // a table that nothing writes
	for c := range t {
		t[c] = c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '+' || c == '/' || c == '-' || c == '_'
	}
	return t
}()

// hexByte marks hexadecimal digits.
var hexByte = func() (t [256]bool) { //nolint:gochecknoglobals // a table that nothing writes
	for c := range t {
		t[c] = c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
	}
	return t
}()

// The lengths of a SHA-256 in base64, without padding, and in hexadecimal
// digits.
const (
	hash64  = 43
	hashHex = 64
)

// runs looks for hashes in x: texts that are a whole run of n bytes of a kind.
// It looks at every nth byte, and goes back from there within runs.
func runs(b []byte, from, to int, kind *[256]bool, n int, x *index, hits []found) []found {
	for i := from + n - 1; i < len(b); {
		if !kind[b[i]] {
			i += n
			continue
		}
		low := i - n + 1
		j := i - 1
		for j-8 >= low && eight(b[j-7:j+1], kind) {
			j -= 8
		}
		for j >= low && kind[b[j]] {
			j--
		}
		if j >= low {
			i = j + n
			continue
		}
		if low >= to {
			break
		}
		end := i + 1
		for end+8 <= len(b) && eight(b[end:end+8], kind) {
			end += 8
		}
		for end < len(b) && kind[b[end]] {
			end++
		}
		if end == i+1 && (low == 0 || !kind[b[low-1]]) {
			if h, ok := x.maybe(binary.LittleEndian.Uint64(b[low:])); ok {
				x.lookup(h, func(p *pattern, _ int) {
					if p.equal(b[low:]) {
						hits = add(hits, found{low, p.own, p.what})
					}
				})
			}
		}
		i = end + n
	}
	return hits
}

// eight reports whether all of eight bytes are of a kind.
func eight(b []byte, kind *[256]bool) bool {
	_ = b[7]
	return kind[b[0]] && kind[b[1]] && kind[b[2]] && kind[b[3]] && kind[b[4]] && kind[b[5]] && kind[b[6]] && kind[b[7]]
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
	for head > 0 && start-head < 96 && runByte[b[head-1]] {
		head--
	}
	tail := end
	for tail < len(b) && tail-end < 96 && runByte[b[tail]] {
		tail++
	}
	before, after := string(b[head:start]), string(b[end:tail])
	if len(before) < 4 || head < from || head >= to || len(before) < 8 && len(after) < 4 {
		return hits
	}
	for _, own := range m.starts[before[:4]] {
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
