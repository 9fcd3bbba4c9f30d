package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"time"

	"rekey/audit"
)

// A KeyList is what `rekey keys` prints: the keys, unjudged.
type KeyList struct {
	Tool      Tool
	StartedAt time.Time
	Keys      []audit.KeyReport
	Gaps      []audit.Gap
}

// keyListDoc has the same fields as the audit document, as far as they exist
// without a judgement.
type keyListDoc struct {
	SchemaVersion int        `json:"schema_version"`
	Tool          Tool       `json:"tool"`
	StartedAt     string     `json:"started_at"`
	FinishedAt    string     `json:"finished_at"`
	Keys          []keyDoc   `json:"keys"`
	Gaps          []gapDoc   `json:"gaps"`
	Summary       keyListSum `json:"summary"`
}

type keyListSum struct {
	Keys     int `json:"keys"`
	Gaps     int `json:"gaps"`
	ExitCode int `json:"exit_code"`
}

// Write prints the list in the given format, keys and gaps sorted.
func (l KeyList) Write(w io.Writer, format string, finished time.Time, exit int, o Options) error {
	l.Keys = slices.SortedStableFunc(slices.Values(l.Keys), func(a, b audit.KeyReport) int { return audit.Compare(a.Subject, b.Subject) })
	l.Gaps = slices.SortedStableFunc(slices.Values(l.Gaps), func(a, b audit.Gap) int {
		return cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Detail, b.Detail))
	})
	switch format {
	case "json":
		doc := keyListDoc{
			SchemaVersion: SchemaVersion, Tool: l.Tool, StartedAt: stamp(l.StartedAt), FinishedAt: stamp(finished),
			Keys: []keyDoc{}, Gaps: []gapDoc{}, Summary: keyListSum{len(l.Keys), len(l.Gaps), exit},
		}
		for _, k := range l.Keys {
			doc.Keys = append(doc.Keys, newKeyDoc(k))
		}
		for _, g := range l.Gaps {
			doc.Gaps = append(doc.Gaps, gapDoc{Key: g.Key, Kind: string(g.Kind), Detail: g.Detail})
		}
		return WriteJSON(w, doc)
	case "text":
		t := newText(w, o)
		t.keys, t.gaps = l.Keys, l.Gaps
		t.printKeyTable(l.Keys)
		t.printGaps()
		t.printInterrupted()
		t.line("")
		t.line("%s, %d not looked at", counted(len(l.Keys), "key"), len(l.Gaps))
		_, err := io.WriteString(w, t.out.String())
		return err
	default:
		return fmt.Errorf("there is no format %q", format)
	}
}
