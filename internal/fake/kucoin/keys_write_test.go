package kucoin

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rekey/internal/fake"
)

const (
	keysPath   = "/api/v1/sub/api-key"
	updatePath = "/api/v1/sub/api-key/update"
	ownPath    = "/api/v1/user/api-key"
	botKey     = "65e6bc8712ab340001c0fff1"
	// The passphrase of the bot's key holds what an URL encodes.
	botPassphrase = "CANARY!@#%+ &=1"
)

// A desk is a running fake with a master key that has General alone, and a
// sub-account's key.
type desk struct {
	*fake.Server
	x       *Exchange
	account *Account
}

func startDesk(t *testing.T) *desk {
	t.Helper()
	a := &Account{
		UID:  1,
		Keys: []*Key{{AccessKey: masterKey, Secret: secret, Passphrase: passphrase, Permission: "General", Created: noon}},
		Subs: []*Sub{{UID: 2, Name: "grid 1", Created: noon, Keys: []*Key{
			{
				AccessKey:  botKey,
				Secret:     secret,
				Passphrase: botPassphrase,
				Permission: "General,Spot",
				Remark:     "bot",
				Whitelist:  []string{"127.0.0.1"},
				Created:    noon,
			},
		}}},
	}
	s, x, err := Start(func() time.Time { return noon }, a)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return &desk{s, x, a}
}

// A call is signed by the key of master, or by another.
type call struct {
	method, path                      string
	query                             []string // name, value
	body                              string
	signEncoded                       bool // the mistake of the Go SDK
	access, secret, passphrase, media string
}

func macBy(secret, text string) string {
	m := hmac.New(sha256.New, []byte(secret))
	m.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(m.Sum(nil))
}

func (d *desk) request(t *testing.T, c call) *http.Request {
	t.Helper()
	encoded, raw := "", ""
	for i := 0; i+1 < len(c.query); i += 2 {
		encoded += "&" + c.query[i] + "=" + url.QueryEscape(c.query[i+1])
		raw += "&" + c.query[i] + "=" + c.query[i+1]
	}
	if c.signEncoded {
		raw = encoded
	}
	target := c.path
	if raw != "" {
		target += "?" + raw[1:]
	}
	r, err := http.NewRequestWithContext(t.Context(), c.method, d.URL+c.path, strings.NewReader(c.body))
	if err != nil {
		t.Fatal(err)
	}
	r.URL.RawQuery = strings.TrimPrefix(encoded, "&")
	if c.access == "" {
		c.access, c.secret, c.passphrase = masterKey, secret, passphrase
	}
	if c.media == "" {
		c.media = "application/json"
	}
	stamp := strconv.FormatInt(d.Now().UnixMilli(), 10)
	for name, value := range map[string]string{
		"KC-API-KEY": c.access, "KC-API-SIGN": macBy(c.secret, stamp+c.method+target+c.body), "KC-API-TIMESTAMP": stamp,
		"KC-API-PASSPHRASE": macBy(c.secret, c.passphrase), "KC-API-KEY-VERSION": "3", "Content-Type": c.media,
	} {
		r.Header.Set(name, value)
	}
	return r
}

func (d *desk) send(t *testing.T, c call) (answer, map[string]any) {
	t.Helper()
	a := send(t, d.request(t, c))
	var data map[string]any
	_ = json.Unmarshal(a.Data, &data)
	return a, data
}

func (d *desk) refuses(t *testing.T, story string, c call, status int, code string) {
	t.Helper()
	if a, _ := d.send(t, c); a.status != status || a.Code != code {
		t.Errorf("%s: HTTP %d %s, want HTTP %d and code %s", story, a.status, a.text, status, code)
	}
}

func post(path string, fields ...string) call {
	m := map[string]string{}
	for i := 0; i+1 < len(fields); i += 2 {
		m[fields[i]] = fields[i+1]
	}
	body, _ := json.Marshal(m)
	return call{method: http.MethodPost, path: path, body: string(body)}
}

func create(fields ...string) call {
	return post(keysPath, append([]string{"subName", "grid 1", "remark", "n", "passphrase", "CANARY-2"}, fields...)...)
}

func change(fields ...string) call {
	return post(
		updatePath,
		append([]string{"subName", "grid 1", "apiKey", botKey, "passphrase", botPassphrase}, fields...)...)
}

func remove(access, passphrase string) call {
	return call{
		method: http.MethodDelete,
		path:   keysPath,
		query:  []string{"subName", "grid 1", "apiKey", access, "passphrase", passphrase},
	}
}

func (d *desk) live() []string {
	var out []string
	for _, k := range d.x.Live() {
		out = append(out, k.AccessKey)
	}
	return out
}

func TestWriteRefusals(t *testing.T) {
	byBot := remove(botKey, botPassphrase)
	byBot.access, byBot.secret, byBot.passphrase = botKey, secret, botPassphrase
	encoded := remove(botKey, botPassphrase)
	encoded.signEncoded = true
	inBody := post(keysPath, "subName", "grid 1", "apiKey", botKey, "passphrase", botPassphrase)
	inBody.method = http.MethodDelete
	text := create()
	text.media = "text/plain"
	extra := create()
	extra.query = []string{"force", "1"}
	number := create()
	number.body = strings.Replace(number.body, "{", `{"expire":30,`, 1)
	many := strings.Repeat("203.0.113.7,", 20) + "203.0.113.8"
	for _, c := range []struct {
		story  string
		call   call
		status int
		code   string
	}{
		{"a key of the sub-account", byBot, 403, "400007"},
		{"the query is signed after encoding, as by the SDK", encoded, 401, "400005"},
		{"delete by a body", inBody, 400, "400100"},
		{"delete with the passphrase of the caller", remove(botKey, passphrase), 400, "400100"},
		{"delete without a passphrase", call{
			method: http.MethodDelete, path: keysPath,
			query: []string{"subName", "grid 1", "apiKey", botKey},
		}, 400, "400100"},
		{"delete a key that nobody made", remove("65e6bc8712ab340001c00000", botPassphrase), 400, "400100"},
		{"delete a key of the master account", remove(masterKey, passphrase), 400, "400100"},
		{"delete of a stranger", call{
			method: http.MethodDelete, path: keysPath,
			query: []string{"subName", "x", "apiKey", botKey, "passphrase", botPassphrase},
		}, 400, "400100"},
		{"an undocumented parameter of a delete", call{
			method: http.MethodDelete, path: keysPath,
			query: []string{"subName", "grid 1", "apiKey", botKey, "passphrase", botPassphrase, "x", "1"},
		}, 400, "400100"},

		{"a body of another kind", text, 415, "415000"},
		{"a body that is no object", call{method: http.MethodPost, path: keysPath, body: `["x"]`}, 400, "400100"},
		{"no body", call{method: http.MethodPost, path: keysPath}, 400, "400100"},
		{"an undocumented field", create("x", "1"), 400, "400100"},
		{"an undocumented parameter", extra, 400, "400100"},
		{"a number in place of a text", number, 400, "400100"},
		{"a stranger's sub-account", create("subName", "x"), 400, "400100"},
		{"no remark", create("remark", ""), 400, "400100"},
		{"a remark of 25 characters", create("remark", strings.Repeat("x", 25)), 400, "400100"},
		{"a passphrase of 6", create("passphrase", "CANARY"), 400, "400100"},
		{"a passphrase of 33", create("passphrase", strings.Repeat("x", 33)), 400, "400100"},
		{"a passphrase with a space", create("passphrase", "CANARY 2"), 400, "400100"},
		{"the word of old keys", change("permission", "Trade"), 400, "400100"},
		{"an unknown permission", create("permission", "General,Trade"), 400, "400100"},
		{"withdrawals, which sub-accounts have not", create("permission", "General,Transfer"), 400, "400100"},
		{"a permission twice separated", create("permission", "General,,Spot"), 400, "400100"},
		{"21 addresses", create("ipWhitelist", many), 400, "400100"},
		{"an address that is none", create("ipWhitelist", "203.0.113.256"), 400, "400100"},
		{"a masked address", create("ipWhitelist", "203.**.7"), 400, "400100"},
		{"an unknown expiry", create("expire", "31"), 400, "400100"},

		{"change with another passphrase", change("passphrase", "CANARY-3"), 400, "400100"},
		{"change a key that nobody made", change("apiKey", "65e6bc8712ab340001c00000"), 400, "400100"},
		{"change the remark", change("remark", "n"), 400, "400100"},
		{"change to an unknown permission", change("permission", "Moon"), 400, "400100"},
		{"half a change", change("permission", "General", "ipWhitelist", "x"), 400, "400100"},
	} {
		t.Run(c.story, func(t *testing.T) {
			d := startDesk(t)
			d.refuses(t, c.story, c.call, c.status, c.code)
			if e := d.x.Ledger(); len(e) > 0 {
				t.Errorf("something was done: %+v", e)
			}
			if k := d.account.Subs[0].Keys[0]; k.Permission != "General,Spot" || k.Deleted || len(k.Whitelist) != 1 {
				t.Errorf("the key was changed: %q %v", k.Permission, k.Whitelist)
			}
		})
	}
}

func TestCreate(t *testing.T) {
	d := startDesk(t)
	a, data := d.send(
		t,
		create(
			"remark",
			strings.Repeat("ä", 24),
			"permission",
			"Spot, Futures",
			"ipWhitelist",
			"127.0.0.1,203.0.113.7",
			"expire",
			"90",
		),
	)
	if a.Code != "200000" {
		t.Fatal(a.text)
	}
	access, _ := data["apiKey"].(string)
	shown, _ := data["apiSecret"].(string)
	if len(access) != 24 || !strings.HasPrefix(access, strconv.FormatInt(noon.Unix(), 16)) || len(shown) != 36 ||
		!strings.HasSuffix(shown, fake.HexCanary) {
		t.Errorf("access key %s, secret of %d", access, len(shown))
	}
	// Permissions come in another order, with General; addresses are masked;
	// the expiry is not told.
	want := map[string]any{
		"subName": "grid 1", "remark": strings.Repeat("ä", 24), "apiKey": access, "apiSecret": shown, "apiVersion": 3.0,
		"passphrase": "CANARY-2",
		"permission": "General,Futures,Spot", "ipWhitelist": "127.**.1,203.**.7", "createdAt": float64(noon.UnixMilli()),
	}
	if diff := cmp.Diff(want, data); diff != "" {
		t.Error(diff)
	}
	use := call{method: http.MethodGet, path: ownPath, access: access, secret: shown, passphrase: "CANARY-2"}
	if _, own := d.send(t, use); own["permission"] != "General,Futures,Spot" || own["subName"] != "grid 1" {
		t.Errorf("the new key tells %v", own)
	}
	list, _ := d.send(t, call{method: http.MethodGet, path: keysPath, query: []string{"subName", "grid 1"}})
	if !strings.Contains(list.text, access) || strings.Contains(list.text, shown) ||
		strings.Contains(list.text, "CANARY") {
		t.Errorf("the list: %s", list.text)
	}
	entry := fake.Entry{
		At: noon, Deed: fake.Created, AccessKey: access, Account: "grid 1", Label: strings.Repeat("ä", 24), By: masterKey,
		From: netip.MustParseAddr("127.0.0.1"),
	}
	if got := d.x.Ledger(); len(got) != 1 || got[0] != entry {
		t.Errorf("ledger: %+v", got)
	}
	d.SetSkew(90 * 24 * time.Hour)
	d.refuses(t, "an expired key", use, 401, "400003")
}

// Without any choice a key has General, from anywhere, and no whitelist in the
// answer.
func TestCreateWithoutChoices(t *testing.T) {
	d := startDesk(t)
	a, data := d.send(t, create())
	if _, told := data["ipWhitelist"]; a.Code != "200000" || data["permission"] != "General" || told {
		t.Error(a.text)
	}
	d.x.Do(func() { d.account.MostKeys = 2 })
	d.refuses(t, "one too many", create(), 400, "400100")
	d.refuses(t, "one less", remove(botKey, botPassphrase), 200, "200000")
	d.refuses(t, "again", create(), 200, "200000")
}

func TestDelete(t *testing.T) {
	d := startDesk(t)
	a, data := d.send(t, remove(botKey, botPassphrase))
	if diff := cmp.Diff(map[string]any{"subName": "grid 1", "apiKey": botKey}, data); diff != "" {
		t.Error(a.text, diff)
	}
	d.refuses(
		t,
		"the key",
		call{method: http.MethodGet, path: ownPath, access: botKey, secret: secret, passphrase: botPassphrase},
		401,
		"400003",
	)
	d.refuses(t, "once more", remove(botKey, botPassphrase), 400, "400100")
	if live := d.live(); !slices.Equal(live, []string{masterKey}) {
		t.Errorf("live: %v", live)
	}
	if e := d.x.Ledger(); len(e) != 1 || e[0].Deed != fake.Deleted || e[0].AccessKey != botKey {
		t.Errorf("ledger: %+v", e)
	}
}

// What is sent replaces what was there, also by nothing.
func TestChange(t *testing.T) {
	d := startDesk(t)
	bot := d.account.Subs[0].Keys[0]
	for _, c := range []struct {
		story      string
		call       call
		data       map[string]any
		whitelist  []string
		what       string
		permission string
	}{
		{
			"fewer permissions", change("permission", "General"),
			map[string]any{"permission": "General", "ipWhitelist": "127.**.1"},
			[]string{"127.0.0.1"},
			"permissions", "General",
		},
		{
			"another address", change("ipWhitelist", "203.0.113.7"),
			map[string]any{"permission": "General", "ipWhitelist": "203.**.7"},
			[]string{"203.0.113.7"},
			"ip whitelist", "General",
		},
		{"no address", change("ipWhitelist", ""), map[string]any{"permission": "General"}, nil, "ip whitelist", "General"},
		{
			"all at once", change("permission", "Spot", "ipWhitelist", "127.0.0.1", "expire", "30"),
			map[string]any{"permission": "General,Spot", "ipWhitelist": "127.**.1"},
			[]string{"127.0.0.1"},
			"permissions, ip whitelist, expiry", "General,Spot",
		},
		{
			"a unified account", change("permission", "Unified"),
			map[string]any{"permission": "General,Unified", "ipWhitelist": "127.**.1"},
			[]string{"127.0.0.1"},
			"permissions", "General,Unified",
		},
		{
			"empty texts, as by the SDK", change("permission", "", "ipWhitelist", "", "expire", ""),
			map[string]any{"permission": "General"},
			nil, "permissions, ip whitelist, expiry", "General",
		},
	} {
		a, data := d.send(t, c.call)
		c.data["subName"], c.data["apiKey"] = "grid 1", botKey
		if diff := cmp.Diff(c.data, data); diff != "" {
			t.Error(c.story, a.text, diff)
		}
		if !slices.Equal(bot.Whitelist, c.whitelist) || bot.Permission != c.permission {
			t.Errorf("%s: now %q %v", c.story, bot.Permission, bot.Whitelist)
		}
		e := d.x.Ledger()
		if last := e[len(e)-1]; last.Deed != fake.Changed || last.What != c.what || last.Label != "bot" {
			t.Errorf("%s: %+v", c.story, last)
		}
	}
	if !bot.Expires.IsZero() {
		t.Errorf("expires %v, want never", bot.Expires)
	}
}

// The pool holds 66 calls of 30, or 100 of 20.
func TestWriteWeights(t *testing.T) {
	for _, c := range []struct {
		call call
		left string
	}{{create(), "1980"}, {change("permission", "General"), "1970"}, {remove(botKey, botPassphrase), "1970"}} {
		d := startDesk(t)
		if a, _ := d.send(t, c.call); a.header.Get("gw-ratelimit-remaining") != c.left {
			t.Errorf("%s %s leaves %s, want %s", c.call.method, c.call.path, a.header.Get("gw-ratelimit-remaining"), c.left)
		}
	}
}
