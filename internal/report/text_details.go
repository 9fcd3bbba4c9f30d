package report

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"rekey/audit"
	"rekey/exchanges"
)

// printDetails prints the keys to deal with, in order, with their findings and
// the next step.
func (t *textSink) printDetails(keys []audit.KeyReport) {
	shown, left := 0, 0
	for i, k := range keys {
		findings := t.of(k.DisplayName())
		if len(findings) == 0 {
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
		if worst(findings) > audit.Info { // as in the table
			number = strconv.Itoa(i+1) + "."
		}
		t.printKey(number, k, findings)
	}
	if left > 0 {
		t.line("")
		t.note("", fmt.Sprintf("… and %s more with findings; --all shows them", counted(left, "key")))
	}
}

func (t *textSink) printKey(number string, k audit.KeyReport, findings []audit.Finding) {
	number = fmt.Sprintf("%3s ", number)
	indent := blanks(len(number))
	t.line("")
	t.paragraph(number, indent, t.style.bold(CleanName(k.DisplayName()))+"  "+identity(k))
	if k.Key.Status.MayLive() && (k.Key.Permissions.IsKnown() || k.Key.Whitelist.Restricted.IsKnown()) {
		t.paragraph(indent, indent, fmt.Sprintf("may %s; from %s; since %s%s",
			strings.ReplaceAll(mayWords(k.Key), ",", ", "), strings.ToLower(fromWords(k.Key.Whitelist)), sinceWords(k), t.endWords(k)))
	}
	for _, f := range findings {
		t.printFinding(indent, f)
	}
	if steps := nextSteps(findings); len(steps) > 0 {
		for _, s := range steps {
			t.paragraph(indent+t.style.bold("→ "), indent+"  ", capital(Sentence(s)))
		}
	}
}

func (t *textSink) printFinding(indent string, f audit.Finding) {
	mark := fmt.Sprintf("%-8s %s  ", strings.ToUpper(f.Severity.String()), f.Rule)
	text := f.Title
	if f.Detail != "" {
		text += ": " + f.Detail
	}
	switch f.Change {
	case audit.New:
		text = "new: " + text
	case audit.Worse:
		text = "worse, was " + f.Was.String() + ": " + text
	}
	if w := f.Waived; w != nil {
		mark = fmt.Sprintf("%-8s %s  ", "waived", f.Rule)
		text += fmt.Sprintf(" (until %s by %s: %s)", w.Until.UTC().Format(time.DateOnly), w.Owner, w.Reason)
	}
	lines := wrap(Sentence(text), t.o.Width-len(indent)-2)
	if head := Sentence(text); len(indent)+width(mark)+24 <= t.o.Width {
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

// worst is the worst severity of the findings that are not waived.
func worst(findings []audit.Finding) audit.Severity {
	out := audit.None
	for _, f := range findings {
		if f.Waived == nil {
			out = max(out, f.Severity)
		}
	}
	return out
}

// nextSteps are the remedies of the findings that are not waived, the worst
// finding's first, each once, three at most.
func nextSteps(findings []audit.Finding) []string {
	var out []string
	for _, f := range findings {
		if f.Waived == nil && f.Remedy != "" && !slices.Contains(out, f.Remedy) && len(out) < 3 {
			out = append(out, f.Remedy)
		}
	}
	return out
}

func identity(k audit.KeyReport) string {
	ref := k.Key.Ref
	parts := []string{ref.Exchange}
	if ref.AccessKey != "" {
		parts = append(parts, exchanges.MaskAccessKey(ref.AccessKey))
	}
	if k.Key.Label != "" {
		parts = append(parts, "“"+Clean(k.Key.Label)+"”")
	}
	switch ref.Account.Kind {
	case exchanges.AccountMaster:
		parts = append(parts, "master account")
	case exchanges.AccountSub:
		parts = append(parts, strings.TrimSpace("sub-account "+Clean(ref.Account.Name)))
	case exchanges.AccountUnknown:
	}
	if k.Key.SpecialMargin {
		parts = append(parts, "margin special key")
	}
	if frozen, _ := ref.Account.Frozen.Get(); frozen {
		parts = append(parts, "account frozen")
	}
	if len(k.Inventory.SharedWith) > 0 {
		parts = append(parts, "given to "+Clean(strings.Join(k.Inventory.SharedWith, ", ")))
	}
	if k.Key.Status != exchanges.StatusAlive {
		parts = append(parts, statusWord(k.Key.Status))
	}
	return strings.Join(parts, ", ")
}

// endWords says when the key ends, as far as anybody knows.
func (t *textSink) endWords(k audit.KeyReport) string {
	if at, known := k.Key.ExpiresAt.Get(); known {
		if k.Key.EndsTrading {
			return "; trading ends " + at.UTC().Format(time.DateOnly)
		}
		return "; ends " + at.UTC().Format(time.DateOnly)
	}
	if d := k.Derived; d != nil {
		if d.IfIdle {
			return fmt.Sprintf("; ends %s if unused (by rule %s)", d.At.UTC().Format(time.DateOnly), d.Rule)
		}
		return fmt.Sprintf("; trading ends %s (by rule %s)", d.At.UTC().Format(time.DateOnly), d.Rule)
	}
	return ""
}

// printOther prints findings that are about no key: vendors, waivers, the
// catalogue.
func (t *textSink) printOther() {
	names := map[string]bool{}
	for _, k := range t.keys {
		names[k.DisplayName()] = true
	}
	first := true
	for _, f := range t.findings {
		if names[f.Key] {
			continue
		}
		if first {
			t.heading("about no single key")
			first = false
		}
		g := f
		g.Title = CleanName(f.Key) + ": " + f.Title
		t.printFinding("", g)
		if f.Remedy != "" && f.Waived == nil {
			t.paragraph("  "+t.style.bold("→ "), "    ", capital(Sentence(f.Remedy)))
		}
	}
}

func (t *textSink) printGaps() {
	if len(t.gaps) == 0 {
		return
	}
	t.heading("could not be looked at")
	groups := map[string][]string{}
	var order []string
	for _, g := range t.gaps {
		text := string(g.Kind) + ": " + g.Detail
		if groups[text] == nil {
			order = append(order, text)
		}
		groups[text] = append(groups[text], CleanName(g.Key))
	}
	t.printGroups(order, groups)
}

// printUnknowns groups what exchanges do not tell: the same sentence for
// twenty keys is one line. What decides over money comes first.
func (t *textSink) printUnknowns() {
	if len(t.unknowns) == 0 {
		return
	}
	t.heading("not told, so not judged")
	keys, rules := map[string][]string{}, map[string][]string{}
	var order []string
	blind := t.blind()
	named := map[[2]string]bool{}
	for _, u := range t.unknowns {
		text := u.Detail
		if blind[u.Key] { // one line for all its rules: there was nothing to judge
			text = "nothing about the key could be judged, see above"
		}
		if keys[text] == nil {
			order = append(order, text)
		}
		if name := CleanName(u.Key); !named[[2]string{text, name}] {
			named[[2]string{text, name}] = true
			keys[text] = append(keys[text], name)
		}
		if !slices.Contains(rules[text], u.Rule) {
			rules[text] = append(rules[text], u.Rule)
		}
	}
	slices.SortStableFunc(order, func(a, b string) int {
		return cmp.Or(cmp.Compare(weight(rules[a]), weight(rules[b])), cmp.Compare(len(keys[b]), len(keys[a])))
	})
	groups := map[string][]string{}
	for i, text := range order {
		slices.Sort(rules[text])
		order[i] = text + " (" + strings.Join(rules[text], ", ") + ")"
		if len(rules[text]) > 8 {
			order[i] = fmt.Sprintf("%s (%d rules)", text, len(rules[text]))
		}
		groups[order[i]] = keys[text]
	}
	t.printGroups(order, groups)
}

// blind returns the keys that could not be looked at and of which nothing is
// known.
func (t *textSink) blind() map[string]bool {
	gaps := map[string]bool{}
	for _, g := range t.gaps {
		gaps[g.Key] = true
	}
	out := map[string]bool{}
	for _, k := range t.keys {
		name := k.DisplayName()
		out[name] = gaps[name] && !k.Key.Permissions.IsKnown() && !k.Key.Whitelist.Restricted.IsKnown()
	}
	return out
}

// weight orders groups of rules: leaks, then reach, then power, then the rest.
func weight(rules []string) int {
	least := 5
	for _, r := range rules {
		for i, group := range []string{"INC", "NET", "PERM", "INV-01"} {
			if strings.HasPrefix(r, group) {
				least = min(least, i)
			}
		}
	}
	return least
}

func (t *textSink) printGroups(order []string, keys map[string][]string) {
	for i, text := range order {
		if !t.o.All && i == shortNotes {
			t.note("  ", fmt.Sprintf("… and %d more kinds; --all shows them", len(order)-i))
			return
		}
		names := keys[text]
		more := ""
		if n := len(names); !t.o.All && n > 6 {
			names, more = names[:6], fmt.Sprintf(" and %d more", n-6)
		}
		t.paragraph("  ", "    ", strings.Join(names, ", ")+more+": "+Sentence(text))
	}
}

func capital(text string) string {
	r, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(r)) + text[size:]
}
