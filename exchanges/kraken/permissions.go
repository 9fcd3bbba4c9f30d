package kraken

import (
	"cmp"
	"slices"
	"strings"

	"rekey/exchanges"
)

// meaning returns what a word of the spot API permits, and whether it is
// documented (docs.kraken.com, get-api-key-info, read 2026-11-30). Who may add an
// address to withdraw to can withdraw to a thief.
func meaning(word string) (exchanges.Permission, bool) {
	switch word {
	case "query-funds", "query-open-trades", "query-closed-trades", "query-ledger", "export-data", "create-ws-token":
		return exchanges.Read, true
	case "modify-trades", "close-trades":
		return exchanges.Trade, true
	case "add-funds":
		return exchanges.Receive, true
	case "earn-funds":
		return exchanges.Earn, true
	case "withdraw-funds", "add-withdraw-address", "update-withdraw-address":
		return exchanges.Withdraw, true
	default:
		return exchanges.Unmapped, false
	}
}

// readPermissions reads the list of words of a spot key. The list is whole, so
// what is not on it is denied; not so beside a word that nobody here knows, or one
// that stands there twice.
// Transfers between the account's wallets and to sub-accounts, and the making of
// sub-accounts, have no word of their own: the documents say in one place that
// they take the right to withdraw, in another that to trade. Every key can look
// at itself, which counts as reading.
func readPermissions(words []string) (exchanges.Permissions, []string) {
	perms := exchanges.Permissions{}.Grant(exchanges.Read)
	strange := false
	var raw []string
	for _, word := range words {
		if word = strings.TrimSpace(word); word == "" {
			continue
		}
		if slices.Contains(raw, word) { // no list that Kraken makes: it may lack a word
			strange = true
			continue
		}
		p, known := meaning(word)
		strange = strange || !known
		perms, raw = perms.Grant(p), append(raw, word)
	}
	if strange {
		return perms, raw
	}
	var open []exchanges.Permission
	if moves, _ := perms.HasAny(exchanges.Withdraw, exchanges.Trade).Get(); moves {
		open = []exchanges.Permission{exchanges.Transfer, exchanges.SubaccountTransfer, exchanges.ManageKeys}
	}
	return perms.Deny(without(open)...), raw
}

// without returns all permissions but those.
func without(open []exchanges.Permission) []exchanges.Permission {
	return slices.DeleteFunc(exchanges.AllPermissions(), func(p exchanges.Permission) bool {
		return slices.Contains(open, p)
	})
}

// readLevels reads the permissions of a derivatives key. What a transfer out of
// the derivatives wallet may reach besides is not told.
func readLevels(levels map[string]string) (exchanges.Permissions, []string) {
	general, told := levels["general"]
	transfer, told2 := levels["transfer"]
	perms := exchanges.Permissions{}.Grant(exchanges.Read)
	raw := []string{"general:" + general, "transfer:" + transfer}
	strange := !told || !told2 || len(levels) != len(raw)
	for _, c := range []struct {
		level string
		gives exchanges.Permission
	}{{general, exchanges.Futures}, {transfer, exchanges.Transfer}} {
		switch c.level {
		case "FULL_ACCESS":
			perms = perms.Grant(c.gives)
		case "NO_ACCESS", "READ_ONLY":
		default:
			strange, perms = true, perms.Grant(exchanges.Unmapped)
		}
	}
	for name, level := range levels {
		if name != "general" && name != "transfer" && level != "NO_ACCESS" {
			perms, raw = perms.Grant(exchanges.Unmapped), append(raw, name+":"+level)
		}
	}
	slices.Sort(raw)
	if strange {
		return perms, raw
	}
	var open []exchanges.Permission
	if moves, _ := perms.Has(exchanges.Transfer).Get(); moves {
		open = []exchanges.Permission{exchanges.Withdraw, exchanges.SubaccountTransfer}
	}
	return perms.Deny(without(open)...), raw
}

// readWhitelist reads a list of addresses, for which [""] is empty too. One that
// is missing says nothing.
func readWhitelist(ips *[]string) exchanges.IPWhitelist {
	if ips == nil {
		return exchanges.IPWhitelist{}
	}
	return exchanges.ParseWhitelist(*ips)
}

// key writes what the spot API says into k.
func (w wireKey) apply(k *exchanges.Key) {
	k.Label = cmp.Or(w.Name, w.Name2)
	k.CreatedAt = seconds(cmp.Or(w.Created, w.Created2))
	k.LastUsedAt = seconds(cmp.Or(w.LastUsed, w.LastUsed2))
	k.ExpiresAt = seconds(*cmp.Or(w.Until, w.Until2, new(exchanges.Number)))
	k.Whitelist = readWhitelist(cmp.Or(w.IPs, w.IPs2))
	if w.Words != nil {
		k.Permissions, k.Raw = readPermissions(*w.Words)
	}
}
