package config

import (
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"rekey/audit"
	"rekey/exchanges"
	"rekey/internal/location"
)

func testNames() Names {
	return Names{
		Exchanges: []ExchangeNames{
			{"binance", nil, []string{"live", "testnet", "demo"}, false},
			{"kucoin", []string{"global", "eu", "au"}, []string{"live"}, false},
			{"okx", []string{"global", "eea", "us"}, []string{"live", "demo"}, false},
			{"coinbase", nil, nil, false},
			{"coinbase-exchange", nil, nil, false},
			{"ftx", nil, nil, false},
		},
		Vendors:    []string{"3commas"},
		Rules:      map[string][]string{"LIFE-01": {"trade_days", "other_days"}, "NET-01": {}, "NET-02": nil, "INV-03": nil},
		SharedWith: []string{"3commas", "skyrex", "coinstats"},
		StoredIn:   []string{"lastpass", "circleci", "travis-ci"},
	}
}

func at(t *testing.T, text string) location.Location {
	t.Helper()
	l, err := location.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// The example of the contract, word by word, with every field.
const fullExample = `version: 1
keys:
  grid-bot:                                  # the name used everywhere
    exchange: binance
    credential: dotenv:.env#BINANCE
    copies: ["freqtrade:user_data/config.json"]
    shared_with: [3Commas]
    stored_in: [LastPass, "Travis-CI"]
    purpose: [read, spot]
    owner: desk-a
    created: 2022-05-01
    manager: master
    account: "sub@example.com"
    rotate:
      every: 90d
      ip_whitelist: ["203.0.113.7", 2001:db8::/64]
      reload: ["docker", "compose", "restart", "bot"]
  master: {exchange: binance, credential: "env:BINANCE"}
exchanges:
  okx:     {region: eea}
  binance: {environment: testnet}
  kucoin:  {endpoint: "http://127.0.0.1:9001"}
  coinbase: {endpoint: "https://proxy.example.com/", trust_endpoint: true}
vendors:
  3commas: {credential: "env:THREECOMMAS", endpoint: "http://127.0.0.1:9002"}
policy:
  fail_on: medium
  rules:
    LIFE-01: {trade_days: 60}
    NET-02:  {severity: info}
    INV-03:  off
  waivers:
    - {rule: NET-01, key: grid-bot, until: 2027-01-31, owner: desk-a, reason: "vendor has no fixed address"}
`

func fullConfig(t *testing.T) *Config {
	t.Helper()
	return &Config{
		File: "desk/rekey.yaml", Dir: "desk",
		Keys: []Key{
			{
				Name: "grid-bot", Exchange: "binance", Credential: at(t, "dotenv:.env#BINANCE"),
				Copies:     []location.Location{at(t, "freqtrade:user_data/config.json")},
				SharedWith: []string{"3commas"}, StoredIn: []string{"lastpass", "travis-ci"},
				Purpose: []exchanges.Permission{exchanges.Read, exchanges.Spot}, Owner: "desk-a",
				Created: exchanges.Known(time.Date(2022, 5, 1, 0, 0, 0, 0, time.UTC)),
				Manager: "master", Account: "sub@example.com",
				Rotate: Rotate{
					Every:       90 * 24 * time.Hour,
					IPWhitelist: []netip.Prefix{netip.MustParsePrefix("203.0.113.7/32"), netip.MustParsePrefix("2001:db8::/64")},
					Reload:      []string{"docker", "compose", "restart", "bot"},
				},
				Line: 3, Column: 3,
			},
			{Name: "master", Exchange: "binance", Credential: at(t, "env:BINANCE"), Line: 18, Column: 3},
		},
		Exchanges: map[string]ExchangeSettings{
			"okx": {Region: "eea"}, "binance": {Environment: "testnet"}, "kucoin": {Endpoint: "http://127.0.0.1:9001"},
			"coinbase": {Endpoint: "https://proxy.example.com", TrustEndpoint: true},
		},
		Vendors: map[string]VendorSettings{
			"3commas": {Credential: at(t, "env:THREECOMMAS"), Endpoint: "http://127.0.0.1:9002"},
		},
		Policy: audit.Policy{
			FailOn: audit.Medium,
			Rules: map[string]audit.RulePolicy{
				"LIFE-01": {Params: map[string]int{"trade_days": 60}}, "NET-02": {Severity: audit.Info}, "INV-03": {Off: true},
			},
			Waivers: []audit.Waiver{{
				Rule: "NET-01", Key: "grid-bot", Until: time.Date(2027, 1, 31, 0, 0, 0, 0, time.UTC),
				Owner: "desk-a", Reason: "vendor has no fixed address",
			}},
		},
	}
}

func compare() cmp.Options {
	return cmp.Options{
		cmp.AllowUnexported(exchanges.Fact[time.Time]{}),
		cmp.Comparer(func(a, b netip.Prefix) bool { return a == b }),
		cmpopts.EquateEmpty(),
	}
}

func TestFullExample(t *testing.T) {
	c, err := Parse("desk/rekey.yaml", []byte(fullExample), testNames())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(fullConfig(t), c, compare()); diff != "" {
		t.Error(diff)
	}
}

// CRLF, a byte order mark and quotes around everything change nothing.
func TestOtherEditors(t *testing.T) {
	windows := "\xef\xbb\xbf" + string(crlf([]byte(fullExample)))
	c, err := Parse("desk/rekey.yaml", []byte(windows), testNames())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(fullConfig(t), c, compare()); diff != "" {
		t.Error(diff)
	}
}

func crlf(text []byte) []byte {
	var out []byte
	for _, b := range text {
		if b == '\n' {
			out = append(out, '\r')
		}
		out = append(out, b)
	}
	return out
}

func TestSmallFiles(t *testing.T) {
	for _, text := range []string{
		"version: 1", "---\nversion: 1\n...\n", "version: 1\nkeys:\nexchanges:\nvendors:\npolicy:\n",
		"version: 1\nkeys: {}\npolicy: {rules: , waivers: }\n",
		"{version: 1}", "version: 1 # x",
	} {
		c, err := Parse("rekey.yaml", []byte(text), testNames())
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if len(c.Keys) != 0 || c.Policy.FailOn != DefaultFailOn || c.Dir != "." {
			t.Errorf("%q: got %+v", text, c)
		}
	}
}

func TestValues(t *testing.T) {
	parse := func(text string) *Config {
		t.Helper()
		c, err := Parse("rekey.yaml", []byte("version: 1\n"+text), testNames())
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		return c
	}
	key := func(field string) Key {
		t.Helper()
		return parse("keys: {a: {exchange: okx, credential: 'env:A', " + field + "}}").Keys[0]
	}
	for text, d := range map[string]time.Duration{
		"12h": 12 * time.Hour, "1d": 24 * time.Hour, "90d": 90 * 24 * time.Hour, "2w": 14 * 24 * time.Hour,
		"'3650d'": 3650 * 24 * time.Hour,
	} {
		if got := key("rotate: {every: " + text + "}").Rotate.Every; got != d {
			t.Errorf("%s is %v", text, got)
		}
	}
	for text, owner := range map[string]string{
		"desk a": "desk a", "12": "12", "'yes'": "yes", "yes": "yes",
		"007": "007", "2020-01-01": "2020-01-01",
	} {
		if got := key("owner: " + text).Owner; got != owner {
			t.Errorf("owner: %s is %q", text, got)
		}
	}
	for text, endpoint := range map[string]string{
		"http://localhost:1": "http://localhost:1", "http://127.9.9.9/": "http://127.9.9.9",
		"'http://[::1]:65535'": "http://[::1]:65535",
		"'https://[::1]'":      "https://[::1]", "https://127.0.0.1": "https://127.0.0.1",
		"https://gateway.example:8443, trust_endpoint: true": "https://gateway.example:8443",
		"http://localhost:1, trust_endpoint: false":          "http://localhost:1",
	} {
		if got := parse("exchanges: {okx: {endpoint: " + text + "}}").Exchanges["okx"].Endpoint; got != endpoint {
			t.Errorf("%s is %q", text, got)
		}
	}
	for text, off := range map[string]bool{
		"off": true, "Off": true, "'off'": true, "false": true,
		"{severity: low}": false, "{}": false,
	} {
		if got := parse("policy: {rules: {INV-03: " + text + "}}").Policy.Rules["INV-03"].Off; got != off {
			t.Errorf("%s is off: %v", text, got)
		}
	}
	if got := parse("policy: {fail_on: none}").Policy.FailOn; got != audit.None {
		t.Errorf("fail_on: none is %v", got)
	}
	if got := parse("policy: {waivers: [{rule: NET-01, key: okx/sub/abcd…wxyz, until: 2020-01-01, owner: a, reason: " +
		"b}]}").Policy.Waivers[0].Key; got != "okx/sub/abcd…wxyz" {
		t.Errorf("the waiver is for %q", got)
	}
}

func TestKeyByName(t *testing.T) {
	c := fullConfig(t)
	if k, ok := keyOf(c, "master"); !ok || k.Line != 18 {
		t.Errorf("got %+v", k)
	}
	if _, ok := keyOf(c, "Master"); ok {
		t.Error("names differ by case")
	}
}

func TestWarnings(t *testing.T) {
	c, err := Parse("rekey.yaml", []byte("version: 1\nkeys:\n  a:\n    exchange: okx\n    credential: env:A\n"+
		"    stored_in: [lastpas, vault]\n    shared_with: [3comas, cornix, 3commas]\n    manager: "+
		"headquarters\n"), testNames())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]Problem{
		{"rekey.yaml", 6, 17, `a: stored_in: no incident names "lastpas", did you mean lastpass?`},
		{"rekey.yaml", 7, 19, `a: shared_with: no incident names "3comas", did you mean 3commas?`},
		{"rekey.yaml", 8, 14, `a: manager "headquarters" is no key of this file, so nobody can be asked about this key`},
	}, c.Warnings); diff != "" {
		t.Error(diff)
	}
}

func TestNamesOf(t *testing.T) {
	registry := exchanges.NewRegistry(
		exchanges.Exchange{
			Card: exchanges.Card{Name: "okx", Kind: "exchange", Regions: []string{"global", "eea"}, Environs: []string{"live"}},
		},
		exchanges.Exchange{Card: exchanges.Card{Name: "ftx", Kind: "defunct", Aliases: []string{"ftxcom"}}},
		exchanges.Exchange{Card: exchanges.Card{Name: "3commas", Kind: "vendor"}},
	).Knowing(map[string]string{
		"okx": "okx", "okex": "okx", "bitso": "bitso", "ascendex": "ascendex", "bitmax": "ascendex",
	})
	rules := []audit.Rule{{ID: "A-1", Params: []audit.Param{{Name: "days"}}}, {ID: "A-2"}}
	incidents := audit.Catalogue{Incidents: []audit.Incident{{Links: []audit.Link{
		{
			Type:  "shared_with",
			Value: "skyrex",
		},
		{Type: "stored_in", Value: "lastpass"},
		{Type: "stored_in_ci_using", Value: "travis-ci"},
		{Type: "exchange_key", Value: "ftx"},
	}}}}
	wanted := Names{
		Exchanges: []ExchangeNames{{"okx", []string{"global", "eea"}, []string{"live"}, false}, {Name: "ftx"}},
		ByName:    []string{"ascendex", "bitso"},
		Meant: map[string]string{
			"okex":   "okx",
			"ftxcom": "ftx",
			"bitmax": "ascendex",
		}, Aliases: []string{"bitmax", "ftxcom"},
		Vendors: []string{"3commas"}, Rules: map[string][]string{"A-1": {"days"}, "A-2": {}},
		SharedWith: []string{"3commas", "skyrex"}, StoredIn: []string{"lastpass", "travis-ci"},
	}
	if diff := cmp.Diff(wanted, NamesOf(registry, rules, incidents)); diff != "" {
		t.Error(diff)
	}
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "rekey.yaml")
	if err := os.WriteFile(path, []byte(fullExample), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Load(path, testNames())
	if err != nil || c.File != path || c.Dir != dir || len(c.Keys) != 2 {
		t.Errorf("got %+v, %v", c, err)
	}
	t.Chdir(dir)
	c, err = Load("rekey.yaml", testNames())
	if err != nil || c.File != "rekey.yaml" || !filepath.IsAbs(c.Dir) {
		t.Errorf("got %+v, %v", c, err)
	}
}

func TestLoadPolicy(t *testing.T) {
	path := filepath.Join(t.TempDir(), "policy.yaml")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("fail_on: low\nrules:\n  NET-02: off\n")
	policy, err := LoadPolicy(path, testNames())
	if err != nil || policy.FailOn != audit.Low || !policy.Rules["NET-02"].Off {
		t.Errorf("got %+v, %v", policy, err)
	}
	write("policy:\n  fail_on: low\n")
	if _, err = LoadPolicy(path, testNames()); err == nil ||
		err.Error() != path+`:1:1: the policy: unknown field "policy"; known are extends, fail_on, `+
			`rules, waivers, waivers_file` {
		t.Errorf("got %v", err)
	}
	write("[a]")
	if _, err = LoadPolicy(path, testNames()); err == nil ||
		err.Error() != path+`:1:1: the policy must be a mapping, not a list` {
		t.Errorf("got %v", err)
	}
}

// keyOf returns the key of that name.
func keyOf(c *Config, name string) (Key, bool) {
	i := slices.IndexFunc(c.Keys, func(k Key) bool { return k.Name == name })
	if i < 0 {
		return Key{}, false
	}
	return c.Keys[i], true
}
