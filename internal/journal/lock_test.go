package journal

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"rekey/internal/atomicfile"
	"rekey/internal/atomicfile/crashfs"
)

func options() Options { return Options{Now: clock(), Holder: Holder{Command: "rekey revoke a"}} }

// Another process holds the lock: this one is told at once by whom, can read,
// and can write as soon as the other one was killed.
func TestLockOfAnotherProcess(t *testing.T) {
	dir := t.TempDir()
	c := startChild(t, dir)
	c.tell(t)
	if got := c.says(t); got != "got it <nil>" {
		t.Fatal(got)
	}
	_, _, err := Open(dir, options())
	var held *HeldError
	if !errors.As(err, &held) {
		t.Fatalf("got %v", err)
	}
	host, _ := os.Hostname()
	if h := held.Holder; h.PID != c.cmd.Process.Pid || h.Host != host || h.Command != "rekey rotate --due" ||
		h.Since.IsZero() {
		t.Errorf("the holder is %+v", h)
	}
	want := fmt.Sprintf(
		"%s: another rekey holds the lock: rekey rotate --due, process %d on %s, since ",
		filepath.Join(dir, "lock"),
		c.cmd.Process.Pid,
		host,
	)
	if !strings.HasPrefix(err.Error(), want) || !strings.HasSuffix(err.Error(), ")") {
		t.Errorf("the error says %q", err)
	}
	v, err := Read(dir)
	if err != nil || v.Err() != nil || len(v.Unfinished()) != 1 {
		t.Errorf("reading beside it: %v %v", err, v)
	}

	c.kill(t)
	// Its hint is still there, and fools nobody.
	if _, err := os.Stat(filepath.Join(dir, holderName)); err != nil {
		t.Error(err)
	}
	j, remarks, err := Open(dir, options())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = j.Close() }()
	wantRemarks(t, remarks)
	if len(j.Unfinished()) != 1 {
		t.Errorf("its run is not known: %v", j.Runs())
	}
}

// 50 start at the same moment: one gets the lock, 49 are told who has it.
func TestFiftyContenders(t *testing.T) {
	dir := t.TempDir()
	var children []*child
	for range 50 {
		children = append(children, startChild(t, dir))
	}
	for _, c := range children {
		c.tell(t)
	}
	winners, named := map[int]bool{}, 0
	for _, c := range children {
		switch got := c.says(t); {
		case got == "got it <nil>":
			winners[c.cmd.Process.Pid] = true
		case strings.HasPrefix(got, "held:"):
			if strings.Contains(got, "rekey rotate --due") {
				named++
			}
		default:
			t.Error(got)
		}
	}
	if len(winners) != 1 {
		t.Errorf("%d of 50 got the lock", len(winners))
	}
	if named == 0 {
		t.Error("nobody was told who has it")
	}
	t.Logf("%d of 49 were told who has it", named)
	v, err := Read(dir)
	if err != nil || v.Err() != nil || len(v.Lines) != 1 {
		t.Errorf("%v %v", err, v)
	}
}

// A writer is killed at any moment, 25 times: what it said is written is there,
// and the next one goes on at once.
func TestKilledWriters(t *testing.T) {
	dir := t.TempDir()
	said, mended := 0, map[RemarkKind]int{}
	for round := range 25 {
		c := startChild(t, dir)
		c.tell(t)
		if got := c.says(t); got != "got it <nil>" {
			t.Fatal(got)
		}
		said++
		if _, err := io.WriteString(c.in, "on\n"); err != nil {
			t.Fatal(err)
		}
		for range round % 5 {
			c.says(t)
			said++
		}
		time.Sleep(time.Duration(round*130) * time.Microsecond) // into the middle of the next one
		said += strings.Count(c.kill(t), "written\n")
		j, remarks, err := Open(dir, options())
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range remarks {
			mended[r.Kind]++
		}
		if have := len(slices.Collect(j.Records())); have < said || have > said+1 {
			t.Fatalf("it said that %d records are written, %d are there", said, have)
		} else {
			said = have
		}
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
	}
	v, err := Read(dir)
	if err != nil || v.Err() != nil || int(v.seq) != said {
		t.Errorf("%d of %d records, %v, %v", v.seq, said, err, v.Err())
	}
	t.Logf("%d records; mended: %v", said, mended)
}

// The lock is one of files, not of processes: two in one process exclude each
// other as well, and Close lets the other one in.
func TestLockInOneProcess(t *testing.T) {
	dir := t.TempDir()
	for range 3 {
		j, _, err := Open(dir, options())
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = Open(dir, options())
		var held *HeldError
		if !errors.As(err, &held) || held.Holder.PID != os.Getpid() || held.Holder.Command != "rekey revoke a" {
			t.Errorf("got %v", err)
		}
		if err := j.Close(); err != nil {
			t.Error(err)
		}
	}
}

// A failed Open lets go of the lock.
func TestFailedOpenLetsGo(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{fileName: "x\ny\n", headName: "z"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		_, _, err := Open(dir, options())
		var e *DamageError
		if !errors.As(err, &e) {
			t.Errorf("got %v", err)
		}
	}
	for _, name := range []string{fileName, headName} {
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	j, _, err := Open(dir, options())
	if err != nil {
		t.Fatal(err)
	}
	_ = j.Close()
}

// Somebody removes the lock file and another rekey starts: the first one
// writes nothing more.
func TestRemovedLock(t *testing.T) {
	dir := t.TempDir()
	first, _, err := Open(dir, options())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = first.Close() }()
	if err := first.Append(story()[0]); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, lockName)); err != nil {
		t.Fatal(err)
	}
	second, _, err := Open(dir, options())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = second.Close() }()
	err = first.Append(story()[1])
	var unsafe *UnsafeError
	if !errors.As(err, &unsafe) || !strings.Contains(err.Error(), "lock: was removed or exchanged while it was held") {
		t.Errorf("got %v", err)
	}
	if err := second.Append(story()[1]); err != nil {
		t.Error(err)
	}
	if err := first.Close(); err != nil {
		t.Error(err)
	}
	// Its end did not take away what the second one says of itself.
	if _, err := os.Stat(filepath.Join(dir, holderName)); err != nil {
		t.Error(err)
	}
	if v, err := Read(dir); err != nil || v.Err() != nil || v.seq != 2 {
		t.Errorf("%v %v", err, v)
	}
}

// The hint cannot be written: that is said, and stops nothing.
func TestHintCannotBeWritten(t *testing.T) {
	o := options()
	o.Wrap = func(dir atomicfile.FS) atomicfile.FS {
		return crashfs.Watch(dir, func(op crashfs.Op) error {
			if op.Verb == "create" && strings.HasPrefix(op.Name, "."+holderName) {
				return syscall.ENOSPC
			}
			return nil
		})
	}
	dir := t.TempDir()
	j, remarks, err := Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	wantRemarks(t, remarks, NoHint, Begun)
	want := filepath.Join(dir, lockName) + ": others are not told who holds the lock: " + syscall.ENOSPC.Error()
	if remarks[0].Text != want {
		t.Errorf("got %q", remarks[0].Text)
	}
	if err := errors.Join(j.Append(story()[0]), j.Close()); err != nil {
		t.Error(err)
	}
}

// What lies in the hint is only believed as far as it can be, and is printed
// as one line.
func TestHints(t *testing.T) {
	dir := t.TempDir()
	j, _, err := Open(dir, options())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = j.Close() }()
	const nobody = "another rekey holds the lock, and has not yet said who it is ("
	here, _ := os.Hostname()
	gonePID := startChild(t, dir)
	gonePID.kill(t)
	hint := func(h Holder) string {
		b, err := json.Marshal(h)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	for content, want := range map[string]string{
		"":       nobody,
		"{":      nobody,
		"[1]":    nobody,
		"{} {}":  nobody,
		"\x00\n": nobody,
		hint(Holder{gonePID.cmd.Process.Pid, here, "rekey gone", start}): nobody,
		hint(Holder{
			1, "other\x1b[2J\nhost", "rekey \u202erespond\r\x07",
			start,
		}): "rekey respond, process 1 on other[2Jhost, since 2026-11-22 07:00:00 UTC (",
		hint(Holder{1, "", strings.Repeat("x", 5000), start}): strings.Repeat("x", 200) +
			", process 1 on unknown, since ",
	} {
		if err := os.WriteFile(filepath.Join(dir, holderName), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if content == "" {
			if err := os.Remove(filepath.Join(dir, holderName)); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Test(t, func(*testing.T) { _, _, err = Open(dir, options()) })
		var held *HeldError
		if !errors.As(err, &held) || !strings.Contains(err.Error(), want) {
			t.Errorf("%.80q: %v", content, err)
		}
	}
}
