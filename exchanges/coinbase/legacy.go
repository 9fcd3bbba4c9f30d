package coinbase

import (
	"context"
	"regexp"

	"rekey/exchanges"
)

// Legacy keys of the Coinbase App signed by HMAC (docs.cdp.coinbase.com
// coinbase-app/authentication-authorization/legacy-keys, read 2026-11-22: all
// were expired by Coinbase in February 2025).
var (
	legacyKeyForm    = regexp.MustCompile(`^[A-Za-z0-9]{16}$`)
	legacySecretForm = regexp.MustCompile(`^[A-Za-z0-9]{32}$`)
)

// legacyText says what a legacy key is. It is on the card and in what
// recognise says.
const legacyText = "a legacy key of the Coinbase App: Coinbase expired all of them in February 2025; " +
	"there is nothing to revoke"

// isLegacy reports whether both halves have the legacy form. The access key
// alone is too short to tell.
func isLegacy(c exchanges.Credential) bool {
	return legacyKeyForm.MatchString(c.AccessKey) && matches(legacySecretForm, c.Secret)
}

// A legacyKey is a key that is dead by its form. It never sends anything.
type legacyKey struct{ accessKey string }

var _ exchanges.Adapter = legacyKey{}

// Card returns the card of facts.
func (legacyKey) Card() exchanges.Card { return card() }

// Inspect says that the key is dead, without asking anybody.
func (l legacyKey) Inspect(context.Context) (exchanges.Key, error) {
	return exchanges.Key{
		Ref: exchanges.KeyRef{
			Exchange: Name, AccessKey: l.accessKey,
			Account: exchanges.Account{Kind: exchanges.AccountUnknown},
		},
		Status:    exchanges.StatusDead,
		Algorithm: "hmac",
	}, nil
}
