package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"rekey/audit"
	"rekey/internal/text"
)

// statusUnreachable is the status of a key in lines for programs that could not
// be looked at.
const statusUnreachable = "unreachable"

// PrintLines writes a line for each key of an audit that was asked for, the most
// urgent first: name, exchange, status, permissions, IPs, created, severity,
// rules, with tabs between them and nothing cut. "?" stands for what nobody says,
// "-" for none. Compared with a baseline, a key of which nothing is new has none.
func PrintLines(w io.Writer, r *audit.Result, show Show) error {
	var out strings.Builder
	for _, k := range show.only(newView(r)).keys {
		if r.Baseline != nil && len(k.open()) == 0 && len(k.gaps) == 0 {
			continue // nothing new
		}
		severity := k.verdict()
		if severity == "nothing" || severity == "ended" {
			severity = "none"
		}
		var rules []string
		for _, f := range k.open() {
			if !slices.Contains(rules, f.Rule) {
				rules = append(rules, f.Rule)
			}
		}
		writeLine(&out, k, severity, cmp.Or(strings.Join(rules, ","), "-"))
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// printKeyLines writes the lines of keys that nobody judged.
func printKeyLines(w io.Writer, keys []audit.Key, gaps []audit.Gap) error {
	unread := map[string]bool{}
	for _, g := range gaps {
		unread[g.Key] = true
	}
	var out strings.Builder
	for _, k := range keys {
		v := &keyView{Key: k, name: k.DisplayName()}
		if unread[v.name] {
			v.gaps = []audit.Gap{{Key: v.name}}
		}
		writeLine(&out, v, "?", "?")
	}
	_, err := io.WriteString(w, out.String())
	return err
}

func writeLine(out *strings.Builder, k *keyView, severity, rules string) {
	status := string(k.Status)
	if k.blind() {
		status = statusUnreachable
	}
	created := "?"
	if at, known := k.Since().Get(); known {
		created = at.Format(time.DateOnly)
	}
	cells := []string{
		text.CleanName(
			k.name,
		), text.Clean(k.Exchange), text.Clean(status), powersLine(k), addressLine(k.Whitelist), created, severity, rules,
	}
	out.WriteString(strings.Join(cells, "\t") + "\n")
}

// powersLine lists what a key may do, the worst first, "withdraw?" where the
// exchange does not say.
func powersLine(k *keyView) string {
	if !k.Status.MayLive() {
		return "-"
	}
	if _, known := k.Granted(); !known {
		return "?"
	}
	return cmp.Or(strings.Join(powersOf(k.Key), ","), "-")
}

func addressLine(w audit.Whitelist) string {
	restricted, known := w.Restricted.Get()
	switch {
	case !known:
		return "?"
	case !restricted:
		return "any"
	case w.Entries == nil:
		return "hidden"
	}
	return cmp.Or(strings.ReplaceAll(addresses(w.Entries), ", ", ","), "-")
}

// PrintAside writes what stands beside the lines: the counts, what could not be
// looked at, what became of a baseline, and the commands to type next.
func PrintAside(w io.Writer, r *audit.Result, show Show, o Options) error {
	show.Command = cmp.Or(show.Command, "rekey")
	o.Interrupted = o.Interrupted || r.Summary.ExitCode == audit.Interrupted
	s := newScreen(w, r, show, o)
	if s.nothingNew() {
		s.Paragraph("", "  ", s.nothingNewWords())
		return s.Print()
	}
	s.sort()
	s.Interruption()
	s.Paragraph("", "  ", text.Sentence(sum(r))+".")
	for _, g := range s.Gaps {
		s.Paragraph("", "  ", text.Sentence(fmt.Sprintf("unreachable: %s: %s: %s", text.CleanName(g.Key), g.Kind, g.Detail)))
	}
	for _, f := range s.other {
		if f.Waived == nil {
			s.Paragraph(
				"",
				"  ",
				text.Sentence(fmt.Sprintf("%s: %s %s: %s", text.CleanName(f.Key), f.Severity, f.Rule, f.Title)),
			)
		}
	}
	s.printComparison(s.textWriter, 4)
	s.printNext(s.textWriter, false)
	s.Paragraph("", "  ", s.ending())
	return s.Print()
}

// OneLine is an audit in one line, for a mail or a log: what was found about which
// keys, what could not be seen, and the command that says more.
func OneLine(r *audit.Result, command string) string {
	s := newScreen(io.Discard, r, Show{}, Options{})
	words := s.ending()
	var names []string
	for _, k := range s.keys {
		if open := k.open(); len(open) > 0 && r.Summary.Fails(open[0]) {
			names = append(names, text.CleanName(k.name)+" ("+text.Sentence(s.wording.Brief(open[0]))+")")
		}
	}
	const most = 5
	if n := len(names); n > most {
		names = append(names[:most], fmt.Sprintf("%d more", n-most))
	}
	if len(names) > 0 {
		words += ". " + strings.Join(names, ", ")
	}
	if gaps := s.unreachable(); len(gaps) > 0 {
		if n := len(gaps); n > most {
			gaps = append(gaps[:most], fmt.Sprintf("%d more", n-most))
		}
		words += "; unreachable: " + strings.Join(gaps, ", ")
	}
	return words + ". Next: " + cmp.Or(command, "rekey") + " audit"
}
