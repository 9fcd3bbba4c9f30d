package change

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"rekey/exchanges"
	"rekey/internal/journal"
	"rekey/internal/survey"
)

// A planned is a row of a table: what was seen, what is asked for, and what is
// decided about the key bot.
type planned struct {
	story    string
	exchange string // okx when empty
	options  Options
	world    func(*world)
	verdict  Verdict
	code     Code
	text     string // a part of the reason
}

func (c planned) decide() Decision {
	if c.exchange == "" {
		c.exchange = "okx"
	}
	w := worldOf(c.exchange)
	if c.world != nil {
		c.world(w)
	}
	return Plan(w.Seen, []string{"bot"}, c.options)[0]
}

func (c planned) check(t *testing.T) {
	t.Helper()
	d := c.decide()
	if d.Verdict != c.verdict || d.Reason.Code != c.code || !strings.Contains(d.Reason.Text, c.text) {
		t.Errorf("%s: verdict %d, %+v, want verdict %d, %q %q", c.story, d.Verdict, d.Reason, c.verdict, c.code, c.text)
	}
	if d.Key != "bot" || d.Kind != c.options.Kind || d.Entry.Name != "bot" {
		t.Errorf("%s: the decision is about %q, %q, %q", c.story, d.Key, d.Kind, d.Entry.Name)
	}
}

func toRotate() Options    { return Options{Kind: journal.Rotate} }
func toRevoke() Options    { return Options{Kind: journal.Revoke} }
func toContain() Options   { return Options{Kind: journal.Contain} }
func compromised() Options { return Options{Kind: journal.Rotate, Compromised: true} }
func byPerson(w *world)    { w.Person = true }
func atHand(w *world)      { byPerson(w); ownMaster(w) }
func ownMaster(w *world) {
	w.key("bot", func(k *exchanges.Key) { k.Ref.Account.Kind = exchanges.AccountMaster })
}
func noManager(w *world)     { w.entry("bot", func(e *survey.Entry) { e.Inventory.Manager = "" }) }
func strayManager(w *world)  { w.entry("bot", func(e *survey.Entry) { e.Inventory.Manager = "nobody" }) }
func unseenManager(w *world) { delete(w.Survey.Managers, "master") }
func unlisted(w *world)      { delete(w.Survey.Managers["master"].Lists, botKey) }

func status(s exchanges.Status) func(*world) {
	return func(w *world) { w.key("bot", func(k *exchanges.Key) { k.Status = s }) }
}

func managerIs(s exchanges.Status, err error) func(*world) {
	return func(w *world) {
		w.manager("master", func(m *survey.Manager) { m.Key.Status, m.Err = s, err })
	}
}

func both(changes ...func(*world)) func(*world) {
	return func(w *world) {
		for _, change := range changes {
			change(w)
		}
	}
}

// Which keys rekey leaves alone because they are gone, and which not.
func TestDecideByStatus(t *testing.T) {
	for _, c := range []planned{
		{"alive", "", toRevoke(), nil, ByAPI, "", ""},
		{"dead", "", toRevoke(), status(exchanges.StatusDead), Skip, AlreadyDead, "the exchange says that it does not exist"},
		{"dead, to narrow", "", toContain(), status(exchanges.StatusDead), Skip, AlreadyDead, ""},
		{"dead, to replace", "", toRotate(), status(exchanges.StatusDead), ByAPI, "", ""},
		{"of a dead exchange", "", toRevoke(), status(exchanges.StatusDefunct), Skip, ExchangeGone, "the exchange is gone"},
		{"of a dead exchange, to replace", "", toRotate(), status(exchanges.StatusDefunct), Skip, ExchangeGone, ""},
		{"expired", "", toRevoke(), status(exchanges.StatusExpired), ByAPI, "", ""},
		{"refused from here", "", toRevoke(), status(exchanges.StatusIPRefused), ByAPI, "", ""},
		{"disabled", "", toRevoke(), status(exchanges.StatusDisabled), ByAPI, "", ""},
		{"undetermined", "", toRevoke(), status(exchanges.StatusUndetermined), ByAPI, "", ""},
		{"without a status", "", toRevoke(), status(""), ByAPI, "", ""},
	} {
		c.check(t)
	}
}

// What is missing for a change is said, and nothing is begun.
func TestDecideOnACredential(t *testing.T) {
	unreadable := func(w *world) {
		w.facts("bot", func(f *Facts) { f.Credential = Held{AccessKey: botKey, Problem: "the file is gone"} })
	}
	unknown := func(w *world) { w.facts("bot", func(f *Facts) { f.Credential.AccessKey = "" }) }
	noAccount := func(w *world) { w.key("bot", func(k *exchanges.Key) { k.Ref.Account.Name = "" }) }
	declared := func(w *world) { w.entry("bot", func(e *survey.Entry) { e.Inventory.Account = "desk" }) }
	for _, kind := range []Options{toRotate(), toRevoke(), toContain()} {
		for _, c := range []planned{
			{"its credential cannot be read", "", kind, unreadable, Person, Unreadable, "the file is gone"},
			{"and a person is here", "", kind, both(unreadable, byPerson), Person, Unreadable, "the file is gone"},
			{"its access key is not known", "", kind, both(unknown, byPerson), Person, Unreadable, "access key is not known"},
			{"its account is declared", "", kind, both(noAccount, declared), ByAPI, "", ""},
		} {
			c.check(t)
		}
	}
	for _, c := range []planned{
		{
			"its account is not known", "", toRotate(), noAccount, Person, CannotBeChanged,
			"name it as its account in rekey.yaml",
		},
		{
			"its account is not known", "", toRevoke(), noAccount, Person, CannotBeChanged,
			"name it as its account in rekey.yaml",
		},
		{"its account is not known", "", toContain(), noAccount, Person, NoAccount, "set `account` in rekey.yaml"},
		{
			"it is dead, and its account is not known", "", toRotate(), both(noAccount, status(exchanges.StatusDead)), Person,
			NoAccount, "set `account` in rekey.yaml",
		},
	} {
		c.check(t)
	}
	// By hand no account is needed: the person is on the page.
	w := planned{"", "", toRevoke(), both(byPerson, noManager, noAccount), ByHand, "", ""}
	w.check(t)
}

// Every reason against a change by API: nothing is begun when nobody can be
// asked, and a person is led when somebody can.
func TestDecideWithoutAPI(t *testing.T) {
	failed := errors.New("the line broke")
	wordless := func(w *world) { w.facts("bot", func(f *Facts) { f.Credential.Passphrase = false }) }
	for _, c := range []planned{
		{"the exchange has no API for it", "coinbase", toRevoke(), nil, Person, NoAPI, "coinbase has no API for it"},
		{"no API of it makes keys", "coinbase", toRotate(), nil, Person, NoAPI, ""},
		{"no API of it changes keys", "coinbase", toContain(), nil, Person, NoAPI, ""},
		{"an exchange without a card", "nowhere", toRevoke(), nil, Person, NoAPI, ""},
		{"a key of the master account", "", toRevoke(), ownMaster, Person, MasterKey, "okx master keys can only be made"},
		{"no manager is named", "", toRevoke(), noManager, Person, NoManager, "name its manager in rekey.yaml"},
		{"the manager is no key", "", toRevoke(), strayManager, Person, NoManager, "is no key of rekey.yaml"},
		{"the manager was not looked at", "", toRevoke(), unseenManager, Person, ManagerUnseen, "could not be looked at"},
		{
			"the manager is refused from here", "", toRevoke(), managerIs(exchanges.StatusIPRefused, nil), Person,
			ManagerRefused, "",
		},
		{"the manager is dead", "", toRevoke(), managerIs(exchanges.StatusDead, nil), Person, ManagerDead, "master is dead"},
		{"the manager is expired", "", toRevoke(), managerIs(exchanges.StatusExpired, nil), Person, ManagerDead, ""},
		{"the manager is disabled", "", toRevoke(), managerIs(exchanges.StatusDisabled, nil), Person, ManagerDead, ""},
		{
			"the manager could not be asked", "", toRevoke(), managerIs(exchanges.StatusUndetermined, failed), Person,
			ManagerUnseen, "could not be looked at: the line broke",
		},
		{
			"the list broke off before it", "", toRevoke(), both(unlisted, managerIs(exchanges.StatusAlive, failed)), Person,
			ManagerUnseen, "could not list it: the line broke",
		},
		{"the list does not name it", "", toRevoke(), unlisted, Person, NotListed, "master does not list it"},
		{
			"the exchange wants its passphrase", "kucoin", toRevoke(), wordless, Person, CannotBeChanged,
			"wants the passphrase",
		},
		{"and to replace it", "kucoin", toRotate(), wordless, Person, CannotBeChanged, "wants the passphrase"},
	} {
		c.check(t)
		reason := c.decide().Reason
		held := c
		held.story += ", and a person is here"
		if c.world == nil {
			c.world = byPerson
		} else {
			c.world = both(c.world, byPerson)
		}
		switch c.options.Kind {
		case journal.Contain:
		default:
			c.verdict, c.code, c.text = ByHand, "", ""
			if d := c.decide(); d.ByHandWhy != reason {
				t.Errorf("%s: by hand because of %+v, want %+v", held.story, d.ByHandWhy, reason)
			}
		}
		c.check(t)
		c.options.Due, c.verdict, c.code = true, Person, reason.Code
		if c.options.Kind != journal.Contain { // --due asks nobody: it is for cron
			d := c.decideDue()
			if d.Verdict != Person || d.Reason != reason {
				t.Errorf("%s, with --due: %d %+v", c.story, d.Verdict, d.Reason)
			}
		}
	}
}

// decideDue is decide about a key that is due.
func (c planned) decideDue() Decision {
	change := c.world
	c.world = func(w *world) {
		if change != nil {
			change(w)
		}
		w.entry("bot", func(e *survey.Entry) {
			e.Inventory.Rotation, e.Inventory.Created = 1, exchanges.Known(now.AddDate(-1, 0, 0))
		})
	}
	return c.decide()
}

// What does not stand in the way of a change by API.
func TestDecideByAPI(t *testing.T) {
	failed := errors.New("the rest of the list broke off")
	wordless := func(w *world) { w.facts("bot", func(f *Facts) { f.Credential.Passphrase = false }) }
	for _, c := range []planned{
		{"nothing", "", toRotate(), nil, ByAPI, "", ""},
		{"nothing at another exchange", "binance", toRotate(), nil, ByAPI, "", ""},
		{"nothing at a third", "kucoin", toRotate(), nil, ByAPI, "", ""},
		{"a list that broke off after it", "", toRevoke(), managerIs(exchanges.StatusAlive, failed), ByAPI, "", ""},
		{"a dead key in no list, to replace", "", toRotate(), both(unlisted, status(exchanges.StatusDead)), ByAPI, "", ""},
		{
			"a dead key in a broken list, to replace", "", toRotate(),
			both(unlisted, status(exchanges.StatusDead), managerIs(exchanges.StatusAlive, failed)), ByAPI, "", "",
		},
		{"a passphrase that nobody asks for", "okx", toRevoke(), wordless, ByAPI, "", ""},
		{
			"a passphrase that only its death would need", "kucoin", toRotate(), both(wordless, status(exchanges.StatusDead)),
			ByAPI, "", "",
		},
		{"a person who is here", "", toRotate(), byPerson, ByAPI, "", ""},
	} {
		c.check(t)
		d := c.decide()
		if !d.ByHandWhy.IsZero() || d.Account.Name != "desk" || d.Account.Kind != exchanges.AccountSub {
			t.Errorf("%s: %+v, %+v", c.story, d.ByHandWhy, d.Account)
		}
	}
	// By hand the kind of account is as it was seen.
	d := planned{"", "", toRevoke(), atHand, ByHand, "", ""}.decide()
	if d.Account.Kind != exchanges.AccountMaster {
		t.Errorf("by hand: %+v", d.Account)
	}
}

// A key of an exchange without an adapter is a person's to end; it is not
// replaced with them, since nobody could be asked whether the new key works; and
// it is never taken for dead.
func TestDecideWithoutAnAdapter(t *testing.T) {
	const why = "rekey has no adapter for mexc"
	undetermined := status(exchanges.StatusUndetermined)
	for _, c := range []planned{
		{"nobody is here", "mexc", toRevoke(), undetermined, Person, NoAPI, why},
		{"to narrow", "mexc", toContain(), both(undetermined, byPerson), Person, NoAPI, why},
		{"to replace", "mexc", toRotate(), undetermined, Person, NoAPI, why},
		{"to replace, and a person is here", "mexc", toRotate(), both(undetermined, byPerson), Person, NoAPI, why},
		{"a person is here", "mexc", toRevoke(), both(undetermined, byPerson), ByHand, "", ""},
		{"known by name alone", "bitso", toRevoke(), both(undetermined, byPerson), ByHand, "", ""},
		{
			"known by name alone, and nobody is here", "bitso", toRevoke(), undetermined, Person, NoAPI,
			"rekey has no adapter for bitso",
		},
	} {
		c.check(t)
	}
}

// The actions that a change takes: a rotation is not begun where only half of it
// can be done.
func TestNeeded(t *testing.T) {
	const issue, edit, revoke = exchanges.ActIssue, exchanges.ActEdit, exchanges.ActRevoke
	for kind, want := range map[journal.Kind][]exchanges.Action{
		journal.Rotate: {issue, revoke}, journal.Revoke: {revoke}, journal.Contain: {edit},
		journal.Respond: {revoke}, "": {revoke},
	} {
		if got := needed(kind); !slices.Equal(got, want) {
			t.Errorf("%s takes %v", kind, got)
		}
	}
	able := func(action exchanges.Action, change func(*exchanges.Capability)) exchanges.Capability {
		c := exchanges.Capability{Action: action, Reach: exchanges.SubKeys, InRekey: true}
		if change != nil {
			change(&c)
		}
		return c
	}
	foreign := func(c *exchanges.Capability) { c.Reach = exchanges.Master }
	outside := func(c *exchanges.Capability) { c.InRekey = false }
	for _, c := range []struct {
		story string
		can   []exchanges.Capability
		code  Code
	}{
		{"it can do both", []exchanges.Capability{able(issue, nil), able(revoke, nil)}, ""},
		{"it cannot make keys", []exchanges.Capability{able(edit, nil), able(revoke, nil)}, NoAPI},
		{"it cannot destroy keys", []exchanges.Capability{able(issue, nil), able(edit, nil)}, NoAPI},
		{"it can for other accounts", []exchanges.Capability{able(issue, foreign), able(revoke, nil)}, NoAPI},
		{"rekey cannot", []exchanges.Capability{able(issue, nil), able(revoke, outside)}, NoAPI},
	} {
		w := worldOf("okx")
		p := newPlanner(w.Seen, toRotate(), nil)
		d := Decision{Entry: w.Entries[1], Seen: w.Survey.Subjects[1].Key}
		x := exchanges.Exchange{Card: exchanges.Card{Capabilities: c.can}}
		if r := p.withoutAPI(x, d); r.Code != c.code {
			t.Errorf("%s: %+v", c.story, r)
		}
	}
}

// What the new key may do: never less than the purpose, never more than the old
// key.
func TestPowers(t *testing.T) {
	const read, spot, margin, trade = exchanges.Read, exchanges.Spot, exchanges.Margin, exchanges.Trade
	granted := func(list ...exchanges.Permission) func(*world) {
		return func(w *world) { w.key("bot", func(k *exchanges.Key) { k.Permissions = grants(list...) }) }
	}
	unknown := func(w *world) { w.key("bot", func(k *exchanges.Key) { k.Permissions = exchanges.Permissions{} }) }
	purpose := func(list ...exchanges.Permission) func(*world) {
		return func(w *world) { w.entry("bot", func(e *survey.Entry) { e.Inventory.Purpose = list }) }
	}
	wider := toRotate()
	wider.Accepted = []string{RiskWiderKey}
	locked := toRotate()
	locked.Accepted = []string{RiskLockOut}
	for _, c := range []struct {
		planned
		want   []exchanges.Permission
		remark string
	}{
		{
			planned{"no purpose", "binance", toRotate(), granted(read, spot, margin), ByAPI, "", ""},
			[]exchanges.Permission{read, spot, margin},
			"",
		},
		{
			planned{
				"a narrower purpose", "binance", toRotate(), both(granted(read, spot, margin), purpose(read, spot)), ByAPI,
				"", "",
			},
			[]exchanges.Permission{read, spot},
			"made without margin, which the purpose",
		},
		{
			planned{"a purpose that covers all", "binance", toRotate(), both(granted(read, spot), purpose(spot)), ByAPI, "", ""},
			[]exchanges.Permission{read, spot},
			"",
		},
		{
			planned{
				"one word of the exchange for it", "okx", toRotate(), both(granted(read, trade), purpose(read, spot)),
				ByAPI, "", "",
			},
			[]exchanges.Permission{read, trade},
			"",
		},
		{
			planned{"reading alone", "okx", toRotate(), both(granted(read, trade), purpose(read)), ByAPI, "", ""},
			[]exchanges.Permission{read},
			"made without trade",
		},
		{planned{
			"a purpose that the old key does not serve", "okx", toRotate(), both(granted(read), purpose(read, spot)),
			Person, PurposeMissing, "names spot, which the old key does not have; no key was made",
		}, nil, ""},
		{planned{
			"two such", "binance", toRotate(), both(granted(read), purpose(margin, spot)),
			Person, PurposeMissing, "names margin, spot, which",
		}, nil, ""},
		{planned{"that is not known", "binance", toRotate(), unknown, Person, PowersUnknown, "is not known"}, nil, ""},
		{planned{
			"that is not known, with a purpose", "binance", toRotate(), both(unknown, purpose(read, spot)),
			Person, PowersUnknown, "is not known",
		}, nil, ""},
		{planned{
			"that is not known, accepted without a purpose", "binance", wider, unknown,
			Person, PowersUnknown, "name what it needs as purpose",
		}, nil, ""},
		{planned{
			"that is not known, another risk accepted", "binance", locked, both(unknown, purpose(read, spot)),
			Person, PowersUnknown, "",
		}, nil, ""},
		{planned{
			"that is not known, accepted with a purpose", "binance", wider, both(unknown, purpose(read, spot)),
			ByAPI, "", "",
		}, []exchanges.Permission{read, spot}, ""},
		{planned{
			"that is not known, by hand with a purpose", "binance", toRotate(), both(unknown, purpose(read, spot),
				atHand),
			ByHand, "", "",
		}, []exchanges.Permission{read, spot}, ""},
		{
			planned{"that is not known, by hand", "binance", toRotate(), both(unknown, atHand), Person, PowersUnknown, ""},
			nil, "",
		},
		{planned{
			"a power without a name", "binance", toRotate(), granted(read, spot, exchanges.Unmapped),
			Person, PowersUnknown, "a permission that rekey does not know",
		}, nil, ""},
		{planned{
			"a power without a name, by hand", "binance", toRotate(), both(granted(read, spot, exchanges.Unmapped),
				atHand),
			ByHand, "", "",
		}, []exchanges.Permission{read, spot}, "leave it out of the new one"},
	} {
		c.check(t)
		d := c.decide()
		if !slices.Equal(d.Want.Permissions, c.want) {
			t.Errorf("%s: the new key gets %v, want %v", c.story, d.Want.Permissions, c.want)
		}
		if has := strings.Join(d.Remarks, "; "); (has == "") != (c.remark == "") || !strings.Contains(has, c.remark) {
			t.Errorf("%s: remarks %q, want %q", c.story, has, c.remark)
		}
	}
}

// The purpose of rekey.yaml is not changed by what a key is made with.
func TestPurposeStaysItself(t *testing.T) {
	w := worldOf("binance")
	w.key("bot", func(k *exchanges.Key) { k.Permissions = exchanges.Permissions{} })
	w.entry("bot", func(e *survey.Entry) { e.Inventory.Purpose = []exchanges.Permission{exchanges.Spot} })
	d := Plan(w.Seen, []string{"bot"}, Options{Kind: journal.Rotate, Accepted: []string{RiskWiderKey}})[0]
	d.Want.Permissions[0] = exchanges.Withdraw
	if w.Entries[1].Inventory.Purpose[0] != exchanges.Spot {
		t.Error("the purpose in rekey.yaml was changed")
	}
}

// The addresses of the new key: those that are declared, else those of the old
// one; never any address because the old ones are not shown.
func TestDesiredAddresses(t *testing.T) {
	list := func(words ...string) func(*world) {
		return func(w *world) { w.key("bot", func(k *exchanges.Key) { k.Whitelist = exchanges.ParseWhitelist(words) }) }
	}
	set := func(l exchanges.IPWhitelist) func(*world) {
		return func(w *world) { w.key("bot", func(k *exchanges.Key) { k.Whitelist = l }) }
	}
	declared := func(words ...string) func(*world) {
		return func(w *world) {
			w.entry("bot", func(e *survey.Entry) {
				for _, word := range words {
					e.Inventory.Whitelist = append(e.Inventory.Whitelist, netip.MustParsePrefix(word))
				}
			})
		}
	}
	untold := exchanges.IPWhitelist{}
	unseen := exchanges.RestrictedUnseen()
	for _, c := range []struct {
		planned
		want       []string
		restricted bool
	}{
		{
			planned{"as the old one", "", toRotate(), list("203.0.113.7", "2001:db8::1", "198.51.100.0/24"), ByAPI, "", ""},
			[]string{"203.0.113.7", "2001:db8::1", "198.51.100.0/24"},
			false,
		},
		{
			planned{
				"as declared", "", toRotate(), both(list("203.0.113.7"), declared("203.0.113.7/32", "198.51.100.9/32")),
				ByAPI, "", "",
			},
			[]string{"203.0.113.7", "198.51.100.9"},
			false,
		},
		{planned{"any, as the old one", "", toRotate(), set(exchanges.Unrestricted()), ByAPI, "", ""}, nil, false},
		{planned{
			"declared, the old one had none", "", toRotate(), both(set(exchanges.Unrestricted()),
				declared("203.0.113.7/32")),
			ByAPI, "", "",
		}, []string{"203.0.113.7"}, false},
		{planned{"not shown", "", toRotate(), set(unseen), Person, AddressUnknown, "set rotate.ip_whitelist"}, nil, false},
		{planned{"not told at all", "", toRotate(), set(untold), Person, AddressUnknown, ""}, nil, false},
		{
			planned{"not shown, declared", "", toRotate(), both(set(unseen), declared("203.0.113.7/32")), ByAPI, "", ""},
			[]string{"203.0.113.7"},
			false,
		},
		{planned{"not shown, by hand", "", toRotate(), both(set(unseen), atHand), ByHand, "", ""}, nil, true},
		{planned{"not told at all, by hand", "", toRotate(), both(set(untold), atHand), ByHand, "", ""}, nil, false},
		{planned{"any, by hand", "", toRotate(), both(set(exchanges.Unrestricted()), atHand), ByHand, "", ""}, nil, false},
		{planned{"masked in part", "", toRotate(), list("203.0.113.7", "203.**.1"), Person, AddressUnknown, ""}, nil, false},
	} {
		c.check(t)
		d := c.decide()
		if d.Verdict.Acts() && (!slices.Equal(d.Want.Whitelist, c.want) || d.Want.Restricted != c.restricted) {
			t.Errorf("%s: %v, restricted %v", c.story, d.Want.Whitelist, d.Want.Restricted)
		}
	}
}

// What the exchange cannot make by API is known before anything dies.
func TestKeysThatCannotBeMade(t *testing.T) {
	with := func(change func(*exchanges.Key)) func(*world) { return func(w *world) { w.key("bot", change) } }
	fix := with(func(k *exchanges.Key) {
		k.Permissions = grants(exchanges.Read, exchanges.Spot, exchanges.FIXTrade)
	})
	portfolio := with(func(k *exchanges.Key) {
		k.Permissions = grants(exchanges.Read, exchanges.Spot, exchanges.PortfolioMargin)
	})
	rsa := with(func(k *exchanges.Key) { k.Algorithm = "rsa" })
	old := with(func(k *exchanges.Key) {
		k.Permissions, k.Raw = grants(exchanges.Read, exchanges.Trade), []string{"General", "Trade"}
	})
	unified := with(func(k *exchanges.Key) {
		k.Permissions, k.Raw = grants(exchanges.Read, exchanges.Trade), []string{"General", "Unified"}
	})
	crowd := with(func(k *exchanges.Key) {
		var words []string
		for i := range 60 {
			words = append(words, fmt.Sprintf("203.0.113.%d", i+1))
		}
		k.Whitelist = exchanges.ParseWhitelist(words)
	})
	for _, options := range []Options{toRotate(), compromised()} {
		for _, c := range []planned{
			{"an ordinary key", "binance", options, nil, ByAPI, "", ""},
			{"one for FIX", "binance", options, fix, Person, CannotBeMade, "cannot give fix_trade"},
			{"one for portfolio margin", "binance", options, portfolio, Person, CannotBeMade, "portfolio_margin"},
			{"one that signs by RSA", "binance", options, rsa, Person, CannotBeMade, "rsa"},
			{"one that signs by RSA", "okx", options, rsa, Person, CannotBeMade, "rsa"},
			{"one of an old word", "kucoin", options, old, Person, CannotBeMade, "calls Trade, which the old key has"},
			{"one of a new word", "kucoin", options, unified, ByAPI, "", ""},
			{"more addresses than there is room for", "okx", options, crowd, Person, CannotBeMade, ""},
			{"one for FIX, by hand", "binance", options, both(fix, atHand), ByHand, "", ""},
		} {
			c.check(t)
			if d := c.decide(); c.code == CannotBeMade && (!strings.HasSuffix(d.Reason.Text, "; no key was made") ||
				d.Steps != nil) {
				t.Errorf("%s: %q, steps %v", c.story, d.Reason.Text, d.Steps)
			}
		}
	}
	// Killing does not wait for what cannot be made.
	planned{"one for FIX, to destroy", "binance", toRevoke(), fix, ByAPI, "", ""}.check(t)
}

// What a key is narrowed to, and when there is nothing to take from it.
func TestNarrow(t *testing.T) {
	may := func(p exchanges.Permissions) func(*world) {
		return func(w *world) { w.key("bot", func(k *exchanges.Key) { k.Permissions = p }) }
	}
	wordless := func(w *world) { w.facts("bot", func(f *Facts) { f.Credential.Passphrase = false }) }
	egress := func(w *world) { w.Egress[w.exchange] = netip.MustParseAddr("198.51.100.9") }
	unifiedKey := may(grants(exchanges.Read, exchanges.Trade))
	for _, c := range []struct {
		planned
		want []string
	}{
		{planned{"it trades", "", toContain(), nil, ByAPI, "", ""}, nil},
		{planned{"it trades, the address is known", "kucoin", toContain(), egress, ByAPI, "", ""}, []string{"198.51.100.9"}},
		{planned{
			"it reads", "", toContain(), may(grants(exchanges.Read)), Skip, NothingToNarrow,
			"nothing to take from it",
		}, nil},
		{planned{"it may nothing", "", toContain(), may(grants()), Skip, NothingToNarrow, ""}, nil},
		{planned{"it reads and may earn", "", toContain(), may(grants(exchanges.Read, exchanges.Earn)), ByAPI, "", ""}, nil},
		{planned{
			"it may what nobody knows", "", toContain(), may(grants(exchanges.Read, exchanges.Unmapped)), ByAPI, "",
			"",
		}, nil},
		{planned{"nothing is known of it", "", toContain(), may(exchanges.Permissions{}), ByAPI, "", ""}, nil},
		{planned{
			"it reads, and what else is not stated", "", toContain(), may(exchanges.Permissions{}.Grant(exchanges.Read)),
			ByAPI, "", "",
		}, nil},
		{planned{
			"it reads, and whether it may withdraw is not stated", "", toContain(),
			may(exchanges.Permissions{}.Grant(exchanges.Read).Deny(exchanges.TradingPermissions()...)), ByAPI, "", "",
		}, nil},
		{planned{
			"it reads, and whether it manages keys is not stated", "", toContain(),
			may(exchanges.Permissions{}.Grant(exchanges.Read).Deny(append(exchanges.TradingPermissions(),
				exchanges.Withdraw, exchanges.Transfer, exchanges.SubaccountTransfer)...)), Skip, NothingToNarrow, "",
		}, nil},
		{planned{"it is expired", "", toContain(), status(exchanges.StatusExpired), Skip, NothingToNarrow, ""}, nil},
		{planned{"it is disabled", "", toContain(), status(exchanges.StatusDisabled), ByAPI, "", ""}, nil},
		{planned{"the exchange would refuse", "kucoin", toContain(), wordless, Person, CannotBeChanged, "passphrase"}, nil},
		{planned{"one word for all markets", "kucoin", toContain(), unifiedKey, ByAPI, "", ""}, nil},
	} {
		c.check(t)
		d := c.decide()
		if !slices.Equal(d.Want.Whitelist, c.want) || len(d.Want.Permissions) > 0 {
			t.Errorf("%s: narrowed to %v from %v", c.story, d.Want.Permissions, d.Want.Whitelist)
		}
	}
}

// A second name for the same key, a place that cannot be written and a vendor
// that needs a person stop a replacement before a key is made.
func TestPlacesOfAReplacement(t *testing.T) {
	twin := func(w *world) { w.facts("bot", func(f *Facts) { f.Twin = "grid" }) }
	place := func(problem string) func(*world) {
		return func(w *world) {
			w.facts("bot", func(f *Facts) {
				f.Places = []Place{{Name: "a", Remarks: []string{"a comment is kept"}}, {Name: "b", Problem: problem}}
			})
		}
	}
	vendor := func(v VendorFact) func(*world) {
		return func(w *world) { w.facts("bot", func(f *Facts) { f.Vendors = append(f.Vendors, v) }) }
	}
	one := []exchanges.Connection{{ID: "1"}}
	byHand := vendor(VendorFact{
		Vendor: "3commas", Problem: "it has no call for it", Page: "https://vendor.example",
		ByHand: []string{"do this"}, Connections: one,
	})
	for _, c := range []planned{
		{"another name holds it", "", toRotate(), twin, Person, OtherHolder, "grid holds the same key"},
		{
			"a place cannot be written", "", toRotate(), place("the file is read only"), Person, PlaceUnwritable,
			"the file is read only; no key was made",
		},
		{"all places can be written", "", toRotate(), place(""), ByAPI, "", ""},
		{"a vendor needs a person", "", toRotate(), byHand, Person, VendorByHand, "it has no call for it; no key was made"},
		{"a vendor holds it", "", toRotate(), vendor(VendorFact{Vendor: "3commas", Connections: one}), ByAPI, "", ""},
		{"another name holds it, to destroy", "", toRevoke(), twin, ByAPI, "", ""},
		{"a place cannot be written, to destroy", "", toRevoke(), place("read only"), ByAPI, "", ""},
		{"a vendor needs a person, to destroy", "", toRevoke(), byHand, ByAPI, "", ""},
		{"a place cannot be written, to narrow", "", toContain(), place("read only"), ByAPI, "", ""},
	} {
		c.check(t)
		d := c.decide()
		switch c.code {
		case OtherHolder, PlaceUnwritable:
			if d.Steps == nil || len(d.Steps) > 0 {
				t.Errorf("%s: steps on the exchange's page: %v", c.story, d.Steps)
			}
		case VendorByHand:
			if d.Page != "https://vendor.example" || !slices.Equal(d.Steps, []string{"do this"}) || len(d.Swaps) > 0 {
				t.Errorf("%s: %+v", c.story, d)
			}
		default:
		}
	}
	if d := (planned{options: toRotate(), world: place("")}).decide(); !slices.Contains(d.Remarks, "a comment is kept") {
		t.Errorf("the remarks of a place are lost: %v", d.Remarks)
	}
}

// The connections of vendors that are swapped, and the risks of that.
func TestSwap(t *testing.T) {
	one := []exchanges.Connection{{ID: "1"}}
	for _, c := range []struct {
		story   string
		fact    VendorFact
		options Options
		swaps   int
		risks   []string
	}{
		{"it holds it", VendorFact{Connections: one}, toRotate(), 1, nil},
		{"it does not hold it", VendorFact{Busy: true, LockedOut: true}, toRotate(), 0, nil},
		{"something runs there", VendorFact{Connections: one, Busy: true}, toRotate(), 1, []string{RiskBotRunning}},
		{"something runs there, a thief has it", VendorFact{Connections: one, Busy: true}, compromised(), 1, nil},
		{"its addresses are left out", VendorFact{Connections: one, LockedOut: true}, toRotate(), 1, []string{RiskLockOut}},
		{"both", VendorFact{Connections: one, LockedOut: true, Busy: true}, toRotate(), 1, []string{
			RiskBotRunning,
			RiskLockOut,
		}},
		{
			"both, a thief has it",
			VendorFact{Connections: one, LockedOut: true, Busy: true},
			compromised(), 1,
			[]string{RiskLockOut},
		},
	} {
		c.fact.Vendor, c.fact.Steps, c.fact.Remarks = "3commas", []string{"swap it"}, []string{"look at it"}
		w := worldOf("okx")
		w.facts("bot", func(f *Facts) { f.Vendors = []VendorFact{c.fact} })
		d := Plan(w.Seen, []string{"bot"}, c.options)[0]
		if len(d.Swaps) != c.swaps || !slices.Equal(wordsOf(d), c.risks) || d.Verdict != ByAPI {
			t.Errorf("%s: %v, %v", c.story, d.Swaps, d.Risks)
		}
		if !slices.Equal(d.Remarks, []string{"swap it", "look at it"}) {
			t.Errorf("%s: remarks %v", c.story, d.Remarks)
		}
		for _, s := range d.Swaps {
			if s.Vendor != "3commas" || len(s.Connections) != 1 {
				t.Errorf("%s: %+v", c.story, s)
			}
		}
	}
}

// A vendor that was given the key and keeps the old one is remarked on.
func TestUnswapped(t *testing.T) {
	for _, c := range []struct {
		story  string
		shared []string
		swaps  []string
		remark bool
	}{
		{"given to nobody", nil, nil, false},
		{"given to a vendor", []string{"3commas"}, nil, true},
		{"given to a vendor that is swapped", []string{"3commas"}, []string{"3commas"}, false},
		{"given to one that rekey does not know", []string{"nobody"}, nil, false},
		{"given to an exchange", []string{"okx"}, nil, false},
	} {
		w := worldOf("okx")
		w.entry("bot", func(e *survey.Entry) { e.Inventory.SharedWith = c.shared })
		w.Swaps["bot"] = c.swaps
		d := Plan(w.Seen, []string{"bot"}, toRotate())[0]
		if got := strings.Contains(strings.Join(d.Remarks, ""), "keeps the old one"); got != c.remark {
			t.Errorf("%s: %v", c.story, d.Remarks)
		}
	}
}

// A bot that nothing reloads goes on with the old key.
func TestBotRunning(t *testing.T) {
	bare := func(w *world) { delete(w.Reloads, "bot") }
	for _, c := range []struct {
		story   string
		options Options
		world   func(*world)
		risks   []string
	}{
		{"no reload", toRotate(), bare, []string{RiskBotRunning}},
		{"a reload", toRotate(), nil, nil},
		{"no reload, a thief has it", compromised(), bare, nil},
		{"no reload, to destroy", toRevoke(), bare, nil},
		{"no reload, to narrow", toContain(), bare, nil},
	} {
		d := planned{options: c.options, world: c.world}.decide()
		if !slices.Equal(wordsOf(d), c.risks) || d.Verdict != ByAPI {
			t.Errorf("%s: %v", c.story, d.Risks)
		}
	}
}

func wordsOf(d Decision) (words []string) {
	for _, r := range d.Risks {
		words = append(words, r.Word)
	}
	return words
}

// Whether the new addresses leave this machine out.
func TestLockOut(t *testing.T) {
	declare := func(w *world) {
		w.entry("bot", func(e *survey.Entry) {
			e.Inventory.Whitelist = []netip.Prefix{netip.MustParsePrefix("198.51.100.0/24")}
		})
	}
	seen := func(address string) func(*world) {
		return func(w *world) { w.Egress[w.exchange] = netip.MustParseAddr(address) }
	}
	old := func(words ...string) func(*world) {
		return func(w *world) { w.key("bot", func(k *exchanges.Key) { k.Whitelist = exchanges.ParseWhitelist(words) }) }
	}
	masked := func(w *world) { w.key("bot", func(k *exchanges.Key) { k.Whitelist = exchanges.RestrictedUnseen() }) }
	for _, c := range []struct {
		story string
		world func(*world)
		why   string
	}{
		{"the old addresses", nil, ""},
		{"any address", both(old(), seen("192.0.2.1")), ""},
		{"the exchange sees one that is on the list", both(declare, seen("198.51.100.7")), ""},
		{
			"the exchange sees one that is not on it", both(declare, seen("192.0.2.1")),
			"okx sees this machine as 192.0.2.1, which the new key's addresses (198.51.100.0/24) leave out",
		},
		{"the old ones, and the exchange sees another", both(old("203.0.113.7"), seen("192.0.2.1")), "leave out"},
		{"nothing of the old ones", declare, "hold none of the old one's"},
		{"one of the old ones", both(declare, old("203.0.113.7", "198.51.100.3")), ""},
		{"a network around the new ones", both(declare, old("198.51.0.0/16")), ""},
		{
			"nothing of the old ones, which did not work from here either", both(declare, status(exchanges.StatusIPRefused)),
			"",
		},
		{"nothing of the old ones, of which nothing is known", both(declare, status(exchanges.StatusUndetermined)), ""},
		{"the old ones are not shown", both(declare, masked), ""},
		{"there were no old ones", both(declare, old()), ""},
	} {
		d := planned{options: toRotate(), world: c.world}.decide()
		var got string
		for _, r := range d.Risks {
			if r.Word == RiskLockOut {
				got = r.Why
			}
		}
		if (got == "") != (c.why == "") || !strings.Contains(got, c.why) || d.Verdict != ByAPI {
			t.Errorf("%s: %q, want %q", c.story, got, c.why)
		}
	}
}
