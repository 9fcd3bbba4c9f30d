package change

import (
	"strings"
	"testing"

	"rekey/audit"
	"rekey/exchanges"
	"rekey/internal/journal"
	"rekey/internal/survey"
)

// transfers is a key of the master account, declared without a manager, with the
// right that lets a key of Bybit change and end itself.
func transfers(w *world) {
	w.entry("bot", func(e *survey.Entry) { e.Inventory.Manager = "" })
	w.key("bot", func(k *exchanges.Key) {
		k.Ref.Account = exchanges.Account{ID: "11", Kind: exchanges.AccountMaster}
		k.Permissions = grants(exchanges.Read, exchanges.Spot, exchanges.Transfer)
	})
}

// A key that no manager can change ends or narrows itself where it has the power
// to, states it, works from here, and its secret is at hand. Else it is a
// person's, and the reason says what is missing.
func TestDecideByItself(t *testing.T) {
	tradesAlone := func(w *world) {
		transfers(w)
		w.key("bot", func(k *exchanges.Key) { k.Permissions = grants(exchanges.Read, exchanges.Spot) })
	}
	untold := func(w *world) {
		transfers(w)
		w.key("bot", func(k *exchanges.Key) { k.Permissions = exchanges.Permissions{} })
	}
	without := func(w *world) {
		transfers(w)
		w.facts("bot", func(f *Facts) { f.Credential.Secret = false })
	}
	managed := func(w *world) {
		w.key("bot", func(k *exchanges.Key) { k.Permissions = grants(exchanges.Read, exchanges.Transfer) })
	}
	for _, c := range []struct {
		planned
		self bool
	}{
		{planned{"it transfers", "bybit", toRevoke(), transfers, ByAPI, "", ""}, true},
		{planned{"it transfers, to narrow", "bybit", toContain(), transfers, ByAPI, "", ""}, true},
		{planned{"it transfers, to replace", "bybit", toRotate(), transfers, Person, MasterKey, ""}, false},
		{planned{"its manager can", "bybit", toRevoke(), managed, ByAPI, "", ""}, false},
		{planned{"it only trades", "bybit", toRevoke(), tradesAlone, Person, MasterKey, "lets only a key with"}, false},
		{planned{"its powers are not told", "bybit", toRevoke(), untold, Person, MasterKey, "lets only a key with"}, false},
		{
			planned{"nobody has its secret", "bybit", toRevoke(), without, Person, MasterKey, "nobody here has its secret"},
			false,
		},
		{planned{
			"it is refused from here", "bybit", toRevoke(), both(transfers, status(exchanges.StatusIPRefused)), Person,
			MasterKey, "does not work from here",
		}, false},
		{planned{
			"it is undetermined", "bybit", toContain(), both(transfers, status(exchanges.StatusUndetermined)), Person,
			MasterKey, "does not work from here",
		}, false},
		{planned{"no key of the exchange can", "okx", toRevoke(), transfers, Person, MasterKey, ""}, false},
	} {
		c.check(t)
		d := c.decide()
		if d.Self != c.self {
			t.Errorf("%s: by itself %v", c.story, d.Self)
		}
		if c.self && (!d.ByHandWhy.IsZero() || len(d.Want.Whitelist) > 0 || len(d.Want.Permissions) > 0) {
			t.Errorf("%s: %+v", c.story, d)
		}
		if c.exchange == "okx" && strings.Contains(d.Reason.Text, "itself") {
			t.Errorf("%s: %s", c.story, d.Reason.Text)
		}
	}
}

// A plan says that the key does it, by no manager.
func TestStepsByItself(t *testing.T) {
	for kind, want := range map[journal.Kind]string{
		journal.Revoke: "delete itself by its own call", journal.Contain: "set itself to read-only by its own call",
	} {
		w := worldOf("bybit")
		transfers(w)
		o := Options{Kind: kind}
		steps := strings.Join(w.steps(Plan(w.Seen, []string{"bot"}, o)[0], o, 0), "; ")
		if !strings.Contains(steps, want) || strings.Contains(steps, "through") {
			t.Errorf("%s: %s", kind, steps)
		}
	}
}

// A response does not narrow a key by its own call while it still needs the power
// that the key would lose: to end itself, or the keys that it manages.
func TestResponseKeepsThePowerToEnd(t *testing.T) {
	own := Decision{Verdict: ByAPI, Self: true}
	named := func(name string) Concern {
		return Concern{Subject: audit.Subject{Name: name, Origin: audit.FromInventory}}
	}
	w := worldOf("bybit")
	p := newPlanner(w.Seen, toRevoke(), nil)
	for _, c := range []struct {
		story, key string
		end        Decision
		narrowed   bool
	}{
		{"it ends itself", "bot", own, false},
		{"a person ends it", "bot", Decision{Verdict: Person}, true},
		{"a person ends it, with rekey", "bot", Decision{Verdict: ByHand}, true},
		{"its manager ends it", "bot", Decision{Verdict: ByAPI}, true},
		{"a person ends it, and it manages others", "master", Decision{Verdict: Person}, false},
	} {
		item := p.keepingPower(Item{Concern: named(c.key), Narrow: own, End: c.end})
		if item.Narrow.Self != c.narrowed {
			t.Errorf("%s: narrowed %v", c.story, item.Narrow.Self)
		}
	}
	other := Decision{Verdict: ByAPI}
	if item := p.keepingPower(Item{Concern: named("master"), Narrow: other, End: other}); item.Narrow.Verdict != ByAPI {
		t.Error("what a manager narrows is narrowed as ever")
	}
}
