package kucoin

import (
	"slices"
	"strings"
	"time"

	"rekey/internal/fake"
	"rekey/internal/fake/market"
)

// An Account is a master account.
type Account struct {
	UID    int64
	Frozen bool
	// Quota is what the management pool holds, 0 for the 2,000 of an account
	// without VIP level.
	Quota  int
	Keys   []*Key
	Subs   []*Sub
	Wallet market.Wallet // its trade account
	// MostKeys is how many keys a sub-account may have, 0 for no limit. The
	// documents name none.
	MostKeys int
}

// A Sub is a sub-account.
type Sub struct {
	UID     int64
	UserID  string
	Name    string
	Remarks string
	Frozen  bool
	Created time.Time
	Keys    []*Key
	Wallet  market.Wallet // its trade account
}

// A Key is an API key.
type Key struct {
	AccessKey, Secret, Passphrase string
	Remark                        string
	// Version is the key's version, 0 for 3, which new keys have.
	Version int
	// ExactVersion refuses a version header that is not the key's own. KuCoin
	// was not seen to do so: its examples use 2 and 3 side by side.
	ExactVersion bool
	// Permission is the comma separated list as the exchange writes it.
	Permission string
	Whitelist  []string
	Created    time.Time
	// Expires is when the key stops working, zero for never. No answer tells
	// it.
	Expires time.Time
	Deleted bool

	life fake.Life
}

func (k *Key) version() int {
	if k.Version == 0 {
		return 3
	}
	return k.Version
}

// works reports whether the gateway knows the key. What it says of an expired
// one is not documented; here it is gone.
func (k *Key) works(now time.Time) bool {
	return k.life.Works(k.Deleted, now) && (k.Expires.IsZero() || now.Before(k.Expires))
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
					AccessKey: k.AccessKey, Account: account, Label: k.Remark,
					Permissions: strings.Split(k.Permission, ","), Whitelist: slices.Clone(k.Whitelist),
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
