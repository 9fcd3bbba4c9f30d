package exchanges

import (
	"fmt"
	"log/slog"
	"strings"
)

// masked stands wherever somebody prints a secret.
const masked = "[secret]"

// A Secret is text that must never be printed: an API secret, a passphrase, a
// private key. Every way of formatting it gives "[secret]". The text sits
// behind a pointer because fmt prints the content of unexported struct fields
// without asking their methods. Reveal is the one way out, and the linter
// allows it only in code that signs, seals or writes to a location.
//
// The zero Secret is empty.
type Secret struct{ text *string }

// NewSecret wraps text. An empty text gives the zero Secret.
func NewSecret(text string) Secret {
	if text == "" {
		return Secret{}
	}
	return Secret{text: &text}
}

// Reveal returns the text. Call it only to sign or to store.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// IsZero reports whether the secret is empty.
func (s Secret) IsZero() bool { return s.text == nil }

// Equal reports whether both hold the same text.
func (s Secret) Equal(other Secret) bool { return s.Reveal() == other.Reveal() }

// Scrub returns text with the secret masked wherever it stands, also a line of
// it where it has several. Pieces of fewer than four characters are left: they
// would mask half of every text.
func (s Secret) Scrub(text string) string {
	for _, line := range strings.Split(s.Reveal(), "\n") {
		if len(line) >= 4 {
			text = strings.ReplaceAll(text, line, masked)
		}
	}
	return text
}

// String, GoString, Format, MarshalJSON, MarshalText, MarshalYAML and LogValue
// all answer with a mask.
func (s Secret) String() string { return masked }

// GoString masks the secret for %#v.
func (s Secret) GoString() string { return masked }

// Format masks the secret for every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = fmt.Fprint(f, masked) }

// MarshalJSON masks the secret.
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + masked + `"`), nil }

// MarshalText masks the secret.
func (s Secret) MarshalText() ([]byte, error) { return []byte(masked), nil }

// MarshalYAML masks the secret.
func (s Secret) MarshalYAML() (any, error) { return masked, nil }

// LogValue masks the secret.
func (s Secret) LogValue() slog.Value { return slog.StringValue(masked) }
