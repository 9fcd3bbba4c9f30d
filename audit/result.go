package audit

import (
	"time"

	"rekey/exchanges"
)

// SchemaVersion is the version of the JSON documents. It is raised when a
// meaning changes; a new field does not raise it.
const SchemaVersion = 1

// Tool names the program in documents.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// A Result is what an audit found, and the document of
// `rekey audit --format json`: rules make it, formats print it, a saved one is
// read back into it. It holds masked access keys and fingerprints only. Keys,
// findings, unknowns and gaps are sorted, and never nil in what Run returns.
type Result struct {
	SchemaVersion int         `json:"schema_version"`
	Tool          Tool        `json:"tool"`
	StartedAt     Time        `json:"started_at"`
	FinishedAt    Time        `json:"finished_at"`
	Config        Text        `json:"config"` // the rekey.yaml, null for an audit without one
	Keys          []Key       `json:"keys"`
	Findings      []Finding   `json:"findings"`
	Unknowns      []Unknown   `json:"unknowns"`
	Gaps          []Gap       `json:"gaps"`
	Incidents     []Window    `json:"incidents"` // those that a finding names
	Baseline      *Comparison `json:"baseline"`  // null without --baseline
	Summary       Summary     `json:"summary"`
}

// Interrupted is the exit code of an audit that was ended early.
const Interrupted = 130

// Finish states when the audit ended, and that it was ended early.
func (r *Result) Finish(at time.Time, interrupted bool) {
	r.FinishedAt = NewTime(at)
	r.Summary.ExitCode = r.Summary.exitCode()
	if interrupted {
		r.Summary.ExitCode = Interrupted
	}
}

// Fails reports whether a finding reaches the threshold of its audit.
func (s Summary) Fails(f Finding) bool {
	return f.Waived == nil && s.FailOn != None && f.Severity >= s.FailOn
}

// A Window is an incident with the time in which keys were exposed.
type Window struct {
	ID        string               `json:"id"`
	Title     string               `json:"title"`
	Vendor    Text                 `json:"vendor"`
	From      exchanges.Fact[Time] `json:"from"`
	Until     exchanges.Fact[Time] `json:"until"`
	Disclosed exchanges.Fact[Time] `json:"disclosed"`
}

// windows are the incidents that findings name, in the order of the catalogue.
func windows(c Catalogue, lists ...[]Finding) []Window {
	named := map[Text]bool{}
	for _, findings := range lists {
		for _, f := range findings {
			named[f.Incident] = true
		}
	}
	out := []Window{}
	for _, in := range c.Incidents {
		if in.ID != "" && named[Text(in.ID)] {
			out = append(out, Window{
				ID: in.ID, Title: in.Title, Vendor: Text(valid(in.Vendor)),
				From: dated(in.From), Until: dated(in.Until), Disclosed: dated(in.Disclosed),
			})
		}
	}
	return out
}

// A Summary counts what an audit found. Waived findings are counted in Waived
// alone.
type Summary struct {
	Keys      int      `json:"keys"`
	Critical  int      `json:"critical"`
	High      int      `json:"high"`
	Medium    int      `json:"medium"`
	Low       int      `json:"low"`
	Info      int      `json:"info"`
	Waived    int      `json:"waived"`
	Unknowns  int      `json:"unknowns"`
	Gaps      int      `json:"gaps"`
	Known     int      `json:"known"` // findings of the baseline too, not reported again
	FailOn    Severity `json:"fail_on"`
	AtOrAbove int      `json:"at_or_above"` // findings that reach FailOn
	ExitCode  int      `json:"exit_code"`
}

// Count returns how many findings of a severity are not waived.
func (s Summary) Count(severity Severity) int {
	if n := s.count(severity); n != nil {
		return *n
	}
	return 0
}

func (s *Summary) count(severity Severity) *int {
	switch severity {
	case Critical:
		return &s.Critical
	case High:
		return &s.High
	case Medium:
		return &s.Medium
	case Low:
		return &s.Low
	case Info:
		return &s.Info
	case None:
	}
	return nil
}

// exitCode is 3 when findings reach the threshold, else 4 when something could
// not be looked at, else 0.
func (s Summary) exitCode() int {
	switch {
	case s.AtOrAbove > 0:
		return 3
	case s.Gaps > 0:
		return 4
	}
	return 0
}

// Count counts what the result holds against a threshold.
func (r *Result) Count(failOn Severity) Summary {
	sum := Summary{Keys: len(r.Keys), Unknowns: len(r.Unknowns), Gaps: len(r.Gaps), FailOn: failOn}
	for _, f := range r.Findings {
		if f.Waived != nil {
			sum.Waived++
			continue
		}
		if n := sum.count(f.Severity); n != nil {
			*n++
		}
		if sum.Fails(f) {
			sum.AtOrAbove++
		}
	}
	sum.ExitCode = sum.exitCode()
	return sum
}

// A Comparison is what became of the findings of a baseline.
type Comparison struct {
	StartedAt Time      `json:"started_at"` // when the audit of the baseline began
	Fixed     []Finding `json:"fixed"`      // gone, and what they were about was looked at
	// Unseen are findings that are not there now and cannot be called fixed:
	// their key or their rule was not judged this time.
	Unseen []Finding `json:"unseen"`
}
