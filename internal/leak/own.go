// Package leak looks for own keys in dumps that others hold or have published.
//
// Own keys never leave the process: what is compared is in memory, and what
// is printed or remembered is a key's name and its fingerprint.
package leak

import (
	"encoding/base64"
	"strings"

	"rekey/exchanges"
)

// An Own is a key to look for. Secret and Passphrase may be empty.
type Own struct {
	Name string // in the inventory, "" for a key that is not in it
	exchanges.Credential
}

// leastPassphrase is how long a passphrase must be to be looked for anywhere: a
// shorter one would be found in numbers.
const leastPassphrase = 8

// StandsIn reports whether the access key, the secret or the passphrase stands
// in a text as it is. Short ones are not looked for.
func (o Own) StandsIn(text string) bool {
	for _, part := range []string{o.AccessKey, o.Secret.Reveal(), o.Passphrase.Reveal()} {
		for line := range strings.Lines(part) {
			if line = strings.TrimSpace(line); len(line) >= leastPassphrase && !strings.HasPrefix(line, "-----") &&
				strings.Contains(text, line) {
				return true
			}
		}
	}
	return false
}

// What says which part of a key was found. The words are part of the contract.
type What string

// The parts. A Prefix is a possible hit: the beginning of an access key, or
// its beginning and end with a mask between.
const (
	AccessKey  What = "access_key"
	Secret     What = "secret"
	Passphrase What = "passphrase"
	Hash       What = "hash"
	Prefix     What = "prefix"
)

// A pattern is a text that stands for a part of a key in a dump.
type pattern struct {
	text string
	own  int32
	what What
	fold bool // letters may be large or small: hexadecimal digits
}

// texts returns the ways in which dumps write a part: as it is, with the
// slashes of base64 escaped as PHP does, and percent-encoded.
func texts(part string) []string {
	all := []string{part}
	if strings.Contains(part, "/") {
		all = append(all, strings.ReplaceAll(part, "/", `\/`))
	}
	if strings.ContainsAny(part, "+/=") {
		all = append(all, strings.NewReplacer("+", "%2B", "/", "%2F", "=", "%3D").Replace(part))
	}
	return all
}

// patterns adds what to look for of one key, in full. In base64 a part is looked
// for at so many of the three places where it may begin.
func (o Own) patterns(own int32, all []pattern, places int) []pattern {
	add := func(part string, what What) {
		for _, t := range texts(part) {
			if len(t) >= shortest {
				all = append(all, pattern{t, own, what, isHex(t)})
			}
		}
	}
	add(o.AccessKey, AccessKey)
	secret := o.Secret.Reveal()
	if strings.HasPrefix(secret, "-----BEGIN") {
		secret = longestLine(secret)
	}
	add(strings.TrimRight(secret, "="), Secret)
	for _, t := range inBase64(o.AccessKey, places) {
		all = append(all, pattern{t, own, AccessKey, false})
	}
	for _, t := range inBase64(strings.TrimRight(secret, "="), places) {
		all = append(all, pattern{t, own, Secret, false})
	}
	return all
}

// mostBase64 is how much of the base64 of a part is looked for: programs break
// its lines after 64 or 76 characters, and that much is no accident.
const mostBase64 = 60

// inBase64 returns how a part looks within base64, at each of the three places
// that it may begin at: of a Kubernetes secret, of KEY:SECRET in a header, of a
// whole file. What depends on the text before or behind it is left out. The
// alphabet for URLs differs only where the base64 has + or /. The first of the
// places is the beginning of the base64.
func inBase64(part string, places int) []string {
	var all []string
	if len(part) < shortest {
		return nil
	}
	for skip := range places {
		plain := strings.Repeat("\x00", skip) + part
		plain = plain[:len(plain)-len(plain)%3]
		t := base64.StdEncoding.EncodeToString([]byte(plain))
		if skip > 0 {
			t = t[4:] // its first characters say what stands before, too
		}
		t = t[:min(len(t), mostBase64)]
		if len(t) < shortest {
			continue
		}
		all = append(all, t)
		if strings.ContainsAny(t, "+/") {
			all = append(all, strings.NewReplacer("+", "-", "/", "_").Replace(t))
		}
	}
	return all
}

// inputs calls f with all that a list may have hashed of a key: access key and
// secret, without salt and with each salt before and behind.
func (o *Own) inputs(salts []string, f func(n int32, in string)) {
	n := int32(0)
	for _, part := range []string{o.AccessKey, o.Secret.Reveal()} {
		if len(part) < 8 {
			continue
		}
		f(n, part)
		n++
		for _, s := range salts {
			f(n, s+part)
			f(n+1, part+s)
			n += 2
		}
	}
}

// word is the passphrase, "" where there is none.
func (o Own) word() string { return o.Passphrase.Reveal() }

// longestLine is the first of the longest lines of a PEM.
func longestLine(pem string) string {
	best := ""
	for line := range strings.SplitSeq(strings.ReplaceAll(pem, `\n`, "\n"), "\n") {
		if line = strings.TrimSpace(line); len(line) > len(best) && !strings.HasPrefix(line, "-----") {
			best = line
		}
	}
	return best
}

// equal reports whether a text of the dump begins with the pattern.
func (p *pattern) equal(b []byte) bool {
	if len(b) < len(p.text) {
		return false
	}
	if p.fold {
		return strings.EqualFold(string(b[:len(p.text)]), p.text)
	}
	return string(b[:len(p.text)]) == p.text
}

func isHex(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i] | 0x20
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') && s[i] != '-' {
			return false
		}
	}
	return true
}
