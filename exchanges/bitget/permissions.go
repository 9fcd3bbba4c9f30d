package bitget

import (
	"slices"
	"strings"

	"rekey/exchanges"
)

// readUnified reads the type and the words that a unified account gives a key
// (bitget.com/api-doc uta/account). Words that are missing say nothing. A key
// that may only read may do so whatever its words name, except that withdraw is
// believed everywhere. That uta_mgt may move money between wallets, and manages
// keys, is said of main accounts; of a sub-account's key the calls for keys are
// refused (go-bitget 5a56b3dd: "main account only").
func readUnified(kind *string, words *[]string, account exchanges.AccountKind) (exchanges.Permissions, []string) {
	if kind == nil || words == nil || *kind == "" {
		return exchanges.Permissions{}, nil
	}
	raw := append([]string{*kind}, *words...)
	perms := exchanges.Permissions{}.Grant(exchanges.Read)
	writes := true
	switch strings.NewReplacer("_", "-", "-and-", "-").Replace(*kind) {
	case "read-only":
		writes = false
	case "read-write":
	default:
		perms = perms.Grant(exchanges.Unmapped)
	}
	var open []exchanges.Permission
	for _, word := range *words {
		switch {
		case word == "withdraw":
			perms = perms.Grant(exchanges.Withdraw)
		case word != "uta_trade" && word != "uta_mgt" && !strings.HasPrefix(word, "copy_futures_"):
			perms = perms.Grant(exchanges.Unmapped)
		case !writes:
		case word == "uta_trade":
			perms = perms.Grant(exchanges.Trade)
		case word == "uta_mgt":
			perms = perms.Grant(exchanges.Transfer)
			open = append(open, exchanges.SubaccountTransfer)
			if account != exchanges.AccountSub {
				perms = perms.Grant(exchanges.ManageKeys)
			}
		default:
			perms = perms.Grant(exchanges.Futures)
		}
	}
	return denyRest(perms, open), raw
}

// readClassic reads the authorities of a classic key: three or four letters, of
// which the last says whether it reads or writes (bitget.com/api-doc
// spot/account/Get-Account-Info); the documented example has "trade" and
// "readonly". The words of a list of sub-account keys are longer.
func readClassic(words *[]string) (exchanges.Permissions, []string) {
	if words == nil || len(*words) == 0 {
		return exchanges.Permissions{}, nil
	}
	var perms exchanges.Permissions
	for _, word := range *words {
		perms = perms.Grant(classicWord(word)...)
	}
	return denyRest(perms, []exchanges.Permission{exchanges.SubaccountTransfer}), slices.Clone(*words)
}

// classicWord returns what a word of a classic key permits. A word that nobody
// knows may be anything.
func classicWord(word string) []exchanges.Permission {
	switch word {
	case "read", "readonly", "coor", "cpor", "stor", "smor", "ttor", "wtor", "taxr", "chor", "p2pr", "pllr":
		return []exchanges.Permission{exchanges.Read}
	case "trade":
		return []exchanges.Permission{exchanges.Read, exchanges.Trade}
	case "coow", "cpow", "contract_trade":
		return []exchanges.Permission{exchanges.Read, exchanges.Futures}
	case "stow", "spot_trade":
		return []exchanges.Permission{exchanges.Read, exchanges.Spot}
	case "smow", "margin_trade":
		return []exchanges.Permission{exchanges.Read, exchanges.Margin}
	case "ttow": // copy trading
		return []exchanges.Permission{exchanges.Read, exchanges.Trade}
	case "wtow", "transfer":
		return []exchanges.Permission{exchanges.Read, exchanges.Transfer}
	case "wwow":
		return []exchanges.Permission{exchanges.Read, exchanges.Withdraw}
	case "chow": // management of sub-accounts
		return []exchanges.Permission{exchanges.Read, exchanges.ManageKeys}
	default:
		return []exchanges.Permission{exchanges.Unmapped}
	}
}

// denyRest denies what a list does not name, except what it may cover without
// saying so. A list with a word that nobody knows denies nothing.
func denyRest(perms exchanges.Permissions, open []exchanges.Permission) exchanges.Permissions {
	if strange, _ := perms.Has(exchanges.Unmapped).Get(); strange {
		return perms
	}
	return perms.Deny(slices.DeleteFunc(exchanges.AllPermissions(), func(p exchanges.Permission) bool {
		return slices.Contains(open, p)
	})...)
}

// addStrange keeps members beside the list that rekey does not know. With them
// the list is not known to be whole.
func addStrange(k *exchanges.Key, words []string) {
	if len(words) > 0 {
		k.Permissions = k.Permissions.Doubt()
	}
	k.AddStrange(words)
}

// readText reads a whitelist that is a text with commas; a missing one says
// nothing, an empty one that the key may be used from anywhere.
func readText(ips *string) exchanges.IPWhitelist {
	if ips == nil {
		return exchanges.IPWhitelist{}
	}
	return exchanges.ParseWhitelistText(*ips)
}

// readList is readText for a list.
func readList(ips *[]string) exchanges.IPWhitelist {
	if ips == nil {
		return exchanges.IPWhitelist{}
	}
	return exchanges.ParseWhitelist(*ips)
}
