package exchangetest

import (
	"net/http"
	"testing"

	"rekey/exchanges"
	"rekey/internal/fake"
)

func (b *bench) revokeRequest(issued exchanges.Issued) exchanges.RevokeRequest {
	return exchanges.RevokeRequest{Ref: issued.Key.Ref, Passphrase: b.Writes.Issue.Passphrase}
}

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

// revokeWithoutList checks that a list, which may lag behind, is not asked after
// the answer that the exchange documents.
func revokeWithoutList(t *testing.T, c Config) {
	b := newBench(t, c)
	m := b.manage(t, b.Writes.Manager)
	issued := b.issue(t, m)
	b.Server.Break(fake.Fault{Method: http.MethodGet, Path: b.Writes.Listing, Do: fake.Reset()})
	if err := m.RevokeKey(t.Context(), b.revokeRequest(issued)); err != nil {
		t.Errorf("revoke: %v", err)
	}
	if n := b.sent(Endpoint{http.MethodGet, b.Writes.Listing}); n != 0 {
		t.Errorf("the list was asked for %d times", n)
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
		{
			"no such key, and the list is another document", b.Writes.NoSuchKey,
			fake.Answer(http.StatusOK, json, `{"hello":"world"}`),
		},
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
