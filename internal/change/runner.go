package change

import (
	"context"
	"time"

	"rekey/exchanges"
	"rekey/internal/httpx"
	"rekey/internal/journal"
	"rekey/internal/report"
	"rekey/internal/rotate"
	"rekey/internal/survey"
)

// A Terminal is the screen that a command prints to, and the person in front of
// it. Its methods may be called from several goroutines.
type Terminal interface {
	// Say prints a line to stderr, Remark too unless the user wants quiet.
	Say(format string, args ...any)
	Remark(format string, args ...any)
	// Present reports whether there is a terminal to ask on.
	Present() bool
	// Confirm, Line and Secret ask on the terminal. The error is
	// prompt.ErrNoAnswer when the terminal is closed.
	Confirm(ctx context.Context, question string) (bool, error)
	Line(ctx context.Context, question string) (string, error)
	Secret(ctx context.Context, question string) (exchanges.Secret, error)
	// Key asks a question that one key answers: "" is Enter. The errors are
	// those of Line.
	Key(ctx context.Context, question string) (string, error)
	// Print prints to the terminal that questions are asked on.
	Print(text string)
	// ShowPlan prints a plan before it is asked about, ShowSteps what a person
	// does, where they are asked.
	ShowPlan(report.Plan)
	// ShowResponse prints what a response is about, the most dangerous first,
	// how many of its keys need a person, and the plan.
	ShowResponse(r report.Response, byPerson int, plan report.Plan)
	ShowSteps(report.Plan)
	// OpenPage opens a page in the person's browser: where they want that now, or
	// asked for every page beforehand.
	OpenPage(ctx context.Context, page string, now bool)
	// Copy puts a text into the person's clipboard, as far as the terminal lets it.
	Copy(text string)
	// Follow shows a line for each of these keys until the returned function is
	// called, where lines can be written over. Step shows where a key stands: in
	// its line, or as a line of its own.
	Follow(ctx context.Context, keys []string) (end func())
	Step(Step)
}

// A Step is where a key stands while it is dealt with.
type Step struct {
	Key  string // display name
	Mark Mark
	Text string
	// Again says that nothing is new: it is worth no line of its own.
	Again bool
}

// A Mark says who acts next on a key.
type Mark int

// The marks. The zero Mark claims nothing.
const (
	Working Mark = iota // rekey does
	Yours               // the person does
	Ended               // nobody does: what was to be done is done
	Left                // nobody does, and the key may live
)

// A Runner has changes carried out. Its fields are set before the first call.
type Runner struct {
	*Workspace
	Registry exchanges.Registry
	Terminal Terminal
	Now      func() time.Time
	Sleep    func(context.Context, time.Duration) error
	StateDir string
	// Survey looks at the keys of that name and their managers, at everything
	// without a name.
	Survey func(ctx context.Context, only []string) (survey.Result, error)
	// Client makes the client of an exchange or a vendor.
	Client func(x exchanges.Exchange, change func(*httpx.Options)) (*httpx.Client, error)
	// Vault opens the store for the secrets of runs, and makes one where there
	// is none and no run of these is unfinished.
	Vault func(ctx context.Context, unfinished []journal.Run) (rotate.Vault, error)
	// Lost finds the runs that the store holds secrets of and a journal does not
	// know. A store that is not there, or cannot be opened, has none.
	Lost func(context.Context, journal.View) []journal.RunID
	// Person leads through what no API does.
	Person *Guide
	// Lookup reads the variables of this process: a reload command gets some.
	Lookup func(name string) (string, bool)

	// Options are those of the command. Yes answers the question about the
	// plan; DryRun stops after it.
	Options
	Yes, DryRun bool
	// Settle is how long an old key is kept after the new one is in use.
	Settle time.Duration

	// credentials are those of the keys that are changed, by display name.
	credentials map[string]exchanges.Credential
	clients     map[string]*httpx.Client
}

// writer makes the client of an exchange for runs: one for all of them, since
// they share the exchange's limits.
func (r *Runner) writer(x exchanges.Exchange, writes bool) (*httpx.Client, error) {
	name := x.Card.Name
	if writes {
		name += " (writes)"
	}
	if c, ok := r.clients[name]; ok {
		return c, nil
	}
	c, err := r.Client(x, func(o *httpx.Options) { o.AllowWrites = writes })
	if err != nil {
		return nil, err
	}
	if r.clients == nil {
		r.clients = map[string]*httpx.Client{}
	}
	r.clients[name] = c
	return c, nil
}
