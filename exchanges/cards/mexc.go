package cards

import (
	"regexp"
	"time"

	"rekey/exchanges"
)

// mexc is the card of MEXC. Sources: the call that makes sub-account keys as
// stored from mexc.in/api-docs/spot-v3, the OpenAPI of api-evangelist/mexc
// a6983f38, ccxt 4.5.84 mexc.js, and a recorded answer to an unknown key.
func mexc() exchanges.Card {
	const (
		docs = "mexc.in/api-docs/spot-v3, subaccount-endpoints, and api-evangelist/mexc a6983f38"
		old  = "MEXC's text on apiKeyInfo, collected 2026-11"
	)
	s := sheet{
		title: "MEXC", page: "https://www.mexc.com/user/openapi", menu: "API management",
		pageSource: "the page is named by third-party tools; the wording of the steps is inferred",
	}
	return exchanges.Card{
		Name: "mexc", Title: "MEXC", Kind: "exchange",
		Secret: "access key and secret; no passphrase",
		Formats: "access key: mx0 and 15 letters and digits (documented example); secret: 32 hex digits (inferred); the " +
			"documents promise no form",
		Death: unproven + "By API it would be 10072 \"Api key info invalid\" (HTTP 400) twice beside a working call " +
			"for the " +
			"time; never 700001 or 700002, which also come for an expired key or a wrong signature, nor 700006 (address)",
		Capabilities: append([]exchanges.Capability{
			api(exchanges.ActInspect, exchanges.OwnKey, "any key",
				"apiKeyInfo tells rights, addresses, creation, days left and status", old),
			api(exchanges.ActEdit, exchanges.OwnKey, "SPOT_ACCOUNT_WRITE",
				"since 2026-06 a key can change its own list of addresses: a thief can open it too", old),
			api(exchanges.ActList, exchanges.SubKeys, "a key of the master account", "GET /api/v3/sub-account/apiKey", docs),
			api(exchanges.ActIssue, exchanges.SubKeys, "SPOT_ACCOUNT_READ of the master account, as documented",
				"a master key that may only read may make trading keys for sub-accounts", docs),
			none(exchanges.ActEdit, exchanges.SubKeys, "no call changes a key of a sub-account", docs),
			api(exchanges.ActRevoke, exchanges.SubKeys, "a key of the master account",
				"DELETE /api/v3/sub-account/apiKey", docs),
		}, s.byHand("Choose to delete it and confirm with your second factor")...),
		Expiry: []exchanges.ExpiryRule{{
			ID: "mexc-unbound", After: 90 * 24 * time.Hour, Start: exchanges.FromCreation,
			Powers: []exchanges.Permission{exchanges.Spot, exchanges.Futures, exchanges.Transfer, exchanges.Withdraw},
			Text:   "a key without an IP whitelist ends after 90 days",
			Source: "MEXC's text on apiKeyInfo (remainingValidity), collected 2026-11",
		}},
		Notes: []string{
			"A leaked master key that may only read is no small matter: the documented right of the call that makes keys for " +
				"sub-accounts is SPOT_ACCOUNT_READ. After a leak look at the keys of every sub-account, and delete what " +
				"you do not know.",
			"A key with SPOT_ACCOUNT_WRITE can take its own list of addresses away: the list is no wall against a thief " +
				"who already has the key and one of the addresses.",
			"700006 (address not on the list) was once seen although no list was set (mexc-api-sdk#87).",
			"An account has at most 30 keys.",
		},
		Checked: day,
	}
}

// The access key's form is a documented example's, the secret's is inferred.
var (
	mexcKey    = regexp.MustCompile(`^mx0[A-Za-z0-9]{9,21}$`)
	mexcSecret = regexp.MustCompile(`^[0-9a-f]{32}$`)
)

func recogniseMEXC(c exchanges.Credential) exchanges.Fit {
	return formed(c, "a mexc access key begins with mx0", exchanges.Distinct, mexcKey, mexcSecret)
}
