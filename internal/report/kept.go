package report

import (
	"io"
	"time"
)

// A KeptList is what `rekey store list` prints: what lies in the store, without
// the private parts.
type KeptList struct {
	Tool    Tool
	Store   string // the path of the file
	Entries []KeptEntry
}

// A KeptEntry is one credential in the store.
type KeptEntry struct {
	Location    string // store:NAME, "" for an entry that a run keeps
	Slot        string // the name inside the store
	AccessKey   string // masked
	Fingerprint string
	StoredAt    time.Time
	Replaced    bool     // a newer one of the same name is what readers get
	Run         string   // the run that keeps it, "" for one that a person put there
	RunState    RunState // of that run
}

// A RunState is how the run stands that keeps a secret in the store.
type RunState string

// The states.
const (
	RunUnfinished RunState = "unfinished"
	RunEnded      RunState = "ended"
	// RunUnknown: the journal does not know the run. The journal was removed or
	// put back to an earlier day.
	RunUnknown RunState = "unknown"
	// RunUnseen: the journal is damaged or cannot be read, so nobody can say.
	RunUnseen RunState = "unseen"
)

type keptDoc struct {
	SchemaVersion int            `json:"schema_version"`
	Tool          Tool           `json:"tool"`
	Store         string         `json:"store"`
	Entries       []keptEntryDoc `json:"entries"`
}

type keptEntryDoc struct {
	Location    *string `json:"location"`
	Slot        string  `json:"slot"`
	AccessKey   string  `json:"access_key"`
	Fingerprint string  `json:"fingerprint"`
	StoredAt    string  `json:"stored_at"`
	Replaced    bool    `json:"replaced"`
	Run         *string `json:"run"`
	RunState    *string `json:"run_state"`
}

// Write prints the list in the given format.
func (l KeptList) Write(w io.Writer, format string, o Options) error {
	switch format {
	case "json":
		doc := keptDoc{SchemaVersion: SchemaVersion, Tool: l.Tool, Store: l.Store, Entries: []keptEntryDoc{}}
		for _, e := range l.Entries {
			d := keptEntryDoc{Slot: e.Slot, AccessKey: e.AccessKey, Fingerprint: e.Fingerprint, StoredAt: stamp(e.StoredAt), Replaced: e.Replaced}
			if e.Location != "" {
				d.Location = &e.Location
			}
			if e.Run != "" {
				state := string(e.RunState)
				d.Run, d.RunState = &e.Run, &state
			}
			doc.Entries = append(doc.Entries, d)
		}
		return WriteJSON(w, doc)
	case "text":
		t := newText(w, o)
		if len(l.Entries) > 0 {
			t.printListing(l.table())
		}
		_, err := io.WriteString(t.w, t.out.String())
		return err
	default:
		return noFormat(format)
	}
}

func (l KeptList) table() listing {
	t := listing{head: []string{"NAME", "ACCESS KEY", "STORED", "NOTE"}}
	for _, e := range l.Entries {
		name, note := e.Location, ""
		if e.Replaced {
			note = "older: what was there before"
		}
		if name == "" {
			name, note = e.Slot, e.runNote()
		}
		t.rows = append(t.rows, []string{name, e.AccessKey, e.StoredAt.UTC().Format(time.DateOnly), note})
	}
	return t
}

// runNote says of an entry that no person put there whose it is.
func (e KeptEntry) runNote() string {
	if e.Run == "" {
		return "no run of this rekey"
	}
	switch e.RunState {
	case RunUnfinished:
		return "of a run that has not ended"
	case RunEnded:
		return "of a run that has ended"
	case RunUnknown:
		return "the journal knows no such run"
	case RunUnseen:
	}
	return "the journal is damaged"
}
