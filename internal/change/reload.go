package change

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"strings"
	"time"

	"rekey/exchanges"
	"rekey/internal/text"
)

const (
	reloadTime  = 2 * time.Minute // how long a reload command may take
	reloadLines = 20              // how many of its last lines are shown
	reloadBytes = 64 << 10        // how much of its output is kept
)

// reload runs the command of rotate.reload, without a shell. It gets none of
// the variables that may hold credentials. Its output is shown without the
// credentials of the run, and without anything else that looks like one: bots
// print their configuration.
func (r *Runner) reload(ctx context.Context, dir string, argv []string, hide []exchanges.Credential) error {
	ctx, cancel := context.WithTimeout(ctx, reloadTime)
	defer cancel()
	c := exec.CommandContext(ctx, argv[0], argv[1:]...) //nolint:gosec // the command that the user declared
	c.Dir = dir
	c.Env = []string{} // nil would hand down every variable of this process
	c.WaitDelay = 5 * time.Second
	for _, name := range []string{
		"PATH", "HOME", "USER", "LANG", "XDG_RUNTIME_DIR",
		"DBUS_SESSION_BUS_ADDRESS", "DOCKER_HOST",
	} {
		if value, ok := r.Lookup(name); ok {
			c.Env = append(c.Env, name+"="+value)
		}
	}
	output := &tail{}
	c.Stdout, c.Stderr = output, output
	err := c.Run()
	r.showReload(argv[0], scrub(output.String(), hide))
	var exit *exec.ExitError
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil && errors.Is(ctx.Err(), context.DeadlineExceeded):
		return fmt.Errorf("%s did not end within %s", argv[0], reloadTime)
	case errors.As(err, &exit):
		return fmt.Errorf("%s ended with status %d", argv[0], exit.ExitCode())
	default:
		return fmt.Errorf("%s could not be run", argv[0])
	}
}

// showReload prints the last lines of what a command said.
func (r *Runner) showReload(name, output string) {
	lines := strings.Split(strings.TrimSpace(output), "\n")
	if len(lines) > reloadLines {
		lines = append([]string{"…"}, lines[len(lines)-reloadLines:]...)
	}
	for _, line := range lines {
		if line = strings.TrimSpace(text.Clean(line)); line != "" {
			r.Terminal.Remark("%s: %s", name, line)
		}
	}
}

// scrub takes credentials out of foreign text: those that are known, and what
// has the look of one.
func scrub(said string, hide []exchanges.Credential) string {
	for _, c := range hide {
		said = c.Secret.Scrub(said)
		said = c.Passphrase.Scrub(said)
		said = exchanges.NewSecret(c.AccessKey).Scrub(said)
	}
	return regexp.MustCompile(`[A-Za-z0-9+/=_-]{20,}`).ReplaceAllStringFunc(said, func(word string) string {
		if strings.ContainsAny(word, "0123456789") {
			return "[hidden]"
		}
		return word
	})
}

// A tail keeps the end of what is written to it.
type tail struct{ b bytes.Buffer }

func (t *tail) Write(p []byte) (int, error) {
	n := len(p)
	if len(p) > reloadBytes {
		p = p[len(p)-reloadBytes:]
	}
	if over := t.b.Len() + len(p) - reloadBytes; over > 0 {
		t.b.Next(over)
	}
	t.b.Write(p)
	return n, nil
}

// String is what was kept.
func (t *tail) String() string { return t.b.String() }
