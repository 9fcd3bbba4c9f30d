package change

import (
	"slices"
	"strings"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/internal/journal"
	"rekey/internal/location"
	"rekey/internal/rotate"
	"rekey/internal/survey"
)

// The plan in words: what happens, in the order in which it happens.
func TestSteps(t *testing.T) {
	place := func(text string) location.Location {
		l, err := location.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	places := func(w *world) {
		w.entry("bot", func(e *survey.Entry) {
			e.Location, e.Copies = place("dotenv:.env#BOT"), []location.Location{place("json:bot.json#/okx")}
		})
	}
	undeclared := func(w *world) { w.facts("bot", func(f *Facts) { f.Credential.Secret = false }) }
	const (
		destroy = "delete BOTb…0002 of desk via master, and confirm that it is dead"
		issue   = "make a key for desk with read, trade, for 203.0.113.7, and keep its secret in the encrypted store"
		prove   = "prove that it works from here and is no wider"
		write   = "write it to dotenv:.env#BOT, json:bot.json#/okx"
		reload  = "run true"
	)
	for _, c := range []struct {
		story   string
		options Options
		world   func(*world)
		want    []string
	}{
		{"destroy", toRevoke(), nil, []string{destroy}},
		{"destroy a key whose secret nobody has", toRevoke(), undeclared, []string{
			"delete BOTb…0002 of desk via master; confirmed only by the key list (rekey has no secret to test it)",
		}},
		{"destroy by hand", toRevoke(), both(noManager, byPerson), []string{
			"you delete BOTb…0002 of desk by hand (okx master keys can only be made and deleted on the website; for a key " +
				"of a sub-account, name its manager in rekey.yaml); rekey asks until the exchange says that it is gone",
		}},
		{"narrow", toContain(), nil, []string{
			"set BOTb…0002 of desk to read-only (via master); IP whitelist unchanged",
		}},
		{"replace", toRotate(), places, []string{issue, prove, write, reload, "wait 2m0s, then " + destroy}},
		{"replace a leaked one", compromised(), places, []string{destroy, issue, prove, write, reload}},
		{
			"replace without a reload", compromised(), both(places, func(w *world) { w.Reloads = nil }),
			[]string{destroy, issue, prove, write},
		},
	} {
		w := worldOf("okx")
		if c.world != nil {
			c.world(w)
		}
		d := Plan(w.Seen, []string{"bot"}, c.options)[0]
		if got := w.steps(d, c.options, 2*time.Minute); !slices.Equal(got, c.want) {
			t.Errorf("%s:\n got %s\nwant %s", c.story, strings.Join(got, "\n     "), strings.Join(c.want, "\n     "))
		}
	}
	// By hand a person makes the key; remarks come last.
	w := worldOf("okx")
	both(places, atHand)(w)
	d := Plan(w.Seen, []string{"bot"}, toRotate())[0]
	d.Remarks = []string{"look at this"}
	got := w.steps(d, toRotate(), time.Minute)
	if !strings.HasPrefix(got[0], "you make a key on the exchange's page with read, trade, for 203.0.113.7") ||
		got[len(got)-1] != "look at this" || !strings.HasPrefix(got[4], "wait 1m0s, then you delete") {
		t.Errorf("by hand: %s", strings.Join(got, "\n"))
	}
	d.Kind = journal.Revoke
	if got := w.steps(d, toRevoke(), 0); len(got) != 2 || got[1] != "look at this" {
		t.Errorf("a revocation with a remark: %v", got)
	}
	// Narrowed to one address.
	d = Decision{Kind: journal.Contain, Key: "bot", Want: rotate.Want{Whitelist: []string{"198.51.100.9"}}}
	if got := w.steps(d, toContain(), 0); !strings.Contains(got[0], "usable from 198.51.100.9 alone") {
		t.Errorf("%v", got)
	}
	// A run that goes on says where it stopped.
	run := w.run(journal.Rotate, "bot", begun(botKey), did(journal.Stored))
	for id, stage := range map[journal.RunID]string{run.ID: "stored", "unknown": "planned"} {
		want := "go on with run " + string(id) + ", which stopped at " + stage
		if got := w.steps(Decision{Verdict: Resume, Run: id}, toRotate(), 0); !slices.Equal(got, []string{want}) {
			t.Errorf("%v, want %s", got, want)
		}
	}
}

// What a new key shall be, in words: one for any address is never meant by
// silence.
func TestWanted(t *testing.T) {
	for _, c := range []struct {
		want rotate.Want
		text string
	}{
		{rotate.Want{}, "read, for any address, as the old one"},
		{rotate.Want{Restricted: true}, "read, for the same addresses as the old one"},
		{
			rotate.Want{Permissions: []exchanges.Permission{exchanges.Spot}, Whitelist: []string{"a", "b"}, Restricted: true},
			"spot, for a, b",
		},
	} {
		if got := wanted(c.want); got != c.text {
			t.Errorf("%q, want %q", got, c.text)
		}
	}
}

// The plan that is shown holds what is carried out, with every risk, and nothing
// else.
func TestPlanOf(t *testing.T) {
	w := worldOf("okx")
	w.Person = true
	names := []string{"master", "bot", "nobody"}
	decisions := Plan(w.Seen, names, toRevoke())
	decisions[0].Risks = []Risk{{RiskLastManager, "it is the last"}}
	decisions = append(decisions, Decision{Key: "skipped"}.with(Skip, Reason{NotDue, "x"}),
		Decision{Key: "person"}.with(Person, Reason{}))
	plan := w.PlanOf(decisions, toRevoke(), 0)
	if len(plan) != 2 || plan[0].Key != "master" || plan[1].Key != "bot" {
		t.Fatalf("%+v", plan)
	}
	if !slices.Equal(plan[0].Risks, []string{"last-manager: it is the last"}) || plan[1].Risks == nil ||
		len(plan[1].Risks) > 0 {
		t.Errorf("risks %q, %q", plan[0].Risks, plan[1].Risks)
	}
	if plan[0].Kind != "revoke" || len(plan[0].Steps) != 1 {
		t.Errorf("%+v", plan[0])
	}
}

// What a person does: the steps of the decision, else those of the exchange's
// card for every action of the change.
func TestPersonLine(t *testing.T) {
	okx, _ := worldOf("okx").Registry.Lookup("okx")
	key := worldOf("okx").Survey.Subjects[0].Key // the master's
	own := personLine(okx, Decision{Key: "bot", Page: "https://vendor.example", Steps: []string{"do this"}}, "because")
	if own.Page != "https://vendor.example" || !slices.Equal(own.Steps, []string{"do this"}) || own.Why != "because" ||
		own.Key != "bot" {
		t.Errorf("%+v", own)
	}
	none := personLine(okx, Decision{Key: "bot", Steps: []string{}, Kind: journal.Revoke, Seen: key}, "because")
	if none.Steps == nil || len(none.Steps) > 0 || none.Page != "" {
		t.Errorf("%+v", none)
	}
	for kind, words := range map[journal.Kind][]string{
		journal.Revoke:  {"Choose to delete the key"},
		journal.Rotate:  {"Choose to create a key", "Choose to delete the key"},
		journal.Contain: {"Choose to edit the key"},
	} {
		p := personLine(okx, Decision{Key: "bot", Kind: kind, Seen: key}, "because")
		all := strings.Join(p.Steps, "\n")
		for _, word := range words {
			if !strings.Contains(all, word) {
				t.Errorf("%s: %q is missing in %q", kind, word, all)
			}
		}
		if p.Page == "" || !strings.HasSuffix(all, "The access key of the old key is MAST…0001") || strings.Contains(all,
			masterKey) {
			t.Errorf("%s: page %q, %q", kind, p.Page, all)
		}
	}
	bare := personLine(exchanges.Exchange{}, Decision{Key: "bot", Kind: journal.Revoke}, "because")
	if bare.Steps == nil || len(bare.Steps) > 0 || bare.Page != "" {
		t.Errorf("%+v", bare)
	}
}

// The page of an action: the first row of the card that has one and is for such
// a key.
func TestPageSteps(t *testing.T) {
	row := func(reach exchanges.Reach, page string, steps ...string) exchanges.Capability {
		return exchanges.Capability{Action: exchanges.ActRevoke, Reach: reach, Page: page, Steps: steps}
	}
	other := exchanges.Capability{Action: exchanges.ActIssue, Page: "https://other.example", Steps: []string{"make"}}
	of := func(rows ...exchanges.Capability) exchanges.Exchange {
		return exchanges.Exchange{Card: exchanges.Card{Capabilities: rows}}
	}
	for _, c := range []struct {
		story string
		x     exchanges.Exchange
		kind  exchanges.AccountKind
		page  string
		steps []string
	}{
		{"none", of(), exchanges.AccountSub, "", nil},
		{"of another action", of(other), exchanges.AccountSub, "", nil},
		{"without a page", of(row(exchanges.Master, "", "do")), exchanges.AccountMaster, "", []string{"do"}},
		{"without a page and without steps", of(row(exchanges.Master, "")), exchanges.AccountMaster, "", nil},
		{
			"with steps", of(other, row(exchanges.Master, "https://page.example", "do")), exchanges.AccountMaster,
			"https://page.example",
			[]string{"do"},
		},
		{
			"without steps", of(row(exchanges.Master, "https://page.example")), exchanges.AccountMaster, "https://page.example",
			[]string{"Open https://page.example"},
		},
		{
			"for sub-accounts", of(row(exchanges.SubKeys, "https://sub.example"), row(exchanges.Master, "https://page.example",
				"do")),
			exchanges.AccountSub, "https://sub.example",
			[]string{"Open https://sub.example"},
		},
		{
			"for sub-accounts, and the key is the master's",
			of(row(exchanges.SubKeys, "https://sub.example"), row(exchanges.Master, "https://page.example", "do")),
			exchanges.AccountMaster, "https://page.example",
			[]string{"do"},
		},
	} {
		k := exchanges.Key{Ref: exchanges.KeyRef{Account: exchanges.Account{Kind: c.kind}}}
		if page, steps := pageSteps(c.x, exchanges.ActRevoke, k); page != c.page || !slices.Equal(steps, c.steps) {
			t.Errorf("%s: %q, %q", c.story, page, steps)
		}
	}
}

func TestCounted(t *testing.T) {
	for n, want := range map[int]string{0: "0 keys", 1: "1 key", 2: "2 keys"} {
		if got := counted(n, "key"); got != want {
			t.Errorf("%q", got)
		}
	}
}
