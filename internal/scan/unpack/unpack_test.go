package unpack

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"testing"
)

// TestEntries wants a tar with too many files to end with the limit, and all
// before it to be read.
func TestEntries(t *testing.T) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for i := range 5 {
		_ = w.WriteHeader(&tar.Header{Name: fmt.Sprint(i), Mode: 0o600, Size: 1, Typeflag: tar.TypeReg})
		_, _ = w.Write([]byte("x"))
	}
	_ = w.Close()
	for most, want := range map[int]int{3: 3, 5: 5} {
		l := Default()
		l.Entries = most
		read := 0
		err := NewBudget(l).Tar(bytes.NewReader(b.Bytes()), func(string, io.Reader) { read++ })
		if read != want || errors.Is(err, ErrLimit) != (most < 5) {
			t.Errorf("with %d at most: %d read, %v", most, read, err)
		}
	}
}

// TestUnread wants every format that is not read to be seen, and no text.
func TestUnread(t *testing.T) {
	for _, u := range unread {
		head := []byte(u.magic + " and more bytes behind it")
		if Sniff(head) != Sealed || Unread(head) != u.name {
			t.Errorf("%s is taken for %q", u.name, Sniff(head))
		}
	}
	for _, text := range []string{"PACKAGE", "Rar is a format", "7zip", "LZI", "hello", "[]\x00\x00"} {
		if f := Sniff([]byte(text)); f != Plain {
			t.Errorf("%q is taken for %q", text, f)
		}
	}
}
