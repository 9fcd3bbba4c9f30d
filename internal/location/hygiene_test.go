package location

import (
	"strings"
	"testing"

	"rekey/internal/form"
)

func TestFlaws(t *testing.T) {
	for _, c := range []struct{ text, key, passphrase string }{
		{"CANARY0", "", ""},
		{"CANARY0\n", "ends with a line break", "ends with a line break"},
		{"CANARY0\r", "ends with a line break", "ends with a line break"},
		{" CANARY0", "begins with white space", "begins with white space"},
		{"CANARY0 ", "ends with white space", "ends with white space"},
		{"\u00a0CANARY0", "begins with white space", "begins with white space"},
		{`"CANARY0"`, "is wrapped in quotes that are part of it", "is wrapped in quotes that are part of it"},
		{"'CANARY0'", "is wrapped in quotes that are part of it", "is wrapped in quotes that are part of it"},
		{"“CANARY0”", "is wrapped in quotes that are part of it", "is wrapped in quotes that are part of it"},
		{`CANARY0"`, "has a quote at one end", ""},
		{`"CANARY0`, "has a quote at one end", ""},
		{`CAN"ARY0`, "", ""},
		{"CANARY 0", "holds white space", ""},
		{"CANARY\t0", "holds white space", "holds white space"},
		{"CANARY\n0", "holds a line break", "holds a line break"},
		{"CANARY\x000", "holds a character that cannot be seen", "holds a character that cannot be seen"},
		{"CANARY\u200b0", "holds a character that cannot be seen", "holds a character that cannot be seen"},
		{"CANARY\u202e0", "holds a character that cannot be seen", "holds a character that cannot be seen"},
		{"CANARYé0", "holds a character that is not ASCII", ""},
		{"CАNARY0", "holds a character that is not ASCII", ""}, // the second letter is Cyrillic
		{"CANARY/+=0", "", ""},
	} {
		for part, wanted := range map[Part]string{AccessKey: c.key, SecretPart: c.key, Passphrase: c.passphrase} {
			if got := flawIn(part, c.text); got != wanted {
				t.Errorf("%s %q: got %q, want %q", part, c.text, got, wanted)
			}
		}
	}
}

// Sent to an exchange, these would look like keys that do not exist.
func TestSealed(t *testing.T) {
	for text, want := range map[string]string{
		"gAAAAABCANARY" + strings.Repeat("x", 100): "is encrypted, as OctoBot does it",
		"7b22CANARY" + strings.Repeat("0", 200):    "is encrypted, as hummingbot does it",
		"ENC[AES256_GCM,data:CANARY]":              "is encrypted, as sops does it",
		"op://vault/CANARY/key":                    "is a reference to 1Password; an exec: location can read it",
		"gAAAAACANARY":                             "",
		"7b22CANARY":                               "",
	} {
		for _, part := range []Part{AccessKey, SecretPart} {
			if got := flawIn(part, text); got != want {
				t.Errorf("%.20s: got %q, want %q", text, got, want)
			}
		}
	}
}

func TestPlaceholders(t *testing.T) {
	for _, text := range []string{
		"", " ", "your_exchange_key", "your_exchange_secret", "YOUR-API-KEY", "Key", "secret",
		"xxxxxx", "XXXX", "NULL", "null",
		"editme", "replace_me", "<binance-key>", "NOKEY", "Empty", "your-api-key-here",
		"api-key-goes-here", "...", "REDACTED",
		"***", "key-name", "private-key", "${BINANCE_KEY}", "$BINANCE_KEY", "%BINANCE_KEY%",
		"{{ binance_key }}", "$(pass show x)",
		"Your API Key here", "insert your binance api secret here", "changeme", "your_api_key_2",
	} {
		for _, part := range []Part{AccessKey, SecretPart} {
			if !form.IsPlaceholder(roleOf(part), text) {
				t.Errorf("%q is taken for a real %s", text, part)
			}
		}
	}
	for _, text := range []string{
		"your_exchange_api_key_password", "optional_passphrase", "<passphrase>", "${PASS}", "***", "null", "editme",
	} {
		if !form.IsPlaceholder(form.Passphrase, text) {
			t.Errorf("%q is taken for a real passphrase", text)
		}
	}
	for _, text := range []string{
		"password", "mypassword1", "secret key", "$MONEY", "gate", "yourmoney", "12345678",
		"[abc]", "letmein", "passphrase", "passphrase1",
	} {
		if form.IsPlaceholder(form.Passphrase, text) {
			t.Errorf("%q is taken for a placeholder, and people choose such passphrases", text)
		}
	}
	for _, text := range []string{
		"6705f5c311545b000157d3eb", "Qz8PdGk2vRxYtLm4NwJc7HbS", "00000000-0000-0000-0000-000000000000",
		"organizations/00000000-0000-4000-8000-000000000000/apiKeys/00000000-0000-4000-8000-000000000001",
		"yourX7apiK2keyQ9", "keyQ", strings.Repeat("A", 64), strings.Repeat("a", 16), strings.Repeat("keyA", 16),
		"kucoin-secret", "binance_key", "test-secret",
	} {
		if form.IsPlaceholder(form.AccessKey, text) {
			t.Errorf("%q is taken for a placeholder", text)
		}
	}
}

// A PEM may be squeezed into one line; one that was cut is said to be.
func TestFlawOfAPEM(t *testing.T) {
	for text, whole := range map[string]bool{
		"-----BEGIN PRIVATE KEY-----\nCANARY\n-----END PRIVATE KEY-----\n": true,
		"-----BEGIN PRIVATE KEY-----CANARY-----END PRIVATE KEY-----":       true,
		"-----BEGIN PRIVATE KEY----- CANARY -----END PRIVATE KEY-----":     true,
		"-----BEGIN PRIVATE KEY-----\nCANARY\n":                            false,
		"-----BEGIN PRIVATE KEY-----CANARY":                                false,
	} {
		if flaw := flawIn(SecretPart, text); (flaw == "") != whole {
			t.Errorf("%q: %q", text, flaw)
		}
	}
}
