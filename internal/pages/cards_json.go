package pages

import (
	"rekey/audit"
	"rekey/exchanges"
)

// cardsDoc is the JSON document of `rekey exchanges`.
type cardsDoc struct {
	SchemaVersion int        `json:"schema_version"`
	Tool          audit.Tool `json:"tool"`
	Exchanges     []cardDoc  `json:"exchanges"`
	ByName        []string   `json:"known_by_name"`
}

type cardDoc struct {
	Name         string          `json:"name"`
	Title        string          `json:"title"`
	Kind         string          `json:"kind"`
	Aliases      []string        `json:"aliases"`
	Adapter      bool            `json:"adapter"` // whether rekey can send anything there
	Credential   audit.Text      `json:"credential"`
	Formats      audit.Text      `json:"formats"`
	Regions      []string        `json:"regions"`
	Environments []string        `json:"environments"`
	DeadWhen     audit.Text      `json:"dead_when"`
	Capabilities []capabilityDoc `json:"capabilities"`
	Covers       []coverDoc      `json:"covers"`
	ExpiryRules  []expiryRuleDoc `json:"expiry_rules"`
	Notes        []string        `json:"notes"`
	Checked      audit.Text      `json:"checked"`
}

type capabilityDoc struct {
	Action  string     `json:"action"`
	Reach   string     `json:"reach"`
	Way     string     `json:"way"`
	InRekey bool       `json:"in_rekey"`
	Needs   audit.Text `json:"needs"`
	Page    audit.Text `json:"page"`
	Steps   []string   `json:"steps"`
	Note    audit.Text `json:"note"`
	Source  audit.Text `json:"source"`
	Checked audit.Text `json:"checked"`
}

type coverDoc struct {
	Permission string     `json:"permission"`
	Words      []string   `json:"words"`
	Covers     []string   `json:"covers"`
	Note       audit.Text `json:"note"`
	Source     audit.Text `json:"source"`
	Checked    audit.Text `json:"checked"`
}

type expiryRuleDoc struct {
	ID           string     `json:"id"`
	Text         string     `json:"text"`
	AfterSeconds float64    `json:"after_seconds"`
	Start        string     `json:"start"`
	Permissions  []string   `json:"permissions"`
	Source       audit.Text `json:"source"`
	Doubt        audit.Text `json:"doubt"`
}

func newCardsDoc(c Cards, tool audit.Tool) cardsDoc {
	doc := cardsDoc{SchemaVersion: audit.SchemaVersion, Tool: tool, Exchanges: []cardDoc{}, ByName: list(c.ByName)}
	for _, e := range c.Entries {
		doc.Exchanges = append(doc.Exchanges, newCardDoc(e))
	}
	return doc
}

func newCardDoc(e exchanges.Exchange) cardDoc {
	c := e.Card
	doc := cardDoc{
		Name: c.Name, Title: c.Title, Kind: c.Kind, Aliases: list(c.Aliases), Adapter: len(e.Protocol.Operations) > 0,
		Credential: audit.Text(c.Secret), Formats: audit.Text(c.Formats),
		Regions: list(c.Regions), Environments: list(c.Environs), DeadWhen: audit.Text(c.Death),
		Capabilities: []capabilityDoc{}, Covers: []coverDoc{}, ExpiryRules: []expiryRuleDoc{},
		Notes: list(c.Notes), Checked: audit.Text(c.Checked),
	}
	for _, r := range c.Capabilities {
		doc.Capabilities = append(doc.Capabilities, capabilityDoc{
			Action: string(r.Action), Reach: string(r.Reach), Way: string(r.Way), InRekey: r.InRekey, Needs: audit.Text(r.Needs),
			Page: audit.Text(
				r.Page,
			), Steps: list(r.Steps), Note: audit.Text(r.Note), Source: audit.Text(r.Source), Checked: audit.Text(r.Checked),
		})
	}
	for _, r := range c.Covers {
		doc.Covers = append(doc.Covers, coverDoc{
			Permission: string(r.Permission), Words: list(r.Words), Covers: list(r.Covers),
			Note: audit.Text(r.Note), Source: audit.Text(r.Source), Checked: audit.Text(r.Checked),
		})
	}
	for _, r := range c.Expiry {
		doc.ExpiryRules = append(doc.ExpiryRules, expiryRuleDoc{
			ID: r.ID, Text: r.Text, AfterSeconds: r.After.Seconds(), Start: string(r.Start), Permissions: list(r.Powers),
			Source: audit.Text(r.Source), Doubt: audit.Text(r.Doubt),
		})
	}
	return doc
}

// list copies words for a document, in which an empty list is [] and not null.
func list[S ~string](words []S) []string {
	out := []string{}
	for _, w := range words {
		out = append(out, string(w))
	}
	return out
}
