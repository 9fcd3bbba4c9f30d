package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"rekey/audit"
	"rekey/internal/text"
)

// A KeyList is what `rekey keys` prints: the keys, unjudged.
type KeyList struct {
	Tool      Tool
	StartedAt time.Time
	Keys      []audit.Key // sorted, as audit.Keys returns them
	Gaps      []audit.Gap
}

// keyListDoc has the same fields as the audit document, as far as they exist
// without a judgement.
type keyListDoc struct {
	SchemaVersion int         `json:"schema_version"`
	Tool          Tool        `json:"tool"`
	StartedAt     audit.Time  `json:"started_at"`
	FinishedAt    audit.Time  `json:"finished_at"`
	Keys          []audit.Key `json:"keys"`
	Gaps          []audit.Gap `json:"gaps"`
	Summary       keyListSum  `json:"summary"`
}

type keyListSum struct {
	Keys     int `json:"keys"`
	Gaps     int `json:"gaps"`
	ExitCode int `json:"exit_code"`
}

// WriteAside prints what stands beside the lines of the list: the counts, and
// what could not be looked at.
func (l KeyList) WriteAside(w io.Writer, o Options) error {
	t := newText(w, o)
	l.aside(t)
	return t.Print()
}

func (l KeyList) aside(t textWriter) {
	gaps := slices.Clone(l.Gaps)
	audit.SortGaps(gaps)
	t.printGaps(gaps)
	t.Interruption()
	t.Line("")
	t.Line("%s, %d unreachable", text.Count(len(l.Keys), "key"), len(gaps))
}

// Write prints the list in the given format, gaps sorted. The format lines is
// the text for programs: a line for each key, with tabs.
func (l KeyList) Write(w io.Writer, format string, finished time.Time, exit int, o Options) error {
	gaps := append([]audit.Gap{}, l.Gaps...)
	audit.SortGaps(gaps)
	switch format {
	case "json":
		return text.WriteJSON(w, keyListDoc{
			SchemaVersion: SchemaVersion, Tool: l.Tool, StartedAt: audit.NewTime(l.StartedAt),
			FinishedAt: audit.NewTime(finished),
			Keys:       append([]audit.Key{}, l.Keys...), Gaps: gaps, Summary: keyListSum{len(l.Keys), len(gaps), exit},
		})
	case "lines":
		return printKeyLines(w, l.Keys, gaps)
	case "text":
		t := newText(w, o)
		t.printKeyTable(l.Keys)
		l.aside(t)
		return t.Print()
	default:
		return text.UnknownFormat(format)
	}
}

// mostKeys is how many keys `rekey keys` prints without --all.
const mostKeys = 400

// printKeyTable prints the keys without a judgement.
func (t textWriter) printKeyTable(keys []audit.Key) {
	views := make([]*keyView, len(keys))
	for i, k := range keys {
		views[i] = &keyView{Key: k, name: k.DisplayName()}
	}
	t.printKeys(views, mostKeys)
}

// printKeys prints a line for each key, of which most are shown unless all are
// wanted. Of the columns that a judgement adds, the first comes first and the
// others last.
func (t textWriter) printKeys(keys []*keyView, most int, judged ...column) {
	if len(keys) == 0 {
		t.Line("no keys")
		return
	}
	left := 0
	if !t.Options.All && len(keys) > most {
		left, keys = len(keys)-most, keys[:most]
	}
	cells := func(cell func(audit.Key) string) []string {
		out := make([]string, len(keys))
		for i, k := range keys {
			out[i] = cell(k.Key)
		}
		return out
	}
	columns := []column{
		{
			title: "KEY", min: 18, max: 44, cut: text.ShortenName,
			cells: cells(func(k audit.Key) string { return text.CleanName(k.DisplayName()) }),
			paint: func(_ int, s string) string { return t.Style.Bold(s) },
		},
		{
			title: "EXCHANGE",
			min:   8,
			max:   17,
			drop:  4,
			cells: cells(func(k audit.Key) string { return text.Clean(k.Exchange) }),
		},
		{title: "STATUS", min: 6, max: 12, drop: 6, cells: cells(func(k audit.Key) string { return statusWord(k.Status) })},
		{title: "CAN", min: 12, max: 40, drop: 2, cells: cells(mayWords)},
		{title: "IPs", min: 8, max: 32, drop: 1, cells: cells(func(k audit.Key) string { return fromWords(k.Whitelist) })},
		{title: "CREATED", min: 10, max: 12, drop: 3, cells: cells(sinceWords)},
		{title: "SHARED WITH", min: 8, max: 20, drop: 5, cells: cells(func(k audit.Key) string {
			return text.Clean(strings.Join(k.SharedWith, ","))
		})},
	}
	if len(judged) > 0 {
		columns = slices.Concat(judged[:1], columns, judged[1:])
	}
	t.printColumns(columns, len(keys))
	if left > 0 {
		t.Note("", fmt.Sprintf("… and %s more; --all shows them", text.Count(left, "key")))
	}
}
