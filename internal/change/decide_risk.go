package change

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"rekey/exchanges"
	"rekey/internal/survey"
)

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
