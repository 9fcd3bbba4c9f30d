package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"rekey/audit"
	"rekey/internal/text"
)

// A KeyRow is one key of an audit as a list shows it. But for Name its texts are
// clean.
type KeyRow struct {
	// Name is the argument that commands take for the key; foreign text.
	Name     string
	Shown    string // the same, clean
	Exchange string
	Severity audit.Severity // of the worst finding that is not waived
	Verdict  string         // the severity in a word, or why there is none: "unknown" is no "nothing"
	Lives    bool           // the key may live: false only when the exchange says that it has ended
	May      string         // what it may do; what the exchange does not say stands there with a "?"
	From     string         // the addresses that may use it
	Since    string         // the day that it was made
	Problem  string         // the worst finding, or why there is none
	// Incidents are the IDs of the incidents that findings which are not waived
	// say it is concerned by.
	Incidents []string

	key  *keyView
	view *view
}

// KeyRows are the keys of an audit, those to deal with first first, those that
// have ended last.
func KeyRows(r *audit.Result) []KeyRow {
	v := newView(r)
	rows := make([]KeyRow, len(v.keys))
	for i, k := range v.keys {
		rows[i] = newKeyRow(k)
		rows[i].view = v
	}
	return rows
}

func newKeyRow(k *keyView) KeyRow {
	row := KeyRow{
		Name: k.name, Shown: text.CleanName(k.name), Exchange: text.Clean(k.Exchange),
		Severity: k.worst(), Verdict: k.verdict(),
		Lives: k.Status.MayLive(), May: strings.ReplaceAll(mayWords(k.Key), ",", " "), From: fromWords(k.Whitelist),
		Since: sinceWords(k.Key), Problem: text.Sentence(k.problem()), key: k,
	}
	for _, f := range k.open() {
		if id := string(f.Incident); id != "" && !slices.Contains(row.Incidents, id) {
			row.Incidents = append(row.Incidents, id)
		}
	}
	return row
}

// problem is the worst finding in a clause, or why there is none. A key that
// could not be judged whole is never one without a problem.
func (v *keyView) problem() string {
	open := v.open()
	switch {
	case len(v.gaps) > 0 && v.worst() <= audit.Info:
		return "unreachable: " + v.gaps[0].Detail
	case len(open) > 0:
		return open[0].Title + andMore(len(open)-1)
	case v.Known > 0:
		return "known from the baseline" + andMore(v.Known-1)
	case !v.Status.MayLive():
		return statusWord(v.Status)
	case len(v.unknowns) > 0:
		return text.Count(len(v.unknowns), "check") + " not possible"
	case len(v.findings) > 0:
		return text.Count(len(v.findings), "finding") + " waived"
	}
	return "no problem found"
}

// Details are all that an audit says about the key, as wide as the options say:
// what it is, every finding, what to do, what could not be looked at and what
// the exchange does not say.
func (r KeyRow) Details(o Options) []string {
	k := r.key
	t := &auditScreen{textWriter: newText(io.Discard, o), view: r.view, show: Show{Named: true, Command: "rekey"}}
	t.printKey(k)
	for _, g := range k.gaps {
		said := strings.ReplaceAll(string(g.Kind), "_", " ") + ": " + g.Detail
		t.Paragraph("    ", "    ", t.Style.Bold("unreachable: ")+text.Sentence(said))
	}
	for _, u := range k.unknowns {
		t.Paragraph("    ", "    ", t.Style.Faint("couldn't check: ")+text.Sentence(fmt.Sprintf("%s (%s)", u.Detail, u.Rule)))
	}
	return t.Lines()
}

// An IncidentRow is an incident with the keys that it concerns.
type IncidentRow struct {
	ID, Title string // clean
	When      string // the days on which keys were exposed
	Keys      int    // that may live
	Ended     int
}

// IncidentRows are the incidents of which findings say that they concern keys,
// those that concern the most living keys first.
func IncidentRows(r *audit.Result, rows []KeyRow) []IncidentRow {
	var out []IncidentRow
	for _, w := range r.Incidents {
		in := IncidentRow{ID: text.Clean(w.ID), Title: text.Sentence(w.Title), When: windowWords(w)}
		for _, row := range rows {
			switch {
			case !slices.Contains(row.Incidents, w.ID):
			case row.Lives:
				in.Keys++
			default:
				in.Ended++
			}
		}
		if in.Keys+in.Ended > 0 {
			out = append(out, in)
		}
	}
	slices.SortStableFunc(out, func(a, b IncidentRow) int { return b.Keys - a.Keys })
	return out
}

// windowWords are the days of an incident, as far as they are known.
func windowWords(w audit.Window) string {
	from, known := w.From.Get()
	until, ended := w.Until.Get()
	switch {
	case known && ended:
		return from.Format("2006-01-02") + " to " + until.Format("2006-01-02")
	case known:
		return "since " + from.Format("2006-01-02")
	case ended:
		return "until " + until.Format("2006-01-02")
	}
	if at, known := w.Disclosed.Get(); known {
		return "disclosed " + at.Format("2006-01-02")
	}
	return ""
}

// Headline is how an audit stands, in one line that may be cut at its end: first
// what could not be seen, then what is bad.
func Headline(r *audit.Result) string {
	s := r.Summary
	parts := []string{text.Count(s.Keys, "key")}
	if s.ExitCode == audit.Interrupted {
		parts[0] = "INTERRUPTED, partial: " + parts[0]
	}
	if s.Gaps > 0 {
		parts = append(parts, fmt.Sprintf("%d unreachable", s.Gaps))
	}
	bad := len(parts)
	for _, severity := range audit.Severities() {
		if n := s.Count(severity); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, severity))
		}
	}
	if len(parts) == bad {
		parts = append(parts, "no findings")
	}
	if s.Unknowns > 0 {
		parts = append(parts, fmt.Sprintf("%d checks not possible", s.Unknowns))
	}
	if s.Waived > 0 {
		parts = append(parts, fmt.Sprintf("%d waived", s.Waived))
	}
	return strings.Join(parts, ", ")
}

// Unseen are what could not be looked at, and the findings about no single key;
// empty when there are none.
func Unseen(r *audit.Result, o Options) []string {
	t := &auditScreen{textWriter: newText(io.Discard, o), view: newView(r), show: Show{Command: "rekey"}}
	t.printGaps(t.allGaps())
	t.printOther()
	lines := t.Lines()
	if len(lines) == 1 && lines[0] == "" {
		return nil
	}
	return lines
}
