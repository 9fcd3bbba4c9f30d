package change

import (
	"fmt"
	"slices"

	"rekey/exchanges"
	"rekey/internal/journal"
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
