package threecommas

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
)

// The vectors are those of docs/quick-start/6 (3commas-official-api-docs
// 0a55695, 2026-05-07). The page prints the path alone above the second one;
// its signature is that of path, "?" and body.
func TestDocumentedHMACSignatures(t *testing.T) {
	sign, err := newSigner(exchanges.NewSecret("NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"))
	if err != nil {
		t.Fatal(err)
	}
	for payload, want := range map[string]string{
		`/public/api/ver1/users/change_mode?mode=paper`: "bca8d8c10acfbe8e76c5335d3efbe0a550487170a8bb7aaea0a13efabab55316",
		`/public/api/ver1/users/change_mode?{"mode": ` +
			`"paper"}`: "0475b407ba6f2388d213134e478b330f74073388a232737837f79018694ae373",
	} {
		if got, err := sign(payload); err != nil || got != want {
			t.Errorf("%s: %s, %v, want %s", payload, got, err, want)
		}
	}
}

// The documented RSA vectors need the published private key, which is not
// kept here. What they state is checked with a key of our own.
func TestRSASignature(t *testing.T) {
	pkcs8, err := x509.MarshalPKCS8PrivateKey(rsaKey())
	if err != nil {
		t.Fatal(err)
	}
	for name, secret := range map[string]exchanges.Secret{
		"PKCS#1": rsaCredential().Secret,
		"PKCS#8": exchanges.NewSecret("\n" + string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}))),
	} {
		sign, err := newSigner(secret)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		const payload = "/public/api/ver1/users/change_mode?mode=paper"
		text, err := sign(payload)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		raw, err := base64.StdEncoding.DecodeString(text)
		sum := sha256.Sum256([]byte(payload))
		if err != nil || rsa.VerifyPKCS1v15(&rsaKey().PublicKey, crypto.SHA256, sum[:], raw) != nil {
			t.Errorf("%s: the signature does not verify", name)
		}
	}
}

// What is signed is what is sent, also when an access key holds signs that a
// query cannot.
func TestSignedTextIsTheRequest(t *testing.T) {
	b := newBench(t)
	a := b.open(t, credential("alive"))
	for _, key := range []string{"organizations/7a/apiKeys/9b", "with space+plus&page=2", "ümlaut%2F"} {
		if _, err := a.Holds(t.Context(), key); err != nil {
			t.Errorf("%q: %v", key, err)
		}
		last := b.server.Requests()[len(b.server.Requests())-1]
		if strings.Contains(last.Query, "+") || strings.Contains(last.Query, "page=2") {
			t.Errorf("%q went out as %s", key, last.Query)
		}
	}
	want, err := a.sign("/public/api/ver1/validate")
	if err != nil {
		t.Fatal(err)
	}
	if err := a.CheckToken(t.Context()); err != nil {
		t.Fatal(err)
	}
	last := b.server.Requests()[len(b.server.Requests())-1]
	if got := last.Header.Get("Signature"); got != want || last.Header.Get("Forced-Mode") != "real" {
		t.Errorf("signature %q, mode %q, want the signature of the path alone", got, last.Header.Get("Forced-Mode"))
	}
}

// A gateway is a caller whose endpoint has a path of its own.
type gateway struct {
	script
	sent *http.Request
}

func (*gateway) Endpoint(string) string { return "http://127.0.0.1:1/gateway" }

func (g *gateway) Call(_ context.Context, call exchanges.Call) (res exchanges.Response, err error) {
	g.sent, err = call.Build(time.Time{})
	return exchanges.Response{Status: http.StatusOK, Body: []byte(`{"valid":true}`)}, err
}

// Behind a gateway 3Commas sees its own path, and the signature is over that.
func TestSignedTextBeginsAtPublicAPI(t *testing.T) {
	g := &gateway{}
	v, err := open(credential("alive"), exchanges.Env{Caller: g})
	if err != nil {
		t.Fatal(err)
	}
	a := v.(*adapter)
	want, err := a.sign("/public/api/ver1/validate")
	if err != nil {
		t.Fatal(err)
	}
	if err := a.CheckToken(t.Context()); err != nil {
		t.Fatal(err)
	}
	if g.sent.URL.Path != "/gateway/public/api/ver1/validate" || g.sent.Header.Get("Signature") != want {
		t.Errorf("%s was signed as something else", g.sent.URL.Path)
	}
}

func TestAdapterDoesNotPrintItsSecret(t *testing.T) {
	v, err := open(credential("alive"), exchanges.Env{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := open(rsaCredential(), exchanges.Env{})
	if err != nil {
		t.Fatal(err)
	}
	for _, form := range []string{"%v", "%+v", "%#v"} {
		text := fmt.Sprintf(form, v) + fmt.Sprintf(form, r)
		if strings.Contains(text, exchangetest.Canary) || strings.Contains(text, rsaKey().D.String()) {
			t.Errorf("the secret shows with %s", form)
		}
	}
}

func TestRecognise(t *testing.T) {
	possible, unlike := exchanges.Possible, exchanges.Unlike
	for _, c := range []struct {
		story       string
		credential  exchanges.Credential
		key, secret exchanges.Likeness
	}{
		{"as in the documents", credential("alive"), possible, possible},
		{"an RSA token", rsaCredential(), possible, possible},
		{"a KuCoin key", exchanges.Credential{
			AccessKey: "67b0cana5a2a6e0001a1c9d3",
			Secret:    exchanges.NewSecret("CANARY00-0000-4000-8000-000000000000"),
		}, unlike, unlike},
		{"half a secret", exchanges.Credential{
			AccessKey: accessKey("a"),
			Secret:    exchanges.NewSecret("CANARY"),
		}, possible, unlike},
		{"nothing", exchanges.Credential{}, unlike, unlike},
	} {
		fit := recognise(c.credential)
		if fit.AccessKey != c.key || fit.Secret != c.secret ||
			(fit.Problem == "") != (c.key == possible && c.secret == possible) {
			t.Errorf("%s: %+v", c.story, fit)
		}
		clean(t, fit)
	}
}

func ed25519Key(t *testing.T) ed25519.PrivateKey {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}
