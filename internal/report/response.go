package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"rekey/audit"
	"rekey/exchanges"
	"rekey/internal/journal"
	"rekey/internal/text"
)

// ResponseFormats are the formats of a response, the default first.
func ResponseFormats() []string { return []string{"text", "json", "markdown"} }

// A Response is what was known, done and proven in answer to an incident.
type Response struct {
	Changes
	Cause    string // the incident, the vendor, or that keys were named
	Affected []AffectedLine
	// Accounts are what no API can do, for each exchange and vendor.
	Accounts []AccountLine
	// Keys are how the keys stand at the end.
	Keys []KeyEnd
	// Offered are keys that nobody declared and that the response leaves alone.
	Offered []AffectedLine
	// Unread are the managers whose lists could not be read again.
	Unread []string
	// Closing are the last lines on the screen.
	Closing []string
	// Gaps counts what could not be looked at.
	Gaps int
}

// A KeyState is how a key stands when a response ends. The words are part of the
// contract.
type KeyState string

// The states.
const (
	Dead     KeyState = "dead" // proven
	Alive    KeyState = "alive"
	Narrowed KeyState = "narrowed" // alive, for reading or from one address alone
	Unproven KeyState = "unproven"
	Gone     KeyState = "gone" // not listed any more, no proof is possible
)

// A KeyEnd is how one key stands when a response ends.
type KeyEnd struct {
	Key         string   `json:"key"`
	Fingerprint string   `json:"fingerprint"`
	State       KeyState `json:"state"`
	SinceBegin  bool     `json:"since_begin"` // found after the response began
	Why         string   `json:"why"`
	Next        string   `json:"next"` // the command to type next, "" for none
}

// An AffectedLine is a key that a response is about, as it was seen before.
type AffectedLine struct {
	Key audit.Key
	Why string
}

// An AccountLine is what a person does besides, at an exchange or a vendor.
type AccountLine struct {
	Name  string   `json:"name"`
	Page  string   `json:"page"`
	Steps []string `json:"steps"`
}

type affectedDoc struct {
	Key         string                 `json:"key"`
	Exchange    string                 `json:"exchange"`
	AccessKey   string                 `json:"access_key"`
	Fingerprint string                 `json:"fingerprint"`
	Why         string                 `json:"why"`
	Status      string                 `json:"status"` // before anything was done
	Permissions []exchanges.Permission `json:"permissions"`
	NotTold     []exchanges.Permission `json:"permissions_not_told"`
	Restricted  exchanges.Fact[bool]   `json:"restricted"`
}

// A happening is one line of the timeline.
type happening struct {
	At   string `json:"at"`
	Key  string `json:"key"`
	Run  string `json:"run"`
	What string `json:"what"`
}

type responseDoc struct {
	changesDoc
	Cause    string        `json:"cause"`
	Affected []affectedDoc `json:"affected"`
	Keys     []KeyEnd      `json:"keys"`
	Offered  []affectedDoc `json:"offered"`
	Unread   []string      `json:"unread_lists"`
	Timeline []happening   `json:"timeline"`
	Accounts []AccountLine `json:"accounts"`
	Summary  responseSum   `json:"summary"` // in place of that of changesDoc
}

// responseSum counts keys beside what changesSum counts.
type responseSum struct {
	changesSum
	Dead     int `json:"dead"`
	Alive    int `json:"alive"`
	Narrowed int `json:"narrowed"`
	Unproven int `json:"unproven"`
	Gone     int `json:"gone"`
}

// Write prints the response in the given format.
func (r Response) Write(w io.Writer, format string, o Options) error {
	switch format {
	case "json":
		return text.WriteJSON(w, r.doc())
	case "markdown":
		return r.writeMarkdown(w)
	case "text":
		return r.writeText(w, o)
	default:
		return text.UnknownFormat(format)
	}
}

func (r Response) doc() responseDoc {
	doc := responseDoc{
		changesDoc: r.Changes.doc(), Cause: r.Cause, Affected: affectedDocs(r.Affected), Keys: r.Keys,
		Offered: affectedDocs(r.Offered), Unread: r.Unread, Timeline: r.timeline(), Accounts: r.Accounts,
	}
	doc.Summary.changesSum = doc.changesDoc.Summary
	for _, k := range r.Keys {
		switch k.State {
		case Dead:
			doc.Summary.Dead++
		case Alive:
			doc.Summary.Alive++
		case Narrowed:
			doc.Summary.Narrowed++
		case Gone:
			doc.Summary.Gone++
		case Unproven:
			doc.Summary.Unproven++
		default:
			doc.Summary.Unproven++
		}
	}
	if doc.Accounts == nil {
		doc.Accounts = []AccountLine{}
	}
	if doc.Keys == nil {
		doc.Keys = []KeyEnd{}
	}
	if doc.Unread == nil {
		doc.Unread = []string{}
	}
	return doc
}

func affectedDocs(lines []AffectedLine) []affectedDoc {
	out := []affectedDoc{}
	for _, a := range lines {
		k := a.Key
		out = append(out, affectedDoc{
			Key: k.DisplayName(), Exchange: k.Exchange, AccessKey: k.AccessKey.String(), Fingerprint: string(k.Fingerprint),
			Why: a.Why, Status: string(k.Status), Permissions: k.Permissions, NotTold: k.NotTold,
			Restricted: k.Whitelist.Restricted,
		})
	}
	return out
}

// timeline is what happened when, from the records of the runs.
func (r Response) timeline() []happening {
	type stamped struct {
		at time.Time
		m  happening
	}
	all := []stamped{
		{
			r.StartedAt,
			happening{At: stamp(r.StartedAt), What: fmt.Sprintf("looked at everything: %d keys concerned", len(r.Affected))},
		},
	}
	for _, run := range r.Runs {
		for _, rec := range run.Run.Records {
			if prose := momentWords(rec); prose != "" {
				all = append(all, stamped{rec.At, happening{At: stamp(rec.At), Key: rec.Key, Run: string(rec.Run), What: prose}})
			}
		}
	}
	slices.SortStableFunc(
		all,
		func(a, b stamped) int { return cmp.Or(a.at.Compare(b.at), strings.Compare(a.m.Key, b.m.Key)) },
	)
	out := make([]happening, len(all))
	for i, s := range all {
		out[i] = s.m
	}
	return out
}

// momentWords says what a record means to somebody who reads it later.
func momentWords(r journal.Record) string {
	did := r.Phase == journal.Did
	switch {
	case r.Stage == journal.Planned && did:
		return string(r.Kind) + " began"
	case r.Stage == journal.Retiring && r.Phase == journal.Will:
		return "before it was deleted the exchange said: " + r.Data.Result
	case r.Stage == journal.Retiring && did && r.Data.Result == "proven":
		return "confirmed dead by the exchange"
	case r.Stage == journal.Retiring && did:
		return "deleted (no longer listed; not independently confirmed)"
	case r.Stage == journal.Proved && did && r.Kind == journal.Contain && r.Data.Result == "proven":
		return "now read-only (confirmed)"
	case r.Stage == journal.Stored && did:
		return "new key " + r.Data.New.AccessKey() + " made"
	case r.Stage == journal.Deployed && did && r.Kind == journal.Rotate:
		return "new key in all its places"
	case r.Stage == journal.NeedsPerson:
		return "waits for a person"
	case r.Stage == journal.Failed && did:
		return "failed, and taken back"
	default:
		return ""
	}
}

// WriteConcerned prints the keys that a response is about, the most dangerous
// first, and how many of them need a person.
func (r Response) WriteConcerned(w io.Writer, byPerson int, o Options) error {
	if len(r.Affected) == 0 {
		return nil
	}
	t := newText(w, o)
	t.Heading("concerned, the most dangerous first")
	for i, a := range r.Affected {
		name := t.Style.Bold(text.CleanName(a.Key.DisplayName()))
		t.Paragraph(fmt.Sprintf("  %2d. ", i+1), "      ", name+": "+text.Sentence(dangerWords(a)))
	}
	if byPerson > 0 {
		t.Paragraph(
			"",
			"",
			fmt.Sprintf("%d of %d need a person: rekey leads through the exchange's page.", byPerson, len(r.Affected)),
		)
	}
	if shared := sharedWith(r.Affected); len(shared) > 0 {
		t.Paragraph("", "", "What runs with these keys stops: "+text.Sentence(strings.Join(shared, ", "))+".")
	}
	t.Line("")
	return t.Print()
}

// sharedWith are the keys that somebody else uses, with who does.
func sharedWith(lines []AffectedLine) []string {
	var out []string
	for _, a := range lines {
		if with := a.Key.SharedWith; len(with) > 0 && a.Key.Status.MayLive() {
			out = append(out, text.CleanName(a.Key.DisplayName())+" ("+strings.Join(with, ", ")+")")
		}
	}
	return out
}

func (r Response) writeText(w io.Writer, o Options) error {
	if err := r.WriteConcerned(w, 0, o); err != nil {
		return err
	}
	if err := r.Changes.writeText(w, o); err != nil {
		return err
	}
	t := newText(w, o)
	for i, k := range r.Keys {
		if i == 0 {
			t.Heading("how the keys stand")
		}
		t.Paragraph("  ", "    ", t.Style.Bold(text.CleanName(k.Key))+": "+string(k.State)+", "+text.Sentence(k.Why))
	}
	for i, a := range r.Offered {
		if i == 0 {
			t.Heading("not part of this, and nobody declared them")
		}
		name := a.Key.DisplayName()
		t.Paragraph(
			"  ",
			"    ",
			t.Style.Bold(text.CleanName(name))+": "+text.Sentence(dangerWords(a))+"; rekey revoke '"+text.CleanName(name)+"'",
		)
	}
	for i, a := range r.Accounts {
		if i == 0 {
			t.Heading("you: secure the account")
		}
		t.Paragraph("  ", "    ", t.Style.Bold(text.Clean(a.Name))+" "+text.Sentence(a.Page))
		for n, s := range a.Steps {
			t.Paragraph(fmt.Sprintf("    %d. ", n+1), "       ", text.Sentence(s))
		}
	}
	return t.Print()
}

// dangerWords say what a key could do before it was dealt with, and why it is
// in the list.
func dangerWords(a AffectedLine) string {
	k := a.Key
	if !k.Status.MayLive() {
		return string(k.Status) + " already; " + a.Why
	}
	powers := "what it may do is not known"
	if _, known := k.Granted(); known {
		powers = "may " + strings.Join(powersOf(k), ", ")
	}
	from := ", from where is not known"
	if restricted, told := k.Whitelist.Restricted.Get(); told {
		from = ", from anywhere"
		if restricted {
			from = ", from its whitelist"
		}
	}
	return powers + from + "; " + a.Why
}

func (r Response) writeMarkdown(w io.Writer) error {
	m := &markdown{}
	m.Heading(1, "Response: "+r.Cause)
	m.Paragraph(
		text.MarkdownText(
			fmt.Sprintf(
				"Begun %s, this report %s. Times are UTC. rekey %s.",
				stamp(r.StartedAt),
				stamp(r.FinishedAt),
				r.Tool.Version,
			),
		),
	)
	m.Heading(2, "What was known")
	var rows [][]string
	for _, a := range r.Affected {
		k := a.Key
		rows = append(rows, []string{
			text.MarkdownText(
				text.CleanName(a.Key.DisplayName()),
			), text.MarkdownText(k.Exchange), text.MarkdownCode(k.AccessKey.String()), text.MarkdownText(dangerWords(a)),
		})
	}
	m.Table([]string{"key", "exchange", "access key", "danger, and why it is concerned"}, rows)
	m.Heading(2, "What was done")
	rows = nil
	for _, t := range r.timeline() {
		rows = append(rows, []string{t.At, text.MarkdownText(text.CleanName(t.Key)), text.MarkdownText(t.What)})
	}
	m.Table([]string{"when", "key", "what"}, rows)
	m.Heading(2, "How each run stands")
	rows = nil
	for _, run := range r.Runs {
		proof := "no"
		if run.Dead {
			proof = "yes"
		}
		rows = append(
			rows,
			[]string{
				text.MarkdownCode(string(run.Run.ID)),
				text.MarkdownText(string(run.Run.Kind)),
				text.MarkdownText(text.CleanName(run.Run.Key)),
				text.MarkdownText(stageWords(run) + becauseWords(run.Why)),
				proof,
			},
		)
	}
	m.Table([]string{"run", "kind", "key", "stage", "confirmed dead"}, rows)
	m.Heading(2, "How each key stands")
	rows = nil
	for _, k := range r.Keys {
		rows = append(
			rows,
			[]string{
				text.MarkdownText(text.CleanName(k.Key)),
				text.MarkdownText(string(k.State)),
				text.MarkdownText(k.Why),
				text.MarkdownCode(k.Next),
			},
		)
	}
	m.Table([]string{"key", "state", "why", "next"}, rows)
	for _, line := range r.Closing {
		m.Paragraph(text.MarkdownText(line))
	}
	for i, p := range r.Person {
		if i == 0 {
			m.Heading(2, "You: do this on the website")
		}
		m.Heading(3, text.CleanName(p.Key))
		m.Paragraph(text.MarkdownText(p.Why))
		m.Numbered(p.Steps)
	}
	for i, a := range r.Accounts {
		if i == 0 {
			m.Heading(2, "You: secure the account")
		}
		m.Heading(3, a.Name)
		m.Numbered(a.Steps)
	}
	return m.Print(w)
}

func becauseWords(why string) string {
	if why == "" {
		return ""
	}
	return "; " + why
}
