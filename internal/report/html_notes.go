package report

import (
	"fmt"
	"strings"

	"rekey/audit"
)

func (v *view) pageAgainst() *pageAgainst {
	b := v.Baseline
	if b == nil {
		return nil
	}
	out := &pageAgainst{Day: b.StartedAt.Format("2006-01-02"), Known: counted(v.Summary.Known, "finding")}
	line := func(f audit.Finding) pageFixed {
		return pageFixed{CleanName(f.Key), Sentence(f.Rule + " " + f.Title + " (was " + f.Severity.String() + ")")}
	}
	for _, f := range b.Fixed {
		out.Fixed = append(out.Fixed, line(f))
	}
	for _, f := range b.Unseen {
		out.Unseen = append(out.Unseen, line(f))
	}
	return out
}

func (v *view) pageGaps() []pageNote {
	var out []pageNote
	for _, g := range v.allGaps() {
		out = append(out, pageNote{Word: strings.ReplaceAll(string(g.Kind), "_", " "), Keys: CleanName(g.Key), Text: Sentence(g.Detail)})
	}
	return out
}

// pageUnknowns are what nobody told.
func (v *view) pageUnknowns() []pageNote {
	var out []pageNote
	for _, g := range v.untold("nothing about the key could be judged") {
		names := strings.Join(g.keys[:min(len(g.keys), 20)], ", ")
		if more := len(g.keys) - 20; more > 0 {
			names += fmt.Sprintf(" and %d more", more)
		}
		rules := Sentence(strings.Join(g.rules, ", "))
		if len(g.rules) > 8 {
			rules = fmt.Sprintf("%d rules", len(g.rules))
		}
		out = append(out, pageNote{Keys: names, Text: Sentence(g.text), Word: rules})
	}
	return out
}
