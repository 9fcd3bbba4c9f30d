package exchanges_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"strings"
	"testing"

	"rekey/exchanges"
)

// writings are the ways in which a private key in PKCS#8 is handed around.
func writings(t *testing.T, key crypto.Signer) map[string]string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	framed := string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	bare := base64.StdEncoding.EncodeToString(der)
	return map[string]string{
		"PEM":                            framed,
		"PEM with CRLF":                  strings.ReplaceAll(framed, "\n", "\r\n"),
		"PEM with line ends in letters":  strings.ReplaceAll(framed, "\n", `\n`),
		"PEM with CRLF in letters":       strings.ReplaceAll(framed, "\n", `\r\n`),
		"PEM escaped twice":              strings.ReplaceAll(framed, "\n", `\\n`),
		"PEM on one line":                strings.ReplaceAll(framed, "\n", ""),
		"PEM on one line, with blanks":   strings.ReplaceAll(framed, "\n", " "),
		"PEM with blanks before a line":  strings.ReplaceAll(framed, "\n", "\n    "),
		"base64":                         bare,
		"base64 without padding":         strings.TrimRight(bare, "="),
		"base64 of URLs":                 base64.URLEncoding.EncodeToString(der),
		"base64 on several lines":        bare[:40] + "\n" + bare[40:],
		"base64 with line ends, letters": bare[:40] + `\n` + bare[40:],
		"hexadecimal digits":             hex.EncodeToString(der),
		"hexadecimal digits, upper case": strings.ToUpper(hex.EncodeToString(der)),
	}
}

func TestPrivateKeyInEveryWriting(t *testing.T) {
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p256, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for kind, key := range map[string]crypto.Signer{
		"Ed25519": ed25519.NewKeyFromSeed([]byte("CANARYCANARYCANARYCANARYCANARY!!")), "RSA": rsaKey, "P-256": p256,
	} {
		for name, text := range writings(t, key) {
			got, err := exchanges.PrivateKey(text)
			if err != nil {
				t.Errorf("%s as %s: %v", kind, name, err)
				continue
			}
			if same, ok := key.Public().(interface{ Equal(x crypto.PublicKey) bool }); !ok || !same.Equal(got.Public()) {
				t.Errorf("%s as %s: another key", kind, name)
			}
		}
	}
}

// What begins like a private key and is none that can be used is named, and
// never taken for a secret of another kind.
func TestPrivateKeysThatAreNamed(t *testing.T) {
	key := ed25519.NewKeyFromSeed([]byte("CANARYCANARYCANARYCANARYCANARY!!"))
	all := writings(t, key)
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ text, says string }{
		"cut short":            {all["PEM"][:90], "copied whole"},
		"base64 cut short":     {all["base64"][:60], "copied whole"},
		"hex cut short":        {all["hexadecimal digits"][:90], "copied whole"},
		"under a passphrase":   {strings.ReplaceAll(all["PEM"], "PRIVATE", "ENCRYPTED PRIVATE"), "passphrase"},
		"of OpenSSH":           {strings.ReplaceAll(all["PEM"], "PRIVATE", "OPENSSH PRIVATE"), "OpenSSH"},
		"a public key":         {string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public})), "public key"},
		"a bare public key":    {base64.StdEncoding.EncodeToString(public), "public key"},
		"frames that differ":   {strings.Replace(all["PEM"], "END PRIVATE", "END RSA PRIVATE", 1), "copied whole"},
		"something else in it": {"-----BEGIN PRIVATE KEY-----\nQ0FOQVJZ\n-----END PRIVATE KEY-----", "PKCS#8"},
	} {
		_, err := exchanges.PrivateKey(c.text)
		if err == nil || errors.Is(err, exchanges.ErrNoPrivateKey) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want it to say %q", name, err, c.says)
		}
		if err != nil && (strings.Contains(err.Error(), "CANARY") || strings.Contains(err.Error(), "Q0FO")) {
			t.Errorf("%s: the error shows the secret: %v", name, err)
		}
	}
	for _, text := range []string{
		"", "CANARY", strings.Repeat("s3C", 21) + "b", strings.Repeat("0123456789abcdef", 4),
		strings.Repeat("A", 64),
	} {
		if _, err := exchanges.PrivateKey(text); !errors.Is(err, exchanges.ErrNoPrivateKey) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func FuzzPrivateKey(f *testing.F) {
	f.Add("-----BEGIN PRIVATE KEY-----\\nMC4CAQAwBQYDK2VwBCIEIENBTkFSWUNBTkFSWUNBTkFSWUNBTkFSWUNBTkFSWSEh\\n-----END " +
		"PRIVATE KEY-----")
	f.Add("MC4CAQAwBQYDK2VwBCIEIENBTkFSWUNBTkFSWUNBTkFSWUNBTkFSWUNBTkFSWSEh")
	f.Add("302e020100300506032b657004220420")
	f.Add("Q0FOQVJZQ0FOQVJZQ0FOQVJZQ0FOQVJZQ0FOQVJZQ0E=")
	f.Fuzz(func(t *testing.T, text string) {
		key, err := exchanges.PrivateKey(text)
		if (key == nil) == (err == nil) {
			t.Errorf("key %v, error %v", key != nil, err)
		}
		if err != nil && len(text) > 24 && strings.Contains(err.Error(), text) {
			t.Error("the error shows the secret")
		}
	})
}
