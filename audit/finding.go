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

// UnmarshalText reads the word of a severity.
func (s *Severity) UnmarshalText(text []byte) error {
	parsed, err := ParseSeverity(string(text))
	if err != nil {
		return FormatError("there is no such severity")
	}
	*s = parsed
	return nil
}

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
	// ID names the finding in every audit, whatever its words: 32 hex digits
	// made of the rule, the key and the incident.
	ID       string   `json:"id"`
	Rule     string   `json:"rule"`
	Severity Severity `json:"severity"`
	Key      string   `json:"key"` // display name of the key, or of what the finding is about
	Title    string   `json:"title"`
	Detail   string   `json:"detail"`
	Remedy   string   `json:"remedy"`
	Incident Text     `json:"incident"` // ID of the incident
	Waived   *Waived  `json:"waived"`   // the waiver that silences it, or nil
	// Change says how it differs from the baseline, and Was is the severity
	// that it had there. Both are null without a baseline.
	Change Change                   `json:"change"`
	Was    exchanges.Fact[Severity] `json:"was"`
}

// Sentence is what the finding says, in one.
func (f Finding) Sentence() string {
	if f.Detail == "" {
		return f.Title
	}
	return f.Title + ": " + f.Detail
}

// A Change is how a finding differs from the baseline's.
type Change string

// The changes that are reported.
const (
	New   Change = "new"
	Worse Change = "worse"
)

// MarshalJSON writes the change, or null without one.
func (c Change) MarshalJSON() ([]byte, error) { return Text(c).MarshalJSON() }

// An Unknown is a rule that could not judge a key, and why.
type Unknown struct {
	Rule   string `json:"rule"`
	Key    string `json:"key"`
	Detail string `json:"detail"`
}

// A Gap is something that could not be looked at.
type Gap struct {
	Key    string         `json:"key"`
	Kind   exchanges.Kind `json:"kind"`
	Detail string         `json:"detail"`
}

// A Waiver is a person's decision to live with a finding until a day.
type Waiver struct {
	Rule   string
	Key    string
	Until  time.Time // the last day on which it holds, midnight UTC
	Owner  string
	Reason string
}

// A Waived is what a finding says of the waiver that silences it.
type Waived struct {
	Until  Day    `json:"until"` // the last day on which it holds
	Owner  string `json:"owner"`
	Reason string `json:"reason"`
}
