package binance

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rekey/internal/fake"
)

func create(parameters ...string) call {
	return by("manager", http.MethodPost, subAPI, append([]string{"email", email}, parameters...)...)
}

func remove(name string) call {
	return by("manager", http.MethodDelete, subAPI, "email", email, "subAccountApiKey", accessKey(name))
}

func TestWriteRefusals(t *testing.T) {
	many := strings.Repeat("203.0.113.7,", 30) + "203.0.113.8"
	const bot = "subAccountApiKey"
	for _, c := range []struct {
		story string
		call  call
		want  told
	}{
		{"a key that may only read", by("reader", http.MethodDelete, subAPI, "email", email, bot,
			accessKey("bot")), told{400, -1002}},
		{"a key that may not read", by("blind", http.MethodDelete, subAPI, "email", email, bot,
			accessKey("bot")), told{400, -1002}},
		{"a key of the sub-account", by("bot", http.MethodDelete, subAPI, "email", email, bot,
			accessKey("bot")), told{400, -1002}},
		{"no e-mail", by("manager", http.MethodDelete, subAPI, bot, accessKey("bot")), told{400, -1102}},
		{"no address of e-mail", by("manager", http.MethodDelete, subAPI, "email", "grid", bot,
			accessKey("bot")), told{400, -1102}},
		{"a stranger's e-mail", by("manager", http.MethodDelete, subAPI, "email", "x@desk.example", bot,
			accessKey("bot")), told{400, -9000}},
		{"an asset-management sub-account", by("manager", http.MethodDelete, subAPI, "email", "assets@desk.example", bot,
			accessKey("assets")), told{400, -9000}},
		{"delete nothing", by("manager", http.MethodDelete, subAPI, "email", email), told{400, -1102}},
		{"delete a key that nobody made", remove("nobody"), told{400, -2008}},
		{"delete a key of the master account", remove("reader"), told{400, -2008}},
		{"an undocumented parameter", by("manager", http.MethodDelete, subAPI, "email", email, bot, accessKey("bot"),
			"force", "true"), told{400, -1103}},
		{"a parameter sent twice", by("manager", http.MethodDelete, subAPI, "email", email, bot, accessKey("bot"), bot,
			accessKey("bot")), told{400, -1101}},

		{"a key without a name", create("status", "1"), told{400, -1102}},
		{"a key without a status", create("apiName", "n"), told{400, -1102}},
		{"an unknown status", create("apiName", "n", "status", "4"), told{400, -1130}},
		{"trusted addresses, and none given", create("apiName", "n", "status", "2"), told{400, -1102}},
		{"an address that is none", create("apiName", "n", "status", "2", "ipAddress", "203.0.113.256"), told{400, -1130}},
		{"a blank between addresses", create("apiName", "n", "status", "2", "ipAddress",
			"203.0.113.7, 203.0.113.8"), told{400, -1130}},
		{"a network", create("apiName", "n", "status", "2", "ipAddress", "203.0.113.0/24"), told{400, -1130}},
		{"31 addresses", create("apiName", "n", "status", "2", "ipAddress", many), told{400, -1130}},
		{"more than 500 characters", create("apiName", "n", "status", "2", "ipAddress",
			strings.Repeat("2001:db8:1111:2222:3333:4444:5555:6666,",
				12)+"2001:db8:1111:2222:3333:4444:5555:7777"), told{400, -1130}},
		{"a third party without a name", create("apiName", "n", "status", "3"), told{400, -1102}},
		{"an unknown third party", create("apiName", "n", "status", "3", "thirdPartyName", "x"), told{400, -1130}},
		{"a permission that is neither true nor false", create("apiName", "n", "status", "1",
			"canTrade", "1"), told{400, -1130}},
		{"an unknown permission", create("apiName", "n", "status", "1", "canWithdraw", "true"), told{400, -1103}},
		{"FIX in the first form", create("apiName", "n", "status", "1", "canFixApiTrading", "true"), told{400, -1103}},
		{"a public key that is none", create("apiName", "n", "status", "1", "publicKey", "x"), told{400, -1130}},

		{"permissions of a portfolio margin sub-account", by("manager", http.MethodPost, permit, "email",
			"pm@desk.example", bot, accessKey("pm"), "canTrade", "true"), told{400, -9000}},
		{"permissions of a key that nobody made", by("manager", http.MethodPost, permit, "email", email, bot,
			accessKey("nobody"), "canTrade", "false"), told{400, -2008}},
		{"a strange value of a permission", by("manager", http.MethodPost, permit, "email", email, bot, accessKey("bot"),
			"canTrade", "no"), told{400, -1130}},

		{"no status", by("manager", http.MethodPost, bindV2, "email", email, bot, accessKey("bot")), told{400, -1102}},
		{"third parties have no status here", by("manager", http.MethodPost, bindV2, "email", email, bot,
			accessKey("bot"), "status", "3"), told{400, -1130}},
		{"no address to add", by("manager", http.MethodPost, bindV2, "email", email, bot, accessKey("bot"), "status", "2",
			"ipAddress", "x"), told{400, -1130}},
		{"the removed first form", by("manager", http.MethodPost, getIPs, "email", email, bot, accessKey("bot"),
			"status", "1"), told{404, 0}},
		{"take off an address that is not there", by("manager", http.MethodDelete, dropIP, "email", email, bot,
			accessKey("bot"), "ipAddress", "203.0.113.9"), told{400, -1130}},
		{"take off none", by("manager", http.MethodDelete, dropIP, "email", email, bot, accessKey("bot")), told{400, -1102}},
	} {
		t.Run(c.story, func(t *testing.T) {
			d := start(t)
			d.refuses(t, c.story, c.call, c.want)
			if e := d.x.Ledger(); len(e) > 0 {
				t.Errorf("something was done: %+v", e)
			}
		})
	}
}

// The check that the documents name: some addresses may not manage keys, and
// may do the rest.
func TestKYCRestriction(t *testing.T) {
	d := start(t)
	d.x.Do(func() { d.account.RefusedByKYC = []string{"127.0.0.0/8"} })
	for story, c := range map[string]call{
		"create": create("apiName", "n", "status", "1"),
		"delete": remove("bot"),
		"change": by("manager", http.MethodPost, permit, "email", email, "subAccountApiKey",
			accessKey("bot"), "canTrade", "false"),
	} {
		d.refuses(t, story, c, told{400, -1002})
	}
	d.refuses(t, "list", by("manager", http.MethodGet, subAPI, "email", email), told{200, 0})
	d.refuses(
		t,
		"addresses",
		by("manager", http.MethodPost, bindV2, "email", email, "subAccountApiKey", accessKey("bot"), "status", "1"),
		told{200, 0},
	)
}

func TestCreate(t *testing.T) {
	d := start(t)
	a := d.send(
		t,
		create(
			"apiName",
			"grid bot 2",
			"status",
			"2",
			"ipAddress",
			"127.0.0.1,203.0.113.7",
			"canTrade",
			"true",
			"canFuturesTrade",
			"false",
		),
	)
	if a.status != 200 {
		t.Fatal(a.text)
	}
	access, _ := a.fields["apiKey"].(string)
	shown, _ := a.fields["secretKey"].(string)
	if len(access) != 64 || len(shown) != 64 || !strings.Contains(shown, fake.Canary) {
		t.Errorf("access key of %d, secret of %d characters", len(access), len(shown))
	}
	want := map[string]any{
		"apiName": "grid bot 2", "apiKey": access, "secretKey": shown, "canTrade": true, "canMarginLoanRepay": false,
		"canFuturesTrade":      false,
		"canUniversalTransfer": false, "canVanillaOptions": false, "status": 2.0, "ipList": []any{"127.0.0.1", "203.0.113.7"},
	}
	if diff := cmp.Diff(want, a.fields); diff != "" {
		t.Error(diff)
	}

	// It works, may trade, and is bound.
	used := by("", http.MethodGet, own)
	used.access, used.secret = access, shown
	if got := d.send(t, used).fields; got["enableSpotAndMarginTrading"] != true || got["enableFutures"] != false ||
		got["ipRestrict"] != true {
		t.Errorf("the new key tells %v", got)
	}
	// The list spells apikey without a capital, tells no addresses and no
	// secret.
	list := d.send(t, by("manager", http.MethodGet, subAPI, "email", email))
	rows, _ := list.fields["rows"].([]any)
	if len(rows) != 2 || strings.Contains(list.text, "CANARY") || strings.Contains(list.text, "203.0.113.7") {
		t.Fatalf("the list: %s", list.text)
	}
	row, _ := rows[1].(map[string]any)
	if row["apikey"] != access || row["apiName"] != "grid bot 2" || row["timestamp"] != float64(noon.UnixMilli()) {
		t.Errorf("the list: %s", list.text)
	}
	// ipRestrict is a text.
	ips := d.send(t, by("manager", http.MethodGet, getIPs, "email", email, "subAccountApiKey", access)).fields
	if ips["ipRestrict"] != "true" || ips["apiKey"] != access {
		t.Errorf("%v", ips)
	}
	// Names need not be unique.
	if b := d.send(t, create("apiName", "grid bot 2", "status", "1")); b.status != 200 || b.fields["status"] != 1.0 ||
		b.fields["apiKey"] == access {
		t.Errorf("a second of the same name: %s", b.text)
	}
	entry := fake.Entry{
		At: noon, Deed: fake.Created, AccessKey: access, Account: email, Label: "grid bot 2", By: accessKey("manager"),
		From: netip.MustParseAddr("127.0.0.1"),
	}
	got := d.x.Ledger()
	if len(got) != 2 || got[0] != entry || got[1].AccessKey == access {
		t.Errorf("ledger: %+v", got)
	}
}

// Addresses that go with status 1 count for nothing: the key is open.
func TestCreateOpenIgnoresAddresses(t *testing.T) {
	d := start(t)
	a := d.send(t, create("apiName", "n", "status", "1", "ipAddress", "203.0.113.7"))
	if ips, ok := a.fields["ipList"].([]any); a.status != 200 || !ok || len(ips) != 0 {
		t.Error(a.text)
	}
}

func TestMostKeys(t *testing.T) {
	d := start(t)
	d.x.Do(func() { d.account.MostKeys = 2 })
	d.refuses(t, "the second", create("apiName", "n", "status", "1"), told{200, 0})
	d.refuses(t, "the third", create("apiName", "n", "status", "1"), told{400, -9000})
	d.refuses(t, "one less", remove("bot"), told{200, 0})
	d.refuses(t, "the second again", create("apiName", "n", "status", "1"), told{200, 0})
}

func TestDelete(t *testing.T) {
	d := start(t)
	if a := d.send(t, remove("bot")); a.status != 200 || strings.TrimSpace(a.text) != "{}" {
		t.Errorf("HTTP %d %s, want an empty object", a.status, a.text)
	}
	d.refuses(t, "the key", by("bot", http.MethodGet, own), told{400, -2008})
	d.refuses(t, "the key at /api", by("bot", http.MethodGet, "/api/v3/account"), told{401, -2015})
	d.refuses(t, "once more", remove("bot"), told{400, -2008})
	if list := d.send(t, by("manager", http.MethodGet, subAPI, "email", email)); list.fields["total"] != 0.0 {
		t.Errorf("the list: %s", list.text)
	}
	if live := d.live(); slices.Contains(live, accessKey("bot")) || !slices.Contains(live, accessKey("manager")) {
		t.Errorf("live: %v", live)
	}
	if e := d.x.Ledger(); len(e) != 1 || e[0].Deed != fake.Deleted || e[0].AccessKey != accessKey("bot") ||
		e[0].By != accessKey("manager") {
		t.Errorf("ledger: %+v", e)
	}
}

func (d *desk) live() []string {
	var out []string
	for _, k := range d.x.Live() {
		out = append(out, k.AccessKey)
	}
	return out
}

// What is not sent stays as it is; the answer spells apikey and has the time of
// the change.
func TestPermissions(t *testing.T) {
	d := start(t)
	change := func(parameters ...string) call {
		return by(
			"manager",
			http.MethodPost,
			permit,
			append([]string{"email", email, "subAccountApiKey", accessKey("bot")}, parameters...)...)
	}
	d.SetSkew(time.Minute)
	a := d.send(t, change("canFuturesTrade", "true"))
	want := map[string]any{
		"apiName": "bot", "apikey": accessKey("bot"), "canTrade": true, "canMarginLoanRepay": false, "canFuturesTrade": true,
		"canUniversalTransfer": false, "canVanillaOptions": false, "timestamp": float64(noon.Add(time.Minute).UnixMilli()),
	}
	if diff := cmp.Diff(want, a.fields); diff != "" {
		t.Error(diff)
	}
	if a = d.send(t, change("canTrade", "false", "canFuturesTrade", "false")); a.fields["canTrade"] != false ||
		a.fields["canFuturesTrade"] != false {
		t.Error(a.text)
	}
	if got := d.send(t, by("bot", http.MethodGet, own)).fields; got["enableSpotAndMarginTrading"] != false ||
		got["enableReading"] != true {
		t.Errorf("the key tells %v", got)
	}
	if e := d.x.Ledger(); len(e) != 2 || e[1].Deed != fake.Changed || e[1].What != "permissions" {
		t.Errorf("ledger: %+v", e)
	}
}

func TestV2KnowsFIX(t *testing.T) {
	v2 := func(parameters ...string) call {
		c := create(append([]string{"apiName", "fix", "status", "1"}, parameters...)...)
		c.path = "/sapi/v2/sub-account/subAccountApi"
		return c
	}
	d := start(t)
	pem, sign := ed25519Pair(t)
	d.refuses(t, "FIX with a shared secret", v2("canFixApiTrading", "true"), told{400, -9000})
	inQuery := v2("canFixApiTrading", "true")
	inQuery.query.Set("publicKey", pem)
	d.refuses(t, "a public key in the query", inQuery, told{400, -1130})
	a := d.send(t, v2("canFixApiTrading", "true", "publicKey", pem))
	if secret, told := a.fields["secretKey"]; a.status != 200 || secret != nil || !told ||
		a.fields["canFixApiTrading"] != true {
		t.Fatal(a.text)
	}
	access, _ := a.fields["apiKey"].(string)
	if got := d.asymmetric(t, own, access, sign); got.fields["enableFixApiTrade"] != true {
		t.Errorf("the new key: %s", got.text)
	}
	rsa := rsaPEM(t)
	d.refuses(t, "RSA", v2("publicKey", rsa), told{200, 0})
	d.refuses(t, "RSA in the first form", create("apiName", "n", "status", "1", "publicKey", rsa), told{400, -1130})
}

// 3,000 of 180,000 a minute for each user and call: sixty, and each kind of call
// has its own.
func TestWeights(t *testing.T) {
	d := start(t)
	for n := range 61 {
		a := d.send(t, remove("nobody"))
		want := -2008
		if n == 60 {
			want = -1003
		}
		if a.Code != want {
			t.Fatalf("call %d: %s", n+1, a.text)
		}
	}
	a := d.send(t, create("apiName", "n", "status", "1"))
	if a.status != 200 || a.header.Get("X-SAPI-USED-UID-WEIGHT-1M") != "3000" {
		t.Errorf("another call: HTTP %d %s, %v", a.status, a.text, a.header)
	}
}
