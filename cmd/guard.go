package cmd

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"rekey/exchanges"
	"rekey/internal/journal"
	"rekey/internal/survey"
)

// notByAPI says why a key cannot be changed by API, "" when it can.
func notByAPI(d *desk, x exchanges.Exchange, kind journal.Kind, e survey.Entry, k exchanges.Key) string {
	needed := []exchanges.Action{exchanges.ActRevoke}
	switch kind {
	case journal.Rotate:
		needed = []exchanges.Action{exchanges.ActIssue, exchanges.ActRevoke}
	case journal.Contain:
		needed = []exchanges.Action{exchanges.ActEdit}
	case journal.Revoke:
	}
	for _, action := range needed {
		if !slices.ContainsFunc(x.Card.Capabilities, func(c exchanges.Capability) bool {
			return c.Action == action && c.Reach == exchanges.SubKeys && c.InRekey
		}) {
			return e.Exchange + " has no API for it"
		}
	}
	switch {
	case k.Ref.Account.Kind == exchanges.AccountMaster:
		return e.Exchange + " has no API for keys of the master account"
	case e.Inventory.Manager == "":
		return "rekey.yaml names no manager for it, whose key could change it by API"
	case !slices.ContainsFunc(d.entries, func(m survey.Entry) bool { return m.Name == e.Inventory.Manager }):
		return "its manager is no key of rekey.yaml"
	default:
		return ""
	}
}

// managerTrouble says why the manager of a key cannot change it, as far as a
// look can tell, "" when nothing speaks against it.
func managerTrouble(result survey.Result, e survey.Entry, k exchanges.Key) string {
	name := e.Inventory.Manager
	m, seen := result.Managers[name]
	switch {
	case !seen:
		return "its manager " + name + " could not be looked at"
	case m.Key.Status == exchanges.StatusIPRefused:
		return "its manager " + name + " is refused from this address"
	case !m.Key.Status.MayLive() || m.Key.Status == exchanges.StatusDisabled:
		return fmt.Sprintf("its manager %s is %s", name, m.Key.Status)
	case m.Key.Status != exchanges.StatusAlive && m.Err != nil:
		return "its manager " + name + " could not be looked at: " + m.Err.Error()
	case m.Lists[k.Ref.AccessKey] || k.Status == exchanges.StatusDead:
		return ""
	case m.Err != nil:
		return "its manager " + name + " could not list it: " + m.Err.Error()
	default:
		return "its manager " + name + " does not list it: it belongs to another account, or is no key of a sub-account"
	}
}

// lastManager is the risk of losing the power over the keys of sub-accounts:
// the key is the last one that works and manages others.
func lastManager(d *desk, result survey.Result, dying []string, e survey.Entry) []risk {
	var managed []string
	for _, other := range d.entries {
		if other.Inventory.Manager == e.Name && !slices.Contains(dying, other.Name) {
			managed = append(managed, other.Name)
		}
	}
	if len(managed) == 0 {
		return nil
	}
	for name, m := range result.Managers {
		same := slices.ContainsFunc(d.entries, func(o survey.Entry) bool { return o.Name == name && o.Exchange == e.Exchange })
		if name != e.Name && same && m.Key.Status == exchanges.StatusAlive && !slices.Contains(dying, name) {
			return nil
		}
	}
	return []risk{{riskLastManager, fmt.Sprintf("it is the last key that manages %s: without it rekey cannot change %s by API", strings.Join(managed, ", "), themOrIt(managed))}}
}

func themOrIt(names []string) string {
	if len(names) == 1 {
		return "it"
	}
	return "them"
}

// lockedOut says why a whitelist would lock this machine out, "" when nothing
// shows that it would. Where the exchange tells the address that it sees, that
// decides. Elsewhere a key that works from here tells that this address is on
// its own list: a new list with nothing of the old one leaves it out.
func (a *App) lockedOut(ctx context.Context, d *desk, x exchanges.Exchange, k exchanges.Key, whitelist []string) string {
	if len(whitelist) == 0 {
		return ""
	}
	list, known := exchanges.ParseWhitelist(whitelist).Entries.Get()
	if !known {
		return ""
	}
	if seen, ok := a.seenAddress(ctx, d, x); ok {
		if slices.ContainsFunc(list, func(p netip.Prefix) bool { return p.Contains(seen) }) {
			return ""
		}
		return fmt.Sprintf("%s sees this machine as %s, which the new key's addresses (%s) leave out", x.Card.Name, seen, strings.Join(whitelist, ", "))
	}
	old, told := k.Whitelist.Entries.Get()
	if k.Status != exchanges.StatusAlive || !told || len(old) == 0 {
		return ""
	}
	for _, p := range old {
		if slices.ContainsFunc(list, p.Overlaps) {
			return ""
		}
	}
	return "the new key's addresses hold none of the old one's, so none that this machine is known to have"
}

// seenAddress asks the exchange for the address that it sees, where it tells.
func (a *App) seenAddress(ctx context.Context, d *desk, x exchanges.Exchange) (netip.Addr, bool) {
	if x.SeenAddress == nil {
		return netip.Addr{}, false
	}
	client, err := a.client(x, d.settings[x.Card.Name])
	if err != nil {
		return netip.Addr{}, false
	}
	op, _ := x.Protocol.Operation(x.SeenAddress.Operation)
	res, err := client.Call(ctx, unsigned(client, op))
	if err != nil {
		return netip.Addr{}, false
	}
	text, ok := x.SeenAddress.Of(res)
	if !ok {
		return netip.Addr{}, false
	}
	address, err := netip.ParseAddr(text)
	return address.Unmap(), err == nil
}
