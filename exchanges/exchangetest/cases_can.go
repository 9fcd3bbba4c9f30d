package exchangetest

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"rekey/exchanges"
)

// A try is one request with what the adapter says of it beforehand, and what it
// does.
type try struct {
	story string
	can   error
	do    func() error
}

// canIsDone holds that CanIssue, CanEdit and CanRevoke refuse exactly what the
// methods refuse without a request, in the same words.
func canIsDone(t *testing.T, c Config) {
	x := c.Exchange
	if x.CanIssue == nil || x.CanEdit == nil || x.CanRevoke == nil {
		t.Fatal("the adapter makes, changes and deletes keys, and CanIssue, CanEdit or CanRevoke is missing")
	}
	b := newBench(t, c)
	m := b.manage(t, b.Writes.Manager)
	b.sameAnswer(t, b.issueTries(t, m))
	b.sameAnswer(t, b.editTries(t, m))
	b.sameAnswer(t, b.revokeTries(t, m))
}

// sameAnswer tries every request. Of each kind some must be sent, and some not.
func (b *bench) sameAnswer(t *testing.T, tries []try) {
	t.Helper()
	sent := 0
	for _, try := range tries {
		before := len(b.Server.Requests())
		err := try.do()
		clean(t, err, try.can)
		switch asked := len(b.Server.Requests()) > before; {
		case asked && try.can != nil:
			t.Errorf("%s: refused beforehand, and sent: %v", try.story, try.can)
		case !asked && try.can == nil:
			t.Errorf("%s: can be done, and was not sent: %v", try.story, err)
		case asked:
			sent++
		case err == nil || err.Error() != try.can.Error():
			t.Errorf("%s: said beforehand %v, and then %v", try.story, try.can, err)
		default:
			wantKind(t, try.can, exchanges.KindRefused, exchanges.KindBadPassphrase)
			if !strings.Contains(try.can.Error(), "nothing was sent") {
				t.Errorf("%s: does not say that nothing was sent: %v", try.story, try.can)
			}
		}
	}
	if sent == 0 || sent == len(tries) {
		t.Errorf("%d of %d requests were sent", sent, len(tries))
	}
}

func (b *bench) issueTries(t *testing.T, m manager) []try {
	t.Helper()
	var out []try
	add := func(story string, spoil func(*exchanges.IssueRequest)) {
		req := b.Writes.Issue
		req.Label = fmt.Sprintf("can%d", len(out))
		spoil(&req)
		out = append(out, try{"issue: " + story, b.config.Exchange.CanIssue(req), func() error {
			_, err := m.IssueKey(t.Context(), req)
			return err
		}})
	}
	add("as it is", func(*exchanges.IssueRequest) {})
	for _, p := range exchanges.AllPermissions() {
		add("to "+string(p), func(r *exchanges.IssueRequest) { r.Permissions = []exchanges.Permission{p} })
		add("margin special key to "+string(p), func(r *exchanges.IssueRequest) {
			r.Permissions, r.SpecialMargin = []exchanges.Permission{p}, true
		})
	}
	for _, algorithm := range []string{"hmac", "rsa", "ed25519", "ecdsa", Canary} {
		add("by another algorithm", func(r *exchanges.IssueRequest) { r.Algorithm = algorithm })
		add("margin special key by another algorithm", func(r *exchanges.IssueRequest) {
			r.Algorithm, r.SpecialMargin, r.Permissions = algorithm, true, []exchanges.Permission{exchanges.Margin}
		})
	}
	for _, kind := range []exchanges.AccountKind{exchanges.AccountMaster, exchanges.AccountSub, exchanges.AccountUnknown} {
		add("of an account that is "+string(kind), func(r *exchanges.IssueRequest) { r.Account.Kind = kind })
	}
	add("no permissions", func(r *exchanges.IssueRequest) { r.Permissions = nil })
	add("no sub-account", func(r *exchanges.IssueRequest) { r.Account.Name = "" })
	add("a label of 25", func(r *exchanges.IssueRequest) { r.Label = strings.Repeat("a", 25) })
	add("a label with a blank", func(r *exchanges.IssueRequest) { r.Label = "a b" })
	add(
		"a passphrase with a blank",
		func(r *exchanges.IssueRequest) { r.Passphrase = exchanges.NewSecret(Canary + " a1!") },
	)
	for story, list := range whitelists() {
		add(story, func(r *exchanges.IssueRequest) { r.Whitelist = list })
	}
	return out
}

func (b *bench) editTries(t *testing.T, m manager) []try {
	t.Helper()
	issued := b.issue(t, m)
	var out []try
	add := func(story string, spoil func(*exchanges.EditRequest)) {
		req := b.editRequest(issued)
		spoil(&req)
		out = append(out, try{"edit: " + story, b.config.Exchange.CanEdit(req), func() error {
			_, err := m.EditKey(t.Context(), req)
			return err
		}})
	}
	add("of nothing", func(*exchanges.EditRequest) {})
	add("to no permission", func(r *exchanges.EditRequest) { r.Permissions = []exchanges.Permission{} })
	for _, p := range exchanges.AllPermissions() {
		add("to "+string(p), func(r *exchanges.EditRequest) { r.Permissions = []exchanges.Permission{p} })
	}
	for story, list := range whitelists() {
		add(story, func(r *exchanges.EditRequest) { r.Whitelist = list })
		add("margin special key to "+story, func(r *exchanges.EditRequest) { r.Whitelist, r.SpecialMargin = list, true })
	}
	for story, spoil := range spoiledRefs() {
		add(story, func(r *exchanges.EditRequest) { spoil(&r.Ref); r.Whitelist = []string{"127.0.0.1"} })
	}
	add(
		"no passphrase",
		func(r *exchanges.EditRequest) { r.Passphrase, r.Whitelist = exchanges.Secret{}, []string{"127.0.0.1"} },
	)
	add("margin special key to other permissions", func(r *exchanges.EditRequest) {
		r.Permissions, r.SpecialMargin = b.Writes.Narrow, true
	})
	return out
}

func (b *bench) revokeTries(t *testing.T, m manager) []try {
	t.Helper()
	b.Writes.Issue.Label = "can9revoke"
	issued := b.issue(t, m)
	var out []try
	add := func(story string, spoil func(*exchanges.RevokeRequest)) {
		req := b.revokeRequest(issued)
		spoil(&req)
		out = append(out, try{"revoke: " + story, b.config.Exchange.CanRevoke(req), func() error {
			return m.RevokeKey(t.Context(), req)
		}})
	}
	for story, spoil := range spoiledRefs() {
		add(story, func(r *exchanges.RevokeRequest) { spoil(&r.Ref) })
		add("margin special key, "+story, func(r *exchanges.RevokeRequest) { spoil(&r.Ref); r.SpecialMargin = true })
	}
	add("no passphrase", func(r *exchanges.RevokeRequest) { r.Passphrase = exchanges.Secret{} })
	add("as it is", func(*exchanges.RevokeRequest) {})
	return out
}

// whitelists are some that are sent and some that are not.
func whitelists() map[string][]string {
	var many []string
	for a := netip.MustParseAddr("203.0.113.1"); len(many) < 100; a = a.Next() {
		many = append(many, a.String())
	}
	return map[string][]string{
		"no address":            {},
		"one address":           {"127.0.0.1"},
		"a network":             {"203.0.113.0/24"},
		"a network's host bits": {"203.0.113.7/24"},
		"a masked address":      {"127.0.0.1", "203.**.7"},
		"a name":                {"my house"},
		"20 addresses":          many[:20],
		"21 addresses":          many[:21],
		"too many addresses":    many,
	}
}

func spoiledRefs() map[string]func(*exchanges.KeyRef) {
	return map[string]func(*exchanges.KeyRef){
		"no access key":     func(r *exchanges.KeyRef) { r.AccessKey = "" },
		"no sub-account":    func(r *exchanges.KeyRef) { r.Account.Name = "" },
		"another exchange":  func(r *exchanges.KeyRef) { r.Exchange = "elsewhere" },
		"no exchange":       func(r *exchanges.KeyRef) { r.Exchange = "" },
		"of a main account": func(r *exchanges.KeyRef) { r.Account.Kind = exchanges.AccountMaster },
	}
}

// canBeforeChoosing holds that a label and a passphrase which are not chosen yet
// do not make CanIssue refuse, and that IssueKey sends nothing without them; and
// that a faulty rest is refused without them as well.
func canBeforeChoosing(t *testing.T, c Config) {
	b := newBench(t, c)
	m := b.manage(t, b.Writes.Manager)
	req := b.Writes.Issue
	req.Label, req.Passphrase = "", exchanges.Secret{}
	if err := c.Exchange.CanIssue(req); err != nil {
		t.Errorf("nothing chosen yet: %v", err)
	}
	_, err := m.IssueKey(t.Context(), req)
	wantKind(t, err, exchanges.KindRefused)
	req.Label = b.Writes.Issue.Label
	if err := c.Exchange.CanIssue(req); err != nil {
		t.Errorf("no passphrase chosen yet: %v", err)
	}
	if !b.Writes.Issue.Passphrase.IsZero() {
		_, err = m.IssueKey(t.Context(), req)
		wantKind(t, err, exchanges.KindBadPassphrase)
	}
	if n := len(b.Server.Requests()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
	for story, spoil := range map[string]func(*exchanges.IssueRequest){
		"to withdraw": func(r *exchanges.IssueRequest) {
			r.Permissions = []exchanges.Permission{exchanges.Withdraw}
		},
		"of a main account":    func(r *exchanges.IssueRequest) { r.Account.Kind = exchanges.AccountMaster },
		"of no account":        func(r *exchanges.IssueRequest) { r.Account.Name = "" },
		"by rsa":               func(r *exchanges.IssueRequest) { r.Algorithm = "rsa" },
		"by ed25519":           func(r *exchanges.IssueRequest) { r.Algorithm = "ed25519" },
		"by who knows what":    func(r *exchanges.IssueRequest) { r.Algorithm = Canary },
		"for a masked address": func(r *exchanges.IssueRequest) { r.Whitelist = []string{"203.**.7"} },
	} {
		req := b.Writes.Issue
		req.Label, req.Passphrase = "", exchanges.Secret{}
		spoil(&req)
		err := c.Exchange.CanIssue(req)
		if clean(t, err); exchanges.KindOf(err) != exchanges.KindRefused {
			t.Errorf("%s: %v", story, err)
		}
	}
	main := b.Writes.Issue.Account
	main.Kind = exchanges.AccountMaster
	ref := exchanges.KeyRef{AccessKey: "k", Account: main}
	wantKind(
		t,
		c.Exchange.CanRevoke(exchanges.RevokeRequest{Ref: ref, Passphrase: b.Writes.Issue.Passphrase}),
		exchanges.KindRefused,
	)
	wantKind(t, c.Exchange.CanEdit(exchanges.EditRequest{
		Ref: ref, Passphrase: b.Writes.Issue.Passphrase, Whitelist: []string{"127.0.0.1"},
	}), exchanges.KindRefused)
}
