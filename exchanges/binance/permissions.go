package binance

import (
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"time"

	"rekey/exchanges"
)

// A flag is one permission field of apiRestrictions with its meaning
// (developers.binance.com wallet/account/api-key-permission, read 2026-11-22).
type flag struct {
	field string
	power exchanges.Permission
}

// flags returns the fields in the order in which they are documented.
func flags() []flag {
	return []flag{
		{"enableReading", exchanges.Read},
		{"enableWithdrawals", exchanges.Withdraw},
		{"enableInternalTransfer", exchanges.SubaccountTransfer}, // between master and sub-accounts
		{"enableMargin", exchanges.Margin},                       // borrow, repay, transfer
		{"enableFutures", exchanges.Futures},
		{"permitsUniversalTransfer", exchanges.Transfer}, // between own wallets
		{"enableVanillaOptions", exchanges.Options},
		{"enableFixApiTrade", exchanges.FIXTrade},
		{"enableFixReadOnly", exchanges.FIXRead},
		{"enableSpotAndMarginTrading", exchanges.Spot},
		{"enablePortfolioMarginTrading", exchanges.PortfolioMargin},
	}
}

// facts are the fields of apiRestrictions that are not permissions.
// tradingAuthorityExpirationTime was documented until 2024 and is optional.
func facts() []string { return []string{"ipRestrict", "createTime", "tradingAuthorityExpirationTime"} }

// apply reads an apiRestrictions answer into k. A field that is not known
// here and may grant something is kept as unmapped.
func (w wireRestrictions) apply(k *exchanges.Key) error {
	// Binance has no permission that covers all markets.
	perms := exchanges.Permissions{}.Deny(exchanges.Trade)
	known := facts()
	for _, f := range flags() {
		known = append(known, f.field)
		on, err := w.flag(f.field)
		if err != nil {
			return err
		}
		value, told := on.Get()
		if !told {
			continue
		}
		perms = perms.Flag(f.power, value)
		if value {
			k.Raw = append(k.Raw, f.field)
		}
	}
	var strange []string
	for field, raw := range w {
		if !slices.Contains(known, field) && exchanges.MayGrant(field, raw) {
			strange = append(strange, field)
		}
	}
	slices.Sort(strange)
	if len(strange) > 0 {
		perms = perms.Grant(exchanges.Unmapped)
		k.Raw = append(k.Raw, strange...)
	}
	k.Permissions = perms
	return w.applyFacts(k)
}

func (w wireRestrictions) applyFacts(k *exchanges.Key) error {
	restricted, err := w.flag("ipRestrict")
	if err != nil {
		return err
	}
	switch on, told := restricted.Get(); {
	case told && on:
		k.Whitelist = exchanges.RestrictedUnseen() // apiRestrictions never lists the addresses
	case told:
		k.Whitelist = exchanges.Unrestricted()
	}
	if k.CreatedAt, err = w.time("createTime"); err != nil {
		return err
	}
	if k.ExpiresAt, err = w.time("tradingAuthorityExpirationTime"); err != nil {
		return err
	}
	k.EndsTrading = k.ExpiresAt.IsKnown()
	return nil
}

func (w wireRestrictions) flag(field string) (exchanges.Fact[bool], error) {
	var f exchanges.Flag
	if raw, ok := w[field]; ok {
		if err := json.Unmarshal(raw, &f); err != nil {
			return f.Fact, err
		}
	}
	return f.Fact, nil
}

func (w wireRestrictions) time(field string) (exchanges.Fact[time.Time], error) {
	var n exchanges.Number
	if raw, ok := w[field]; ok {
		if err := json.Unmarshal(raw, &n); err != nil {
			return exchanges.Unknown[time.Time](), err
		}
	}
	return exchanges.MilliTime(int64(n)), nil
}

// A subFlag is one permission of a sub-account key: what a parameter and a
// field of the answers are called, and what the answer says.
type subFlag struct {
	field string
	power exchanges.Permission
	on    exchanges.Fact[bool]
}

// flags returns the permissions in the order in which they are documented.
func (w wireSubFlags) flags() []subFlag {
	return []subFlag{
		{"canTrade", exchanges.Spot, w.CanTrade.Fact},
		{"canMarginLoanRepay", exchanges.Margin, w.CanMarginLoanRepay.Fact},
		{"canFuturesTrade", exchanges.Futures, w.CanFuturesTrade.Fact},
		{"canUniversalTransfer", exchanges.Transfer, w.CanUniversalTransfer.Fact},
		{"canVanillaOptions", exchanges.Options, w.CanVanillaOptions.Fact},
	}
}

// fixFlags are permissions that an answer may state and no call of rekey's
// gives.
func (w wireSubFlags) fixFlags() []subFlag {
	return []subFlag{
		{"canFixApiTrading", exchanges.FIXTrade, w.CanFixAPITrading.Fact},
		{"canFixApiReading", exchanges.FIXRead, w.CanFixAPIReading.Fact},
	}
}

// permissions of a sub-account key. The list names five powers; withdrawal
// and the others are not among them and stay unknown, except that a
// sub-account key without any flag can still read.
func (w wireSubFlags) permissions() (exchanges.Permissions, []string) {
	perms := exchanges.Permissions{}.Grant(exchanges.Read).Deny(exchanges.Trade)
	var raw []string
	for _, f := range append(w.flags(), w.fixFlags()...) {
		if on, told := f.on.Get(); told {
			perms = perms.Flag(f.power, on)
			if on {
				raw = append(raw, f.field)
			}
		}
	}
	return perms, raw
}

// givable are the permissions that a sub-account key can be given. Reading
// comes with every key. FIX needs an Ed25519 key, which rekey does not make
// (-9000, Create-Sub-account-API-Key-V2).
func givable() []exchanges.Permission {
	out := []exchanges.Permission{exchanges.Read}
	for _, f := range (wireSubFlags{}).flags() {
		out = append(out, f.power)
	}
	return out
}

// checkGivable refuses what a sub-account's key cannot be given, and says of the
// two kinds that only a person can make what they lack.
func checkGivable(op string, asked []exchanges.Permission) error {
	for _, p := range asked {
		switch p {
		case exchanges.FIXRead, exchanges.FIXTrade:
			return exchanges.Refuse(Name, op, "cannot give "+string(p)+" to a key that signs by hmac, only to one of an "+
				"Ed25519 pair, and rekey makes no pairs; nothing was sent: a person makes the key at "+pageKeys)
		case exchanges.PortfolioMargin:
			return exchanges.Refuse(Name, op, "has no call that gives portfolio_margin to a key; nothing was sent: "+
				"a person makes the key at "+pageKeys)
		default:
		}
	}
	return exchanges.CheckPermissions(Name, op, asked, givable())
}

// grant writes every permission into the parameters, those that are not asked
// for as well: what is left out keeps its value, or gets a default.
func grant(params url.Values, asked []exchanges.Permission) {
	for _, f := range (wireSubFlags{}).flags() {
		params.Set(f.field, strconv.FormatBool(slices.Contains(asked, f.power)))
	}
}
