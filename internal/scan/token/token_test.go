package token

import (
	"strings"
	"testing"
)

// The word's arithmetic says of every byte, in every place and beside any
// other, what the table says.
func TestNotHex(t *testing.T) {
	for c := range 256 {
		for beside := range 256 {
			for place := range 8 {
				v := uint64(beside)*ones&^(0xff<<(8*place)) | uint64(c)<<(8*place)
				got := NotHex(v)
				if top := uint64(0x80) << (8 * place); got&top == 0 != Hex[c] || got&^uint64(tops) != 0 {
					t.Fatalf("byte %#x at %d beside %#x: %x", c, place, beside, got)
				}
			}
		}
	}
}

// Start and End stop where a plain loop does.
func TestStartAndEnd(t *testing.T) {
	for n := range 40 {
		for gap := range 12 {
			b := []byte(strings.Repeat(" ", gap) + strings.Repeat("a", n) + strings.Repeat(".", gap))
			if got := Start(b, gap+n, 0, &Byte); got != gap {
				t.Errorf("%q begins at %d, want %d", b, got, gap)
			}
			if got := End(b, gap, &Byte); got != gap+n {
				t.Errorf("%q ends at %d, want %d", b, got, gap+n)
			}
			if low := gap + n/2; Start(b, gap+n, low, &Byte) != low {
				t.Errorf("%q goes back behind %d", b, low)
			}
		}
	}
}
