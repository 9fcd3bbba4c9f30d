package catalogue

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"rekey/audit"
)

// idForm is what an ID may look like: it is typed on a command line and named
// in reports.
const idForm = `^[a-z0-9][a-z0-9.-]{0,63}$`

// incident reads one entry. What the matcher judges by is required, so that a
// gap in it is a decision and not a slip; the rest may be missing, since people
// write their own entries in a hurry.
func (r *reader) incident(n *yaml.Node) audit.Incident {
	var in audit.Incident
	r.mapping(n, fields{
		"id":                 required(func(v *yaml.Node) { in.ID = r.id(v) }),
		"title":              required(func(v *yaml.Node) { in.Title = r.word(v) }),
		"state":              optional(func(v *yaml.Node) { in.Suspected = r.suspected(v) }),
		"category":           optional(func(v *yaml.Node) { in.Category = r.word(v) }),
		"vendor":             optional(func(v *yaml.Node) { in.Vendor = r.word(v) }),
		"aliases":            optional(func(v *yaml.Node) { in.Aliases = r.lower(v) }),
		"exchanges":          required(func(v *yaml.Node) { in.Exchanges = r.lower(v) }),
		"key_exposure":       required(func(v *yaml.Node) { in.Exposure = r.exposure(v) }),
		"leaked":             optional(func(v *yaml.Node) { in.Leaked = r.lower(v) }),
		"applies_if":         required(func(v *yaml.Node) { in.Links = r.links(v) }),
		"exposure":           required(func(v *yaml.Node) { r.window(v, &in) }),
		"key_created_before": optional(func(v *yaml.Node) { in.CreatedBefore = r.start(v) }),
		"first_abuse":        optional(func(v *yaml.Node) { in.FirstAbuse = r.start(v) }),
		"disclosed":          optional(func(v *yaml.Node) { in.Disclosed = r.start(v) }),
		"review_from":        optional(func(v *yaml.Node) { in.ReviewFrom = r.start(v) }),
		"severity":           required(func(v *yaml.Node) { in.Severity = r.severity(v) }),
		"actions":            required(func(v *yaml.Node) { in.Actions = r.actions(v) }),
		"abused_symbols":     optional(func(v *yaml.Node) { in.Symbols = r.symbols(v) }),
		"sources":            optional(func(v *yaml.Node) { in.Sources = r.sources(v) }),
		"notes":              optional(func(v *yaml.Node) { in.Notes = strings.TrimSpace(r.text(v)) }),
	})
	if len(in.Exchanges) == 0 && in.Exposure != audit.NoKeys {
		r.fail(n, `exchanges is empty: name them, or write ["*"] for all`)
	}
	return in
}

func (r *reader) id(n *yaml.Node) string {
	id := r.word(n)
	if !regexp.MustCompile(idForm).MatchString(id) {
		r.fail(n, "an id is made of a-z, 0-9, dot and hyphen, at most 64 of them")
	}
	return id
}

// suspected reads the state of an incident. Without one it is a fact.
func (r *reader) suspected(n *yaml.Node) bool {
	state := r.text(n)
	if state != "suspected" && state != "confirmed" {
		r.fail(n, "state is %s, and may be suspected or confirmed", strconv.Quote(shortened(state)))
	}
	return state == "suspected"
}

func (r *reader) exposure(n *yaml.Node) audit.Exposure {
	word := audit.Exposure(r.text(n))
	if !slices.Contains([]audit.Exposure{audit.Confirmed, audit.Probable, audit.Possible, audit.NoKeys}, word) {
		r.fail(
			n,
			"key_exposure is %s, and may be confirmed, probable, possible or none",
			strconv.Quote(shortened(string(word))),
		)
	}
	return word
}

func (r *reader) severity(n *yaml.Node) audit.Severity {
	s, err := audit.ParseSeverity(r.text(n))
	if err != nil || s == audit.None {
		r.fail(n, "severity is one of critical, high, medium, low, info")
	}
	return s
}

// lower reads names, which are compared and therefore written in lower case.
func (r *reader) lower(n *yaml.Node) []string {
	out := r.texts(n)
	for i, w := range out {
		if w != strings.ToLower(w) {
			r.fail(n.Content[i], "write %q in lower case", shortened(w))
		}
	}
	return out
}

// window reads the time in which an attacker could have read a key.
func (r *reader) window(n *yaml.Node, in *audit.Incident) {
	r.mapping(n, fields{
		"from":  required(func(v *yaml.Node) { in.From = r.start(v) }),
		"until": required(func(v *yaml.Node) { in.Until = r.end(v) }),
		"basis": required(func(v *yaml.Node) { in.Basis = r.word(v) }),
	})
	if !in.Until.IsZero() && in.Until.Before(in.From) {
		r.fail(n, "the exposure ends before it begins")
	}
}

func (r *reader) links(n *yaml.Node) []audit.Link {
	var out []audit.Link
	for _, item := range r.list(n, maxItems) {
		var l audit.Link
		r.mapping(item, fields{
			"type": required(func(v *yaml.Node) {
				l.Type = r.word(v)
				if !slices.ContainsFunc(audit.LinkTypes(), func(t audit.LinkType) bool { return t.Name == l.Type }) {
					r.fail(v, "no link is of type %q (%s)", shortened(l.Type), linkNames())
				}
			}),
			"value": required(func(v *yaml.Node) { l.Value = r.word(v) }),
		})
		out = append(out, l)
	}
	if len(out) == 0 {
		r.fail(n, "applies_if is empty: nothing would ever be linked with this incident")
	}
	return out
}

func linkNames() string {
	var names []string
	for _, t := range audit.LinkTypes() {
		names = append(names, t.Name)
	}
	return strings.Join(names, ", ")
}

func (r *reader) actions(n *yaml.Node) []string {
	out := r.texts(n)
	for i, a := range out {
		if _, ok := audit.ActionText(a); !ok {
			r.fail(n.Content[i], "no action is called %q", shortened(a))
		}
	}
	if len(out) == 0 {
		r.fail(n, "actions is empty: write [NONE] where nothing is to be done")
	}
	return out
}

func (r *reader) symbols(n *yaml.Node) map[string][]string {
	if !r.plain(n) {
		return nil
	}
	if n.Kind != yaml.MappingNode {
		r.fail(n, "expected exchanges with lists of symbols, found %s", kindOf(n))
		return nil
	}
	out := map[string][]string{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		exchange := r.word(n.Content[i])
		if _, twice := out[exchange]; twice {
			r.fail(n.Content[i], "exchange %q is here twice", shortened(exchange))
		}
		out[exchange] = r.texts(n.Content[i+1])
	}
	return out
}

func (r *reader) sources(n *yaml.Node) []audit.IncidentSource {
	var out []audit.IncidentSource
	for _, item := range r.list(n, maxItems) {
		var s audit.IncidentSource
		r.mapping(item, fields{
			"kind": required(func(v *yaml.Node) { s.Kind = r.word(v) }),
			"url": required(func(v *yaml.Node) {
				s.URL = r.word(v)
				if u, err := url.Parse(s.URL); err != nil || u.Scheme != "https" || u.Host == "" {
					r.fail(v, "a source is an https address")
				}
			}),
		})
		out = append(out, s)
	}
	return out
}
