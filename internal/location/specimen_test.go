package location

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"

	"rekey/exchanges"
)

// A specimen is a random file that holds a credential. Its text is made of
// pieces that must stay and of values between them.
type specimen struct {
	location   string
	pieces     []string
	passphrase string // the name of its field; "" when there is none
	rand       *rand.Rand
	credential exchanges.Credential
}

// add appends text that must stay.
func (s *specimen) add(text string) {
	if len(s.pieces)%2 == 0 { // the last one is a value
		s.pieces = append(s.pieces, "")
	}
	s.pieces[len(s.pieces)-1] += text
}

func (s *specimen) addf(format string, args ...any) { s.add(fmt.Sprintf(format, args...)) }

// value appends a value as it is written.
func (s *specimen) value(raw string) {
	s.add("")
	s.pieces = append(s.pieces, raw)
	s.add("")
}

func (s *specimen) text() []byte { return []byte(strings.Join(s.pieces, "")) }

func (s *specimen) one(of ...string) string { return of[s.rand.IntN(len(of))] }

func (s *specimen) some() bool { return s.rand.IntN(2) == 0 }

func (s *specimen) blanks() string { return strings.Repeat(s.one(" ", "\t"), s.rand.IntN(3)) }

// word returns a random text that Read accepts as a part.
func word(r *rand.Rand, part Part) string {
	const plain = "abcXYZ0123456789"
	const ascii = plain + "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
	from := []rune(plain + "+/=_-")
	switch r.IntN(3) {
	case 0:
		from = []rune(ascii)
	case 1:
		if part == Passphrase {
			from = []rune(ascii + "  \u00e9\u00df\u0416\u6f22\U0001f600\ufffe\ufffd")
		}
	}
	piece := func() string {
		var b strings.Builder
		for range r.IntN(8) {
			b.WriteRune(from[r.IntN(len(from))])
		}
		return b.String()
	}
	for {
		text := piece() + canary + piece()
		if r.IntN(4) == 0 {
			text = canary[:1] + piece() // short, so that numbers and words of YAML come up
		}
		if part == SecretPart && r.IntN(5) == 0 {
			return "-----BEGIN PRIVATE KEY-----\n" + canary + strings.Repeat(
				"a+/=",
				r.IntN(5),
			) + "\n" + strings.Repeat(
				"b",
				r.IntN(9)+1,
			) + "\n-----END PRIVATE KEY-----\n"
		}
		if part == Passphrase && r.IntN(5) == 0 {
			text = [...]string{
				"123456", "1e5", "true", "~", "null", "0x1F", "2026-11-22", "1:30", "-",
				".inf", "=", "<<", "no", "[a]", "{a: b}", "a: b", "a #b", "#a", "*a", "&a", "!a", "|",
				">", "%a", "@a", "- a", "? a", "---", "...",
			}[r.IntN(29)]
		}
		if checkPart(part, sourced{text: exchanges.NewSecret(text), from: "x"}) == nil {
			return text
		}
	}
}

func randomCredential(r *rand.Rand, passphrase bool) exchanges.Credential {
	c := credential(word(r, AccessKey), word(r, SecretPart), "")
	if passphrase {
		c.Passphrase = exchanges.NewSecret(word(r, Passphrase))
	}
	return c
}

// parts returns the parts in a random order, each with one of the names.
func (s *specimen) parts(keys, secrets, passphrases []string) [][2]string {
	list := [][2]string{
		{s.one(keys...), s.credential.AccessKey},
		{s.one(secrets...), s.credential.Secret.Reveal()},
		{s.one(passphrases...), s.credential.Passphrase.Reveal()},
	}
	if s.credential.Passphrase.IsZero() && s.some() {
		list = list[:2]
	} else {
		s.passphrase = list[2][0]
	}
	s.rand.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list
}

func (s *specimen) bom() {
	if s.rand.IntN(4) == 0 {
		s.add("\xef\xbb\xbf")
	}
}

// json adds an object with the credential, and members that only look like it.
func (s *specimen) json(names [][2]string, comments bool) {
	space := func() string {
		if comments && s.rand.IntN(6) == 0 {
			return s.one("/* \"key\": \""+canary+"\" */", "// \"secret\": \""+canary+"\"\n")
		}
		return s.one("", " ", "\n", "\t", "\r\n  ")
	}
	quote := func(text string) string {
		out, _ := json.Marshal(text)
		if s.rand.IntN(4) == 0 { // all of it escaped
			var b strings.Builder
			for _, unit := range text {
				if unit > 0xffff {
					return string(out)
				}
				fmt.Fprintf(&b, `\u%04X`, unit)
			}
			return `"` + b.String() + `"`
		}
		return string(out)
	}
	s.add("{" + space())
	for i, m := range names {
		if i > 0 {
			s.add("," + space())
		}
		if s.some() {
			s.addf("%q:%s,%s", fmt.Sprintf("note%d", i), quote(m[1]), space())
		}
		s.addf("%q%s:%s", m[0], space(), space())
		if m[1] == "" && s.some() {
			s.value("null")
		} else {
			s.value(quote(m[1]))
		}
		s.add(space())
	}
	if comments && s.some() {
		s.add("," + space())
	}
	s.add("}")
}

// yaml adds the members of a mapping, indented by n.
func (s *specimen) yaml(names [][2]string, n int, flow bool) {
	indent := strings.Repeat(" ", n)
	end := s.one("\n", "\n", "\r\n")
	single := func(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
	double := func(text string) string { return quoteYAML(text) } // its escapes are read back by the parser below
	scalar := func(text string, at func(string)) {
		hidden := strings.ContainsAny(text, "\n\ufffe")
		switch style := s.rand.IntN(5); {
		case text == "" && style < 3:
			at(s.one("~", "null", "''"))
		case style == 0 && isAlphanumeric(text) && strings.HasPrefix(text, canary):
			at(text)
		case style <= 2 && !hidden:
			at(single(text))
		case style == 3 && !flow && strings.Contains(text, "\n"):
			header := "|" + s.one("", "-", "+") + s.one(" # "+canary, "")
			at(header + end + indent + "  " + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", end+indent+"  "))
		case style == 3 && !flow && !hidden && text != "" && text[0] != ' ':
			at(s.one("|-", ">-") + end + indent + " " + text)
		default:
			at(double(text))
		}
	}
	for i, m := range names {
		if flow && i > 0 {
			s.add("," + s.one(" ", end+indent+" "))
		}
		if !flow {
			s.add(s.one("", "", "# "+m[0]+": "+canary+end, end))
			if s.some() {
				s.addf("%snote%d: %s%s", indent, i, double(m[1]), end)
			}
			s.add(indent)
		}
		s.addf("%s:%s", s.one(m[0], single(m[0])), s.one(" ", "   "))
		scalar(m[1], s.value)
		if !flow {
			s.add(end)
		}
	}
}

func isAlphanumeric(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	})
}

// toml adds the pairs of a table.
func (s *specimen) toml(names [][2]string, inline bool) {
	end := s.one("\n", "\r\n")
	basic := func(text string) string { return `"` + escapeTOML(text, false) + `"` }
	for i, m := range names {
		if inline && i > 0 {
			s.add("," + s.blanks())
		}
		if !inline && s.some() {
			s.addf("%snote%d=%s # %s = \"%s\"%s", s.blanks(), i, basic(m[1]), m[0], canary, end)
		}
		s.addf("%s%s=%s", s.one(m[0], `"`+m[0]+`"`), s.blanks(), s.blanks())
		raw := !strings.ContainsAny(m[1], "'\n")
		switch style := s.rand.IntN(4); {
		case style == 0 && raw:
			s.value("'" + m[1] + "'")
		case style == 1 && raw:
			s.value("'''" + m[1] + "'''")
		case style == 2 && !inline && !strings.HasSuffix(m[1], `"`):
			s.value(`"""` + s.one("", end) + escapeTOML(m[1], end == "\n") + `"""`)
		default:
			s.value(basic(m[1]))
		}
		if !inline {
			s.add(s.blanks() + s.one("", "# x") + end)
		}
	}
}
