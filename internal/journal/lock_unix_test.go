//go:build unix

package journal

import (
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// The holder started a program (a reload command, say) that outlives it: the
// program does not keep the lock.
func TestLockIsNotInherited(t *testing.T) {
	if dir := os.Getenv("JOURNAL_TEST_PARENT"); dir != "" {
		if _, _, err := Open(dir, options()); err != nil {
			t.Fatal(err)
		}
		orphan := exec.Command("sleep", "60")
		if err := orphan.Start(); err != nil {
			t.Fatal(err)
		}
		_, _ = os.Stdout.WriteString("orphan " + strconv.Itoa(orphan.Process.Pid) + "\n")
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	}
	dir := t.TempDir()
	cmd := exec.Command(os.Args[0], "-test.run=^TestLockIsNotInherited$")
	cmd.Env = append(os.Environ(), "JOURNAL_TEST_PARENT="+dir)
	out, err := cmd.Output()
	if err == nil {
		t.Fatalf("the holder was not killed: %s", out)
	}
	_, number, _ := strings.Cut(string(out), "orphan ")
	pid, err := strconv.Atoi(strings.TrimSpace(number))
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	defer func() { _ = syscall.Kill(pid, syscall.SIGKILL) }()
	if gone(pid) {
		t.Fatal("the program is gone, so nothing is shown")
	}
	j, _, err := Open(dir, options())
	if err != nil {
		t.Fatal(err)
	}
	_ = j.Close()
}
