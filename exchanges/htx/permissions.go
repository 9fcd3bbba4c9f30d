package htx

import (
	"slices"
	"strings"

	"rekey/exchanges"
)

// The words of HTX.
const (
	wordRead     = "readOnly"
	wordTrade    = "trade"
	wordWithdraw = "withdraw"
)

// readPermission reads a list with commas, in any order (huobiapi/docs v1_en, API
// key query). One word lets a key trade in every market, move money between the
// wallets of its user, and where it is the parent's change keys of sub users: which
// of that it may no answer says, so it is neither granted nor denied.
func readPermission(text *string, account exchanges.AccountKind) (exchanges.Permissions, []string) {
	if text == nil {
		return exchanges.Permissions{}, nil
	}
	var perms exchanges.Permissions
	var raw []string
	for _, word := range strings.Split(*text, ",") {
		word = strings.TrimSpace(word)
		switch word {
		case "":
			continue
		case wordRead:
			perms = perms.Grant(exchanges.Read)
		case wordTrade:
			perms = perms.Grant(exchanges.Trade)
		case wordWithdraw:
			perms = perms.Grant(exchanges.Withdraw)
		default:
			perms = perms.Grant(exchanges.Unmapped)
		}
		raw = append(raw, word)
	}
	if odd, _ := perms.Has(exchanges.Unmapped).Get(); odd || raw == nil {
		return perms, raw
	}
	var open []exchanges.Permission
	if slices.Contains(raw, wordTrade) {
		open = []exchanges.Permission{exchanges.Transfer, exchanges.SubaccountTransfer}
		if account != exchanges.AccountSub {
			open = append(open, exchanges.ManageKeys)
		}
	}
	return perms.Deny(slices.DeleteFunc(exchanges.AllPermissions(), func(p exchanges.Permission) bool {
		return slices.Contains(open, p)
	})...), raw
}

// words returns permissions as they are sent; every key must be able to read.
func words(op string, asked []exchanges.Permission) (string, error) {
	givable := []exchanges.Permission{exchanges.Read, exchanges.Trade}
	if err := exchanges.CheckPermissions(Name, op, asked, givable); err != nil {
		return "", err
	}
	if slices.Contains(asked, exchanges.Trade) {
		return wordRead + "," + wordTrade, nil
	}
	return wordRead, nil
}
