package kucoin

import (
	"slices"
	"strings"

	"rekey/exchanges"
)

// A word is one permission as KuCoin writes it, with its meaning.
type word struct {
	text  string
	power exchanges.Permission
	// perhaps are powers that the word may cover too. Without an answer that
	// says so they stay unknown; they are not denied.
	perhaps []exchanges.Permission
}

// words returns the documented words (kucoin.com/docs-new, introduction, and
// the examples of the key-info answer, read 2026-11-22). Beside the permission
// for all transfers, calls for single kinds of transfer are listed under Spot
// and Futures: inner-transfer, sub-transfer, transfer-in and transfer-out,
// marked as deprecated (specification of 2025-11-04).
func words() []word {
	const transfer, subTransfer = exchanges.Transfer, exchanges.SubaccountTransfer
	allMarkets := []exchanges.Permission{exchanges.Spot, exchanges.Margin, exchanges.Futures, transfer, subTransfer}
	return []word{
		{"General", exchanges.Read, nil},
		{"Spot", exchanges.Spot, []exchanges.Permission{transfer, subTransfer}},
		{"Margin", exchanges.Margin, nil},
		{"Futures", exchanges.Futures, []exchanges.Permission{transfer}},
		{"LeadtradeFutures", exchanges.Futures, nil}, // copy trading, as its leader
		{"Earn", exchanges.Earn, nil},
		{"Unified", exchanges.Trade, allMarkets}, // "trade spot and derivatives from a single account"
		{"Trade", exchanges.Trade, allMarkets},   // old keys
		// The page says Withdrawal and FlexTransfers, answers say Transfer and
		// InnerTransfer (inferred from the documented example).
		{"Withdrawal", exchanges.Withdraw, nil},
		{"Transfer", exchanges.Withdraw, nil},
		// Universal transfer can also move between master and sub-accounts;
		// whether this key's may is not told.
		{"FlexTransfers", transfer, []exchanges.Permission{subTransfer}},
		{"InnerTransfer", transfer, []exchanges.Permission{subTransfer}},
	}
}

// permissions reads the list of words. It is complete, so what no word grants
// is denied, with three exceptions: what a word may cover besides; everything,
// when there is a word that rekey does not know; and manage_keys, unless the
// key is a sub-account's. The calls that make sub-accounts and their keys are
// listed under General, the "read-only" permission, so no answer says that a
// key of a master account may not.
func (w wireKey) permissions() (exchanges.Permissions, []string) {
	var perms exchanges.Permissions
	var raw []string
	var unsaid []exchanges.Permission
	known := words()
	for text := range strings.SplitSeq(w.Permission, ",") {
		text = strings.TrimSpace(text)
		if text == "" {
			continue
		}
		raw = append(raw, text)
		i := slices.IndexFunc(known, func(k word) bool { return strings.EqualFold(k.text, text) })
		if i < 0 {
			perms = perms.Grant(exchanges.Unmapped)
			unsaid = exchanges.AllPermissions()
			continue
		}
		perms = perms.Grant(known[i].power)
		unsaid = append(unsaid, known[i].perhaps...)
	}
	if len(raw) == 0 {
		return perms, nil // every key has General: an empty list tells nothing
	}
	if master, told := w.IsMaster.Get(); master || !told {
		unsaid = append(unsaid, exchanges.ManageKeys)
	}
	return perms.Deny(slices.DeleteFunc(exchanges.AllPermissions(), func(p exchanges.Permission) bool {
		return slices.Contains(unsaid, p)
	})...), raw
}

// addStrange keeps members beside the list that rekey does not know. With them
// the list is not known to be whole.
func addStrange(k *exchanges.Key, words []string) {
	if len(words) > 0 {
		k.Permissions = k.Permissions.Doubt()
	}
	k.AddStrange(words)
}
