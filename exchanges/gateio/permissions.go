package gateio

import (
	"slices"
	"strings"

	"rekey/exchanges"
)

// readOnly is what follows the name of a product, in Key.Raw, where a key may
// only read there; portfolio says so of a key whose mode is 2.
const (
	readOnly  = " read_only"
	portfolio = "mode 2"
)

// wordsOf are the words of the documents (gateapi-go 52e97f69, SubAccountKeyPerms;
// account/main_keys of the newer documents): what a right to write to the product
// permits, nothing where rekey has no word for it.
func wordsOf() map[string][]exchanges.Permission {
	return map[string][]exchanges.Permission{
		"spot":     {exchanges.Spot, exchanges.Margin}, // "spot/margin"
		"futures":  {exchanges.Futures},
		"delivery": {exchanges.Futures},
		"copy":     {exchanges.Futures},
		"options":  {exchanges.Options},
		"earn":     {exchanges.Earn},
		"loan":     {exchanges.Earn},
		"wallet":   {exchanges.Transfer},
		"account":  {}, // what writing there permits no document says
		"custody":  nil, "margin": nil, "unified": nil, "pilot": nil, "otc": nil, "alpha": nil, "crossx": nil,
	}
}

// readPerms reads the rights of a key; a list that is missing says nothing.
//
// Whether a key may withdraw is never shown: a help article says that keys can
// (17521, read 2026-11-30), so it is neither granted nor denied. Which right
// makes keys of sub-accounts no document says either: a key of a main account
// that may write anywhere may be able to, and one of a sub-account is not.
func readPerms(rows *[]describedPerm, account exchanges.AccountKind) (exchanges.Permissions, []string) {
	if rows == nil {
		return exchanges.Permissions{}, nil
	}
	var perms exchanges.Permissions
	var raw, strange []string
	doubt, writes, moves := false, false, false
	known := wordsOf()
	for _, row := range *rows {
		name := row.Value.Name
		powers, documented := known[name]
		reads, told := row.Value.ReadOnly.Get()
		strange = append(strange, row.Strange...)
		word := name
		if reads {
			word += readOnly
		}
		raw = append(raw, word)
		doubt = doubt || !told || len(row.Strange) > 0
		writes = writes || !reads
		moves = moves || !reads && name == "wallet"
		switch {
		case !documented, told && !reads && powers == nil:
			perms = perms.Grant(exchanges.Unmapped)
		case !told || reads:
			perms = perms.Grant(exchanges.Read)
		default:
			perms = perms.Grant(exchanges.Read).Grant(powers...)
		}
	}
	k := exchanges.Key{Permissions: perms, Raw: raw}
	k.AddStrange(strange)
	if odd, _ := k.Permissions.Has(exchanges.Unmapped).Get(); odd || doubt {
		return k.Permissions, k.Raw
	}
	open := []exchanges.Permission{exchanges.Withdraw}
	if writes && account != exchanges.AccountSub {
		open = append(open, exchanges.ManageKeys)
	}
	if moves {
		open = append(open, exchanges.SubaccountTransfer)
	}
	return k.Permissions.Deny(slices.DeleteFunc(exchanges.AllPermissions(), func(p exchanges.Permission) bool {
		return slices.Contains(open, p)
	})...), k.Raw
}

// A word is a right as a key has it.
type word struct {
	name  string
	reads bool // and no more
}

// wordsIn returns the rights that Key.Raw names.
func wordsIn(raw []string) []word {
	var out []word
	for _, text := range raw {
		if text == portfolio {
			continue
		}
		name, reads := strings.CutSuffix(text, readOnly)
		out = append(out, word{name, reads})
	}
	return out
}

// givable are the permissions that a key can be given by API.
func givable() []exchanges.Permission {
	return []exchanges.Permission{
		exchanges.Read, exchanges.Spot, exchanges.Margin, exchanges.Futures, exchanges.Options, exchanges.Earn,
		exchanges.Transfer,
	}
}

// checkPowers refuses permissions that cannot be given.
func checkPowers(op string, asked []exchanges.Permission) error {
	if err := exchanges.CheckPermissions(Name, op, asked, givable()); err != nil {
		return err
	}
	if slices.Contains(asked, exchanges.Spot) != slices.Contains(asked, exchanges.Margin) {
		return exchanges.Refuse(Name, op, "cannot give spot without margin, nor margin without spot: it has one word for "+
			"both. Name both, or neither; nothing was sent")
	}
	return nil
}

// granted returns the rights of a key that is to have the powers asked for, and
// had the rights in old, if there were any: a word that gives one of the powers
// and gave it before keeps it; every other that is documented may only read. A
// power that none of them gives gets the usual word.
func granted(asked []exchanges.Permission, old []word) []sentPerm {
	known := wordsOf()
	gives := func(name string, p exchanges.Permission) bool { return slices.Contains(known[name], p) }
	var out []sentPerm
	set := func(name string, reads bool) {
		for i := range out {
			if out[i].Name == name {
				out[i].ReadOnly = out[i].ReadOnly && reads
				return
			}
		}
		out = append(out, sentPerm{Name: name, ReadOnly: reads})
	}
	for _, w := range old {
		if _, documented := known[w.name]; documented {
			keeps := slices.ContainsFunc(asked, func(p exchanges.Permission) bool { return gives(w.name, p) })
			set(w.name, w.reads || !keeps)
		}
	}
	usual := map[exchanges.Permission]string{
		exchanges.Spot: "spot", exchanges.Margin: "spot", exchanges.Futures: "futures", exchanges.Options: "options",
		exchanges.Earn: "earn", exchanges.Transfer: "wallet",
	}
	for _, p := range asked {
		has := slices.ContainsFunc(out, func(s sentPerm) bool { return !s.ReadOnly && gives(s.Name, p) })
		if name, ok := usual[p]; ok && !has {
			set(name, false)
		}
	}
	if len(out) == 0 { // a list without a right is not documented
		for _, name := range []string{"spot", "futures", "wallet"} {
			set(name, true)
		}
	}
	return out
}
