package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"rekey/audit"
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
	Tool          Tool              `json:"tool"`
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
func (p PolicyPage) Write(w io.Writer, format string, o Options) error {
	doc := p.document(o.Tool)
	switch format {
	case "json":
		return WriteJSON(w, doc)
	case "text":
		t := newText(w, o)
		t.printPolicy(doc)
		return t.print()
	}
	return noFormat(format)
}

func (p PolicyPage) document(tool Tool) policyDoc {
	doc := policyDoc{SchemaVersion: SchemaVersion, Tool: tool, File: p.File, FailOn: p.Policy.FailOn.String(), Rules: []policyRuleDoc{}, Waivers: []policyWaiverDoc{}}
	for _, r := range audit.Rules() {
		change, changed := p.Policy.Rules[r.ID]
		d := policyRuleDoc{Rule: r.ID, On: !change.Off, Checked: true, Changed: changed, Severity: r.Severity.String(), Title: r.Title, Params: map[string]int{}}
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
			doc.Rules = append(doc.Rules, policyRuleDoc{Rule: r.ID, On: !change.Off, Changed: true, Title: r.Title, Params: map[string]int{}})
		}
	}
	today := p.Now.UTC().Truncate(24 * time.Hour)
	for _, w := range p.Policy.Waivers {
		left := int(w.Until.Sub(today) / (24 * time.Hour))
		d := policyWaiverDoc{Rule: w.Rule, Key: w.Key, Until: w.Until.Format(time.DateOnly), DaysLeft: left, State: "holds", Owner: w.Owner, Reason: w.Reason}
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

func (t *textSink) printPolicy(doc policyDoc) {
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
	t.prose(0, fmt.Sprintf("%s is valid: findings at or above %s fail an audit; %s on, %d off, %s.",
		doc.File, doc.FailOn, counted(on, "rule"), off, counted(len(doc.Waivers), "waiver")))
	if len(changed) > 0 {
		t.heading("changed rules")
		t.printListing(listing{head: []string{"RULE", "NOW", "WHAT IT IS"}, rows: changed})
	}
	if len(doc.Waivers) == 0 {
		return
	}
	t.heading("waivers")
	var rows [][]string
	for _, w := range doc.Waivers {
		state := counted(w.DaysLeft, "day") + " left"
		switch w.State {
		case "over":
			state = "OVER"
		case "ends_soon":
			state = "ENDS SOON, " + state
		}
		rows = append(rows, []string{w.Until, state, w.Rule, w.Key, w.Owner + ": " + w.Reason})
	}
	t.printListing(listing{head: []string{"UNTIL", "STATE", "RULE", "KEY", "OWNER AND REASON"}, rows: rows})
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
