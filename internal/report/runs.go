package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"rekey/internal/journal"
	"rekey/internal/text"
)

// A Changes document is what the commands that change keys answer with.
type Changes struct {
	Tool       Tool
	StartedAt  time.Time
	FinishedAt time.Time
	Runs       []RunLine
	Person     []PersonLine
	Skipped    []SkippedLine
	ExitCode   int
	Plan       Plan // of a dry run, which carries nothing out
	// Quiet leaves the keys that needed nothing out of the text, not out of
	// the document.
	Quiet bool
}

// A RunLine is one run with its records.
type RunLine struct {
	Run  journal.Run
	Dead bool
	Why  string // what stands in the way, "" when nothing does
}

// A PersonLine is something that a person must do.
type PersonLine struct {
	Run   string   `json:"run"` // "" when none was begun
	Key   string   `json:"key"`
	Why   string   `json:"why"`
	Page  string   `json:"page"`
	Steps []string `json:"steps"`
	// Overdue says of a key that is due how long it has been, and Command is what
	// a person types at a desk: the text has them in place of the steps.
	Overdue string `json:"-"`
	Command string `json:"-"`
	// Said leaves it out of the text: it was said not long ago.
	Said bool `json:"-"`
}

// A SkippedLine is a key that was not changed: it needed nothing, or its change
// was put off.
type SkippedLine struct {
	Key    string `json:"key"`
	Why    string `json:"why"`
	PutOff bool   `json:"-"`
}

type changesDoc struct {
	SchemaVersion int           `json:"schema_version"`
	Tool          Tool          `json:"tool"`
	StartedAt     string        `json:"started_at"`
	FinishedAt    string        `json:"finished_at"`
	Runs          []runDoc      `json:"runs"`
	Person        []PersonLine  `json:"person"`
	Skipped       []SkippedLine `json:"skipped"`
	Plan          Plan          `json:"plan,omitempty"`
	Summary       changesSum    `json:"summary"`
}

type changesSum struct {
	Done        int `json:"done"`
	Unconfirmed int `json:"unconfirmed"`
	Unfinished  int `json:"unfinished"`
	Person      int `json:"person"`
	Failed      int `json:"failed"`
	ExitCode    int `json:"exit_code"`
}

type runDoc struct {
	ID            string    `json:"id"`
	Kind          string    `json:"kind"`
	Key           string    `json:"key"`
	Stage         string    `json:"stage"`
	ConfirmedDead bool      `json:"confirmed_dead"`
	Old           *keyIDDoc `json:"old"`
	New           *keyIDDoc `json:"new"`
	Steps         []stepDoc `json:"steps"`
	Why           string    `json:"why,omitempty"`
}

type keyIDDoc struct {
	AccessKey   string `json:"access_key"`
	Fingerprint string `json:"fingerprint"`
}

type stepDoc struct {
	Stage  string `json:"stage"`
	At     string `json:"at"`
	Result string `json:"result"`
	Detail string `json:"detail"`
}

// Write prints the document in the given format.
func (c Changes) Write(w io.Writer, format string, o Options) error {
	switch format {
	case "json":
		return text.WriteJSON(w, c.doc())
	case "text":
		return c.writeText(w, o)
	default:
		return text.UnknownFormat(format)
	}
}

func (c Changes) doc() changesDoc {
	doc := changesDoc{
		SchemaVersion: SchemaVersion, Tool: c.Tool, StartedAt: stamp(c.StartedAt), FinishedAt: stamp(c.FinishedAt),
		Runs: []runDoc{}, Person: c.Person, Skipped: c.Skipped, Plan: c.Plan,
		Summary: changesSum{Person: len(c.Person), ExitCode: c.ExitCode},
	}
	if doc.Person == nil {
		doc.Person = []PersonLine{}
	}
	for i, p := range doc.Person {
		if p.Steps == nil {
			doc.Person[i].Steps = []string{}
		}
	}
	if doc.Skipped == nil {
		doc.Skipped = []SkippedLine{}
	}
	for _, r := range c.Runs {
		doc.Runs = append(doc.Runs, r.doc())
		switch r.Run.Stage {
		case journal.Done:
			doc.Summary.Done++
		case journal.Unconfirmed:
			doc.Summary.Unconfirmed++
		case journal.Failed, journal.Abandoned:
			doc.Summary.Failed++
		case journal.NeedsPerson: // counted among what a person must do
		case journal.Closed: // it ended neither way, and is no success
		case journal.Planned,
			journal.Issuing,
			journal.Stored,
			journal.Proved,
			journal.Deployed,
			journal.Settling,
			journal.Retiring:
			doc.Summary.Unfinished++
		}
	}
	return doc
}

func (r RunLine) doc() runDoc {
	doc := runDoc{
		ID: string(r.Run.ID), Kind: string(r.Run.Kind), Key: r.Run.Key, Stage: string(r.Run.Stage),
		ConfirmedDead: r.Dead, Steps: []stepDoc{}, Why: r.Why,
	}
	for _, rec := range r.Run.Records {
		if !rec.Data.Old.IsZero() {
			doc.Old = &keyIDDoc{rec.Data.Old.AccessKey(), rec.Data.Old.Fingerprint()}
		}
		if rec.Stage == journal.Stored && !rec.Data.New.IsZero() { // other records name keys that were not used
			doc.New = &keyIDDoc{rec.Data.New.AccessKey(), rec.Data.New.Fingerprint()}
		}
		result := "ok"
		if rec.Phase == journal.Will {
			result = "begun"
		}
		doc.Steps = append(
			doc.Steps,
			stepDoc{Stage: string(rec.Stage), At: stamp(rec.At), Result: result, Detail: rec.Data.Result},
		)
	}
	return doc
}

func (c Changes) writeText(w io.Writer, o Options) error {
	t := newText(w, o)
	for _, r := range c.Runs {
		d := r.doc()
		prose := runWords(r)
		if d.New != nil {
			prose += ", new key " + text.Clean(d.New.AccessKey)
		}
		t.Paragraph("", "    ", t.Style.Bold(text.Clean(d.ID))+"  "+prose)
		if r.Why != "" {
			t.Paragraph("    ", "    ", text.Sentence(r.Why))
		}
	}
	for _, s := range c.Skipped {
		switch {
		case s.PutOff:
			t.Paragraph("", "    ", text.CleanName(s.Key)+": not changed, "+text.Sentence(s.Why))
		case !c.Quiet:
			t.Paragraph("", "    ", text.CleanName(s.Key)+": nothing to do, "+text.Sentence(s.Why))
		}
	}
	c.printPerson(t)
	return t.Print()
}

// printPerson prints what a person must do.
func (c Changes) printPerson(t textWriter) {
	for i, p := range slices.DeleteFunc(slices.Clone(c.Person), func(p PersonLine) bool { return p.Said }) {
		if i == 0 {
			t.Heading("you: do this on the website")
		}
		if p.Overdue != "" {
			t.Paragraph("  ", "    ", t.Style.Bold(text.CleanName(p.Key))+": "+text.Sentence(p.Overdue)+". At a desk: "+
				t.Style.Bold(text.Sentence(p.Command)))
			continue
		}
		t.Paragraph("  ", "    ", t.Style.Bold(text.CleanName(p.Key))+": "+text.Sentence(p.Why))
		for n, step := range p.Steps {
			t.Paragraph(fmt.Sprintf("    %d. ", n+1), "       ", text.Sentence(step))
		}
	}
}

// ChangesNotice is what to tell people of a command that changed keys: a title and
// a line for each key that was changed or waits for a person. There is none when
// nothing was done and nothing waits.
func ChangesNotice(c Changes) (title, prose string, changed bool) {
	var done, open, lines []string
	for _, r := range c.Runs {
		line := noticeText(runWords(r))
		if r.Run.Stage == journal.Done {
			done = append(done, line)
		} else {
			open = append(open, line)
		}
	}
	person := 0
	for _, p := range c.Person {
		if !p.Said {
			person++
			open = append(open, noticeText(text.CleanName(p.Key)+": "+cmp.Or(p.Overdue, p.Why)))
		}
	}
	if lines = append(atMost(open), atMost(done)...); len(lines) == 0 {
		return "", "", false
	}
	title = fmt.Sprintf("rekey: %d changed, %d for a person", len(done), person)
	if n := len(open) - person; n > 0 {
		title += fmt.Sprintf(", %d not finished", n)
	}
	lines = append(lines, fmt.Sprintf("exit %d. What to do: rekey runs list", c.ExitCode))
	return title, strings.Join(lines, "\n"), true
}

// runWords say of a run which key it is about and how it stands. A key that is to
// be deleted and may not be is named first.
func runWords(r RunLine) string {
	name := text.CleanName(r.Run.Key)
	if r.Run.Kind == journal.Revoke && !r.Dead {
		switch at := r.Run.Stage; {
		case at == journal.NeedsPerson, !r.Run.Ended && at == journal.Retiring && byPerson(r.Run):
			return name + ": STILL ACTIVE, waiting for you to delete it"
		case !r.Run.Ended && at == journal.Retiring:
			return name + ": STILL ACTIVE as far as is known, its deletion is unfinished"
		}
	}
	return fmt.Sprintf("%s %s: %s", text.Clean(string(r.Run.Kind)), name, stageWords(r))
}

// byPerson reports whether a person deletes the old key of a run.
func byPerson(r journal.Run) bool {
	return slices.ContainsFunc(r.Records, func(rec journal.Record) bool {
		return rec.Stage == journal.Planned && rec.Data.Person
	})
}

func stageWords(r RunLine) string {
	switch r.Run.Stage {
	case journal.Done:
		if r.Run.Kind == journal.Contain {
			return "done, now read-only (confirmed)"
		}
		return "done, the old key is proven dead"
	case journal.NeedsPerson:
		return "waits for a person"
	case journal.Closed:
		return "closed by a person, unfinished"
	case journal.Unconfirmed:
		if r.Run.Kind == journal.Contain {
			return "set to read-only, and the exchange does not show what it may do now"
		}
		open := "a key that was asked for may still appear"
		switch {
		case takenBack(r.Run):
			return "taken back, and " + open
		case r.Dead:
			return "the old key is proven dead, and " + open
		}
		return "the old key was deleted, and no answer proves it dead"
	case journal.Failed:
		return "failed, and taken back"
	case journal.Abandoned:
		if r.Run.Ended {
			return "taken back"
		}
	case journal.Planned,
		journal.Issuing,
		journal.Stored,
		journal.Proved,
		journal.Deployed,
		journal.Settling,
		journal.Retiring:
	}
	words := "unfinished, at " + text.Clean(strings.ReplaceAll(string(r.Run.Stage), "_", " "))
	if r.Dead {
		return words + "; the old key is proven dead"
	}
	return words + "; the old key may still be active"
}

// takenBack reports whether a run was taken back: its old key was not replaced.
func takenBack(r journal.Run) bool {
	return slices.ContainsFunc(r.Records, func(rec journal.Record) bool {
		return rec.Stage == journal.Abandoned && rec.Phase == journal.Will
	})
}

// A Plan is what would be done, for the person who is asked.
type Plan []PlanStep

// A PlanStep is what would be done to one key.
type PlanStep struct {
	Kind  string   `json:"kind"` // rotate, revoke, contain
	Key   string   `json:"key"`
	Steps []string `json:"steps"`
	Risks []string `json:"risks"` // to be accepted by name
}

// Write prints the plan, as wide as the screen: each key once, with all that
// happens to it.
func (p Plan) Write(w io.Writer, o Options) error {
	var keys Plan
	at := map[string]int{}
	for _, s := range p {
		i, there := at[s.Key]
		if !there {
			at[s.Key] = len(keys)
			keys = append(keys, PlanStep{Kind: planWords(s.Kind), Key: s.Key, Steps: s.Steps, Risks: s.Risks})
			continue
		}
		keys[i].Kind += ", then " + planWords(s.Kind)
		keys[i].Steps = slices.Concat(keys[i].Steps, s.Steps)
		keys[i].Risks = slices.Concat(keys[i].Risks, s.Risks)
	}
	return keys.write(w, o, func(s PlanStep) string { return "plan: " + text.Clean(s.Key) + ": " + s.Kind })
}

// planWords say what is done to a key: the kind of a run, in the words of the
// screen.
func planWords(kind string) string {
	switch journal.Kind(kind) {
	case journal.Contain:
		return "read-only now"
	case journal.Revoke:
		return "delete"
	case journal.Rotate:
		return "rotate"
	default:
		return text.Clean(kind)
	}
}

// WriteSteps prints what a person does now, as wide as the screen.
func (p Plan) WriteSteps(w io.Writer, o Options) error {
	return p.write(w, o, func(s PlanStep) string { return text.Clean(s.Key) + ": " + s.Kind })
}

func (p Plan) write(w io.Writer, o Options, heading func(PlanStep) string) error {
	t := newText(w, o)
	for _, s := range p {
		t.Paragraph("", "    ", t.Style.Bold(heading(s)))
		for i, step := range s.Steps {
			t.Paragraph(fmt.Sprintf("  %d. ", i+1), "     ", text.Sentence(step))
		}
		for _, r := range s.Risks {
			t.Paragraph("  risk: ", "        ", text.Sentence(r))
		}
	}
	return t.Print()
}
