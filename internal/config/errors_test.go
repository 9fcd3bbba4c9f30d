package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// problems parses a file that must be refused, and returns the lines of the
// error without the file's name. Nothing secret may be in them.
func problems(t *testing.T, text string) string {
	t.Helper()
	c, err := Parse("rekey.yaml", []byte(text), testNames())
	var e *Error
	if !errors.As(err, &e) || c != nil {
		t.Fatalf("%.200q was accepted: %v", text, err)
	}
	for _, printed := range []string{err.Error(), fmt.Sprintf("%+v", e), fmt.Sprintf("%#v", *e)} {
		if strings.Contains(printed, "CANARY") {
			t.Errorf("a value that may be a secret is printed: %s", printed)
		}
	}
	return strings.TrimPrefix(strings.ReplaceAll(err.Error(), "\nrekey.yaml:", "\n"), "rekey.yaml:")
}

const (
	inKey       = "version: 1\nkeys: {a: {exchange: okx, credential: 'env:A', %s}}"
	inRotate    = "version: 1\nkeys: {a: {exchange: okx, credential: 'env:A', rotate: {%s}}}"
	inExchange  = "version: 1\nexchanges: {kucoin: {%s}}"
	inVendor    = "version: 1\nvendors: {3commas: {credential: 'env:A', %s}}"
	inPolicy    = "version: 1\npolicy: {%s}"
	inRule      = "version: 1\npolicy: {rules: {LIFE-01: %s}}"
	inWaiver    = "version: 1\npolicy: {waivers: [{%s}]}"
	permissions = "read, spot, margin, futures, options, portfolio_margin, trade, transfer, subaccount_transfer, " +
		"withdraw, earn, fix_read, fix_trade, receive, manage_keys"
)

func TestEveryFieldWrong(t *testing.T) {
	for _, c := range []struct{ frame, text, want string }{
		{"%s", "keys: {}", "1:1: top level: version is required"},
		{"%s", "version: 2\nnonsense: 1", "1:10: version must be 1, the only one that this rekey reads"},
		{"%s", "version: '1'", "1:10: version must be 1, the only one that this rekey reads"},
		{"%s", "version:", "1:9: version must be 1, the only one that this rekey reads"},
		{"%s", "version: [1]", "1:10: version must be 1, the only one that this rekey reads"},
		{"%s", "- version: 1", "1:1: top level must be a mapping, not a list"},
		{"%s", "CANARY", "1:1: top level must be a mapping, not a single value"},
		{"%s", "version: 1\nkesy: {}", `2:1: top level: unknown field "kesy", did you mean keys?`},
		{"%s", "version: 1\nfoo: CANARY", `2:1: top level: unknown field "foo"; known are version, keys, ` +
			`exchanges, vendors, vault, policy`},
		{"%s", "version: 1\n? [a]\n: b", "2:3: top level: a name must be a word, not a list"},
		{"%s", "version: 1\nkeys: []", "2:7: keys must be a mapping, not a list"},
		{"%s", "version: 1\nkeys: CANARY", "2:7: keys must be a mapping, not a single value"},
		{"%s", "version: 1\nexchanges: []", "2:12: exchanges must be a mapping, not a list"},
		{"%s", "version: 1\nvendors: x", "2:10: vendors must be a mapping, not a single value"},
		{"%s", "version: 1\npolicy: []", "2:9: policy must be a mapping, not a list"},
		{"%s", "version: 1\nversion: 1", `2:1: top level: "version" stands there twice, first in line 1`},

		{"version: 1\nkeys:\n  %s", "a b: {}", `3:3: keys: "a b" is no name for a key: 1 to 64 letters, digits, '.', '_' ` +
			`and '-', and a letter or digit first`},
		{"version: 1\nkeys:\n  %s", "-a: {}", `3:3: keys: "-a" is no name for a key: 1 to 64 letters, digits, '.', '_' ` +
			`and '-', and a letter or digit first`},
		{"version: 1\nkeys:\n  %s", "'': {}", `3:3: keys: "" is no name for a key: 1 to 64 letters, digits, '.', '_' and ` +
			`'-', and a letter or digit first`},
		{"version: 1\nkeys:\n  %s", `"a\e[31m": {}`, `3:3: keys: "a\x1b[31m" is no name for a key: 1 to 64 letters, ` +
			`digits, '.', '_' and '-', and a letter or digit first`},
		{
			"version: 1\nkeys:\n  %s", strings.Repeat("x", 65) + ": {}",
			`3:3: keys: "` + strings.Repeat("x", 60) + `…" is no name for a key: 1 to 64 letters, digits, '.', '_' and '-', ` +
				`and a letter or digit first`,
		},
		{"version: 1\nkeys:\n  %s", "a:", "3:3: a: exchange is required\n3:3: a: credential is required"},
		{"version: 1\nkeys:\n  %s", "a: CANARY", "3:6: a must be a mapping, not a single value"},
		{"version: 1\nkeys:\n  %s", "a: [CANARY]", "3:6: a must be a mapping, not a list"},
		{"version: 1\nkeys:\n  %s", "a: {exchange: okx}", "3:3: a: credential is required"},
		{
			"version: 1\nkeys:\n  %s", "a: {exchange: okx, credential: 'env:A'}\n  b: {}\n  a: {}",
			"4:3: b: exchange is required\n4:3: b: credential is required\n5:3: keys: \"a\" stands there twice, first in line 3",
		},
		{
			"version: 1\nkeys: {a: {credential: 'env:A', exchange: %s}}", "kucion",
			`2:43: a: exchange: unknown exchange "kucion", did you mean kucoin?`,
		},
		{
			"version: 1\nkeys: {a: {credential: 'env:A', exchange: %s}}", "Binance",
			`2:43: a: exchange: unknown exchange "Binance", did you mean binance?`,
		},
		{
			"version: 1\nkeys: {a: {credential: 'env:A', exchange: %s}}", "coinbase_exchange",
			`2:43: a: exchange: unknown exchange "coinbase_exchange", did you mean coinbase-exchange?`,
		},
		{
			"version: 1\nkeys: {a: {credential: 'env:A', exchange: %s}}", "mtgox",
			`2:43: a: exchange: unknown exchange "mtgox"; known are binance, kucoin, okx, coinbase, coinbase-exchange, ftx`,
		},
		{
			"version: 1\nkeys: {a: {credential: 'env:A', exchange: %s}}", "htx",
			`2:43: a: exchange: unknown exchange "htx"; known are binance, kucoin, okx, coinbase, coinbase-exchange, ftx`,
		},
		{
			"version: 1\nkeys: {a: {credential: 'env:A', exchange: %s}}", "3commas",
			"2:43: a: exchange: 3commas is a vendor, not an exchange; keys given to it belong to an exchange and " +
				"have shared_with: [3commas]",
		},
		{
			"version: 1\nkeys: {a: {credential: 'env:A', exchange: %s}}", "",
			"2:43: a: exchange is empty; give it a value or leave it out",
		},
		{
			"version: 1\nkeys: {a: {credential: 'env:A', exchange: %s}}", "[okx]",
			"2:43: a: exchange must be a single value, not a list",
		},
		{
			"version: 1\nkeys: {a: {exchange: okx, credential: %s}}", "",
			"2:39: a: credential is empty; give it a value or leave it out",
		},
		{
			"version: 1\nkeys: {a: {exchange: okx, credential: %s}}", "{secret: CANARY}",
			"2:39: a: credential must be a single value, not a mapping",
		},
		{
			"version: 1\nkeys: {a: {exchange: okx, credential: %s}}", "sCANARYsecret",
			"2:39: a: credential: is no credential location (a credential location is written KIND:WHERE, for instance " +
				"dotenv:.env#BINANCE or env:KUCOIN; rekey.yaml never holds a secret itself)",
		},
		{
			"version: 1\nkeys: {a: {exchange: okx, credential: %s}}", "'dotenv:CANARY'",
			"2:39: a: credential: dotenv: has no #PREFIX (dotenv:.env#BINANCE reads BINANCE_API_KEY and its like from .env)",
		},
		{
			"version: 1\nkeys: {a: {exchange: okx, credential: %s}}", "'store: CANARY'",
			"2:39: a: credential: store: has a name with blanks at an end",
		},

		{inKey, "purposes: [read]", `2:48: a: unknown field "purposes", did you mean purpose?`},
		{inKey, "api_secret: sCANARY", `2:48: a: "api_secret": rekey.yaml never holds a secret; put it into a location (a ` +
			`.env file, a bot's own file) and name that as the credential`},
		{inKey, "secret: sCANARY", `2:48: a: "secret": rekey.yaml never holds a secret; put it into a location (a .env ` +
			`file, a bot's own file) and name that as the credential`},
		{inKey, "passphrase: sCANARY", `2:48: a: "passphrase": rekey.yaml never holds a secret; put it into a location (a ` +
			`.env file, a bot's own file) and name that as the credential`},
		{inKey, "password: sCANARY", `2:48: a: "password": rekey.yaml never holds a secret; put it into a location (a ` +
			`.env file, a bot's own file) and name that as the credential`},
		{inKey, "apiKey: kCANARY", `2:48: a: "apiKey": rekey.yaml never holds a secret; put it into a location (a .env ` +
			`file, a bot's own file) and name that as the credential`},
		{inKey, "okx_secret: sCANARY", `2:48: a: "okx_secret": rekey.yaml never holds a secret; put it into a location (a ` +
			`.env file, a bot's own file) and name that as the credential`},
		{inKey, "copies: 'env:CANARY'", "2:56: a: copies must be a list, as in [one, two], not a single value"},
		{inKey, "copies: [CANARY]", "2:57: a: copies: is no credential location (a credential location is written " +
			"KIND:WHERE, for instance dotenv:.env#BINANCE or env:KUCOIN; rekey.yaml never holds a secret itself)"},
		{inKey, "copies: [[]]", "2:57: a: copies: an entry must be a single value, not a list"},
		{inKey, "copies: ['env:B', 'env:B']", "2:66: a: copies: the same location stands there twice"},
		{inKey, "copies: ['env:B', 'env:A']", "2:56: a: copies: one of them is the credential itself"},
		{inKey, "shared_with: 3commas", "2:61: a: shared_with must be a list, as in [one, two], not a single value"},
		{inKey, "shared_with: ~", "2:61: a: shared_with is empty; give it a value or leave it out"},
		{inKey, "shared_with: [~]", "2:62: a: shared_with: an entry is empty; give it a value or leave it out"},
		{inKey, "shared_with: [3commas, 3Commas]", `2:71: a: shared_with: "3commas" stands there twice`},
		{inKey, "stored_in: {a: b}", "2:59: a: stored_in must be a list, as in [one, two], not a mapping"},
		{inKey, `stored_in: ["a\tb"]`, "2:60: a: stored_in: an entry holds a character that cannot be printed"},
		{inKey, "purpose: read", "2:57: a: purpose must be a list, as in [one, two], not a single value"},
		{inKey, "purpose: [raed]", `2:58: a: purpose: unknown permission "raed", did you mean read?`},
		{inKey, "purpose: [everything]", `2:58: a: purpose: unknown permission "everything"; known are ` + permissions},
		{inKey, "purpose: [unmapped]", `2:58: a: purpose: unknown permission "unmapped"; known are ` + permissions},
		{inKey, "purpose: [read, read]", "2:64: a: purpose: read stands there twice"},
		{inKey, "owner: ~", "2:55: a: owner is empty; give it a value or leave it out"},
		{inKey, "owner: ' '", "2:55: a: owner is empty; give it a value or leave it out"},
		{inKey, "owner: [x]", "2:55: a: owner must be a single value, not a list"},
		{inKey, `owner: "a\nb"`, "2:55: a: owner holds a character that cannot be printed"},
		{inKey, "created: 1 May 2022", `2:57: a: created: "1 May 2022" is no day; write it as in 2022-05-01`},
		{inKey, "created: 2022-02-30", `2:57: a: created: "2022-02-30" is no day; write it as in 2022-05-01`},
		{inKey, "created: 2022-5-1", `2:57: a: created: "2022-5-1" is no day; write it as in 2022-05-01`},
		{inKey, "created: 2022-05-01T10:00:00Z", `2:57: a: created: "2022-05-01T10:00:00Z" is no day; ` +
			`write it as in 2022-05-01`},
		{inKey, "created: [2022-05-01]", "2:57: a: created must be a single value, not a list"},
		{inKey, "manager: a", "2:57: a: manager is the key itself; leave it out for a key that no other manages"},
		{inKey, "manager: ~", "2:57: a: manager is empty; give it a value or leave it out"},
		{inKey, "account: {}", "2:57: a: account must be a single value, not a mapping"},
		{inKey, "rotate: 90d", "2:56: a: rotate must be a mapping, not a single value"},

		{inRotate, "evry: 90d", `2:57: a: rotate: unknown field "evry", did you mean every?`},
		{inRotate, "every: 90", `2:64: a: rotate.every: "90" is no duration; write whole hours, days or weeks: 12h, 90d, 2w`},
		{inRotate, "every: 0d", `2:64: a: rotate.every: "0d" is no duration; write whole hours, days or weeks: 12h, 90d, 2w`},
		{inRotate, "every: -1d", `2:64: a: rotate.every: "-1d" is no duration; write whole hours, ` +
			`days or weeks: 12h, 90d, 2w`},
		{inRotate, "every: 1.5d", `2:64: a: rotate.every: "1.5d" is no duration; write whole hours, ` +
			`days or weeks: 12h, 90d, 2w`},
		{inRotate, "every: 3 months", `2:64: a: rotate.every: "3 months" is no duration; write whole hours, ` +
			`days or weeks: 12h, 90d, 2w`},
		{inRotate, "every: 30m", `2:64: a: rotate.every: "30m" is no duration; write whole hours, ` +
			`days or weeks: 12h, 90d, 2w`},
		{inRotate, "every: 99999999999999999999d", `2:64: a: rotate.every: "99999999999999999999d" is no duration; write ` +
			`whole hours, days or weeks: 12h, 90d, 2w`},
		{inRotate, "every: 999999w", `2:64: a: rotate.every: "999999w" is more than ten years`},
		{inRotate, "every: ~", "2:64: a: rotate.every is empty; give it a value or leave it out"},
		{inRotate, "ip_whitelist: 203.0.113.7", "2:71: a: rotate.ip_whitelist must be a list, as in [one, " +
			"two], not a single value"},
		{inRotate, "ip_whitelist: [localhost]", `2:72: a: rotate.ip_whitelist: "localhost" is no IP address; write one as ` +
			`in 203.0.113.7, or a range as in 203.0.113.0/28`},
		{inRotate, "ip_whitelist: [203.0.113.300]", `2:72: a: rotate.ip_whitelist: "203.0.113.300" is no IP address; ` +
			`write one as in 203.0.113.7, or a range as in 203.0.113.0/28`},
		{inRotate, "ip_whitelist: [203.0.113.7/33]", `2:72: a: rotate.ip_whitelist: "203.0.113.7/33" is no IP address; ` +
			`write one as in 203.0.113.7, or a range as in 203.0.113.0/28`},
		{inRotate, "ip_whitelist: [203.0.113.7/24]", `2:72: a: rotate.ip_whitelist: "203.0.113.7/24" is no range: it ` +
			`begins at 203.0.113.0/24`},
		{inRotate, "ip_whitelist: ['fe80::1%eth0']", `2:72: a: rotate.ip_whitelist: "fe80::1%eth0" has a zone, which ` +
			`means nothing to an exchange`},
		{
			inRotate, "ip_whitelist: [203.0.113.7, 203.0.113.7/32]",
			`2:85: a: rotate.ip_whitelist: "203.0.113.7/32" stands there twice`,
		},
		{inRotate, "reload: docker restart bot", "2:65: a: rotate.reload must be a list of words, as in [docker, restart, " +
			"bot]: no shell is there to split it"},
		{inRotate, "reload: []", "2:65: a: rotate.reload names no program"},
		{inRotate, "reload: [a, {b: c}]", "2:69: a: rotate.reload: an entry must be a single value, not a mapping"},

		{"version: 1\nexchanges: {%s: {}}", "kucion", `2:13: exchanges: unknown exchange "kucion", did you mean kucoin?`},
		{"version: 1\nexchanges: {%s: {}}", "3commas", "2:13: exchanges: 3commas is a vendor; its " +
			"settings belong under vendors"},
		{inExchange, "regoin: eu", `2:22: exchanges: kucoin: unknown field "regoin", did you mean region?`},
		{inExchange, "api_key: kCANARY", `2:22: exchanges: kucoin: "api_key": rekey.yaml never holds a secret; put it ` +
			`into a location (a .env file, a bot's own file) and name that as the credential`},
		{inExchange, "region: gloabl", `2:30: exchanges: kucoin: unknown region "gloabl", did you mean global?`},
		{inExchange, "region: mars", `2:30: exchanges: kucoin: unknown region "mars"; known are global, eu, au`},
		{inExchange, "region: ~", "2:30: exchanges: kucoin: region is empty; give it a value or leave it out"},
		{inExchange, "environment: testnet", `2:35: exchanges: kucoin: unknown environment "testnet"; known are live`},
		{
			"version: 1\nexchanges: {coinbase: {%s}}", "region: us",
			"2:32: exchanges: coinbase: coinbase has no regions to choose from",
		},
		{
			"version: 1\nexchanges: {coinbase: {%s}}", "environment: live",
			"2:37: exchanges: coinbase: coinbase has no environments to choose from",
		},
		{"version: 1\nexchanges: {coinbase: %s}", "us", "2:23: exchanges: coinbase must be a mapping, not a single value"},
		{inExchange, "endpoint: http://10.0.0.1", "2:32: exchanges: kucoin: endpoint is plain http to another machine; " +
			"only a loopback address or localhost may have that"},
		{
			inExchange, "endpoint: http://proxy.example, trust_endpoint: true",
			"2:32: exchanges: kucoin: endpoint is plain http to another machine; only a loopback address or " +
				"localhost may have that",
		},
		{
			inExchange, "endpoint: http://127.0.0.1.evil.example",
			"2:32: exchanges: kucoin: endpoint is plain http to another machine; only a loopback address or " +
				"localhost may have that",
		},
		{
			inExchange, "endpoint: 'http://127.0.0.1:80@evil.example'",
			"2:32: exchanges: kucoin: endpoint holds a user name; leave it out",
		},
		{
			inExchange, "endpoint: 'http://u:CANARY@127.0.0.1'",
			"2:32: exchanges: kucoin: endpoint holds a user name; leave it out",
		},
		{inExchange, "endpoint: https://proxy.example", "2:32: exchanges: kucoin: endpoint is not on this machine; if the " +
			"requests and signatures may go there, say so with trust_endpoint: true"},
		{
			inExchange, "endpoint: https://proxy.example, trust_endpoint: false",
			"2:32: exchanges: kucoin: endpoint is not on this machine; if the requests and signatures may go there, say so " +
				"with trust_endpoint: true",
		},
		{
			inExchange, "endpoint: 'http://127.0.0.1/?a=CANARY'",
			"2:32: exchanges: kucoin: endpoint must end with the host and port: no query and no fragment",
		},
		{inExchange, "endpoint: 'http://127.0.0.1/#CANARY'", "2:32: exchanges: kucoin: endpoint must end with the host " +
			"and port: no query and no fragment"},
		{inExchange, "endpoint: 'http://127.0.0.1/#'", "2:32: exchanges: kucoin: endpoint must end with the host and " +
			"port: no query and no fragment"},
		{inExchange, "endpoint: http://127.0.0.1/v1", "2:32: exchanges: kucoin: endpoint must end with the host and port: " +
			"it replaces the hosts of an exchange, and the paths stay"},
		{inExchange, "endpoint: 127.0.0.1:9001", "2:32: exchanges: kucoin: endpoint is no URL; write it as " +
			"in http://127.0.0.1:9001"},
		{inExchange, "endpoint: localhost:9001", "2:32: exchanges: kucoin: endpoint is no URL; write it as " +
			"in http://127.0.0.1:9001"},
		{inExchange, "endpoint: 'http://'", "2:32: exchanges: kucoin: endpoint is no URL; write it as " +
			"in http://127.0.0.1:9001"},
		{inExchange, "endpoint: 'http://a b'", "2:32: exchanges: kucoin: endpoint is no URL; write it as " +
			"in http://127.0.0.1:9001"},
		{inExchange, "endpoint: ftp://127.0.0.1", "2:32: exchanges: kucoin: endpoint must begin with https://, or with " +
			"http:// for this machine"},
		{inExchange, "endpoint: 'http://127.0.0.1:'", "2:32: exchanges: kucoin: endpoint has no valid host and port"},
		{inExchange, "endpoint: 'http://127.0.0.1:70000'", "2:32: exchanges: kucoin: endpoint has no valid host and port"},
		{inExchange, "endpoint: 'http://:9001'", "2:32: exchanges: kucoin: endpoint has no valid host and port"},
		{inExchange, "endpoint: [x]", "2:32: exchanges: kucoin: endpoint must be a single value, not a list"},
		{inExchange, "trust_endpoint: true", "2:38: exchanges: kucoin: trust_endpoint says nothing without an endpoint"},
		{inExchange, "page: http://127.0.0.1:1/", "2:28: exchanges: kucoin: a page of one's own goes with an " +
			"endpoint on this machine alone"},
		{
			inExchange, "endpoint: https://proxy.example, trust_endpoint: true, page: http://127.0.0.1:1/",
			"2:83: exchanges: kucoin: a page of one's own goes with an endpoint on this machine alone",
		},
		{
			inExchange, "endpoint: http://localhost, page: https://evil.example/",
			"2:56: exchanges: kucoin: page is no address on this machine; write it as in http://127.0.0.1:9001/",
		},
		{
			inExchange, "endpoint: http://localhost, trust_endpoint: maybe",
			"2:66: exchanges: kucoin: trust_endpoint must be true or false",
		},

		{"version: 1\nvendors: {%s}", "3comas: {}", `2:11: vendors: unknown vendor "3comas", did you mean 3commas?`},
		{"version: 1\nvendors: {%s}", "binance: {}", `2:11: vendors: unknown vendor "binance"; known are 3commas`},
		{"version: 1\nvendors: {%s}", "3commas: {}", "2:11: vendors: 3commas: credential is required"},
		{
			"version: 1\nvendors: {%s}", "3commas: {credential: CANARY}",
			"2:33: vendors: 3commas: credential: is no credential location (a credential location is written KIND:WHERE, for " +
				"instance dotenv:.env#BINANCE or env:KUCOIN; rekey.yaml never holds a secret itself)",
		},
		{inVendor, "region: eu", `2:42: vendors: 3commas: unknown field "region"; known are credential, ` +
			`endpoint, trust_endpoint`},
		{inVendor, "endpoint: http://proxy.example", "2:52: vendors: 3commas: endpoint is plain http to another machine; " +
			"only a loopback address or localhost may have that"},

		{inPolicy, "fail_on: hihg", `2:19: fail_on: unknown severity "hihg", did you mean high?`},
		{inPolicy, "fail_on: everything", `2:19: fail_on: unknown severity "everything"; known are critical, high, ` +
			`medium, low, info, none`},
		{inPolicy, "failon: high", `2:10: policy: unknown field "failon", did you mean fail_on?`},
		{inPolicy, "rules: [INV-03]", "2:17: rules must be a mapping, not a list"},
		{inPolicy, "rules: {life-01: off}", `2:18: rules: unknown rule "life-01", did you mean LIFE-01?`},
		{inPolicy, "rules: {LIFE-02: off}", `2:18: rules: unknown rule "LIFE-02", did you mean LIFE-01?`},
		{inPolicy, "rules: {XYZ-99: off}", "2:18: rules: unknown rule \"XYZ-99\"; `rekey rules` lists them"},
		{inPolicy, "waivers: {}", "2:19: waivers must be a list, not a mapping"},
		{inRule, "on", "2:27: rules: LIFE-01 must be off, or a mapping as in {severity: info}"},
		{inRule, "true", "2:27: rules: LIFE-01 must be off, or a mapping as in {severity: info}"},
		{inRule, "high", "2:27: rules: LIFE-01 must be off, or a mapping as in {severity: info}"},
		{inRule, "", "2:27: rules: LIFE-01 must be off, or a mapping as in {severity: info}"},
		{inRule, "[off]", "2:27: rules: LIFE-01 must be a mapping, not a list"},
		{inRule, "{severity: off}", "2:38: rules: LIFE-01: write LIFE-01: off to turn the rule off"},
		{inRule, "{severity: none}", "2:38: rules: LIFE-01: write LIFE-01: off to turn the rule off"},
		{inRule, "{severity: hgih}", `2:38: rules: LIFE-01: unknown severity "hgih", did you mean high?`},
		{inRule, "{trade_day: 60}", `2:28: rules: LIFE-01: unknown field "trade_day", did you mean trade_days?`},
		{inRule, "{trade_days: 60d}", "2:40: rules: LIFE-01: trade_days must be a whole number from 0 to 1000000"},
		{inRule, "{trade_days: -1}", "2:40: rules: LIFE-01: trade_days must be a whole number from 0 to 1000000"},
		{inRule, "{trade_days: 1.5}", "2:40: rules: LIFE-01: trade_days must be a whole number from 0 to 1000000"},
		{inRule, "{trade_days: '60'}", "2:40: rules: LIFE-01: trade_days must be a whole number from 0 to 1000000"},
		{inRule, "{trade_days: 99999999999999999999}", "2:40: rules: LIFE-01: trade_days must be a whole " +
			"number from 0 to 1000000"},
		{inRule, "{trade_days: [1]}", "2:40: rules: LIFE-01: trade_days must be a whole number from 0 to 1000000"},
		{inRule, "{trade_days: }", "2:40: rules: LIFE-01: trade_days must be a whole number from 0 to 1000000"},

		{
			inWaiver, "",
			"2:20: waiver: rule is required\n2:20: waiver: key is required\n2:20: waiver: until is required\n" +
				"2:20: waiver: owner is required\n2:20: waiver: reason is required",
		},
		{"version: 1\npolicy: {waivers: [%s]}", "NET-01", "2:20: waiver must be a mapping, not a single value"},
		{
			inWaiver, "rule: NET-1, key: a, until: 2027-01-31, owner: b, reason: c",
			`2:27: waiver: unknown rule "NET-1", did you mean NET-01?`,
		},
		{
			inWaiver, "rule: NET-01, key: a, until: never, owner: b, reason: c",
			`2:50: waiver: until: "never" is no day; write it as in 2022-05-01`,
		},
		{inWaiver, "rule: NET-01, key: a, until: 2027-01-31, owner: b", "2:20: waiver: reason is required"},
		{
			inWaiver, "rule: NET-01, key: a, until: 2027-01-31, owner: b, reason: ''",
			"2:80: waiver: reason is empty; give it a value or leave it out",
		},
		{
			inWaiver, "rule: NET-01, key: [a], until: 2027-01-31, owner: b, reason: c",
			"2:40: waiver: key must be a single value, not a list",
		},
		{
			inWaiver, "rule: NET-01, key: a, unitl: 2027-01-31, until: 2027-01-31, owner: b, reason: c",
			`2:43: waiver: unknown field "unitl", did you mean until?`,
		},
		{
			"version: 1\npolicy: {waivers: [%s]}",
			"{rule: NET-01, key: a, until: 2027-01-31, owner: b, reason: c}, {rule: NET-01, key: a, until: " +
				"2028-01-31, owner: b, reason: c}",
			`2:84: waivers: a waiver of NET-01 for "a" stands there twice`,
		},
	} {
		got := problems(t, fmt.Sprintf(c.frame, c.text))
		if got != c.want {
			t.Errorf("%s\ngot  %s\nwant %s", c.text, got, c.want)
		}
	}
}

func TestManagers(t *testing.T) {
	key := func(name, exchange, manager string) string {
		line := "  " + name + ": {exchange: " + exchange + ", credential: 'env:A'"
		if manager != "" {
			line += ", manager: " + manager
		}
		return line + "}\n"
	}
	const head = "version: 1\nkeys:\n"
	if _, err := Parse("rekey.yaml", []byte(head+key("a", "okx", "b")+key("b", "okx", "c")+key("c", "okx", "")),
		testNames()); err != nil {
		t.Errorf("a chain of managers: %v", err)
	}
	for _, c := range []struct{ text, want string }{
		{
			key("a", "okx", "mastr") + key("master", "okx", ""),
			`3:52: a: manager "mastr" is no key of this file, did you mean master?`,
		},
		{key("a", "okx", "b") + key("b", "binance", ""), "3:52: a: manager b is a key at binance, not at okx"},
		{key("a", "okx", "b") + key("b", "okx", "a"), "3:52: a: the managers go round in a circle: a, b, a"},
		{
			key("a", "okx", "b") + key("b", "okx", "c") + key("c", "okx", "d") + key("d", "okx", "b"),
			"4:52: b: the managers go round in a circle: b, c, d, b",
		},
		{key("a", "okx", "b") + key("b", "okx", "b"), "4:52: b: manager is the key itself; leave it out for a " +
			"key that no other manages"},
		// A manager that is wrong itself is not said to be missing.
		{key("a", "okx", "b") + key("b", "mtgox", ""), `4:17: b: exchange: unknown exchange "mtgox"; known are binance, ` +
			`kucoin, okx, coinbase, coinbase-exchange, ftx`},
	} {
		if got := problems(t, head+c.text); got != c.want {
			t.Errorf("%s\ngot  %s\nwant %s", c.text, got, c.want)
		}
	}
}

// Problems come in the order of the file, ten of them, and the rest as a
// number.
func TestManyProblems(t *testing.T) {
	text := "version: 1\npolicy: {fail_on: x}\nkeys:\n"
	for i := range 20 {
		text += fmt.Sprintf("  k%d: {exchange: okx, credential: 'env:A', oops: 1}\n", i)
	}
	lines := strings.Split(problems(t, text), "\n")
	if len(lines) != 11 || !strings.HasPrefix(lines[0], "2:19: ") || !strings.HasPrefix(lines[1], "4:44: k0: ") ||
		lines[10] != " and 11 more" {
		t.Errorf("got\n%s", strings.Join(lines, "\n"))
	}
}

func TestHostileFiles(t *testing.T) {
	var bomb strings.Builder
	bomb.WriteString("version: 1\na0: &a0 [x,x,x,x,x,x,x,x,x]\n")
	for i := 1; i < 9; i++ {
		fmt.Fprintf(&bomb, "a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d,", i-1), 9), ","))
	}
	for _, c := range []struct{ name, text, want string }{
		{"an alias bomb", bomb.String(), "2:5: YAML anchors are not allowed here; write the value out where it is needed"},
		{
			"an alias", "version: 1\nkeys: {a: &x {exchange: okx, credential: 'env:A'}, b: *x}",
			"2:11: YAML anchors are not allowed here; write the value out where it is needed\n2:55: YAML aliases are not " +
				"allowed here; write the value out",
		},
		{
			"a merge", "version: 1\nkeys: {a: {<<: {exchange: okx}, credential: 'env:A'}}",
			"2:8: a: exchange is required\n2:12: a: unknown field \"<<\"; known are exchange, credential, copies, " +
				"shared_with, stored_in, purpose, owner, created, manager, account, rotate",
		},
		{"an alias to nothing", "version: 1\nkeys: *CANARY", "2:1: an alias is used that stands for nothing"},
		{"a tag", "version: 1\nkeys: !!python/object:os.system {}", "2:7: YAML tags are not allowed here"},
		{
			"a tag on text", "version: 1\nkeys: {a: {exchange: !x okx, credential: 'env:A'}}",
			"2:22: YAML tags are not allowed here",
		},
		{"two documents", "version: 1\n---\nversion: 1\n", "2:1: a second document starts here; only " +
			"one is allowed in a file"},
		{"deep nesting", "version: 1\nkeys: " + strings.Repeat("[", 100_000), "2:1: nested too deep"},
		{
			"deep nesting that is closed", "version: 1\nkeys: " + strings.Repeat("[", 1000) + strings.Repeat("]", 1000),
			"2:206: nested more than 200 levels deep",
		},
		{"tabs", "version: 1\nkeys:\n\ta:\n", "3:1: a tab is used to indent; YAML wants spaces"},
		{"no YAML", "version: 1\nkeys: {a: CANARY", "2:1: not valid YAML: did not find expected ',' or '}'"},
		{"empty", "", " is empty; a configuration begins with version: 1"},
		{"only a comment", "# CANARY\n\n", " is empty; a configuration begins with version: 1"},
		{"binary", "\x7fELF\x00CANARY", " holds a NUL byte, so it is no text file"},
		{"UTF-16", "\xff\xfev\x00", " is UTF-16 text; save it as UTF-8"},
		{"Latin 1", "version: 1\n# CANARY \xe9\n", " is not valid UTF-8 in line 2"},
		{"a control character", "version: 1\n# CANARY \x1b[31m\n", "1:1: not valid YAML: control characters are not allowed"},
		{
			"5 MB", "version: 1\n" + strings.Repeat("# CANARY\n", 600_000),
			" is larger than 4 MiB, the most that rekey reads of a configuration",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := problems(t, c.text)
			if c.name == "an alias bomb" { // one problem for each anchor and alias
				got, _, _ = strings.Cut(got, "\n")
			}
			if got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestFilesThatCannotBeRead(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "rekey.yaml")
	// 10 MB
	if err := os.WriteFile(path, []byte("version: 1\n"+strings.Repeat("# CANARY\n", 1_200_000)), 0o600); err != nil {
		t.Fatal(err)
	}
	for where, want := range map[string]string{
		path:                           "is larger than 4 MiB, the most that rekey reads of such a file",
		dir:                            "is a directory; rekey reads regular files only",
		filepath.Join(dir, "gone"):     "does not exist",
		filepath.Join(path, "further"): "does not exist: a part of the path is no directory",
	} {
		for _, load := range []func() error{
			func() error { _, err := Load(where, testNames()); return err },
			func() error { _, err := LoadPolicy(where, testNames()); return err },
		} {
			err := load()
			var e *Error
			if !errors.As(err, &e) || err.Error() != where+": "+want {
				t.Errorf("got %v, want %s", err, want)
			}
		}
	}
}
