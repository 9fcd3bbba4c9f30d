package cmd

import (
	"slices"
	"testing"

	"rekey/audit"
	"rekey/internal/change"
	"rekey/internal/survey"
)

// Keys of which rekey.yaml names no account may be of several: one reads, and the
// others that are asked about are a gap. A key that is named reads before others.
func TestWhoseHistoryIsRead(t *testing.T) {
	entry := func(name, account string) survey.Entry {
		return survey.Entry{Name: name, Exchange: "binance", Inventory: audit.Inventory{Account: account}}
	}
	d := &workspace{Workspace: change.Workspace{Entries: []survey.Entry{
		entry("main", ""), entry("payout", ""), entry("grid", "grid@desk.example"), entry("net", "grid@desk.example"),
	}}}
	for _, c := range []struct {
		story    string
		words    []string
		first    []string // the key that reads each account first
		unproven [][]string
	}{
		{"nothing is named", nil, []string{"main", "grid"}, [][]string{{"payout"}, nil}},
		{"a key is named", []string{"payout"}, []string{"payout"}, [][]string{nil}},
		{"both are named", []string{"main", "payout"}, []string{"main"}, [][]string{{"payout"}}},
		{"the account is named", []string{"binance/main"}, []string{"main"}, [][]string{{"payout"}}},
		{"a key of an account that is known", []string{"net"}, []string{"net"}, [][]string{nil}},
	} {
		accounts, err := accountsNamed(d, c.words)
		if err != nil || len(accounts) != len(c.first) {
			t.Fatalf("%s: %+v, %v", c.story, accounts, err)
		}
		for i, a := range accounts {
			if a.keys[0].Name != c.first[i] || !slices.Equal(a.unproven(a.keys[0].Name), c.unproven[i]) {
				t.Errorf("%s: %+v, unproven %v", c.story, a, a.unproven(a.keys[0].Name))
			}
		}
	}
	// Read by a key that nobody asked about, the named one is not proven.
	accounts, err := accountsNamed(d, []string{"payout"})
	if err != nil || !slices.Equal(accounts[0].unproven("main"), []string{"payout"}) {
		t.Errorf("%+v, %v", accounts, err)
	}
}
