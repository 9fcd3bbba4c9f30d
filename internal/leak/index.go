package leak

import (
	"encoding/binary"
	"math/bits"
	"strings"
)

// Texts are found by pieces of 8 bytes. Of a dump every 8th position is looked
// at, and of a pattern the 8 pieces at its beginning are known, one of which
// must lie at such a position. A pattern therefore has 15 bytes at least.
const (
	piece    = 8
	stride   = 8
	shortest = piece + stride - 1
)

// small makes letters small; digits stay, and what is no letter does not
// matter, since it is compared in full later.
const small = 0x2020202020202020

// An index finds patterns by their pieces: first a bit for each, which is all
// that nearly every position of a dump needs, then a table.
type index struct {
	bitmap []uint64
	shift  uint
	// table holds, by hash with open addressing, 32 bits of a piece's hash
	// above the number of an entry plus one; 0 is free.
	table []uint64
	mask  uint32
	// entries are numbers of patterns, shifted by 3, with the offset of the
	// piece.
	entries []uint32
	pats    []pattern
}

func hashOf(v uint64) uint64 { return v * 0x9e3779b97f4a7c15 }

// tagOf is the part of a hash that a table keeps.
func tagOf(h uint64) uint64 { return h << 32 }

func pieceOf(s string, at int) uint64 {
	var b [piece]byte
	copy(b[:], s[at:])
	return binary.LittleEndian.Uint64(b[:]) | small
}

// newIndex makes an index of the first pieces of every pattern.
func newIndex(pats []pattern, pieces int) *index {
	x := &index{pats: pats}
	n := len(pats) * pieces
	size := max(1<<15, 1<<bits.Len(uint(32*n)))
	size = min(size, 1<<30)
	x.bitmap = make([]uint64, size/64)
	x.shift = uint(64 - bits.Len(uint(size-1)))
	slots := max(64, 1<<bits.Len(uint(2*n)))
	x.table, x.mask = make([]uint64, slots), uint32(slots-1) //nolint:gosec // at most 2^32
	x.entries = make([]uint32, 0, n)
	for i, p := range pats {
		for at := range pieces {
			h := hashOf(pieceOf(p.text, at))
			bit := h >> x.shift
			x.bitmap[bit/64] |= 1 << (bit % 64)
			x.entries = append(x.entries, uint32(i)<<3|uint32(at))
			slot := uint32(h>>20) & x.mask //nolint:gosec // cut off on purpose
			for x.table[slot] != 0 {
				slot = (slot + 1) & x.mask
			}
			x.table[slot] = tagOf(h) | uint64(len(x.entries))
		}
	}
	return x
}

// maybe reports whether the 8 bytes may be a piece of a pattern.
func (x *index) maybe(v uint64) (uint64, bool) {
	h := hashOf(v | small)
	bit := h >> x.shift
	return h, x.bitmap[bit/64]&(1<<(bit%64)) != 0
}

// lookup calls f with every pattern that has a piece of this hash, and the
// piece's offset in it.
func (x *index) lookup(h uint64, f func(p *pattern, at int)) {
	tag := tagOf(h)
	for slot := uint32(h>>20) & x.mask; x.table[slot] != 0; slot = (slot + 1) & x.mask { //nolint:gosec // cut off on purpose
		v := x.table[slot]
		if v&^0xffffffff != tag {
			continue
		}
		e := x.entries[uint32(v)-1] //nolint:gosec // cut off on purpose
		p := &x.pats[e>>3]
		if hashOf(pieceOf(p.text, int(e&7))) == h {
			f(p, int(e&7))
		}
	}
}

// equal compares a text of the dump with a pattern.
func (p *pattern) equal(b []byte) bool {
	if len(b) < len(p.text) {
		return false
	}
	if p.fold {
		return strings.EqualFold(string(b[:len(p.text)]), p.text)
	}
	return string(b[:len(p.text)]) == p.text
}
