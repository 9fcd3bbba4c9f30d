package audit

import (
	"slices"

	"rekey/exchanges"
)

// A Capability is the worst that a key can do. The numbers are those of the
// formula in [SeverityOf]; only their order has a meaning.
type Capability int

// The capabilities of a key, least first.
const (
	NoPower  Capability = 0
	CanRead  Capability = 1 // balances, positions, addresses; also earn and receive
	CanTrade Capability = 3 // trade, transfer, manage keys, or a power rekey does not know
	CanDraw  Capability = 4 // withdraw
)

// An Openness says who could use a key, if its secret were known.
type Openness int

// The degrees of openness, least first.
const (
	TightList Openness = iota // an IP whitelist of few public addresses
	WideList                  // an IP whitelist that is wide, or that the exchange does not show
	NoList                    // any address, or nobody says whether there is a list
	Linked                    // an incident is linked with the key
	Leaked                    // this very key is known to others
)

// SeverityOf combines what a key can do with who could use it:
//
//   - critical: trade and linked or worse; withdraw without a list or worse
//   - high: trade without a list; withdraw in any case; read and leaked
//   - medium: trade with a wide list; read and linked
//   - low: everything else
//
// A leaked key that can only read is not harmless: balances and positions tell
// an attacker whom to choose.
func SeverityOf(c Capability, o Openness) Severity {
	switch {
	case c >= CanTrade && o >= Linked, c == CanDraw && o >= NoList:
		return Critical
	case c == CanDraw, c >= CanTrade && o == NoList, c == CanRead && o == Leaked:
		return High
	case c >= CanTrade && o == WideList, c == CanRead && o == Linked:
		return Medium
	}
	return Low
}

// tradingPowers are the permissions that move money inside the exchange.
func tradingPowers() []exchanges.Permission {
	return append(exchanges.TradingPermissions(), exchanges.Transfer, exchanges.SubaccountTransfer)
}

// mayTrade reports whether the key has a power of capability CanTrade or
// above. Manage_keys and unmapped count when they are granted; that they are
// not denied proves nothing, since few exchanges speak of them.
func mayTrade(k exchanges.Key) exchanges.Fact[bool] {
	for _, p := range []exchanges.Permission{exchanges.ManageKeys, exchanges.Unmapped} {
		if granted, _ := k.Permissions.Has(p).Get(); granted {
			return exchanges.Known(true)
		}
	}
	return k.Permissions.HasAny(append(tradingPowers(), exchanges.Withdraw)...)
}

// capabilityOf returns what a key can do. Powers that nobody told count as
// trading, and assumed says so.
func capabilityOf(k exchanges.Key) (c Capability, assumed bool) {
	if draw, _ := k.Permissions.Has(exchanges.Withdraw).Get(); draw {
		return CanDraw, false
	}
	trade, known := mayTrade(k).Get()
	granted, _ := k.Permissions.Granted()
	switch {
	case trade:
		return CanTrade, false
	case !known:
		return CanTrade, true
	case len(granted) > 0:
		return CanRead, false
	}
	return NoPower, false
}

// opennessOf judges the IP whitelist alone, with the default limits of NET-04.
func opennessOf(k exchanges.Key) Openness {
	restricted, known := k.Whitelist.Restricted.Get()
	if !known || !restricted {
		return NoList
	}
	entries, shown := k.Whitelist.Entries.Get()
	switch {
	case !shown:
		return WideList
	case isEverything(entries):
		return NoList
	case len(tooWide(entries, defaultWidths()).reasons) > 0:
		return WideList
	}
	return TightList
}

// dangerous returns the granted permissions that are more than reading.
func dangerous(k exchanges.Key) []exchanges.Permission {
	granted, _ := k.Permissions.Granted()
	strong := append(tradingPowers(), exchanges.Withdraw, exchanges.ManageKeys, exchanges.Unmapped)
	return slices.DeleteFunc(granted, func(p exchanges.Permission) bool { return !slices.Contains(strong, p) })
}
