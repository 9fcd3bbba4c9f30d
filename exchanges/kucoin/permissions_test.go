package kucoin

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"rekey/exchanges"
)

func TestPermissionWords(t *testing.T) {
	const (
		granted = "granted"
		denied  = "denied"
		unsaid  = "unsaid"
	)
	for _, c := range []struct {
		story, list string
		master      string // isMaster
		want        map[exchanges.Permission]string
		raw         []string
	}{
		{
			"a key that reads, of a sub-account: all is told", "General", "false",
			map[exchanges.Permission]string{
				exchanges.Read: granted, exchanges.Spot: denied, exchanges.Withdraw: denied, exchanges.Transfer: denied,
				exchanges.ManageKeys: denied, exchanges.Unmapped: denied,
			},
			[]string{"General"},
		},
		{
			"the same of a master account: General may make keys for sub-accounts", "General", "true",
			map[exchanges.Permission]string{exchanges.Read: granted, exchanges.Withdraw: denied, exchanges.ManageKeys: unsaid},
			[]string{"General"},
		},
		{
			"the kind of account is not told", "General", "",
			map[exchanges.Permission]string{exchanges.ManageKeys: unsaid},
			[]string{"General"},
		},
		{
			"the documented example: Transfer is withdrawal, InnerTransfer is transfer",
			"General,Futures,Spot,Earn,InnerTransfer,Transfer,Margin", "true",
			map[exchanges.Permission]string{
				exchanges.Withdraw: granted, exchanges.Transfer: granted,
				exchanges.SubaccountTransfer: unsaid, exchanges.Earn: granted,
				exchanges.Margin: granted, exchanges.Futures: granted, exchanges.Trade: denied, exchanges.Options: denied,
			},
			[]string{"General", "Futures", "Spot", "Earn", "InnerTransfer", "Transfer", "Margin"},
		},
		{
			"the words of the documents", "General,Withdrawal,FlexTransfers,LeadtradeFutures", "false",
			map[exchanges.Permission]string{
				exchanges.Withdraw: granted, exchanges.Transfer: granted, exchanges.SubaccountTransfer: unsaid,
				exchanges.Futures: granted, exchanges.Spot: denied,
			},
			[]string{"General", "Withdrawal", "FlexTransfers", "LeadtradeFutures"},
		},
		{
			"deprecated calls move money under Spot", "General,Spot", "false",
			map[exchanges.Permission]string{
				exchanges.Spot: granted, exchanges.Transfer: unsaid,
				exchanges.SubaccountTransfer: unsaid, exchanges.Withdraw: denied,
			},
			[]string{"General", "Spot"},
		},
		{
			"an old key: Trade is every market", "General,Trade", "false",
			map[exchanges.Permission]string{
				exchanges.Trade: granted, exchanges.Spot: unsaid, exchanges.Futures: unsaid,
				exchanges.Withdraw: denied,
			},
			[]string{"General", "Trade"},
		},
		{
			"a unified account", "General,Unified", "false",
			map[exchanges.Permission]string{exchanges.Trade: granted, exchanges.Margin: unsaid, exchanges.Withdraw: denied},
			[]string{"General", "Unified"},
		},
		{
			"a new word may be anything, so nothing is denied", "General,Moonshots", "false",
			map[exchanges.Permission]string{
				exchanges.Read: granted, exchanges.Unmapped: granted, exchanges.Withdraw: unsaid, exchanges.Spot: unsaid,
				exchanges.ManageKeys: unsaid,
			},
			[]string{"General", "Moonshots"},
		},
		{
			"blanks, case and empty words", " general , SPOT,,", "false",
			map[exchanges.Permission]string{exchanges.Read: granted, exchanges.Spot: granted, exchanges.Unmapped: denied},
			[]string{"general", "SPOT"},
		},
		{
			"no list at all tells nothing", "", "false",
			map[exchanges.Permission]string{exchanges.Read: unsaid, exchanges.Withdraw: unsaid, exchanges.ManageKeys: unsaid},
			nil,
		},
	} {
		w := wireKey{Permission: c.list}
		if c.master != "" {
			w.IsMaster = exchanges.Flag{Fact: exchanges.Known(c.master == "true")}
		}
		perms, raw := w.permissions()
		for power, want := range c.want {
			got := unsaid
			if has, told := perms.Has(power).Get(); told && has {
				got = granted
			} else if told {
				got = denied
			}
			if got != want {
				t.Errorf("%s: %s is %s, want %s", c.story, power, got, want)
			}
		}
		if d := cmp.Diff(c.raw, raw); d != "" {
			t.Errorf("%s: raw (-want +got):\n%s", c.story, d)
		}
		if c.list == "" && perms.IsKnown() {
			t.Errorf("%s: permissions are known", c.story)
		}
	}
}
