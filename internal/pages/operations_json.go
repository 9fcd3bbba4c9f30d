package pages

import (
	"rekey/audit"
	"rekey/exchanges"
)

// operationsDoc is the JSON document of `rekey exchanges --operations`.
type operationsDoc struct {
	SchemaVersion int           `json:"schema_version"`
	Tool          audit.Tool    `json:"tool"`
	Exchanges     []requestsDoc `json:"exchanges"`
}

type requestsDoc struct {
	Name       string         `json:"name"`
	Operations []operationDoc `json:"operations"`
	Limits     []limitDoc     `json:"limits"`
}

type operationDoc struct {
	Name        string     `json:"name"`
	Method      string     `json:"method"`
	Hosts       []hostDoc  `json:"hosts"`
	Path        string     `json:"path"`
	Effect      string     `json:"effect"`
	Signed      bool       `json:"signed"`
	Weight      int        `json:"weight"`
	Limit       audit.Text `json:"limit"` // a name in limits, null when none is known
	Permissions []string   `json:"permissions"`
	Source      audit.Text `json:"source"`
}

// hostDoc is one of the hosts an operation may go to. Without a region or an
// environment it serves all of them.
type hostDoc struct {
	URL         string     `json:"url"`
	Role        string     `json:"role"`
	Region      audit.Text `json:"region"`
	Environment audit.Text `json:"environment"`
}

type limitDoc struct {
	Name          string     `json:"name"`
	Per           string     `json:"per"`
	PerOperation  bool       `json:"per_operation"`
	Weight        int        `json:"weight"`
	WindowSeconds float64    `json:"window_seconds"`
	Source        audit.Text `json:"source"`
}

func newOperationsDoc(entries []exchanges.Exchange, tool audit.Tool) operationsDoc {
	doc := operationsDoc{SchemaVersion: audit.SchemaVersion, Tool: tool, Exchanges: []requestsDoc{}}
	for _, e := range entries {
		doc.Exchanges = append(doc.Exchanges, newRequestsDoc(e))
	}
	return doc
}

func newRequestsDoc(e exchanges.Exchange) requestsDoc {
	doc := requestsDoc{Name: e.Card.Name, Operations: []operationDoc{}, Limits: []limitDoc{}}
	for _, op := range e.Protocol.Operations {
		o := operationDoc{
			Name: op.Name, Method: op.Method, Hosts: []hostDoc{}, Path: op.Path, Effect: effectWord(op), Signed: op.Signed,
			Weight: op.Weight, Limit: audit.Text(op.Pool), Permissions: list(op.Needs), Source: audit.Text(op.Source),
		}
		for _, h := range e.Protocol.Hosts {
			if h.Role == op.Host {
				o.Hosts = append(
					o.Hosts,
					hostDoc{URL: h.URL, Role: h.Role, Region: audit.Text(h.Region), Environment: audit.Text(h.Environment)},
				)
			}
		}
		doc.Operations = append(doc.Operations, o)
	}
	for _, p := range e.Protocol.Pools {
		doc.Limits = append(doc.Limits, limitDoc{
			Name: p.Name, Per: string(p.Per), PerOperation: p.PerOperation, Weight: p.Limit,
			WindowSeconds: p.Window.Seconds(), Source: audit.Text(p.Source),
		})
	}
	return doc
}
