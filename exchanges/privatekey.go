package exchanges

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"regexp"
	"strings"
)

// Private keys are handed around in many writings: a PEM with line ends of any
// kind, on one line, or with "\n" in letters; the base64 or the hexadecimal
// digits of PKCS#8 without its frame (nautilus_trader's documentation,
// binance-connector-go#28; read 2026-11-30); the 32 bytes of an Ed25519 seed.

// ErrNoPrivateKey says that a text is no private key in any writing: perhaps a
// secret of another kind.
var ErrNoPrivateKey = errors.New("the secret is no private key")

// PrivateKey reads a private key in each of those writings. A text that begins
// like one and cannot be read gives an error that says what it is and what is
// wanted, and that holds nothing of it; any other text gives ErrNoPrivateKey.
// The seed of an Ed25519 key in hexadecimal digits is not read: it is told
// from no other secret by its form.
func PrivateKey(text string) (crypto.Signer, error) {
	text = strings.NewReplacer(`\r`, "", `\n`, "\n", "\r", "").Replace(text)
	text = strings.TrimSpace(strings.ReplaceAll(text, `\`, "")) // escaped twice
	if strings.Contains(text, "-----BEGIN") {
		return fromPEM(text)
	}
	if raw, ok := unwritten(text); ok {
		return fromBytes(raw)
	}
	if strings.HasPrefix(text, "MII") || strings.HasPrefix(text, "MC4CAQAwBQYDK2Vw") || strings.HasPrefix(text,
		"302e020100300506032b6570") {
		return nil, errors.New("the secret begins like a private key in PKCS#8 and cannot be read: was it copied whole?")
	}
	return nil, ErrNoPrivateKey
}

var block = regexp.MustCompile(`(?s)-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END ([A-Z0-9 ]+)-----`)

// fromPEM reads the first private key of a PEM. Blocks before it, such as EC
// PARAMETERS, are passed over.
func fromPEM(text string) (crypto.Signer, error) {
	blocks := block.FindAllStringSubmatch(text, -1)
	for _, b := range blocks {
		kind, body := b[1], b[2]
		if kind != b[3] {
			continue
		}
		der, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(body), ""))
		switch {
		case strings.Contains(body, "ENCRYPTED"), kind == "ENCRYPTED PRIVATE KEY":
			return nil, errors.New("this is a private key under a passphrase, wanted is one without: openssl pkcs8 -topk8 " +
				"-nocrypt makes it")
		case kind == "OPENSSH PRIVATE KEY":
			return nil, errors.New("this is a private key of OpenSSH, wanted is PKCS#8: openssl genpkey makes one")
		case strings.HasSuffix(kind, "PUBLIC KEY"), kind == "CERTIFICATE":
			return nil, errors.New("this is a public key, wanted is the private key that belongs to it")
		case !strings.HasSuffix(kind, "PRIVATE KEY"):
			continue
		case err != nil:
			return nil, errors.New("the secret begins like a PEM private key and cannot be read as one: was it copied whole?")
		}
		return fromDER(der)
	}
	return nil, errors.New("the secret begins like a PEM private key and cannot be read as one: was it copied whole?")
}

// fromDER reads PKCS#8, PKCS#1 and SEC 1.
func fromDER(der []byte) (crypto.Signer, error) {
	if key, err := x509.ParsePKCS8PrivateKey(der); err == nil {
		if signer, ok := key.(crypto.Signer); ok {
			return signer, nil
		}
		return nil, errors.New("this is a private key that cannot sign")
	}
	if key, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return key, nil
	}
	if key, err := x509.ParseECPrivateKey(der); err == nil {
		return key, nil
	}
	if _, err := x509.ParsePKIXPublicKey(der); err == nil {
		return nil, errors.New("this is a public key, wanted is the private key that belongs to it")
	}
	return nil, errors.New("the secret is not a PKCS#8 private key without passphrase, though it begins like one: was " +
		"it copied whole?")
}

// unwritten returns the bytes that a text stands for, when they can be a
// private key without a frame.
func unwritten(text string) ([]byte, bool) {
	text = strings.Join(strings.Fields(text), "")
	for _, decode := range []func(string) ([]byte, error){
		hex.DecodeString, base64.StdEncoding.DecodeString, base64.RawStdEncoding.DecodeString,
		base64.URLEncoding.DecodeString, base64.RawURLEncoding.DecodeString,
	} {
		raw, err := decode(text)
		if err != nil {
			continue
		}
		if looksDER(raw) {
			return raw, true
		}
	}
	// A seed, or seed and public half: with the "=" that tells base64 from
	// letters and digits.
	if raw, err := base64.StdEncoding.DecodeString(text); err == nil && strings.HasSuffix(text, "=") &&
		(len(raw) == ed25519.SeedSize || len(raw) == ed25519.PrivateKeySize) {
		return raw, true
	}
	return nil, false
}

// looksDER reports whether bytes are one ASN.1 sequence with a version before
// anything else, or one of an algorithm, as keys are.
func looksDER(raw []byte) bool {
	if len(raw) < 40 || raw[0] != 0x30 {
		return false
	}
	length, rest := int(raw[1]), raw[2:]
	if n := length - 0x80; n > 0 {
		if n > 2 || len(rest) < n {
			return false
		}
		length = 0
		for _, b := range rest[:n] {
			length = length<<8 | int(b)
		}
		rest = rest[n:]
	}
	return length == len(rest) && (rest[0] == 0x02 || rest[0] == 0x30)
}

func fromBytes(raw []byte) (crypto.Signer, error) {
	if looksDER(raw) {
		return fromDER(raw)
	}
	key := ed25519.NewKeyFromSeed(raw[:ed25519.SeedSize])
	if len(raw) == ed25519.PrivateKeySize && !bytes.Equal(key, raw) {
		return nil, errors.New("the two halves of the Ed25519 key do not belong together: was it copied whole, or is it a " +
			"secret of coinbase-exchange?")
	}
	return key, nil
}

// PKCS8 writes a private key as PEM.
func PKCS8(key crypto.Signer) (string, error) {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return "", errors.New("the private key cannot be written as PKCS#8")
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})), nil
}
