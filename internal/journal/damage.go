package journal

import (
	"fmt"
	"strings"
)

// A Harm sorts damage by what it looks like.
type Harm string

// The harms that can come to a journal.
const (
	Changed    Harm = "changed"    // a line is not as it was written
	Missing    Harm = "missing"    // lines are gone, in the middle or at the end
	Reordered  Harm = "reordered"  // a line stands in another place
	Duplicated Harm = "duplicated" // a line stands twice
	Newer      Harm = "newer"      // a later version of rekey wrote it
	HeadLost   Harm = "head"       // journal.head is gone, changed or of another day
)

// A Damage is one place where a journal is not what rekey wrote.
type Damage struct {
	// Line is where it shows, from 1. What is missing at the end shows one
	// line after the last. 0 is journal.head.
	Line    int
	Harm    Harm
	Problem string // a sentence about the line
}

// String says where and what.
func (d Damage) String() string {
	if d.Line == 0 {
		return headName + " " + d.Problem
	}
	return fmt.Sprintf("line %d %s", d.Line, d.Problem)
}

// A DamageError says that a journal is damaged. Nothing is written to it any
// more; it can still be read.
type DamageError struct {
	Path   string
	Damage []Damage // the first one first, never empty
}

// Error says what is damaged and what to do.
func (e *DamageError) Error() string {
	text := e.Path + ": " + e.Damage[0].String()
	switch more := len(e.Damage) - 1; {
	case more == 1:
		text += ", and one more place is damaged"
	case more > 1:
		text += fmt.Sprintf(", and %d more places are damaged", more)
	}
	return text + "; nothing is written to it any more (" + e.Hint() + ")"
}

// Hint says what to do.
func (e *DamageError) Hint() string {
	if e.Damage[0].Harm == Newer {
		return "use the rekey that wrote it, or a later one"
	}
	return strings.Join([]string{
		"`rekey journal show` marks how far it can be trusted",
		"see at the exchanges what became of the runs that it names",
		"then move " + fileName + " and " + headName + " to another directory: the next command begins a new journal",
	}, "; ")
}
