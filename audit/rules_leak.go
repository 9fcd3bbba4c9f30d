package audit

import (
	"slices"
	"strings"
	"time"

	"rekey/exchanges"
)

// inADump is about what `rekey leak` found and remembers.
func inADump() Rule {
	leaked := func(what ...string) func(*Subject) {
		return func(s *Subject) {
			s.Leaks = []Leak{{What: what, Dump: "dump.jsonl", At: time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)}}
		}
	}
	return Rule{
		ID: "INC-06", Title: "found in a leaked dump", Severity: Critical,
		Why:    "Whoever has the dump has the key. With the secret in it he can use the key as it is; with the access key alone he knows whom to try.",
		Remedy: "Revoke the key now: `rekey respond KEY`. Then look for what else lay beside it.",
		When: "`rekey leak` found the key in a dump, and remembers it by its fingerprint in the state directory. Critical for a key that may live when the secret was there or the key may trade or withdraw, high for other keys that may live, " +
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
			v := Verdict{Outcome: Fail, Severity: High, Detail: "its " + strings.Join(what, ", ") + " stood in " + strings.Join(dumps, ", ")}
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
			{Words: "The secret of a trading key stood in a dump.", Subject: sample("grid", "binance", leaked("access_key", "secret")), Severity: Critical},
			{Words: "The secret of a tracker's key.", Subject: sample("tracker", "binance", may(exchanges.Read), leaked("secret")), Severity: Critical},
			{Words: "The access key of a tracker's key.", Subject: sample("tracker", "binance", may(exchanges.Read), leaked("access_key")), Severity: High},
			{Words: "A key that is dead since.", Subject: sample("grid", "binance", status(exchanges.StatusDead), leaked("secret")), Severity: Info},
		},
		Silent: []Example{{Words: "A key that was found in no dump.", Subject: sample("grid", "binance")}},
	}
}
