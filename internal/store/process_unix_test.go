//go:build unix

package store

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// childDir tells a test process that it is the child of one, and where the
// store is.
const childDir = "REKEY_TEST_STORE_DIR"

// child starts this test binary again, as a process that works on a store.
func child(t *testing.T, dir string, args ...string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), program, append([]string{"-test.run=^TestChild$", "--"}, args...)...)
	cmd.Env = append(os.Environ(), childDir+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, bufio.NewScanner(out)
}

// TestChild is the other process, and no test.
func TestChild(t *testing.T) {
	dir := os.Getenv(childDir)
	if dir == "" {
		t.Skip("the work of another process; run the tests beside it, which start it")
	}
	args := os.Args[len(os.Args)-2:]
	f := open(t, Options{Dir: dir})
	switch args[0] {
	case "put": // many entries into a slot of its own
		for n := range 20 {
			if err := f.Put(t.Context(), args[1], sample(n)); err != nil {
				t.Fatal(err)
			}
		}
	case "count": // entries without an end; says of each when it is safe
		for n := 1; ; n++ {
			put(t, f, n)
			fmt.Println(n)
			if err := f.Forget(t.Context(), "bot", sample(n-1).Fingerprint()); err != nil {
				t.Fatal(err)
			}
		}
	case "lock": // for ever
		if _, err := lockReal(t.Context(), inside(t, Options{Dir: dir}), time.Second); err != nil {
			t.Fatal(err)
		}
		fmt.Println("locked")
		select {}
	}
}

// Two cron runs write at once, each in its own process. No entry of one is
// lost to the other.
func TestTwoProcesses(t *testing.T) {
	o := options(t)
	f := create(t, o, "")
	var children []*exec.Cmd
	for _, name := range []string{"a", "b", "c"} {
		cmd, out := child(t, o.Dir, "put", name)
		go func() {
			for out.Scan() { // until it ends
			}
		}()
		children = append(children, cmd)
	}
	for _, cmd := range children {
		if err := cmd.Wait(); err != nil {
			t.Fatal(err)
		}
	}
	slots, err := f.List(t.Context())
	if err != nil || len(slots) != 3 {
		t.Fatalf("%d slots, %v", len(slots), err)
	}
	for _, s := range slots {
		if len(s.Held) != 20 {
			t.Errorf("%s holds %d entries", s.Name, len(s.Held))
		}
	}
}

// A process that writes all the time is killed. What it said to be stored is
// there, nothing is in clear, and the next process is not in its way.
func TestKilledProcess(t *testing.T) {
	for round := range 25 {
		o := options(t)
		create(t, o, "")
		cmd, out := child(t, o.Dir, "count", "")
		for range 1 + round%5 {
			if !out.Scan() {
				t.Fatal("the child ended by itself")
			}
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		said := out.Text()
		for out.Scan() {
			if _, err := fmt.Sscan(out.Text(), new(int)); err == nil {
				said = out.Text()
			}
		}
		_ = cmd.Wait() // it was killed
		sealedEverywhere(t, o.Dir)
		f := open(t, o)
		var n int
		if _, err := fmt.Sscan(said, &n); err != nil {
			t.Fatal(err)
		}
		newest, _, _ := strings.Cut(held(t, f), " ")
		if newest != fmt.Sprintf("run-%d", n) && newest != fmt.Sprintf("run-%d", n+1) {
			t.Fatalf("the child said that it stored %s; the store holds %s", said, held(t, f))
		}
		put(t, f, 0)
		if entries, err := os.ReadDir(o.Dir); err != nil || len(entries) != 3 {
			t.Fatalf("%d files are left, %v", len(entries), err)
		}
	}
}

// A lock ends with its process, however that ends.
func TestLockOfTheDead(t *testing.T) {
	o := holding(t)
	cmd, out := child(t, o.Dir, "lock", "")
	if !out.Scan() || out.Text() != "locked" {
		t.Fatalf("the child says %q", out.Text())
	}
	o.wait = 50 * time.Millisecond
	refuses(t, open(t, o).Put(t.Context(), "bot", sample(2)), ReasonBusy)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
	put(t, open(t, o), 2)
}
