package cards

import (
	"regexp"

	"rekey/exchanges"
)

// gemini is the card of Gemini. Sources: developer.gemini.com
// authentication/api-key and rate-limit (stored 2026), ccxt 4.5.84 gemini.js,
// and a recorded answer to an unknown key.
func gemini() exchanges.Card {
	const docs = "developer.gemini.com, authentication/api-key, stored 2026"
	s := sheet{
		title: "Gemini", page: "https://exchange.gemini.com/settings/api", menu: "Settings, API",
		pageSource: "the page is named by third-party tools; the wording of the steps is inferred",
	}
	return exchanges.Card{
		Name: "gemini", Title: "Gemini", Kind: "exchange",
		Secret:  "access key and secret; no passphrase",
		Formats: "access key: account- or master- and 20 letters and digits; secret: about 28 characters (inferred)",
		Death: unproven + "By API it would be InvalidApiKey (HTTP 400) twice beside a working public call; no source says " +
			"what a refused address gets",
		Capabilities: append([]exchanges.Capability{
			api(exchanges.ActInspect, exchanges.OwnKey, "any key",
				"POST /v1/roles tells auditor, fund manager, trader, account administrator; not addresses or days", docs),
			none(exchanges.ActList, exchanges.SubKeys, "POST /v1/account/list lists accounts, and no call lists keys", docs),
		}, s.byHand("Choose to revoke it and confirm with your second factor")...),
		Notes: []string{
			"A key that was made with \"Requires Heartbeat\" cancels all its open orders when no call comes for 30 " +
				"seconds: any " +
				"look at it may start or end that clock.",
			"A fund manager's key may withdraw and transfer, an account administrator's (keys that begin with master-) may " +
				"make accounts and manage keys.",
			"POST /v1/oauth/revokeByToken ends tokens of apps, and no key.",
		},
		Checked: day,
	}
}

var (
	geminiKey    = regexp.MustCompile(`^(account|master)-[A-Za-z0-9]{20}$`)
	geminiSecret = regexp.MustCompile(`^[A-Za-z0-9]{26,30}$`)
)

func recogniseGemini(c exchanges.Credential) exchanges.Fit {
	return formed(c, "a gemini access key begins with account- or master-", exchanges.Distinct, geminiKey, geminiSecret)
}
