package audit

import "fmt"

// The rules about waivers run last, when it is known which were needed.
const (
	ruleExpiredWaiver = "POL-01"
	ruleUnusedWaiver  = "POL-02"
)

func policyRules() []Rule {
	noList := sample("grid", "binance", fromAnywhere)
	until := func(last string) Policy {
		return Policy{Waivers: []Waiver{{
			Rule: "NET-01", Key: "grid", Until: date(last), Owner: "desk-a", Reason: "vendor has no fixed address",
		}}}
	}
	return []Rule{
		{
			ID: ruleExpiredWaiver, Title: "Waiver has expired", Brief: "waiver expired", Severity: Medium,
			Why:    "Somebody decided to live with a finding for a time, and the time is over.",
			Remedy: "Deal with the finding, or decide again and set a new day.",
			When:   "The last day of a waiver is over, in UTC. What it silenced is reported again.",
			CheckDesk: func(d *Desk) []Verdict {
				var out []Verdict
				for _, w := range d.Policy.Waivers {
					if !w.holds(d.Now) {
						out = append(out, Verdict{Outcome: Fail, About: w.Key, Detail: "the waiver " + w.text() + " is over"})
					}
				}
				return out
			},
			Fires: []Example{
				{Words: "The waiver held until yesterday.", Subject: noList, Policy: until("2026-11-21"), Severity: Medium},
			},
			Silent: []Example{{Words: "The waiver holds until the end of today.", Subject: noList, Policy: until("2026-11-22")}},
		},
		{
			ID: ruleUnusedWaiver, Title: "Waiver silences nothing", Brief: "waiver unused", Severity: Low,
			Why:    "It was needed once. Left standing, it silences the next finding of its kind.",
			Remedy: "Remove the waiver.",
			When: "A waiver holds, and its rule reports nothing about its key. Not while the rule is unknown for the key, or " +
				"the key could not be looked at: " +
				"then the waiver may still be needed.",
			CheckDesk: func(d *Desk) []Verdict {
				var out []Verdict
				for _, w := range d.idle {
					out = append(
						out,
						Verdict{Outcome: Fail, About: w.Key, Detail: "the waiver " + w.text() + " has nothing to silence"},
					)
				}
				return out
			},
			Fires: []Example{
				{
					Words:    "The key has a list by now.",
					Subject:  sample("grid", "binance"),
					Policy:   until("2027-01-31"),
					Severity: Low,
				},
			},
			Silent: []Example{
				{Words: "The waiver is needed.", Subject: noList, Policy: until("2027-01-31")},
				{
					Words:   "The key could not be reached today.",
					Subject: unknownSample("grid", "binance"),
					Policy:  until("2027-01-31"),
				},
			},
		},
	}
}

func (w Waiver) text() string {
	last := "without a last day"
	if !w.Until.IsZero() {
		last = "until " + day(startOfDay(w.Until))
	}
	return fmt.Sprintf("of %s %s by %s", w.Rule, last, quoted(w.Owner))
}
