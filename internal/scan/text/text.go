// Package text tells how the bytes of a file are a text, and makes them one.
package text

import (
	"bytes"
	"encoding/binary"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// An Encoding is one that a text may have.
type Encoding int

// The encodings that are told apart.
const (
	Bytes Encoding = iota // ASCII, UTF-8, any code page
	UTF16Little
	UTF16Big
	Binary // no text: its strings are read
)

// IsUTF16 reports whether the text must be decoded.
func (e Encoding) IsUTF16() bool { return e == UTF16Little || e == UTF16Big }

// EncodingOf looks at the first bytes of a file.
func EncodingOf(head []byte) Encoding {
	switch {
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}):
		return UTF16Little
	case bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return UTF16Big
	case bytes.IndexByte(head[:min(len(head), 8<<10)], 0) < 0:
		return Bytes
	}
	return unmarked(head[:min(len(head), 8<<10)])
}

// unmarked tells UTF-16 without a mark from binary data: nearly every second
// byte is 0, and the others are those of a text.
func unmarked(head []byte) Encoding {
	var zeros, plain [2]int // at even and at odd places
	for i, c := range head {
		switch {
		case c == 0:
			zeros[i&1]++
		case c >= ' ' && c <= '~' || c == '\t' || c == '\r' || c == '\n':
			plain[i&1]++
		}
	}
	half := len(head) / 2
	for _, e := range []struct {
		zero, text int
		is         Encoding
	}{{1, 0, UTF16Little}, {0, 1, UTF16Big}} {
		if half >= 8 && zeros[e.zero]*10 >= half*7 && plain[e.text]*10 >= half*8 && zeros[e.text]*50 <= half {
			return e.is
		}
	}
	return Binary
}

// Printable makes a text of binary data: what is no ASCII becomes the end of a
// line, offset by offset.
func Printable(b []byte) []byte {
	out := make([]byte, len(b))
	for i, c := range b {
		if c < ' ' || c > '~' {
			c = '\n'
		}
		out[i] = c
	}
	return out
}

// Decode returns the UTF-8 of a text that begins with the mark of e.
func Decode(r io.Reader, e Encoding) io.Reader {
	switch e {
	case UTF16Little:
		return &utf16Reader{r: r, order: binary.LittleEndian}
	case UTF16Big:
		return &utf16Reader{r: r, order: binary.BigEndian}
	case Bytes, Binary:
	}
	return r
}

// A utf16Reader turns UTF-16 into UTF-8. Its lines and columns are those of
// the file.
type utf16Reader struct {
	r     io.Reader
	order binary.ByteOrder
	in    [8 << 10]byte
	left  int    // bytes of in that are half a character
	out   []byte // decoded, not yet read
	err   error
}

func (u *utf16Reader) Read(p []byte) (int, error) {
	for len(u.out) == 0 {
		if u.err != nil {
			return 0, u.err
		}
		n, err := u.r.Read(u.in[u.left:])
		u.decode(u.in[:u.left+n], err != nil)
		u.err = err
	}
	n := copy(p, u.out)
	u.out = u.out[n:]
	return n, nil
}

func (u *utf16Reader) decode(b []byte, last bool) {
	out := make([]byte, 0, len(b)*3/2)
	i := 0
	for ; i+1 < len(b); i += 2 {
		r := rune(u.order.Uint16(b[i:]))
		if utf16.IsSurrogate(r) {
			if i+3 >= len(b) && !last {
				break
			}
			if i+3 < len(b) {
				if both := utf16.DecodeRune(r, rune(u.order.Uint16(b[i+2:]))); both != utf8.RuneError {
					r = both
					i += 2
				}
			}
		}
		if r == 0xfeff { // the mark itself
			continue
		}
		out = utf8.AppendRune(out, r)
	}
	u.left = copy(u.in[:], b[i:])
	u.out = out
}
