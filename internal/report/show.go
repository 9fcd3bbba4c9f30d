package report

import (
	"slices"
	"strings"

	"rekey/audit"
	"rekey/internal/text"
)

// A Show says which part of an audit a person asked to see. The zero Show is all
// of it, as far as a screen holds it.
type Show struct {
	Named    bool           // the keys were named: they are shown in full
	Least    audit.Severity // keys with a finding at or above it
	Exchange string         // keys of it
	Owner    string         // keys of that owner in rekey.yaml
	Top      int            // so many keys, the worst first
	// Command is how this call began, "rekey" and its global flags: the commands
	// to type next begin with it.
	Command string
}

// narrows reports whether some keys are left out on purpose.
func (s Show) narrows() bool {
	return s.Least > audit.None || s.Exchange != "" || s.Owner != "" || s.Top > 0
}

// words repeat what was asked for.
func (s Show) words() string {
	var out []string
	if s.Least > audit.None {
		out = append(out, s.Least.String()+" and worse")
	}
	if s.Exchange != "" {
		out = append(out, "exchange "+text.Clean(s.Exchange))
	}
	if s.Owner != "" {
		out = append(out, "owner "+text.Clean(s.Owner))
	}
	if s.Top > 0 {
		out = append(out, "the first "+text.Count(s.Top, "key"))
	}
	return strings.Join(out, ", ")
}

// only returns the view with the keys that were asked for. What is about no key
// is left out as soon as keys are chosen.
func (s Show) only(v *view) *view {
	if !s.narrows() {
		return v
	}
	out := *v
	out.keys, out.other = nil, nil
	for _, k := range v.keys {
		owner := audit.Text("")
		if k.Declared != nil {
			owner = k.Declared.Owner
		}
		switch {
		case s.Least > audit.None && k.worst() < s.Least,
			s.Exchange != "" && k.Exchange != s.Exchange,
			s.Owner != "" && string(owner) != s.Owner,
			s.Top > 0 && len(out.keys) == s.Top:
			continue
		}
		out.keys = append(out.keys, k)
	}
	out.gaps = slices.Clone(v.gaps) // a list that could not be read may hide keys
	return &out
}
