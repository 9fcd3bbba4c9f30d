package pages

import (
	"rekey/audit"
)

// rulesDoc is the JSON document of `rekey rules`.
type rulesDoc struct {
	SchemaVersion int           `json:"schema_version"`
	Tool          audit.Tool    `json:"tool"`
	Rules         []ruleDoc     `json:"rules"`
	Deferred      []deferredDoc `json:"deferred"` // empty when rules were named
}

type ruleDoc struct {
	ID         string      `json:"id"`
	Title      string      `json:"title"`
	Severity   string      `json:"severity"`
	About      string      `json:"about"` // "key", or "desk" for a rule about no single key
	Why        string      `json:"why"`
	When       string      `json:"when"`
	Remedy     string      `json:"remedy"`
	References []string    `json:"references"`
	Parameters []paramDoc  `json:"parameters"`
	Examples   examplesDoc `json:"examples"`
}

type paramDoc struct {
	Name    string `json:"name"`
	Default int    `json:"default"`
	Meaning string `json:"meaning"`
}

type examplesDoc struct {
	Fires  []exampleDoc `json:"fires"`
	Silent []exampleDoc `json:"silent"`
	Unsure []exampleDoc `json:"unsure"`
}

type exampleDoc struct {
	Words    string     `json:"words"`
	Severity audit.Text `json:"severity"` // of the finding, where the example pins it
}

type deferredDoc struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Needs string `json:"needs"`
}

func newRulesDoc(rules []audit.Rule, deferred []audit.DeferredRule, tool audit.Tool) rulesDoc {
	doc := rulesDoc{SchemaVersion: audit.SchemaVersion, Tool: tool, Rules: []ruleDoc{}, Deferred: []deferredDoc{}}
	for _, r := range rules {
		d := ruleDoc{
			ID: r.ID, Title: r.Title, Severity: r.Severity.String(), About: "key", Why: r.Why, When: r.When, Remedy: r.Remedy,
			References: list(r.Refs), Parameters: []paramDoc{},
			Examples: examplesDoc{
				Fires:  newExampleDocs(r.Fires),
				Silent: newExampleDocs(r.Silent),
				Unsure: newExampleDocs(r.Unsure),
			},
		}
		if r.CheckDesk != nil {
			d.About = "desk"
		}
		for _, p := range r.Params {
			d.Parameters = append(d.Parameters, paramDoc{p.Name, p.Default, p.Doc})
		}
		doc.Rules = append(doc.Rules, d)
	}
	for _, r := range deferred {
		doc.Deferred = append(doc.Deferred, deferredDoc(r))
	}
	return doc
}

func newExampleDocs(examples []audit.Example) []exampleDoc {
	out := []exampleDoc{}
	for _, e := range examples {
		d := exampleDoc{Words: e.Words}
		if e.Severity != audit.None {
			d.Severity = audit.Text(e.Severity.String())
		}
		out = append(out, d)
	}
	return out
}
