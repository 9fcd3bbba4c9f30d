package journal

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// childDir is set in processes that the tests of the lock start from this same
// binary: childMain runs in them.
const childDir = "JOURNAL_TEST_CHILD"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		childMain(dir)
	}
	os.Exit(m.Run())
}

// childMain opens the journal once it is told to on stdin, says on stdout what
// came of it, and keeps the journal until stdin ends.
func childMain(dir string) {
	in := bufio.NewReader(os.Stdin)
	if _, err := in.ReadString('\n'); err != nil {
		os.Exit(1)
	}
	j, _, err := Open(dir, Options{Now: time.Now, Holder: Holder{Command: "rekey rotate --due"}})
	var held *HeldError
	switch {
	case errors.As(err, &held):
		fmt.Println("held:", held)
		os.Exit(0)
	case err != nil:
		fmt.Println("failed:", err)
		os.Exit(0)
	}
	err = j.Append(
		Record{Run: NewRunID(time.Now()), Kind: Rotate, Key: fmt.Sprint(os.Getpid()), Stage: Issuing, Phase: Will},
	)
	fmt.Println("got it", err)
	word, err := in.ReadString('\n')
	for word == "on\n" { // until it is killed
		if err := j.Append(Record{
			Run: NewRunID(time.Now()), Kind: Rotate, Key: "k", Stage: Issuing,
			Phase: Will,
		}); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println("written")
	}
	if errors.Is(err, io.EOF) { // asked to end
		_ = j.Close()
	}
	os.Exit(0)
}

// A child is a process of childMain.
type child struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

func startChild(t *testing.T, dir string) *child {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childDir+"="+dir)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	c := &child{cmd, in, bufio.NewReader(out)}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	return c
}

// tell lets the child open the journal.
func (c *child) tell(t *testing.T) {
	t.Helper()
	if _, err := io.WriteString(c.in, "go\n"); err != nil {
		t.Fatal(err)
	}
}

// says returns what came of it.
func (c *child) says(t *testing.T) string {
	t.Helper()
	line, err := c.out.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(line)
}

// kill returns what the child had still to say.
func (c *child) kill(t *testing.T) string {
	t.Helper()
	if err := c.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	rest, err := io.ReadAll(c.out)
	if err != nil {
		t.Fatal(err)
	}
	_ = c.cmd.Wait() // it was killed
	return string(rest)
}
