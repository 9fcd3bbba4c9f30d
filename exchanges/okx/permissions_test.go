package okx

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rekey/exchanges"
)

func text(s string) *string { return &s }

func TestReadPermissions(t *testing.T) {
	for _, c := range []struct {
		story   string
		list    *string
		granted []exchanges.Permission
		told    bool
		denied  []exchanges.Permission
		unknown []exchanges.Permission
	}{
		{story: "no list", unknown: exchanges.AllPermissions()},
		{story: "an empty list", list: text(""), unknown: exchanges.AllPermissions()},
		{story: "a list of commas", list: text(" , ,"), unknown: exchanges.AllPermissions()},
		{
			story: "a tracker's key", list: text("read_only"), told: true,
			granted: []exchanges.Permission{exchanges.Read},
			denied: []exchanges.Permission{
				exchanges.Trade, exchanges.Withdraw, exchanges.Transfer,
				exchanges.SubaccountTransfer, exchanges.Spot,
			},
			unknown: []exchanges.Permission{exchanges.ManageKeys},
		},
		{
			story: "a bot's key: trade covers funding transfers, and OKX has no word for them",
			list:  text("read_only,trade"), told: true,
			granted: []exchanges.Permission{exchanges.Read, exchanges.Trade},
			denied:  []exchanges.Permission{exchanges.Withdraw, exchanges.Spot, exchanges.Futures, exchanges.Unmapped},
			unknown: []exchanges.Permission{exchanges.ManageKeys, exchanges.Transfer, exchanges.SubaccountTransfer},
		},
		{
			story: "a payout key, with blanks", list: text("read_only, withdraw ,trade"), told: true,
			granted: []exchanges.Permission{exchanges.Read, exchanges.Trade, exchanges.Withdraw},
		},
		{
			story: "the word of the modify-apikey example", list: text("read,trade"), told: true,
			granted: []exchanges.Permission{exchanges.Read, exchanges.Trade},
		},
		{
			story: "a word that rekey does not know", list: text("read_only,moonshot"), told: true,
			granted: []exchanges.Permission{exchanges.Read, exchanges.Unmapped},
			unknown: []exchanges.Permission{
				exchanges.Trade, exchanges.Withdraw, exchanges.Transfer, exchanges.Earn, exchanges.ManageKeys,
			},
		},
		{
			story: "another spelling is another word", list: text("TRADE"), told: true,
			granted: []exchanges.Permission{exchanges.Unmapped},
		},
	} {
		t.Run(c.story, func(t *testing.T) {
			perms, raw := readPermissions(c.list)
			granted, told := perms.Granted()
			if d := cmp.Diff(c.granted, granted); d != "" || told != c.told {
				t.Errorf("told %v, granted (-want +got):\n%s", told, d)
			}
			if len(raw) != len(granted) {
				t.Errorf("raw words %q", raw)
			}
			for _, p := range c.denied {
				if on, known := perms.Has(p).Get(); on || !known {
					t.Errorf("%s is not denied", p)
				}
			}
			for _, p := range c.unknown {
				if perms.Has(p).IsKnown() {
					t.Errorf("%s is not unknown", p)
				}
			}
		})
	}
}

func TestMayManageKeys(t *testing.T) {
	yes, no, untold := exchanges.Known(true), exchanges.Known(false), exchanges.Unknown[bool]()
	for _, c := range []struct {
		story string
		perms string
		kind  exchanges.AccountKind
		bound exchanges.Fact[bool]
		want  exchanges.Fact[bool]
	}{
		{"a main account's trading key on fixed addresses", "read_only,trade", exchanges.AccountMaster, yes, untold},
		{"withdrawal besides changes nothing", "read_only,trade,withdraw", exchanges.AccountMaster, yes, untold},
		{"the same without addresses", "read_only,trade", exchanges.AccountMaster, no, no},
		{"the same at a sub-account", "read_only,trade", exchanges.AccountSub, yes, no},
		{"a key that only reads", "read_only", exchanges.AccountMaster, yes, no},
		{"addresses not told", "read_only,trade", exchanges.AccountMaster, untold, untold},
		{"account not told", "read_only,trade", exchanges.AccountUnknown, yes, untold},
		{"account not told, but no addresses", "read_only,trade", exchanges.AccountUnknown, no, no},
	} {
		perms, _ := readPermissions(&c.perms)
		if got := mayManageKeys(perms, c.kind, c.bound).Has(exchanges.ManageKeys); got != c.want {
			t.Errorf("%s: %v, want %v", c.story, got, c.want)
		}
	}
}

func TestKindOfAccount(t *testing.T) {
	for _, c := range []struct {
		uid, mainUID, kind string
		want               exchanges.AccountKind
	}{
		{"7", "7", "0", exchanges.AccountMaster},
		{"7", "1", "1", exchanges.AccountSub},
		{"7", "1", "12", exchanges.AccountSub},
		{"7", "1", "77", exchanges.AccountSub}, // a kind that is new
		{"7", "7", "", exchanges.AccountMaster},
		{"7", "1", "", exchanges.AccountSub},
		{"7", "", "0", exchanges.AccountMaster},
		{"", "", "5", exchanges.AccountSub},
		{"", "", "", exchanges.AccountUnknown},
		{"7", "", "", exchanges.AccountUnknown},
		{"7", "1", "0", exchanges.AccountUnknown}, // says both
		{"7", "7", "1", exchanges.AccountUnknown},
	} {
		w := wireConfig{UID: c.uid, MainUID: c.mainUID, Type: c.kind}
		if got := w.kind(); got != c.want {
			t.Errorf("%+v: %q, want %q", c, got, c.want)
		}
	}
}

// Answers in forms that the documents do not have.
func TestInspectOddAnswers(t *testing.T) {
	for _, c := range []struct {
		story, body string
		status      exchanges.Status
		err         bool
		look        func(exchanges.Key) bool
	}{
		{"no row", rows(), exchanges.StatusUndetermined, true, nil},
		{"two rows", rows(`{"uid":"1"}`, `{"uid":"2"}`), exchanges.StatusUndetermined, true, nil},
		{"a row that says nothing", rows(`{"hello":"world"}`), exchanges.StatusUndetermined, true, nil},
		{"data is an object", `{"code":"0","data":{"uid":"1"}}`, exchanges.StatusUndetermined, true, nil},
		{"a code that is a number", `{"code":0,"data":[{"uid":"1"}]}`, exchanges.StatusUndetermined, true, nil},
		{"no such key, as a number", `{"code":50119}`, exchanges.StatusUndetermined, true, nil},
		{"the uid is a number", rows(`{"uid":1,"perm":"read_only"}`), exchanges.StatusUndetermined, true, nil},
		{"no code at all", `{"data":[{"uid":"1","perm":"read_only"}]}`, exchanges.StatusUndetermined, true, nil},
		{
			"neither ip nor perm", rows(`{"uid":"1","mainUid":"1"}`), exchanges.StatusAlive, false,
			func(k exchanges.Key) bool { return !k.Whitelist.Restricted.IsKnown() && !k.Permissions.IsKnown() },
		},
		{
			"ip is null", rows(`{"uid":"1","mainUid":"1","perm":"read_only","ip":null}`), exchanges.StatusAlive, false,
			func(k exchanges.Key) bool { return !k.Whitelist.Restricted.IsKnown() && k.Permissions.IsKnown() },
		},
		{
			"an address is masked", rows(`{"uid":"1","perm":"read_only","ip":"203.0.113.7,203.**.9"}`),
			exchanges.StatusAlive, false,
			func(k exchanges.Key) bool {
				bound, _ := k.Whitelist.Restricted.Get()
				return bound && !k.Whitelist.Entries.IsKnown() && len(k.Whitelist.Unread) == 1
			},
		},
		{
			"a label with escapes is data", rows(`{"uid":"1","perm":"read_only","label":"a\u001b[31m\r\nb"}`),
			exchanges.StatusAlive, false,
			func(k exchanges.Key) bool { return k.Label == "a\x1b[31m\r\nb" },
		},
		{
			"fields of no use have other types", rows(`{"uid":"1","perm":"read_only","kycLv":3,` +
				`"autoLoan":"no","traderInsts":null}`),
			exchanges.StatusAlive, false, func(exchanges.Key) bool { return true },
		},
	} {
		t.Run(c.story, func(t *testing.T) {
			a, _ := openStub(t, answersTo(opInspect, c.body))
			k, err := a.Inspect(t.Context())
			if k.Status != c.status || (err != nil) != c.err {
				t.Fatalf("status %q, error %v", k.Status, err)
			}
			if c.look != nil && !c.look(k) {
				t.Errorf("key %+v", k)
			}
			if err != nil && strings.Contains(err.Error(), "www.okx.com") {
				t.Errorf("an address in %v", err)
			}
		})
	}
}
