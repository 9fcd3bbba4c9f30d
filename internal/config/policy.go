package config

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"rekey/audit"
)

// policy reads what a team decided: over the policy that it extends, when it
// extends one, and with the waivers of the file that it names.
func (r *reader) policy(n *yaml.Node, what string) audit.Policy {
	p := DefaultPolicy()
	var waiversFile *yaml.Node
	if base := r.child(n, "extends"); base != nil {
		p = r.base(base, what)
	}
	r.fields(n, what, n,
		field{"extends", false, func(*yaml.Node) {}}, // was read before the others
		field{"fail_on", false, func(n *yaml.Node) {
			if s, ok := r.severity(n, "fail_on", true); ok {
				p.FailOn = s
			}
		}},
		field{"rules", false, func(n *yaml.Node) { p.Rules = override(p.Rules, r.rules(n)) }},
		field{"waivers", false, func(n *yaml.Node) { r.addWaivers(&p, n, r.waivers(n)) }},
		field{"waivers_file", false, func(n *yaml.Node) { waiversFile = n }},
	)
	if waiversFile != nil {
		r.addWaivers(&p, waiversFile, r.waiversIn(waiversFile))
	}
	return p
}

// severity reads a word of severity. None is allowed where it means never.
func (r *reader) severity(n *yaml.Node, what string, noneToo bool) (audit.Severity, bool) {
	word, ok := r.text(n, what)
	if !ok {
		return audit.None, false
	}
	var known []string
	for _, s := range audit.Severities() {
		known = append(known, s.String())
	}
	if noneToo {
		known = append(known, audit.None.String())
	}
	s, err := audit.ParseSeverity(word)
	if err == nil && slices.Contains(known, word) {
		return s, true
	}
	hint := suggestion(word, known)
	if hint == "" {
		hint = "; known are " + strings.Join(known, ", ")
	}
	r.fail(n, "%s: unknown severity %s%s", what, quote(word), hint)
	return audit.None, false
}

// rules reads the changes to single rules.
func (r *reader) rules(n *yaml.Node) map[string]audit.RulePolicy {
	rules := map[string]audit.RulePolicy{}
	for _, e := range r.entries(n, "rules") {
		params, ok := r.names.Rules[e.name]
		if !ok {
			r.fail(e.key, "rules: unknown rule %s%s", quote(e.name), r.ruleHint(e.name))
			continue
		}
		rules[e.name] = r.rule(e, params)
	}
	return rules
}

func (r *reader) ruleHint(id string) string {
	if hint := suggestion(id, slices.Sorted(maps.Keys(r.names.Rules))); hint != "" {
		return hint
	}
	return "; `rekey rules` lists them"
}

// rule reads one of
//
//	INV-03: off
//	NET-02: {severity: info}
//	LIFE-01: {trade_days: 60}
func (r *reader) rule(e entry, params []string) audit.RulePolicy {
	var policy audit.RulePolicy
	if e.value.Kind == yaml.ScalarNode {
		// YAML 1.1 takes off for false, YAML 1.2 for a word.
		if word := strings.ToLower(e.value.Value); word == "off" || word == "false" {
			policy.Off = true
		} else {
			r.fail(e.value, "rules: %s must be off, or a mapping as in {severity: info}", e.name)
		}
		return policy
	}
	known := []field{{"severity", false, func(n *yaml.Node) {
		if word := strings.ToLower(n.Value); n.Kind == yaml.ScalarNode && (word == "none" || word == "off") {
			r.fail(n, "rules: %s: write %s: off to turn the rule off", e.name, e.name)
			return
		}
		policy.Severity, _ = r.severity(n, "rules: "+e.name, false)
	}}}
	for _, name := range params {
		known = append(known, field{name, false, func(n *yaml.Node) {
			if policy.Params == nil {
				policy.Params = map[string]int{}
			}
			policy.Params[name] = r.number(n, "rules: "+e.name+": "+name)
		}})
	}
	r.fields(e.value, "rules: "+e.name, e.key, known...)
	return policy
}

// number reads a whole number that is not negative.
func (r *reader) number(n *yaml.Node, what string) int {
	const most = 1_000_000
	i, err := strconv.Atoi(n.Value)
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!int" || err != nil || i < 0 || i > most {
		r.fail(n, "%s must be a whole number from 0 to %d", what, most)
		return 0
	}
	return i
}

// waivers reads the list of waivers. Whether the key of one exists is for the
// audit to say: it may be a key that only the exchange knows.
func (r *reader) waivers(n *yaml.Node) []audit.Waiver {
	if isNull(n) {
		return nil
	}
	if n.Kind != yaml.SequenceNode {
		r.fail(n, "waivers must be a list, not %s", kindOf(n))
		return nil
	}
	var waivers []audit.Waiver
	for _, item := range n.Content {
		w := r.waiver(item)
		same := func(o audit.Waiver) bool { return o.Rule == w.Rule && o.Key == w.Key && w.Rule != "" && w.Key != "" }
		if slices.ContainsFunc(waivers, same) {
			r.fail(item, "waivers: a waiver of %s for %s stands there twice", w.Rule, quote(w.Key))
		}
		waivers = append(waivers, w)
	}
	return waivers
}

func (r *reader) waiver(n *yaml.Node) audit.Waiver {
	var w audit.Waiver
	r.fields(n, "waiver", n,
		field{"rule", true, func(n *yaml.Node) {
			id, ok := r.text(n, "waiver: rule")
			if !ok {
				return
			}
			if _, known := r.names.Rules[id]; !known {
				r.fail(n, "waiver: unknown rule %s%s", quote(id), r.ruleHint(id))
				return
			}
			w.Rule = id
		}},
		field{"key", true, func(n *yaml.Node) { w.Key, _ = r.text(n, "waiver: key") }},
		field{"until", true, func(n *yaml.Node) { w.Until, _ = r.date(n, "waiver: until") }},
		field{"owner", true, func(n *yaml.Node) { w.Owner, _ = r.text(n, "waiver: owner") }},
		field{"reason", true, func(n *yaml.Node) { w.Reason, _ = r.text(n, "waiver: reason") }},
	)
	return w
}
