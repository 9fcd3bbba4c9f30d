package cmd

import (
	"context"
	"errors"
	"fmt"
	"testing"
)

// Which error ends the program with which code. Only no error at all is 0.
func TestCodeOf(t *testing.T) {
	for _, c := range []struct {
		story string
		err   error
		want  int
	}{
		{"nothing", nil, 0},
		{"a failure", failed("no"), 1},
		{"wrong usage", usage("no"), 2},
		{"findings, said by the report", silently(exitFindings), 3},
		{"gaps, said by the report", silently(exitIncomplete), 4},
		{"an unfinished run, wrapped", fmt.Errorf("x: %w", silently(exitUnfinished)), 5},
		{"a person's step", silently(exitPerson), 6},
		{"an interruption", context.Canceled, 130},
		{"an interruption, wrapped", fmt.Errorf("x: %w", context.Canceled), 130},
		{"a deadline is no interruption", context.DeadlineExceeded, 1},
		{"any other error", errors.New("x"), 1},
	} {
		if got := codeOf(c.err); got != c.want {
			t.Errorf("%s: exit %d, want %d", c.story, got, c.want)
		}
	}
	if err := silently(exitDone); err != nil {
		t.Errorf("done is the error %v", err)
	}
	for code := 1; code <= 6; code++ {
		if err := silently(code); codeOf(err) != code || err.Error() != "" {
			t.Errorf("exit %d ends as %d and says %q", code, codeOf(err), err)
		}
	}
}
