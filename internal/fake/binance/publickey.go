package binance

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
)

// The kinds of keys, as the list of special keys writes them.
const (
	hmacKey    = "HMAC_SHA256"
	rsaKey     = "RSA"
	ed25519Key = "Ed25519"
)

// publicKey reads a public key in PEM ("BEGIN PUBLIC KEY") and returns its kind
// and the check of its signatures. The kind is "" for anything else. RSA keys
// have 2048 or 4096 bits (faqs/api_key_types.md).
func publicKey(text string) (kind string, verify func(payload, signature string) bool) {
	block, _ := pem.Decode([]byte(text))
	if block == nil || block.Type != "PUBLIC KEY" {
		return "", nil
	}
	parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return "", nil
	}
	switch key := parsed.(type) {
	case ed25519.PublicKey:
		return ed25519Key, func(payload, signature string) bool {
			raw, err := base64.StdEncoding.DecodeString(signature)
			return err == nil && ed25519.Verify(key, []byte(payload), raw)
		}
	case *rsa.PublicKey:
		if bits := key.N.BitLen(); bits != 2048 && bits != 4096 {
			return "", nil
		}
		return rsaKey, func(payload, signature string) bool {
			digest := sha256.Sum256([]byte(payload))
			raw, err := base64.StdEncoding.DecodeString(signature)
			return err == nil && rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], raw) == nil
		}
	default:
		return "", nil
	}
}
