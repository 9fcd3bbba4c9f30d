package audit

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"rekey/exchanges"
)

// The rules that report a match with an incident.
const (
	ruleExposed   = "INC-01"
	rulePossibly  = "INC-02"
	ruleExchange  = "INC-03"
	ruleStore     = "INC-04"
	ruleSuspected = "INC-09"
)

// ruleFor says which rule reports a match, "" when none does.
func ruleFor(in Incident, m match) string {
	if !m.linked || m.outcome == NotExposed && !reassures(in, m) {
		return ""
	}
	if in.Suspected {
		return ruleSuspected
	}
	switch m.link.Type {
	case linkSharedWith:
		if m.outcome == Exposed || in.Exposure == NoKeys {
			return ruleExposed
		}
		return rulePossibly
	case linkStoredIn, linkCI:
		return ruleStore
	}
	if in.Severity == Info && !slices.ContainsFunc(in.Actions, func(a string) bool { return a != actionNone }) {
		return "" // history, and nothing to do
	}
	return ruleExchange
}

// reassures reports whether the match is worth a word though no key was taken:
// the owner of a linked key will ask.
func reassures(in Incident, m match) bool {
	return in.Exposure == NoKeys && m.why == whyNoKeys && m.link.Type != linkExchangeKey
}

// incidentCheck returns the verdicts of one rule: one per incident that it
// reports. It passes only when no incident at all is left open; what another
// of these rules reports is no pass for this one.
func incidentCheck(rule string, applies func(Subject) bool) func(Subject, *Desk) []Verdict {
	return func(s Subject, d *Desk) []Verdict {
		if rule == ruleExposed && s.Origin == FromExchange && len(s.Inventory.SharedWith) == 0 && mayLive(s) {
			return d.orphanAtVendor(s)
		}
		if len(d.Incident.Incidents) == 0 || !applies(s) {
			return nil
		}
		var out []Verdict
		clear := mayLive(s)
		for _, in := range d.Incident.Incidents {
			m := compare(s, in, d.Now)
			reported := ruleFor(in, m)
			if reported == rulePossibly && !mayLive(s) {
				reported = ruleExposed // an ended key of a vendor has one place in the report
			}
			if reported == rule {
				out = append(out, d.incidentVerdict(rule, s, in, m)...)
			}
			clear = clear && (!m.linked || m.outcome == NotExposed)
		}
		if out == nil && clear {
			return passed()
		}
		return out
	}
}

// orphanAtVendor is the answer for a key that nobody declared: unknown as soon
// as one vendor's incident would expose it.
func (d *Desk) orphanAtVendor(s Subject) []Verdict {
	for _, in := range d.Incident.Incidents {
		for _, l := range in.Links {
			there := s
			there.Inventory.SharedWith = []string{l.Value}
			m := compare(there, in, d.Now)
			if l.Type == linkSharedWith && m.outcome != NotExposed {
				return cannotTell("nobody says whom the key was given to, and it is old enough for " + in.ID)
			}
		}
	}
	return nil
}

func (d *Desk) incidentVerdict(rule string, s Subject, in Incident, m match) []Verdict {
	v := Verdict{
		Outcome: Fail, Incident: in.ID, Title: string(m.outcome) + ": " + in.Title,
		Detail: incidentDetail(s, in, m), Remedy: remedyFor(s, in, true), Severity: severityIn(rule, s, in),
	}
	if v.Remedy == "" {
		v.Remedy, _ = ActionText(actionNone)
	}
	if m.outcome == Unmatched {
		v.Title = "possibly exposed: " + in.Title
		v.Remedy = joined(
			"look up when the key was created and set `created` in rekey.yaml; until then treat it as exposed",
			v.Remedy,
		)
	}
	if how, over := ended(s); over {
		return aboutEnded(rule, s, in, m, v, how)
	}
	switch {
	case in.Exposure == NoKeys:
		v.Severity, v.Title = Info, in.Title+": "+whyNoKeys
	case rule == ruleExchange && m.outcome == Unmatched && in.Severity == Info:
		return nil
	case rule == ruleExchange && m.outcome == Unmatched:
		return cannotTell(unsaid(s, "when the key was created") + ", which decides on " + in.ID)
	}
	return []Verdict{v}
}

// aboutEnded turns the verdict on an ended key into information: the key can do
// nothing more, and what it did is still to be looked at.
func aboutEnded(rule string, s Subject, in Incident, m match, v Verdict, how string) []Verdict {
	review := remedyFor(s, in, false)
	if in.Exposure == NoKeys || review == "" || rule == ruleExchange && m.outcome == Unmatched {
		return nil
	}
	key := "exposed key "
	if m.outcome != Exposed {
		key = "possibly exposed key "
	}
	v.Severity, v.Title, v.Remedy = Info, key+how+", review its trades: "+in.Title, review
	if s.Key.Status == exchanges.StatusDefunct {
		v.Title = key + how + ": " + in.Title
		v.Remedy = "nothing can be revoked; note what the key was for, and treat every other key that was in " +
			"the same place as exposed"
	}
	return []Verdict{v}
}

func joined(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), "; ")
}

// severityIn is the formula's severity for a key that is linked with an
// incident, within what the rule and the incident allow.
func severityIn(rule string, s Subject, in Incident) Severity {
	capability, _ := capabilityOf(s.Key)
	limit := Critical
	switch rule {
	case rulePossibly, ruleStore:
		limit = High
	case ruleSuspected:
		limit = Medium
	case ruleExchange:
		if in.Severity != None {
			return in.Severity
		}
	}
	if in.Severity != None {
		limit = min(limit, in.Severity)
	}
	return min(limit, SeverityOf(capability, Linked))
}

// incidentDetail tells the link, the dates, the loot and the abuse.
func incidentDetail(s Subject, in Incident, m match) string {
	parts := []string{m.linkText(), m.why}
	if in.Exposure != NoKeys && len(in.Leaked) > 0 {
		parts = append(parts, "taken were "+strings.ReplaceAll(listed(in.Leaked), "_", " "))
	}
	if !in.FirstAbuse.IsZero() {
		parts = append(parts, "first abuse on "+day(in.FirstAbuse))
	}
	if in.Suspected {
		parts = append(parts, fmt.Sprintf("%s denies it", vendorOr(in, "the vendor")))
	}
	if _, assumed := capabilityOf(s.Key); assumed && mayLive(s) && in.Exposure != NoKeys {
		parts = append(parts, "what the key may do is not known and counts as trading")
	}
	return strings.Join(parts, "; ")
}

func vendorOr(in Incident, fallback string) string {
	if in.Vendor == "" {
		return fallback
	}
	return in.Vendor
}

// inADump is about what `rekey leak` found and remembers.
func inADump() Rule {
	leaked := func(what ...string) func(*Subject) {
		return func(s *Subject) {
			s.Leaks = []Leak{{What: what, Dump: "dump.jsonl", At: time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)}}
		}
	}
	return Rule{
		ID: "INC-06", Title: "Found in a leaked dump", Brief: "in a leaked dump", Severity: Critical,
		Why: "Whoever has the dump has the key. With the secret in it they can use the key as it is; with the access " +
			"key alone they know whom to try.",
		Remedy: "Revoke the key now: `rekey respond KEY`. Then look for what else lay beside it.",
		When: "`rekey leak` found the key in a dump, and remembers it by its fingerprint in the state directory. Critical " +
			"for a key that may live when the secret was there or the key may trade or withdraw, high for " +
			"other keys that may live, " +
			"information for a key that has ended.",
		Refs: []string{"OWASP NHI2:2025", "CWE-200"},
		Check: func(s Subject, _ *Desk) []Verdict {
			if len(s.Leaks) == 0 {
				return nil // the dumps that nobody looked into may hold it
			}
			var what, dumps []string
			for _, l := range s.Leaks {
				for _, w := range l.What {
					if w = strings.ReplaceAll(w, "_", " "); !slices.Contains(what, w) {
						what = append(what, w)
					}
				}
				dumps = append(dumps, l.Dump+" ("+l.At.UTC().Format(time.DateOnly)+")")
			}
			v := Verdict{
				Outcome:  Fail,
				Severity: High,
				Detail:   "its " + strings.Join(what, ", ") + " stood in " + strings.Join(dumps, ", "),
			}
			power, _ := capabilityOf(s.Key)
			switch {
			case !mayLive(s):
				v.Severity = Info
			case slices.Contains(what, "secret"), power >= CanTrade:
				v.Severity = Critical
			}
			return []Verdict{v}
		},
		Fires: []Example{
			{
				Words:    "The secret of a trading key stood in a dump.",
				Subject:  sample("grid", "binance", leaked("access_key", "secret")),
				Severity: Critical,
			},
			{
				Words:    "The secret of a tracker's key.",
				Subject:  sample("tracker", "binance", may(exchanges.Read), leaked("secret")),
				Severity: Critical,
			},
			{
				Words:    "The access key of a tracker's key.",
				Subject:  sample("tracker", "binance", may(exchanges.Read), leaked("access_key")),
				Severity: High,
			},
			{
				Words:    "A key that is dead since.",
				Subject:  sample("grid", "binance", status(exchanges.StatusDead), leaked("secret")),
				Severity: Info,
			},
		},
		Silent: []Example{{Words: "A key that was found in no dump.", Subject: sample("grid", "binance")}},
	}
}
