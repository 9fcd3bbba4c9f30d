package coinbase

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
	"rekey/internal/httpx"
)

type roundTrip func(*http.Request) *http.Response

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r), nil }

func answer(status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}
}

// openWith opens a key at the real host, whose place a function takes.
func openWith(t *testing.T, clock *exchangetest.Clock, f roundTrip) exchanges.Adapter {
	t.Helper()
	client, err := httpx.New(
		httpx.Options{Exchange: Name, Protocol: protocol(), Now: clock.Now, Sleep: clock.Sleep, Transport: f},
	)
	if err != nil {
		t.Fatal(err)
	}
	a, err := open(algorithms()[1].credential("real"), exchanges.Env{Caller: client})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// The token for the real host, read without the library that made it, is that
// of the official SDK.
func TestToken(t *testing.T) {
	clock := exchangetest.NewClock()
	var sent *http.Request
	a := openWith(t, clock, func(r *http.Request) *http.Response {
		if r.URL.Path == pathTime {
			return answer(http.StatusNotFound, "{}")
		}
		sent = r
		return answer(http.StatusOK, `{"can_view":true}`)
	})
	if _, err := a.Inspect(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := sent.URL.String(); got != "https://api.coinbase.com/api/v3/brokerage/key_permissions" {
		t.Errorf("sent to %s", got)
	}
	parts := strings.Split(strings.TrimPrefix(sent.Header.Get("Authorization"), "Bearer "), ".")
	if len(parts) != 3 {
		t.Fatalf("the token has %d parts", len(parts))
	}
	var header, claims map[string]any
	for i, v := range []any{&header, &claims} {
		raw, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(raw, v); err != nil {
			t.Fatal(err)
		}
	}
	nonce, _ := header["nonce"].(string)
	if len(nonce) != 64 || strings.Trim(nonce, "0123456789abcdef") != "" {
		t.Errorf("nonce %q, want 32 random bytes in hex", nonce)
	}
	delete(header, "nonce")
	name := accessKey("real")
	if d := cmp.Diff(map[string]any{"alg": "ES256", "typ": "JWT", "kid": name}, header); d != "" {
		t.Errorf("header (-want +got):\n%s", d)
	}
	from := float64(clock.Now().Add(-2 * time.Second).Unix())
	if d := cmp.Diff(map[string]any{
		"sub": name, "iss": "cdp", "nbf": from, "exp": from + 120,
		"uri": "GET api.coinbase.com/api/v3/brokerage/key_permissions",
	}, claims); d != "" {
		t.Errorf("claims (-want +got):\n%s", d)
	}
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil || len(signature) != 64 {
		t.Fatalf("signature of %d bytes, error %v: want r and s, 32 each", len(signature), err)
	}
	digest := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	r, s := new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])
	if !ecdsa.Verify(&ecKey("real").PublicKey, digest[:], r, s) {
		t.Error("the signature does not verify")
	}
}

// An Ed25519 signature is fixed by its key: the vector was computed with
// another program (see edVector).
func TestEd25519Token(t *testing.T) {
	method, key, err := privateKey(exchanges.NewSecret(seedText("vector")))
	if err != nil {
		t.Fatal(err)
	}
	got, err := sign(
		method,
		key,
		accessKey("vector"),
		strings.Repeat("0f", 32),
		"GET api.coinbase.com"+pathInspect,
		time.Unix(1_700_000_002, 5),
	)
	if err != nil {
		t.Fatal(err)
	}
	if got != edVector {
		t.Errorf("got  %s\nwant %s", got, edVector)
	}
}

// edVector was made with Python's json and cryptography 48.0.0 (Ed25519) from
// the claims of the official SDK, keys sorted, no blanks.
const edVector = "" +
	"eyJhbGciOiJFZERTQSIsImtpZCI6Im9yZ2FuaXphdGlvbnMvNmYxZGUyYTQtMGIzYy00ZDVlLThmOTAtMWEyYjNjNGQ1ZTZmL2Fw" +
	"aUtleXMvN2EyZWYzYjUtMWM0ZC00ZTZmLTlhMDEtNjUzNGYyMDAwMDAwIiwibm9uY2UiOiIwZjBmMGYwZjBmMGYwZjBmMGYwZjBm" +
	"MGYwZjBmMGYwZjBmMGYwZjBmMGYwZjBmMGYwZjBmMGYwZjBmMGYwZjBmIiwidHlwIjoiSldUIn0.eyJleHAiOjE3MDAwMDAxMjAs" +
	"ImlzcyI6ImNkcCIsIm5iZiI6MTcwMDAwMDAwMCwic3ViIjoib3JnYW5pemF0aW9ucy82ZjFkZTJhNC0wYjNjLTRkNWUtOGY5MC0x" +
	"YTJiM2M0ZDVlNmYvYXBpS2V5cy83YTJlZjNiNS0xYzRkLTRlNmYtOWEwMS02NTM0ZjIwMDAwMDAiLCJ1cmkiOiJHRVQgYXBpLmNv" +
	"aW5iYXNlLmNvbS9hcGkvdjMvYnJva2VyYWdlL2tleV9wZXJtaXNzaW9ucyJ9.QlbfEN3mGA87l94cQohDVkImM4YhrFrlqXH0ii4" +
	"1SHsH1TdeXFMngkfTOQicDs_b5pf_kr-SS3FCk7jZng-WAA"

func pkcs8PEM(t *testing.T, key any) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

func TestSecretForms(t *testing.T) {
	ec, ed := ecKey("forms"), edKey("forms")
	sec1 := sec1PEM(ec)
	if !strings.Contains(sec1, exchangetest.Canary) {
		t.Fatal("the test's PEM does not hold the canary")
	}
	parameters := "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
	for _, c := range []struct {
		name, text, algorithm string
		public                any
	}{
		{"SEC1 PEM", sec1, "ecdsa", &ec.PublicKey},
		{`SEC1 PEM with literal \n`, strings.ReplaceAll(sec1, "\n", `\n`), "ecdsa", &ec.PublicKey},
		{`SEC1 PEM with literal \r\n`, strings.ReplaceAll(sec1, "\n", `\r\n`), "ecdsa", &ec.PublicKey},
		{"SEC1 PEM with CRLF", strings.ReplaceAll(sec1, "\n", "\r\n"), "ecdsa", &ec.PublicKey},
		{"SEC1 PEM in white space", "\n  " + sec1 + "  \n", "ecdsa", &ec.PublicKey},
		{"SEC1 PEM after its parameters", parameters + sec1, "ecdsa", &ec.PublicKey},
		{"PKCS#8 PEM, P-256", pkcs8PEM(t, ec), "ecdsa", &ec.PublicKey},
		{"PKCS#8 PEM, Ed25519", pkcs8PEM(t, ed), "ed25519", ed.Public()},
		{"base64 of seed and public key", base64.StdEncoding.EncodeToString(ed), "ed25519", ed.Public()},
		{"base64 of the seed", seedText("forms"), "ed25519", ed.Public()},
	} {
		method, key, err := privateKey(exchanges.NewSecret(c.text))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		same, ok := key.Public().(interface{ Equal(x crypto.PublicKey) bool })
		if !ok || algorithm(method) != c.algorithm || !same.Equal(c.public) {
			t.Errorf("%s: read as %s", c.name, algorithm(method))
		}
	}
}

func TestSecretsThatCannotSign(t *testing.T) {
	halves := bytes.Clone(edKey("one"))
	copy(halves[ed25519.SeedSize:], edKey("two")[ed25519.SeedSize:])
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	sec1 := sec1PEM(ecKey("cut"))
	for name, text := range map[string]string{
		"none":                   "",
		"halves of two keys":     base64.StdEncoding.EncodeToString(halves),
		"too short":              base64.StdEncoding.EncodeToString([]byte("CANARY")),
		"a word":                 "CANARY, not base64",
		"P-384":                  sec1PEM(p384),
		"RSA":                    pkcs8PEM(t, rsaKey),
		"a PEM cut short":        sec1[:len(sec1)-40],
		"a PEM with other bytes": "-----BEGIN EC PRIVATE KEY-----\nCANARY==\n-----END EC PRIVATE KEY-----\n",
		"parameters and no key":  "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n",
		"a public key":           "-----BEGIN PUBLIC KEY-----\nBggqhkjOPQMBBw==\n-----END PUBLIC KEY-----\n",
		"a PEM with a passphrase": "-----BEGIN ENCRYPTED PRIVATE KEY-----\nBggqhkjOPQMBBw==\n-----END " +
			"ENCRYPTED PRIVATE KEY-----\n",
		"a secret of the Exchange": base64.StdEncoding.EncodeToString(bytes.Repeat([]byte("CANARY00"), 8)),
	} {
		_, err := open(exchanges.Credential{AccessKey: accessKey("x"), Secret: exchanges.NewSecret(text)}, exchanges.Env{})
		if exchanges.KindOf(err) != exchanges.KindCredential {
			t.Errorf("%s: error %v, want credential", name, err)
		} else if strings.Contains(err.Error(), exchangetest.Canary) {
			t.Errorf("%s: the error shows the secret", name)
		}
	}
}

// Printing an adapter shows neither the secret nor the number that it is made
// of.
func TestAdapterPrintsNoSecret(t *testing.T) {
	for _, a := range algorithms() {
		opened, err := open(a.credential("print"), exchanges.Env{})
		if err != nil {
			t.Fatal(err)
		}
		for _, form := range []string{"%v", "%+v", "%#v"} {
			text := fmt.Sprintf(form, opened)
			d, err := ecKey("print").Bytes()
			if err != nil {
				t.Fatal(err)
			}
			seed := strings.Trim(fmt.Sprintf("%d", edKey("print").Seed()), "[]")
			for _, hidden := range []string{exchangetest.Canary, new(big.Int).SetBytes(d).String(), seed} {
				if strings.Contains(text, hidden) {
					t.Errorf("%s, printed with %s, shows its secret", a.name, form)
				}
			}
		}
	}
}

func FuzzPrivateKey(f *testing.F) {
	f.Add(sec1PEM(ecKey("fuzz")))
	f.Add(seedText("fuzz"))
	f.Add(base64.StdEncoding.EncodeToString(edKey("fuzz")))
	f.Add("-----BEGIN PRIVATE KEY-----\\n-----END PRIVATE KEY-----")
	f.Fuzz(func(t *testing.T, text string) {
		method, key, err := privateKey(exchanges.NewSecret(text))
		if err != nil {
			if len(text) > 20 && strings.Contains(err.Error(), text) {
				t.Error("the error shows the secret")
			}
			return
		}
		if _, err := sign(method, key, "k", "n", "u", time.Unix(1, 0)); err != nil {
			t.Errorf("a key that was read cannot sign: %v", err)
		}
	})
}
