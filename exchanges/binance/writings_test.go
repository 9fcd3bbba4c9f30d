package binance

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"rekey/exchanges"
)

// signedBy is the live host as it checks signatures: by an Ed25519 key, or by
// an HMAC secret. It notes how it was signed to.
type signedBy struct {
	public ed25519.PublicKey
	hmac   string
	hexed  int // requests whose signature is written as HMAC's
}

func (s *signedBy) RoundTrip(r *http.Request) (*http.Response, error) {
	answer := func(status int, body string) (*http.Response, error) {
		return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}, nil
	}
	if r.URL.Path == "/api/v3/time" {
		return answer(200, bodyTime)
	}
	payload, signature, _ := strings.Cut(r.URL.RawQuery, "&signature=")
	signature, _ = url.QueryUnescape(signature)
	if _, err := hex.DecodeString(signature); err == nil {
		s.hexed++
	}
	raw, _ := base64.StdEncoding.DecodeString(signature)
	mac := hmac.New(sha256.New, []byte(s.hmac))
	mac.Write([]byte(payload))
	if s.public != nil && ed25519.Verify(s.public, []byte(payload), raw) || s.hmac != "" &&
		hex.EncodeToString(mac.Sum(nil)) == signature {
		return answer(200, bodyAlive)
	}
	return answer(400, `{"code":-1022,"msg":"Signature for this request is not valid."}`)
}

// An Ed25519 secret is read in every writing, or named: it never signs as an
// HMAC secret, and a refused signature is no reason to say that the secret is
// another key's.
func TestSecretsInOtherWritings(t *testing.T) {
	seed := []byte("CANARYCANARYCANARYCANARYCANARY!!")
	key := ed25519.NewKeyFromSeed(seed)
	public, _ := key.Public().(ed25519.PublicKey)
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	framed := string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	hmacHex := strings.Repeat("0123456789abcdef", 4)
	for _, c := range []struct {
		name, secret string
		server       *signedBy
		status       exchanges.Status
		kind         exchanges.Kind
		algorithm    string
		hexed        bool
	}{
		{"PEM", framed, &signedBy{public: public}, exchanges.StatusAlive, "", "ed25519", false},
		{
			"PEM with CRLF", strings.ReplaceAll(framed, "\n", "\r\n"), &signedBy{public: public}, exchanges.StatusAlive, "",
			"ed25519", false,
		},
		{
			"PEM on one line", strings.ReplaceAll(framed, "\n", " "), &signedBy{public: public}, exchanges.StatusAlive, "",
			"ed25519", false,
		},
		{
			"PEM, line ends in letters", strings.ReplaceAll(framed, "\n", `\n`), &signedBy{public: public},
			exchanges.StatusAlive, "", "ed25519", false,
		},
		{
			"base64", base64.StdEncoding.EncodeToString(der), &signedBy{public: public}, exchanges.StatusAlive, "",
			"ed25519", false,
		},
		{"hexadecimal", hex.EncodeToString(der), &signedBy{public: public}, exchanges.StatusAlive, "", "ed25519", false},
		{
			"base64 of the seed", base64.StdEncoding.EncodeToString(seed), &signedBy{public: public}, exchanges.StatusAlive,
			"", "ed25519", false,
		},
		{
			"base64 of both halves", base64.StdEncoding.EncodeToString(key), &signedBy{public: public},
			exchanges.StatusAlive, "", "ed25519", false,
		},
		{
			"the seed in hexadecimal", hex.EncodeToString(seed), &signedBy{public: public}, exchanges.StatusAlive, "",
			"ed25519", false,
		},
		{"an HMAC secret in hexadecimal", hmacHex, &signedBy{hmac: hmacHex}, exchanges.StatusAlive, "", "hmac", true},
		{"an HMAC secret", secret("x"), &signedBy{hmac: secret("x")}, exchanges.StatusAlive, "", "hmac", true},
		{"hexadecimal of neither", hmacHex, &signedBy{}, exchanges.StatusAlive, exchanges.KindBadSignature, "", true},
		{
			"another HMAC secret", secret("y"), &signedBy{hmac: secret("x")}, exchanges.StatusAlive,
			exchanges.KindBadSignature, "", true,
		},
		{
			"a secret of another form", "CANARY/with+signs", &signedBy{}, exchanges.StatusAlive, exchanges.KindBadSignature,
			"", true,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			client := clientAt(t, c.server, "live")
			adapter, err := open(exchanges.Credential{AccessKey: accessKey("bot"), Secret: exchanges.NewSecret(c.secret)},
				exchanges.Env{Caller: client, Environment: "live"})
			if err != nil {
				t.Fatal(err)
			}
			k, err := adapter.Inspect(t.Context())
			if k.Status != c.status || exchanges.KindOf(err) != c.kind || k.Algorithm != c.algorithm {
				t.Errorf("status %q, algorithm %q, error %v", k.Status, k.Algorithm, err)
			}
			if text := fmt.Sprint(err); strings.Contains(text, "does not belong") || strings.Contains(text, "CANARY") {
				t.Errorf("the error says %q", text)
			}
			if (c.server.hexed > 0) != c.hexed {
				t.Errorf("signed as HMAC %d times", c.server.hexed)
			}
			if again, err := adapter.Inspect(t.Context()); again.Status != c.status || exchanges.KindOf(err) != c.kind {
				t.Errorf("the second look: status %q, error %v", again.Status, err)
			}
		})
	}
}

// A private key that cannot be read is named, and nothing is sent.
func TestSecretsThatAreNamed(t *testing.T) {
	for name, c := range map[string]struct{ secret, says string }{
		"cut short": {"MC4CAQAwBQYDK2VwBCIEIENBTkFSWUNBTkFSWUNBTkFSWUNB", "copied whole"},
		"a passphrase": {
			"-----BEGIN ENCRYPTED PRIVATE KEY-----\nQ0FOQVJZ\n-----END ENCRYPTED PRIVATE KEY-----",
			"passphrase",
		},
	} {
		_, err := open(exchanges.Credential{AccessKey: accessKey("bot"), Secret: exchanges.NewSecret(c.secret)},
			exchanges.Env{})
		if exchanges.KindOf(err) != exchanges.KindCredential || !strings.Contains(err.Error(), c.says) ||
			!strings.Contains(err.Error(), "PKCS#8") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
