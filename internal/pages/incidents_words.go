package pages

import (
	"maps"
	"slices"
	"strings"

	"rekey/audit"
	"rekey/internal/text"
)

// A fact is a labelled sentence about an incident.
type fact struct{ label, text string }

// incidentFacts words an incident, without its links, actions and sources.
// What is not known is said to be so.
func incidentFacts(in audit.Incident) []fact {
	return []fact{
		{"vendor", in.Vendor},
		{"also named", strings.Join(in.Aliases, ", ")},
		{"kind", strings.ReplaceAll(in.Category, "_", " ")},
		{"exchanges", exchangesWords(in)},
		{"exposure", exposureWords(in)},
		{"taken", takenWords(in)},
		{"from", fromDayWords(in)},
		{"until", untilDayWords(in)},
		{"concerns", concernedWords(in)},
		{"first abuse", text.Moment(in.FirstAbuse)},
		{"disclosed", text.Moment(in.Disclosed)},
		{"review from", text.Moment(in.ReviewFrom)},
		{"window", in.Basis},
		{"abused", symbolWords(in)},
	}
}

func exchangesWords(in audit.Incident) string {
	switch {
	case slices.Contains(in.Exchanges, "*"):
		return "all"
	case len(in.Exchanges) == 0:
		return "none is named"
	}
	return strings.Join(in.Exchanges, ", ")
}

func exposureWords(in audit.Incident) string {
	prose := map[audit.Exposure]string{
		audit.Confirmed: "confirmed: exchange keys were taken",
		audit.Probable:  "probable: exchange keys were probably taken",
		audit.Possible:  "possible: secrets were taken, exchange keys are not named",
		audit.NoKeys:    "none: no exchange key was reported taken",
	}[in.Exposure]
	if prose == "" {
		prose = "not known"
	}
	if in.Suspected {
		prose += "; suspected: exchanges or victims report it and the vendor denies it"
	}
	return prose
}

// takenWords is what was taken, in the words of keys.
func takenWords(in audit.Incident) string {
	words := make([]string, len(in.Leaked))
	for i, l := range in.Leaked {
		words[i] = strings.ReplaceAll(l, "_", " ")
	}
	return strings.Join(words, ", ")
}

// An unknown start or end never speaks for a key.
func fromDayWords(in audit.Incident) string {
	if in.From.IsZero() {
		return "not known: a key of any age before the end counts as exposed"
	}
	return text.Moment(in.From)
}

func untilDayWords(in audit.Incident) string {
	switch {
	case slices.Contains(in.Actions, "HOST"):
		if in.Until.IsZero() {
			return "the day on which the machine was rebuilt"
		}
		return "the day on which the machine was rebuilt, also after " + text.Moment(in.Until)
	case in.Until.IsZero():
		return "not known: no key is clear by its date"
	}
	return text.Moment(in.Until)
}

// concernedWords is the cut-off that a source states. A machine that was not
// rebuilt has none.
func concernedWords(in audit.Incident) string {
	switch {
	case in.CreatedBefore.IsZero():
		return ""
	case slices.Contains(in.Actions, "HOST"):
		return "keys made before " + text.Moment(in.CreatedBefore) + ", and every key on a machine that was not rebuilt"
	}
	return "keys made before " + text.Moment(in.CreatedBefore)
}

func symbolWords(in audit.Incident) string {
	var words []string
	for _, x := range slices.Sorted(maps.Keys(in.Symbols)) {
		words = append(words, strings.Join(in.Symbols[x], ", ")+" on "+x)
	}
	return strings.Join(words, "; ")
}

// A linkGroup is the links of one type.
type linkGroup struct {
	kind   audit.LinkType
	values []string
}

// linkGroups returns the links of an incident by type: those that an audit
// checks first.
func linkGroups(in audit.Incident) []linkGroup {
	var out []linkGroup
	for _, l := range in.Links {
		i := slices.IndexFunc(out, func(g linkGroup) bool { return g.kind.Name == l.Type })
		if i < 0 {
			i = len(out)
			out = append(out, linkGroup{kind: linkType(l.Type)})
		}
		out[i].values = append(out[i].values, l.Value)
	}
	slices.SortStableFunc(out, func(a, b linkGroup) int {
		switch {
		case a.kind.Checkable == b.kind.Checkable:
			return 0
		case a.kind.Checkable:
			return -1
		}
		return 1
	})
	return out
}

// linkType returns the type of that name; one that nobody knows is left to a
// person.
func linkType(name string) audit.LinkType {
	types := audit.LinkTypes()
	if i := slices.IndexFunc(types, func(t audit.LinkType) bool { return t.Name == name }); i >= 0 {
		return types[i]
	}
	return audit.LinkType{Name: name, Doc: "this version of rekey does not know this link"}
}

func (g linkGroup) who() string {
	if g.kind.Checkable {
		return "the audit looks"
	}
	return "look yourself"
}

// actionWords says what to do, in words.
func actionWords(in audit.Incident, action string) string {
	prose, ok := audit.ActionText(action)
	if !ok {
		return action + " (this version of rekey has no words for it)"
	}
	if action == "REVIEW" {
		if !in.ReviewFrom.IsZero() {
			prose += " since " + text.Moment(in.ReviewFrom)
		}
		if symbols := symbolWords(in); symbols != "" {
			prose += "; abused then: " + symbols
		}
	}
	return prose
}

// actionSteps returns the actions in an order that is safe to follow: the
// machine before the key, the key before the account.
func actionSteps(in audit.Incident) []string {
	order := []string{"HOST", "REVOKE", "ROTATE", "IP_ALLOWLIST", "LEAST_PRIV", "KEYLIST", "ACCOUNT", "REVIEW", "NONE"}
	var out []string
	for _, a := range order {
		if slices.Contains(in.Actions, a) {
			out = append(out, actionWords(in, a))
		}
	}
	for _, a := range in.Actions {
		if !slices.Contains(order, a) {
			out = append(out, actionWords(in, a))
		}
	}
	return out
}
