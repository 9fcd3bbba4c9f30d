package report

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"rekey/audit"
)

// printDetails prints the keys to deal with, in order, with their findings and
// the next step.
func (t auditText) printDetails() {
	shown, left := 0, 0
	for i, k := range t.keys {
		if len(k.findings) == 0 {
			continue
		}
		if !t.o.All && shown == shortDetails {
			left++
			continue
		}
		if shown == 0 {
			t.heading("deal with these, in this order")
		}
		shown++
		number := ""
		if k.worst() > audit.Info { // as in the table
			number = strconv.Itoa(i+1) + "."
		}
		t.printKey(number, k)
	}
	if left > 0 {
		t.line("")
		t.note("", fmt.Sprintf("… and %s more with findings; --all shows them", counted(left, "key")))
	}
}

func (t auditText) printKey(number string, k *keyView) {
	number = fmt.Sprintf("%3s ", number)
	indent := blanks(len(number))
	t.line("")
	t.paragraph(number, indent, t.style.bold(CleanName(k.name))+"  "+identity(k.Key))
	if k.Status.MayLive() && (k.Permissions != nil || k.Whitelist.Restricted.IsKnown()) {
		ends := endWords(k.Key)
		if ends != "" {
			ends = "; " + ends
		}
		t.paragraph(indent, indent, Sentence(fmt.Sprintf("may %s; from %s; since %s%s",
			strings.ReplaceAll(mayWords(k.Key), ",", ", "), strings.ToLower(fromWords(k.Whitelist)), sinceWords(k.Key), ends)))
	}
	for _, f := range k.findings {
		t.printFinding(indent, f)
	}
	for _, s := range k.steps() {
		t.paragraph(indent+t.style.bold("→ "), indent+"  ", capital(Sentence(s)))
	}
}

func (t *textSink) printFinding(indent string, f audit.Finding) {
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
	lines := wrap(Sentence(prose), t.o.Width-len(indent)-2)
	if head := Sentence(prose); len(indent)+width(mark)+24 <= t.o.Width {
		lines = wrap(head, t.o.Width-len(indent)-width(mark))
		for i, l := range lines {
			if i == 0 {
				t.line("%s%s%s", indent, t.style.severity(f.Severity, mark), l)
				continue
			}
			t.line("%s%s%s", indent, strings.Repeat(" ", width(mark)), l)
		}
		return
	}
	t.line("%s%s", indent, t.style.severity(f.Severity, strings.TrimRight(mark, " ")))
	for _, l := range lines {
		t.line("%s  %s", indent, l)
	}
}

// printOther prints findings that are about no key: vendors, waivers, the
// catalogue.
func (t auditText) printOther() {
	for i, f := range t.other {
		if i == 0 {
			t.heading("about no single key")
		}
		g := f
		g.Title = CleanName(f.Key) + ": " + f.Title
		t.printFinding("", g)
		if f.Remedy != "" && f.Waived == nil {
			t.paragraph("  "+t.style.bold("→ "), "    ", capital(Sentence(f.Remedy)))
		}
	}
}

func (t *textSink) printGaps(gaps []audit.Gap) {
	if len(gaps) == 0 {
		return
	}
	t.heading("could not be looked at")
	groups := map[string][]string{}
	var order []string
	for _, g := range gaps {
		prose := string(g.Kind) + ": " + g.Detail
		if groups[prose] == nil {
			order = append(order, prose)
		}
		groups[prose] = append(groups[prose], CleanName(g.Key))
	}
	t.printGroups(order, groups)
}

// printUnknowns prints what exchanges do not tell. What decides over money
// comes first.
func (t auditText) printUnknowns() {
	if len(t.Unknowns) == 0 {
		return
	}
	t.heading("not told, so not judged")
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

func (t *textSink) printGroups(order []string, keys map[string][]string) {
	for i, prose := range order {
		if !t.o.All && i == shortNotes {
			t.note("  ", fmt.Sprintf("… and %d more kinds; --all shows them", len(order)-i))
			return
		}
		names := keys[prose]
		more := ""
		if n := len(names); !t.o.All && n > 6 {
			names, more = names[:6], fmt.Sprintf(" and %d more", n-6)
		}
		t.paragraph("  ", "    ", strings.Join(names, ", ")+more+": "+Sentence(prose))
	}
}

func capital(prose string) string {
	r, size := utf8.DecodeRuneInString(prose)
	return string(unicode.ToUpper(r)) + prose[size:]
}
