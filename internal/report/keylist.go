package report

import (
	"fmt"
	"io"
	"time"

	"rekey/audit"
)

// A KeyList is what `rekey keys` prints: the keys, unjudged.
type KeyList struct {
	Tool      Tool
	StartedAt time.Time
	Keys      []audit.KeyReport
	Gaps      []audit.Gap
	All       bool
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

// Write prints the list in the given format.
func (l KeyList) Write(w io.Writer, format string, finished time.Time, exit int, o Options) error {
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
		if o.Interrupted {
			t.line("%s", t.style.bold("INTERRUPTED: this is what was seen until then."))
		}
		t.line("")
		t.line("%s, %d not looked at", counted(len(l.Keys), "key"), len(l.Gaps))
		_, err := io.WriteString(w, t.out.String())
		return err
	default:
		return fmt.Errorf("there is no format %q", format)
	}
}
