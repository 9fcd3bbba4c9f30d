package okx

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rekey/internal/fake"
)

const (
	createPath = "/api/v5/users/subaccount/apikey"
	changePath = "/api/v5/users/subaccount/modify-apikey"
	deletePath = "/api/v5/users/subaccount/delete-apikey"
)

// startBound has, besides the keys of start: 8 that manages, bound to here; 9
// that is bound and only reads; 10 of demo trading; a key of the sub-account,
// 11, bound; and a frozen sub-account with key 12. Limits are off.
func startBound(t *testing.T) (*fake.Server, *Exchange) {
	t.Helper()
	s, x := start(t)
	s.Limits.TurnOff()
	bound := func(n int, perms ...string) *Key {
		k := key(n, perms...)
		k.Whitelist, k.Label = []string{"127.0.0.1"}, fmt.Sprint("key", n)
		return k
	}
	x.Do(func() {
		a := x.accounts[0]
		demo := bound(10, "read_only", "trade")
		demo.Demo = true
		a.Keys = append(a.Keys, bound(8, "read_only", "trade"), bound(9, "read_only"), demo)
		a.Subs[0].Keys = append(a.Subs[0].Keys, bound(11, "read_only", "trade"))
		a.Subs = append(
			a.Subs,
			&Sub{ID: "300", Name: "cold1", Frozen: true, Created: created, Keys: []*Key{bound(12, "read_only")}},
		)
	})
	return s, x
}

// by is a write by key n. fields are name, value.
func by(n int, path string, fields ...string) probe {
	m := map[string]string{}
	for i := 0; i+1 < len(fields); i += 2 {
		m[fields[i]] = fields[i+1]
	}
	body, _ := json.Marshal(m)
	p := good(n)
	p.method, p.target, p.body = http.MethodPost, path, string(body)
	return p
}

func create(fields ...string) probe {
	return by(
		8,
		createPath,
		append([]string{"subAcct", "grid1", "label", "new1", "passphrase", "CANARYabc-1"}, fields...)...)
}

func change(fields ...string) probe {
	return by(8, changePath, append([]string{"subAcct", "grid1", "apiKey", accessKey(11)}, fields...)...)
}

func remove(access string) probe { return by(8, deletePath, "subAcct", "grid1", "apiKey", access) }

func live(x *Exchange) []string {
	var out []string
	for _, k := range x.Live() {
		out = append(out, k.AccessKey)
	}
	return out
}

func TestWriteRefusals(t *testing.T) {
	spoiled := func(p probe, spoil func(*probe)) probe {
		spoil(&p)
		return p
	}
	many := strings.Repeat("203.0.113.7,", 20) + "203.0.113.8"
	for _, c := range []struct {
		story  string
		probe  probe
		status int
		code   string
	}{
		{"a key of a sub-account", by(11, deletePath, "subAcct", "grid1", "apiKey", accessKey(7)), 200, "59500"},
		{"a key that only reads", by(9, deletePath, "subAcct", "grid1", "apiKey", accessKey(7)), 200, "50120"},
		{"a key that is not bound", by(1, deletePath, "subAcct", "grid1", "apiKey", accessKey(7)), 403, "50035"},
		{"a key of demo trading", spoiled(by(10, deletePath, "subAcct", "grid1", "apiKey", accessKey(7)),
			func(p *probe) { p.demo = true }), 200, "50038"},
		{"the body is signed", spoiled(remove(accessKey(7)), func(p *probe) { p.secret = "CANARY-other" }), 401, "50113"},
		{"another media type", spoiled(remove(accessKey(7)), func(p *probe) { p.media = "text/plain" }), 400, "50006"},
		{"no body, and no media type", spoiled(remove(accessKey(7)), func(p *probe) { p.body = "" }), 400, "50006"},
		{"no body", spoiled(remove(accessKey(7)), func(p *probe) { p.body, p.media = "", "application/json" }), 400, "50000"},
		{"a body that is no JSON", spoiled(remove(accessKey(7)), func(p *probe) { p.body = "{" }), 400, "50002"},
		{"a number in place of a text", spoiled(remove(accessKey(7)),
			func(p *probe) { p.body = `{"subAcct":1}` }), 400, "51000"},
		{"an undocumented field", by(8, deletePath, "subAcct", "grid1", "apiKey", accessKey(7), "force", "1"), 400, "51000"},
		{"an undocumented parameter", spoiled(remove(accessKey(7)), func(p *probe) { p.target += "?x=1" }), 400, "51000"},
		{"nobody's key", by(8, deletePath, "subAcct", "grid1"), 400, "50014"},
		{"a stranger's sub-account", by(8, deletePath, "subAcct", "other1", "apiKey", accessKey(7)), 200, "59510"},
		{"a key that nobody made", remove(accessKey(99)), 200, "59506"},
		{"a key of the main account", remove(accessKey(2)), 200, "59506"},

		{"no label", create("label", ""), 400, "50014"},
		{"a label of 51", create("label", strings.Repeat("x", 51)), 400, "51000"},
		{"a label with a dash", create("label", "rekey-1"), 400, "51000"},
		{"a label that is there", create("label", "key11"), 200, "59502"},
		{"no passphrase", create("passphrase", ""), 400, "50014"},
		{"a passphrase of 7", create("passphrase", "CANa-1x"), 200, "59505"},
		{"a passphrase of 33", create("passphrase", "CANARYa-1"+strings.Repeat("x", 24)), 200, "59505"},
		{"a passphrase without a digit", create("passphrase", "CANARYabc-"), 200, "59505"},
		{"a passphrase without upper case", create("passphrase", "canaryabc-1"), 200, "59505"},
		{"a passphrase without lower case", create("passphrase", "CANARYABC-1"), 200, "59505"},
		{"a passphrase without a special character", create("passphrase", "CANARYabc1"), 200, "59505"},
		{"a passphrase with a space", create("passphrase", "CANARY abc-1"), 200, "59505"},
		{"a passphrase that is not ASCII", create("passphrase", "CANARYäbc-1"), 200, "59505"},
		{"withdrawals", create("perm", "trade,withdraw"), 200, "59504"},
		{"an unknown permission", create("perm", "read"), 400, "51000"},
		{"an empty permission", create("perm", ""), 400, "51000"},
		{"21 addresses", create("ip", many), 200, "59503"},
		{"an address that is none", create("ip", "203.0.113.256"), 400, "51000"},
		{"a frozen sub-account", create("subAcct", "cold1"), 200, "59508"},

		{"change a key that nobody made", change("apiKey", accessKey(99)), 200, "59506"},
		{"change to a label that is there", change("label", "l"), 200, "59502"},
		{"change to no label", change("label", ""), 400, "51000"},
		{"change the passphrase", change("passphrase", "CANARYabc-1"), 400, "51000"},
		{"half a change", change("perm", "read_only", "ip", "x"), 400, "51000"},
		{"change in a frozen sub-account", by(8, changePath, "subAcct", "cold1", "apiKey", accessKey(12), "perm",
			"read_only"), 200, "59508"},
	} {
		t.Run(c.story, func(t *testing.T) {
			s, x := startBound(t)
			if got := c.probe.send(t, s); got.Status != c.status || got.Code != c.code {
				t.Errorf("HTTP %d, code %q (%s), want HTTP %d, code %q", got.Status, got.Code, got.Msg, c.status, c.code)
			}
			if e := x.Ledger(); len(e) > 0 {
				t.Errorf("something was done: %+v", e)
			}
			if k := x.accounts[0].Subs[0].Keys[1]; len(k.Perms) != 2 || len(k.Whitelist) != 1 || k.Deleted {
				t.Errorf("the key was changed: %v %v", k.Perms, k.Whitelist)
			}
		})
	}
}

func TestCreate(t *testing.T) {
	s, x := startBound(t)
	got := create("perm", "trade", "ip", "127.0.0.1,203.0.113.0/24,2001:db8::1").send(t, s)
	if got.Code != "0" || len(got.Data) != 1 {
		t.Fatalf("%+v", got)
	}
	access, _ := got.Data[0]["apiKey"].(string)
	shown, _ := got.Data[0]["secretKey"].(string)
	if !keyForm.MatchString(access) || len(shown) != 32 || shown != strings.ToUpper(shown) ||
		!strings.HasSuffix(shown, strings.ToUpper(fake.HexCanary)) {
		t.Errorf("access key %s, secret of %d", access, len(shown))
	}
	// Reading comes with trading.
	want := map[string]any{
		"subAcct": "grid1", "label": "new1", "apiKey": access, "secretKey": shown, "passphrase": "CANARYabc-1",
		"perm": "read_only,trade",
		"ip":   "127.0.0.1,203.0.113.0/24,2001:db8::1", "ts": fmt.Sprint(noon.UnixMilli()),
	}
	if diff := cmp.Diff(want, got.Data[0]); diff != "" {
		t.Error(diff)
	}
	use := good(1)
	use.access, use.secret, use.passphrase = access, shown, "CANARYabc-1"
	if own := use.send(t, s); own.Code != "0" || own.Data[0]["label"] != "new1" || own.Data[0]["uid"] != "200" {
		t.Errorf("the new key tells %+v", own)
	}
	entry := fake.Entry{
		At: noon, Deed: fake.Created, AccessKey: access, Account: "grid1", Label: "new1", By: accessKey(8),
		From: netip.MustParseAddr("127.0.0.1"),
	}
	if e := x.Ledger(); len(e) != 1 || e[0] != entry {
		t.Errorf("ledger: %+v", e)
	}
	// The same label again, and any label once the sub-account has 50 keys.
	if again := create().send(t, s); again.Code != "59502" {
		t.Errorf("the same label: %+v", again)
	}
	for n := range 47 {
		if got = create("label", fmt.Sprint("more", n)).send(t, s); got.Code != "0" || got.Data[0]["perm"] != "read_only" ||
			got.Data[0]["ip"] != "" {
			t.Fatalf("key %d: %+v", n, got)
		}
	}
	if got = create("label", "toomany").send(t, s); got.Code != "59501" {
		t.Errorf("the 51st: %+v", got)
	}
	if remove(access).send(t, s); len(live(x)) == 0 || create("label", "new1").send(t, s).Code != "0" {
		t.Error("a deleted key keeps its place or its label")
	}
}

// What is sent replaces what was there; key and secret stay. The answer writes
// "read".
func TestChange(t *testing.T) {
	s, x := startBound(t)
	for _, c := range []struct {
		story  string
		fields []string
		label  string
		perm   string // as listed
		ip     string
		what   string
	}{
		{"another label", []string{"label", "bot2"}, "bot2", "read_only,trade", "127.0.0.1", "label"},
		{"fewer permissions", []string{"perm", "read_only"}, "bot2", "read_only", "127.0.0.1", "permissions"},
		{"another address", []string{"ip", "203.0.113.7"}, "bot2", "read_only", "203.0.113.7", "ip whitelist"},
		{"no address", []string{"ip", ""}, "bot2", "read_only", "", "ip whitelist"},
		{
			"all at once",
			[]string{"label", "bot3", "perm", "trade", "ip", "127.0.0.1"},
			"bot3", "read_only,trade",
			"127.0.0.1", "label, permissions, ip whitelist",
		},
		{"its own label", []string{"label", "bot3"}, "bot3", "read_only,trade", "127.0.0.1", "label"},
	} {
		got := change(c.fields...).send(t, s)
		if got.Code != "0" || len(got.Data) != 1 {
			t.Fatalf("%s: %+v", c.story, got)
		}
		want := map[string]any{
			"subAcct": "grid1", "label": c.label, "apiKey": accessKey(11),
			"perm": strings.Replace(c.perm, "read_only", "read", 1), "ip": c.ip,
			"ts": fmt.Sprint(created.UnixMilli()),
		}
		if diff := cmp.Diff(want, got.Data[0]); diff != "" {
			t.Error(c.story, diff)
		}
		list := good(2)
		list.target = createPath + "?subAcct=grid1&apiKey=" + accessKey(11)
		if row := list.send(t, s).Data[0]; row["perm"] != c.perm || row["ip"] != c.ip || row["label"] != c.label {
			t.Errorf("%s: listed as %v", c.story, row)
		}
		e := x.Ledger()
		if last := e[len(e)-1]; last.Deed != fake.Changed || last.What != c.what || last.Label != c.label {
			t.Errorf("%s: %+v", c.story, last)
		}
	}
	if own := good(11).send(t, s); own.Code != "0" {
		t.Errorf("the key with its old secret: %+v", own)
	}
}

func TestDelete(t *testing.T) {
	s, x := startBound(t)
	got := remove(accessKey(11)).send(t, s)
	if diff := cmp.Diff([]map[string]any{{"subAcct": "grid1"}}, got.Data); diff != "" || got.Code != "0" {
		t.Error(got, diff)
	}
	if own := good(11).send(t, s); own.Code != "50119" || own.Status != 401 {
		t.Errorf("the key: %+v", own)
	}
	if again := remove(accessKey(11)).send(t, s); again.Code != "59506" {
		t.Errorf("once more: %+v", again)
	}
	if slices.Contains(live(x), accessKey(11)) || !slices.Contains(live(x), accessKey(8)) {
		t.Errorf("live: %v", live(x))
	}
	if cold := by(8, deletePath, "subAcct", "cold1", "apiKey", accessKey(12)).send(t, s); cold.Code != "0" {
		t.Errorf("in a frozen sub-account: %+v", cold)
	}
	if e := x.Ledger(); len(e) != 2 || e[0].Deed != fake.Deleted || e[0].AccessKey != accessKey(11) ||
		e[1].Account != "cold1" {
		t.Errorf("ledger: %+v", e)
	}
}

// One call a second for each kind of write, and reading the keys has its own
// limit on the same path.
func TestWriteLimits(t *testing.T) {
	s, x := start(t)
	x.Do(func() { x.accounts[0].Keys[0].Whitelist = []string{"127.0.0.1"} })
	write := func(path string, fields ...string) string {
		return by(1, path, append([]string{"subAcct", "grid1"}, fields...)...).send(t, s).Code
	}
	for n, want := range []string{"59506", "50011"} {
		if code := write(deletePath, "apiKey", accessKey(99)); code != want {
			t.Errorf("delete %d: %s, want %s", n+1, code, want)
		}
	}
	if code := write(createPath, "label", "a", "passphrase", "CANARYabc-1"); code != "0" {
		t.Errorf("create: %s", code)
	}
	list := good(1)
	list.target = createPath + "?subAcct=grid1"
	for range 20 {
		if got := list.send(t, s); got.Code != "0" {
			t.Fatalf("list: %+v", got)
		}
	}
	s.SetSkew(time.Second)
	late := by(1, deletePath, "subAcct", "grid1", "apiKey", accessKey(99))
	late.stamp = "2026-11-22T12:00:01.000Z"
	if code := late.send(t, s).Code; code != "59506" {
		t.Errorf("a second later: %s", code)
	}
}
