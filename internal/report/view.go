package report

import (
	"slices"
	"strings"

	"rekey/audit"
)

// A keyView is a key of a document with all that is said about it.
type keyView struct {
	doc      keyDoc
	report   audit.KeyReport
	name     string // as findings name it; foreign text
	findings []findingDoc
	unknowns []unknownDoc
	gaps     []gapDoc
}

// views are the keys of a document in the order in which to deal with them,
// and the findings and gaps that are about none of them.
func (d *Document) views() (keys []*keyView, other []findingDoc, gaps []gapDoc) {
	byName := map[string]*keyView{}
	for _, k := range d.Keys {
		v := &keyView{doc: k, report: k.report()}
		v.name = v.report.DisplayName()
		keys = append(keys, v)
		if byName[v.name] == nil {
			byName[v.name] = v
		}
	}
	for _, f := range d.Findings {
		if v := byName[f.Key]; v != nil {
			v.findings = append(v.findings, f)
		} else {
			other = append(other, f)
		}
	}
	for _, u := range d.Unknowns {
		if v := byName[u.Key]; v != nil {
			v.unknowns = append(v.unknowns, u)
		}
	}
	for _, g := range d.Gaps {
		if v := byName[g.Key]; v != nil {
			v.gaps = append(v.gaps, g)
		} else {
			gaps = append(gaps, g)
		}
	}
	place := func(v *keyView) int {
		switch {
		case v.doc.Place != nil:
			return *v.doc.Place
		case v.report.Key.Status.MayLive():
			return len(keys) + 1
		}
		return len(keys) + 2
	}
	slices.SortStableFunc(keys, func(a, b *keyView) int { return place(a) - place(b) })
	for _, v := range keys {
		slices.SortStableFunc(v.findings, worstFirst)
	}
	return keys, other, gaps
}

// worstFirst puts waived findings last, and among equals what decides over
// money first.
func worstFirst(a, b findingDoc) int {
	if (a.Waived == nil) != (b.Waived == nil) {
		if a.Waived == nil {
			return -1
		}
		return 1
	}
	if d := severityOf(b.Severity) - severityOf(a.Severity); d != 0 {
		return int(d)
	}
	return weight([]string{a.Rule}) - weight([]string{b.Rule})
}

// worst is the worst severity of what is not waived.
func (v *keyView) worst() audit.Severity {
	out := audit.None
	for _, f := range v.findings {
		if f.Waived == nil {
			out = max(out, severityOf(f.Severity))
		}
	}
	return out
}

// verdict is the worst finding in a word, or why there is none.
func (v *keyView) verdict() string {
	worst := v.worst()
	unsure := len(v.unknowns)+len(v.gaps) > 0
	switch {
	case worst > audit.Info || worst == audit.Info && !unsure:
		return worst.String()
	case v.doc.Known > 0:
		return "known"
	case !v.report.Key.Status.MayLive():
		return "ended"
	case unsure:
		return "unknown"
	}
	return "nothing"
}

// steps are what to do about the key, the worst finding's first.
func (v *keyView) steps() []string {
	var out []string
	for _, f := range v.findings {
		if f.Waived == nil && f.Remedy != "" && !slices.Contains(out, f.Remedy) && len(out) < 3 {
			out = append(out, f.Remedy)
		}
	}
	return out
}

// fails reports whether a finding reaches the threshold of its audit.
func (d *Document) fails(f findingDoc) bool {
	threshold := severityOf(d.Summary.FailOn)
	return f.Waived == nil && threshold != audit.None && severityOf(f.Severity) >= threshold
}

// sentence is what a finding says, in one.
func (f findingDoc) sentence() string {
	text := f.Title
	if f.Detail != "" {
		text += ": " + f.Detail
	}
	return text
}

// place is where the key of a finding is declared: the line of rekey.yaml, or
// its first line for what no line of it declares.
func (d *Document) place(key string, lines map[string]declaredDoc) (file string, line, column int) {
	if p, ok := lines[key]; ok {
		return told(p.File), max(p.Line, 1), max(p.Column, 1)
	}
	if file = told(d.Config); file == "" {
		file = "rekey.yaml" // where it should stand
	}
	return file, 1, 1
}

// lines are the places of the keys that rekey.yaml declares.
func (d *Document) lines() map[string]declaredDoc {
	out := map[string]declaredDoc{}
	for _, k := range d.Keys {
		if k.Declared != nil && k.Declared.File != nil && k.Name != nil {
			out[*k.Name] = *k.Declared
		}
	}
	return out
}

// joined writes a list of foreign words.
func joined(list []string) string {
	clean := make([]string, len(list))
	for i, w := range list {
		clean[i] = Clean(w)
	}
	return strings.Join(clean, ", ")
}
