package change

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"rekey/exchanges"
	"rekey/internal/journal"
	"rekey/internal/rotate"
	"rekey/internal/survey"
)

// decide says how one key is dealt with.
func (p *planner) decide(d Decision) Decision {
	switch {
	case d.Seen.Status == exchanges.StatusDead && p.Kind != journal.Rotate:
		text := "the exchange says that it does not exist"
		if d.Seen.Proof != "" {
			text += ": " + d.Seen.Proof
		}
		return d.with(Skip, Reason{AlreadyDead, text})
	case d.Seen.Status == exchanges.StatusDefunct:
		return d.with(Skip, Reason{ExchangeGone, "the exchange is gone, and the key with it"})
	}
	facts := p.Facts[d.Key]
	switch {
	case facts.Credential.Problem != "":
		return d.with(Person, Reason{Unreadable, facts.Credential.Problem})
	case facts.Credential.AccessKey == "":
		return d.with(Person, Reason{Unreadable, "its access key is not known"})
	}
	x, _ := p.Registry.Lookup(d.Entry.Exchange)
	d.ByHandWhy = p.notByAPI(x, d, facts)
	if !d.ByHandWhy.IsZero() {
		if why := p.notByItself(x, d, facts); why == "" {
			d.Self, d.ByHandWhy = true, Reason{}
		} else if why != noOwnPower {
			d.ByHandWhy.Text += "; and it cannot do it itself: " + why
		}
	}
	byHand := !d.ByHandWhy.IsZero()
	if x.IsCardAlone() && p.Kind == journal.Rotate { // whether a new key works could not be asked
		return d.with(Person, d.ByHandWhy)
	}
	if byHand && (p.Kind == journal.Contain || p.Due || !p.Person) {
		return d.with(Person, d.ByHandWhy)
	}
	d.Account = accountOf(d, byHand || d.Self)
	if seen, ok := p.Egress[x.Card.Name]; ok {
		d.Address = seen.String()
	}
	if !byHand && !d.Self && d.Account.Name == "" {
		return d.with(Person, Reason{NoAccount, "the sub-account is not known: set `account` in rekey.yaml"})
	}
	d.Verdict = ByAPI
	if byHand {
		d.Verdict = ByHand
	}
	if x.Card.Together != "" {
		d.Remarks = append(d.Remarks, x.Card.Together)
	}
	switch p.Kind {
	case journal.Rotate:
		d = p.replace(d, x, facts)
	case journal.Contain:
		d = p.narrow(d, x)
	case journal.Revoke, journal.Respond:
	}
	return d
}

// notByAPI says why rekey cannot change a key by API; the zero Reason says that
// it can.
func (p *planner) notByAPI(x exchanges.Exchange, d Decision, f Facts) Reason {
	if r := p.withoutAPI(x, d); !r.IsZero() {
		return r
	}
	if r := p.managerTrouble(d.Entry, d.Seen); !r.IsZero() {
		return r
	}
	if p.Kind != journal.Contain && x.CanRevoke != nil && d.Seen.Status != exchanges.StatusDead {
		if err := x.CanRevoke(exchanges.RevokeRequest{Ref: p.ref(d), Passphrase: f.Credential.passphrase()}); err != nil {
			return Reason{CannotBeChanged, err.Error()}
		}
	}
	return Reason{}
}

// noOwnPower says that no key of the exchange can do what is asked for to itself.
const noOwnPower = "no key can"

// notByItself says why a key that no manager can change has not the power to
// destroy or to narrow itself, or cannot be asked to; "" when it can: it works
// from here, its secret is at hand, and the exchange states the permission that
// it takes.
func (p *planner) notByItself(x exchanges.Exchange, d Decision, f Facts) string {
	var can error
	switch p.Kind {
	case journal.Contain:
		if x.CanEditSelf == nil {
			return noOwnPower
		}
		can = x.CanEditSelf(d.Seen, narrowest(d))
	case journal.Revoke, journal.Respond:
		if x.CanRevokeSelf == nil {
			return noOwnPower
		}
		can = x.CanRevokeSelf(d.Seen)
	case journal.Rotate: // its successor is made by a person, who deletes it too
		return noOwnPower
	default:
		return noOwnPower
	}
	switch {
	case can != nil:
		return can.Error()
	case !f.Credential.Secret:
		return "nobody here has its secret"
	case d.Seen.Status != exchanges.StatusAlive:
		return "it does not work from here"
	}
	return ""
}

// narrowest is the request that takes all but reading from a key, and leaves its
// addresses.
func narrowest(d Decision) exchanges.EditRequest {
	return exchanges.EditRequest{Ref: d.Seen.Ref, Permissions: []exchanges.Permission{}}
}

// ref names the old key for a request.
func (p *planner) ref(d Decision) exchanges.KeyRef {
	return exchanges.KeyRef{
		Exchange: d.Entry.Exchange, Account: accountOf(d, false),
		AccessKey: p.Facts[d.Key].Credential.AccessKey,
	}
}

// passphrase stands for the key's own in a request that is only judged, not
// sent.
func (h Held) passphrase() exchanges.Secret {
	if !h.Passphrase {
		return exchanges.Secret{}
	}
	return exchanges.NewSecret("Passphrase1!")
}

// needed are the actions of an exchange that a change takes.
func needed(kind journal.Kind) []exchanges.Action {
	switch kind {
	case journal.Rotate:
		return []exchanges.Action{exchanges.ActIssue, exchanges.ActRevoke}
	case journal.Contain:
		return []exchanges.Action{exchanges.ActEdit}
	case journal.Revoke, journal.Respond:
	}
	return []exchanges.Action{exchanges.ActRevoke}
}

// withoutAPI says what of the exchange or of rekey.yaml leaves no way by API.
func (p *planner) withoutAPI(x exchanges.Exchange, d Decision) Reason {
	if x.IsCardAlone() {
		return Reason{NoAPI, "rekey has no adapter for " + d.Entry.Exchange + ": only a person can change its keys"}
	}
	for _, action := range needed(p.Kind) {
		able := func(c exchanges.Capability) bool {
			return c.Action == action && c.Reach == exchanges.SubKeys && c.InRekey
		}
		if !slices.ContainsFunc(x.Card.Capabilities, able) {
			return Reason{NoAPI, noAPI(x, action)}
		}
	}
	manager := d.Entry.Inventory.Manager
	_, declared := p.entries[manager]
	switch {
	case d.Seen.Ref.Account.Kind == exchanges.AccountMaster:
		return Reason{MasterKey, masterKeys(x)}
	case manager == "":
		return Reason{NoManager, masterKeys(x) + "; for a key of a sub-account, name its manager in rekey.yaml"}
	case !declared:
		return Reason{NoManager, "its manager is no key of rekey.yaml"}
	default:
		return Reason{}
	}
}

// noAPI says that rekey has no way by API for an action: the exchange has none, or
// rekey does not use it.
func noAPI(x exchanges.Exchange, action exchanges.Action) string {
	unused := func(c exchanges.Capability) bool {
		return c.Action == action && c.Reach == exchanges.Master && c.Way == exchanges.ByAPI && !c.InRekey
	}
	if slices.ContainsFunc(x.Card.Capabilities, unused) {
		return "rekey does not use the API of " + x.Card.Name + " for it"
	}
	return x.Card.Name + " has no API for it"
}

// masterKeys says what no API of an exchange does to a key of the master account.
func masterKeys(x exchanges.Exchange) string {
	if x.CanRevokeSelf != nil {
		return "no other key can change or delete a master key of " + x.Card.Name
	}
	return x.Card.Name + " master keys can only be made and deleted on the website"
}

// managerTrouble says why the manager of a key cannot change it, as far as a
// look can tell; the zero Reason says that nothing speaks against it.
func (p *planner) managerTrouble(e survey.Entry, k exchanges.Key) Reason {
	name := e.Inventory.Manager
	m, seen := p.Survey.Managers[name]
	may, told := m.Key.Permissions.Has(exchanges.ManageKeys).Get()
	switch {
	case seen && told && !may:
		return Reason{ManagerRefused, "its manager " + name +
			" may not manage keys: the exchange says so, or its whitelist is missing"}
	case !seen:
		return Reason{ManagerUnseen, "its manager " + name + " could not be looked at"}
	case m.Key.Status == exchanges.StatusIPRefused:
		return Reason{ManagerRefused, "its manager " + name + " is refused from this address"}
	case !m.Key.Status.MayLive() || m.Key.Status == exchanges.StatusDisabled:
		return Reason{ManagerDead, fmt.Sprintf("its manager %s is %s", name, m.Key.Status)}
	case m.Key.Status != exchanges.StatusAlive && m.Err != nil:
		return Reason{ManagerUnseen, "its manager " + name + " could not be looked at: " + m.Err.Error()}
	case m.Lists[k.Ref.AccessKey] || k.Status == exchanges.StatusDead:
		return Reason{}
	case m.Err != nil:
		return Reason{ManagerUnseen, "its manager " + name + " could not list it: " + m.Err.Error()}
	default:
		return Reason{NotListed, "its manager " + name +
			" does not list it: it belongs to another account, or is no key of a sub-account"}
	}
}

func accountOf(d Decision, byHand bool) exchanges.Account {
	account := d.Seen.Ref.Account
	if account.Name == "" {
		account.Name = d.Entry.Inventory.Account
	}
	if !byHand {
		account.Kind = exchanges.AccountSub
	}
	return account
}

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

// swap adds the vendors' connections that get the new credential. A vendor that
// needs a person stops the change before a key is made.
func (p *planner) swap(d Decision, f Facts) Decision {
	for _, v := range f.Vendors {
		if v.Problem != "" {
			d.Page, d.Steps = v.Page, v.ByHand
			return d.with(Person, Reason{VendorByHand, v.Problem + "; no key was made"})
		}
		d.Remarks = append(append(d.Remarks, v.Steps...), v.Remarks...)
		if len(v.Connections) == 0 {
			continue
		}
		d.Swaps = append(d.Swaps, Swap{v.Vendor, v.Connections})
		if v.Busy && !p.Compromised {
			d.Risks = append(d.Risks, Risk{
				RiskBotRunning,
				v.Vendor + " says that something runs on the connection, or does not say: stop it first",
			})
		}
		if v.LockedOut {
			d.Risks = append(d.Risks, Risk{
				RiskLockOut,
				"the new key's addresses hold none of those that " + v.Vendor + " calls from",
			})
		}
	}
	return d
}

// unswapped are remarks on vendors that the key was given to and that keep the
// old one.
func (p *planner) unswapped(e survey.Entry) (remarks []string) {
	for _, v := range e.Inventory.SharedWith {
		x, known := p.Registry.Lookup(v)
		if known && x.OpenVendor != nil && !slices.Contains(p.Swaps[e.Name], v) {
			remarks = append(remarks, fmt.Sprintf(
				"%s was given this key and keeps the old one: what runs there stops when it dies "+
					"(rotate.vendors: [%s] swaps it)", v, v))
		}
	}
	return remarks
}

// lastManager is the risk of losing the power over the keys of sub-accounts: the
// key manages some that this plan does not destroy, and no other key of
// rekey.yaml that works, and stays, lists them.
func (p *planner) lastManager(e survey.Entry) []Risk {
	var left []string
	for _, name := range p.managed[e.Name] {
		if !p.dying[name] && !p.managedBesides(e, p.subjects[name].Key.Ref.AccessKey) {
			left = append(left, name)
		}
	}
	if len(left) == 0 {
		return nil
	}
	them := "them"
	if len(left) == 1 {
		them = "it"
	}
	return []Risk{{RiskLastManager, fmt.Sprintf("it is the last key that manages %s: without it "+
		"rekey cannot change %s by API",
		strings.Join(left, ", "), them)}}
}

// managedBesides reports whether a manager besides e, which works and stays,
// lists a key.
func (p *planner) managedBesides(e survey.Entry, accessKey string) bool {
	for name, m := range p.Survey.Managers {
		other, declared := p.entries[name]
		if declared && name != e.Name && other.Exchange == e.Exchange && !p.dying[name] &&
			m.Key.Status == exchanges.StatusAlive && m.Lists[accessKey] {
			return true
		}
	}
	return false
}

// lockedOut says why a whitelist would lock this machine out, "" when nothing
// shows that it would. Where the exchange tells the address that it sees, that
// decides. Elsewhere a key that works from here tells that this address is on
// its own list: a new list with nothing of the old one leaves it out.
func (p *planner) lockedOut(d Decision, x exchanges.Exchange) string {
	if len(d.Want.Whitelist) == 0 {
		return ""
	}
	list, known := exchanges.ParseWhitelist(d.Want.Whitelist).Entries.Get()
	if !known {
		return ""
	}
	if seen, ok := p.Egress[x.Card.Name]; ok {
		if slices.ContainsFunc(list, func(n netip.Prefix) bool { return n.Contains(seen) }) {
			return ""
		}
		return fmt.Sprintf("%s sees this machine as %s, which the new key's addresses (%s) leave out",
			x.Card.Name, seen, strings.Join(d.Want.Whitelist, ", "))
	}
	old, told := d.Seen.Whitelist.Entries.Get()
	if d.Seen.Status != exchanges.StatusAlive || !told || len(old) == 0 {
		return ""
	}
	for _, n := range old {
		if slices.ContainsFunc(list, n.Overlaps) {
			return ""
		}
	}
	return "the new key's addresses hold none of the old one's, so none that this machine is known to have"
}
