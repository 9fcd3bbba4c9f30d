package audit

import "strings"

// A Wording says what findings are about in one or two words.
type Wording struct {
	rules   map[string]string
	vendors map[Text]Text // by incident
}

// NewWording returns the words for the findings of r.
func NewWording(r *Result) Wording {
	w := Wording{rules: map[string]string{}, vendors: map[Text]Text{}}
	for _, rule := range Rules() {
		w.rules[rule.ID] = rule.Brief
	}
	for _, in := range r.Incidents {
		w.vendors[Text(in.ID)] = in.Vendor
	}
	return w
}

// Brief is the problem of a finding in at most a few words: "3Commas leak" for
// an incident of a vendor, with "?" where the exposure is not certain; the
// rule's own words otherwise, and the title for a rule that this version does
// not have.
func (w Wording) Brief(f Finding) string {
	if vendor := w.vendors[f.Incident]; vendor != "" {
		if f.Rule == rulePossibly || f.Rule == ruleSuspected {
			return string(vendor) + " leak?"
		}
		if f.Severity > Info {
			return string(vendor) + " leak"
		}
		return string(vendor) + " incident"
	}
	if brief := w.rules[f.Rule]; brief != "" {
		return brief
	}
	return f.Title
}

// An age is one problem, whichever limit is passed; the longer limit says it.
const (
	ruleOld     = "LIFE-01"
	ruleVeryOld = "LIFE-02"
)

// Merged are findings of one key without those that another one says as well:
// a key that is older than any limit is not also reported as older than the
// policy's, and an incident in which no key was taken adds nothing to one in
// which keys were. also counts what was left out, by the rule that says it.
func Merged(findings []Finding) (said []Finding, also map[string][]string) {
	also = map[string][]string{}
	var incident, age string
	for _, f := range findings {
		switch {
		case f.Waived != nil:
		case f.Rule == ruleVeryOld:
			age = f.Rule
		case strings.HasPrefix(f.Rule, "INC-") && f.Severity > Info && incident == "":
			incident = f.Rule
		}
	}
	for _, f := range findings {
		switch {
		case f.Waived == nil && f.Rule == ruleOld && age != "":
			also[age] = append(also[age], f.Rule)
		case f.Waived == nil && strings.HasPrefix(f.Rule, "INC-") && f.Severity == Info && f.Incident != "" && incident != "":
			also[incident] = append(also[incident], string(f.Incident))
		default:
			said = append(said, f)
		}
	}
	return said, also
}
