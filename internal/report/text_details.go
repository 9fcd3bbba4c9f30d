package report

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"rekey/audit"

	"rekey/internal/text"
)

// printDetails prints the keys to deal with, in order, with their findings and
// the next step.
func (t auditText) printDetails() {
	shown, left := 0, 0
	for i, k := range t.keys {
		if len(k.findings) == 0 {
			continue
		}
		if !t.Options.All && shown == shortDetails {
			left++
			continue
		}
		if shown == 0 {
			t.Heading("deal with these, in this order")
		}
		shown++
		number := ""
		if k.worst() > audit.Info { // as in the table
			number = strconv.Itoa(i+1) + "."
		}
		t.printKey(number, k)
	}
	if left > 0 {
		t.Line("")
		t.Note("", fmt.Sprintf("… and %s more with findings; --all shows them", text.Count(left, "key")))
	}
}

func (t auditText) printKey(number string, k *keyView) {
	number = fmt.Sprintf("%3s ", number)
	indent := text.Blanks(len(number))
	t.Line("")
	t.Paragraph(number, indent, t.Style.Bold(text.CleanName(k.name))+"  "+identity(k.Key))
	if k.Status.MayLive() && (k.Permissions != nil || k.Whitelist.Restricted.IsKnown()) {
		ends := endWords(k.Key)
		if ends != "" {
			ends = "; " + ends
		}
		t.Paragraph(indent, indent, text.Sentence(fmt.Sprintf("may %s; from %s; since %s%s",
			strings.ReplaceAll(mayWords(k.Key), ",", ", "), strings.ToLower(fromWords(k.Whitelist)), sinceWords(k.Key), ends)))
	}
	for _, f := range k.findings {
		t.printFinding(indent, f)
	}
	for _, s := range k.steps() {
		t.Paragraph(indent+t.Style.Bold("→ "), indent+"  ", text.Capital(text.Sentence(s)))
	}
}

func (t textWriter) printFinding(indent string, f audit.Finding) {
	mark := fmt.Sprintf("%-8s %s  ", strings.ToUpper(f.Severity.String()), f.Rule)
	prose := f.Sentence()
	switch f.Change {
	case audit.New:
		prose = "new: " + prose
	case audit.Worse:
		prose = "worse, was " + wasWord(f) + ": " + prose
	}
	if w := f.Waived; w != nil {
		mark = fmt.Sprintf("%-8s %s  ", "waived", f.Rule)
		prose += fmt.Sprintf(" (until %s by %s: %s)", w.Until, w.Owner, w.Reason)
	}
	lines := text.Wrap(text.Sentence(prose), t.Options.Width-len(indent)-2)
	if head := text.Sentence(prose); len(indent)+text.Width(mark)+24 <= t.Options.Width {
		lines = text.Wrap(head, t.Options.Width-len(indent)-text.Width(mark))
		for i, l := range lines {
			if i == 0 {
				t.Line("%s%s%s", indent, t.Style.Severity(f.Severity, mark), l)
				continue
			}
			t.Line("%s%s%s", indent, strings.Repeat(" ", text.Width(mark)), l)
		}
		return
	}
	t.Line("%s%s", indent, t.Style.Severity(f.Severity, strings.TrimRight(mark, " ")))
	for _, l := range lines {
		t.Line("%s  %s", indent, l)
	}
}

// printOther prints findings that are about no key: vendors, waivers, the
// catalogue.
func (t auditText) printOther() {
	for i, f := range t.other {
		if i == 0 {
			t.Heading("about no single key")
		}
		g := f
		g.Title = text.CleanName(f.Key) + ": " + f.Title
		t.printFinding("", g)
		if f.Remedy != "" && f.Waived == nil {
			t.Paragraph("  "+t.Style.Bold("→ "), "    ", text.Capital(text.Sentence(f.Remedy)))
		}
	}
}

func (t textWriter) printGaps(gaps []audit.Gap) {
	if len(gaps) == 0 {
		return
	}
	t.Heading("could not be looked at")
	groups := map[string][]string{}
	var order []string
	for _, g := range gaps {
		prose := string(g.Kind) + ": " + g.Detail
		if groups[prose] == nil {
			order = append(order, prose)
		}
		groups[prose] = append(groups[prose], text.CleanName(g.Key))
	}
	t.printGroups(order, groups)
}

// printUnknowns prints what exchanges do not tell. What decides over money
// comes first.
func (t auditText) printUnknowns() {
	if len(t.Unknowns) == 0 {
		return
	}
	t.Heading("not told, so not judged")
	groups := t.untold("nothing about the key could be judged, see above")
	slices.SortStableFunc(groups, func(a, b *untold) int {
		return cmp.Or(cmp.Compare(weight(a.rules), weight(b.rules)), cmp.Compare(len(b.keys), len(a.keys)))
	})
	keys := map[string][]string{}
	var order []string
	for _, g := range groups {
		slices.Sort(g.rules)
		prose := g.text + " (" + strings.Join(g.rules, ", ") + ")"
		if len(g.rules) > 8 {
			prose = fmt.Sprintf("%s (%d rules)", g.text, len(g.rules))
		}
		order = append(order, prose)
		keys[prose] = g.keys
	}
	t.printGroups(order, keys)
}

func (t textWriter) printGroups(order []string, keys map[string][]string) {
	for i, prose := range order {
		if !t.Options.All && i == shortNotes {
			t.Note("  ", fmt.Sprintf("… and %d more kinds; --all shows them", len(order)-i))
			return
		}
		names := keys[prose]
		more := ""
		if n := len(names); !t.Options.All && n > 6 {
			names, more = names[:6], fmt.Sprintf(" and %d more", n-6)
		}
		t.Paragraph("  ", "    ", strings.Join(names, ", ")+more+": "+text.Sentence(prose))
	}
}
