package config

import (
	"strings"
	"testing"

	"rekey/internal/location"
)

// At an exchange where what an account has is public, and there alone, the account
// stands without a credential.
func TestAccountAlone(t *testing.T) {
	const address = "0x286edfa08c04f6899dab3bfdecf2dd133f9733b9"
	names := testNames()
	names.Exchanges = append(names.Exchanges, ExchangeNames{Name: "hyperliquid", AccountAlone: true})
	for _, c := range []struct{ entry, says string }{
		{`{exchange: hyperliquid, account: "` + address + `"}`, ""},
		{`{exchange: hyperliquid}`, "a: account is required"},
		{`{exchange: okx, account: "` + address + `"}`, "a: credential is required"},
		{`{exchange: hyperliquidd, account: "` + address + `"}`, "credential is required"},
	} {
		got, err := Parse("rekey.yaml", []byte("version: 1\nkeys:\n  a: "+c.entry+"\n"), names)
		if c.says != "" {
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%s: %v", c.entry, err)
			}
			continue
		}
		if err != nil {
			t.Fatalf("%s: %v", c.entry, err)
		}
		at := got.Keys[0].Credential
		reading, err := at.Read(t.Context(), location.Env{})
		if err != nil || reading.Credential.AccessKey != address || !reading.Credential.Secret.IsZero() {
			t.Errorf("read %+v, %v", reading, err)
		}
		if _, err := at.Prepare(t.Context(), location.Env{}, reading.Credential); err == nil {
			t.Error("a credential was put in the place of an account")
		}
	}
}
