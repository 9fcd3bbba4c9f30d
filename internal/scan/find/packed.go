package find

import (
	"bytes"
	"encoding/base64"
	"unicode/utf8"

	"rekey/internal/scan/token"
)

// Of a file that is written in base64, as Kubernetes keeps it: the least that
// is looked at, and the most.
const (
	leastPacked = 100
	mostPacked  = 256 << 10
)

// packed reports whether a run may be the base64 of a text: its beginning is.
func packed(run []byte) bool {
	return len(run) >= leastPacked && packedStart(run)
}

// packedStart reports whether the first 48 characters decode to a text.
func packedStart(run []byte) bool {
	for i := 0; i < 48; i += 4 { // the first of four stands for the high bits of a byte
		if c := run[i]; c < 'A' || c > 'Z' && c < 'a' || c > 'f' {
			return false
		}
	}
	var plain [36]byte
	n, err := base64.StdEncoding.Decode(plain[:36], run[:48])
	if err != nil {
		return false
	}
	for _, c := range plain[:n] {
		if c < ' ' && c != '\n' && c != '\r' && c != '\t' || c >= 0x7f {
			return false
		}
	}
	return true
}

// packedLine reports whether a run may be the first line of a file in base64,
// of one of the widths that programs break it at.
func packedLine(run []byte) bool {
	switch len(run) {
	case 60, 64, 76:
		return packedStart(run)
	}
	return false
}

// unpacked returns the texts that are written in base64 in a text, with the
// places where the base64 begins and ends. Its lines may be broken.
func unpacked(b []byte) []cell {
	var all []cell
	for i := 0; i < len(b); {
		if !token.Byte[b[i]] {
			i++
			continue
		}
		start := i
		i = token.End(b, i, &token.Byte)
		if run := b[start:i]; !packed(run) && !packedLine(run) {
			continue
		}
		run, end := joinedLines(b, start, i)
		i = end
		if len(run) < leastPacked || len(run) > mostPacked {
			continue
		}
		plain, err := base64.RawStdEncoding.DecodeString(string(bytes.TrimRight(run, "=")))
		if err == nil && utf8.Valid(plain) && bytes.IndexByte(plain, 0) < 0 {
			all = append(all, cell{string(plain), start, end})
		}
	}
	return all
}

// joinedLines returns a run and the lines of the same width that it goes on in.
func joinedLines(b []byte, start, end int) ([]byte, int) {
	run := bytes.Clone(b[start:end])
	width := end - start
	for width == 60 || width == 64 || width == 76 {
		k := end
		for k < len(b) && (b[k] == '\n' || b[k] == '\r' || b[k] == ' ' || b[k] == '\t') && k-end < 80 {
			k++
		}
		next := token.End(b, k, &token.Byte)
		if next == k || next-k > width {
			break
		}
		run = append(run, b[k:next]...)
		end = next
		if next-k < width {
			break
		}
	}
	return run, end
}
