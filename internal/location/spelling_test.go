package location

import (
	"encoding/json"
	"slices"
	"testing"
)

// The names that bots give the parts, each as it stands in their files.
func TestSpellings(t *testing.T) {
	for _, c := range []struct {
		bot  string
		part Part
		name string
	}{
		{"freqtrade, gekko, R2, passivbot, GoCryptoTrader", AccessKey, "key"},
		{"freqtrade, ccxt", AccessKey, "apiKey"},
		{"Intelligent Trading Bot, binance-trade-bot", AccessKey, "api_key"},
		{"OctoBot", AccessKey, "api-key"},
		{"vn.py", AccessKey, "API Key"},
		{"kelp", AccessKey, "KEY"},
		{"TradingView webhook bot", AccessKey, "API_KEY"},
		{"cryptofeed", AccessKey, "key_id"},
		{"binance-volatility-bot", AccessKey, "access_key"},
		{"an exec program", AccessKey, "accessKey"},
		{"bitcoin-dca", AccessKey, "public_key"},
		{"3commas-cyber-bots", AccessKey, "3c-apikey"},
		{"freqtrade, ccxt", SecretPart, "secret"},
		{"OctoBot", SecretPart, "api-secret"},
		{"vn.py", SecretPart, "API Secret"},
		{"GoCryptoTrader's older files", SecretPart, "apiSecret"},
		{"binance-trade-bot", SecretPart, "api_secret_key"},
		{"binance-volatility-bot", SecretPart, "secret_key"},
		{"hummingbot", SecretPart, "secretKey"},
		{"cryptofeed", SecretPart, "key_secret"},
		{"Coinbase", SecretPart, "privateKey"},
		{"bitcoin-dca", SecretPart, "private_key"},
		{"3commas-cyber-bots", SecretPart, "3c-apisecret"},
		{"passivbot, bbgo", Passphrase, "passphrase"},
		{"freqtrade, ccxt", Passphrase, "password"},
		{"OctoBot", Passphrase, "api-password"},
		{"bbgo", Passphrase, "api_passphrase"},
		{"cryptofeed", Passphrase, "key_passphrase"},
		{"GoCryptoTrader", Passphrase, "clientID"},
	} {
		if part, ok := PartNamed(c.name); !ok || part != c.part {
			t.Errorf("%s: %q is taken for %q, want %q", c.bot, c.name, part, c.part)
		}
	}
	for _, name := range []string{
		"", "exchange", "name", "id", "uid", "token", "jwt_secret_key", "wallet_address",
		"keys", "pair_whitelist",
	} {
		if part, ok := PartNamed(name); ok {
			t.Errorf("%q is taken for the %s", name, part)
		}
	}
}

// Whatever spelling and pointer: no panic, and no part in an error.
func FuzzDocument(f *testing.F) {
	f.Add([]byte(`{"a":[{"apiKey":"CANARY","secret":"CANARY","x":[1,true,null]}]}`), "/a/0")
	f.Add([]byte("# x\n{\"name\":\"CANARY\",\"privateKey\":\"CANARY\",}"), "")
	f.Add([]byte("a: &x {key: CANARY}\nb: *x\nsecret: CANARY\n"), "/b")
	f.Add([]byte("[a]\nkey='CANARY'\nsecret=\"CANARY\"\n"), "/a")
	f.Fuzz(func(t *testing.T, data []byte, pointer string) {
		tokens, err := parsePointer(pointer)
		if err != nil {
			return
		}
		for _, parse := range []func([]byte) (node, *Error){parseJSON, parseYAML, parseTOML} {
			root, failure := parse(slices.Clone(data))
			if failure != nil {
				continue
			}
			object, failure := root.find(tokens)
			if failure != nil {
				continue
			}
			found, failure := credentialParts(object, nil)
			if failure != nil {
				continue
			}
			c, failure := found.credential()
			if failure == nil && (c.AccessKey == "" || c.Secret.IsZero()) {
				t.Error("half a credential was accepted")
			}
			exchangeOf(object)
			credentialsBelow(root, nil, 3)
		}
	})
}

// A JSON pointer finds what it finds in encoding/json's view of the document.
func FuzzPointer(f *testing.F) {
	f.Add([]byte(`{"a/b":{"~":["x"]},"":1}`), "/a~1b/~0/0")
	f.Fuzz(func(t *testing.T, data []byte, pointer string) {
		tokens, err := parsePointer(pointer)
		var plain any
		if err != nil || json.Unmarshal(data, &plain) != nil {
			return
		}
		root, failure := parseJSON(data)
		if failure != nil {
			return
		}
		found, failure := root.find(tokens)
		for _, token := range tokens {
			switch v := plain.(type) {
			case map[string]any:
				plain = v[token]
			case []any:
				i, ok := arrayIndex(token)
				if !ok || i >= len(v) {
					plain = nil
				} else {
					plain = v[i]
				}
			default:
				plain = nil
			}
		}
		if failure != nil {
			if failure.Reason != ReasonAmbiguous && plain != nil {
				t.Errorf("%s: %v, and encoding/json finds %v", pointer, failure, plain)
			}
			return
		}
		if s, isText := plain.(string); isText != (found.shape == textNode) || isText && s != found.text.Reveal() {
			t.Errorf("%s: found %s, and encoding/json finds %T", pointer, found.shape, plain)
		}
	})
}
