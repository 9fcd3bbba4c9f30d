package config

import (
	"cmp"
	"slices"
	"strings"

	"rekey/audit"
	"rekey/exchanges"
	"rekey/internal/nearest"
)

// Names is what a configuration may name: the exchanges, vendors and rules of
// this program.
type Names struct {
	Exchanges []ExchangeNames
	// ByName are the exchanges of which nothing but the name is known. Their
	// keys may be declared, and are gaps of an audit.
	ByName []string
	// Meant are the names of exchanges that further words mean: an alias, or a
	// word that is none and has a nearest name. Aliases are those that
	// rekey.yaml may use.
	Meant   map[string]string
	Aliases []string
	Vendors []string
	Rules   map[string][]string // names of the parameters, by rule ID
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
	// AccountAlone says that a key may be declared by its account, without a
	// credential.
	AccountAlone bool
}

// NamesOf returns the names of a registry and of the audit's rules.
func NamesOf(registry exchanges.Registry, rules []audit.Rule, incidents audit.Catalogue) Names {
	n := Names{Rules: map[string][]string{}, Meant: map[string]string{}, ByName: registry.ByName()}
	for _, word := range registry.Words() {
		name := registry.Meant(word)
		if name == word {
			continue
		}
		n.Meant[word] = name
		if _, ok := registry.Lookup(word); ok {
			n.Aliases = append(n.Aliases, word)
		}
	}
	for _, e := range registry.Exchanges() {
		n.Exchanges = append(n.Exchanges, ExchangeNames{e.Card.Name, e.Card.Regions, e.Card.Environs, e.AccountAlone})
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

// exchange returns the exchange that a word of rekey.yaml names: by its name,
// by an alias, or as one of which nothing but the name is known.
func (n Names) exchange(word string) (ExchangeNames, bool) {
	if slices.Contains(n.Aliases, word) {
		word = n.Meant[word]
	}
	if slices.Contains(n.ByName, word) {
		return ExchangeNames{Name: word}, true
	}
	i := slices.IndexFunc(n.Exchanges, func(e ExchangeNames) bool { return e.Name == word })
	if i < 0 {
		return ExchangeNames{}, false
	}
	return n.Exchanges[i], true
}

// nearest returns the name of the exchange that a word that names none most
// likely means: by what the word is known to mean, else by its letters, one
// that rekey has a card for before one of which it knows the name; "" when none
// is near.
func (n Names) nearest(word string) string {
	if name := n.Meant[strings.ToLower(word)]; name != "" && !slices.Contains(n.Vendors, name) {
		return name
	}
	return cmp.Or(nearest.Word(word, n.exchangeNames()), nearest.Word(word, n.ByName))
}

func (n Names) exchangeNames() []string {
	var names []string
	for _, e := range n.Exchanges {
		names = append(names, e.Name)
	}
	return names
}
