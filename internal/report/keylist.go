package report

import (
	"io"
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

// Write prints the list in the given format, gaps sorted.
func (l KeyList) Write(w io.Writer, format string, finished time.Time, exit int, o Options) error {
	gaps := append([]audit.Gap{}, l.Gaps...)
	audit.SortGaps(gaps)
	switch format {
	case "json":
		return text.WriteJSON(w, keyListDoc{
			SchemaVersion: SchemaVersion, Tool: l.Tool, StartedAt: audit.NewTime(l.StartedAt), FinishedAt: audit.NewTime(finished),
			Keys: append([]audit.Key{}, l.Keys...), Gaps: gaps, Summary: keyListSum{len(l.Keys), len(gaps), exit},
		})
	case "text":
		t := newText(w, o)
		t.printKeyTable(l.Keys)
		t.printGaps(gaps)
		t.Interruption()
		t.Line("")
		t.Line("%s, %d not looked at", text.Count(len(l.Keys), "key"), len(gaps))
		return t.Print()
	default:
		return text.UnknownFormat(format)
	}
}
