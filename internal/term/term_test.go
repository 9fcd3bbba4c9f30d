package term

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func environ(vars map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		v, ok := vars[name]
		return v, ok
	}
}

// What is no terminal has no colour unless it is forced, and the width of
// COLUMNS.
func TestLookAtAPipe(t *testing.T) {
	for _, c := range []struct {
		story string
		vars  map[string]string
		want  Screen
	}{
		{"nothing set", nil, Screen{Width: 80, Height: 24}},
		{"COLUMNS", map[string]string{"COLUMNS": "132"}, Screen{Width: 132, Height: 24}},
		{"COLUMNS is no number", map[string]string{"COLUMNS": "wide"}, Screen{Width: 80, Height: 24}},
		{"COLUMNS is absurdly small", map[string]string{"COLUMNS": "3"}, Screen{Width: 80, Height: 24}},
		{"COLUMNS is absurdly large", map[string]string{"COLUMNS": "100000"}, Screen{Width: 80, Height: 24}},
		{"COLUMNS is below zero", map[string]string{"COLUMNS": "-80"}, Screen{Width: 80, Height: 24}},
		{"COLUMNS is empty", map[string]string{"COLUMNS": ""}, Screen{Width: 80, Height: 24}},
		{"the least", map[string]string{"COLUMNS": "20"}, Screen{Width: 20, Height: 24}},
		{"the most", map[string]string{"COLUMNS": "1000"}, Screen{Width: 1000, Height: 24}},
		{"a colourful TERM", map[string]string{"TERM": "xterm-256color"}, Screen{Width: 80, Height: 24}},
		{"forced", map[string]string{"CLICOLOR_FORCE": "1"}, Screen{Width: 80, Height: 24, Color: true}},
		{"forced to 0", map[string]string{"CLICOLOR_FORCE": "0"}, Screen{Width: 80, Height: 24}},
		{"forced to nothing", map[string]string{"CLICOLOR_FORCE": ""}, Screen{Width: 80, Height: 24}},
		{
			"forced on a dumb terminal",
			map[string]string{"CLICOLOR_FORCE": "1", "TERM": "dumb"},
			Screen{Width: 80, Height: 24, Color: true},
		},
		{"NO_COLOR wins", map[string]string{"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}, Screen{Width: 80, Height: 24}},
		{
			"NO_COLOR whatever it says",
			map[string]string{"CLICOLOR_FORCE": "1", "NO_COLOR": "0"},
			Screen{Width: 80, Height: 24},
		},
		{
			"NO_COLOR set to nothing",
			map[string]string{"CLICOLOR_FORCE": "1", "NO_COLOR": ""},
			Screen{Width: 80, Height: 24, Color: true},
		},
	} {
		if diff := cmp.Diff(c.want, Look(&bytes.Buffer{}, environ(c.vars))); diff != "" {
			t.Errorf("%s:\n%s", c.story, diff)
		}
	}
}

// A file is no terminal either.
func TestLookAtAFile(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "report.txt"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if diff := cmp.Diff(Screen{Width: 100, Height: 24}, Look(f,
		environ(map[string]string{"COLUMNS": "100", "TERM": "xterm"}))); diff != "" {
		t.Error(diff)
	}
}
