package atomicfile_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rekey/internal/atomicfile"
	"rekey/internal/atomicfile/crashfs"
)

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// entries lists a directory, to see that nothing is left lying about.
func entries(t *testing.T, dir string) []string {
	t.Helper()
	found, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range found {
		names = append(names, e.Name())
	}
	return names
}

func isF(name string) bool { return name == "f" }

func TestWriteCreatesAndReplaces(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "f")
	for _, content := range []string{"one", "", "two"} {
		if err := atomicfile.Write(path, []byte(content), atomicfile.Options{}); err != nil {
			t.Fatal(err)
		}
		if got := read(t, path); got != content {
			t.Errorf("read %q, want %q", got, content)
		}
	}
	if got := entries(t, dir); !slices.Equal(got, []string{"f"}) {
		t.Errorf("the directory holds %v", got)
	}
}

// The order is the whole point: content safe before it is in place, and in
// place for good before Write returns.
func TestOrder(t *testing.T) {
	disk := crashfs.NewDisk()
	var got []string
	dir := crashfs.Watch(disk, func(op crashfs.Op) error {
		name := op.Name
		if strings.HasPrefix(name, ".f.") {
			name = "temp"
		}
		got = append(got, op.Verb+" "+name)
		return nil
	})
	for _, content := range []string{"one", "two"} {
		if err := atomicfile.WriteIn(dir, "f", []byte(content), atomicfile.Options{}); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{
		"create temp", "write temp", "sync temp", "rename f", "sync .",
		"create temp", "write temp", "imitate f", "sync temp", "rename f", "sync .",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Power fails before each operation, in every way that the disk may have
// reordered what was not synced: the file is the old or the new one, whole,
// and after Write returned it is the new one.
func TestPowerCut(t *testing.T) {
	const before, after = "the old content", "the new content, CANARY"
	states := 0
	for cut := 1; ; cut++ {
		disk := crashfs.NewDisk()
		if err := atomicfile.WriteIn(disk, "f", []byte(before), atomicfile.Options{}); err != nil {
			t.Fatal(err)
		}
		dead := errors.New("no power")
		dir := crashfs.Watch(disk, func(op crashfs.Op) error {
			if op.N >= cut {
				return dead
			}
			return nil
		})
		err := atomicfile.WriteIn(dir, "f", []byte(after), atomicfile.Options{})
		for _, left := range disk.Crashes() {
			states++
			got := left.Files()["f"]
			if got != after && (err == nil || got != before) {
				t.Errorf("cut before operation %d (%v): the file holds %q", cut, err, got)
			}
			if _, err := atomicfile.Sweep(left, isF); err != nil {
				t.Fatal(err)
			}
			if rest := left.Files(); len(rest) != 1 {
				t.Errorf("cut before operation %d: %v is left after the sweep", cut, rest)
			}
		}
		if err == nil {
			break
		}
		if !errors.Is(err, dead) {
			t.Fatal(err)
		}
	}
	if states < 20 {
		t.Errorf("only %d states were looked at", states)
	}
}

// Each operation fails once with each error: nothing is replaced, nothing is
// left, and the error names the file and not the temporary one.
func TestFaults(t *testing.T) {
	for _, fault := range []error{syscall.ENOSPC, syscall.EIO, syscall.EROFS} {
		for n := 1; n <= 6; n++ {
			disk := crashfs.NewDisk()
			if err := atomicfile.WriteIn(disk, "f", []byte("old"), atomicfile.Options{}); err != nil {
				t.Fatal(err)
			}
			var verb string
			dir := crashfs.Watch(disk, func(op crashfs.Op) error {
				if op.N != n {
					return nil
				}
				verb = op.Verb + " " + op.Name
				if op.Verb == "write" {
					return &crashfs.Short{Keep: 1, Err: fault}
				}
				return fault
			})
			err := atomicfile.WriteIn(dir, "f", []byte("new"), atomicfile.Options{})
			var e *atomicfile.Error
			if !errors.As(err, &e) || !errors.Is(err, fault) {
				t.Fatalf("%s with %v: %v", verb, fault, err)
			}
			if text := err.Error(); !strings.HasPrefix(text, "f: ") || strings.Contains(text, "rekey-tmp") ||
				strings.Contains(text, "new") {
				t.Errorf("the error says %q", text)
			}
			want := map[string]string{"f": "old"}
			if verb == "sync ." { // too late to take it back
				want["f"] = "new"
			}
			if diff := cmp.Diff(want, disk.Files()); diff != "" {
				t.Errorf("%s with %v: %s", verb, fault, diff)
			}
		}
	}
}

func TestCheckStopsTheReplacement(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(path, []byte("edited by hand"), 0o600); err != nil {
		t.Fatal(err)
	}
	changed := errors.New("somebody changed it")
	err := atomicfile.Write(path, []byte("new"), atomicfile.Options{Check: func() error { return changed }})
	if !errors.Is(err, changed) {
		t.Errorf("got %v", err)
	}
	if got := read(t, path); got != "edited by hand" {
		t.Errorf("the file holds %q", got)
	}
	if got := entries(t, filepath.Dir(path)); len(got) != 1 {
		t.Errorf("the directory holds %v", got)
	}
}

func TestSymlinks(t *testing.T) {
	dir := t.TempDir()
	real, link := filepath.Join(dir, "real"), filepath.Join(dir, "link")
	dangling, loop := filepath.Join(dir, "dangling"), filepath.Join(dir, "loop")
	if err := os.WriteFile(real, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, target := range map[string]string{link: "real", dangling: "nothing", loop: "loop"} {
		if err := os.Symlink(target, name); err != nil {
			t.Skipf("symbolic links cannot be made here; run the tests where they can: %v", err)
		}
	}
	for _, path := range []string{link, dangling, loop} {
		err := atomicfile.Write(path, []byte("new"), atomicfile.Options{})
		if !errors.Is(err, atomicfile.ErrSymlink) {
			t.Errorf("%s: %v, want ErrSymlink", path, err)
		}
	}
	if got := read(t, real); got != "old" {
		t.Errorf("a refused write reached the file: %q", got)
	}
	if err := atomicfile.Write(link, []byte("new"), atomicfile.Options{Symlink: atomicfile.FollowLink}); err != nil {
		t.Fatal(err)
	}
	if target, err := os.Readlink(link); err != nil || target != "real" {
		t.Errorf("the link is now %q, %v", target, err)
	}
	if got := read(t, real); got != "new" {
		t.Errorf("the file holds %q", got)
	}
	for _, path := range []string{dangling, loop} {
		if err := atomicfile.Write(path, nil, atomicfile.Options{Symlink: atomicfile.FollowLink}); err == nil {
			t.Errorf("%s: a link to nothing was written to", path)
		}
	}
	fresh := filepath.Join(dir, "fresh")
	if err := atomicfile.Write(fresh, nil, atomicfile.Options{Symlink: atomicfile.FollowLink}); err != nil {
		t.Errorf("a file that is not there yet: %v", err)
	}
}

func TestRefusesWhatIsNoFile(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "d"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := atomicfile.Write(filepath.Join(dir, "d"), nil, atomicfile.Options{}); !errors.Is(
		err,
		atomicfile.ErrNotRegular,
	) {
		t.Errorf("a directory: %v", err)
	}
	if err := atomicfile.Write(filepath.Join(dir, "no", "f"), nil, atomicfile.Options{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing directory: %v", err)
	}
	open, err := atomicfile.OpenDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = open.Close() }()
	for _, name := range []string{"", ".", "..", "../f", "d/f", "/f"} {
		if _, err := open.Open(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600); !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("%q as a name: %v", name, err)
		}
	}
}

// Sweep takes what Write leaves behind when it is killed, of this file alone.
func TestSweep(t *testing.T) {
	dir := t.TempDir()
	stays := []string{
		"..0123456789abcdef.rekey-tmp", ".0123456789abcdef.rekey-tmp", ".f.0123456789abcdeX.rekey-tmp",
		".f.0123456789abcdef.rekey-tmp.bak", ".f.short.rekey-tmp", ".f0123456789abcdef.rekey-tmp",
		".g.0123456789abcdef.rekey-tmp", ".rekey-tmp", "f",
	}
	for _, name := range append(stays, ".f.0123456789abcdef.rekey-tmp") {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	open, err := atomicfile.OpenDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = open.Close() }()
	removed, err := atomicfile.Sweep(open, isF)
	if err != nil || !slices.Equal(removed, []string{".f.0123456789abcdef.rekey-tmp"}) {
		t.Errorf("removed %v, %v", removed, err)
	}
	if got := entries(t, dir); !slices.Equal(got, stays) {
		t.Errorf("left: %v", got)
	}
}

func TestMakeDir(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a", "b")
	for range 2 {
		if err := atomicfile.MakeDir(path); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "f"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{filepath.Join(dir, "f"), filepath.Join(dir, "f", "below")} {
		if err := atomicfile.MakeDir(path); err == nil {
			t.Errorf("%s was made through a file", path)
		}
	}
}
