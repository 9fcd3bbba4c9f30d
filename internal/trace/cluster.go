package trace

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
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

// markets groups fills by symbol, each group sorted, each trade once.
func markets(fills []Fill) [][]Fill {
	at := map[string]int{}
	var groups [][]Fill
	for _, f := range fills {
		i, known := at[f.Symbol]
		if !known {
			i = len(groups)
			at[f.Symbol] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], f)
	}
	for i := range groups {
		slices.SortFunc(groups[i], order)
		groups[i] = slices.CompactFunc(groups[i], repeats)
	}
	return groups
}
