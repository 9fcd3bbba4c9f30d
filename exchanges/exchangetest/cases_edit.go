package exchangetest

import (
	"slices"
	"testing"

	"rekey/exchanges"
	"rekey/internal/fake"
)

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
			if len(live) != 1 ||
				!slices.Equal(slices.Sorted(slices.Values(live[0].Whitelist)), slices.Sorted(slices.Values(list))) {
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
