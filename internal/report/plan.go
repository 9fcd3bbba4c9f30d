package report

import (
	"fmt"
	"io"
	"slices"

	"rekey/internal/journal"
	"rekey/internal/text"
)

// A Plan is what would be done, for the person who is asked.
type Plan []PlanStep

// A PlanStep is what would be done to one key.
type PlanStep struct {
	Kind  string   `json:"kind"` // rotate, revoke, contain
	Key   string   `json:"key"`
	Steps []string `json:"steps"`
	Risks []string `json:"risks"` // to be accepted by name
}

// Write prints the plan, as wide as the screen: each key once, with all that
// happens to it.
func (p Plan) Write(w io.Writer, o Options) error {
	var keys Plan
	at := map[string]int{}
	for _, s := range p {
		i, there := at[s.Key]
		if !there {
			at[s.Key] = len(keys)
			keys = append(keys, PlanStep{Kind: planWords(s.Kind), Key: s.Key, Steps: s.Steps, Risks: s.Risks})
			continue
		}
		keys[i].Kind += ", then " + planWords(s.Kind)
		keys[i].Steps = slices.Concat(keys[i].Steps, s.Steps)
		keys[i].Risks = slices.Concat(keys[i].Risks, s.Risks)
	}
	return keys.write(w, o, func(s PlanStep) string { return "plan: " + text.Clean(s.Key) + ": " + s.Kind })
}

// planWords say what is done to a key: the kind of a run, in the words of the
// screen.
func planWords(kind string) string {
	switch journal.Kind(kind) {
	case journal.Contain:
		return "read-only now"
	case journal.Revoke:
		return "delete"
	case journal.Rotate:
		return "rotate"
	default:
		return text.Clean(kind)
	}
}

// WriteSteps prints what a person does now, as wide as the screen.
func (p Plan) WriteSteps(w io.Writer, o Options) error {
	return p.write(w, o, func(s PlanStep) string { return text.Clean(s.Key) + ": " + s.Kind })
}

func (p Plan) write(w io.Writer, o Options, heading func(PlanStep) string) error {
	t := newText(w, o)
	for _, s := range p {
		t.Paragraph("", "    ", t.Style.Bold(heading(s)))
		for i, step := range s.Steps {
			t.Paragraph(fmt.Sprintf("  %d. ", i+1), "     ", text.Sentence(step))
		}
		for _, r := range s.Risks {
			t.Paragraph("  risk: ", "        ", text.Sentence(r))
		}
	}
	return t.Print()
}
