package audit

import (
	"fmt"
	"time"

	"rekey/exchanges"
)

// A Severity orders findings. The zero Severity is none.
type Severity int

// The severities, least first.
const (
	None Severity = iota
	Info
	Low
	Medium
	High
	Critical
)

// Severities returns all severities but None, worst first.
func Severities() []Severity { return []Severity{Critical, High, Medium, Low, Info} }

func (s Severity) String() string {
	switch s {
	case Info:
		return "info"
	case Low:
		return "low"
	case Medium:
		return "medium"
	case High:
		return "high"
	case Critical:
		return "critical"
	case None:
		return "none"
	}
	return "none"
}

// MarshalText writes the word of the severity.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// ParseSeverity reads "info" to "critical", and "none".
func ParseSeverity(word string) (Severity, error) {
	for _, s := range append(Severities(), None) {
		if s.String() == word {
			return s, nil
		}
	}
	return None, fmt.Errorf("no severity is called %q (critical, high, medium, low, info, none)", word)
}

// An Outcome is what a rule says about one key.
type Outcome string

// The four outcomes of a rule.
const (
	Fail          Outcome = "fail"
	Pass          Outcome = "pass"
	CannotTell    Outcome = "unknown"
	NotApplicable Outcome = "n/a"
)

// A Finding is a rule's statement about a key.
type Finding struct {
	Rule     string
	Severity Severity
	Key      string // display name of the key, or of what the finding is about
	Title    string
	Detail   string
	Remedy   string
	Incident string  // ID of the incident, "" when there is none
	Waived   *Waiver // the waiver that silences it, or nil
	// ID names the finding in every audit, whatever its words: 32 hex digits
	// made of the rule, the key and the incident.
	ID string
	// Change says how it differs from the baseline, and Was is the severity
	// that it had there. Both are zero without a baseline.
	Change Change
	Was    Severity
}

// A Change is how a finding differs from the baseline's.
type Change string

// The changes that are reported.
const (
	New   Change = "new"
	Worse Change = "worse"
)

// An Unsaid is a rule that could not judge a key, and why.
type Unsaid struct {
	Rule   string
	Key    string
	Detail string
}

// A Gap is something that could not be looked at.
type Gap struct {
	Key    string
	Kind   exchanges.Kind
	Detail string
}

// A Waiver is a person's decision to live with a finding until a day.
type Waiver struct {
	Rule   string
	Key    string
	Until  time.Time // the last day on which it holds, midnight UTC
	Owner  string
	Reason string
}

// A Summary counts what an audit found. Waived findings are counted in Waived
// alone.
type Summary struct {
	Keys       int
	BySeverity map[Severity]int
	Waived     int
	Unknowns   int
	Gaps       int
	// AtOrAbove is the number of findings at or above the policy's threshold.
	AtOrAbove int
	FailOn    Severity
	Against   *Comparison // with a baseline, else nil
}

// A Comparison is what became of the findings of a baseline.
type Comparison struct {
	At    time.Time // when the audit of the baseline began
	Known int       // findings of both audits, not reported again
	Fixed []Finding // gone, and what they were about was looked at
	// Unseen are findings that are not there now and cannot be called fixed:
	// their key or their rule was not judged this time.
	Unseen []Finding
}

// ExitCode is the part of the exit code that an audit decides: 3 when findings
// reach the threshold, else 4 when something could not be looked at, else 0.
func (s Summary) ExitCode() int {
	switch {
	case s.AtOrAbove > 0:
		return 3
	case s.Gaps > 0:
		return 4
	}
	return 0
}
