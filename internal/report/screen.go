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
	"rekey/internal/text"
)

// An auditScreen is an audit on one screen: the counts, the keys with a problem
// worst first, what could not be seen, and the commands to type next.
type auditScreen struct {
	textWriter
	*view              // of what is shown
	whole   []*keyView // every key
	show    Show
	wording audit.Wording
	rows    []screenRow
	quiet   []quietKeys
}

// A quietKeys are keys without a problem worth a row, and why they have none.
type quietKeys struct {
	why  string
	keys []string
}

// wide is from how many columns on the screen has room for sentences.
const wide = 110

// small is the height below which empty lines are left out.
const small = 20

// PrintText prints an audit for a person: one screen, or everything where all is
// wanted or the keys were named.
func PrintText(w io.Writer, r *audit.Result, show Show, o Options) error {
	o.Interrupted = o.Interrupted || r.Summary.ExitCode == audit.Interrupted
	show.Command = cmp.Or(show.Command, "rekey")
	s := newScreen(w, r, show, o)
	switch {
	case s.nothingNew() && !o.All:
		s.Paragraph("", "  ", s.nothingNewWords())
		return s.Print()
	case o.All || show.Named:
		return s.printInFull()
	}
	s.sort()
	s.print()
	return s.Print()
}

func newScreen(w io.Writer, r *audit.Result, show Show, o Options) *auditScreen {
	all := newView(r)
	return &auditScreen{
		textWriter: newText(w, o), view: show.only(all), whole: all.keys, show: show, wording: audit.NewWording(r),
	}
}

// nothingNew reports whether a comparison with a baseline has nothing to say.
func (s *auditScreen) nothingNew() bool {
	c := s.Baseline
	return c != nil && len(s.Findings)+len(c.Fixed)+len(c.Unseen) == 0 && !s.Options.Interrupted
}

// nothingNewWords is that in one sentence, with what was not seen.
func (s *auditScreen) nothingNewWords() string {
	words := fmt.Sprintf(
		"Nothing new and nothing worse since %s: %s, %s known",
		s.Baseline.StartedAt.Format(time.DateOnly),
		text.Count(s.Summary.Keys, "key"),
		text.Count(s.Summary.Known, "finding"),
	)
	if names := s.unreachable(); len(names) > 0 {
		words += "; unreachable: " + strings.Join(names, ", ")
	}
	return words + ". Exit " + exitOf(s.Summary)
}

// exitOf is the exit code of an audit, and why, without "exit".
func exitOf(sum audit.Summary) string { return strings.TrimPrefix(ending(sum), "exit ") }

// sort makes the rows, and puts aside the keys that need none.
func (s *auditScreen) sort() {
	for _, k := range s.keys {
		said, _ := audit.Merged(k.open())
		worst := k.worst()
		switch {
		case k.blind() && worst <= audit.Info:
			// listed as unreachable
		case worst > audit.Low, worst == audit.Low && k.Status.MayLive():
			s.rows = append(s.rows, newScreenRow(k, said[0], s.wording))
		case !k.Status.MayLive():
			s.putAside(endedWords(k.Status), k)
		case k.Known > 0:
			s.putAside("known from the baseline", k)
		case len(k.findings) > len(k.open()):
			s.putAside("waived", k)
		case worst == audit.Info:
			s.putAside("information only", k)
		case k.unsure():
			s.putAside("no problem found, checks missing", k)
		default:
			s.putAside("no problem found", k)
		}
	}
	for _, f := range s.other {
		if f.Waived == nil && f.Severity > audit.Low {
			s.rows = append(s.rows, otherRow(f, s.wording))
		}
	}
	slices.SortStableFunc(s.rows, func(a, b screenRow) int { return cmp.Compare(b.severity, a.severity) })
}

func endedWords(status exchanges.Status) string {
	if status == exchanges.StatusDefunct {
		return "exchange gone"
	}
	return statusWord(status)
}

func (s *auditScreen) putAside(why string, k *keyView) {
	i := slices.IndexFunc(s.quiet, func(q quietKeys) bool { return q.why == why })
	if i < 0 {
		i = len(s.quiet)
		s.quiet = append(s.quiet, quietKeys{why: why})
	}
	s.quiet[i].keys = append(s.quiet[i].keys, text.CleanName(k.name))
}

// print lays the screen out: what is below the table is written first, and the
// table gets the lines that are left.
func (s *auditScreen) print() {
	tight := s.Options.Height < small
	head, tail := s.part(), s.part()
	s.printHead(head, tight)
	s.printTail(tail, tight)
	rows := max(2, s.Options.Height-1-head.Height()-tail.Height()-1) // the prompt and the heads of the columns need a line
	s.printRows(head, rows)
	s.Append(head.Writer)
	s.Append(tail.Writer)
}

// part is a piece of the same screen.
func (s *auditScreen) part() textWriter { return newText(io.Discard, s.Options) }

func (s *auditScreen) printHead(t textWriter, tight bool) {
	if !tight {
		t.Paragraph("", "  ", s.title())
	}
	t.Interruption()
	t.Paragraph("", "  ", s.counts(t))
	if s.show.narrows() {
		t.Note("", fmt.Sprintf("Shown: %s; %d of %s.", s.show.words(), len(s.keys), text.Count(s.Summary.Keys, "key")))
	}
	if !tight {
		t.Line("")
	}
}

// title says what was looked at, and when.
func (s *auditScreen) title() string {
	unknown := 0
	places := map[string]bool{}
	for _, k := range s.Keys {
		places[k.Exchange] = true
		if k.Origin == audit.FromExchange {
			unknown++
		}
	}
	keys := text.Count(len(s.Keys)-unknown, "key")
	if unknown > 0 {
		keys += fmt.Sprintf(" + %d unknown", unknown)
	}
	took := s.FinishedAt.Sub(s.StartedAt.Time)
	round := 100 * time.Millisecond
	if took >= time.Second {
		round = time.Second
	}
	return fmt.Sprintf("rekey audit: %s on %s, %s, %s", keys, text.Count(len(places), "exchange"),
		s.StartedAt.Format("2006-01-02 15:04 UTC"), took.Round(round))
}

// counts counts keys by their worst finding, and what was not seen.
func (s *auditScreen) counts(t textWriter) string {
	worst, ended := map[audit.Severity]int{}, map[string]int{}
	for _, k := range s.whole {
		switch {
		case !k.Status.MayLive():
			ended[endedWords(k.Status)]++
		case k.worst() > audit.Info:
			worst[k.worst()]++
		}
	}
	var parts []string
	for _, severity := range audit.Severities() {
		if n := worst[severity]; n > 0 {
			parts = append(parts, t.Style.Severity(severity, fmt.Sprintf("%d %s", n, strings.ToUpper(severity.String()))))
		}
	}
	if len(parts) == 0 {
		parts = append(parts, s.nothingFound())
	}
	for _, why := range []string{"dead", "expired"} {
		if n := ended[why]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, why))
		}
	}
	if n := len(s.unreachable()); n > 0 {
		parts = append(parts, t.Style.Bold(fmt.Sprintf("%d unreachable", n)))
	}
	if n := s.Summary.Known; n > 0 {
		parts = append(parts, text.Count(n, "finding")+" known")
	}
	if n := s.Summary.Waived; n > 0 {
		parts = append(parts, fmt.Sprintf("%d waived", n))
	}
	checks := ""
	if n := s.Summary.Unknowns; n > 0 {
		checks = fmt.Sprintf(" (%s not possible)", text.Count(n, "check"))
	}
	return strings.Join(parts, ", ") + checks
}

// nothingFound says that no key has a problem, as far as keys were seen.
func (s *auditScreen) nothingFound() string {
	words := "no problem found"
	if s.Baseline != nil {
		words = "nothing new and nothing worse"
	}
	if len(s.unreachable()) > 0 {
		words += " in what could be reached"
	}
	return words
}

// printTail prints what is below the table.
func (s *auditScreen) printTail(t textWriter, tight bool) {
	most := 2
	if tight {
		most = 1
	}
	if gaps := s.gapWords(); len(gaps) > 0 {
		s.printCut(t, t.Style.Bold("UNREACHABLE:")+" ", gaps, most)
	}
	s.printQuiet(t, most)
	s.printComparison(t, most)
	if !tight {
		t.Line("")
	}
	s.printNext(t, tight)
	t.Paragraph("", "  ", t.Style.Bold(s.ending()))
}

// ending says with which code the audit ends, and why.
func (s *auditScreen) ending() string {
	sum := s.Summary
	if sum.ExitCode != 3 {
		return ending(sum)
	}
	failing, others := map[string]bool{}, 0
	for _, f := range s.Findings {
		if sum.Fails(f) {
			failing[f.Key] = true
		}
	}
	for _, f := range s.Findings {
		if failing[f.Key] && slices.ContainsFunc(s.other, func(o audit.Finding) bool { return o.Key == f.Key }) {
			delete(failing, f.Key)
			others++
		}
	}
	words := fmt.Sprintf("exit 3: %s at or above %s", text.Count(len(failing), "key"), threshold(sum))
	switch besides := text.Count(others, "finding") + " about no key"; {
	case others > 0 && len(failing) == 0:
		words = fmt.Sprintf("exit 3: %s at or above %s", besides, threshold(sum))
	case others > 0:
		words += ", " + besides
	}
	if n := len(s.unreachable()); n > 0 {
		words += fmt.Sprintf("; %d unreachable", n)
	}
	return words
}

// printQuiet names the keys without a row, and why they have none.
func (s *auditScreen) printQuiet(t textWriter, most int) {
	var parts []string
	for _, q := range s.quiet {
		names := q.keys
		if len(names) > 4 {
			names = []string{strings.Join(names[:3], ", "), fmt.Sprintf("and %d more", len(names)-3)}
		}
		parts = append(parts, q.why+": "+strings.Join(names, ", "))
	}
	if n := s.leastOthers(); n > 0 {
		parts = append(parts, text.Count(n, "small finding")+" about no key")
	}
	if len(parts) > 0 {
		lines := text.Wrap("Without a row: "+strings.Join(parts, "; ")+".", s.Options.Width)
		if len(lines) > most+1 {
			lines = text.Wrap("Without a row: "+text.Count(s.quietKeys(), "key")+"; --all lists them.", s.Options.Width)
		}
		for _, l := range lines {
			t.Line("%s", l)
		}
	}
}

func (s *auditScreen) quietKeys() int {
	n := 0
	for _, q := range s.quiet {
		n += len(q.keys)
	}
	return n
}

// leastOthers counts what is said about no key and has no row.
func (s *auditScreen) leastOthers() int {
	n := 0
	for _, f := range s.other {
		if f.Waived == nil && f.Severity <= audit.Low {
			n++
		}
	}
	return n
}

// printComparison says what became of the findings of the baseline.
func (s *auditScreen) printComparison(t textWriter, most int) {
	c := s.Baseline
	if c == nil {
		return
	}
	for _, list := range []struct {
		what     string
		findings []audit.Finding
	}{{"fixed", c.Fixed}, {"not judged, so not called fixed", c.Unseen}} {
		var names []string
		for _, f := range list.findings {
			names = append(names, f.Rule+" "+text.CleanName(f.Key))
		}
		if len(names) > 0 {
			s.printCut(t, list.what+" since "+c.StartedAt.Format(time.DateOnly)+": ", names, most)
		}
	}
}

// printCut prints a list on at most so many lines, and how many it leaves out.
func (s *auditScreen) printCut(t textWriter, head string, list []string, most int) {
	for n := len(list); ; n-- {
		words := strings.Join(list[:n], ", ")
		if n < len(list) {
			words += fmt.Sprintf(", and %d more (--all)", len(list)-n)
		}
		lines := text.Wrap(head+words, s.Options.Width-2)
		if len(lines) <= most || n <= 1 {
			for i, l := range lines {
				if i > 0 {
					l = "  " + l
				}
				t.Line("%s", l)
			}
			return
		}
		if excess := n - 4*most; len(lines) > 4*most && excess > 0 { // of thousands, few fit
			n = min(n, len(list)*most/len(lines)+8)
		}
	}
}

// unreachable are the names of what could not be looked at, each once.
func (s *auditScreen) unreachable() []string {
	var out []string
	seen := map[string]bool{}
	for _, g := range s.Gaps {
		if name := text.CleanName(g.Key); !seen[name] {
			seen[name] = true
			out = append(out, name)
		}
	}
	return out
}

// gapWords are the gaps by what happened: "cb-exchange (maintenance)".
func (s *auditScreen) gapWords() []string {
	ipRefused := map[string]bool{}
	for _, k := range s.Keys {
		ipRefused[k.DisplayName()] = k.Status == exchanges.StatusIPRefused
	}
	var out []string
	seen := map[string]bool{}
	for _, g := range s.Gaps {
		why := gapWord(g.Kind)
		if ipRefused[g.Key] && g.Kind == exchanges.KindForbidden {
			why = "alive, refuses this IP"
		}
		words := text.CleanName(g.Key) + " (" + why + ")"
		if !seen[words] {
			seen[words] = true
			out = append(out, words)
		}
	}
	return out
}

// gapWord is why something could not be looked at, in a few words.
func gapWord(kind exchanges.Kind) string {
	switch kind {
	case exchanges.KindNetwork:
		return "no connection"
	case exchanges.KindTimeout:
		return "no answer in time"
	case exchanges.KindRateLimited:
		return "rate limit"
	case exchanges.KindClock:
		return "clock is wrong"
	case exchanges.KindGeoBlocked:
		return "blocked in this country"
	case exchanges.KindForbidden:
		return "refused"
	case exchanges.KindBadSignature:
		return "secret does not fit"
	case exchanges.KindBadPassphrase:
		return "passphrase does not fit"
	case exchanges.KindCredential:
		return "credential not readable"
	case exchanges.KindUndetermined:
		return "not proven alive or dead"
	default:
		return strings.ReplaceAll(string(kind), "_", " ")
	}
}
