package okx

import (
	"slices"
	"time"

	"rekey/internal/fake"
	"rekey/internal/fake/market"
)

// An Account is a main account.
type Account struct {
	ID     string
	Keys   []*Key
	Subs   []*Sub
	Wallet market.Wallet // its trading account
}

// A Sub is a sub-account.
type Sub struct {
	ID      string
	Name    string
	Label   string
	Frozen  bool
	Created time.Time
	Keys    []*Key
	Wallet  market.Wallet // its trading account
}

// A Key is an API key.
type Key struct {
	AccessKey, Secret, Passphrase string
	Label                         string
	Created                       time.Time
	Whitelist                     []string
	// Perms are OKX's words: "read_only", "trade", "withdraw".
	Perms []string
	// Demo is set for a key of demo trading.
	Demo    bool
	Deleted bool

	life fake.Life
}

// Live returns the keys that exist or still answer, in the order of accounts.
func (x *Exchange) Live() []fake.LiveKey {
	x.Mu.Lock()
	defer x.Mu.Unlock()
	var out []fake.LiveKey
	add := func(account string, keys []*Key) {
		for _, k := range keys {
			if k.life.Lives(k.Deleted, x.Server.Now()) {
				out = append(out, fake.LiveKey{
					AccessKey: k.AccessKey, Account: account, Label: k.Label, Permissions: slices.Clone(k.Perms),
					Whitelist: slices.Clone(k.Whitelist),
				})
			}
		}
	}
	for _, a := range x.accounts {
		add("", a.Keys)
		for _, s := range a.Subs {
			add(s.Name, s.Keys)
		}
	}
	return out
}
