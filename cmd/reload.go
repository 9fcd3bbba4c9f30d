package cmd

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"rekey/exchanges"
	"rekey/internal/journal"
	"rekey/internal/rotate"
)

// reloadTime is how long a reload command may take.
const reloadTime = 2 * time.Minute

// reload runs the command of rotate.reload, without a shell. It gets none of
// the variables that may hold credentials, and its output is not shown: bots
// print their configuration.
func (a *App) reload(ctx context.Context, dir string, argv []string) error {
	ctx, cancel := context.WithTimeout(ctx, reloadTime)
	defer cancel()
	c := exec.CommandContext(ctx, argv[0], argv[1:]...) //nolint:gosec // the command that the user declared
	c.Dir = dir
	c.Env = []string{} // nil would hand down every variable of this process
	c.WaitDelay = 5 * time.Second
	for _, name := range []string{"PATH", "HOME", "USER", "LANG", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS", "DOCKER_HOST"} {
		if value, ok := a.lookup(name); ok {
			c.Env = append(c.Env, name+"="+value)
		}
	}
	err := c.Run()
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

// jobOf makes the job of a run again from what the journal keeps of it. The old
// credential comes from the store.
func jobOf(run journal.Run) rotate.Job {
	j := rotate.Job{ID: run.ID, Kind: run.Kind, Key: run.Key, Settle: time.Second}
	for _, rec := range run.Records {
		if rec.Stage != journal.Planned {
			continue
		}
		d := rec.Data
		j.Compromised, j.Exchange = d.Compromised, d.Exchange
		j.Account = exchanges.Account{Name: d.Account, Kind: exchanges.AccountSub}
		j.Want = rotate.Want{Permissions: d.Permissions, Whitelist: d.Whitelist, Passphrase: newPassphrase}
	}
	return j
}

// randomWord makes n letters and digits.
func randomWord(n int) string {
	const digits = "0123456789abcdefghjkmnpqrstvwxyz"
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	var out strings.Builder
	for _, x := range b {
		out.WriteByte(digits[x&31])
	}
	return out.String()
}
