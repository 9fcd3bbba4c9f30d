package coinbase

import (
	"encoding/json"
	"slices"

	"rekey/exchanges"
)

// A flag is one permission field of key_permissions with its meaning
// (docs.cdp.coinbase.com data-api/get-api-key-permissions, 2026-07-05).
type flag struct {
	field   string
	granted []exchanges.Permission
	denied  []exchanges.Permission // what is ruled out besides, on or off
}

// flags returns the fields in the order in which they are documented.
func flags() []flag {
	markets := slices.DeleteFunc(
		exchanges.TradingPermissions(),
		func(p exchanges.Permission) bool { return p == exchanges.Trade },
	)
	return []flag{
		{field: "can_view", granted: []exchanges.Permission{exchanges.Read}},
		// One permission for all markets: Coinbase has none for a single one.
		{field: "can_trade", granted: []exchanges.Permission{exchanges.Trade}, denied: markets},
		// Deposits and withdrawals, and moves between portfolios. There are no
		// sub-accounts to move funds to.
		{
			field: "can_transfer", granted: []exchanges.Permission{exchanges.Withdraw, exchanges.Transfer},
			denied: []exchanges.Permission{exchanges.SubaccountTransfer},
		},
		{field: "can_receive", granted: []exchanges.Permission{exchanges.Receive}}, // newer than the SDK's types
	}
}

// facts are the fields that are not permissions. portfolio_type (DEFAULT,
// CONSUMER, INTX, UNDEFINED) says nothing about the key and is not kept.
func facts() []string { return []string{"portfolio_uuid", "portfolio_type"} }

// apply reads a key_permissions answer into k. A member that is not
// known here and may grant something is kept as unmapped.
func (w wirePermissions) apply(k *exchanges.Key) error {
	perms := exchanges.Permissions{}
	var known, raw []string
	for _, f := range flags() {
		known = append(known, f.field)
		on, told, err := w.flag(f.field)
		if err != nil {
			return err
		}
		if !told {
			continue
		}
		for _, power := range f.granted {
			perms = perms.Flag(power, on)
		}
		perms = perms.Deny(f.denied...)
		if on {
			raw = append(raw, f.field)
		}
	}
	if strange := w.strange(known); len(strange) > 0 {
		perms = perms.Grant(exchanges.Unmapped)
		raw = append(raw, strange...)
	}
	k.Permissions, k.Raw = perms, raw
	if text, ok := w["portfolio_uuid"]; ok {
		return json.Unmarshal(text, &k.Ref.Account.ID)
	}
	return nil
}

// tells reports whether the answer is about permissions at all.
func (w wirePermissions) tells() bool {
	return slices.ContainsFunc(flags(), func(f flag) bool { _, ok := w[f.field]; return ok })
}

func (w wirePermissions) flag(field string) (on, told bool, err error) {
	raw, ok := w[field]
	if !ok {
		return false, false, nil
	}
	var f exchanges.Flag
	if err := json.Unmarshal(raw, &f); err != nil {
		return false, false, err
	}
	on, told = f.Get()
	return on, told, nil
}

// strange returns the members that rekey does not know and that may grant
// something.
func (w wirePermissions) strange(known []string) []string {
	known = append(known, facts()...)
	var out []string
	for field, raw := range w {
		if !slices.Contains(known, field) && exchanges.MayGrant(field, raw) {
			out = append(out, field)
		}
	}
	slices.Sort(out)
	return out
}
