package report

import (
	"fmt"
	"io"

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

// Write prints the plan, as wide as the screen.
func (p Plan) Write(w io.Writer, o Options) error {
	return p.write(w, o, func(s PlanStep) string { return "plan: " + s.Kind + " " + text.Clean(s.Key) })
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
