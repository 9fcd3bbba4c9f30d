package report

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strconv"
	"strings"

	"rekey/audit"
	"rekey/internal/text"
)

//go:embed page
var pageFiles embed.FS

// How much of a big desk the page shows. Its table has every key in any case.
const (
	htmlDetails = 200 // keys in full
	htmlDrawn   = 40  // keys in the drawings
)

// printHTML prints one page that holds everything it needs: it loads nothing,
// runs nothing, and its policy forbids both. Foreign text is cleaned and then
// escaped by html/template; drawings are made by templates too.
func printHTML(w io.Writer, r *audit.Result, o Options) error {
	style, err := pageFiles.ReadFile("page/style.css")
	if err != nil {
		return err
	}
	t := template.New("")
	for _, name := range []string{"page", "map", "timeline"} {
		prose, err := pageFiles.ReadFile("page/" + name + ".html")
		if err != nil {
			return err
		}
		// The style is text of the template, so that the page holds it byte
		// for byte and the hash of the policy fits.
		if t, err = t.Parse(strings.Replace(string(prose), `{{template "style"}}`, string(style), 1)); err != nil {
			return err
		}
	}
	p := newView(r).page(o)
	sum := sha256.Sum256(style)
	p.StyleHash = "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
	return t.ExecuteTemplate(w, "page", p)
}

// A page is everything that the template shows, cleaned.
type page struct {
	StyleHash, Day, Verdict, When, Config, Ending, Version string
	Interrupted                                            bool
	Tiles                                                  []tile
	Parts                                                  []part
	Against                                                *pageAgainst
	First                                                  *pageKey
	Urgent                                                 []pageKey
	UrgentLeft                                             string
	Other                                                  []pageFinding
	Map                                                    *reachMap
	Time                                                   *pageTime
	Gaps, Unknowns                                         []pageNote
	All                                                    []pageKey
}

type (
	tile struct {
		N           int
		Word, Class string
	}
	part        struct{ ID, Title string }
	pageAgainst struct {
		Day, Known    string
		Fixed, Unseen []pageFixed
	}
	pageFixed   struct{ Key, Text string }
	pageFinding struct{ Class, Word, Rule, About, Text, Note, Remedy string }
	pageNote    struct{ Word, Keys, Text string }
	pageKey     struct {
		ID, Row, Class, Place, Name, Worst, Identity, Exchange, Status, May, From, Since, Ends, Owner, Where string
		Open                                                                                                 bool
		Findings                                                                                             []pageFinding
		Steps                                                                                                []string
	}
	pageTime struct {
		Wide, Narrow timeline
		Caption      string
	}
)

func (d *view) page(o Options) *page {
	s := d.Summary
	p := &page{
		Day: d.StartedAt.Format(
			"2006-01-02",
		), When: d.StartedAt.Format("2006-01-02 15:04 UTC"), Config: text.Sentence(string(d.Config)),
		Ending: text.Capital(
			ending(s),
		), Version: text.Clean(d.Tool.Version), Interrupted: s.ExitCode == audit.Interrupted, Against: d.pageAgainst(),
		Tiles: []tile{
			{s.Critical, "critical", "critical"},
			{s.High, "high", "high"},
			{s.Medium, "medium", "medium"},
			{s.Low, "low", "low"},
			{s.Info, "info", "info"},
			{s.Waived, "waived", "waived"},
			{s.Unknowns, "checks not possible", "unknown"},
			{s.Gaps, "unreachable", "unknown"},
		},
		Gaps: d.pageGaps(), Unknowns: d.pageUnknowns(),
	}
	urgent := 0
	for i, v := range d.keys {
		k := newPageKey(i, v)
		full := len(v.findings) > 0 && (o.All || len(p.Urgent) < htmlDetails)
		if !full { // links lead to its row
			k.Row = k.ID
		}
		p.All = append(p.All, k)
		if len(v.findings) == 0 {
			continue
		}
		if v.Place.IsKnown() {
			urgent++
		}
		if full {
			p.Urgent = append(p.Urgent, k)
		} else {
			p.UrgentLeft = fmt.Sprintf("The first %d keys; --all shows the others in full too. The table below "+
				"has every key.", htmlDetails)
		}
	}
	for _, f := range d.other {
		g := newPageFinding(f)
		g.About = text.CleanName(f.Key)
		if f.Waived == nil {
			g.Remedy = text.Capital(text.Sentence(f.Remedy))
		}
		p.Other = append(p.Other, g)
	}
	p.Verdict = d.verdict(urgent)
	if urgent > 0 {
		p.First = &p.Urgent[0]
	}
	drawn := d.keys[:min(len(d.keys), htmlDrawn)]
	p.Map, p.Time = reach(drawn, len(d.keys)), d.pageTime(drawn)
	p.Parts = p.parts()
	return p
}

// verdict is the answer that the page begins with.
func (d *view) verdict(urgent int) string {
	unseen := ""
	if n := d.Summary.Gaps; n > 0 {
		unseen = fmt.Sprintf(" %s could not be reached.", text.Count(n, "thing"))
	}
	switch {
	case urgent > 0 && d.Baseline != nil:
		return fmt.Sprintf("New or worse at %s.%s", text.Count(urgent, "key"), unseen)
	case urgent > 0:
		return fmt.Sprintf("Deal with %s.%s", text.Count(urgent, "key"), unseen)
	case d.Baseline != nil:
		return "Nothing new and nothing worse." + unseen
	case d.Summary.Keys == 0:
		return "No keys." + unseen
	}
	if n := d.Summary.Unknowns; n > 0 {
		unseen += fmt.Sprintf(" %s not possible.", text.Count(n, "check"))
	}
	return "No key to deal with." + unseen
}

func (p *page) parts() []part {
	var out []part
	for _, c := range []struct {
		there bool
		part
	}{
		{p.Against != nil, part{"since", "Since the last time"}},
		{p.Map != nil, part{"reach", "Map of reach"}},
		{p.Time != nil, part{"time", "Ages and incidents"}},
		{len(p.Urgent) > 0, part{"first", "What to do"}},
		{len(p.Other) > 0, part{"other", "About no key"}},
		{len(p.Gaps) > 0, part{"gaps", "Unreachable"}},
		{len(p.Unknowns) > 0, part{"untold", "Not told"}},
		{len(p.All) > 0, part{"all", "Every key"}},
	} {
		if c.there {
			out = append(out, c.part)
		}
	}
	return out
}

func newPageKey(i int, v *keyView) pageKey {
	k := pageKey{
		ID: "key-" + strconv.Itoa(
			i+1,
		), Class: v.verdict(), Name: text.CleanName(v.name), Worst: v.verdict(), Identity: identity(v.Key),
		Exchange: text.Clean(v.Exchange), Status: statusWord(v.Status), May: strings.ReplaceAll(mayWords(v.Key), ",", ", "),
		From: fromWords(v.Whitelist), Since: sinceWords(v.Key), Ends: text.Sentence(endWords(v.Key)),
	}
	if restricted, known := v.Whitelist.Restricted.Get(); known && !restricted {
		k.Open, k.From = true, "anywhere"
	}
	if n, placed := v.Place.Get(); placed {
		k.Place = strconv.Itoa(n)
	}
	if in := v.Declared; in != nil {
		k.Owner = text.Clean(string(in.Owner))
		if in.File != "" && in.Line > 0 {
			k.Where = fmt.Sprintf("%s line %d", text.Sentence(string(in.File)), in.Line)
		}
	}
	for _, f := range v.findings {
		k.Findings = append(k.Findings, newPageFinding(f))
	}
	for _, s := range v.steps() {
		k.Steps = append(k.Steps, text.Capital(text.Sentence(s)))
	}
	return k
}

func newPageFinding(f audit.Finding) pageFinding {
	g := pageFinding{
		Class: f.Severity.String(),
		Word:  f.Severity.String(),
		Rule:  text.Clean(f.Rule),
		Text:  text.Capital(text.Sentence(f.Sentence())),
	}
	switch f.Change {
	case audit.New:
		g.Note = "New."
	case audit.Worse:
		g.Note = "Worse: was " + wasWord(f) + "."
	}
	if w := f.Waived; w != nil {
		g.Class, g.Word, g.Note = "waived", "waived", text.Sentence("Until "+w.Until.String()+" by "+w.Owner+": "+w.Reason)
	}
	return g
}

func (d *view) pageAgainst() *pageAgainst {
	b := d.Baseline
	if b == nil {
		return nil
	}
	out := &pageAgainst{Day: b.StartedAt.Format("2006-01-02"), Known: text.Count(d.Summary.Known, "finding")}
	line := func(f audit.Finding) pageFixed {
		return pageFixed{text.CleanName(f.Key), text.Sentence(f.Rule + " " + f.Title + " (was " + f.Severity.String() + ")")}
	}
	for _, f := range b.Fixed {
		out.Fixed = append(out.Fixed, line(f))
	}
	for _, f := range b.Unseen {
		out.Unseen = append(out.Unseen, line(f))
	}
	return out
}

func (d *view) pageGaps() []pageNote {
	var out []pageNote
	for _, g := range d.allGaps() {
		out = append(
			out,
			pageNote{
				Word: strings.ReplaceAll(string(g.Kind), "_", " "),
				Keys: text.CleanName(g.Key),
				Text: text.Sentence(g.Detail),
			},
		)
	}
	return out
}

// pageUnknowns are what nobody told.
func (d *view) pageUnknowns() []pageNote {
	var out []pageNote
	for _, g := range d.untold("nothing about the key could be judged") {
		names := strings.Join(g.keys[:min(len(g.keys), 20)], ", ")
		if more := len(g.keys) - 20; more > 0 {
			names += fmt.Sprintf(" and %d more", more)
		}
		rules := text.Sentence(strings.Join(g.rules, ", "))
		if len(g.rules) > 8 {
			rules = fmt.Sprintf("%d rules", len(g.rules))
		}
		out = append(out, pageNote{Keys: names, Text: text.Sentence(g.text), Word: rules})
	}
	return out
}
