package audit

import (
	"slices"
	"testing"
	"unicode"
	"unicode/utf8"
)

// Every rule has its problem in a word or two, and a title that begins as a
// sentence does.
func TestRulesHaveBriefs(t *testing.T) {
	for _, r := range Rules() {
		if r.Brief == "" || utf8.RuneCountInString(r.Brief) > 17 {
			t.Errorf("%s: the brief %q is none, or has more than 17 characters", r.ID, r.Brief)
		}
		if first, _ := utf8.DecodeRuneInString(r.Title); !unicode.IsUpper(first) {
			t.Errorf("%s: the title %q begins small", r.ID, r.Title)
		}
	}
}

func TestBrief(t *testing.T) {
	w := NewWording(&Result{Incidents: []Window{{ID: "3commas-2022", Vendor: "3Commas"}, {ID: "mtgox"}}})
	for want, f := range map[string]Finding{
		"3Commas leak":     {Rule: "INC-01", Incident: "3commas-2022", Severity: Critical},
		"3Commas leak?":    {Rule: "INC-02", Incident: "3commas-2022", Severity: High},
		"3Commas incident": {Rule: "INC-01", Incident: "3commas-2022", Severity: Info},
		"unknown key":      {Rule: "INV-01", Severity: Critical},
		"vendor leak":      {Rule: "INC-01", Incident: "mtgox", Severity: Critical},
		"Some new trouble": {Rule: "NEW-99", Title: "Some new trouble"},
	} {
		if got := w.Brief(f); got != want {
			t.Errorf("%+v is %q, want %q", f, got, want)
		}
	}
}

// One problem is said once, and what is left out is named. What was waived says
// nothing for another finding.
func TestMerged(t *testing.T) {
	old, veryOld := Finding{Rule: "LIFE-01", Severity: Medium}, Finding{Rule: "LIFE-02", Severity: High}
	leak := Finding{Rule: "INC-01", Severity: Critical, Incident: "leak-2022"}
	quiet := Finding{Rule: "INC-01", Severity: Info, Incident: "quiet-2023"}
	waived := func(f Finding) Finding { f.Waived = &Waived{}; return f }
	for name, c := range map[string]struct {
		in, want []Finding
		also     []string
	}{
		"nothing to merge":          {[]Finding{old, leak}, []Finding{old, leak}, nil},
		"two limits of age":         {[]Finding{veryOld, old}, []Finding{veryOld}, []string{"LIFE-01"}},
		"the longer one is waived":  {[]Finding{old, waived(veryOld)}, []Finding{old, waived(veryOld)}, nil},
		"the shorter one is waived": {[]Finding{veryOld, waived(old)}, []Finding{veryOld, waived(old)}, nil},
		"an incident without keys":  {[]Finding{leak, quiet}, []Finding{leak}, []string{"quiet-2023"}},
		"that incident alone":       {[]Finding{quiet}, []Finding{quiet}, nil},
		"the leak is waived":        {[]Finding{quiet, waived(leak)}, []Finding{quiet, waived(leak)}, nil},
		"a dump says nothing for them": {
			[]Finding{{Rule: "NET-01", Severity: High}, quiet},
			[]Finding{{Rule: "NET-01", Severity: High}, quiet},
			nil,
		},
	} {
		said, also := Merged(c.in)
		var left []string
		for _, list := range also {
			left = append(left, list...)
		}
		if !slices.EqualFunc(said, c.want, func(a, b Finding) bool { return a.Rule == b.Rule && a.Incident == b.Incident }) ||
			!slices.Equal(left, c.also) {
			t.Errorf("%s: said %+v, left out %v", name, said, left)
		}
	}
}
