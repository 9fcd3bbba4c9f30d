//go:build outside

package outside

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"testing"
	"time"

	"rekey/internal/fake/coinbase"
)

// coinbaseECDSA has ccxt make tokens of its older form: iss "coinbase-cloud",
// an aud, and uri.
func coinbaseECDSA(t *testing.T) *stage {
	t.Helper()
	private, other := newECDSA(t), newECDSA(t)
	name := "organizations/3f1de2a4-0b3c-4d5e-8f90-1a2b3c4d5e01/apiKeys/7a2ef3b5-1c4d-4e6f-9a01-2b3c4d5e6f02"
	return stageCoinbase(t, name, private.Public(), sec1(t, private), sec1(t, other))
}

// coinbaseEd25519 has ccxt make tokens of its newer form: iss "cdp", another
// aud, and a list of uris.
func coinbaseEd25519(t *testing.T) *stage {
	t.Helper()
	private, other := newEd25519(t), newEd25519(t)
	text := base64.StdEncoding.EncodeToString
	return stageCoinbase(t, "7a2ef3b5-1c4d-4e6f-9a01-2b3c4d5e6f03", private.Public(), text(private), text(other))
}

func stageCoinbase(t *testing.T, name string, public crypto.PublicKey, secret, otherSecret string) *stage {
	t.Helper()
	const portfolio = "5c0c19f2-6a3f-4f0e-9d6b-0b1c2d3e4f50"
	blind, private := "7a2ef3b5-1c4d-4e6f-9a01-2b3c4d5e6f04", newEd25519(t)
	k := &coinbase.Key{Name: name, Public: public, Scopes: []string{"can_view"}, Portfolio: portfolio}
	server, x, err := coinbase.Start(
		time.Now,
		k,
		&coinbase.Key{Name: blind, Public: private.Public(), Scopes: []string{"can_trade"}},
	)
	if err != nil {
		t.Fatal(err)
	}
	x.Do(func() { x.Host = "api.coinbase.com" }) // what ccxt makes its tokens for
	// One answer for everything, on purpose: see the fake.
	unauthorized := refusal{"AuthenticationError", "401 Unauthorized Unauthorized"}
	accounts := call{Method: "v3PrivateGetBrokerageAccounts"}
	return &stage{
		exchange: "coinbase", server: server,
		key: credential{APIKey: name, Secret: secret}, otherSecret: otherSecret,
		edit: func(deleted bool, whitelist ...string) {
			x.Do(func() { k.Deleted, k.Whitelist = deleted, whitelist })
		},
		clock: call{Method: "fetchTime", Params: map[string]string{"method": "v3PublicGetBrokerageTime"}},
		accepted: []acceptedCall{
			{call{Method: "v3PrivateGetBrokerageKeyPermissions"}, portfolio, false},
			{accounts, `"has_next":false`, false},
			// The query is no part of what is signed.
			{
				call{Method: "v3PrivateGetBrokerageAccounts", Params: map[string]string{"limit": "250"}},
				`"has_next":false`,
				false,
			},
		},
		refused: refusals{signature: unauthorized, address: unauthorized, clock: unauthorized, deleted: unauthorized},
		others: []otherCall{{
			"without the scope",
			credential{APIKey: blind, Secret: base64.StdEncoding.EncodeToString(private)},
			accounts,
			refusal{"PermissionDenied", "Missing required scopes"},
		}},
	}
}

func newECDSA(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return private
}

func sec1(t *testing.T, private *ecdsa.PrivateKey) string {
	t.Helper()
	der, err := x509.MarshalECPrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}))
}
