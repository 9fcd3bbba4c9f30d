package cmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"rekey/exchanges"
	"rekey/internal/location"
	"rekey/internal/prompt"
	"rekey/internal/report"
	"rekey/internal/rotate"
	"rekey/internal/survey"
)

// walkOptions are the flags of what a person is led through.
type walkOptions struct {
	open    bool
	newFrom string // a location, "-" for stdin, "" for none
}

// A walker leads a person through what no API can do, on the terminal. Several
// runs may need him at once: he is asked one question at a time, for the key
// that was named first first.
type walker struct {
	app     *App
	options walkOptions
	tty     io.ReadWriteCloser // nil without a terminal
	prompt  *prompt.Prompter
	turns   *turns
	source  location.Location // of newFrom
	env     location.Env
	desk    *desk
}

// walker opens the terminal, where there is one.
func (a *App) walker(ctx context.Context, d *desk, o walkOptions) (*walker, error) {
	w := &walker{app: a, options: o, turns: newTurns(), env: d.location, desk: d}
	if o.newFrom != "" && o.newFrom != "-" {
		var err error
		if w.source, err = location.Parse(o.newFrom); err != nil {
			return nil, usage("--new-from: " + err.Error())
		}
	}
	if a.Terminal == nil {
		return w, ctx.Err()
	}
	if tty, err := a.Terminal(); err == nil {
		w.tty, w.prompt = tty, prompt.New(tty)
	}
	return w, ctx.Err()
}

func (w *walker) close() {
	if w.tty != nil {
		_ = w.tty.Close()
	}
}

func (w *walker) onTerminal() bool { return w.tty != nil }

// present reports whether a person can be asked, or has left his answer.
func (w *walker) present() bool { return w.onTerminal() || w.options.newFrom != "" }

// confirm, line and secret ask on the terminal.
func (w *walker) confirm(ctx context.Context, question string) (bool, error) {
	w.app.asking(question + " [y/N]")
	defer w.app.asking("")
	return w.prompt.Confirm(ctx, question)
}

func (w *walker) line(ctx context.Context, question string) (string, error) {
	w.app.asking(question)
	defer w.app.asking("")
	return w.prompt.Line(ctx, question)
}

func (w *walker) secret(ctx context.Context, question string) (exchanges.Secret, error) {
	w.app.asking(question)
	defer w.app.asking("")
	return w.prompt.Secret(ctx, question)
}

// of makes the person of one job.
func (w *walker) of(c *change, x exchanges.Exchange) *walk {
	return &walk{walker: w, name: c.entry.Name, exchange: x, old: c.job.Old, account: c.job.Account, rank: w.turns.rank()}
}

// A walk is a walker with one key.
type walk struct {
	*walker
	name     string
	exchange exchanges.Exchange
	old      exchanges.Credential
	account  exchanges.Account
	rank     int
	last     exchanges.Credential // that was given
	used     bool                 // newFrom was read
	shown    bool                 // the steps of making were
}

// MakeKey leads through the making of a key and reads its credential.
func (w *walk) MakeKey(ctx context.Context, wish rotate.Wish) (exchanges.Credential, error) {
	if w.options.newFrom != "" && !w.used {
		w.used = true
		return w.readGiven(ctx)
	}
	if !w.onTerminal() {
		if wish.Problem != "" {
			return exchanges.Credential{}, fmt.Errorf("%s: %w", wish.Problem, rotate.ErrNobody)
		}
		return exchanges.Credential{}, rotate.ErrNobody
	}
	if err := w.turns.take(ctx, w.rank); err != nil {
		return exchanges.Credential{}, err
	}
	defer w.turns.give()
	w.showMaking(ctx, wish)
	for {
		c, err := w.ask(ctx, wish.Problem != "" && w.last.AccessKey != "")
		if err != nil {
			return exchanges.Credential{}, gone(err)
		}
		if problem := w.refuse(ctx, c); problem != "" {
			w.print("  %s\n", report.Sentence(problem))
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
		w.print("\n%s: not yet. %s\n", report.CleanName(w.name), report.Sentence(wish.Problem))
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
		"Addresses: "+addressWords(wish.Want))
	w.showSteps("make a new key", steps)
	w.openPage(ctx, page)
}

func addressWords(want rotate.Want) string {
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
func (w *walk) ask(ctx context.Context, again bool) (exchanges.Credential, error) {
	question := "  Access key, or @FILE that the exchange gave you:"
	if again {
		question = "  Enter when it is changed, or another access key, or @FILE:"
	}
	for {
		text, err := w.line(ctx, question)
		if err != nil {
			return exchanges.Credential{}, err
		}
		switch {
		case text == "" && again:
			return w.last, nil
		case text == "":
			continue
		case strings.HasPrefix(text, "@"):
			c, err := w.readFile(ctx, strings.TrimSpace(text[1:]))
			if err != nil {
				w.print("  %s\n", report.Sentence(err.Error()))
				continue
			}
			return c, nil
		}
		return w.askParts(ctx, text)
	}
}

// askParts reads what belongs to an access key, without showing it.
func (w *walk) askParts(ctx context.Context, accessKey string) (exchanges.Credential, error) {
	c := exchanges.Credential{AccessKey: accessKey}
	var err error
	if c.Secret, err = w.secret(ctx, "  Secret (not shown):"); err != nil {
		return c, err
	}
	if !w.old.Passphrase.IsZero() {
		c.Passphrase, err = w.secret(ctx, "  Passphrase (not shown):")
	}
	return c, err
}

// readGiven reads the credential that --new-from names.
func (w *walk) readGiven(ctx context.Context) (exchanges.Credential, error) {
	var c exchanges.Credential
	var err error
	if w.options.newFrom == "-" {
		c, err = location.ReadAnswer(w.app.Stdin)
	} else {
		var reading location.Reading
		reading, err = w.source.Read(ctx, w.env)
		c = reading.Credential
		if w.source.Kind() != location.KindEnv {
			defer w.app.remark("%s still holds the new secret: destroy it when the rotation is done", w.source.Display())
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
			if reading, err = l.Read(ctx, location.Env{Dir: w.app.Dir}); err == nil {
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
	if problem, unusual := survey.Misplaced(w.app.Registry, w.exchange.Card.Name, c); problem != "" || unusual != "" && !w.insists(ctx, unusual) {
		return cmp.Or(problem, unusual)
	}
	for _, e := range w.desk.entries {
		if e.Exchange != w.exchange.Card.Name {
			continue
		}
		if reading, err := e.Location.Read(ctx, w.env); err == nil && reading.Credential.AccessKey == c.AccessKey {
			return "that is the key " + e.Name + " of rekey.yaml"
		}
	}
	return ""
}

// insists asks whether a credential of an unusual form is meant all the same.
// Without a terminal nobody could have looked twice: it is shown to the exchange.
func (w *walk) insists(ctx context.Context, unusual string) bool {
	if !w.onTerminal() {
		w.app.remark("%s", report.Sentence(unusual))
		return true
	}
	ok, err := w.confirm(ctx, "  "+report.Sentence(unusual)+". Use it all the same?")
	return ok && err == nil
}

// DeleteKey leads through the deletion of a key.
func (w *walk) DeleteKey(ctx context.Context, accessKey string) error {
	if !w.onTerminal() {
		return rotate.ErrNobody
	}
	if err := w.turns.take(ctx, w.rank); err != nil {
		return err
	}
	defer w.turns.give()
	page, steps := pageSteps(w.exchange, exchanges.ActRevoke, w.key())
	w.showSteps("delete "+exchanges.MaskAccessKey(accessKey), append(steps, "Its access key is "+exchanges.MaskAccessKey(accessKey)))
	w.openPage(ctx, page)
	if _, err := w.line(ctx, "  Press Enter when it is deleted; the exchange is asked then:"); err != nil {
		return gone(err)
	}
	return nil
}

// watchEvery is how often a person is told of a key that still lives.
const watchEvery = 15 * time.Second

// StillThere tells how a key is doing that was to be deleted.
func (w *walk) StillThere(accessKey string, says exchanges.Status, watched time.Duration) {
	if watched == 0 || watched%watchEvery != 0 || watched > 8*watchEvery && watched%(4*watchEvery) != 0 {
		return // often at first, later once a minute
	}
	text := fmt.Sprintf("%s: %s is still %s", report.CleanName(w.name), exchanges.MaskAccessKey(accessKey), says)
	if says == exchanges.StatusUndetermined {
		text = fmt.Sprintf("%s: the exchange says nothing clear of %s", report.CleanName(w.name), exchanges.MaskAccessKey(accessKey))
	}
	w.app.say("rekey: %s, %s", text, clock(watched))
	if watched == 4*watchEvery {
		w.app.say("rekey: %s: is it deleted, in the right account? Ctrl-C leaves; rekey runs resume goes on", report.CleanName(w.name))
	}
}

// clock is a time as m:ss.
func clock(d time.Duration) string {
	return fmt.Sprintf("%d:%02d", int(d.Minutes()), int(d.Seconds())%60)
}

func (w *walk) key() exchanges.Key {
	return exchanges.Key{Ref: exchanges.KeyRef{Exchange: w.exchange.Card.Name, Account: w.account}}
}

func (w *walk) showSteps(what string, steps []string) {
	list := report.Plan{{Kind: what, Key: w.name, Steps: steps}}
	screen := w.app.screen(w.app.Stderr)
	w.print("\n")
	_ = list.WriteSteps(w.tty, report.Options{Width: screen.Width, Color: screen.Color}) // a terminal that is gone is found at the question
}

func (w *walk) print(format string, args ...any) {
	_, _ = fmt.Fprintf(w.tty, format, args...) // as above
}

// gone turns a closed terminal into nobody being there: the run waits.
func gone(err error) error {
	if errors.Is(err, prompt.ErrNoAnswer) {
		return fmt.Errorf("%w: %w", err, rotate.ErrNobody)
	}
	return err
}
