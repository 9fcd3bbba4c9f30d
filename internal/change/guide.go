package change

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"rekey/internal/text"

	"rekey/exchanges"
	"rekey/internal/location"
	"rekey/internal/prompt"
	"rekey/internal/report"
	"rekey/internal/rotate"
	"rekey/internal/survey"
)

// A Guide leads a person through what no API can do, on the terminal. Several
// runs may need them at once: they are asked one question at a time, for the
// key that was named first first.
type Guide struct {
	terminal  Terminal
	workspace *Workspace
	registry  exchanges.Registry
	newFrom   string            // --new-from: a location, "-" for stdin, "" for none
	source    location.Location // of newFrom
	stdin     io.Reader
	queue     *queue
}

// NewGuide makes a guide. newFrom is where the credential is read that a person
// made beforehand: a location, "-" for stdin, "" for none; the error is about it.
func NewGuide(t Terminal, w *Workspace, registry exchanges.Registry, stdin io.Reader, newFrom string) (*Guide, error) {
	g := &Guide{terminal: t, workspace: w, registry: registry, newFrom: newFrom, stdin: stdin, queue: newQueue()}
	if newFrom == "" || newFrom == "-" {
		return g, nil
	}
	var err error
	g.source, err = location.Parse(newFrom)
	return g, err
}

// Present reports whether a person can be asked, or has left their answer.
func (g *Guide) Present() bool { return g.terminal.Present() || g.newFrom != "" }

// Confirm asks a question when no run is asking one.
func (g *Guide) Confirm(ctx context.Context, question string) (bool, error) {
	if err := g.queue.take(ctx, 0); err != nil {
		return false, err
	}
	defer g.queue.give()
	return g.terminal.Confirm(ctx, question)
}

// askCode asks for the code of a second factor when no run is asking a question.
func (g *Guide) askCode(ctx context.Context, q exchanges.CodeQuestion) (exchanges.Secret, error) {
	if !g.terminal.Present() {
		return exchanges.Secret{}, rotate.ErrNobody
	}
	if err := g.queue.take(ctx, 0); err != nil {
		return exchanges.Secret{}, err
	}
	defer g.queue.give()
	return g.terminal.Secret(ctx, CodeText(q))
}

// CodeText is the question for the code of a second factor.
func CodeText(q exchanges.CodeQuestion) string {
	ask := fmt.Sprintf("%s wants a code of your second factor (%s)", q.Exchange, q.Op)
	if q.Again {
		ask = fmt.Sprintf("%s did not take that code; wait for the next one (%s)", q.Exchange, q.Op)
	}
	return ask + ". Code (not shown), Enter for none:"
}

// of makes the person of one run.
func (g *Guide) of(d Decision, j *rotate.Job, x exchanges.Exchange) *walk {
	return &walk{
		Guide: g, name: d.Key, exchange: x, old: j.Old, account: j.Account, rank: g.queue.rank(),
		label: text.CleanName(d.Seen.Label),
	}
}

// A walk is a guide with one key.
type walk struct {
	*Guide
	name     string
	exchange exchanges.Exchange
	old      exchanges.Credential
	account  exchanges.Account
	rank     int
	label    string               // of the key, "" when it has none that is known
	last     exchanges.Credential // that was given
	used     bool                 // newFrom was read
	shown    bool                 // the steps of making were
	watch    *watch               // nil while no deletion is watched
}

// MakeKey leads through the making of a key and reads its credential.
func (w *walk) MakeKey(ctx context.Context, wish rotate.Wish) (exchanges.Credential, error) {
	if w.newFrom != "" && !w.used {
		w.used = true
		return w.readGiven(ctx)
	}
	if !w.terminal.Present() {
		if wish.Problem != "" {
			return exchanges.Credential{}, fmt.Errorf("%s: %w", wish.Problem, rotate.ErrNobody)
		}
		return exchanges.Credential{}, rotate.ErrNobody
	}
	if err := w.queue.take(ctx, w.rank); err != nil {
		return exchanges.Credential{}, err
	}
	defer w.queue.give()
	w.showMaking(ctx, wish)
	for {
		c, err := w.ask(ctx, wish, wish.Problem != "" && w.last.AccessKey != "")
		if err != nil {
			return exchanges.Credential{}, gone(err)
		}
		if problem := w.refuse(ctx, c); problem != "" {
			w.print("  %s\n", text.Sentence(problem))
			continue
		}
		w.last = c
		w.print("  checking it with the exchange ...\n")
		return c, nil
	}
}

// showMaking shows the steps once, and later only what is wrong.
func (w *walk) showMaking(ctx context.Context, wish rotate.Wish) {
	if wish.Problem != "" {
		w.print("\n%s: not yet. %s\n", text.CleanName(w.name), text.Sentence(wish.Problem))
		w.print("  Change it on the page and press Enter, or give another key.\n")
	}
	if w.shown {
		return
	}
	w.shown = true
	page, steps := pageSteps(w.exchange, exchanges.ActIssue, w.key())
	steps = append(steps,
		"Name it "+wish.Label+", so that it can be found again",
		"Give it: "+powers(wish.Want)+", and nothing else",
		"Addresses: "+describeAddresses(wish.Want))
	w.showSteps("make a new key", steps)
	w.terminal.OpenPage(ctx, page, false)
}

func describeAddresses(want rotate.Want) string {
	switch {
	case len(want.Whitelist) > 0:
		return strings.Join(want.Whitelist, " ") + ", and no others"
	case want.Restricted:
		return "those of the old key, which the page shows and the API does not"
	default:
		return "the old key has none; better give the new one those that the bot runs from"
	}
}

// ask reads a credential. again says that an empty answer means the one that
// was given before.
func (w *walk) ask(ctx context.Context, wish rotate.Wish, again bool) (exchanges.Credential, error) {
	question := ": access key, or @FILE that the exchange gave you  [o] open the page  [c] copy  [s] later:"
	if again {
		question = ": Enter when it is changed, or another access key, or @FILE  [o] open the page  [c] copy  [s] later:"
	}
	question = "  " + text.CleanName(w.name) + question
	page, _ := pageSteps(w.exchange, exchanges.ActIssue, w.key())
	clip := append([]string{wish.Label}, wish.Want.Whitelist...)
	for copied := 0; ; {
		answer, err := w.terminal.Line(ctx, question)
		if err != nil {
			return exchanges.Credential{}, err
		}
		switch {
		case answer == "" && again:
			return w.last, nil
		case answer == "":
			continue
		case answer == keyOpen:
			w.terminal.OpenPage(ctx, page, true)
			continue
		case answer == keyCopy: // the label first, then what else is typed there
			w.terminal.Copy(clip[copied%len(clip)])
			copied++
			continue
		case answer == keyLater:
			return exchanges.Credential{}, rotate.ErrLater
		case strings.HasPrefix(answer, "@"):
			c, err := w.readFile(ctx, strings.TrimSpace(answer[1:]))
			if err != nil {
				w.print("  %s\n", text.Sentence(err.Error()))
				continue
			}
			return c, nil
		}
		return w.askParts(ctx, answer)
	}
}

// askParts reads what belongs to an access key, without showing it.
func (w *walk) askParts(ctx context.Context, accessKey string) (exchanges.Credential, error) {
	c := exchanges.Credential{AccessKey: accessKey}
	var err error
	if c.Secret, err = w.terminal.Secret(ctx, "  Secret (not shown):"); err != nil {
		return c, err
	}
	if !w.old.Passphrase.IsZero() {
		c.Passphrase, err = w.terminal.Secret(ctx, "  Passphrase (not shown):")
	}
	return c, err
}

// readGiven reads the credential that --new-from names.
func (w *walk) readGiven(ctx context.Context) (exchanges.Credential, error) {
	var c exchanges.Credential
	var err error
	if w.newFrom == "-" {
		c, err = location.ReadAnswer(w.stdin)
	} else {
		var reading location.Reading
		reading, err = w.source.Read(ctx, w.workspace.Location)
		c = reading.Credential
		if w.source.Kind() != location.KindEnv {
			defer w.terminal.Remark("%s still holds the new secret: delete it when the rotation is done", w.source.Display())
		}
	}
	if err == nil {
		if problem := w.refuse(ctx, c); problem != "" {
			err = errors.New(problem)
		}
	}
	if err != nil {
		return exchanges.Credential{}, fmt.Errorf("--new-from: %w", err)
	}
	return c, nil
}

// readFile reads a file that an exchange gave, or that a person wrote.
func (w *walk) readFile(ctx context.Context, path string) (exchanges.Credential, error) {
	var first error
	for _, form := range []string{"json:" + path + "#", "yaml:" + path + "#", "toml:" + path + "#"} {
		l, err := location.Parse(form)
		if err == nil {
			var reading location.Reading
			if reading, err = l.Read(ctx, location.Env{Dir: w.workspace.Location.Dir}); err == nil {
				return reading.Credential, nil
			}
		}
		if first == nil {
			first = err
		}
	}
	return exchanges.Credential{}, first
}

// refuse says why a credential is not even shown to the exchange, "" when
// nothing speaks against it.
func (w *walk) refuse(ctx context.Context, c exchanges.Credential) string {
	switch {
	case strings.ContainsAny(c.AccessKey, " \t"):
		return "the access key has a space in it: was something else copied with it?"
	case c.Secret.IsZero():
		return "the secret is empty"
	case c.AccessKey == w.old.AccessKey:
		return "that is the old key"
	}
	problem, unusual := survey.Misplaced(w.registry, w.exchange.Card.Name, c)
	if problem != "" || unusual != "" && !w.insists(ctx, unusual) {
		return cmp.Or(problem, unusual)
	}
	for _, e := range w.workspace.Entries {
		if e.Exchange != w.exchange.Card.Name {
			continue
		}
		if reading, err := e.Location.Read(ctx, w.workspace.Location); err == nil &&
			reading.Credential.AccessKey == c.AccessKey {
			return "that is the key " + e.Name + " of rekey.yaml"
		}
	}
	return ""
}

// insists asks whether a credential of an unusual form is meant all the same.
// Without a terminal nobody could have looked twice: it is shown to the exchange.
func (w *walk) insists(ctx context.Context, unusual string) bool {
	if !w.terminal.Present() {
		w.terminal.Remark("%s", text.Sentence(unusual))
		return true
	}
	ok, err := w.terminal.Confirm(ctx, "  "+text.Sentence(unusual)+". Use it all the same?")
	return ok && err == nil
}

func (w *walk) key() exchanges.Key {
	return exchanges.Key{Ref: exchanges.KeyRef{Exchange: w.exchange.Card.Name, Account: w.account}}
}

func (w *walk) showSteps(what string, steps []string) {
	w.print("\n")
	w.terminal.ShowSteps(report.Plan{{Kind: what, Key: w.name, Steps: steps}})
}

func (w *walk) print(format string, args ...any) { w.terminal.Print(fmt.Sprintf(format, args...)) }

// gone turns a closed terminal into nobody being there: the run waits.
func gone(err error) error {
	if errors.Is(err, prompt.ErrNoAnswer) {
		return fmt.Errorf("%w: %w", err, rotate.ErrNobody)
	}
	return err
}
