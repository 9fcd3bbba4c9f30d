package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"rekey/audit"
	"rekey/internal/text"
)

// printDetails prints the keys to deal with, in order, with their findings and
// the next step.
func (s *auditScreen) printDetails() {
	shown := 0
	for _, k := range s.keys {
		if len(k.findings) == 0 && !s.show.Named {
			continue
		}
		if shown == 0 && !s.show.Named {
			s.Heading("fix first")
		}
		shown++
		s.printKey(k)
	}
}

func (s *auditScreen) printKey(k *keyView) {
	const indent = "  "
	if !s.show.Named || s.Height() > 0 {
		s.Line("")
	}
	s.Paragraph("", indent, s.Style.Bold(text.CleanName(k.name))+"  "+identity(k.Key))
	if k.Status.MayLive() && (k.Permissions != nil || k.Whitelist.Restricted.IsKnown()) {
		ends := endWords(k.Key)
		if ends != "" {
			ends = "; " + ends
		}
		s.Paragraph(indent, indent, text.Sentence(fmt.Sprintf("can %s; from %s; created %s%s",
			strings.ReplaceAll(mayWords(k.Key), ",", ", "), strings.Replace(fromWords(k.Whitelist), "ANYWHERE", "anywhere", 1),
			sinceWords(k.Key), ends)))
	}
	said, also := audit.Merged(k.findings)
	for _, f := range said {
		s.printFinding(indent, f, also[f.Rule]...)
	}
	if len(k.findings) == 0 {
		s.Paragraph(indent, indent, k.verdictWords())
	}
	for _, step := range k.steps() {
		s.Paragraph(indent+s.Style.Bold("→ "), indent+"  ", text.Capital(text.Sentence(step)))
	}
	if len(k.open()) > 0 {
		v, acts := verbFor(said[0], k)
		if !acts && k.Status.MayLive() && k.Name != "" { // a new key of its purpose replaces it
			v, acts = verb{command: "rotate"}, true
		}
		if acts {
			command := v.command + " " + cmp.Or(v.about, ShellWord(nicknames(s.Keys)(k.Key)))
			s.Line("%s%s", indent, s.Style.Bold(s.show.Command+" "+command))
		}
	}
}

// printFinding prints a finding; also are the rules and incidents that say the
// same.
func (t textWriter) printFinding(indent string, f audit.Finding, also ...string) {
	mark := fmt.Sprintf("%-8s %s  ", strings.ToUpper(f.Severity.String()), f.Rule)
	prose := text.Capital(f.Sentence())
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
	if len(also) > 0 {
		prose += " (also " + strings.Join(also, ", ") + ")"
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
func (s *auditScreen) printOther() {
	for i, f := range s.other {
		if i == 0 {
			s.Heading("about no single key")
		}
		g := f
		g.Title = text.CleanName(f.Key) + ": " + f.Title
		s.printFinding("", g)
		if f.Remedy != "" && f.Waived == nil {
			s.Paragraph("  "+s.Style.Bold("→ "), "    ", text.Capital(text.Sentence(f.Remedy)))
		}
	}
}

func (t textWriter) printGaps(gaps []audit.Gap) {
	if len(gaps) == 0 {
		return
	}
	t.Heading("unreachable")
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
func (s *auditScreen) printUnknowns() {
	if len(s.Unknowns) == 0 {
		return
	}
	heading := "couldn't check"
	if s.Options.Width > 43 {
		heading += " (exchange doesn't report it)"
	}
	s.Heading(heading)
	groups := s.untold("nothing about the key could be judged, see above")
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
	s.printGroups(order, keys)
}

func (t textWriter) printGroups(order []string, keys map[string][]string) {
	for i, prose := range order {
		if !t.Options.All && i == shortNotes {
			t.Note("  ", fmt.Sprintf("… and %d more kinds; --all shows them", len(order)-i))
			return
		}
		names := keys[prose]
		more := ""
		if n := len(names); !t.Options.All && n > shortNames {
			names, more = names[:shortNames], fmt.Sprintf(" and %d more", n-shortNames)
		}
		t.Paragraph("  ", "    ", strings.Join(names, ", ")+more+": "+text.Sentence(prose))
	}
}
