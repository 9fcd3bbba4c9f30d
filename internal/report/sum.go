package report

import (
	"fmt"
	"strings"

	"rekey/audit"
)

// sum is the audit in a sentence, as the text report ends with it.
func (d *Document) sum() string {
	s := d.Summary
	var parts []string
	for i, n := range []int{s.Critical, s.High, s.Medium, s.Low, s.Info} {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, audit.Severities()[i]))
		}
	}
	if len(parts) == 0 {
		parts = []string{"no findings"}
		if d.Baseline != nil {
			parts = []string{"nothing new and nothing worse"}
		}
	}
	for _, n := range []struct {
		n    int
		word string
	}{{s.Waived, "waived"}, {s.Known, "known from the baseline"}, {s.Unknowns, "not told"}, {s.Gaps, "not looked at"}} {
		if n.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n.n, n.word))
		}
	}
	return counted(s.Keys, "key") + ": " + strings.Join(parts, ", ")
}

// ending says how the audit ended, and why.
func (d *Document) ending() string {
	return fmt.Sprintf("exit %d: %s", d.Summary.ExitCode, exitWords(d.summary(), d.Summary.ExitCode))
}
