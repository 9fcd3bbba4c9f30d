package change

import (
	"fmt"
	"slices"
	"strings"

	"rekey/exchanges"
	"rekey/internal/rotate"
)

// replace decides what the new key shall be, and whether its places can take it.
func (p *planner) replace(d Decision, x exchanges.Exchange, f Facts) Decision {
	noKey := func(code Code, why string) Decision { return d.with(Person, Reason{code, why + "; no key was made"}) }
	want, remarks, trouble := p.desired(d, x)
	if !trouble.IsZero() {
		return noKey(trouble.Code, trouble.Text)
	}
	d.Want = want
	d.Remarks = append(d.Remarks, remarks...)
	if d.Verdict == ByAPI && x.CanIssue != nil {
		if err := x.CanIssue(issueRequest(d)); err != nil {
			return noKey(CannotBeMade, err.Error())
		}
	}
	if f.Twin != "" {
		d.Steps = []string{}
		return noKey(OtherHolder, f.Twin+" holds the same key and would be left with a dead one: declare it as a "+
			"copy of this key (copies)")
	}
	for _, place := range f.Places {
		if place.Problem != "" {
			d.Steps = []string{}
			return noKey(PlaceUnwritable, place.Problem)
		}
		d.Remarks = append(d.Remarks, place.Remarks...)
	}
	if len(p.Reloads[d.Key]) == 0 && !p.Compromised { // a thief's key dies first, whoever else uses it
		d.Risks = append(d.Risks, Risk{
			RiskBotRunning,
			"rekey.yaml names no rotate.reload for it: a bot that runs would go on with the old key until it dies",
		})
	}
	if d = p.swap(d, f); d.Verdict == Person {
		return d
	}
	d.Remarks = append(d.Remarks, p.unswapped(d.Entry)...)
	if why := p.lockedOut(d, x); why != "" {
		d.Risks = append(d.Risks, Risk{RiskLockOut, why})
	}
	return d
}

// issueRequest is the request that makes the new key, without its label and its
// passphrase.
func issueRequest(d Decision) exchanges.IssueRequest {
	return exchanges.IssueRequest{
		Account: d.Account, Permissions: d.Want.Permissions, Whitelist: d.Want.Whitelist,
		Algorithm: d.Seen.Algorithm, Words: d.Seen.Raw, SpecialMargin: d.Seen.SpecialMargin,
	}
}

// desired is what the new key shall be: what the old one is, without what its
// declared purpose does not need, for the addresses of rotate.ip_whitelist
// where that is declared. The Reason says why that is not known, or cannot be.
func (p *planner) desired(d Decision, x exchanges.Exchange) (want rotate.Want, remarks []string, trouble Reason) {
	byHand := d.Verdict == ByHand
	if want.Permissions, remarks, trouble = p.powers(d, x); !trouble.IsZero() {
		return want, nil, trouble
	}
	for _, prefix := range d.Entry.Inventory.Whitelist {
		want.Whitelist = append(want.Whitelist, prefix.String())
	}
	restricted, told := d.Seen.Whitelist.Restricted.Get()
	entries, listed := d.Seen.Whitelist.Entries.Get()
	switch {
	case len(want.Whitelist) > 0:
	case told && restricted && listed:
		for _, prefix := range entries {
			want.Whitelist = append(want.Whitelist, prefix.String())
		}
	case told && !restricted:
	case byHand:
		want.Restricted = told && restricted
	default:
		return want, nil, Reason{
			AddressUnknown,
			d.Entry.Exchange + " does not show the addresses of the old key: set rotate.ip_whitelist in rekey.yaml",
		}
	}
	for i, w := range want.Whitelist { // exchanges write single addresses without their bits
		want.Whitelist[i] = strings.TrimSuffix(strings.TrimSuffix(w, "/32"), "/128")
	}
	return want, remarks, Reason{}
}

// powers are the permissions of the new key, in the words of the exchange: never
// less than the purpose, never more than the old key has.
func (p *planner) powers(d Decision, x exchanges.Exchange) (want []exchanges.Permission,
	remarks []string, trouble Reason,
) {
	byHand := d.Verdict == ByHand
	granted, known := d.Seen.Permissions.Granted()
	purpose := d.Entry.Inventory.Purpose
	strange := slices.Contains(granted, exchanges.Unmapped)
	switch {
	case known && strange && !byHand:
		return nil, nil, Reason{PowersUnknown, "the old key has a permission that rekey does not know"}
	case !known && len(purpose) > 0 && (byHand || p.accepted(RiskWiderKey)):
		return slices.Clone(purpose), nil, Reason{}
	case !known:
		return nil, nil, Reason{
			PowersUnknown,
			"what the old key may do is not known, so a new one could be wider: name what it needs as purpose in rekey.yaml",
		}
	}
	if strange {
		granted = slices.DeleteFunc(slices.Clone(granted),
			func(g exchanges.Permission) bool { return g == exchanges.Unmapped })
		remarks = append(remarks,
			"the old key has a permission that rekey does not know; leave it out of the new one unless you know what it is for")
	}
	want, missing := exchanges.Needed(granted, purpose, x.Card.Covers)
	if len(missing) > 0 {
		return nil, nil, Reason{PurposeMissing, fmt.Sprintf("the purpose in rekey.yaml names %s, which "+
			"the old key does not have",
			joined(missing))}
	}
	for _, g := range granted {
		if !slices.Contains(want, g) {
			remarks = append(remarks, "the new key is made without "+string(g)+", which the purpose in rekey.yaml does not name")
		}
	}
	return want, remarks, Reason{}
}

func joined(list []exchanges.Permission) string {
	words := make([]string, len(list))
	for i, w := range list {
		words[i] = string(w)
	}
	return strings.Join(words, ", ")
}

// narrow decides what a key is narrowed to: reading, from this machine where the
// exchange tells which address that is, else from where it was allowed. A key
// that does no more than that already is left alone.
func (p *planner) narrow(d Decision, x exchanges.Exchange) Decision {
	if !d.Seen.Status.MayLive() || onlyReads(d.Seen) {
		return d.with(Skip, Reason{NothingToNarrow, "there is nothing to take from it"})
	}
	if d.Self { // what it may do was asked before, and its addresses stay
		return d
	}
	if seen, ok := p.Egress[x.Card.Name]; ok {
		d.Want.Whitelist = []string{seen.String()}
	}
	if x.CanEdit == nil {
		return d
	}
	request := exchanges.EditRequest{
		Ref: p.ref(d), Permissions: []exchanges.Permission{}, Whitelist: d.Want.Whitelist,
		Passphrase: p.Facts[d.Key].Credential.passphrase(), SpecialMargin: d.Seen.SpecialMargin,
	}
	if err := x.CanEdit(request); err != nil {
		return d.with(Person, Reason{CannotBeChanged, err.Error()})
	}
	return d
}

// onlyReads reports whether all that a key may do is read. A power to trade or to
// move money that the exchange does not state counts as one that the key has.
func onlyReads(k exchanges.Key) bool {
	money := append(exchanges.TradingPermissions(), exchanges.Withdraw, exchanges.Transfer, exchanges.SubaccountTransfer)
	return k.Permissions.HasAny(money...).IsKnown() && !doesMore(k)
}

// doesMore reports whether the exchange states that a key may do more than read.
func doesMore(k exchanges.Key) bool {
	granted, _ := k.Permissions.Granted()
	return slices.ContainsFunc(granted, func(p exchanges.Permission) bool { return p != exchanges.Read })
}
