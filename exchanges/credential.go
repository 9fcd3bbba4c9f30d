package exchanges

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
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
// One of which the exchange itself shows a part alone stays that part.
func MaskAccessKey(accessKey string) string {
	if IsPart(accessKey) {
		return accessKey
	}
	r := []rune(accessKey)
	if len(r) < 12 {
		if len(r) < 4 {
			return "…"
		}
		return "…" + string(r[len(r)-2:])
	}
	return string(r[:4]) + "…" + string(r[len(r)-4:])
}

// PartOf returns an access key as an exchange shows it in a list. Where it hides
// characters behind asterisks, one ellipsis stands for all of them
// ("c5dcfbf1f3a7…"), which is in no access key: such a part names a key to
// people, and never to an exchange.
func PartOf(shown string) string {
	first, last := strings.IndexByte(shown, '*'), strings.LastIndexByte(shown, '*')
	if first < 0 {
		return shown
	}
	return shown[:first] + "…" + shown[last+1:]
}

// IsPart reports whether an access key is only the part that the exchange shows
// of it, as PartOf makes it.
func IsPart(accessKey string) bool { return strings.Contains(accessKey, "…") }

// leastShown is how many characters a part must show to name one key.
const leastShown = 8

// IsPartOf reports whether part is what PartOf makes of this access key. A part
// that shows next to nothing is of no key.
func IsPartOf(part, accessKey string) bool {
	head, tail, hidden := strings.Cut(part, "…")
	return hidden && len(head)+len(tail) >= leastShown && len(accessKey) > len(head)+len(tail) &&
		strings.HasPrefix(accessKey, head) && strings.HasSuffix(accessKey, tail)
}

// Swapped returns the credential with access key and secret interchanged, to
// ask whether it would make more sense so.
func (c Credential) Swapped() Credential {
	return Credential{AccessKey: c.Secret.Reveal(), Secret: NewSecret(c.AccessKey), Passphrase: c.Passphrase}
}
