package report

import (
	"io"
	"strconv"
	"strings"

	"rekey/audit"
)

// WriteRules prints rules: in the text format a list, or with full everything
// about each; markdown is a page with both; JSON has every field. Without full
// the rules that have an ID and no check yet follow.
func WriteRules(w io.Writer, format string, rules []audit.Rule, full bool, o Options) error {
	var deferred []audit.DeferredRule
	if !full {
		deferred = audit.Deferred()
	}
	switch format {
	case "text":
		t := newText(w, o)
		if full {
			for i, r := range rules {
				if i > 0 {
					t.line("\n")
				}
				t.printRule(r)
			}
			return t.print()
		}
		t.printRules(rules)
		t.printDeferred(deferred)
		return t.print()
	case "markdown":
		return rulesPage(rules, deferred).print(w)
	case "json":
		return WriteJSON(w, newRulesDoc(rules, deferred, o.Tool))
	default:
		return noFormat(format)
	}
}

func (t *textSink) printRules(rules []audit.Rule) {
	l := listing{head: []string{"RULE", "SEVERITY", "TITLE"}, paint: func(row, col int, prose string) string {
		if col == 1 {
			return t.style.severity(rules[row].Severity, prose)
		}
		return t.style.bold(prose)
	}}
	for _, r := range rules {
		l.rows = append(l.rows, []string{r.ID, r.Severity.String(), r.Title})
	}
	t.printListing(l)
	t.line("")
	t.prose(0, counted(len(rules), "rule")+". Why, when and what to do: rekey rules ID")
}

func (t *textSink) printDeferred(rules []audit.DeferredRule) {
	if len(rules) == 0 {
		return
	}
	t.heading("not checked by this version")
	l := listing{head: []string{"RULE", "TITLE, AND WHAT IT NEEDS"}}
	for _, r := range rules {
		l.rows = append(l.rows, []string{r.ID, r.Title + "; needs " + r.Needs})
	}
	t.printListing(l)
}

// printRule prints everything about a rule.
func (t *textSink) printRule(r audit.Rule) {
	const labels = len("parameter")
	t.title(0, r.ID)
	t.title(0, r.Title)
	t.line("%s", t.style.severity(r.Severity, r.Severity.String()))
	t.line("")
	t.item(2, "why", labels, r.Why)
	t.item(2, "when", labels, r.When)
	for _, p := range r.Params {
		t.item(2, "parameter", labels, paramWords(p))
	}
	t.item(2, "remedy", labels, r.Remedy)
	t.item(2, "see", labels, strings.Join(r.Refs, ", "))
	for _, group := range exampleGroups(r) {
		if len(group.words) == 0 {
			continue
		}
		t.line("")
		t.line("  %s", t.style.faint(group.label))
		t.bullets(2, group.words)
	}
}

func paramWords(p audit.Param) string {
	return p.Name + " = " + strconv.Itoa(p.Default) + ": " + p.Doc
}

// An exampleGroup is what a rule says about some of its examples.
type exampleGroup struct {
	label string
	words []string
}

func exampleGroups(r audit.Rule) []exampleGroup {
	return []exampleGroup{
		{"fires for", exampleWords(r.Fires)},
		{"silent for", exampleWords(r.Silent)},
		{"cannot tell for", exampleWords(r.Unsure)},
	}
}

func exampleWords(examples []audit.Example) []string {
	out := []string{}
	for _, e := range examples {
		words := e.Words
		if e.Severity != audit.None {
			words = strings.TrimSuffix(words, ".") + " (" + e.Severity.String() + ")"
		}
		out = append(out, words)
	}
	return out
}
