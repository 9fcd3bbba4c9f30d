package audit

import (
	"fmt"

	"rekey/exchanges"
)

func incidentRules() []Rule {
	return []Rule{
		exposedAtVendor(),
		possiblyAtVendor(),
		exposedAtExchange(),
		exposedInStore(),
		inADump(),
		suspectedVendor(),
		oldCatalogue(),
	}
}

const formulaNote = " The severity is that of a linked key: critical if it may trade or withdraw, " +
	"medium if it can only read, " +
	"never above the incident's own. Permissions that are not known count as trading."

func exposedAtVendor() Rule {
	return Rule{
		ID: ruleExposed, Title: "Shared with a vendor whose keys leaked", Brief: "vendor leak", Severity: Critical,
		Why: "The vendor's copy of the key was taken. Whoever has it can trade the account's money away, " +
			"without any right to withdraw.",
		Remedy: "Revoke the key, and review the account's trades.",
		When: "A vendor of the key (shared_with, or one that says that it holds the key) had an incident that took keys, " +
			"and the key was made in time to be among them." + formulaNote +
			" Information only: an incident in which no exchange key was reported taken, and a key that has ended since.",
		Refs: []string{"OWASP NHI3:2025", "CWE-522", "CCSS 1.05"},
		Check: incidentCheck(ruleExposed, func(s Subject) bool {
			return len(s.Inventory.SharedWith) > 0
		}),
		Fires: []Example{
			{
				Words:     "A trading key of June 2021 was given to 3commas.",
				Subject:   sample("grid", "binance", made("2021-06-16"), sharedWith("3commas")),
				Incidents: exampleIncidents(), Severity: Critical,
			},
			{
				Words:     "A tracker's key of June 2021 was given to 3commas.",
				Subject:   sample("tracker", "binance", may(exchanges.Read), made("2021-06-16"), sharedWith("3Commas.io")),
				Incidents: exampleIncidents(), Severity: Medium,
			},
			{
				Words: "A dead key of that time: its trades are still to be reviewed.",
				Subject: sample("grid", "binance", status(exchanges.StatusDead), permissionsUntold, madeUntold,
					sharedWith("3commas")),
				Incidents: exampleIncidents(), Severity: Info,
			},
			{
				Words:     "A key of 2023 met the incident in which no key was reported taken.",
				Subject:   sample("grid", "binance", made("2023-05-01"), sharedWith("3commas")),
				Incidents: exampleIncidents(), Severity: Info,
			},
		},
		Silent: []Example{
			{
				Words:     "A key of this autumn was given to 3commas.",
				Subject:   sample("grid", "binance", sharedWith("3commas")),
				Incidents: exampleIncidents(),
			},
			{
				Words:     "A key of June 2021 was given to nobody.",
				Subject:   sample("grid", "binance", made("2021-06-16")),
				Incidents: exampleIncidents(),
			},
			{
				Words:     "A key of that time was in CircleCI: a matching date exposes nothing.",
				Subject:   sample("grid", "okx", made("2022-12-20"), storedIn("circleci")),
				Incidents: exampleIncidents(),
			},
		},
		Unsure: []Example{{
			Words:     "The exchange lists an old key that rekey.yaml does not name.",
			Subject:   sample("", "kucoin", orphan, made("2021-06-16")),
			Incidents: exampleIncidents(),
		}},
	}
}

func possiblyAtVendor() Rule {
	return Rule{
		ID: rulePossibly, Title: "Shared with a vendor whose keys leaked; dates are missing",
		Brief: "vendor leak?", Severity: High,
		Why:    "It cannot be excluded that the key was among those taken. An unknown date is no alibi.",
		Remedy: "Treat the key as exposed until its date of creation is known.",
		When: "As INC-01, and nobody says when the key was created, or the incident's end or its loot is " +
			"not certain." + formulaNote +
			" At most high.",
		Refs:  []string{"OWASP NHI3:2025", "CCSS 1.05"},
		Check: incidentCheck(rulePossibly, func(s Subject) bool { return len(s.Inventory.SharedWith) > 0 }),
		Fires: []Example{{
			Words:     "OKX does not say when the key was made, and 3commas had it.",
			Subject:   sample("grid", "okx", madeUntold, sharedWith("3commas")),
			Incidents: exampleIncidents(), Severity: High,
		}},
		Silent: []Example{
			{
				Words: "The inventory knows the date.",
				Subject: sample("grid", "okx", madeUntold, sharedWith("3commas"), func(s *Subject) {
					s.Inventory.Created = exchanges.Known(date("2025-02-01"))
				}),
				Incidents: exampleIncidents(),
			},
			{
				Words:     "What is certain is INC-01's.",
				Subject:   sample("grid", "binance", made("2021-06-16"), sharedWith("3commas")),
				Incidents: exampleIncidents(),
			},
		},
	}
}

func exposedAtExchange() Rule {
	return Rule{
		ID: ruleExchange, Title: "Older than an incident of its exchange", Brief: "exchange incident", Severity: High,
		Why:    "The exchange itself, or its keys at large, were hit. A key of that time was never changed since.",
		Remedy: "Rotate the key.",
		When: "An incident concerns every key of the exchange, the owner, or keys that the inventory does not know, and " +
			"the key was made in time. " +
			"The severity is the incident's; entries that ask for nothing are left out. Unknown when nobody " +
			"says when the key was made.",
		Refs:  []string{"OWASP NHI7:2025"},
		Check: incidentCheck(ruleExchange, func(Subject) bool { return true }),
		Fires: []Example{{
			Words:     "A Binance key of 2018.",
			Subject:   sample("grid", "binance", made("2018-11-02")),
			Incidents: exampleIncidents(), Severity: High,
		}, {
			Words:     "It is dead by now: what it traded is still to be reviewed.",
			Subject:   sample("grid", "binance", made("2018-11-02"), status(exchanges.StatusDead)),
			Incidents: exampleIncidents(), Severity: Info,
		}},
		Silent: []Example{
			{
				Words:     "A Binance key of 2021.",
				Subject:   sample("grid", "binance", made("2021-06-16")),
				Incidents: exampleIncidents(),
			},
			{
				Words:     "A dead Binance key of unknown age: too little to speak of.",
				Subject:   sample("grid", "binance", madeUntold, status(exchanges.StatusDead)),
				Incidents: exampleIncidents(),
			},
			{
				Words:     "A KuCoin key of 2018.",
				Subject:   sample("grid", "kucoin", made("2018-11-02")),
				Incidents: exampleIncidents(),
			},
		},
		Unsure: []Example{{
			Words:     "A Binance key of unknown age.",
			Subject:   sample("grid", "binance", madeUntold),
			Incidents: exampleIncidents(),
		}},
	}
}

func exposedInStore() Rule {
	return Rule{
		ID: ruleStore, Title: "Stored in a breached store or CI system", Brief: "breached store", Severity: High,
		Why:    "The place that held the secret was broken into while it was there.",
		Remedy: "Rotate the key, and review the account's trades.",
		When: "stored_in names a store or CI system that had an incident, and the key was made before its end, or nobody " +
			"says when." + formulaNote +
			" At most high.",
		Refs:  []string{"OWASP NHI2:2025", "OWASP NHI3:2025"},
		Check: incidentCheck(ruleStore, func(s Subject) bool { return len(s.Inventory.StoredIn) > 0 }),
		Fires: []Example{
			{
				Words:     "A key of 2021 was in CircleCI.",
				Subject:   sample("grid", "okx", made("2021-06-16"), storedIn("CircleCI")),
				Incidents: exampleIncidents(), Severity: High,
			},
			{
				Words:     "A key of unknown age was in CircleCI.",
				Subject:   sample("grid", "okx", madeUntold, storedIn("circleci")),
				Incidents: exampleIncidents(), Severity: High,
			},
		},
		Silent: []Example{
			{
				Words:     "A key that was made after the incident.",
				Subject:   sample("grid", "okx", made("2023-02-01"), storedIn("circleci")),
				Incidents: exampleIncidents(),
			},
			{
				Words:     "A key of that time, given to 3commas and never in CircleCI.",
				Subject:   sample("grid", "okx", made("2021-06-16"), sharedWith("3commas")),
				Incidents: exampleIncidents(),
			},
		},
	}
}

func suspectedVendor() Rule {
	return Rule{
		ID: ruleSuspected, Title: "Exchanges warn of a vendor, and the vendor denies a leak",
		Brief: "leak suspected", Severity: Medium,
		Why:    "In 2022 ten weeks went by between the first abuse and the vendor's confession.",
		Remedy: "Rotate the key now: it costs less than being right later.",
		When: "The catalogue marks an incident as suspected, and the key is linked with it and was not made after " +
			"its end. At most medium.",
		Refs:  []string{"OWASP NHI3:2025"},
		Check: incidentCheck(ruleSuspected, func(Subject) bool { return true }),
		Fires: []Example{{
			Words:   "December 2022: exchanges see abuse of keys given to 3commas.",
			Subject: sample("grid", "binance", made("2021-06-16"), sharedWith("3commas")),
			Now:     date("2022-12-12"), Incidents: suspectedIncident(), Severity: Medium,
		}},
		Silent: []Example{{
			Words:   "The same day, a key that no vendor has.",
			Subject: sample("grid", "binance", made("2021-06-16")),
			Now:     date("2022-12-12"), Incidents: suspectedIncident(),
		}},
	}
}

func oldCatalogue() Rule {
	const id = "INC-10"
	return Rule{
		ID: id, Title: "Incident list is old", Brief: "old incident list", Severity: Info,
		Why:    "A list of incidents that nobody keeps gives a false calm.",
		Remedy: "Update rekey, or give it a newer catalogue.",
		When:   "The catalogue was compiled more than `days` ago. The finding is about \"catalogue\".",
		Params: []Param{{"days", 180, "age of the catalogue in days"}},
		CheckDesk: func(d *Desk) []Verdict {
			const about = "catalogue"
			compiled := d.Incident.Compiled
			if compiled.IsZero() {
				return []Verdict{{Outcome: CannotTell, About: about, Detail: "the catalogue does not say when it was compiled"}}
			}
			if age := d.Now.Sub(compiled); age > d.days(id, "days") {
				return []Verdict{
					{Outcome: Fail, About: about, Detail: fmt.Sprintf("compiled %s, %s ago", day(compiled), inDays(age))},
				}
			}
			return passed()
		},
		Fires: []Example{{
			Words: "The catalogue is eight months old.", Incidents: exampleIncidents(), Now: date("2027-07-22"), Severity: Info,
		}},
		Silent: []Example{{Words: "The catalogue is a month old.", Incidents: exampleIncidents(), Now: date("2026-12-22")}},
		Unsure: []Example{{Words: "The catalogue has no date."}},
	}
}
