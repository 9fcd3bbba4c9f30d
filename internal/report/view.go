package report

import (
	"cmp"
	"slices"
	"strings"

	"rekey/audit"
	"rekey/internal/text"
)

// A keyView is a key of an audit with all that is said about it.
type keyView struct {
	audit.Key
	name     string // as findings name it; foreign text
	findings []audit.Finding
	unknowns []audit.Unknown
	gaps     []audit.Gap
}

// A view is an audit in the order in which to deal with it.
type view struct {
	*audit.Result
	keys  []*keyView
	other []audit.Finding // about none of the keys
	gaps  []audit.Gap     // about none of the keys
}

// newView sorts what an audit says by key, the most urgent key first, those
// that have ended last. What is said of a name that two keys have is said of
// both.
func newView(r *audit.Result) *view {
	v := &view{Result: r}
	byName := map[string][]*keyView{}
	for _, k := range r.Keys {
		key := &keyView{Key: k, name: k.DisplayName()}
		v.keys = append(v.keys, key)
		byName[key.name] = append(byName[key.name], key)
	}
	for _, f := range r.Findings {
		for _, k := range byName[f.Key] {
			k.findings = append(k.findings, f)
		}
		if byName[f.Key] == nil {
			v.other = append(v.other, f)
		}
	}
	for _, u := range r.Unknowns {
		for _, k := range byName[u.Key] {
			k.unknowns = append(k.unknowns, u)
		}
	}
	for _, g := range r.Gaps {
		for _, k := range byName[g.Key] {
			k.gaps = append(k.gaps, g)
		}
		if byName[g.Key] == nil {
			v.gaps = append(v.gaps, g)
		}
	}
	last := len(v.keys) + 1
	place := func(k *keyView) int {
		n, placed := k.Place.Get()
		switch {
		case placed:
			return n
		case k.Status.MayLive():
			return last
		}
		return last + 1
	}
	slices.SortStableFunc(v.keys, func(a, b *keyView) int { return cmp.Compare(place(a), place(b)) })
	for _, k := range v.keys {
		slices.SortStableFunc(k.findings, worstFirst)
	}
	return v
}

// allGaps are the gaps about no key, and then those of the keys.
func (v *view) allGaps() []audit.Gap {
	out := slices.Clone(v.gaps)
	said := map[audit.Gap]bool{}
	for _, k := range v.keys {
		for _, g := range k.gaps {
			if !said[g] { // of two keys with one name, once
				out = append(out, g)
			}
		}
		for _, g := range k.gaps {
			said[g] = true
		}
	}
	return out
}

// worstFirst puts waived findings last, and among equals what decides over
// money first.
func worstFirst(a, b audit.Finding) int {
	waived := func(f audit.Finding) int {
		if f.Waived != nil {
			return 1
		}
		return 0
	}
	return cmp.Or(
		cmp.Compare(waived(a), waived(b)), cmp.Compare(b.Severity, a.Severity),
		cmp.Compare(weight([]string{a.Rule}), weight([]string{b.Rule})))
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

// open returns the findings that are not waived.
func (v *keyView) open() []audit.Finding {
	n := slices.IndexFunc(v.findings, func(f audit.Finding) bool { return f.Waived != nil })
	if n < 0 {
		return v.findings
	}
	return v.findings[:n]
}

// worst is the worst severity of what is not waived.
func (v *keyView) worst() audit.Severity {
	if open := v.open(); len(open) > 0 {
		return open[0].Severity
	}
	return audit.None
}

// unsure reports whether there is a gap, or a rule that could not judge.
func (v *keyView) unsure() bool { return len(v.unknowns)+len(v.gaps) > 0 }

// blind reports whether the key could not be looked at and nothing is known of
// it.
func (v *keyView) blind() bool {
	return len(v.gaps) > 0 && v.Permissions == nil && !v.Whitelist.Restricted.IsKnown()
}

// verdict is the worst finding in a word, or why there is none: nothing was
// found, or there was nothing to find it in, or not everything could be judged.
func (v *keyView) verdict() string {
	worst := v.worst()
	switch {
	case worst > audit.Info || worst == audit.Info && !v.unsure():
		return worst.String()
	case v.Known > 0: // of the baseline, and still there
		return "known"
	case !v.Status.MayLive():
		return "ended"
	case v.unsure():
		return "unknown"
	}
	return "nothing"
}

// verdictWords says in a sentence why a key has no finding.
func (v *keyView) verdictWords() string {
	switch v.verdict() {
	case "known":
		return "Nothing new: " + text.Count(v.Known, "finding") + " known from the baseline."
	case "ended":
		return "The key has ended (" + statusWord(v.Status) + "); no problem found."
	case "nothing":
		return "No problem found."
	}
	if v.blind() {
		return "Could not be reached: nothing is known of it."
	}
	return "No problem found; " + text.Count(len(v.unknowns), "check") + " not possible."
}

// steps are what to do about the key: the remedies of the findings that are not
// waived, the worst finding's first, each once, three at most.
func (v *keyView) steps() []string {
	var out []string
	said, _ := audit.Merged(v.open())
	for _, f := range said {
		if f.Remedy != "" && !slices.Contains(out, f.Remedy) && len(out) < 3 {
			out = append(out, f.Remedy)
		}
	}
	return out
}

// why names the worst finding's rule, and how many findings more there are.
func (v *keyView) why() string {
	open := v.open()
	if len(open) == 0 {
		return ""
	}
	return open[0].Rule + andMore(len(open)-1)
}

// A untold is one sentence about what nobody said, with the keys and rules that
// it is said of.
type untold struct {
	text        string
	keys, rules []string // keys by their clean names
}

// untold groups what nobody said: the same sentence for twenty keys is one
// line. For a key of which nothing is known, text stands for all its rules.
func (v *view) untold(prose string) []*untold {
	blind := map[string]bool{}
	for _, k := range v.keys {
		blind[k.name] = k.blind()
	}
	groups, named := map[string]*untold{}, map[[2]string]bool{}
	var out []*untold
	for _, u := range v.Unknowns {
		said := u.Detail
		if blind[u.Key] {
			said = prose
		}
		g := groups[said]
		if g == nil {
			g = &untold{text: said}
			groups[said] = g
			out = append(out, g)
		}
		if name := text.CleanName(u.Key); !named[[2]string{said, name}] {
			named[[2]string{said, name}] = true
			g.keys = append(g.keys, name)
		}
		if !slices.Contains(g.rules, u.Rule) {
			g.rules = append(g.rules, u.Rule)
		}
	}
	return out
}

// places are where the keys that rekey.yaml declares stand in it, by name.
func places(r *audit.Result) map[string]audit.Declared {
	out := map[string]audit.Declared{}
	for _, k := range r.Keys {
		if k.Declared != nil && k.Declared.File != "" && k.Name != "" {
			out[string(k.Name)] = *k.Declared
		}
	}
	return out
}

// placeOf is the line of rekey.yaml that declares the key of a finding, or its
// first line for what no line of it declares.
func placeOf(r *audit.Result, key string, places map[string]audit.Declared) (file string, line, column int) {
	if p, ok := places[key]; ok {
		return string(p.File), max(p.Line, 1), max(p.Column, 1)
	}
	return string(cmp.Or(r.Config, "rekey.yaml")), 1, 1 // where it should stand
}
