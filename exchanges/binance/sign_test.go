package binance

import (
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"net/url"
	"strings"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/internal/httpx"
)

// The vectors of binance-spot-api-docs rest-api.md, "SIGNED Endpoint
// Examples". Key and secret are published there.
func TestDocumentedSignatures(t *testing.T) {
	const published = "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"
	for _, v := range []struct{ payload, want string }{
		{
			"symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559",
			"c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71",
		},
		{
			"symbol=" + url.QueryEscape("１２３４５６") +
				"&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559",
			"e1353ec6b14d888f1164ae9af8228a3dbd508bc82eb867db8ab6046442f33ef3",
		},
	} {
		a := &adapter{credential: exchanges.Credential{Secret: exchanges.NewSecret(published)}, keyType: "HMAC"}
		if got, err := a.sign(v.payload); err != nil || got != v.want {
			t.Errorf("sign(%q) = %s, %v, want %s", v.payload, got, err, v.want)
		}
	}
}

// An e-mail is percent-encoded before it is signed, "@" and "+" too.
func TestOwnCallsAreEncodedWhole(t *testing.T) {
	client, err := httpx.New(httpx.Options{Exchange: Name, Protocol: protocol(), Environment: "live"})
	if err != nil {
		t.Fatal(err)
	}
	a, err := open(credential("alive"), exchanges.Env{Caller: client, Environment: "live"})
	if err != nil {
		t.Fatal(err)
	}
	req, err := a.(*adapter).get(
		"/sapi/v1/sub-account/subAccountApi",
		url.Values{"email": {"a+b c@x.example"}},
	)(
		time.UnixMilli(1700000000000),
	)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(
		req.URL.RawQuery,
		"email=a%2Bb%20c%40x.example&recvWindow=5000&timestamp=1700000000000&signature=",
	) {
		t.Errorf("query %q", req.URL.RawQuery)
	}
}

// RSA and Ed25519 secrets are PEM and are told from plain text.
func TestKeyTypes(t *testing.T) {
	pemOf := func(key any) string {
		der, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			t.Fatal(err)
		}
		return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	}
	_, ed, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	rsaKey, err := rsa.GenerateKey(nil, 2048)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ secret, want string }{
		{secret("x"), "HMAC"},
		{pemOf(ed), "ED25519"},
		{pemOf(rsaKey), "RSA"},
		{"-----BEGIN PRIVATE KEY-----\nCANARY\n", ""},
		{"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", ""},
		{"", ""},
	} {
		got, _, err := keyTypeOf(exchanges.NewSecret(c.secret))
		if got != c.want || (err == nil) != (c.want != "") {
			t.Errorf("got %q, %v, want %q", got, err, c.want)
		}
		if err != nil && strings.Contains(err.Error(), "CANARY") {
			t.Errorf("the error holds the secret: %v", err)
		}
	}
	a := &adapter{credential: exchanges.Credential{Secret: exchanges.NewSecret(pemOf(ed))}, keyType: "ED25519"}
	if s, err := a.sign("a=b"); err != nil || len(s) != 88 {
		t.Errorf("an Ed25519 signature is 64 bytes in base64: %q, %v", s, err)
	}
}
