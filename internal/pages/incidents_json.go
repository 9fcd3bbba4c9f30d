package pages

import (
	"time"

	"rekey/audit"
)

// incidentsDoc is the JSON document of `rekey incidents`. A null time is not
// known, and never means that there is no limit.
type incidentsDoc struct {
	SchemaVersion int           `json:"schema_version"`
	Tool          audit.Tool    `json:"tool"`
	Compiled      audit.Text    `json:"compiled"`
	Incidents     []incidentDoc `json:"incidents"`
}

type incidentDoc struct {
	ID            string              `json:"id"`
	Title         string              `json:"title"`
	Category      audit.Text          `json:"category"`
	Vendor        audit.Text          `json:"vendor"`
	Aliases       []string            `json:"aliases"`
	Exchanges     []string            `json:"exchanges"` // "*" for all
	Exposure      string              `json:"exposure"`
	Suspected     bool                `json:"suspected"`
	Leaked        []string            `json:"leaked"`
	Links         []linkDoc           `json:"links"`
	From          audit.Text          `json:"from"`
	Until         audit.Text          `json:"until"`
	CreatedBefore audit.Text          `json:"created_before"`
	FirstAbuse    audit.Text          `json:"first_abuse"`
	Disclosed     audit.Text          `json:"disclosed"`
	ReviewFrom    audit.Text          `json:"review_from"`
	Severity      string              `json:"severity"`
	Actions       []actionDoc         `json:"actions"`
	Symbols       map[string][]string `json:"abused_symbols"`
	Basis         audit.Text          `json:"basis"`
	Sources       []sourceDoc         `json:"sources"`
	Notes         audit.Text          `json:"notes"`
}

type linkDoc struct {
	Type    string `json:"type"`
	Value   string `json:"value"`
	Checked bool   `json:"checked"` // whether an audit looks for it
}

type actionDoc struct {
	Action string     `json:"action"`
	Text   audit.Text `json:"text"`
}

type sourceDoc struct {
	Kind string `json:"kind"`
	URL  string `json:"url"`
}

func newIncidentsDoc(c audit.Catalogue, tool audit.Tool) incidentsDoc {
	doc := incidentsDoc{SchemaVersion: audit.SchemaVersion, Tool: tool, Incidents: []incidentDoc{}}
	if !c.Compiled.IsZero() {
		doc.Compiled = audit.Text(c.Compiled.UTC().Format(time.DateOnly))
	}
	for _, in := range c.Incidents {
		doc.Incidents = append(doc.Incidents, newIncidentDoc(in))
	}
	return doc
}

func newIncidentDoc(in audit.Incident) incidentDoc {
	doc := incidentDoc{
		ID: in.ID, Title: in.Title, Category: audit.Text(in.Category), Vendor: audit.Text(in.Vendor),
		Aliases: list(in.Aliases),
		Exchanges: list(
			in.Exchanges,
		), Exposure: string(in.Exposure), Suspected: in.Suspected, Leaked: list(in.Leaked), Links: []linkDoc{},
		From: known(
			in.From,
		), Until: known(in.Until), CreatedBefore: known(in.CreatedBefore), FirstAbuse: known(in.FirstAbuse),
		Disclosed: known(
			in.Disclosed,
		), ReviewFrom: known(in.ReviewFrom), Severity: in.Severity.String(), Actions: []actionDoc{},
		Symbols: map[string][]string{}, Basis: audit.Text(in.Basis), Sources: []sourceDoc{}, Notes: audit.Text(in.Notes),
	}
	for _, l := range in.Links {
		doc.Links = append(doc.Links, linkDoc{l.Type, l.Value, linkType(l.Type).Checkable})
	}
	for _, a := range in.Actions {
		words, _ := audit.ActionText(a)
		doc.Actions = append(doc.Actions, actionDoc{a, audit.Text(words)})
	}
	for x, symbols := range in.Symbols {
		doc.Symbols[x] = list(symbols)
	}
	for _, s := range in.Sources {
		doc.Sources = append(doc.Sources, sourceDoc(s))
	}
	return doc
}

// known is null for a time that nobody knows.
func known(at time.Time) audit.Text {
	if at.IsZero() {
		return ""
	}
	return audit.Text(audit.NewTime(at).String())
}
