package pages

import (
	"io"
	"strconv"
	"strings"

	"rekey/audit"
	"rekey/internal/text"
)

// WriteRules prints rules: in the text format a list, or with full everything
// about each; markdown is a page with both; JSON has every field. Without full
// the rules that have an ID and no check yet follow.
func WriteRules(w io.Writer, format string, rules []audit.Rule, full bool, o text.Options) error {
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
					t.Line("\n")
				}
				t.printRule(r)
			}
			return t.Print()
		}
		t.printRules(rules)
		t.printDeferred(deferred)
		return t.Print()
	case "markdown":
		return rulesPage(rules, deferred).Print(w)
	case "json":
		return text.WriteJSON(w, newRulesDoc(rules, deferred, o.Tool))
	default:
		return text.UnknownFormat(format)
	}
}

func (t textWriter) printRules(rules []audit.Rule) {
	l := text.Table{Head: []string{"RULE", "SEVERITY", "TITLE"}, Paint: func(row, col int, prose string) string {
		if col == 1 {
			return t.Style.Severity(rules[row].Severity, prose)
		}
		return t.Style.Bold(prose)
	}}
	for _, r := range rules {
		l.Rows = append(l.Rows, []string{r.ID, r.Severity.String(), r.Title})
	}
	t.Listing(l)
	t.Line("")
	t.Prose(0, text.Count(len(rules), "rule")+". Why, when and what to do: rekey rules ID")
}

func (t textWriter) printDeferred(rules []audit.DeferredRule) {
	if len(rules) == 0 {
		return
	}
	t.Heading("not checked by this version")
	l := text.Table{Head: []string{"RULE", "TITLE, AND WHAT IT NEEDS"}}
	for _, r := range rules {
		l.Rows = append(l.Rows, []string{r.ID, r.Title + "; needs " + r.Needs})
	}
	t.Listing(l)
}

// printRule prints everything about a rule.
func (t textWriter) printRule(r audit.Rule) {
	const labels = len("parameter")
	t.Title(0, r.ID)
	t.Title(0, r.Title)
	t.Line("%s", t.Style.Severity(r.Severity, r.Severity.String()))
	t.Line("")
	t.Item(2, "why", labels, r.Why)
	t.Item(2, "when", labels, r.When)
	for _, p := range r.Params {
		t.Item(2, "parameter", labels, paramWords(p))
	}
	t.Item(2, "remedy", labels, r.Remedy)
	t.Item(2, "see", labels, strings.Join(r.Refs, ", "))
	for _, group := range exampleGroups(r) {
		if len(group.words) == 0 {
			continue
		}
		t.Line("")
		t.Line("  %s", t.Style.Faint(group.label))
		t.Bullets(2, group.words)
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
