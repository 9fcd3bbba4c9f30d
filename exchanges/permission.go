package exchanges

import (
	"slices"
)

// A Permission is one thing a key may do, in rekey's words. The words are part
// of the contract and are never reused for something else.
type Permission string

// The permissions that rekey tells apart.
const (
	Read               Permission = "read"
	Spot               Permission = "spot"
	Margin             Permission = "margin"
	Futures            Permission = "futures"
	Options            Permission = "options"
	PortfolioMargin    Permission = "portfolio_margin"
	Trade              Permission = "trade" // one permission for all markets
	Transfer           Permission = "transfer"
	SubaccountTransfer Permission = "subaccount_transfer"
	Withdraw           Permission = "withdraw"
	Earn               Permission = "earn"
	FIXRead            Permission = "fix_read"
	FIXTrade           Permission = "fix_trade"
	Receive            Permission = "receive"
	ManageKeys         Permission = "manage_keys"
	// Unmapped is a word of the exchange that rekey does not know. It counts
	// as a power, and is reported.
	Unmapped Permission = "unmapped"
)

// AllPermissions returns every permission in the order they are printed.
func AllPermissions() []Permission {
	return []Permission{
		Read, Spot, Margin, Futures, Options, PortfolioMargin, Trade, Transfer, SubaccountTransfer,
		Withdraw, Earn, FIXRead, FIXTrade, Receive, ManageKeys, Unmapped,
	}
}

// TradingPermissions returns the permissions that let a key place orders.
func TradingPermissions() []Permission {
	return []Permission{Spot, Margin, Futures, Options, PortfolioMargin, Trade, FIXTrade}
}

// ParsePermission returns the permission of that name, and whether there is
// one. "unmapped" is not a word a person may ask for.
func ParsePermission(word string) (Permission, bool) {
	p := Permission(word)
	return p, p != Unmapped && slices.Contains(AllPermissions(), p)
}

// Permissions says, power by power, whether the exchange granted it, denied it
// or kept silent. The zero value is silent about all of them.
type Permissions struct {
	granted, denied permissionSet
}

type permissionSet uint32

func bit(p Permission) permissionSet {
	i := slices.Index(AllPermissions(), p)
	if i < 0 {
		i = slices.Index(AllPermissions(), Unmapped)
	}
	return 1 << i
}

// Grant returns p with every given power granted. Granted wins over denied.
func (p Permissions) Grant(powers ...Permission) Permissions {
	for _, w := range powers {
		p.granted |= bit(w)
	}
	p.denied &^= p.granted
	return p
}

// Deny returns p with every given power denied, except those granted.
func (p Permissions) Deny(powers ...Permission) Permissions {
	for _, w := range powers {
		p.denied |= bit(w)
	}
	p.denied &^= p.granted
	return p
}

// Flag grants or denies one power, as an exchange's boolean says.
func (p Permissions) Flag(power Permission, on bool) Permissions {
	if on {
		return p.Grant(power)
	}
	return p.Deny(power)
}

// DenyRest returns p with every power denied that is not granted: for an
// exchange whose answer lists all that a key may do.
func (p Permissions) DenyRest() Permissions { return p.Deny(AllPermissions()...) }

// Has reports what the exchange said about power.
func (p Permissions) Has(power Permission) Fact[bool] {
	switch b := bit(power); {
	case p.granted&b != 0:
		return Known(true)
	case p.denied&b != 0:
		return Known(false)
	default:
		return Unknown[bool]()
	}
}

// HasAny reports whether one of the powers is granted: true as soon as one is,
// false only when all are denied, else unknown.
func (p Permissions) HasAny(powers ...Permission) Fact[bool] {
	all := true
	for _, w := range powers {
		has, known := p.Has(w).Get()
		if has {
			return Known(true)
		}
		all = all && known
	}
	if all {
		return Known(false)
	}
	return Unknown[bool]()
}

// Granted returns the granted powers in printing order, and whether the
// exchange said anything at all.
func (p Permissions) Granted() ([]Permission, bool) {
	if p.granted|p.denied == 0 {
		return nil, false
	}
	out := []Permission{}
	for _, w := range AllPermissions() {
		if p.granted&bit(w) != 0 {
			out = append(out, w)
		}
	}
	return out, true
}

// IsKnown reports whether the exchange said anything about permissions.
func (p Permissions) IsKnown() bool { return p.granted|p.denied != 0 }
