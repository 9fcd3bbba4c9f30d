package cmd

import (
	"context"
	"os"
	"strings"

	"rekey/audit"
	"rekey/exchanges"
	"rekey/internal/notify"
	"rekey/internal/report"
)

// notifyHelp is the help of --notify.
const notifyHelp = "tell what changed: a shoutrrr `ADDRESS` (slack://, telegram://, discord://, smtp://, " +
	"generic+https://), or better env:NAME or file:PATH that hold one"

// addresses reads --notify before anything is sent: an address, env:NAME for
// one in the environment, or file:PATH for one in a file.
func (a *App) addresses(flags []string) ([]notify.Address, error) {
	var out []notify.Address
	for _, f := range flags {
		text, where := f, "the address"
		switch {
		case strings.HasPrefix(f, "env:"):
			where = f
			value, ok := a.lookup(strings.TrimPrefix(f, "env:"))
			if !ok || value == "" {
				return nil, usage("--notify: " + f + " is not set")
			}
			text = value
		case strings.HasPrefix(f, "file:"):
			where = f
			data, err := os.ReadFile(a.path(strings.TrimPrefix(f, "file:")))
			if err != nil {
				return nil, usage("--notify: " + plain(err))
			}
			text = string(data)
		default:
			a.remark(
				"--notify: the address stands in the command line, where others of this machine can read it; env:NAME and " +
					"file:PATH keep it from them",
			)
		}
		address, err := notify.ParseAddress(exchanges.NewSecret(strings.TrimSpace(text)))
		if err != nil {
			return nil, usage("--notify: "+where+" "+err.Error(), "see: docs/ci.md")
		}
		out = append(out, address)
	}
	return out, nil
}

// tell sends what changed since the baseline, and reports whether somebody was
// told or nothing was to be told.
func (a *App) tell(ctx context.Context, to []notify.Address, doc *audit.Result, b *baseline) bool {
	if len(to) == 0 || b.doc == nil {
		return true
	}
	title, text, changed := report.Notice(doc, b.doc)
	if !changed {
		return true
	}
	sent, _ := a.send(ctx, to, title, text)
	return sent
}

// tellChange sends what a command did to keys, or what waits for a person.
func (a *App) tellChange(ctx context.Context, to []notify.Address, doc report.Changes) {
	if title, text, changed := report.ChangesNotice(doc); changed {
		a.send(context.WithoutCancel(ctx), to, title, text) // also of what was interrupted
	}
}

// tellResponse sends how the keys of a response stand, and reports whether
// something was said on the screen.
func (a *App) tellResponse(ctx context.Context, to []notify.Address, doc report.Response) bool {
	title, text := report.ResponseNotice(doc)
	_, failed := a.send(context.WithoutCancel(ctx), to, title, text) // as tellChange
	return failed
}

// send sends a notice to every address, and reports whether one took it, and
// whether one did not: that is said, --quiet or not, and changes no exit code.
func (a *App) send(ctx context.Context, to []notify.Address, title, text string) (sent, failed bool) {
	for _, address := range to {
		if err := address.Tell(ctx, title, text); err != nil {
			a.say("rekey: --notify: %s could not be told: %s", address.Service, err)
			failed = true
			continue
		}
		sent = true
	}
	return sent, failed
}
