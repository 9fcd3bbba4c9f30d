package report

import (
	"fmt"
	"slices"
	"strings"
)

func (d *Document) pageAgainst() *pageAgainst {
	b := d.Baseline
	if b == nil {
		return nil
	}
	out := &pageAgainst{Day: at(b.StartedAt).Format("2006-01-02"), Known: counted(d.Summary.Known, "finding")}
	line := func(f findingDoc) pageFixed {
		return pageFixed{CleanName(f.Key), Sentence(f.Rule + " " + f.Title + " (was " + f.Severity + ")")}
	}
	for _, f := range b.Fixed {
		out.Fixed = append(out.Fixed, line(f))
	}
	for _, f := range b.Unseen {
		out.Unseen = append(out.Unseen, line(f))
	}
	return out
}

func (d *Document) pageGaps(keys []*keyView, gaps []gapDoc) []pageNote {
	for _, v := range keys {
		gaps = append(gaps, v.gaps...)
	}
	var out []pageNote
	for _, g := range gaps {
		out = append(out, pageNote{Word: strings.ReplaceAll(g.Kind, "_", " "), Keys: CleanName(g.Key), Text: Sentence(g.Detail)})
	}
	return out
}

// pageUnknowns groups what nobody told: one sentence for all keys that it is
// said of.
func (d *Document) pageUnknowns(keys []*keyView) []pageNote {
	blind := map[string]bool{}
	for _, v := range keys {
		blind[v.name] = len(v.gaps) > 0 && !v.report.Key.Permissions.IsKnown() && !v.report.Key.Whitelist.Restricted.IsKnown()
	}
	type group struct{ keys, rules []string }
	groups := map[string]*group{}
	named := map[[2]string]bool{}
	var order []string
	for _, u := range d.Unknowns {
		text := Sentence(u.Detail)
		if blind[u.Key] {
			text = "nothing about the key could be judged"
		}
		g := groups[text]
		if g == nil {
			g = &group{}
			groups[text] = g
			order = append(order, text)
		}
		if name := CleanName(u.Key); !named[[2]string{text, name}] {
			named[[2]string{text, name}] = true
			g.keys = append(g.keys, name)
		}
		if !slices.Contains(g.rules, u.Rule) {
			g.rules = append(g.rules, u.Rule)
		}
	}
	var out []pageNote
	for _, text := range order {
		g := groups[text]
		names := strings.Join(g.keys[:min(len(g.keys), 20)], ", ")
		if more := len(g.keys) - 20; more > 0 {
			names += fmt.Sprintf(" and %d more", more)
		}
		rules := Sentence(strings.Join(g.rules, ", "))
		if len(g.rules) > 8 {
			rules = fmt.Sprintf("%d rules", len(g.rules))
		}
		out = append(out, pageNote{Keys: names, Text: text, Word: rules})
	}
	return out
}
