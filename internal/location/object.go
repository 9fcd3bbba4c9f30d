package location

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"rekey/internal/form"
)

// A fieldGroup is the members of an object whose names carry the same words
// besides the part that they name: those of BINANCE_API_KEY and BINANCE_SECRET.
type fieldGroup struct {
	parts    map[Part][]candidate
	clientID []candidate
	prefix   string // as it is written, without the _ behind it
}

// credentialParts finds the parts of a credential in an object of the file in,
// under any usual spelling. Names may have a prefix (BINANCE_API_KEY): the
// fields without one are read where they are complete, else those of the one
// prefix under which a credential is complete.
func credentialParts(object node, in *source) (parts, *Error) { return prefixedParts(object, in, "") }

// prefixedParts is credentialParts for the fields of one prefix, or for any
// where prefix is empty.
func prefixedParts(object node, in *source, prefix string) (parts, *Error) {
	groups, err := groupsIn(object, in)
	if err != nil {
		return parts{}, err
	}
	if prefix != "" {
		g, ok := groups[form.Fold(prefix)]
		if !ok {
			return parts{}, problem(
				ReasonAbsent,
				"",
				fmt.Sprintf("the object has no field with the prefix %q", clip(prefix)),
				hintNames(completeIn(groups)),
			)
		}
		return g.credential(groups)
	}
	exact := groups[""]
	if len(exact.parts[AccessKey]) == 0 {
		exact.parts[AccessKey] = coinbaseName(object, in)
	}
	found, err := chooseParts(exact.parts)
	if err != nil || found.isFilled() {
		return found, err
	}
	complete := completeIn(groups)
	switch len(complete) {
	case 0:
		return found, nil
	case 1:
		return groups[form.Fold(complete[0])].credential(groups)
	}
	return parts{}, problem(ReasonAmbiguous, "", "the object holds several credentials: "+strings.Join(complete, ", "),
		"name the one that is meant by its prefix, behind a further #: …#"+complete[0])
}

// isFilled reports whether there is text for access key and secret.
func (p parts) isFilled() bool {
	return p.accessKey.isSet() && p.secret.isSet() && !p.accessKey.text.IsZero() && !p.secret.text.IsZero()
}

// groupsIn sorts the members of an object by their prefix. There is always a
// group without one.
func groupsIn(object node, in *source) (map[string]fieldGroup, *Error) {
	groups := map[string]fieldGroup{"": {parts: map[Part][]candidate{}}}
	err := eachMember(object, func(m member) {
		s, rest := form.SpellingOf(m.name)
		part, ok := partOf(s.Role)
		if !ok || rest == "" && s.Name == "PK" {
			return
		}
		g, there := groups[rest]
		if !there {
			g = fieldGroup{parts: map[Part][]candidate{}, prefix: prefixIn(m.name, rest)}
		}
		c := candidate{name: m.name, value: m.value, file: in, weak: s.Weak}
		if s.Name == "CLIENT_ID" {
			g.clientID = append(g.clientID, c)
		} else {
			g.parts[part] = append(g.parts[part], c)
		}
		groups[rest] = g
	})
	for _, g := range groups {
		to := AccessKey // of Deribit
		if len(g.parts[AccessKey]) > 0 {
			to = Passphrase // of GoCryptoTrader
		}
		g.parts[to] = append(g.parts[to], g.clientID...)
	}
	return groups, err
}

// prefixIn returns the part of a name that its folded beginning is, without
// what separates it from the rest.
func prefixIn(name, rest string) string {
	for end := 1; end <= len(name); end++ {
		if form.Fold(name[:end]) == rest {
			return name[:end]
		}
	}
	return rest // a number at the end of the name
}

// credential chooses the parts of a group. A passphrase without a prefix counts
// where the group has none.
func (g fieldGroup) credential(groups map[string]fieldGroup) (parts, *Error) {
	if len(g.parts[Passphrase]) == 0 {
		g.parts[Passphrase] = groups[""].parts[Passphrase]
	}
	return chooseParts(g.parts)
}

// completeIn lists the prefixes under which a credential is complete.
func completeIn(groups map[string]fieldGroup) []string {
	var complete []string
	for _, rest := range slices.Sorted(maps.Keys(groups)) {
		if rest == "" {
			continue
		}
		if p, err := chooseParts(groups[rest].parts); err == nil && p.isFilled() {
			complete = append(complete, groups[rest].prefix)
		}
	}
	return complete
}
