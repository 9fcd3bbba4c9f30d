package exchangetest

import (
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"rekey/exchanges"
	"rekey/internal/fake"
)

func issueWorks(t *testing.T, c Config) {
	b := newBench(t, c)
	m := b.manage(t, b.Writes.Manager)
	before := len(b.Writes.Live())
	issued := b.issue(t, m)
	req := b.Writes.Issue
	if issued.Key.Ref.AccessKey != issued.Credential.AccessKey || issued.Key.Ref.Account.Name != req.Account.Name ||
		issued.Key.Ref.Exchange != c.Exchange.Card.Name {
		t.Errorf("the new key is %+v", issued.Key.Ref)
	}
	sameKey(t, issued.Key, req.Permissions, req.Whitelist)
	live := b.labelled(req.Label)
	if len(live) != 1 || len(b.Writes.Live()) != before+1 || live[0].AccessKey != issued.Credential.AccessKey {
		t.Fatalf("keys of the label: %+v", live)
	}
	if got := slices.Sorted(slices.Values(live[0].Whitelist)); !slices.Equal(
		got,
		slices.Sorted(slices.Values(req.Whitelist)),
	) {
		t.Errorf("the exchange has the addresses %q, want %q", got, req.Whitelist)
	}
	k, err := b.inspect(t, issued.Credential)
	if err != nil || k.Status != exchanges.StatusAlive || k.Permissions.IsKnown() == b.Writes.RightsUntold {
		t.Fatalf("the new key: status %q, %v", k.Status, err)
	}
	sameKey(t, k, req.Permissions, req.Whitelist)
	listed := b.found(t, m, req.Label)
	if len(listed) != 1 || listed[0].Ref.AccessKey != issued.Credential.AccessKey {
		t.Fatalf("the list has %d keys of the label", len(listed))
	}
	sameKey(t, listed[0], req.Permissions, req.Whitelist)
	elsewhere := req
	elsewhere.Label, elsewhere.Whitelist = "elsewhere1", []string{"203.0.113.99"}
	if issued, err = m.IssueKey(t.Context(), elsewhere); err != nil {
		t.Fatal(err)
	}
	if k, err := b.inspect(t, issued.Credential); k.Status != exchanges.StatusIPRefused {
		t.Errorf("a new key for another address: status %q, %v", k.Status, err)
	}
}

func issueLost(t *testing.T, c Config) {
	b := newBench(t, c)
	m := b.manage(t, b.Writes.Manager)
	b.Server.Break(b.Writes.Issuing.once(fake.LostAnswer()))
	issued, err := m.IssueKey(t.Context(), b.Writes.Issue)
	wantKind(t, err, exchanges.KindUncertain)
	b.unclear(t, err, b.Writes.Issuing, 1)
	if issued.Credential.AccessKey != "" || !issued.Credential.Secret.IsZero() {
		t.Error("a lost answer gave a credential")
	}
	live := b.labelled(b.Writes.Issue.Label)
	listed := b.found(t, m, b.Writes.Issue.Label)
	if len(live) != 1 || len(listed) != 1 || live[0].AccessKey != listed[0].Ref.AccessKey {
		t.Fatalf("%d keys of the label exist, %d are listed", len(live), len(listed))
	}
	if err := m.RevokeKey(t.Context(), exchanges.RevokeRequest{
		Ref:        listed[0].Ref,
		Passphrase: b.Writes.Issue.Passphrase,
	}); err != nil {
		t.Errorf("the lost key cannot be revoked: %v", err)
	}
	if live := b.labelled(b.Writes.Issue.Label); len(live) != 0 {
		t.Errorf("the lost key lives on: %+v", live)
	}
}

func issueWithoutSecret(t *testing.T, c Config) {
	for _, body := range []string{"WithoutSecret", "WithoutKey"} {
		b := newBench(t, c)
		m := b.manage(t, b.Writes.Manager)
		text := map[string]string{"WithoutSecret": b.Writes.WithoutSecret, "WithoutKey": b.Writes.WithoutKey}[body]
		b.Server.Break(b.Writes.Issuing.once(fake.Answer(http.StatusOK, "application/json", text)))
		issued, err := m.IssueKey(t.Context(), b.Writes.Issue)
		wantKind(t, err, exchanges.KindUncertain)
		b.unclear(t, err, b.Writes.Issuing, 1)
		if issued.Credential.AccessKey != "" || text == "" {
			t.Errorf("%s gave a credential, or is not staged", body)
		}
	}
}

func issueRefused(t *testing.T, c Config) {
	b := newBench(t, c)
	m := b.manage(t, b.Writes.Manager)
	given := 0
	for i, p := range exchanges.AllPermissions() {
		req := b.Writes.Issue
		req.Label = fmt.Sprintf("single%d", i)
		req.Permissions = []exchanges.Permission{p}
		before := len(b.Server.Requests())
		issued, err := m.IssueKey(t.Context(), req)
		if err == nil {
			given++
			sameKey(t, issued.Key, req.Permissions, req.Whitelist)
			if k, err := b.inspect(t, issued.Credential); err != nil {
				t.Errorf("%s: %v", p, err)
			} else {
				sameKey(t, k, req.Permissions, req.Whitelist)
			}
			continue
		}
		wantKind(t, err, exchanges.KindRefused)
		if n := len(b.Server.Requests()); n != before || !strings.Contains(err.Error(), string(p)) {
			t.Errorf("%s: %d requests were sent, %v", p, n-before, err)
		}
		_, err = m.EditKey(t.Context(), exchanges.EditRequest{
			Ref: exchanges.KeyRef{
				AccessKey: "k",
				Account:   req.Account,
			}, Passphrase: req.Passphrase, Permissions: req.Permissions,
		})
		wantKind(t, err, exchanges.KindRefused)
	}
	if given < 2 || given > len(exchanges.AllPermissions())/2 {
		t.Errorf("%d permissions can be given", given)
	}
	before := len(b.Server.Requests())
	for story, spoil := range map[string]func(*exchanges.IssueRequest){
		"no sub-account":         func(r *exchanges.IssueRequest) { r.Account.Name = "" },
		"no label":               func(r *exchanges.IssueRequest) { r.Label = "" },
		"a label of 25":          func(r *exchanges.IssueRequest) { r.Label = strings.Repeat("a", 25) },
		"a label with a blank":   func(r *exchanges.IssueRequest) { r.Label = "a b" },
		"a masked address":       func(r *exchanges.IssueRequest) { r.Whitelist = []string{"203.**.7"} },
		"no address":             func(r *exchanges.IssueRequest) { r.Whitelist = []string{"my house"} },
		"a blank address":        func(r *exchanges.IssueRequest) { r.Whitelist = []string{""} },
		"a network's host bits":  func(r *exchanges.IssueRequest) { r.Whitelist = []string{"203.0.113.7/24"} },
		"an address with a zone": func(r *exchanges.IssueRequest) { r.Whitelist = []string{"fe80::1%eth0"} },
		"too many addresses": func(r *exchanges.IssueRequest) {
			r.Whitelist = nil
			for a := netip.MustParseAddr("203.0.113.1"); len(r.Whitelist) < 100; a = a.Next() {
				r.Whitelist = append(r.Whitelist, a.String())
			}
		},
	} {
		req := b.Writes.Issue
		spoil(&req)
		_, err := m.IssueKey(t.Context(), req)
		if exchanges.KindOf(err) != exchanges.KindRefused {
			t.Errorf("%s: %v", story, err)
		}
		clean(t, err)
	}
	if n := len(b.Server.Requests()); n != before {
		t.Errorf("%d requests were sent", n-before)
	}
}
