package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// A Problem is something wrong at one place of a file.
type Problem struct {
	File         string
	Line, Column int // from 1; 0 when it is about the file as a whole
	Text         string
}

func (p Problem) String() string {
	if p.Line == 0 {
		return p.File + ": " + p.Text
	}
	return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Column, p.Text)
}

// maxProblems is how many problems one Error tells.
const maxProblems = 10

// An Error is a file that is not valid. Its text has one line for a problem.
type Error struct {
	Problems []Problem // sorted by place, no more than ten
	Further  int       // problems beyond those
}

func (e *Error) Error() string {
	var lines []string
	for _, p := range e.Problems {
		lines = append(lines, p.String())
	}
	if e.Further > 0 {
		lines = append(lines, fmt.Sprintf("%s: and %d more", e.Problems[0].File, e.Further))
	}
	return strings.Join(lines, "\n")
}

// wholeFile is the error of a file that could not be looked into.
func wholeFile(file, text string) error {
	return &Error{Problems: []Problem{{File: file, Text: text}}}
}

func sortProblems(problems []Problem) {
	slices.SortStableFunc(problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
}

// newError sorts the problems and keeps the first ones; nil when there is none.
func newError(problems []Problem) error {
	if len(problems) == 0 {
		return nil
	}
	sortProblems(problems)
	e := &Error{Problems: problems}
	if over := len(problems) - maxProblems; over > 0 {
		e.Problems, e.Further = problems[:maxProblems], over
	}
	return e
}

// quote prints a value of the file: quoted, and no longer than 60 characters.
func quote(value string) string {
	if r := []rune(value); len(r) > 60 {
		value = string(r[:60]) + "…"
	}
	return fmt.Sprintf("%q", value)
}

// printable reports whether a text has no control character.
func printable(s string) bool { return !strings.ContainsFunc(s, unicode.IsControl) }
