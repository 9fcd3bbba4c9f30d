package journal

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"

	"rekey/exchanges"
)

// A KeyID names an API key without showing it: its access key shortened for
// people, and its fingerprint. It is made by [NameKey] alone, so no full
// access key gets into a journal.
type KeyID struct{ accessKey, fingerprint string }

// NameKey returns the name of the key with this access key.
func NameKey(accessKey string) KeyID {
	if accessKey == "" {
		return KeyID{}
	}
	return KeyID{exchanges.MaskAccessKey(accessKey), exchanges.Fingerprint(accessKey)}
}

// AccessKey returns the shortened access key, "abcd…wxyz".
func (k KeyID) AccessKey() string { return k.accessKey }

// Fingerprint returns "sha256:" and the hex SHA-256 of the full access key.
func (k KeyID) Fingerprint() string { return k.fingerprint }

// Names reports whether k is the name of the key with this access key.
func (k KeyID) Names(accessKey string) bool { return !k.IsZero() && k == NameKey(accessKey) }

// IsZero reports whether k names nothing.
func (k KeyID) IsZero() bool { return k == KeyID{} }

// String returns the shortened access key.
func (k KeyID) String() string { return k.accessKey }

type keyIDWire struct {
	AccessKey   string `json:"access_key"`
	Fingerprint string `json:"fingerprint"`
}

// MarshalJSON writes both names.
func (k KeyID) MarshalJSON() ([]byte, error) {
	return json.Marshal(keyIDWire{k.accessKey, k.fingerprint})
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (k *KeyID) UnmarshalJSON(b []byte) error {
	var w keyIDWire
	if err := strict(b, &w); err != nil {
		return err
	}
	sum, ok := strings.CutPrefix(w.Fingerprint, "sha256:")
	if !ok || !isHash(sum) || !strings.Contains(w.AccessKey, "…") || len(w.AccessKey) > 64 {
		return errors.New("a key is not named as rekey names keys")
	}
	*k = KeyID{w.AccessKey, w.Fingerprint}
	return nil
}

// A Digest is the SHA-256 of a file, to see whether it changed. It is made by
// [DigestOf] and [DigestOfSum] alone, so no content gets into a journal.
type Digest struct{ sum string }

// DigestOf returns the digest of data.
func DigestOf(data []byte) Digest {
	sum := sha256.Sum256(data)
	return Digest{hex.EncodeToString(sum[:])}
}

// DigestOfSum returns the digest that is a SHA-256 computed elsewhere.
func DigestOfSum(sum [sha256.Size]byte) Digest { return Digest{hex.EncodeToString(sum[:])} }

// IsZero reports whether d is the digest of nothing, as opposed to that of no
// bytes.
func (d Digest) IsZero() bool { return d.sum == "" }

// String returns the digest in hex, "" for that of nothing.
func (d Digest) String() string { return d.sum }

// MarshalText writes the digest in hex.
func (d Digest) MarshalText() ([]byte, error) { return []byte(d.sum), nil }

// UnmarshalText reads what MarshalText wrote.
func (d *Digest) UnmarshalText(b []byte) error {
	if !isHash(string(b)) {
		return errors.New("a digest is not one")
	}
	d.sum = string(b)
	return nil
}

// isHash reports whether text is a SHA-256 in lower case hex.
func isHash(text string) bool { return len(text) == 2*sha256.Size && isHex(text) }

func isHex(text string) bool {
	for _, c := range []byte(text) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return text != ""
}
