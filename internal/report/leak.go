package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"rekey/audit"
	"rekey/exchanges"
	"rekey/internal/leak"
	"rekey/internal/text"
)

// LeakFormats returns the formats of a leak report.
func LeakFormats() []string { return []string{"text", "json", "jsonl"} }

// A LeakReport is what `rekey leak` prints.
type LeakReport struct {
	Tool       Tool
	StartedAt  time.Time
	FinishedAt time.Time
	Keys       int // that were looked for
	Result     leak.Result
	ExitCode   int
}

// WriteLeak prints a search in the given format.
func WriteLeak(w io.Writer, format string, r LeakReport, o Options) error {
	switch format {
	case "text":
		return r.text(w, o)
	case "json":
		return text.WriteJSON(w, r.document())
	case "jsonl":
		return r.lines(w)
	default:
		return fmt.Errorf("there is no format %q", format)
	}
}

type leakDoc struct {
	SchemaVersion int            `json:"schema_version"`
	Tool          Tool           `json:"tool"`
	StartedAt     string         `json:"started_at"`
	FinishedAt    string         `json:"finished_at"`
	Hits          []hitDoc       `json:"hits"`
	Gaps          []scanGapDoc   `json:"gaps"`
	Summary       leakSummaryDoc `json:"summary"`
}

type hitDoc struct {
	Key         audit.Text `json:"key"`
	Fingerprint audit.Text `json:"fingerprint"`
	What        string     `json:"what"`
	Path        string     `json:"path"`
	Line        int64      `json:"line"`
	Offset      int64      `json:"offset"`
}

type leakSummaryDoc struct {
	Bytes    int64 `json:"bytes"`
	Records  int64 `json:"records"`
	Keys     int   `json:"keys"`
	Hits     int   `json:"hits"`
	Possible int   `json:"possible"` // of the hits
	Gaps     int   `json:"gaps"`
	ExitCode int   `json:"exit_code"`
}

func (r LeakReport) document() leakDoc {
	doc := leakDoc{
		SchemaVersion: SchemaVersion, Tool: r.Tool, StartedAt: stamp(r.StartedAt), FinishedAt: stamp(r.FinishedAt),
		Hits: []hitDoc{}, Gaps: []scanGapDoc{}, Summary: r.summary(),
	}
	for _, h := range r.Result.Hits {
		d := hitDoc{Key: audit.Text(h.Own.Name), What: string(h.What), Path: h.Path, Line: h.Line, Offset: h.Offset}
		if h.Own.AccessKey != "" {
			d.Fingerprint = audit.Text(exchanges.Fingerprint(h.Own.AccessKey))
		}
		doc.Hits = append(doc.Hits, d)
	}
	for _, g := range r.Result.Gaps {
		doc.Gaps = append(doc.Gaps, scanGapDoc(g))
	}
	return doc
}

func (r LeakReport) summary() leakSummaryDoc {
	s := leakSummaryDoc{
		Bytes: r.Result.Bytes, Records: r.Result.Records, Keys: r.Keys, Hits: len(r.Result.Hits),
		Gaps: len(r.Result.Gaps), ExitCode: r.ExitCode,
	}
	for _, h := range r.Result.Hits {
		if h.What == leak.Prefix {
			s.Possible++
		}
	}
	return s
}

// lines writes one JSON object a line, the summary last.
func (r LeakReport) lines(w io.Writer) error {
	doc := r.document()
	l := text.NewJSONLines(w)
	for _, h := range doc.Hits {
		l.Add("hit", h)
	}
	for _, g := range doc.Gaps {
		l.Add("gap", g)
	}
	l.Add("summary", envelope[leakSummaryDoc]{doc.SchemaVersion, doc.Tool, doc.StartedAt, doc.FinishedAt, doc.Summary})
	return l.Flush()
}

// text prints a search for a person: the keys that were found, the worst
// first, and where.
func (r LeakReport) text(w io.Writer, o Options) error {
	t := newText(w, o)
	for _, k := range byKey(r.Result.Hits) {
		t.printLeaked(k, o.All)
	}
	if len(r.Result.Gaps) > 0 {
		var gaps []gap
		for _, g := range r.Result.Gaps {
			gaps = append(gaps, gap(g))
		}
		t.printUnread(gaps, o.All)
	}
	t.Line("")
	t.Interruption()
	s := r.summary()
	found := "no hit"
	if s.Hits > 0 {
		found = text.Count(s.Hits, "hit")
		if s.Possible > 0 {
			found += fmt.Sprintf(", %d of them only possible", s.Possible)
		}
	}
	prose := fmt.Sprintf(
		"%s for %s in %s, %s",
		found,
		text.Count(r.Keys, "key"),
		text.Count(int(s.Records), "record"),
		byteWords(s.Bytes),
	)
	if s.Gaps > 0 {
		prose += ", " + text.Count(s.Gaps, "gap")
	}
	t.Paragraph("", "", prose+".")
	return t.Print()
}

// byKey groups hits by key, in the order in which the keys come first, those
// whose secret was found before all others.
func byKey(hits []leak.Hit) [][]leak.Hit {
	at := map[string]int{}
	var groups [][]leak.Hit
	for _, h := range hits {
		i, ok := at[h.Own.AccessKey]
		if !ok {
			i = len(groups)
			at[h.Own.AccessKey] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], h)
	}
	var worst, rest [][]leak.Hit
	for _, g := range groups {
		if hasWhat(g, leak.Secret) {
			worst = append(worst, g)
		} else {
			rest = append(rest, g)
		}
	}
	return append(worst, rest...)
}

func hasWhat(hits []leak.Hit, what leak.What) bool {
	for _, h := range hits {
		if h.What == what {
			return true
		}
	}
	return false
}

// shortHits is how many places of a key are shown without --verbose.
const shortHits = 5

func (t textWriter) printLeaked(hits []leak.Hit, all bool) {
	key := hits[0].Own
	name := exchanges.MaskAccessKey(key.AccessKey)
	if key.Name != "" {
		name = text.Clean(key.Name) + " (" + name + ")"
	}
	severity, verdict := audit.High, "the access key is in the dump"
	switch {
	case hasWhat(hits, leak.Secret):
		severity, verdict = audit.Critical, "THE SECRET is in the dump: whoever has it can use the key. Revoke it now"
	case hasWhat(hits, leak.AccessKey):
	case hasWhat(hits, leak.Hash):
		verdict = "the hash is in the dump: whoever made it had the key"
	default:
		severity, verdict = audit.Medium, "a piece of it is in the dump: possible, not certain"
	}
	t.Line("")
	t.Line("%s", t.Style.Severity(severity, strings.ToUpper(severity.String()))+" "+t.Style.Bold(name))
	t.Paragraph("  ", "  ", verdict)
	if key.Name != "" && severity >= audit.High {
		t.Line("  rekey revoke %s", text.CleanName(key.Name))
	}
	for i, h := range hits {
		if i == shortHits && !all {
			t.Note("  ", fmt.Sprintf("and %d more places: --verbose shows them", len(hits)-i))
			break
		}
		t.Line("  %-10s  %s:%d", strings.ReplaceAll(string(h.What), "_", " "), text.Sentence(h.Path), h.Line)
	}
}
