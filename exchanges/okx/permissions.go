package okx

import (
	"slices"
	"strings"

	"rekey/exchanges"
)

// readPermissions reads the list of words that OKX gives a key: read_only,
// trade and withdraw (docs, "API key permissions"). A list that is missing or
// empty says nothing: no key without any permission is documented.
//
// The list is complete, so what is not on it is denied, with three exceptions
// that stay unknown. Whether a key may manage keys depends on more than its
// list, see mayManageKeys. Trade includes "funding transfer" (docs, same
// place): between the account's own wallets and between main account and
// sub-accounts, some of it under a switch of the sub-account that no answer
// here shows. And what an unknown word covers nobody knows.
func readPermissions(list *string) (exchanges.Permissions, []string) {
	if list == nil {
		return exchanges.Permissions{}, nil
	}
	var perms exchanges.Permissions
	var raw []string
	for _, word := range strings.Split(*list, ",") {
		word = strings.TrimSpace(word)
		switch word {
		case "":
			continue
		case "read_only", "read": // "read" in the documented answer of modify-apikey only
			perms = perms.Grant(exchanges.Read)
		case "trade":
			perms = perms.Grant(exchanges.Trade)
		case "withdraw":
			perms = perms.Grant(exchanges.Withdraw)
		default:
			perms = perms.Grant(exchanges.Unmapped)
		}
		raw = append(raw, word)
	}
	if len(raw) == 0 {
		return exchanges.Permissions{}, nil
	}
	if strange, _ := perms.Has(exchanges.Unmapped).Get(); strange {
		return perms, raw
	}
	open := []exchanges.Permission{exchanges.ManageKeys}
	if trade, _ := perms.Has(exchanges.Trade).Get(); trade {
		open = append(open, exchanges.Transfer, exchanges.SubaccountTransfer)
	}
	rest := slices.DeleteFunc(
		exchanges.AllPermissions(),
		func(p exchanges.Permission) bool { return slices.Contains(open, p) },
	)
	return perms.Deny(rest...), raw
}

// addStrange keeps members beside the list that rekey does not know. With them
// the list is not known to be whole.
func addStrange(k *exchanges.Key, words []string) {
	if len(words) > 0 {
		k.Permissions = k.Permissions.Doubt()
	}
	k.AddStrange(words)
}

// mayManageKeys denies the power over the keys of sub-accounts to a key that
// lacks one of its conditions: "Permission: Trade. Applies to master accounts
// only and master accounts API Key must be linked to IP addresses" (docs,
// Sub-account). For a key that meets them all it stays unknown: the documents
// say that such a key may, its own answer does not, and what an answer does not
// say is not granted here. The card says it instead.
func mayManageKeys(
	perms exchanges.Permissions,
	kind exchanges.AccountKind,
	bound exchanges.Fact[bool],
) exchanges.Permissions {
	main := exchanges.Unknown[bool]()
	if kind != exchanges.AccountUnknown {
		main = exchanges.Known(kind == exchanges.AccountMaster)
	}
	for _, condition := range []exchanges.Fact[bool]{perms.Has(exchanges.Trade), main, bound} {
		if met, told := condition.Get(); told && !met {
			return perms.Deny(exchanges.ManageKeys)
		}
	}
	return perms
}

// readWhitelist reads the field ip. A field that is missing says nothing; one
// that is empty says that the key may be used from anywhere.
func readWhitelist(ip *string) exchanges.IPWhitelist {
	if ip == nil {
		return exchanges.IPWhitelist{}
	}
	return exchanges.ParseWhitelistText(*ip)
}

// kind tells a main account from a sub-account: "The current request account
// is main account if uid = mainUid" (docs, account/config). type says the same
// in other words: 0 main, everything else some kind of sub-account. When the
// two disagree it is unknown.
func (w wireConfig) kind() exchanges.AccountKind {
	var byUID, byType exchanges.AccountKind
	if w.UID != "" && w.MainUID != "" {
		byUID = masterIf(w.UID == w.MainUID)
	}
	if w.Type != "" {
		byType = masterIf(w.Type == "0")
	}
	switch {
	case byUID == byType && byUID != "":
		return byUID
	case byType == "" && byUID != "":
		return byUID
	case byUID == "" && byType != "":
		return byType
	default:
		return exchanges.AccountUnknown
	}
}

func masterIf(master bool) exchanges.AccountKind {
	if master {
		return exchanges.AccountMaster
	}
	return exchanges.AccountSub
}
