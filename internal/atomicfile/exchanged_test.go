package atomicfile

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// exchanged opens the file f for reading and writing, while exchange does
// something to it each time that it was looked at and is not yet opened. It
// returns what the opened file holds, and how often that happened.
func exchanged(t *testing.T, dir string, exchange func(times int) error) (content string, times int, err error) {
	t.Helper()
	d, err := OpenDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	d.looked = func() {
		times++
		if err := exchange(times); err != nil {
			t.Fatal(err)
		}
	}
	f, err := d.Open("f", os.O_RDWR, 0)
	if err != nil {
		return "", times, err
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(data), times, nil
}

// prepared is a directory with the file f, another one, and one outside of it.
func prepared(t *testing.T) (dir string) {
	t.Helper()
	base := t.TempDir()
	dir = filepath.Join(base, "dir")
	for _, err := range []error{
		os.Mkdir(dir, 0o700), os.WriteFile(filepath.Join(dir, "f"), []byte("old"), 0o600),
		os.WriteFile(filepath.Join(dir, "other"), []byte("other"), 0o600),
		os.WriteFile(filepath.Join(base, "outside"), []byte("outside"), 0o600),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// The file is exchanged for a link at the worst moment. It is not followed:
// neither to a file of the same directory nor out of it, and not by a second
// try either.
func TestExchangedForALink(t *testing.T) {
	for _, target := range []string{"other", filepath.Join("..", "outside"), "nothing"} {
		dir := prepared(t)
		if err := os.Symlink(target, filepath.Join(dir, "link")); err != nil {
			t.Skipf("symbolic links cannot be made here; run the tests where they can: %v", err)
		}
		content, _, err := exchanged(t, dir, func(times int) error {
			if times > 1 {
				return nil
			}
			return os.Rename(filepath.Join(dir, "link"), filepath.Join(dir, "f"))
		})
		if err == nil {
			t.Errorf("a link to %s was followed, to %q", target, content)
		}
		if target == "other" && !errors.Is(err, ErrSymlink) {
			t.Errorf("a link to %s: %v, want ErrSymlink", target, err)
		}
	}
}

// Another rekey replaces the file, as Write does it: the new one is opened.
// Somebody who does it without end is told of, and not waited for.
func TestExchangedForAnotherFile(t *testing.T) {
	for _, c := range []struct {
		story     string
		exchanges int
		content   string
		times     int
		err       error
	}{
		{"never", 0, "old", 1, nil},
		{"once", 1, "new", 2, nil},
		{"until the last try", openTries - 1, "new", openTries, nil},
		{"without end", 1000, "", openTries, ErrExchanged},
	} {
		dir := prepared(t)
		content, times, err := exchanged(t, dir, func(times int) error {
			if times > c.exchanges {
				return nil
			}
			return Write(filepath.Join(dir, "f"), []byte("new"), Options{NoSync: true})
		})
		if content != c.content || times != c.times || !errors.Is(err, c.err) {
			t.Errorf("%s: %q after %d looks, %v; want %q after %d, %v", c.story, content, times, err, c.content, c.times, c.err)
		}
	}
}

// What is gone is gone, also when it was there a moment ago.
func TestRemovedWhileItIsOpened(t *testing.T) {
	dir := prepared(t)
	_, _, err := exchanged(t, dir, func(int) error { return os.Remove(filepath.Join(dir, "f")) })
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v, want that it does not exist", err)
	}
}
