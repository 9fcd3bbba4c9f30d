//go:build outside

package outside

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"strings"
	"testing"
	"time"

	"rekey/internal/fake/binance"
)

// binanceHMAC has ccxt sign with a shared secret.
func binanceHMAC(t *testing.T) *stage {
	t.Helper()
	secret, other := "CANARY"+strings.Repeat("a1", 29), "CANARY"+strings.Repeat("b2", 29)
	return stageBinance(t, &binance.Key{Secret: secret}, secret, other)
}

// binanceEd25519 has ccxt sign with an Ed25519 key.
func binanceEd25519(t *testing.T) *stage {
	t.Helper()
	private, other := newEd25519(t), newEd25519(t)
	verify := func(payload, signature string) bool {
		raw, err := base64.StdEncoding.DecodeString(signature)
		return err == nil && ed25519.Verify(private.Public().(ed25519.PublicKey), []byte(payload), raw)
	}
	return stageBinance(t, &binance.Key{Verify: verify}, pkcs8(t, private), pkcs8(t, other))
}

// binanceRSA has ccxt sign with a 2048 bit RSA key, PKCS #1 v1.5.
func binanceRSA(t *testing.T) *stage {
	t.Helper()
	private, other := newRSA(t), newRSA(t)
	verify := func(payload, signature string) bool {
		digest := sha256.Sum256([]byte(payload))
		raw, err := base64.StdEncoding.DecodeString(signature)
		return err == nil && rsa.VerifyPKCS1v15(&private.PublicKey, crypto.SHA256, digest[:], raw) == nil
	}
	return stageBinance(t, &binance.Key{Verify: verify}, pkcs8(t, private), pkcs8(t, other))
}

// stageBinance gives the key to a master account with one sub-account.
func stageBinance(t *testing.T, k *binance.Key, secret, otherSecret string) *stage {
	t.Helper()
	k.AccessKey, k.Created, k.Flags = strings.Repeat("Mast", 16), made, []string{"enableReading"}
	sub := &binance.Key{
		AccessKey: strings.Repeat("Sub1", 16),
		Secret:    "CANARY" + strings.Repeat("c3", 29),
		Created:   made,
		Whitelist: []string{listed},
	}
	subOpen := &binance.Key{
		AccessKey: strings.Repeat("Sub2", 16),
		Secret:    "CANARY" + strings.Repeat("d4", 29),
		Created:   made,
		Flags:     []string{"enableReading"},
	}
	server, x, err := binance.Start(time.Now, &binance.Account{
		ID: "30071993", Keys: []*binance.Key{k},
		Subs: []*binance.Sub{
			{ID: 41001, Email: "grid@desk.example", Created: made, Keys: []*binance.Key{sub, subOpen}},
		},
		MarginKeys: []binance.MarginKey{
			{Name: "hedge", AccessKey: strings.Repeat("Marg", 16), Type: "HMAC_SHA256", Mode: "READ"},
		},
	})
	if err != nil {
		t.Fatal(err)
	}

	// ccxt 4.5.84 sends the parameters of sub-account calls as they are, so
	// percent-encoding is up to the caller. Since 2026-01-15 a payload that is
	// not encoded is refused (sub-account change log, 2025-12-26).
	const email, encoded = "grid@desk.example", "grid%40desk.example"
	const authentication = "AuthenticationError"
	signature := refusal{authentication, "-1022"}
	list := call{Method: "sapiGetSubAccountList"}
	return &stage{
		exchange: "binance", server: server,
		key: credential{APIKey: k.AccessKey, Secret: secret}, otherSecret: otherSecret,
		edit: func(deleted bool, whitelist ...string) {
			x.Do(func() { k.Deleted, k.Whitelist = deleted, whitelist })
		},
		clock: call{Method: "fetchTime"},
		accepted: []acceptedCall{
			{call{Method: "sapiGetSystemStatus"}, "normal", true},
			{call{Method: "sapiGetAccountApiRestrictions"}, `"enableReading":true`, false},
			{call{Method: "privateGetAccount"}, `"canTrade":true`, false},
			{list, email, false},
			// ccxt has no methods for these two.
			{
				call{API: "sapi", Path: "sub-account/subAccountApi", Params: map[string]string{"email": encoded}},
				sub.AccessKey,
				false,
			},
			{call{API: "sapi", Path: "margin/api-key-list"}, "hedge", false},
			{
				call{
					Method: "sapiGetSubAccountSubAccountApiIpRestriction",
					Params: map[string]string{"email": encoded, "subAccountApiKey": sub.AccessKey},
				},
				listed,
				false,
			},
		},
		refused: refusals{
			signature: signature, clock: refusal{"InvalidNonce", "-1021"},
			address: refusal{authentication, "-2015"}, deleted: refusal{authentication, "-2008"},
		},
		others: []otherCall{
			{
				"an address not encoded",
				credential{APIKey: k.AccessKey, Secret: secret},
				call{
					Method: "sapiGetSubAccountSubAccountApiIpRestriction",
					Params: map[string]string{"email": email, "subAccountApiKey": sub.AccessKey},
				},
				signature,
			},
			{
				"a sub-account lists",
				credential{APIKey: subOpen.AccessKey, Secret: subOpen.Secret},
				list,
				refusal{"ExchangeError", "Sub-account function is not enabled"},
			},
			{
				"a key that nobody made",
				credential{APIKey: strings.Repeat("None", 16), Secret: secret},
				call{Method: "privateGetAccount"},
				refusal{authentication, "-2015"},
			},
			{"a key cut short", credential{APIKey: k.AccessKey[:20], Secret: secret}, list, refusal{authentication, "-2014"}},
		},
	}
}

func newEd25519(t *testing.T) ed25519.PrivateKey {
	t.Helper()
	_, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	return private
}

func newRSA(t *testing.T) *rsa.PrivateKey {
	t.Helper()
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return private
}

func pkcs8(t *testing.T, private any) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}
