package pages

import (
	"net/http"
	"time"

	"rekey/audit"
	"rekey/exchanges"
)

// stagedExchanges are an exchange whose card has a row of every kind, a vendor
// with keys of its own reach, and an exchange that is gone.
func stagedExchanges() []exchanges.Exchange {
	const day, page = "2026-11-01", "https://alpha.example/account/api-keys"
	row := func(action exchanges.Action, reach exchanges.Reach, way exchanges.Way, inRekey bool) exchanges.Capability {
		return exchanges.Capability{
			Action:  action,
			Reach:   reach,
			Way:     way,
			InRekey: inRekey,
			Source:  "docs.alpha.example keys",
			Checked: day,
		}
	}
	inspect := row(exchanges.ActInspect, exchanges.OwnKey, exchanges.ByAPI, true)
	inspect.Needs, inspect.Note = "any valid key", "tells permissions, not the addresses; error -2008 means that the "+
		"key is gone, and -2015 that nobody can tell from this address"
	byHand := row(exchanges.ActRevoke, exchanges.Master, exchanges.ByPerson, false)
	byHand.Page = page
	byHand.Steps = []string{
		"Log in by typing the address, never by a link from mail",
		"Open " + page,
		"Choose Delete and confirm with your second factor",
	}
	alpha := exchanges.Exchange{
		Card: exchanges.Card{
			Name: "alpha", Title: "Alpha Exchange", Kind: "exchange", Secret: "access key and secret",
			Formats: "64 letters and digits",
			Regions: []string{
				"global",
				"eea",
			}, Environs: []string{"live", "testnet"}, Death: "-2008, three times, beside a working control call",
			Capabilities: []exchanges.Capability{
				inspect,
				row(exchanges.ActList, exchanges.Master, exchanges.ByPerson, false),
				row(exchanges.ActList, exchanges.SubKeys, exchanges.NotTold, false),
				row(exchanges.ActList, exchanges.SubKeys, exchanges.ByAPI, true),
				row(exchanges.ActIssue, exchanges.SubKeys, exchanges.ByAPI, false),
				row(exchanges.ActEdit, exchanges.SubKeys, exchanges.Nobody, false),
				byHand,
				row(exchanges.ActRevoke, exchanges.SubKeys, exchanges.NotTold, false),
				row(exchanges.ActFreeze, exchanges.SubKeys, exchanges.Nobody, false),
			},
			Covers: exchanges.Covers{
				{
					Permission: exchanges.Trade, Words: []string{"trade_all", "old|trade"},
					Covers: []exchanges.Permission{exchanges.Spot, exchanges.Futures},
					Note:   "the word for *every* market", Source: "docs.alpha.example permissions", Checked: day,
				},
				{Permission: exchanges.Spot, Words: []string{"spot"}, Covers: []exchanges.Permission{exchanges.Margin}},
			},
			Expiry: []exchanges.ExpiryRule{{
				ID: "alpha-unrestricted", Text: "a key without an IP whitelist ends after 90 days", After: 90 * 24 * time.Hour,
				Start: exchanges.FromCreation,
				Powers: []exchanges.Permission{
					exchanges.Spot,
					exchanges.Withdraw,
				}, Source: "alpha.example/news/1 (2025-01-01)", Doubt: "the notice speaks of `trading` keys",
			}},
			Notes: []string{
				"The answer names no addresses.",
				"A | and a * and <b>HTML</b> and [a link](https://evil.example) stay text.",
			},
			Checked: day,
		},
		Protocol: exchanges.Protocol{
			Hosts: []exchanges.Host{
				{Role: "main", Environment: "live", URL: "https://api.alpha.example"},
				{Role: "main", Environment: "testnet", URL: "https://test.alpha.example"},
				{Role: "status", URL: "https://status.alpha.example"},
			},
			Operations: []exchanges.Operation{
				{
					Name:   "server time",
					Host:   "status",
					Method: http.MethodGet,
					Path:   "/time",
					Effect: exchanges.ReadOnly,
					Source: "docs.alpha.example time",
				},
				{
					Name: "sub-account keys", Host: "main", Method: http.MethodPost, Path: "/v1/sub/{id}/keys",
					Effect: exchanges.ReadOnly, Signed: true,
					Weight: 3000, Pool: "user", Needs: []exchanges.Permission{exchanges.Read, exchanges.ManageKeys},
					Source: "docs.alpha.example sub, read " + day,
				},
				{
					Name:   "key permissions",
					Host:   "main",
					Method: http.MethodGet,
					Path:   "/v1/key",
					Effect: exchanges.ReadOnly,
					Signed: true,
					Weight: 2,
					Pool:   "address",
				},
				{
					Name:   "delete a key",
					Host:   "main",
					Method: http.MethodDelete,
					Path:   "/v1/sub/{id}/keys/{key}",
					Signed: true,
					Weight: 1,
					Pool:   "lost",
				},
			},
			Pools: []exchanges.Pool{
				{
					Name:         "user",
					Per:          exchanges.PerUser,
					PerOperation: true,
					Limit:        180000,
					Window:       time.Minute,
					Source:       "docs.alpha.example limits",
				},
				{Name: "address", Per: exchanges.PerIP, Limit: 20, Window: 2 * time.Second},
			},
		},
	}
	stored := row(exchanges.ActEdit, "exchange keys that beta stores", exchanges.ByAPI, false)
	beta := exchanges.Exchange{
		Card: exchanges.Card{Name: "beta", Title: "Beta", Kind: "vendor", Capabilities: []exchanges.Capability{stored}},
	}
	gone := exchanges.Exchange{
		Card: exchanges.Card{Name: "gone", Title: "Gone", Kind: "defunct", Death: "the exchange itself is gone"},
	}
	return []exchanges.Exchange{alpha, beta, gone}
}

func stagedRules() []audit.Rule {
	return []audit.Rule{
		{
			ID: "AGE-01", Title: "key older than policy", Severity: audit.Medium,
			Why:    "The longer a key lives, the more places have seen its secret.",
			Remedy: "Rotate the key.", When: "The age is above `days`, or above trade_days for a key that may trade.",
			Refs: []string{"CWE-262", "OWASP NHI7:2025"},
			Params: []audit.Param{
				{Name: "days", Default: 730, Doc: "the limit in days"},
				{Name: "trade_days", Default: 90, Doc: "limit for keys that may trade"},
			},
			Check: func(audit.Subject, *audit.Desk) []audit.Verdict { return nil },
			Fires: []audit.Example{
				{Words: "A key of three years.", Severity: audit.High},
				{Words: "A trading key of a hundred days."},
			},
			Silent: []audit.Example{{Words: "A key of last week."}},
			Unsure: []audit.Example{{Words: "Nobody knows the age."}},
		},
		{
			ID: "POL-01", Title: "waiver has ended", Severity: audit.Info, Why: "A decision was made for a time.",
			Remedy: "Decide again.", When: "The day of the waiver is over.",
			CheckDesk: func(*audit.Desk) []audit.Verdict { return nil },
			Fires:     []audit.Example{{Words: "A waiver until yesterday."}},
		},
	}
}
