package leak

import (
	"encoding/binary"
	"math/bits"
)

// piece is how many bytes of a text an index knows it by.
const piece = 8

// small makes letters small; digits stay, and what is no letter does not
// matter, since it is compared in full later.
const small = 0x2020202020202020

// An index finds numbers by pieces of text, large and small letters alike.
// First come three bits in one word for each piece, which is all that nearly
// every position of a dump needs; then a table. It may find more than is
// there: the caller compares.
type index struct {
	words       []uint64
	wordShift   uint
	buckets     []bucket
	bucketShift uint
}

// A bucket holds, filled from its beginning, the low half of a piece's hash
// above its number plus one; 0 is free. What finds no room goes into the next.
// It is one line of a cache.
type bucket [8]uint64

// newIndex makes an index that has room for n pieces.
func newIndex(n int) *index {
	words := bits.Len(uint(max(n, 1<<14) / 8)) // 8 to 16 bits for each piece: what stays in the cache is fast
	buckets := bits.Len(uint(max(n, 16) / 4))  // 2 to 4 pieces in each
	return &index{
		words: make([]uint64, 1<<words), wordShift: uint(64 - words),
		buckets: make([]bucket, 1<<buckets), bucketShift: uint(64 - buckets),
	}
}

// hashOf mixes all bits of a piece into all bits of the hash.
func hashOf(v uint64) uint64 {
	high, low := bits.Mul64(v|small, 0x9e3779b97f4a7c15)
	return high ^ low
}

// bitsOf are the three bits of a hash within a word.
func bitsOf(h uint64) uint64 { return 1<<(h&63) | 1<<(h>>6&63) | 1<<(h>>12&63) }

// pieceOf is the piece at the beginning of a text of 8 bytes or more.
func pieceOf[T string | []byte](s T) uint64 {
	_ = s[piece-1]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// add makes the piece v lead to a number.
func (x *index) add(v uint64, number int) {
	h := hashOf(v)
	x.words[h>>x.wordShift] |= bitsOf(h)
	for i := h >> x.bucketShift; ; i = (i + 1) % uint64(len(x.buckets)) {
		b := &x.buckets[i]
		for j := range b {
			if b[j] == 0 {
				b[j] = h<<32 | uint64(uint32(number)+1) //nolint:gosec // a number is far below 2^32
				return
			}
		}
	}
}

// maybe reports whether a piece with this hash may be there.
func (x *index) maybe(h uint64) bool {
	return bitsOf(h)&^x.words[h>>x.wordShift] == 0
}

// likely reports whether a lookup is worth its while.
func (x *index) likely(h uint64) bool {
	b := &x.buckets[h>>x.bucketShift]
	return b.has(h) || b[len(b)-1] != 0
}

// lookup calls f with every number that a piece with this hash leads to.
func (x *index) lookup(h uint64, f func(number int)) {
	for i := h >> x.bucketShift; ; i = (i + 1) % uint64(len(x.buckets)) {
		b := &x.buckets[i]
		if b.has(h) {
			for _, v := range b {
				if v>>32 == h&0xffffffff && v != 0 {
					f(int(uint32(v)) - 1) //nolint:gosec // cut off on purpose
				}
			}
		}
		if b[len(b)-1] == 0 {
			return
		}
	}
}

// has reports whether a bucket may have a piece with this hash. It does not
// branch, as tryGroup does not.
func (b *bucket) has(h uint64) bool {
	h &= 0xffffffff
	var same uint64
	for _, v := range b {
		same |= (v>>32 ^ h) - 1
	}
	return same>>63 != 0
}

// group is how many pieces are tried at once.
const group = 64

// tryGroup tries 64 pieces, 8 bytes apart, and returns a bit for each that may
// be there. It does not branch: what a processor cannot guess costs it more
// than the work.
func (x *index) tryGroup(b []byte) uint64 {
	words, shift := x.words, x.wordShift
	b = b[:group*piece]
	var found uint64
	for i := 0; i < group; i++ {
		h := hashOf(binary.LittleEndian.Uint64(b[i*piece : i*piece+piece]))
		missing := bitsOf(h) &^ words[h>>shift]
		var bit uint64
		if missing == 0 {
			bit = 1
		}
		found |= bit << i
	}
	return found
}
