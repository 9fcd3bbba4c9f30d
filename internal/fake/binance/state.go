package binance

import (
	"slices"
	"strings"
	"time"

	"rekey/internal/fake"
	"rekey/internal/fake/market"
)

// An Account is a master account.
type Account struct {
	ID         string
	Keys       []*Key
	Subs       []*Sub
	MarginKeys []MarginKey
	Wallet     market.Wallet // spot
	History    History
	// SpecialKeys is set for an account that is approved for margin special
	// keys. One that has any needs no setting.
	SpecialKeys bool
	// MostKeys is how many keys a sub-account may have, 0 for no limit. The
	// documents name none; 30 is quoted.
	MostKeys int
	// RefusedByKYC are addresses and networks from which the "KYC IP
	// restriction check" refuses to make, delete and change keys. The
	// documents name the check and do not describe it.
	RefusedByKYC []string
}

// A Sub is a sub-account.
type Sub struct {
	ID      int64
	Email   string
	Remark  string
	Frozen  bool
	Created time.Time
	Keys    []*Key
	Wallet  market.Wallet // spot
	History History
	// AssetManagement and PortfolioMargin mark sub-accounts whose keys cannot
	// be managed by API, and whose keys' permissions cannot be.
	AssetManagement, PortfolioMargin bool
}

// A Key is an ordinary API key.
type Key struct {
	AccessKey string
	Secret    string // HMAC
	// Verify, when set, checks the signature of an asymmetric key in place of
	// Secret.
	Verify    func(payload, signature string) bool
	Label     string
	Created   time.Time
	Whitelist []string
	// Flags are the fields of apiRestrictions that are on, "enableReading".
	Flags   []string
	Deleted bool

	life      fake.Life
	addressed time.Time // when the whitelist was last changed by API
}

// A MarginKey is a margin special key. It works with /api/v3, if it has a
// Secret or Verify.
type MarginKey struct {
	Name, AccessKey, IP, Type, Mode string
	Symbol                          string // the isolated pair, "" for cross margin
	Secret                          string
	Verify                          func(payload, signature string) bool
	Deleted                         bool

	life fake.Life
}

// noAddress stands in the list of a special key that was made without
// addresses, and goes on to stand there: "just an initial state reference (no
// extra meaning)".
const noAddress = "0.0.0.0"

// key is the special key as the gateway sees it.
func (m *MarginKey) key() *Key {
	var whitelist []string
	if m.IP != "" {
		whitelist = slices.DeleteFunc(strings.Split(m.IP, ","), func(a string) bool { return a == noAddress })
	}
	return &Key{
		AccessKey: m.AccessKey, Secret: m.Secret, Verify: m.Verify, Label: m.Name,
		Whitelist: whitelist, Flags: []string{m.Mode},
		Deleted: m.Deleted, life: m.life,
	}
}

// Live returns the keys that exist or still answer, in the order of accounts.
func (x *Exchange) Live() []fake.LiveKey {
	x.Mu.Lock()
	defer x.Mu.Unlock()
	var out []fake.LiveKey
	add := func(account string, k *Key) {
		if k.life.Lives(k.Deleted, x.Server.Now()) {
			out = append(out, fake.LiveKey{
				AccessKey: k.AccessKey, Account: account, Label: k.Label, Permissions: slices.Clone(k.Flags),
				Whitelist: slices.Clone(k.Whitelist),
			})
		}
	}
	for _, a := range x.accounts {
		for _, k := range a.Keys {
			add("", k)
		}
		for _, s := range a.Subs {
			for _, k := range s.Keys {
				add(s.Email, k)
			}
		}
		for i := range a.MarginKeys {
			add("", a.MarginKeys[i].key())
		}
	}
	return out
}
