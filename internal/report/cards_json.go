package report

import (
	"rekey/exchanges"
)

// cardsDoc is the JSON document of `rekey exchanges`.
type cardsDoc struct {
	SchemaVersion int       `json:"schema_version"`
	Tool          Tool      `json:"tool"`
	Exchanges     []cardDoc `json:"exchanges"`
}

type cardDoc struct {
	Name         string          `json:"name"`
	Title        string          `json:"title"`
	Kind         string          `json:"kind"`
	Credential   *string         `json:"credential"`
	Formats      *string         `json:"formats"`
	Regions      []string        `json:"regions"`
	Environments []string        `json:"environments"`
	DeadWhen     *string         `json:"dead_when"`
	Capabilities []capabilityDoc `json:"capabilities"`
	Covers       []coverDoc      `json:"covers"`
	ExpiryRules  []expiryRuleDoc `json:"expiry_rules"`
	Notes        []string        `json:"notes"`
	Checked      *string         `json:"checked"`
}

type capabilityDoc struct {
	Action  string   `json:"action"`
	Reach   string   `json:"reach"`
	Way     string   `json:"way"`
	InRekey bool     `json:"in_rekey"`
	Needs   *string  `json:"needs"`
	Page    *string  `json:"page"`
	Steps   []string `json:"steps"`
	Note    *string  `json:"note"`
	Source  *string  `json:"source"`
	Checked *string  `json:"checked"`
}

type coverDoc struct {
	Permission string   `json:"permission"`
	Words      []string `json:"words"`
	Covers     []string `json:"covers"`
	Note       *string  `json:"note"`
	Source     *string  `json:"source"`
	Checked    *string  `json:"checked"`
}

type expiryRuleDoc struct {
	ID           string   `json:"id"`
	Text         string   `json:"text"`
	AfterSeconds float64  `json:"after_seconds"`
	Start        string   `json:"start"`
	Permissions  []string `json:"permissions"`
	Source       *string  `json:"source"`
	Doubt        *string  `json:"doubt"`
}

func newCardsDoc(entries []exchanges.Exchange, tool Tool) cardsDoc {
	doc := cardsDoc{SchemaVersion: SchemaVersion, Tool: tool, Exchanges: []cardDoc{}}
	for _, e := range entries {
		doc.Exchanges = append(doc.Exchanges, newCardDoc(e.Card))
	}
	return doc
}

func newCardDoc(c exchanges.Card) cardDoc {
	doc := cardDoc{
		Name: c.Name, Title: c.Title, Kind: c.Kind, Credential: text(c.Secret), Formats: text(c.Formats),
		Regions: list(c.Regions), Environments: list(c.Environs), DeadWhen: text(c.Death),
		Capabilities: []capabilityDoc{}, Covers: []coverDoc{}, ExpiryRules: []expiryRuleDoc{}, Notes: list(c.Notes), Checked: text(c.Checked),
	}
	for _, r := range c.Capabilities {
		doc.Capabilities = append(doc.Capabilities, capabilityDoc{
			Action: string(r.Action), Reach: string(r.Reach), Way: string(r.Way), InRekey: r.InRekey, Needs: text(r.Needs),
			Page: text(r.Page), Steps: list(r.Steps), Note: text(r.Note), Source: text(r.Source), Checked: text(r.Checked),
		})
	}
	for _, r := range c.Covers {
		doc.Covers = append(doc.Covers, coverDoc{
			Permission: string(r.Permission), Words: list(r.Words), Covers: list(r.Covers),
			Note: text(r.Note), Source: text(r.Source), Checked: text(r.Checked),
		})
	}
	for _, r := range c.Expiry {
		doc.ExpiryRules = append(doc.ExpiryRules, expiryRuleDoc{
			ID: r.ID, Text: r.Text, AfterSeconds: r.After.Seconds(), Start: string(r.Start), Permissions: list(r.Powers),
			Source: text(r.Source), Doubt: text(r.Doubt),
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
