package audit

import (
	"fmt"
	"slices"

	"rekey/exchanges"
)

func inventoryRules() []Rule {
	return []Rule{orphanKey(), ghostKey(), ownerless(), duplicateLabel(), manyPlaces()}
}

func orphanKey() Rule {
	return Rule{
		ID: "INV-01", Title: "Unknown API key (not in rekey.yaml)", Brief: "unknown key", Severity: Critical,
		Why: "It was forgotten, or an intruder made it. In 2018 and 2024 thieves made their own keys at " +
			"Binance and OKX and waited.",
		Remedy: "Ask who made it. If nobody did, revoke it, change the account's password and second factor, and " +
			"review trades and withdrawals.",
		When: "An exchange lists the key, and no key of the inventory is it, whatever it may do. Low " +
			"when the key has ended. " +
			"Where the credential of a key of the inventory could not be read, the detail says that this may be that key: " +
			"nobody can tell until it is read. " +
			"Only keys that an exchange lists can be seen: most exchanges do not list the keys of the master account.",
		Refs: []string{"OWASP NHI1:2025", "CCSS 1.06"},
		Check: func(s Subject, d *Desk) []Verdict {
			if s.Origin != FromExchange {
				return passed()
			}
			v := Verdict{Outcome: Fail, Title: orphanTitle(s), Detail: orphanDetail(s) + maybeOf(d.unreadLike(s))}
			if r, _ := d.recordOf(s); d.Baseline != nil && r == nil {
				v.Detail += "; it was not there at the audit of " + day(startOfDay(d.Baseline.At))
			}
			if !mayLive(s) {
				v.Severity = Low
			}
			return []Verdict{v}
		},
		Fires: []Example{
			{
				Words:    "The master's list shows a key that nobody declared.",
				Subject:  sample("", "binance", orphan),
				Severity: Critical,
			},
			{
				Words:   "It can only read.",
				Subject: sample("", "kucoin", orphan, may(exchanges.Read)), Severity: Critical,
			},
			{
				Words: "It belongs to a sub-account that the exchange has frozen.",
				Subject: sample("", "binance", orphan, func(s *Subject) {
					s.Key.Ref.Account.Frozen = exchanges.Known(true)
				}),
				Severity: Critical,
			},
			{
				Words: "It was not there at the last audit.", Subject: sample("", "binance", orphan), Severity: Critical,
				Baseline: &Baseline{At: date("2026-11-21")},
			},
			{Words: "It has expired.", Subject: sample("", "kucoin", orphan, status(exchanges.StatusExpired)), Severity: Low},
			{
				Words:   "It may be a key of the inventory whose credential could not be read.",
				Subject: sample("", "kucoin", orphan),
				Others: []Subject{unknownSample("grid", "kucoin", func(s *Subject) {
					s.Key.Ref.AccessKey = ""
				})},
				Severity: Critical,
			},
		},
		Silent: []Example{{Words: "A key of the inventory.", Subject: sample("grid", "binance")}},
	}
}

// orphanTitle names the exchange: the key itself has no name.
func orphanTitle(s Subject) string {
	where := "account"
	switch s.Key.Ref.Account.Kind {
	case exchanges.AccountMaster:
		where = "master account"
	case exchanges.AccountSub:
		where = "sub-account"
	case exchanges.AccountUnknown:
	}
	return fmt.Sprintf("Unknown API key on %s %s (not in rekey.yaml)", exchangeOf(s), where)
}

func orphanDetail(s Subject) string {
	detail := exchangeOf(s) + " lists it"
	if name := s.Key.Ref.Account.Name; name != "" {
		detail += " for account " + quoted(name)
	}
	if granted, known := s.Key.Permissions.Granted(); known {
		detail += ", with the permissions " + permissionsOf(granted)
	}
	if at, known := s.Key.CreatedAt.Get(); known {
		detail += ", created " + day(at)
	}
	if s.Key.SpecialMargin {
		detail += "; it is a margin special key, which the page of ordinary keys does not show"
	}
	if frozen, _ := s.Key.Ref.Account.Frozen.Get(); frozen {
		detail += "; the sub-account is frozen, and the key works again once it is not"
	}
	return detail
}

// mostNamed is how many keys a detail names that an undeclared one may be.
const mostNamed = 3

// maybeOf ends the detail of an undeclared key that may be one of these: a
// finding that is a false alarm only if it is.
func maybeOf(unread []Subject) string {
	switch n := len(unread); {
	case n == 0:
		return ""
	case n == 1:
		return "; it may be " + unread[0].Name + ", whose credential could not be read"
	case n <= mostNamed:
		return "; it may be one of " + namesOfSubjects(unread) + ", whose credentials could not be read"
	default:
		return fmt.Sprintf("; it may be one of the %d keys of the inventory whose credentials could not be read", n)
	}
}

func ghostKey() Rule {
	return Rule{
		ID: "INV-02", Title: "Key in rekey.yaml has ended", Brief: "ended", Severity: Low,
		Why:    "A dead entry hides what is really in use, and its secret still lies about.",
		Remedy: "Remove the key from rekey.yaml and its secret from every place that holds it.",
		When: "The exchange says that the key does not exist, or that it has expired. " +
			"An answer that proves nothing gives an unknown.",
		Check: func(s Subject, _ *Desk) []Verdict {
			if s.Origin != FromInventory {
				return nil
			}
			switch s.Key.Status {
			case exchanges.StatusDead:
				detail := exchangeOf(s) + " says that the key does not exist"
				if s.Key.Proof != "" {
					detail += ": " + s.Key.Proof
				}
				return failed(detail)
			case exchanges.StatusExpired:
				return failed(exchangeOf(s) + " says that the key has expired")
			case exchanges.StatusAlive, exchanges.StatusIPRefused, exchanges.StatusDisabled:
				return passed()
			case exchanges.StatusDefunct:
				return nil
			case exchanges.StatusUndetermined:
			}
			return cannotTell("nothing that " + exchangeOf(s) + " answered proves whether the key lives")
		},
		Fires: []Example{
			{
				Words:    "The key was deleted at the exchange.",
				Subject:  sample("old-bot", "kucoin", status(exchanges.StatusDead)),
				Severity: Low,
			},
			{Words: "The key has expired.", Subject: sample("old-bot", "kucoin", status(exchanges.StatusExpired))},
		},
		Silent: []Example{
			{Words: "The key works.", Subject: sample("grid", "kucoin")},
			{
				Words:   "The key lives, and not for this address.",
				Subject: sample("grid", "kucoin", status(exchanges.StatusIPRefused)),
			},
		},
		Unsure: []Example{{Words: "The exchange could not be reached.", Subject: unknownSample("grid", "kucoin")}},
	}
}

func ownerless() Rule {
	return Rule{
		ID: "INV-03", Title: "No owner in rekey.yaml", Brief: "no owner", Severity: Medium,
		Why:    "In an incident somebody has to decide about this key, and nobody knows who.",
		Remedy: "Set `owner` in rekey.yaml.",
		When:   "The inventory names no owner for a key that has not ended.",
		Refs:   []string{"CCSS 1.06"},
		Check: func(s Subject, _ *Desk) []Verdict {
			if s.Origin != FromInventory || !mayLive(s) {
				return nil
			}
			if s.Inventory.Owner == "" {
				return failed("rekey.yaml names no owner")
			}
			return passed()
		},
		Fires: []Example{{
			Words: "Nobody wrote down whose key it is.", Severity: Medium,
			Subject: sample("grid", "binance", func(s *Subject) { s.Inventory.Owner = "" }),
		}},
		Silent: []Example{{Words: "Desk A owns it.", Subject: sample("grid", "binance")}},
	}
}

func duplicateLabel() Rule {
	labelled := func(name, label string) Subject {
		return sample(name, "kucoin", func(s *Subject) { s.Key.Label = label })
	}
	return Rule{
		ID: "INV-05", Title: "Two keys with one label", Brief: "same label twice", Severity: Low,
		Why:    "In a hurry somebody deletes the wrong one.",
		Remedy: "Give each key a label of its own.",
		When: "Another living key of the exchange carries the same label, without regard to case and outer blanks, in an " +
			"account that is not known to be another. " +
			"Not applicable to the only key of an exchange.",
		Check: func(s Subject, d *Desk) []Verdict {
			if !mayLive(s) || d.perExchange[s.Key.Ref.Exchange] < 2 {
				return nil
			}
			if s.Key.Label == "" {
				return cannotTell(unsaid(s, "how the key is labelled"))
			}
			twins := d.sameLabel(s)
			if len(twins) == 0 {
				return passed()
			}
			return failed("the label " + quoted(s.Key.Label) + " is also that of " + namesOfSubjects(twins))
		},
		Fires: []Example{{
			Words:   "Two keys are called bot.",
			Subject: labelled("grid", "bot"), Others: []Subject{labelled("hedge", "Bot ")}, Severity: Low,
		}},
		Silent: []Example{
			{
				Words:   "Each has a label of its own.",
				Subject: labelled("grid", "grid"),
				Others:  []Subject{labelled("hedge", "hedge")},
			},
			{
				Words: "The other bot is dead.", Subject: labelled("grid", "bot"),
				Others: []Subject{
					sample("hedge", "kucoin", status(exchanges.StatusDead), func(s *Subject) { s.Key.Label = "bot" }),
				},
			},
			{
				Words: "Two sub-accounts each have a key called bot.", Subject: labelled("grid", "bot"),
				Others: []Subject{
					sample("hedge", "kucoin", account(exchanges.AccountSub), func(s *Subject) { s.Key.Label = "bot" }),
				},
			},
		},
		Unsure: []Example{{
			Words: "The exchange does not tell labels.", Subject: labelled("grid", ""), Others: []Subject{labelled("hedge", "")},
		}},
	}
}

// namesOfSubjects lists keys by name. A key without one is named by its masked
// access key alone: its display name holds foreign text.
func namesOfSubjects(all []Subject) string {
	var names []string
	for _, s := range all {
		name := s.Name
		if name == "" {
			name = "the undeclared key " + quoted(exchanges.MaskAccessKey(s.Key.Ref.AccessKey))
		}
		names = append(names, name)
	}
	slices.Sort(names)
	return listed(slices.Compact(names))
}

func manyPlaces() Rule {
	return Rule{
		ID: "INV-07", Title: "One key in several places", Brief: "in several places", Severity: High,
		Why:    "A leak in one place opens all of them, nobody can tell which one leaked, and a rotation breaks the others.",
		Remedy: "Give every service a key of its own.",
		When: "Two names of the inventory stand for the same access key, or two or more vendors had the key. " +
			"Declared copies for one bot do not count.",
		Refs: []string{"OWASP NHI9:2025"},
		Check: func(s Subject, d *Desk) []Verdict {
			if s.Origin != FromInventory || !mayLive(s) {
				return nil
			}
			twins := slices.DeleteFunc(d.sameAccessKey(s), func(o Subject) bool { return o.Origin != FromInventory })
			vendors := map[string]bool{}
			for _, v := range s.Inventory.SharedWith {
				vendors[d.vendors.of(v)] = true
			}
			switch {
			case len(twins) > 0:
				return failed("the same access key is also declared as " + namesOfSubjects(twins))
			case len(vendors) > 1:
				return failed(fmt.Sprintf("%d vendors had it: %s", len(vendors), vendorsOf(s)))
			}
			return passed()
		},
		Fires: []Example{
			{
				Words:   "A bot service and a tax tool have the same key.",
				Subject: sample("grid", "kucoin", sharedWith("3commas", "cointracking")), Severity: High,
			},
			{
				Words:   "Two names stand for one key.",
				Subject: sample("grid", "kucoin"),
				Others: []Subject{sample("hedge", "kucoin", func(s *Subject) {
					s.Key.Ref.AccessKey = sample("grid", "kucoin").Key.Ref.AccessKey
				})},
			},
		},
		Silent: []Example{
			{Words: "One vendor has it.", Subject: sample("grid", "kucoin", sharedWith("3commas"))},
			{
				Words:   "One vendor, written twice.",
				Subject: sample("grid", "kucoin", sharedWith("3commas", "3Commas.io")), Incidents: exampleIncidents(),
			},
		},
	}
}
