// Package token knows the bytes of which keys, secrets, UUIDs and base64 are
// made: letters, digits and + / - _. A row of them is a run.
//
// Most bytes of a large file are asked for it: what is here is what the loops
// over them share.
package token

import "encoding/binary"

const (
	ones  = 0x0101010101010101
	tops  = 0x80 * ones
	small = 0x20 * ones // makes letters small, and leaves digits as they are
)

// Byte marks the bytes of runs.
var Byte = table(func(c byte) bool { //nolint:gochecknoglobals // a table that nothing writes
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '+' || c == '/' || c == '-' ||
		c == '_'
})

// Hex marks hexadecimal digits.
var Hex = table(func(c byte) bool { //nolint:gochecknoglobals // a table that nothing writes
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
})

func table(is func(byte) bool) (t [256]bool) {
	for c := range t {
		t[c] = is(byte(c))
	}
	return t
}

// NotHex sets the top bit of each byte of v that is no hexadecimal digit, and
// no other bit: it asks of eight bytes at once.
func NotHex(v uint64) uint64 {
	low := v &^ tops
	is := between(low, '0', '9') | between(low|small, 'a', 'f')
	return (^is | v) & tops
}

// between sets the top bit of each byte of v that is from low to high. The top
// bits of v are not set.
func between(v, low, high uint64) uint64 {
	return (v + (0x80-low)*ones) &^ (v + (0x7f-high)*ones) & tops
}

// Word is the first eight bytes of b, which has as many.
func Word(b []byte) uint64 { return binary.LittleEndian.Uint64(b) }

// Start returns where the run begins that ends before b[end], but not less
// than low.
func Start(b []byte, end, low int, kind *[256]bool) int {
	for end-8 >= low && eight(b[end-8:end], kind) {
		end -= 8
	}
	for end > low && kind[b[end-1]] {
		end--
	}
	return end
}

// End returns where the run ends that begins at b[start].
func End(b []byte, start int, kind *[256]bool) int {
	for start+8 <= len(b) && eight(b[start:start+8], kind) {
		start += 8
	}
	for start < len(b) && kind[b[start]] {
		start++
	}
	return start
}

// eight reports whether all of eight bytes are of a kind.
func eight(b []byte, kind *[256]bool) bool {
	_ = b[7]
	return kind[b[0]] && kind[b[1]] && kind[b[2]] && kind[b[3]] && kind[b[4]] && kind[b[5]] && kind[b[6]] && kind[b[7]]
}
