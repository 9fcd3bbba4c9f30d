package audit

import "rekey/exchanges"

func exchangeRules() []Rule {
	return []Rule{{
		ID: "EXC-01", Title: "The exchange no longer exists", Brief: "exchange gone", Severity: Info,
		Why: "There is nothing to revoke. The key is a record now, and its old hosts may belong to anybody.",
		Remedy: "Never send this key or its secret anywhere. Note its label, its date and where it was stored, since that " +
			"may support a claim; then remove the stored secret.",
		When: "The exchange's card says that it is gone.",
		Check: func(s Subject, _ *Desk) []Verdict {
			if s.Key.Status != exchanges.StatusDefunct {
				return nil
			}
			v := Verdict{
				Outcome: Fail,
				Detail: exchangeOf(
					s,
				) + " does not run any more: the key can neither trade nor withdraw, and there is nothing to revoke",
			}
			if s.Key.Ref.Exchange == "ftx" {
				v.Remedy = ftxRemedy
			}
			return []Verdict{v}
		},
		Fires: []Example{{
			Words: "A key of FTX.", Subject: sample("ftx-old", "ftx", status(exchanges.StatusDefunct)), Severity: Info,
		}},
		Silent: []Example{{Words: "A key of an exchange that runs.", Subject: sample("grid", "binance")}},
	}}
}

// ftxRemedy follows the press named on the sheet of FTX (theblock, mitrade;
// collected 2026-11-22): claims go only through claims.ftx.com, the customers'
// deadline was 2023-09-29, and the estate warned of fake portals on 2025-10-03.
const ftxRemedy = "Never send this key or its secret to any host: domains of a dead exchange change hands. " +
	"Before deleting anything, note the label, the date of creation and where the key was stored: it may support a " +
	"claim about trades of October 2022. " +
	"Then remove the stored secret from bots, configuration files and notes, and change the password or passphrase " +
	"wherever the same one was used. " +
	"Claims go only through claims.ftx.com, typed by hand, never through a link in a mail; nobody there asks for an " +
	"old API key or a wallet. " +
	"The customers' deadline was 2023-09-29."
