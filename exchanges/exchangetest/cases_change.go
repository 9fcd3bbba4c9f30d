package exchangetest

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/internal/fake"
)

func revokeWorks(t *testing.T, c Config) {
	b := newBench(t, c)
	m := b.manage(t, b.Writes.Manager)
	issued := b.issue(t, m)
	others := len(b.Writes.Live()) - 1
	for range 2 {
		if err := m.RevokeKey(t.Context(), b.revokeRequest(issued)); err != nil {
			t.Fatalf("revoke: %v", err)
		}
		if live := b.labelled(b.Writes.Issue.Label); len(live) != 0 || len(b.Writes.Live()) != others {
			t.Fatalf("keys of the label: %+v, %d others of %d", live, len(b.Writes.Live()), others)
		}
	}
	if listed := b.found(t, m, b.Writes.Issue.Label); len(listed) != 0 {
		t.Errorf("a revoked key is listed")
	}
	if k, err := b.inspect(t, issued.Credential); !b.NeverDead && (k.Status != exchanges.StatusDead || err != nil) {
		t.Errorf("status %q, %v, want dead", k.Status, err)
	}
	before := len(b.Server.Requests())
	for story, ref := range map[string]exchanges.KeyRef{
		"no access key":    {Account: issued.Key.Ref.Account},
		"no sub-account":   {AccessKey: issued.Key.Ref.AccessKey},
		"another exchange": {Exchange: "elsewhere", AccessKey: issued.Key.Ref.AccessKey, Account: issued.Key.Ref.Account},
	} {
		err := m.RevokeKey(t.Context(), exchanges.RevokeRequest{Ref: ref, Passphrase: b.Writes.Issue.Passphrase})
		if exchanges.KindOf(err) != exchanges.KindRefused {
			t.Errorf("%s: %v", story, err)
		}
	}
	if n := len(b.Server.Requests()); n != before {
		t.Errorf("%d requests were sent", n-before)
	}
}

func revokeLost(t *testing.T, c Config) {
	b := newBench(t, c)
	m := b.manage(t, b.Writes.Manager)
	issued := b.issue(t, m)
	b.Server.Break(b.Writes.Revoking.once(fake.LostAnswer()))
	err := m.RevokeKey(t.Context(), b.revokeRequest(issued))
	wantKind(t, err, exchanges.KindUncertain)
	b.unclear(t, err, b.Writes.Revoking, 1)
	if err := m.RevokeKey(t.Context(), b.revokeRequest(issued)); err != nil {
		t.Errorf("the second time: %v", err)
	}
	if live := b.labelled(b.Writes.Issue.Label); len(live) != 0 {
		t.Errorf("the key lives on: %+v", live)
	}
}

// revokeListed checks that neither a refusal nor a strange answer makes a key
// gone that the list holds; nor does a list that cannot be read.
func revokeListed(t *testing.T, c Config) {
	b := newBench(t, c)
	m := b.manage(t, b.Writes.Manager)
	issued := b.issue(t, m)
	json := "application/json"
	for _, trouble := range []struct {
		story    string
		revoking fake.Effect
		listing  fake.Effect
	}{
		{"no such key, says the exchange", b.Writes.NoSuchKey, nil},
		{"another document", fake.Answer(http.StatusOK, json, `{"hello":"world"}`), nil},
		{"no such key, and the list fails", b.Writes.NoSuchKey, fake.Answer(http.StatusInternalServerError, json, `{}`)},
		{"no such key, and the list is another document", b.Writes.NoSuchKey, fake.Answer(http.StatusOK, json, `{"hello":"world"}`)},
		{"no such key, and the list is null", b.Writes.NoSuchKey, fake.Answer(http.StatusOK, json, `null`)},
		{"no such key, and the list is cut off", b.Writes.NoSuchKey, fake.Truncated()},
		{"no such key, and the list may not be read", b.Writes.NoSuchKey, fake.Firewall()},
	} {
		b.Server.Mend()
		b.Server.Break(b.Writes.Revoking.fault(trouble.revoking))
		if trouble.listing != nil {
			b.Server.Break(fake.Fault{Method: http.MethodGet, Path: b.Writes.Listing, Do: trouble.listing})
		}
		if err := m.RevokeKey(t.Context(), b.revokeRequest(issued)); err == nil {
			t.Errorf("%s: the key lives, and is gone for rekey", trouble.story)
		} else {
			clean(t, err)
		}
	}
	b.Server.Mend()
	if live := b.labelled(b.Writes.Issue.Label); len(live) != 1 {
		t.Errorf("%d keys of the label", len(live))
	}
}

func (b *bench) editRequest(issued exchanges.Issued) exchanges.EditRequest {
	return exchanges.EditRequest{Ref: issued.Key.Ref, Passphrase: b.Writes.Issue.Passphrase}
}

func editNarrows(t *testing.T, c Config) {
	here := []string{"127.0.0.1"}
	for _, change := range []struct {
		story string
		perms []exchanges.Permission
		list  []string
	}{
		{"permissions alone", stagedWrites(t, c).Narrow, nil},
		{"addresses alone", nil, here},
		{"both", stagedWrites(t, c).Narrow, here},
		{"a new address", nil, []string{"127.0.0.1", "203.0.113.77"}},
		{"no permission but to read", []exchanges.Permission{}, nil},
		{"no addresses", nil, []string{}},
		{"the same again", stagedWrites(t, c).Issue.Permissions, stagedWrites(t, c).Issue.Whitelist},
	} {
		t.Run(change.story, func(t *testing.T) {
			b := newBench(t, c)
			m := b.manage(t, b.Writes.Manager)
			issued := b.issue(t, m)
			perms, list := b.Writes.Issue.Permissions, b.Writes.Issue.Whitelist
			req := b.editRequest(issued)
			if req.Permissions = change.perms; change.perms != nil {
				perms = change.perms
			}
			if req.Whitelist = change.list; change.list != nil {
				list = change.list
			}
			edited, err := m.EditKey(t.Context(), req)
			if err != nil || edited.Status != exchanges.StatusAlive || edited.Ref.AccessKey != issued.Key.Ref.AccessKey {
				t.Fatalf("edit: %v, key %+v", err, edited.Ref)
			}
			clean(t, edited)
			sameKey(t, edited, perms, list)
			live := b.labelled(b.Writes.Issue.Label)
			if len(live) != 1 || !slices.Equal(slices.Sorted(slices.Values(live[0].Whitelist)), slices.Sorted(slices.Values(list))) {
				t.Errorf("at the exchange: %+v, want the addresses %q", live, list)
			}
			k, err := b.inspect(t, issued.Credential)
			if err != nil {
				t.Fatalf("the key after the edit: %v", err)
			}
			sameKey(t, k, perms, list)
		})
	}
	b := newBench(t, c)
	m := b.manage(t, b.Writes.Manager)
	for story, req := range map[string]exchanges.EditRequest{
		"nothing to change": {},
		"a masked address":  {Whitelist: []string{"203.**.7"}},
		"a masked address beside permissions": {
			Permissions: b.Writes.Narrow, Whitelist: []string{"127.0.0.1", "203.**.7"},
		},
	} {
		req.Ref = exchanges.KeyRef{AccessKey: "k", Account: b.Writes.Issue.Account}
		req.Passphrase = b.Writes.Issue.Passphrase
		_, err := m.EditKey(t.Context(), req)
		if exchanges.KindOf(err) != exchanges.KindRefused || len(b.Server.Requests()) > 0 {
			t.Errorf("%s: %v after %d requests", story, err, len(b.Server.Requests()))
		}
	}
}

// stagedWrites stages once more, for the tables.
func stagedWrites(t *testing.T, c Config) *Writes {
	t.Helper()
	return newBench(t, c).Writes
}

func editLost(t *testing.T, c Config) {
	b := newBench(t, c)
	m := b.manage(t, b.Writes.Manager)
	issued := b.issue(t, m)
	b.Server.Break(b.Writes.Permitting.once(fake.LostAnswer()))
	req := b.editRequest(issued)
	req.Permissions = b.Writes.Narrow
	_, err := m.EditKey(t.Context(), req)
	wantKind(t, err, exchanges.KindUncertain)
	b.unclear(t, err, b.Writes.Permitting, 1)
	if _, err := m.EditKey(t.Context(), req); err != nil {
		t.Errorf("the second time: %v", err)
	}
}

func listOne(t *testing.T, c Config) {
	b := newBench(t, c)
	m := b.manage(t, b.Writes.Manager)
	issued := b.issue(t, m)
	all, errs := collect(t.Context(), t, b.open(t, b.Writes.Manager))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	name := b.Writes.Issue.Account.Name
	want := map[string]exchanges.Key{}
	for _, k := range all {
		if k.Ref.Account.Name == name {
			want[k.Ref.AccessKey] = k
		}
	}
	var progress []exchanges.ListProgress
	before := len(b.Server.Requests())
	n := 0
	for k, err := range m.ListKeys(t.Context(), exchanges.ListRequest{Account: name, Progress: func(p exchanges.ListProgress) { progress = append(progress, p) }}) {
		if err != nil {
			t.Fatal(err)
		}
		n++
		w, ok := want[k.Ref.AccessKey]
		// What the list of sub-accounts would tell is not asked for.
		w.Ref.Account, k.Ref.Account = exchanges.Account{Name: w.Ref.Account.Name}, exchanges.Account{Name: k.Ref.Account.Name}
		if d := diff(w, k); !ok || d != "" {
			t.Errorf("key (-whole list +one sub-account):\n%s", d)
		}
	}
	if n != len(want) || n < 2 || len(want) == len(all) || !slices.ContainsFunc(all, func(k exchanges.Key) bool { return k.Ref.AccessKey == issued.Key.Ref.AccessKey }) {
		t.Errorf("%d keys of the sub-account, want %d of %d", n, len(want), len(all))
	}
	for _, r := range b.Server.Requests()[before:] {
		if r.Query != "" && !strings.Contains(r.Query, queryText(name)) { // the clock is asked without a query
			t.Errorf("%s is not about the sub-account: %s", r.Path, r.Query)
		}
	}
	if len(progress) == 0 || progress[len(progress)-1] != (exchanges.ListProgress{Accounts: 1, Done: 1}) {
		t.Errorf("progress %v", progress)
	}
	errs = nil
	for _, err := range m.ListKeys(t.Context(), exchanges.ListRequest{Account: "nobody@desk.example"}) {
		errs = append(errs, err)
	}
	if len(errs) != 1 || errs[0] == nil {
		t.Errorf("a sub-account that does not exist: %v", errs)
	}
}

// queryText is a name as it stands in a query.
func queryText(name string) string {
	return strings.NewReplacer("@", "%40", "+", "%2B", " ", "%20", "&", "%26").Replace(name)
}

// act is one of the three powers, with all it needs.
type act struct {
	name     string
	endpoint Endpoint
	do       func(ctx context.Context) error
}

func (b *bench) acts(m manager, issued exchanges.Issued) []act {
	req := b.Writes.Issue
	req.Label = "another1"
	edit := b.editRequest(issued)
	edit.Permissions = b.Writes.Narrow
	return []act{
		{"issue", b.Writes.Issuing, func(ctx context.Context) error { _, err := m.IssueKey(ctx, req); return err }},
		{"edit", b.Writes.Permitting, func(ctx context.Context) error { _, err := m.EditKey(ctx, edit); return err }},
		{"revoke", b.Writes.Revoking, func(ctx context.Context) error { return m.RevokeKey(ctx, b.revokeRequest(issued)) }},
	}
}

// writeTroubles breaks every change in every way, with and without effect.
func writeTroubles(t *testing.T, c Config) {
	json := "application/json"
	for _, trouble := range []struct {
		name string
		do   fake.Effect
		want exchanges.Kind
	}{
		{"500", fake.Answer(500, json, `{}`), exchanges.KindUncertain},
		{"502 web page", fake.Answer(502, "text/html", "<html>Bad Gateway</html>"), exchanges.KindUncertain},
		{"503", fake.Answer(503, json, ``), exchanges.KindUncertain},
		{"500, and it was done", fake.Behind(fake.Answer(500, json, `{}`)), exchanges.KindUncertain},
		{"login page", fake.Answer(200, "text/html", "<!doctype html><title>Hotel WiFi</title>"), exchanges.KindUncertain},
		{"empty answer", fake.Answer(200, json, ``), exchanges.KindUncertain},
		{"null", fake.Answer(200, json, `null`), exchanges.KindUncertain},
		{"wrong type", fake.Answer(200, json, `[1,"two",{"three":[]}]`), exchanges.KindUncertain},
		{"another object", fake.Answer(200, json, `{"hello":"world"}`), exchanges.KindUncertain},
		{"redirect", fake.Redirect("/elsewhere"), exchanges.KindUncertain},
		{"cut off", fake.Truncated(), exchanges.KindUncertain},
		{"reset", fake.Reset(), exchanges.KindUncertain},
		{"lost", fake.LostAnswer(), exchanges.KindUncertain},
		{"too late", fake.Late(2 * time.Second), exchanges.KindUncertain},
		{"gigabyte", fake.Endless(1 << 30), exchanges.KindUncertain},
		{"429", fake.Answer(429, json, `{}`, "Retry-After", "7"), exchanges.KindRateLimited},
		{"firewall", fake.Firewall(), exchanges.KindForbidden},
		{"451", fake.Answer(451, json, `{}`), exchanges.KindGeoBlocked},
	} {
		t.Run(trouble.name, func(t *testing.T) {
			t.Parallel()
			for i := range 3 {
				b := newBench(t, c)
				m := b.manage(t, b.Writes.Manager)
				issued := b.issue(t, m)
				if trouble.name == "too late" {
					b.client = b.clientFor(t, true, 500*time.Millisecond)
					m = powers(t, b.open(t, b.Writes.Manager))
				}
				a := b.acts(m, issued)[i]
				before := b.sent(a.endpoint)
				b.Server.Break(a.endpoint.fault(trouble.do))
				err := a.do(t.Context())
				wantKind(t, err, trouble.want)
				b.unclear(t, err, a.endpoint, before+1)
			}
		})
	}
}

// writeRefused checks that a key which may not gets a clear answer, and that
// nothing has changed.
func writeRefused(t *testing.T, c Config) {
	b := newBench(t, c)
	issued := b.issue(t, b.manage(t, b.Writes.Manager))
	before := fmt.Sprint(b.Writes.Live())
	for _, a := range b.acts(b.manage(t, b.NotMaster), issued) {
		err := a.do(t.Context())
		wantKind(t, err, exchanges.KindForbidden, exchanges.KindNotMaster)
		clean(t, err)
	}
	for _, a := range b.acts(b.manage(t, b.Dead), issued) {
		if err := a.do(t.Context()); exchanges.KindOf(err) != exchanges.KindNoSuchKey {
			t.Errorf("%s by a dead manager: %v", a.name, err)
		}
	}
	m := b.manage(t, b.Writes.Manager)
	twice := b.Writes.Issue
	twice.Account.Name = "nobody@desk.example"
	_, err := m.IssueKey(t.Context(), twice)
	wantKind(t, err, exchanges.KindRejected)
	if after := fmt.Sprint(b.Writes.Live()); after != before {
		t.Errorf("the keys were %s and are %s", before, after)
	}
}

func writeClock(t *testing.T, c Config) {
	b := newBench(t, c)
	m := b.manage(t, b.Writes.Manager)
	for i, a := range b.acts(m, b.issue(t, m)) {
		b.Server.SetSkew(10 * time.Minute * time.Duration(1+i))
		before := b.sent(a.endpoint)
		if err := a.do(t.Context()); err != nil || b.sent(a.endpoint) != before+2 {
			t.Errorf("%s: sent %d times, %v", a.name, b.sent(a.endpoint)-before, err)
		}
	}
	if n := len(b.labelled("another1")); n != 1 {
		t.Errorf("%d new keys, want 1", n)
	}
}

func writeReadOnly(t *testing.T, c Config) {
	b := newBench(t, c)
	issued := b.issue(t, b.manage(t, b.Writes.Manager))
	b.client = b.newClient(t)
	before := len(b.Server.Requests())
	for _, a := range b.acts(powers(t, b.open(t, b.Writes.Manager)), issued) {
		err := a.do(t.Context())
		wantKind(t, err, exchanges.KindRefused)
		clean(t, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, a := range b.acts(b.manage(t, b.Writes.Manager), issued) {
		if err := a.do(ctx); err == nil {
			t.Errorf("%s after an interruption succeeded", a.name)
		}
	}
	if n := len(b.Server.Requests()); n != before {
		t.Errorf("%d requests were sent", n-before)
	}
}

// writeDeclared does everything once and looks at what left.
func writeDeclared(t *testing.T, c Config) {
	b := newBench(t, c)
	m := b.manage(t, b.Writes.Manager)
	issued := b.issue(t, m)
	for _, a := range b.acts(m, issued) {
		if err := a.do(t.Context()); err != nil {
			t.Fatalf("%s: %v", a.name, err)
		}
	}
	for _, r := range b.Server.Requests() {
		if !declaredBy(c.Exchange.Protocol, r) {
			t.Errorf("%s %s was sent and is not declared", r.Method, r.Path)
		}
		forced := slices.ContainsFunc(b.Writes.SecretsInURL, func(e Endpoint) bool { return e.is(r) })
		if strings.Contains(r.Query+r.Path, Canary) && !forced {
			t.Errorf("%s %s carries a secret in its URL", r.Method, r.Path)
		}
		if strings.Contains(fmt.Sprint(r), issued.Credential.Secret.Reveal()) {
			t.Errorf("%s %s carries the new secret", r.Method, r.Path)
		}
	}
	for _, op := range c.Exchange.Protocol.Operations {
		if op.Effect == exchanges.ReadOnly && op.Method != http.MethodGet && op.Method != http.MethodPost {
			t.Errorf("operation %q reads by %s", op.Name, op.Method)
		}
	}
}
