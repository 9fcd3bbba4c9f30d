package trace

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
)

// The limits of a cluster, in milliseconds.
const (
	mostPause  = 15 * 60 * 1000
	mostLength = 2 * hour
)

// clustersOf cuts the sorted fills of one symbol where the account paused for
// more than 15 minutes, and after two hours, so that the reference is frozen
// anew. The clusters share the memory of fills.
func clustersOf(fills []Fill) [][]Fill {
	var clusters [][]Fill
	from := 0
	for i := 1; i <= len(fills); i++ {
		if i == len(fills) || fills[i].Time-fills[i-1].Time > mostPause || fills[i].Time-fills[from].Time > mostLength {
			if i > from {
				clusters = append(clusters, fills[from:i])
			}
			from = i
		}
	}
	return clusters
}

// clusterID names a cluster in every run over the same history, whatever else
// was read: six hexadecimal digits over the account, the symbol and the first
// trade.
func clusterID(account string, first Fill) string {
	trade := first.TradeID
	if trade == "" {
		trade = "at " + strconv.FormatInt(first.Time, 10)
	}
	sum := sha256.Sum256([]byte(account + "|" + first.Symbol + "|" + trade))
	return "c-" + hex.EncodeToString(sum[:3])
}

// markets groups fills by symbol, each group sorted, each trade once. It sorts
// the fills where they are: a history may fill half of the memory.
func markets(fills []Fill) [][]Fill {
	slices.SortFunc(fills, func(a, b Fill) int {
		if c := strings.Compare(a.Symbol, b.Symbol); c != 0 {
			return c
		}
		return order(a, b)
	})
	fills = slices.CompactFunc(fills, func(a, b Fill) bool { return a.Symbol == b.Symbol && repeats(a, b) })
	var groups [][]Fill
	for from := 0; from < len(fills); {
		to := from + 1
		for to < len(fills) && fills[to].Symbol == fills[from].Symbol {
			to++
		}
		groups = append(groups, fills[from:to:to])
		from = to
	}
	return groups
}
