package cmd

import (
	"fmt"
	"strings"
	"testing"

	"rekey/internal/tui"
)

// The exit code of a view is 0 only when every command in it ended with 0 and no
// run is unfinished.
func TestCodeOfView(t *testing.T) {
	for _, c := range []struct {
		codes      []int
		unfinished int
		want       int
	}{
		{nil, 0, exitDone},
		{[]int{0, 0}, 0, exitDone},
		{nil, 1, exitUnfinished},
		{[]int{0, 1}, 2, exitUnfinished},
		{[]int{6, 0}, 0, exitPerson},
		{[]int{0, 6, 1}, 0, exitPerson},
		{[]int{5, 6, 0}, 0, exitUnfinished},
		{[]int{1, 0}, 0, exitFailed},
		{[]int{2, 0}, 0, exitUsage},
		{[]int{4, 2, 0}, 0, exitIncomplete},
		{[]int{0, 3}, 0, exitFindings},
		{[]int{130, 0}, 0, exitInterrupted},
		{[]int{1, 2}, 0, exitFailed},
	} {
		var endings []tui.Ending
		for _, code := range c.codes {
			endings = append(endings, tui.Ending{Code: code})
		}
		if got := codeOfView(endings, c.unfinished); got != c.want {
			t.Errorf("%v, %d unfinished: %d, want %d", c.codes, c.unfinished, got, c.want)
		}
	}
}

// What an exit code says never calls a key dead or a command done.
func TestExitSentence(t *testing.T) {
	for code := range 131 {
		text := exitSentence(code)
		if text == "" || strings.Contains(text, "dead") || strings.Contains(text, "done") {
			t.Errorf("%d: %q", code, text)
		}
		if code > exitPerson && code != exitInterrupted && text != "failed" {
			t.Errorf("%d: %q", code, text)
		}
	}
}

// The flags of the command line hold for commands in the view too.
func TestGlobalArgs(t *testing.T) {
	a := &App{flags: globalFlags{config: "c", state: "s", quiet: true, verbose: true, noColor: true}}
	if got := fmt.Sprint(a.globalArgs()); got != "[--config c --state s --quiet --verbose --no-color]" {
		t.Error(got)
	}
	if got := (&App{}).globalArgs(); got != nil {
		t.Error(got)
	}
}

// What is said behind a view is kept by lines, the latest of very many.
func TestMessages(t *testing.T) {
	m := &messages{}
	for i := range 300 {
		fmt.Fprintf(m, "line %d", i)
		fmt.Fprint(m, " ends\n")
	}
	fmt.Fprint(m, "half")
	if all := m.all(); len(all) != mostMessages || all[0] != "line 100 ends" || all[len(all)-1] != "line 299 ends" {
		t.Errorf("%d lines, %q to %q", len(all), all[0], all[len(all)-1])
	}
}
