package exchangetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/internal/fake"
)

// Writes stages the making, changing and deleting of keys.
type Writes struct {
	// Manager may do all three for the sub-account that Issue names. NotMaster
	// of the stage may not.
	Manager exchanges.Credential
	// Issue asks for a key that the exchange gives. Its whitelist holds two
	// addresses, loopback among them, and its permissions more than Narrow.
	Issue  exchanges.IssueRequest
	Narrow []exchanges.Permission
	// Issuing, Permitting and Revoking are the calls behind the three powers;
	// Permitting is the one that sets permissions.
	Issuing, Permitting, Revoking Endpoint
	// Listing is the path of the list of the sub-account's keys.
	Listing string
	// WithoutSecret is the answer to a new key, without its secret; WithoutKey
	// is the same without its access key.
	WithoutSecret, WithoutKey string
	// NoSuchKey refuses a deletion because there is no such key.
	NoSuchKey fake.Effect
	// ReadsFirst says that a change looks something up by reads before it is
	// sent: the ID of a sub-account, the settings of a key.
	ReadsFirst bool
	// RightsUntold says that the exchange does not tell a sub-account's key its own
	// permissions; its manager's list does.
	RightsUntold bool
	// SecretsInURL names the calls in whose URL the exchange wants a secret.
	SecretsInURL []Endpoint
	// Live tells the keys that exist.
	Live func() []fake.LiveKey
}

// An Endpoint is a method and a path; one that ends with a slash stands for all
// that begin with it: the last segment names a key.
type Endpoint struct{ Method, Path string }

func (e Endpoint) fault(do fake.Effect) fake.Fault {
	return fake.Fault{Method: e.Method, Path: e.Path, Do: do}
}

// once is a fault that happens one time.
func (e Endpoint) once(do fake.Effect) fake.Fault {
	f := e.fault(do)
	f.Times = 1
	return f
}

func (e Endpoint) is(r fake.Request) bool {
	begins := strings.HasSuffix(e.Path, "/") && strings.HasPrefix(r.Path, e.Path)
	return r.Method == e.Method && (r.Path == e.Path || begins)
}

// writeCases are the cases of an exchange that stages writes.
func writeCases() []testCase {
	return []testCase{
		{"a new key works and is what was asked for", issueWorks},
		{"a new key of a lost answer can be found", issueLost},
		{"a new key without its secret is unclear", issueWithoutSecret},
		{"what cannot be given is not asked for", issueRefused},
		{"what is said to be possible is sent, and nothing else", canIsDone},
		{"what is chosen later is not missed before", canBeforeChoosing},
		{"a revoked key is gone, and may be revoked again", revokeWorks},
		{"the documented answer to a deletion needs no list", revokeWithoutList},
		{"a revocation of a lost answer can be repeated", revokeLost},
		{"a key that is listed is not gone, whatever is said", revokeListed},
		{"an edit narrows, and changes nothing else", editNarrows},
		{"an edit of a lost answer is unclear", editLost},
		{"one sub-account is listed by itself", listOne},
		{"a change without a clear answer is unclear, and sent once", writeTroubles},
		{"a change that was refused was refused", writeRefused},
		{"a clock that jumps is corrected, and the change made once", writeClock},
		{"a reading client changes nothing", writeReadOnly},
		{"changes are declared and hold no secret in their URL", writeDeclared},
	}
}

// A manager is an adapter with all powers over keys.
type manager struct {
	exchanges.Adapter
	exchanges.Lister
	exchanges.Issuer
	exchanges.Editor
	exchanges.Revoker
}

// manage opens a credential with a client that may write. The client has
// counted nothing yet, so a minute passes, in which limits run out.
func (b *bench) manage(t *testing.T, c exchanges.Credential) manager {
	t.Helper()
	if err := b.clock.Sleep(t.Context(), time.Minute); err != nil {
		t.Fatal(err)
	}
	b.client = b.newWriter(t)
	return powers(t, b.open(t, c))
}

func powers(t *testing.T, a exchanges.Adapter) manager {
	t.Helper()
	m := manager{Adapter: a}
	var ok [4]bool
	m.Lister, ok[0] = a.(exchanges.Lister)
	m.Issuer, ok[1] = a.(exchanges.Issuer)
	m.Editor, ok[2] = a.(exchanges.Editor)
	m.Revoker, ok[3] = a.(exchanges.Revoker)
	if slices.Contains(ok[:], false) {
		t.Fatalf("the adapter lists, issues, edits, revokes: %v", ok)
	}
	return m
}

// issue makes the staged key, which must succeed.
func (b *bench) issue(t *testing.T, m manager) exchanges.Issued {
	t.Helper()
	issued, err := m.IssueKey(t.Context(), b.Writes.Issue)
	if err != nil {
		t.Fatalf("issue: %v", err)
	}
	b.hidden(t, issued.Credential.Secret, issued)
	return issued
}

// hidden fails the test when a new secret shows, however it is printed.
func (b *bench) hidden(t *testing.T, secret exchanges.Secret, values ...any) {
	t.Helper()
	clean(t, values...)
	for _, v := range values {
		if text := fmt.Sprintf("%v %+v %#v", v, v, v); strings.Contains(text, secret.Reveal()) {
			t.Errorf("a new secret shows when %T is printed", v)
		}
	}
}

// labelled returns the keys of a label that exist.
func (b *bench) labelled(label string) []fake.LiveKey {
	return slices.DeleteFunc(b.Writes.Live(), func(k fake.LiveKey) bool { return k.Label != label })
}

// found lists the staged sub-account, and returns the keys of a label.
func (b *bench) found(t *testing.T, m manager, label string) []exchanges.Key {
	t.Helper()
	var out []exchanges.Key
	for k, err := range m.ListKeys(t.Context(), exchanges.ListRequest{Account: b.Writes.Issue.Account.Name}) {
		if err != nil {
			t.Fatalf("list: %v", err)
		}
		if k.Label == label {
			out = append(out, k)
		}
	}
	return out
}

// sent counts the requests to an endpoint.
func (b *bench) sent(e Endpoint) int {
	n := 0
	for _, r := range b.Server.Requests() {
		if e.is(r) {
			n++
		}
	}
	return n
}

// sameKey compares what a key may do, and from where, with what it should.
func sameKey(t *testing.T, k exchanges.Key, perms []exchanges.Permission, addresses []string) {
	t.Helper()
	want := append([]exchanges.Permission{exchanges.Read}, perms...)
	granted, told := k.Permissions.Granted()
	for _, p := range exchanges.AllPermissions() {
		if told && slices.Contains(granted, p) != slices.Contains(want, p) {
			t.Errorf("permissions %q, want %q", granted, want)
			break
		}
	}
	restricted, told := k.Whitelist.Restricted.Get()
	entries, shown := k.Whitelist.Entries.Get()
	var texts []string
	for _, e := range entries {
		texts = append(texts, e.Addr().String())
	}
	slices.Sort(texts)
	wanted := slices.Sorted(slices.Values(addresses))
	switch {
	case !told:
	case restricted != (len(addresses) > 0):
		t.Errorf("restricted %v, want the addresses %q", restricted, addresses)
	case shown && !slices.Equal(texts, wanted):
		t.Errorf("addresses %q, want %q", texts, wanted)
	case len(k.Whitelist.Unread) > 0 && len(k.Whitelist.Unread) != len(addresses):
		t.Errorf("%d masked addresses, want %d", len(k.Whitelist.Unread), len(addresses))
	}
}

// unclear holds that a change was sent so many times, and that its error names
// the sub-account and holds no secret.
func (b *bench) unclear(t *testing.T, err error, e Endpoint, times int) {
	t.Helper()
	clean(t, err)
	if n := b.sent(e); n != times {
		t.Errorf("%s %s was sent %d times, want %d", e.Method, e.Path, n, times)
	}
	if err != nil && !strings.Contains(err.Error(), b.Writes.Issue.Account.Name) {
		t.Errorf("the error does not name the sub-account: %v", err)
	}
}
