package exchanges

import (
	"crypto/sha256"
	"encoding/hex"
)

// A Credential is an access key with its private parts.
type Credential struct {
	AccessKey  string
	Secret     Secret
	Passphrase Secret // empty where the exchange has none
}

// Fingerprint identifies an access key without showing it: "sha256:" and the
// hex SHA-256 of the full access key.
func Fingerprint(accessKey string) string {
	sum := sha256.Sum256([]byte(accessKey))
	return "sha256:" + hex.EncodeToString(sum[:])
}

// MaskAccessKey shortens an access key for people: its first and last four
// characters. A key too short for that keeps its last two.
func MaskAccessKey(accessKey string) string {
	r := []rune(accessKey)
	if len(r) < 12 {
		if len(r) < 4 {
			return "…"
		}
		return "…" + string(r[len(r)-2:])
	}
	return string(r[:4]) + "…" + string(r[len(r)-4:])
}

// Swapped returns the credential with access key and secret interchanged, to
// ask whether it would make more sense so.
func (c Credential) Swapped() Credential {
	return Credential{AccessKey: c.Secret.Reveal(), Secret: NewSecret(c.AccessKey), Passphrase: c.Passphrase}
}
