package exchanges_test

import (
	"slices"
	"testing"

	"rekey/exchanges"
)

type perms = []exchanges.Permission

// The rows that the tables need: one word for several markets, as OKX has it,
// and one that covers part of another, as Binance has it.
func oneTrade() exchanges.Covers {
	return exchanges.Covers{{
		Permission: exchanges.Trade, Covers: perms{exchanges.Spot, exchanges.Margin, exchanges.Futures, exchanges.Options},
	}}
}

func spotWithMargin() exchanges.Covers {
	return exchanges.Covers{{Permission: exchanges.Spot, Covers: perms{exchanges.Margin}}}
}

func TestNeeded(t *testing.T) {
	const (
		read, spot, margin, futures = exchanges.Read, exchanges.Spot, exchanges.Margin, exchanges.Futures
		trade, transfer, withdraw   = exchanges.Trade, exchanges.Transfer, exchanges.Withdraw
	)
	for _, c := range []struct {
		story            string
		granted, purpose perms
		covers           exchanges.Covers
		want, missing    perms
	}{
		{"no purpose: as it was", perms{read, spot, withdraw}, nil, nil, perms{read, spot, withdraw}, nil},
		{"an empty purpose: as it was", perms{read, trade}, perms{}, oneTrade(), perms{read, trade}, nil},
		{"nothing granted, no purpose", nil, nil, nil, nil, nil},
		{"what the purpose does not name goes", perms{read, spot, withdraw}, perms{read, spot}, nil, perms{read, spot}, nil},
		{"reading stays without being named", perms{read, spot, futures}, perms{spot}, nil, perms{read, spot}, nil},
		{"nothing that the old key cannot", perms{read}, perms{read, spot}, nil, perms{read}, perms{spot}},
		{"one word for the market that is named", perms{read, trade}, perms{read, spot}, oneTrade(), perms{read, trade}, nil},
		{"one word for two of them", perms{read, trade, withdraw}, perms{futures, spot}, oneTrade(), perms{read, trade}, nil},
		{
			"a market that the word does not cover",
			perms{read, trade},
			perms{exchanges.Earn, spot},
			oneTrade(),
			perms{read, trade},
			perms{exchanges.Earn},
		},
		{
			"the word covers nothing of the purpose",
			perms{read, trade},
			perms{read, transfer},
			oneTrade(),
			perms{read},
			perms{transfer},
		},
		{"without rows a word is itself alone", perms{read, trade}, perms{read, spot}, nil, perms{read}, perms{spot}},
		{
			"trade is any market that was granted",
			perms{read, spot, futures, withdraw},
			perms{trade},
			nil,
			perms{read, spot, futures},
			nil,
		},
		{"trade, of which nothing was granted", perms{read, transfer}, perms{trade}, nil, perms{read}, perms{trade}},
		{"trade is trade", perms{read, trade}, perms{trade, read}, oneTrade(), perms{read, trade}, nil},
		{
			"borrowing is no use without orders",
			perms{read, spot, margin, futures},
			perms{margin},
			spotWithMargin(),
			perms{read, spot, margin},
			nil,
		},
		{"the rows go one way", perms{read, margin}, perms{spot}, spotWithMargin(), perms{read}, perms{spot}},
		{"reading that is not granted is missing", perms{spot}, perms{read, spot}, nil, perms{spot}, perms{read}},
		{"a purpose twice is missing once", perms{read}, perms{spot, spot, futures}, nil, perms{read}, perms{spot, futures}},
		{"nothing granted", nil, perms{read}, nil, nil, perms{read}},
		{
			"a word that rekey does not know is of use to nothing",
			perms{read, exchanges.Unmapped},
			perms{read},
			nil,
			perms{read},
			nil,
		},
	} {
		want, missing := exchanges.Needed(c.granted, c.purpose, c.covers)
		if !slices.Equal(want, c.want) || !slices.Equal(missing, c.missing) {
			t.Errorf("%s: %q and missing %q, want %q and %q", c.story, want, missing, c.want, c.missing)
		}
	}
}

// Whatever is granted and needed: nothing is wider than the old key, and what
// is needed is covered or missing.
func TestNeededIsNeverWiderAndNeverSilentlyLess(t *testing.T) {
	all := exchanges.AllPermissions()
	for i, a := range all {
		for _, b := range all[i:] {
			for j, p := range all {
				for _, q := range all[j:] {
					granted, purpose := perms{a, b}, perms{p, q}
					for _, covers := range []exchanges.Covers{nil, oneTrade(), spotWithMargin()} {
						want, missing := exchanges.Needed(granted, purpose, covers)
						for _, w := range want {
							if !slices.Contains(granted, w) {
								t.Fatalf("%q for %q: given %s", granted, purpose, w)
							}
						}
						for _, need := range purpose {
							able := slices.ContainsFunc(want, func(w exchanges.Permission) bool { return covers.Covered(w, need) })
							if able == slices.Contains(missing, need) {
								t.Fatalf("%q for %q: %q, missing %q", granted, purpose, want, missing)
							}
						}
					}
				}
			}
		}
	}
}

func TestNeededLeavesItsArgumentsAlone(t *testing.T) {
	granted := perms{exchanges.Read, exchanges.Spot}
	want, _ := exchanges.Needed(granted, nil, nil)
	want[1] = exchanges.Withdraw
	if granted[1] != exchanges.Spot {
		t.Error("the granted permissions were changed")
	}
}
