package cmd

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/exchanges/all"
	"rekey/internal/config"
	"rekey/internal/fake"
	"rekey/internal/fake/binance"
	"rekey/internal/fake/coinbase"
	"rekey/internal/fake/kucoin"
	"rekey/internal/fake/okx"
)

// An agentFile is a file in which AI agents keep keys, as their makers document
// it. In its text NAME.key, NAME.secret and NAME.pass stand for the parts of the
// credential that is called so; at are the locations that an import makes of them.
type agentFile struct {
	path, text string
	at         map[string]string // the location by the credential's name
}

func agentFiles() []agentFile {
	server := func(env string) string {
		return `{
  "mcpServers": {
    "%s": {"command": "npx", "args": ["-y", "a-server"], "env": {` + env + `}}
  }
}
`
	}
	inJSON := func(name, env string) string { return fmt.Sprintf(server(env), name) }
	return []agentFile{
		{
			".config/Claude/claude_desktop_config.json", `{
  "mcpServers": {
    "binance": {"command": "npx", "env": {
      "BINANCE_API_KEY": "b1.key", "BINANCE_API_SECRET": "b1.secret", "BINANCE_TESTNET": "false"}},
    "binance2": {"command": "node", "env": {
      "BINANCE_API_KEY": "b2.key", "BINANCE_SECRET_KEY": "b2.secret", "LOG_LEVEL": "info"}}
  },
  "theme": "dark"
}`,
			map[string]string{
				"b1": "mcp:home/.config/Claude/claude_desktop_config.json#binance",
				"b2": "mcp:home/.config/Claude/claude_desktop_config.json#binance2",
			},
		},
		{
			"proj/.mcp.json",
			inJSON("mcp-okx", `"OKX_API_KEY": "o1.key", "OKX_API_SECRET": "o1.secret",
      "OKX_PASSPHRASE": "o1.pass", "OKX_TRADE_FLAG": "0"`),
			map[string]string{"o1": "mcp:home/proj/.mcp.json#mcp-okx"},
		},
		{
			".cursor/mcp.json",
			inJSON("okx", `"OKX_API_KEY": "o2.key", "OKX_SECRET_KEY": "o2.secret", "OKX_PASSPHRASE": "o2.pass"`),
			map[string]string{"o2": "mcp:home/.cursor/mcp.json#okx"},
		},
		{
			".okx/config.toml", `# the kit's own
default_profile = "live"

[profiles.live]
api_key = "o3.key"
secret_key = "o3.secret"
passphrase = "o3.pass"

[profiles.live-sub]
api_key = "o4.key"   # the second
secret_key = "o4.secret"
passphrase = "o4.pass"
`,
			map[string]string{
				"o3": "toml:home/.okx/config.toml#/profiles/live", "o4": "toml:home/.okx/config.toml#/profiles/live-sub",
			},
		},
		{
			".codex/config.toml", `model = "gpt-5"

[mcp_servers.binance]
command = "npx"

[mcp_servers.binance.env]
BINANCE_API_KEY = "b3.key"
BINANCE_API_SECRET = "b3.secret"
`,
			map[string]string{"b3": "mcp:home/.codex/config.toml#binance"},
		},
		{
			"other/.codex/config.toml", `[mcp_servers.binance]
command = "npx"
env = { "BINANCE_API_KEY" = "b4.key", "BINANCE_API_SECRET" = "b4.secret" }
`,
			map[string]string{"b4": "mcp:home/other/.codex/config.toml#binance"},
		},
		{
			".codeium/windsurf/mcp_config.json",
			inJSON("kucoin", `"KUCOIN_API_KEY": "k1.key", "KUCOIN_API_SECRET": "k1.secret",
      "KUCOIN_API_PASSPHRASE": "k1.pass"`),
			map[string]string{"k1": "mcp:home/.codeium/windsurf/mcp_config.json#kucoin"},
		},
		{
			"proj/.vscode/mcp.json",
			`{
	"servers": {
		"binance": {"type": "stdio", "env": {"BINANCE_API_KEY": "b5.key", "BINANCE_API_SECRET": "b5.secret"}}
	}
}`,
			map[string]string{"b5": "mcp:home/proj/.vscode/mcp.json#binance"},
		},
		{
			".claude.json", `{"numStartups": 3, "projects": {"/home/proj": {"allowedTools": [], "mcpServers": {
  "bn": {"type": "stdio", "env": {"BINANCE_API_KEY": "b6.key", "BINANCE_API_SECRET": "b6.secret"}}}}}}`,
			map[string]string{"b6": "mcp:home/.claude.json#bn"},
		},
		{
			".config/goose/config.yaml", `extensions:
  binance:
    cmd: npx
    args: ["-y", "a-server"]
    envs:
      BINANCE_API_KEY: b7.key
      BINANCE_API_SECRET: b7.secret  # keep
    type: stdio
`,
			map[string]string{"b7": "mcp:home/.config/goose/config.yaml#binance"},
		},
		{
			".continue/config.yaml", `mcpServers:
  - name: binance
    command: npx
    env:
      BINANCE_API_KEY: "b8.key"
      BINANCE_API_SECRET: "b8.secret"
`,
			map[string]string{"b8": "yaml:home/.continue/config.yaml#/mcpServers/0/env"},
		},
		{
			"agentkit/.env",
			"OPENAI_API_KEY=\nNETWORK_ID=base-sepolia\nCDP_API_KEY_ID=c1.key\nCDP_API_KEY_SECRET=c1.secret\n",
			map[string]string{"c1": "dotenv:home/agentkit/.env#CDP"},
		},
		{
			"agentkit/.env.local",
			"CDP_API_KEY_NAME=\"c2.key\"\nCDP_API_KEY_PRIVATE_KEY=\"c2.secret\"\nNETWORK_ID=base\n",
			map[string]string{"c2": "dotenv:home/agentkit/.env.local#CDP"},
		},
		{
			"agentkit/cdp_api_key.json", `{"name": "c3.key", "privateKey": "c3.secret"}`,
			map[string]string{"c3": "json:home/agentkit/cdp_api_key.json#"},
		},
		{
			"download/cdp_api_key.json", `{"id": "c4.key", "privateKey": "c4.secret"}`,
			map[string]string{"c4": "json:home/download/cdp_api_key.json#"},
		},
		{
			".openclaw/openclaw.json",
			`{"env": {"BINANCE_API_KEY": "b9.key", "BINANCE_API_SECRET": "b9.secret"}, "skills": {"entries": {}}}`,
			map[string]string{"b9": "json:home/.openclaw/openclaw.json#/env"},
		},
		{
			".gemini/settings.json",
			inJSON("binance", `"BINANCE_API_KEY": "b10.key", "BINANCE_SECRET": "b10.secret"`),
			map[string]string{"b10": "mcp:home/.gemini/settings.json#binance"},
		},
	}
}

// An agentDesk is the accounts at the fakes behind the agents' files. parts are
// the three of a credential, in the spelling of a file; now are those that live.
type agentDesk struct {
	config  string
	manager map[string]string // the manager by the credential's name, "" where a person rotates
	account map[string]string
	parts   map[string][3]string
	now     map[string]func() [3]string
	cdp     *coinbase.Exchange
	old     map[string]*coinbase.Key
	made    map[string]*coinbase.Key
}

// quotedPEM is a PEM text within quotes: \n for each line's end.
func quotedPEM(text string) string { return strings.ReplaceAll(strings.TrimSpace(text), "\n", `\n`) }

// cdpKey makes a key and its private half: PEM of the curve P-256, or Ed25519 as
// base64.
func cdpKey(t *testing.T, seed string, onCurve bool) (key *coinbase.Key, secret string) {
	t.Helper()
	key = &coinbase.Key{
		Name: fake.UUID(fake.HexOf(seed, 32)), Scopes: []string{"can_view", "can_trade"},
		Portfolio: fake.UUID(fake.HexOf("portfolio", 32)),
	}
	if !onCurve {
		public, private, err := ed25519.GenerateKey(nil)
		if err != nil {
			t.Fatal(err)
		}
		key.Public = public
		return key, base64.StdEncoding.EncodeToString(private)
	}
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalECPrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	key.Name = "organizations/" + fake.UUID(fake.HexOf("organization", 32)) + "/apiKeys/" + key.Name
	key.Public = &private.PublicKey
	return key, string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}))
}

// startAgents runs the exchanges: ten keys of sub-accounts at Binance, four at
// OKX, one at KuCoin, each under a master key, and four at Coinbase, which has no
// call for making or deleting one.
func startAgents(t *testing.T) *agentDesk {
	t.Helper()
	d := &agentDesk{
		manager: map[string]string{}, account: map[string]string{}, parts: map[string][3]string{},
		now: map[string]func() [3]string{}, old: map[string]*coinbase.Key{}, made: map[string]*coinbase.Key{},
	}
	created := time.Date(2026, 3, 4, 5, 6, 0, 0, time.UTC)
	secret := func(n int) string { return (fake.Canary + fake.RandomLetters(n))[:n] }
	var urls []string
	serve := func(exchange string, s *fake.Server, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.Close)
		urls = append(urls, fmt.Sprintf("  %s: {endpoint: %q}\n", exchange, s.URL))
	}
	under := func(name, manager, account string, parts func() [3]string) {
		d.manager[name], d.account[name], d.parts[name], d.now[name] = manager, account, parts(), parts
	}

	onBinance := func(seed string) *binance.Key {
		return &binance.Key{
			AccessKey: fake.LettersOf("agent "+seed, 64), Secret: secret(64), Created: created,
			Whitelist: []string{"127.0.0.1"}, Flags: []string{"enableReading", "enableSpotAndMarginTrading"},
		}
	}
	bAccount := &binance.Account{ID: "30071993", Keys: []*binance.Key{onBinance("main")}}
	for i := range 10 {
		name := fmt.Sprintf("b%d", i+1)
		sub := &binance.Sub{ID: int64(41001 + i), Email: name + "@desk.example", Created: created}
		sub.Keys = []*binance.Key{onBinance(name)}
		bAccount.Subs = append(bAccount.Subs, sub)
		under(name, "binance-main", sub.Email, func() [3]string {
			k := sub.Keys[len(sub.Keys)-1]
			return [3]string{k.AccessKey, k.Secret}
		})
	}
	s, _, err := binance.Start(time.Now, bAccount)
	serve("binance", s, err)

	onOKX := func(seed string) *okx.Key {
		return &okx.Key{
			AccessKey: fake.UUID(fake.HexOf("agent "+seed, 32)), Secret: strings.ToUpper(fake.HexCanary + fake.RandomHex(20)),
			Passphrase: "aB1!" + secret(14), Created: created,
			Whitelist: []string{"127.0.0.1"}, Perms: []string{"read_only", "trade"},
		}
	}
	oAccount := &okx.Account{ID: "44705892343619584", Keys: []*okx.Key{onOKX("main")}}
	for i := range 4 {
		name := fmt.Sprintf("o%d", i+1)
		sub := &okx.Sub{ID: fmt.Sprint(340012345678907413 + i), Name: "sub" + name, Created: created}
		sub.Keys = []*okx.Key{onOKX(name)}
		oAccount.Subs = append(oAccount.Subs, sub)
		under(name, "okx-main", sub.Name, func() [3]string {
			k := sub.Keys[len(sub.Keys)-1]
			return [3]string{k.AccessKey, k.Secret, k.Passphrase}
		})
	}
	s, _, err = okx.Start(time.Now, oAccount)
	serve("okx", s, err)

	onKuCoin := func(seed string) *kucoin.Key {
		return &kucoin.Key{
			AccessKey: fmt.Sprintf("%08x", created.Unix()) + fake.HexOf("agent "+seed, 16),
			Secret:    fake.UUID(fake.HexCanary + fake.RandomHex(20)), Passphrase: "aB1!" + secret(14), Created: created,
			Permission: "General,Spot",
		}
	}
	sub := &kucoin.Sub{UID: 9001, UserID: fake.HexOf("agent sub", 24), Name: "subk1", Created: created}
	sub.Keys = []*kucoin.Key{onKuCoin("k1")}
	kAccount := &kucoin.Account{UID: 165111215, Keys: []*kucoin.Key{onKuCoin("main")}, Subs: []*kucoin.Sub{sub}}
	under("k1", "kucoin-main", sub.Name, func() [3]string {
		k := sub.Keys[len(sub.Keys)-1]
		return [3]string{k.AccessKey, k.Secret, k.Passphrase}
	})
	s, _, err = kucoin.Start(time.Now, kAccount)
	serve("kucoin", s, err)

	var known []*coinbase.Key
	for i, onCurve := range []bool{false, true, true, false} {
		name := fmt.Sprintf("c%d", i+1)
		old, oldSecret := cdpKey(t, "old "+name, onCurve)
		made, newSecret := cdpKey(t, "new "+name, onCurve)
		d.old[name], d.made[name] = old, made
		d.parts[name] = [3]string{old.Name, quotedPEM(oldSecret)}
		d.now[name] = func() [3]string { return [3]string{made.Name, quotedPEM(newSecret)} }
		known = append(known, old, made)
	}
	s, d.cdp, err = coinbase.Start(time.Now, known...)
	serve("coinbase", s, err)

	b, o, k := bAccount.Keys[0], oAccount.Keys[0], kAccount.Keys[0]
	d.config = "version: 1\nkeys:\n" +
		"  binance-main: {exchange: binance, credential: \"dotenv:.env#B\"}\n" +
		"  okx-main: {exchange: okx, credential: \"dotenv:.env#O\"}\n" +
		"  kucoin-main: {exchange: kucoin, credential: \"dotenv:.env#K\"}\n" +
		"exchanges:\n" + strings.Join(urls, "")
	d.parts["main"] = [3]string{strings.Join([]string{
		"B_API_KEY=" + b.AccessKey, "B_API_SECRET=" + b.Secret,
		"O_API_KEY=" + o.AccessKey, "O_API_SECRET=" + o.Secret, "O_API_PASSPHRASE=" + o.Passphrase,
		"K_API_KEY=" + k.AccessKey, "K_API_SECRET=" + k.Secret, "K_API_PASSPHRASE=" + k.Passphrase,
	}, "\n")}
	return d
}

// filled is a file's text with credentials in it.
func (d *agentDesk) filled(f agentFile, parts func(name string) [3]string) string {
	text := f.text
	for name := range f.at {
		p := parts(name)
		for i, part := range []string{"key", "secret", "pass"} {
			text = strings.ReplaceAll(text, name+"."+part, p[i])
		}
	}
	return text
}

// Each place of the AI agents' files that a location can hold is imported, rotated
// where it is, by API or through a person, and found again there; of every file
// only the values of the credential change.
func TestAgentsFilesAreRotated(t *testing.T) {
	d := startAgents(t)
	r := newRoom(t, d.config, d.parts["main"][0])
	places := map[string]string{} // the credential's name by its location
	for _, f := range agentFiles() {
		file := filepath.Join(r.dir, "home", f.path)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		text := d.filled(f, func(name string) [3]string { return d.parts[name] })
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		for name, at := range f.at {
			places[at] = name
		}
	}
	if len(places) != 19 {
		t.Fatalf("%d places", len(places))
	}

	if code := r.run(t.Context(), nil, "scan", "--all", "--import", "--yes", "home"); code != exitFindings {
		t.Fatalf("exit %d\n%s", code, r.said())
	}
	keys := r.imported(t, places)
	d.manage(t, r, keys)

	rotate := []string{"rotate", "--yes", "--accept-risk", "bot-still-running", "--settle", "1ms", "--format", "json"}
	byAPI := rotate
	for name, key := range keys {
		if d.manager[name] != "" {
			byAPI = append(byAPI, key)
		}
	}
	if code := r.run(t.Context(), nil, byAPI...); code != exitDone || r.doc().Summary["done"] != 15 {
		t.Fatalf("exit %d, %v\n%s", code, r.doc().Summary, r.said())
	}
	for name, old := range d.old {
		given := filepath.Join(r.dir, "given.json")
		parts := d.now[name]()
		text := fmt.Sprintf(`{"name": "%s", "privateKey": "%s"}`, parts[0], parts[1])
		if err := os.WriteFile(given, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		p := newPerson(
			rule{asked: askKey, answer: "@given.json"},
			rule{asked: askDelete, act: func() { d.cdp.Do(func() { old.Deleted = true }) }},
		)
		// Nothing that Coinbase answers proves a key dead: a person looks.
		code := r.run(t.Context(), p, append(rotate, keys[name])...)
		if doc := r.doc(); code != exitPerson || len(doc.Runs) != 1 || doc.Runs[0].Stage != "unconfirmed" {
			t.Fatalf("%s: exit %d\n%s\n%s", name, code, r.said(), p.seen.String())
		}
	}

	for _, f := range agentFiles() {
		got, err := os.ReadFile(filepath.Join(r.dir, "home", f.path))
		if want := d.filled(f, func(name string) [3]string { return d.now[name]() }); err != nil || string(got) != want {
			t.Errorf("%s is not as before with the new keys in it (%v):\n%s", f.path, err, got)
		}
	}
	d.foundAgain(t, r, keys)
}

// imported are the names of the imported keys by the credential's, of the places
// that were expected.
func (r *room) imported(t *testing.T, places map[string]string) map[string]string {
	t.Helper()
	file := filepath.Join(r.dir, "rekey.yaml")
	names, err := (&App{Registry: all.Registry()}).names()
	if err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(file, names)
	if err != nil {
		t.Fatal(err)
	}
	keys := map[string]string{}
	for _, k := range c.Keys {
		if name, ok := places[k.Credential.Display()]; ok {
			keys[name] = k.Name
		}
	}
	for at, name := range places {
		if keys[name] == "" {
			t.Fatalf("%s was not imported\n%s", at, r.said())
		}
	}
	return keys
}

// manage adds the managers to rekey.yaml.
func (d *agentDesk) manage(t *testing.T, r *room, keys map[string]string) {
	t.Helper()
	file := filepath.Join(r.dir, "rekey.yaml")
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	for name, key := range keys {
		if d.manager[name] != "" {
			entry := "  " + key + ":\n"
			managed := fmt.Sprintf("    manager: %s\n    account: %q\n", d.manager[name], d.account[name])
			text = strings.Replace(text, entry, entry+managed, 1)
		}
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// foundAgain checks that scan finds the new keys, and knows them by their names.
func (d *agentDesk) foundAgain(t *testing.T, r *room, keys map[string]string) {
	t.Helper()
	if code := r.run(t.Context(), nil, "scan", "--all", "--format", "json", "home"); code != exitFindings {
		t.Fatalf("exit %d\n%s", code, r.said())
	}
	var doc struct {
		Findings []struct{ Key, Kind, Fingerprint string }
	}
	if err := json.Unmarshal(r.stdout.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, f := range doc.Findings {
		if f.Kind == "credential" {
			found[f.Fingerprint] = f.Key
		}
	}
	for name, key := range keys {
		accessKey := d.now[name]()[0]
		if got := found[exchanges.Fingerprint(accessKey)]; got != key {
			t.Errorf("%s: scan names its new key %q, want %s", name, got, key)
		}
		if accessKey == d.parts[name][0] {
			t.Errorf("%s has its old key", name)
		}
	}
	if len(found) != len(keys) {
		t.Errorf("%d credentials are found, want %d", len(found), len(keys))
	}
}
