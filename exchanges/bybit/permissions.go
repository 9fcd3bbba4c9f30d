package bybit

import (
	"maps"
	"slices"
	"strings"
	"time"

	"rekey/exchanges"
)

// A group is a list of words in the permissions of a key.
type group struct {
	name string
	// words are the documented ones, by what they permit.
	words map[string]exchanges.Permission
}

// groups are those of docs/v5/user/apikey-info and create-subuid-apikey, read
// 2026-11-30. What moves money in ways that rekey has no word for, or speaks for
// the user, is unmapped.
func groups() []group {
	one := func(word string, p exchanges.Permission) map[string]exchanges.Permission {
		return map[string]exchanges.Permission{word: p}
	}
	return []group{
		{"ContractTrade", map[string]exchanges.Permission{"Order": exchanges.Futures, "Position": exchanges.Futures}},
		{"Derivatives", one("DerivativesTrade", exchanges.Futures)},
		{"Spot", one("SpotTrade", exchanges.Spot)},
		{"Options", one("OptionsTrade", exchanges.Options)},
		{"Wallet", map[string]exchanges.Permission{
			"AccountTransfer": exchanges.Transfer, "SubMemberTransfer": exchanges.SubaccountTransfer,
			"SubMemberTransferList": exchanges.SubaccountTransfer, "Withdraw": exchanges.Withdraw,
		}},
		{"Exchange", one("ExchangeHistory", exchanges.Read)},
		{"Earn", one("Earn", exchanges.Earn)},
		{"BlockTrade", one("BlockTrade", exchanges.Trade)},
		{"FiatP2P", map[string]exchanges.Permission{
			"FiatP2POrder": exchanges.Unmapped, "Advertising": exchanges.Unmapped,
		}},
		{"FiatBitPay", one("FaitPayOrder", exchanges.Unmapped)}, // spelled so
		{"FiatConvertBroker", one("FiatConvertBrokerOrder", exchanges.Unmapped)},
		{"FiatGlobalPay", nil},
		{"BitCard", one("BitCard", exchanges.Unmapped)},
		{"ByXPost", one("ByXPost", exchanges.Unmapped)},
		{"Affiliate", one("Affiliate", exchanges.Unmapped)},
		{"CopyTrading", one("CopyTrading", exchanges.Unmapped)}, // deprecated
		{"NFT", one("NFTQueryProductList", exchanges.Unmapped)}, // deprecated
	}
}

// meaning returns what a word of a group permits, and whether it is documented.
func meaning(name, word string) (exchanges.Permission, bool) {
	for _, g := range groups() {
		if g.name == name {
			p, known := g.words[word]
			return p, known
		}
	}
	return "", false
}

// readPermissions reads the groups of a key. A permission is denied only where
// each of its groups is there and none of its words: groups are left out of some
// answers, which says nothing. A read-only key reads, whatever its groups name.
// Beside a word that nobody here knows, nothing is denied.
//
// Spot orders of a unified account may borrow, so whether a key with SpotTrade
// may is not told (docs/v5/order/create-order, isLeverage).
func (w wireKey) readPermissions() (exchanges.Permissions, []string) {
	if w.Permissions == nil {
		return exchanges.Permissions{}, nil
	}
	perms := exchanges.Permissions{}.Grant(exchanges.Read)
	words, strange := w.words()
	readOnly, told := w.ReadOnly.Get()
	if told && readOnly {
		return perms.DenyRest(), append([]string{"readOnly"}, words...)
	}
	for _, text := range words {
		p := exchanges.Unmapped
		name, word, _ := strings.Cut(text, ":")
		if known, ok := meaning(name, word); ok {
			p = known
		}
		perms = perms.Grant(p)
	}
	if !told || strange {
		return perms, words
	}
	open := w.unsaid()
	if spot, _ := perms.Has(exchanges.Spot).Get(); spot || slices.Contains(open, exchanges.Spot) {
		open = append(open, exchanges.Margin)
	}
	return perms.Deny(slices.DeleteFunc(exchanges.AllPermissions(), func(p exchanges.Permission) bool {
		return slices.Contains(open, p)
	})...), words
}

// words returns the words of all groups as "Group:Word", sorted, and whether one
// of them is not documented.
func (w wireKey) words() (words []string, strange bool) {
	for _, name := range slices.Sorted(maps.Keys(w.Permissions)) {
		for _, word := range w.Permissions[name] {
			if _, known := meaning(name, word); !known {
				strange = true
			}
			words = append(words, name+":"+word)
		}
	}
	return words, strange
}

// unsaid returns the permissions of the groups that an answer leaves out, and
// the power over keys, which no group names.
func (w wireKey) unsaid() []exchanges.Permission {
	open := []exchanges.Permission{exchanges.ManageKeys}
	for _, g := range groups() {
		if list, there := w.Permissions[g.name]; there && list != nil {
			continue
		}
		for _, p := range g.words {
			if !slices.Contains(open, p) && p != exchanges.Unmapped {
				open = append(open, p)
			}
		}
	}
	return open
}

// managing are the rights of which a master key needs one to make, change and
// delete keys of sub-accounts, and to change and delete itself (docs/v5/user,
// "API key permission", read 2026-11-30).
func managing() []exchanges.Permission {
	return []exchanges.Permission{exchanges.Transfer, exchanges.SubaccountTransfer, exchanges.Withdraw}
}

// manageKeys adds to the permissions of a key whether it has power over the keys
// of sub-accounts: a master key with one of the rights has it. A key of a
// sub-account has power over itself alone.
func manageKeys(p exchanges.Permissions, kind exchanges.AccountKind) exchanges.Permissions {
	may, told := p.HasAny(managing()...).Get()
	switch {
	case kind == exchanges.AccountSub, told && !may:
		return p.Deny(exchanges.ManageKeys)
	case kind == exchanges.AccountMaster && may:
		return p.Grant(exchanges.ManageKeys)
	default:
		return p
	}
}

// readWhitelist reads the list of addresses. One that is missing says nothing;
// "*" means that the key may be used from anywhere.
func readWhitelist(ips *[]string) exchanges.IPWhitelist {
	if ips == nil {
		return exchanges.IPWhitelist{}
	}
	return exchanges.ParseWhitelist(addresses(*ips))
}

// addresses returns a list of addresses, none where one entry stands for all.
func addresses(ips []string) []string {
	if slices.Contains(ips, "*") {
		return nil
	}
	return ips
}

// readTime reads a time in RFC 3339. 1970 stands for "not set".
func readTime(text string) exchanges.Fact[time.Time] {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return exchanges.Unknown[time.Time]()
	}
	return exchanges.MilliTime(t.UnixMilli())
}

// kind tells a master account from a sub-account. isMaster and parentUid say the
// same; when they disagree it is unknown.
func (w wireKey) kind() exchanges.AccountKind {
	master, told := w.IsMaster.Get()
	switch {
	case !told:
		return exchanges.AccountUnknown
	case master && (w.ParentUID == "" || w.ParentUID == "0"):
		return exchanges.AccountMaster
	case !master && w.ParentUID != "0":
		return exchanges.AccountSub
	default:
		return exchanges.AccountUnknown
	}
}

// apply writes what an answer says of a key into k, all but its account, whose
// kind k has already.
func apply(d describedKey, k *exchanges.Key) {
	w := d.Value
	k.Label = w.Note
	k.Whitelist = readWhitelist(w.IPs)
	k.CreatedAt, k.ExpiresAt = readTime(w.CreatedAt), readTime(w.ExpiredAt)
	switch {
	case w.RSA != "" || w.Flag == "rsa":
		k.Algorithm = "rsa"
	case w.Flag == "hmac":
		k.Algorithm = "hmac"
	}
	k.Permissions, k.Raw = w.readPermissions()
	if k.Permissions.IsKnown() {
		k.Permissions = manageKeys(k.Permissions, k.Ref.Account.Kind)
	}
	if len(d.Strange) > 0 {
		k.Permissions = k.Permissions.Doubt()
	}
	k.AddStrange(d.Strange)
}
