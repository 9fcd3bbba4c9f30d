package report

import (
	"io"
	"slices"
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
			SchemaVersion: SchemaVersion, Tool: l.Tool, StartedAt: audit.NewTime(l.StartedAt), FinishedAt: audit.NewTime(finished),
			Keys: append([]audit.Key{}, l.Keys...), Gaps: gaps, Summary: keyListSum{len(l.Keys), len(gaps), exit},
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
