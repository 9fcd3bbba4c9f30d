package location

import (
	"fmt"
	"strings"

	"rekey/internal/form"
)

// PartNamed returns the part of a credential that a field of this name holds,
// and whether there is one. A name that carries more than the part, as
// BINANCE_API_KEY does, is none of these. The names are those of package form.
func PartNamed(name string) (Part, bool) {
	s, rest := form.SpellingOf(name)
	if rest != "" || s.Name == "PK" {
		return "", false
	}
	if form.IsClientID(name) { // where GoCryptoTrader keeps the passphrase of KuCoin and OKX
		return Passphrase, true
	}
	return partOf(s.Role)
}

// partOf returns the part that a role stands for.
func partOf(r form.Role) (Part, bool) {
	switch r {
	case form.AccessKey:
		return AccessKey, true
	case form.Secret:
		return SecretPart, true
	case form.Passphrase:
		return Passphrase, true
	case form.Neutral, form.Other:
	}
	return "", false
}

// roleOf returns the role that a part has.
func roleOf(p Part) form.Role {
	switch p {
	case AccessKey:
		return form.AccessKey
	case Passphrase:
		return form.Passphrase
	case SecretPart:
	}
	return form.Secret
}

// candidatesIn sorts the members of an object by the part that their name
// stands for.
func candidatesIn(object node, in *source, named func(string) (Part, bool)) (map[Part][]candidate, *Error) {
	all := map[Part][]candidate{}
	err := eachMember(object, func(m member) {
		if part, ok := named(m.name); ok {
			all[part] = append(all[part], candidate{name: m.name, value: m.value, file: in})
		}
	})
	return all, err
}

// eachMember calls f with the members of an object. It refuses what is no
// object, or one whose members are not plain.
func eachMember(object node, f func(member)) *Error {
	switch object.shape {
	case objectNode:
	case aliasNode:
		return aliasProblem()
	case arrayNode, textNode, numberNode, booleanNode, nullNode:
		return problem(ReasonSyntax, "", fmt.Sprintf("the pointer leads to %s, not to an object", object.shape), "")
	}
	seen := map[string]bool{}
	for _, m := range object.members {
		if seen[m.name] {
			return problem(ReasonAmbiguous, "", fmt.Sprintf("the name %q stands twice in the object", clip(m.name)), "")
		}
		seen[m.name] = true
		if m.name == "<<" {
			return problem(ReasonSyntax, "", "the mapping is merged from a YAML alias, which rekey does not follow", "")
		}
		f(m)
	}
	return nil
}

// chooseParts makes a credential of what claims to be its parts.
func chooseParts(all map[Part][]candidate) (parts, *Error) {
	var p parts
	for _, one := range []struct {
		part Part
		to   *sourced
	}{{AccessKey, &p.accessKey}, {SecretPart, &p.secret}, {Passphrase, &p.passphrase}} {
		chosen, err := strongest(one.part, all[one.part])
		if err != nil {
			return parts{}, err
		}
		*one.to = chosen.sourced()
	}
	return p, nil
}

// strongest chooses among the fields whose names are used for nothing else, and
// only where none of them is filled in, among the others. A field of another
// name that holds the same text is a twin.
func strongest(part Part, candidates []candidate) (candidate, *Error) {
	var strong, weak []candidate
	for _, c := range candidates {
		if c.weak {
			weak = append(weak, c)
		} else {
			strong = append(strong, c)
		}
	}
	chosen, err := choose(part, strong)
	if err != nil || len(weak) == 0 {
		return chosen, err
	}
	if chosen.name == "" || chosen.value.shape != textNode || chosen.value.text.IsZero() {
		other, err := choose(part, weak)
		if err == nil && other.name == "" || err == nil && chosen.name != "" && other.value.text.IsZero() {
			return chosen, nil
		}
		return other, err
	}
	for _, c := range weak {
		if c.value.shape == textNode && c.value.text.Equal(chosen.value.text) {
			chosen.twins = append(chosen.twins, c)
		}
	}
	return chosen, nil
}

// A candidate is a field that claims to be a part. The zero candidate is none.
type candidate struct {
	name  string
	value node
	file  *source // the file it is in
	// weak is set for a name that is used for other things too.
	weak bool
	// twins are further fields that hold the same text.
	twins []candidate
}

func (c candidate) from() string { return fmt.Sprintf("the field %q", clip(c.name)) }

func (c candidate) sourced() sourced {
	if c.name == "" {
		return sourced{}
	}
	s := sourced{text: c.value.text, from: c.from()}
	for _, field := range append([]candidate{c}, c.twins...) {
		s.slots = append(s.slots, slot{field.file, field.value.at})
	}
	return s
}

// choose picks the one candidate that is filled in, or one that is not, or
// none. Candidates that hold different texts are refused: which one is used,
// only the bot knows.
func choose(part Part, candidates []candidate) (candidate, *Error) {
	var chosen, blank candidate
	for _, c := range candidates {
		switch c.value.shape {
		case objectNode, arrayNode: // a group of settings that happens to have this name
			continue
		case nullNode:
			blank = c
			continue
		case numberNode, booleanNode:
			return candidate{}, problem(ReasonSyntax, part,
				fmt.Sprintf("the %s in %s is %s, not text", part, c.from(), c.value.shape), "put it in quotes")
		case aliasNode:
			return candidate{}, problem(ReasonSyntax, part,
				fmt.Sprintf("the %s in %s is a YAML alias, which rekey does not follow", part, c.from()), "")
		case textNode:
		}
		switch {
		case c.value.text.IsZero():
			blank = c
		case chosen.name == "":
			chosen = c
		case !chosen.value.text.Equal(c.value.text):
			return candidate{}, problem(ReasonAmbiguous, part,
				fmt.Sprintf("%s and %s both claim to be the %s and differ", chosen.from(), c.from(), part),
				"remove the one that is not used")
		default:
			chosen.twins = append(chosen.twins, c)
		}
	}
	if chosen.name == "" {
		return blank, nil
	}
	return chosen, nil
}

// coinbaseName returns the access key of a CDP key file, which has {name,
// privateKey} or {id, privateKey}. Where both are there, name counts if it has
// the form of a key's name, since it may also be a label (coinbase-advanced-py,
// api_base.py and tests/test_api_key.json, collected 2026-11-22).
func coinbaseName(object node, in *source) []candidate {
	fields := map[string]candidate{}
	for _, m := range object.members {
		fields[form.Fold(m.name)] = candidate{name: m.name, value: m.value, file: in}
	}
	if _, ok := fields["privatekey"]; !ok {
		return nil
	}
	name, hasName := fields["name"]
	id, hasID := fields["id"]
	switch {
	case hasName && (!hasID || isCoinbaseName(name.value)):
		return []candidate{name}
	case hasID:
		return []candidate{id}
	}
	return nil
}

// isCoinbaseName reports whether a node is the name of a CDP key,
// organizations/UUID/apiKeys/UUID.
func isCoinbaseName(n node) bool {
	text := n.text.Reveal()
	return strings.HasPrefix(text, "organizations/") && strings.Contains(text, "/apiKeys/")
}

// clip shortens a foreign name for a message.
func clip(name string) string {
	if r := []rune(name); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return name
}
