package coinbaseexchange

import (
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rekey/exchanges"
	"rekey/internal/fake"
	fakeexchange "rekey/internal/fake/coinbaseexchange"
)

const otherProfileID = "9e8d7c6b-5a49-4382-b716-05f4e3d2c1b0"

func diff(want, got any) string {
	return cmp.Diff(want, got, cmp.Exporter(func(t reflect.Type) bool { return strings.HasPrefix(t.PkgPath(), "rekey/") }))
}

func notThere() fake.Effect { return fake.Answer(404, "application/json", `{"message":"NotFound"}`) }

// Which profile a key belongs to is said where an answer proves it, and only
// there.
func TestProfile(t *testing.T) {
	unknown := exchanges.Account{Kind: exchanges.AccountUnknown}
	desk := func(currencies ...string) []*fakeexchange.Profile {
		return []*fakeexchange.Profile{
			{ID: otherProfileID, Name: "default", Default: true, Currencies: []string{"EUR"}},
			{ID: profileID, Name: "grid\x1b[31m\nbot", Currencies: currencies, Keys: []*fakeexchange.Key{key("k", "view")}},
		}
	}
	for _, c := range []struct {
		name     string
		profiles []*fakeexchange.Profile
		faults   []fake.Fault
		want     exchanges.Account
		asked    string // the paths, in order
	}{
		{
			name: "one profile", profiles: desk()[1:], asked: "/profiles",
			want: exchanges.Account{ID: profileID, Name: "grid\x1b[31m\nbot", Kind: exchanges.AccountUnknown},
		},
		{
			name: "several, and the accounts tell which", profiles: desk("BTC", "USD"), asked: "/profiles /accounts",
			want: exchanges.Account{ID: profileID, Name: "grid\x1b[31m\nbot", Kind: exchanges.AccountUnknown},
		},
		{name: "several, and no accounts", profiles: desk(), asked: "/profiles /accounts", want: unknown},
		{
			name: "several, and the accounts are not there", profiles: desk("BTC"), asked: "/profiles /accounts", want: unknown,
			faults: []fake.Fault{{Path: pathAccounts, Do: notThere()}},
		},
		{
			name: "several, and the accounts disagree", profiles: desk("BTC"), asked: "/profiles /accounts", want: unknown,
			faults: []fake.Fault{{Path: pathAccounts, Do: fake.Answer(200, "application/json",
				`[{"id":"1","profile_id":"a"},{"id":"2","profile_id":"b"}]`)}},
		},
		{
			name: "no list of profiles", profiles: desk("BTC"), asked: "/profiles /accounts",
			faults: []fake.Fault{{Path: pathProfiles, Do: notThere()}},
			want:   exchanges.Account{ID: profileID, Kind: exchanges.AccountUnknown},
		},
	} {
		b := newBench(t, "k", c.profiles...)
		for _, f := range c.faults {
			b.server.Break(f)
		}
		k, err := b.adapter.Inspect(t.Context())
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if d := diff(want("k", c.want), k); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, d)
		}
		var asked []string
		for _, r := range b.server.Requests() {
			if r.Path != pathTime {
				asked = append(asked, r.Path)
			}
		}
		if got := strings.Join(asked, " "); got != c.asked {
			t.Errorf("%s: asked %s, want %s", c.name, got, c.asked)
		}
	}
}

// Trouble with the second call leaves the key alive, and says what is missing.
func TestTroubleAfterTheFirstAnswer(t *testing.T) {
	b := newBench(
		t, "k", &fakeexchange.Profile{ID: otherProfileID, Name: "default"},
		&fakeexchange.Profile{ID: profileID, Keys: []*fakeexchange.Key{key("k", "view")}})
	b.server.Break(fake.Fault{Path: pathAccounts, Do: fake.Answer(503, "application/json", `{}`)})
	k, err := b.adapter.Inspect(t.Context())
	if k.Status != exchanges.StatusAlive || exchanges.KindOf(err) != exchanges.KindMaintenance || k.Ref.Account.ID != "" {
		t.Errorf("key %+v, error %v", k, err)
	}
}

// What a refusal proves: a documented 403 that the key was known, a 401
// nothing.
func TestRefused(t *testing.T) {
	profile := func(k *fakeexchange.Key) *fakeexchange.Profile {
		return &fakeexchange.Profile{ID: profileID, Keys: []*fakeexchange.Key{k}}
	}
	elsewhere := key("k", "view")
	elsewhere.Whitelist = []string{"203.0.113.7"}
	deleted := key("k", "view")
	deleted.Deleted = true
	for _, c := range []struct {
		name   string
		key    *fakeexchange.Key
		fault  fake.Effect
		status exchanges.Status
		kind   exchanges.Kind
	}{
		{"without view", key("k", "trade"), nil, exchanges.StatusAlive, exchanges.KindForbidden},
		{"from elsewhere", elsewhere, nil, exchanges.StatusUndetermined, exchanges.KindUndetermined},
		{"deleted", deleted, nil, exchanges.StatusUndetermined, exchanges.KindUndetermined},
		{"a firewall", key("k", "view"), fake.Firewall(), exchanges.StatusUndetermined, exchanges.KindForbidden},
		{
			"a plain 403", key("k", "view"), fake.Answer(403, "text/plain", "Forbidden"), exchanges.StatusUndetermined,
			exchanges.KindForbidden,
		},
		{
			"a 401 with another text", key("k", "view"), fake.Answer(401, "application/json", `{"message":"go away"}`),
			exchanges.StatusUndetermined, exchanges.KindUndetermined,
		},
	} {
		b := newBench(t, "k", profile(c.key))
		if c.fault != nil {
			b.server.Break(fake.Fault{Path: pathProfiles, Do: c.fault})
		}
		k, err := b.adapter.Inspect(t.Context())
		if k.Status != c.status || exchanges.KindOf(err) != c.kind || k.Permissions.IsKnown() {
			t.Errorf("%s: status %q, error %v, want %q and %q", c.name, k.Status, err, c.status, c.kind)
		}
		if c.fault != nil && c.kind == exchanges.KindForbidden &&
			!strings.Contains(err.Error(), "says nothing about the key") {
			t.Errorf("%s: %v", c.name, err)
		}
		// The same where the list of profiles is not there.
		if c.fault == nil {
			b.server.Break(fake.Fault{Path: pathProfiles, Do: notThere()})
			k, err = b.adapter.Inspect(t.Context())
			if k.Status != c.status || exchanges.KindOf(err) != c.kind {
				t.Errorf("%s, by accounts: status %q, error %v", c.name, k.Status, err)
			}
		}
	}
}
