package config

import (
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"rekey/exchanges"
	"rekey/internal/location"
	"rekey/internal/nearest"
)

// keyName is what a key may be called: its name is printed everywhere, and
// typed in a shell.
var keyName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// keys reads the inventory.
func (r *reader) keys(n *yaml.Node) []Key {
	var keys []Key
	managers := map[string]*yaml.Node{}
	declared := []string{} // also those that are wrong otherwise
	for _, e := range r.entries(n, "keys") {
		if !keyName.MatchString(e.name) {
			r.fail(
				e.key,
				"keys: %s is no name for a key: 1 to 64 letters, digits, '.', '_' and '-', and a letter or digit first",
				quote(e.name),
			)
			continue
		}
		declared = append(declared, e.name)
		k, manager := r.key(e)
		keys = append(keys, k)
		if manager != nil {
			managers[k.Name] = manager
		}
	}
	r.checkManagers(keys, managers, declared)
	return keys
}

// key reads one entry. It returns the node of its manager besides.
func (r *reader) key(e entry) (Key, *yaml.Node) {
	k := Key{Name: e.name, Line: e.key.Line, Column: e.key.Column}
	var manager, copies, credential *yaml.Node
	in := func(name string) string { return k.Name + ": " + name }
	r.fields(e.value, k.Name, e.key,
		field{"exchange", true, func(n *yaml.Node) { k.Exchange = r.exchangeName(n, in("exchange")) }},
		field{"credential", false, func(n *yaml.Node) {
			k.Credential, credential = r.location(n, in("credential")), n
		}},
		field{"copies", false, func(n *yaml.Node) { k.Copies, copies = r.copies(n, in("copies")), n }},
		field{"shared_with", false, func(n *yaml.Node) { k.SharedWith = r.words(n, in("shared_with"), r.names.SharedWith) }},
		field{"stored_in", false, func(n *yaml.Node) { k.StoredIn = r.words(n, in("stored_in"), r.names.StoredIn) }},
		field{"purpose", false, func(n *yaml.Node) { k.Purpose = r.purpose(n, in("purpose")) }},
		field{"owner", false, func(n *yaml.Node) { k.Owner, _ = r.text(n, in("owner")) }},
		field{"created", false, func(n *yaml.Node) {
			if day, ok := r.date(n, in("created")); ok {
				k.Created = exchanges.Known(day)
			}
		}},
		field{"manager", false, func(n *yaml.Node) {
			if name, ok := r.text(n, in("manager")); ok {
				k.Manager, manager = name, n
			}
		}},
		field{"account", false, func(n *yaml.Node) { k.Account, _ = r.text(n, in("account")) }},
		field{"rotate", false, func(n *yaml.Node) { k.Rotate = r.rotate(n, k.Name) }},
	)
	if credential == nil && (e.value.Kind == yaml.MappingNode || isNull(e.value)) {
		k.Credential = r.accountAlone(k, e)
	}
	if !k.Credential.IsZero() && slices.ContainsFunc(k.Copies, k.Credential.Equal) {
		r.fail(copies, "%s: one of them is the credential itself", in("copies"))
	}
	return k, manager
}

// accountAlone is what stands in the place of a credential that is left out: the
// account, at an exchange where what an account has is public.
func (r *reader) accountAlone(k Key, e entry) location.Location {
	known, _ := r.names.exchange(k.Exchange)
	switch {
	case !known.AccountAlone:
		r.fail(e.key, "%s: credential is required", k.Name)
	case k.Account == "":
		r.fail(e.key, "%s: account is required: %s asks about its address, without a credential", k.Name, k.Exchange)
	default:
		return location.OfAccount(k.Account)
	}
	return location.Location{}
}

// exchangeName reads the name of an exchange, or a word that stands for it, and
// returns the name.
func (r *reader) exchangeName(n *yaml.Node, what string) string {
	name, ok := r.text(n, what)
	if !ok {
		return ""
	}
	if slices.Contains(r.names.Vendors, name) {
		r.fail(
			n,
			"%s: %s is a vendor, not an exchange; keys given to it belong to an exchange and have shared_with: [%s]",
			what,
			name,
			name,
		)
		return ""
	}
	known, ok := r.names.exchange(name)
	if !ok {
		r.unknownExchange(n, what, name)
		return ""
	}
	return known.Name
}

func (r *reader) unknownExchange(n *yaml.Node, what, name string) {
	hint := "; known are " + strings.Join(r.names.exchangeNames(), ", ")
	if near := r.names.nearest(name); near != "" {
		hint = ", did you mean " + near + "?"
	}
	r.fail(n, "%s: unknown exchange %s%s", what, quote(name), hint)
}

func (r *reader) copies(n *yaml.Node, what string) []location.Location {
	var copies []location.Location
	r.list(n, what, func(item *yaml.Node, _ string) {
		l := r.location(item, what)
		if slices.ContainsFunc(copies, l.Equal) && !l.IsZero() {
			r.fail(item, "%s: the same location stands there twice", what)
		}
		copies = append(copies, l)
	})
	return copies
}

// words reads free words in lower case. A word that is nearly one that
// incidents use is a warning: misspelt, it would match no incident.
func (r *reader) words(n *yaml.Node, what string, known []string) []string {
	var words []string
	r.list(n, what, func(item *yaml.Node, value string) {
		word := strings.ToLower(strings.TrimSpace(value))
		if slices.Contains(words, word) {
			r.fail(item, "%s: %s stands there twice", what, quote(word))
			return
		}
		words = append(words, word)
		if near := nearest.Word(word, known); near != "" && !slices.Contains(known, word) {
			r.warn(item, "%s: no incident names %s, did you mean %s?", what, quote(word), near)
		}
	})
	return words
}

func (r *reader) purpose(n *yaml.Node, what string) []exchanges.Permission {
	var purpose []exchanges.Permission
	r.list(n, what, func(item *yaml.Node, value string) {
		p, ok := exchanges.ParsePermission(value)
		switch {
		case !ok:
			known := permissionWords()
			hint := suggestion(value, known)
			if hint == "" {
				hint = "; known are " + strings.Join(known, ", ")
			}
			r.fail(item, "%s: unknown permission %s%s", what, quote(value), hint)
		case slices.Contains(purpose, p):
			r.fail(item, "%s: %s stands there twice", what, p)
		default:
			purpose = append(purpose, p)
		}
	})
	return purpose
}

func permissionWords() []string {
	var words []string
	for _, p := range exchanges.AllPermissions() {
		if p != exchanges.Unmapped {
			words = append(words, string(p))
		}
	}
	return words
}
