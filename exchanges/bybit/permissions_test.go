package bybit

import (
	"slices"
	"testing"

	"rekey/exchanges"
)

func whole(groups words) words {
	out := words{}
	for _, g := range append(groupNames(), "Exchange") {
		out[g] = []string{}
	}
	for name, list := range groups {
		out[name] = list
	}
	return out
}

func groupNames() []string {
	var out []string
	for _, g := range groups() {
		out = append(out, g.name)
	}
	return out
}

// What is granted, and that nothing is denied that an answer leaves open.
func TestReadPermissions(t *testing.T) {
	on, off := wireBit{exchanges.Known(true)}, wireBit{exchanges.Known(false)}
	type perms = []exchanges.Permission
	for _, c := range []struct {
		story   string
		w       wireKey
		granted perms
		open    perms // neither granted nor denied
	}{
		{
			"spot",
			wireKey{ReadOnly: off, Permissions: whole(words{"Spot": {"SpotTrade"}})},
			perms{exchanges.Read, exchanges.Spot},
			perms{exchanges.Margin, exchanges.ManageKeys},
		},
		{
			"derivatives by either group",
			wireKey{
				ReadOnly:    off,
				Permissions: whole(words{"Derivatives": {"DerivativesTrade"}}),
			},
			perms{exchanges.Read, exchanges.Futures},
			perms{exchanges.ManageKeys},
		},
		{
			"a wallet",
			wireKey{ReadOnly: off, Permissions: whole(words{"Wallet": {"Withdraw", "SubMemberTransferList"}})},
			perms{exchanges.Read, exchanges.SubaccountTransfer, exchanges.Withdraw},
			perms{exchanges.ManageKeys},
		},
		{
			"read only, whatever is named",
			wireKey{ReadOnly: on, Permissions: whole(words{"Wallet": {"Withdraw"}})},
			perms{exchanges.Read},
			nil,
		},
		{
			"fiat",
			wireKey{ReadOnly: off, Permissions: whole(words{"FiatP2P": {"FiatP2POrder"}})},
			perms{exchanges.Read, exchanges.Unmapped},
			perms{exchanges.ManageKeys},
		},
		{"a wallet that is left out", wireKey{ReadOnly: off, Permissions: func() words {
			w := whole(nil)
			delete(w, "Wallet")
			return w
		}()}, perms{exchanges.Read}, perms{
			exchanges.Transfer, exchanges.SubaccountTransfer, exchanges.Withdraw, exchanges.ManageKeys,
		}},
		{
			"a word that nobody knows: nothing is denied",
			wireKey{ReadOnly: off, Permissions: whole(words{"Spot": {"Moon"}})},
			perms{exchanges.Read, exchanges.Unmapped},
			slices.DeleteFunc(exchanges.AllPermissions(),
				func(p exchanges.Permission) bool {
					return p == exchanges.Read || p == exchanges.Unmapped
				}),
		},
		{
			"without readOnly nothing is denied",
			wireKey{Permissions: whole(nil)},
			perms{exchanges.Read},
			slices.DeleteFunc(exchanges.AllPermissions(), func(p exchanges.Permission) bool {
				return p == exchanges.Read
			}),
		},
	} {
		p, _ := c.w.readPermissions()
		granted, _ := p.Granted()
		var open perms
		for _, one := range exchanges.AllPermissions() {
			if !p.Has(one).IsKnown() {
				open = append(open, one)
			}
		}
		if !slices.Equal(granted, c.granted) || !slices.Equal(open, c.open) {
			t.Errorf("%s: granted %q, open %q", c.story, granted, open)
		}
	}
	if p, raw := (wireKey{ReadOnly: off}).readPermissions(); p.IsKnown() || raw != nil {
		t.Error("a key without groups was judged")
	}
}

// The power over keys: a master key with a right has it, a key of a sub-account
// never, and what is not told stays open.
func TestManageKeys(t *testing.T) {
	rest := exchanges.Permissions{}.Grant(exchanges.Read).Deny(exchanges.Transfer, exchanges.SubaccountTransfer,
		exchanges.Withdraw)
	for _, c := range []struct {
		p    exchanges.Permissions
		kind exchanges.AccountKind
		want exchanges.Fact[bool]
	}{
		{exchanges.Permissions{}.Grant(exchanges.Withdraw), exchanges.AccountMaster, exchanges.Known(true)},
		{rest, exchanges.AccountMaster, exchanges.Known(false)},
		{exchanges.Permissions{}.Grant(exchanges.Transfer), exchanges.AccountSub, exchanges.Known(false)},
		{exchanges.Permissions{}.Grant(exchanges.Transfer), exchanges.AccountUnknown, exchanges.Unknown[bool]()},
		{exchanges.Permissions{}.Grant(exchanges.Read), exchanges.AccountMaster, exchanges.Unknown[bool]()},
	} {
		if got := manageKeys(c.p, c.kind).Has(exchanges.ManageKeys); got != c.want {
			t.Errorf("%s: %v, want %v", c.kind, got, c.want)
		}
	}
}

// A replaced key gets the words of the old one and no more of them.
func TestAskedKeepsTheOldWords(t *testing.T) {
	for _, c := range []struct {
		story    string
		perms    []exchanges.Permission
		words    []string
		readOnly bool
		want     []string
	}{
		{
			"orders alone",
			[]exchanges.Permission{exchanges.Read, exchanges.Futures},
			[]string{"ContractTrade:Order"},
			false,
			[]string{"ContractTrade:Order"},
		},
		{
			"nothing known",
			[]exchanges.Permission{exchanges.Futures},
			nil, false,
			[]string{"ContractTrade:Order", "ContractTrade:Position", "Derivatives:DerivativesTrade"},
		},
		{
			"what is not asked for goes",
			[]exchanges.Permission{exchanges.Spot},
			[]string{
				"Spot:SpotTrade",
				"Wallet:Withdraw",
			},
			false,
			[]string{"Spot:SpotTrade"},
		},
		{
			"history stays",
			[]exchanges.Permission{exchanges.Spot},
			[]string{"Exchange:ExchangeHistory"},
			false,
			[]string{"Exchange:ExchangeHistory", "Spot:SpotTrade"},
		},
		{
			"reading alone",
			[]exchanges.Permission{exchanges.Read},
			[]string{"Spot:SpotTrade", "Wallet:Withdraw"},
			true,
			[]string{
				"ContractTrade:Order", "ContractTrade:Position", "Derivatives:DerivativesTrade", "Options:OptionsTrade",
				"Spot:SpotTrade",
			},
		},
	} {
		readOnly, groups := asked(c.perms, c.words)
		got, _ := (wireKey{Permissions: groups}).words()
		if readOnly != c.readOnly || !slices.Equal(got, c.want) {
			t.Errorf("%s: read only %v, %q", c.story, readOnly, got)
		}
	}
}
