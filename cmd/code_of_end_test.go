package cmd

import (
	"testing"

	"rekey/internal/change"
)

// The exit code of a change: what is not known, and what nobody has heard of, is
// a failure.
func TestCodeOfEnd(t *testing.T) {
	for end, want := range map[change.End]int{
		change.Done: 0, change.Failed: 1, change.Unknown: 1, change.Cut: 5, change.NeedsPerson: 6, change.Interrupted: 130,
		change.End(99): 1,
	} {
		if got := codeOfEnd(end); got != want {
			t.Errorf("%v ends with %d, want %d", end, got, want)
		}
	}
}
