package location

import (
	"strings"
	"unicode"

	"rekey/exchanges"
)

// pemStart begins the private keys that come as text of several lines.
const pemStart = "-----BEGIN"

// restoreNewlines turns the two characters \n in a PEM into line ends: that is
// how a PEM is squeezed into one line of a .env file or of JSON (ccxt's cli
// and freqtrade do the same).
func restoreNewlines(secret exchanges.Secret) exchanges.Secret {
	text := secret.Reveal()
	if !strings.HasPrefix(strings.TrimSpace(text), pemStart) {
		return secret
	}
	text = strings.NewReplacer(`\r\n`, "\n", `\n`, "\n", "\r\n", "\n").Replace(text)
	return exchanges.NewSecret(strings.TrimSpace(text) + "\n")
}

// flawIn returns what is wrong with a part, as the end of a sentence, or "".
// Trimming would hide the flaw from whoever else uses the same file, the bot
// for instance, so nothing is trimmed.
//
// A passphrase is chosen by a person: it may hold blanks, and characters that
// are not ASCII.
func flawIn(part Part, text string) string {
	if part == SecretPart && strings.HasPrefix(text, pemStart) {
		if !strings.Contains(text, "-----END") { // on a line of its own, or squeezed into one line
			return "is a PEM without its last line"
		}
		return ""
	}
	if sealed := sealedBy(text); sealed != "" {
		return sealed
	}
	runes := []rune(text)
	first, last := runes[0], runes[len(runes)-1]
	switch {
	case last == '\n' || last == '\r':
		return "ends with a line break"
	case unicode.IsSpace(first):
		return "begins with white space"
	case unicode.IsSpace(last):
		return "ends with white space"
	case isQuote(first) && isQuote(last) && len(runes) > 1:
		return "is wrapped in quotes that are part of it"
	case part != Passphrase && (isQuote(first) || isQuote(last)):
		return "has a quote at one end"
	}
	for _, r := range runes {
		switch {
		case r == '\n' || r == '\r':
			return "holds a line break"
		case unicode.IsSpace(r) && (part != Passphrase || r != ' '):
			return "holds white space"
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
			return "holds a character that cannot be seen"
		case part != Passphrase && r > unicode.MaxASCII:
			return "holds a character that is not ASCII"
		}
	}
	return ""
}

// isQuote reports whether r is a quote, straight or from a word processor.
func isQuote(r rune) bool { return strings.ContainsRune("\"'`“”‘’«»„", r) }

// sealedBy recognises text that stands for a credential and is none: sent to
// an exchange, it would be an unknown key, which looks like a dead one. It
// returns the end of a sentence, or "".
func sealedBy(text string) string {
	switch {
	case strings.HasPrefix(text, "gAAAAA") && len(text) >= 100: // a Fernet token
		return "is encrypted, as OctoBot does it"
	case strings.HasPrefix(text, "7b22") && len(text) >= 200: // hex of {"
		return "is encrypted, as hummingbot does it"
	case strings.HasPrefix(text, "ENC["):
		return "is encrypted, as sops does it"
	case strings.HasPrefix(text, "op://"):
		return "is a reference to 1Password; an exec: location can read it"
	}
	return ""
}
