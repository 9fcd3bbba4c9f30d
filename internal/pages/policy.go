package pages

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"rekey/audit"
	"rekey/internal/text"
)

// A PolicyPage is what `rekey policy check` prints: which rules are on, what
// was changed about them, and until when waivers hold.
type PolicyPage struct {
	File   string // where it stands
	Policy audit.Policy
	Now    time.Time
	Soon   time.Duration // waivers that end within it are pointed out
}

type policyDoc struct {
	SchemaVersion int               `json:"schema_version"`
	Tool          audit.Tool        `json:"tool"`
	File          string            `json:"file"`
	FailOn        string            `json:"fail_on"`
	Rules         []policyRuleDoc   `json:"rules"`
	Waivers       []policyWaiverDoc `json:"waivers"`
}

type policyRuleDoc struct {
	Rule     string         `json:"rule"`
	On       bool           `json:"on"`
	Checked  bool           `json:"checked"` // false: this version knows the name alone
	Changed  bool           `json:"changed"` // the policy says something about it
	Severity string         `json:"severity"`
	Params   map[string]int `json:"params"`
	Title    string         `json:"title"`
}

type policyWaiverDoc struct {
	Rule     string `json:"rule"`
	Key      string `json:"key"`
	Until    string `json:"until"`
	DaysLeft int    `json:"days_left"` // whole days after today; below 0 when it is over
	State    string `json:"state"`     // "holds", "ends_soon", "over"
	Owner    string `json:"owner"`
	Reason   string `json:"reason"`
}

// Write prints the page.
func (p PolicyPage) Write(w io.Writer, format string, o text.Options) error {
	doc := p.document(o.Tool)
	switch format {
	case "json":
		return text.WriteJSON(w, doc)
	case "text":
		t := newText(w, o)
		t.printPolicy(doc)
		return t.Print()
	}
	return text.UnknownFormat(format)
}

func (p PolicyPage) document(tool audit.Tool) policyDoc {
	doc := policyDoc{
		SchemaVersion: audit.SchemaVersion,
		Tool:          tool,
		File:          p.File,
		FailOn:        p.Policy.FailOn.String(),
		Rules:         []policyRuleDoc{},
		Waivers:       []policyWaiverDoc{},
	}
	for _, r := range audit.Rules() {
		change, changed := p.Policy.Rules[r.ID]
		d := policyRuleDoc{
			Rule:     r.ID,
			On:       !change.Off,
			Checked:  true,
			Changed:  changed,
			Severity: r.Severity.String(),
			Title:    r.Title,
			Params:   map[string]int{},
		}
		if change.Severity != audit.None {
			d.Severity = change.Severity.String()
		}
		for _, param := range r.Params {
			d.Params[param.Name] = param.Default
			if v, ok := change.Params[param.Name]; ok {
				d.Params[param.Name] = v
			}
		}
		doc.Rules = append(doc.Rules, d)
	}
	for _, r := range audit.Deferred() {
		if change, ok := p.Policy.Rules[r.ID]; ok {
			doc.Rules = append(
				doc.Rules,
				policyRuleDoc{Rule: r.ID, On: !change.Off, Changed: true, Title: r.Title, Params: map[string]int{}},
			)
		}
	}
	today := p.Now.UTC().Truncate(24 * time.Hour)
	for _, w := range p.Policy.Waivers {
		left := int(w.Until.Sub(today) / (24 * time.Hour))
		d := policyWaiverDoc{
			Rule:     w.Rule,
			Key:      w.Key,
			Until:    w.Until.Format(time.DateOnly),
			DaysLeft: left,
			State:    "holds",
			Owner:    w.Owner,
			Reason:   w.Reason,
		}
		switch {
		case left < 0:
			d.State = "over"
		case time.Duration(left)*24*time.Hour <= p.Soon:
			d.State = "ends_soon"
		}
		doc.Waivers = append(doc.Waivers, d)
	}
	slices.SortStableFunc(doc.Waivers, func(a, b policyWaiverDoc) int { return a.DaysLeft - b.DaysLeft })
	return doc
}

func (t textWriter) printPolicy(doc policyDoc) {
	on, off, changed := 0, 0, [][]string{}
	for _, r := range doc.Rules {
		if r.On && r.Checked {
			on++
		} else if !r.On {
			off++
		}
		if r.Changed {
			changed = append(changed, []string{r.Rule, r.words(), r.Title})
		}
	}
	t.Prose(0, fmt.Sprintf("%s is valid: findings at or above %s fail an audit; %s on, %d off, %s.",
		doc.File, doc.FailOn, text.Count(on, "rule"), off, text.Count(len(doc.Waivers), "waiver")))
	if len(changed) > 0 {
		t.Heading("changed rules")
		t.Listing(text.Table{Head: []string{"RULE", "NOW", "WHAT IT IS"}, Rows: changed})
	}
	if len(doc.Waivers) == 0 {
		return
	}
	t.Heading("waivers")
	var rows [][]string
	for _, w := range doc.Waivers {
		state := text.Count(w.DaysLeft, "day") + " left"
		switch w.State {
		case "over":
			state = "OVER"
		case "ends_soon":
			state = "ENDS SOON, " + state
		}
		rows = append(rows, []string{w.Until, state, w.Rule, w.Key, w.Owner + ": " + w.Reason})
	}
	t.Listing(text.Table{Head: []string{"UNTIL", "STATE", "RULE", "KEY", "OWNER AND REASON"}, Rows: rows})
}

// words say what a policy makes of a rule.
func (r policyRuleDoc) words() string {
	switch {
	case !r.Checked:
		return "not checked by this version"
	case !r.On:
		return "off"
	}
	words := []string{r.Severity}
	for _, name := range sortedNames(r.Params) {
		words = append(words, fmt.Sprintf("%s %d", name, r.Params[name]))
	}
	return strings.Join(words, ", ")
}

func sortedNames(params map[string]int) []string {
	var names []string
	for name := range params {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
