package config

import (
	"slices"

	"rekey/audit"
	"rekey/exchanges"
)

// Names is what a configuration may name: the exchanges, vendors and rules of
// this program.
type Names struct {
	Exchanges []ExchangeNames
	Vendors   []string
	// Recognised are exchanges whose credentials rekey can tell, whether it can
	// ask them or not.
	Recognised []string
	Rules      map[string][]string // names of the parameters, by rule ID
	// SharedWith and StoredIn are the words that incidents use. Any other
	// word is allowed in an inventory; one that is nearly such a word gives a
	// warning.
	SharedWith, StoredIn []string
}

// ExchangeNames is one exchange with what can be chosen of it.
type ExchangeNames struct {
	Name         string
	Regions      []string
	Environments []string
}

// NamesOf returns the names of a registry and of the audit's rules.
func NamesOf(registry exchanges.Registry, rules []audit.Rule, incidents audit.Catalogue) Names {
	n := Names{Rules: map[string][]string{}}
	for _, e := range registry.Exchanges() {
		n.Exchanges = append(n.Exchanges, ExchangeNames{e.Card.Name, e.Card.Regions, e.Card.Environs})
	}
	for _, v := range registry.Vendors() {
		n.Vendors = append(n.Vendors, v.Card.Name)
	}
	for _, r := range rules {
		params := []string{}
		for _, p := range r.Params {
			params = append(params, p.Name)
		}
		n.Rules[r.ID] = params
	}
	n.SharedWith = slices.Clone(n.Vendors)
	for _, incident := range incidents.Incidents {
		for _, link := range incident.Links {
			switch link.Type {
			case "shared_with":
				n.SharedWith = append(n.SharedWith, link.Value)
			case "stored_in", "stored_in_ci_using":
				n.StoredIn = append(n.StoredIn, link.Value)
			}
		}
	}
	return n
}

func (n Names) exchange(name string) (ExchangeNames, bool) {
	i := slices.IndexFunc(n.Exchanges, func(e ExchangeNames) bool { return e.Name == name })
	if i < 0 {
		return ExchangeNames{}, false
	}
	return n.Exchanges[i], true
}

func (n Names) exchangeNames() []string {
	var names []string
	for _, e := range n.Exchanges {
		names = append(names, e.Name)
	}
	return names
}
