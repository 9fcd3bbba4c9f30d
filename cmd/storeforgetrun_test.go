package cmd

import (
	"testing"

	"rekey/internal/report"
)

// What a run keeps may be forgotten when the run has ended or is known to
// nobody, and in no other case.
func TestMayForgetRun(t *testing.T) {
	for state, want := range map[report.RunState]int{
		report.RunEnded: 0, report.RunUnknown: 0, report.RunUnfinished: exitUnfinished, report.RunUnseen: exitUnfinished, "": exitUnfinished,
	} {
		if err := mayForgetRun("01jd9x00000aa", state); codeOf(err) != want {
			t.Errorf("%q: exit %d (%v), want %d", state, codeOf(err), err, want)
		}
	}
}
