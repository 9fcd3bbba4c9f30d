package report

import (
	"io"
	"time"

	"rekey/internal/text"
)

// An EvidenceCheck is what `rekey trace verify` prints.
type EvidenceCheck struct {
	Tool       Tool
	At         time.Time
	Sum        string
	Files      int
	Problems   []string
	Signatures []string
	Notes      []string
}

// The exit codes of a check.
const (
	evidenceWhole   = 0
	evidenceChanged = 3
)

// ExitCode is 0 when nothing was found wrong, else 3.
func (e EvidenceCheck) ExitCode() int {
	if len(e.Problems) > 0 || e.Files == 0 {
		return evidenceChanged
	}
	return evidenceWhole
}

type evidenceDoc struct {
	SchemaVersion int             `json:"schema_version"`
	Tool          Tool            `json:"tool"`
	StartedAt     string          `json:"started_at"`
	Sum           string          `json:"sum"`
	Problems      []string        `json:"problems"`
	Signatures    []string        `json:"signatures"`
	Notes         []string        `json:"notes"`
	Summary       evidenceSummary `json:"summary"`
}

type evidenceSummary struct {
	Files    int `json:"files"`
	Problems int `json:"problems"`
	ExitCode int `json:"exit_code"`
}

// Write prints the check in the given format.
func (e EvidenceCheck) Write(w io.Writer, format string, o Options) error {
	switch format {
	case "json":
		return text.WriteJSON(w, evidenceDoc{
			SchemaVersion, e.Tool, stamp(e.At), e.Sum, append([]string{}, e.Problems...),
			append([]string{}, e.Signatures...), append([]string{}, e.Notes...),
			evidenceSummary{e.Files, len(e.Problems), e.ExitCode()},
		})
	case "text":
		t := newText(w, o)
		for _, p := range e.Problems {
			t.Item(0, "-", 0, text.Sentence(p))
		}
		for _, s := range e.Signatures {
			t.Prose(0, "Signed: "+text.Sentence(s)+".")
		}
		for _, n := range e.Notes {
			t.Prose(0, text.Capital(text.Sentence(n))+".")
		}
		if e.Sum != "" {
			t.Prose(0, "Sum of SHA256SUMS: "+e.Sum)
		}
		end := "nothing was changed, removed or added since the sums were written"
		if e.ExitCode() != evidenceWhole {
			end = "this is not the folder that was written"
		}
		t.Prose(0, text.Count(e.Files, "file")+" as in SHA256SUMS, "+text.Count(len(e.Problems), "problem")+": "+end+".")
		return t.Print()
	}
	return text.UnknownFormat(format)
}
