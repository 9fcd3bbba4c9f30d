package location

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pelletier/go-toml/v2"
	"github.com/tailscale/hujson"
	"go.yaml.in/yaml/v3"

	"rekey/exchanges"
)

func ccxtNames(s *specimen) [][2]string {
	return s.parts([]string{"apiKey"}, []string{"secret"}, []string{"password"})
}

func usualNames(s *specimen) [][2]string {
	return s.parts(
		[]string{"key", "apiKey", "API Key", "access_key"},
		[]string{"secret", "api-secret", "privateKey"},
		[]string{"password", "passphrase", "clientID"},
	)
}

// specimens makes a file of every kind.
var specimens = map[string]func(*specimen){
	"dotenv": func(s *specimen) {
		end := s.one("\n", "\r\n")
		s.bom()
		family := [][3]string{
			{"X_API_KEY", "X_API_SECRET", "X_API_PASSPHRASE"},
			{"X_APIKEY", "X_SECRET", "X_PASSWORD"},
			{"X_KEY", "X_SECRET", "X_PASSPHRASE"},
		}[s.rand.IntN(3)]
		names := s.parts([]string{family[0]}, []string{family[1]}, []string{family[2]})
		for i, m := range names {
			s.add(
				s.one(
					"",
					"",
					end,
					"# "+m[0]+"="+canary+end,
					"Y_NOTE='"+end+m[0]+"=x'"+end,
					"OTHER"+fmt.Sprint(i)+"="+quoteDotEnv(m[1], false)+end,
				),
			)
			s.add(s.one("", "  ") + s.one("", "export ", "export\t") + m[0] + s.blanks() + "=")
			space := s.blanks()
			s.add(space)
			switch style := s.rand.IntN(3); {
			case style == 0 && (isAlphanumeric(m[1]) || m[1] == ""):
				s.value(m[1])
				if m[1] == "" {
					if space != "" {
						s.add(s.one("", "#"+canary))
					}
					s.add(end)
					continue
				}
			case style == 1 && !strings.ContainsAny(m[1], "'"):
				s.value("'" + m[1] + "'")
			default:
				s.value(quoteDotEnv(m[1], s.some()))
			}
			if s.some() {
				s.add(s.one(" ", "\t") + s.one("", "# "+m[0]+"="+canary))
			}
			if i < len(names)-1 || s.some() {
				s.add(end)
			}
		}
		s.location = "dotenv:f#X"
	},
	"json": func(s *specimen) {
		s.bom()
		comments := s.some()
		if s.some() {
			s.location = "json:f"
			s.json(usualNames(s), comments)
			return
		}
		s.location = "json:f#/a~1b/1"
		s.addf(`{"key":"%s","a/b":[{"secret":"x"},`, canary)
		s.json(usualNames(s), comments)
		s.add(`,{}],"z":1}`)
	},
	"yaml": func(s *specimen) {
		s.bom()
		switch s.rand.IntN(3) {
		case 0:
			s.location = "yaml:f"
			s.yaml(usualNames(s), 0, false)
		case 1:
			s.location = "yaml:f#/é/1"
			s.addf("a: &x 'ü'\né: [{key: %s}, {", canary)
			s.yaml(usualNames(s), 0, true)
			s.add("}] # x\nb: *x\n")
		default:
			s.location = "yaml:f#/a/b"
			s.addf("# x\na:\n  key: %s\n  b:\n", canary)
			s.yaml(usualNames(s), 4, false)
			s.add("  c: 1\nz: 2\n")
		}
	},
	"toml": func(s *specimen) {
		s.bom()
		names := s.parts([]string{"key", "apiKey"}, []string{"secret", "privateKey"}, []string{"password", "passphrase"})
		switch s.rand.IntN(3) {
		case 0:
			s.location = "toml:f"
			s.toml(names, false)
			s.add("[x]\nkey = 'x'\n")
		case 1:
			s.location = "toml:f#/a/1/b"
			s.add("[[a]]\n[a.b]\nkey=\"x\"\n[[a]] # x\n[a.b]\n")
			s.toml(names, false)
			s.add("[[a]]\n")
		default:
			s.location = "toml:f#/a/b"
			s.add("x = 1\na.b = { ")
			s.toml(names, true)
			s.add(" } # x")
		}
	},
	"freqtrade": func(s *specimen) {
		s.location = "freqtrade:f"
		s.addf(`{"telegram": {"token": "%s"}, "exchange": `, canary)
		s.json(s.parts([]string{"key", "apiKey", "api_key"}, []string{"secret"}, []string{"password"}), true)
		s.add("}")
	},
	"gocryptotrader": func(s *specimen) {
		s.location = "gocryptotrader:f#Okx"
		s.add(`{"exchanges": [{"name": "Binance"}, {"name": "Okx", "api": {"credentials": `)
		s.json(s.parts([]string{"key"}, []string{"secret"}, []string{"clientID"}), false)
		s.add("}}]}")
	},
	"passivbot": func(s *specimen) {
		s.location = "passivbot:f#a"
		s.add(`{"_comment": "key", "a": `)
		s.json(
			append([][2]string{}, s.parts([]string{"key", "apiKey"}, []string{"secret"}, []string{"passphrase", "password"})...),
			false,
		)
		last := len(s.pieces) - 1
		s.pieces[last] = strings.TrimSuffix(s.pieces[last], "}") + `, "exchange": "okx"}}`
	},
	"ccxt": func(s *specimen) {
		s.location = "ccxt:f#okx"
		s.add(`{"okx": `)
		s.json(ccxtNames(s), false)
		s.add("}")
	},
	"bbgo": func(s *specimen) {
		s.location = "bbgo:f"
		s.add("sessions:\n  a:\n    exchange: max\n")
		s.yaml(s.parts([]string{"key"}, []string{"secret"}, []string{"passphrase"}), 4, false)
	},
	"hummingbot": func(s *specimen) {
		s.location = "hummingbot:f"
		s.add("####\nconnector: okx\n")
		s.yaml(
			s.parts([]string{"okx_api_key"}, []string{"okx_api_secret", "okx_secret_key"}, []string{"okx_passphrase"}),
			0,
			false,
		)
	},
}

// In any file, any credential can be replaced by any other one: it reads back,
// also with another parser, and what stood around the values still does.
func TestChangeProperties(t *testing.T) {
	const rounds = 1000
	for kind, grow := range specimens {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			for seed := range uint64(rounds) {
				r := rand.New(rand.NewPCG(seed, 41))
				s := &specimen{rand: r, credential: randomCredential(r, r.IntN(2) == 0)}
				grow(s)
				to := randomCredential(r, s.passphrase != "" && r.IntN(4) > 0)
				if !checkSpecimen(t, s, to) {
					t.Fatalf("seed %d", seed)
				}
			}
		})
	}
}

// overlay is an Env in which one file exists, and nowhere else.
func overlay(text []byte) Env {
	return Env{Dir: "/nowhere", planned: map[string][]byte{filepath.FromSlash("/nowhere/f"): text}}
}

func checkSpecimen(t *testing.T, s *specimen, to exchanges.Credential) bool {
	t.Helper()
	l := mustParse(t, s.location)
	before := s.text()
	plan, present, err := l.plan(t.Context(), overlay(before), Canonical(to))
	if err != nil && strings.Contains(err.Problem, "backtick") {
		return strings.Contains(to.AccessKey+to.Secret.Reveal()+to.Passphrase.Reveal(), "`")
	}
	if err != nil {
		t.Errorf("%v\n%q\n%q %q %q", err, before, to.AccessKey, to.Secret.Reveal(), to.Passphrase.Reveal())
		return false
	}
	if !sameCredential(present, Canonical(s.credential)) {
		t.Errorf("the test's own file is read differently: %q", before)
		return false
	}
	if len(plan) != 1 || len(plan[0].edits) > 3 {
		t.Errorf("%d files change", len(plan))
		return false
	}
	w := plan[0]
	// The pieces stand where they stood; an edit lies within one value.
	var expected strings.Builder
	at, used := 0, 0
	for i, piece := range s.pieces {
		if i%2 == 1 && used < len(w.edits) && w.edits[used].start >= at && w.edits[used].end <= at+len(piece) {
			e := w.edits[used]
			expected.WriteString(piece[:e.start-at] + e.text + piece[e.end-at:])
			used++
		} else {
			expected.WriteString(piece)
		}
		at += len(piece)
	}
	if used != len(w.edits) || expected.String() != string(w.after) {
		t.Errorf("more than the values changed:\n%q\n%q", before, w.after)
		return false
	}
	return otherParser(t, s, w.after, to)
}

// otherParser looks for the new values with the parser that the rest of the
// world uses.
func otherParser(t *testing.T, s *specimen, text []byte, to exchanges.Credential) bool {
	t.Helper()
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	var root any
	var err error
	switch strings.Split(s.location, ":")[0] {
	case "dotenv":
		return true // see TestShellReadsDotEnv
	case "yaml", "bbgo", "hummingbot":
		err = yaml.Unmarshal(text, &root)
	case "toml":
		err = toml.Unmarshal(text, &root)
	default:
		if text, err = hujson.Standardize(slices.Concat(text, []byte("\n"))); err == nil {
			err = json.Unmarshal(text, &root)
		}
	}
	if err != nil {
		t.Errorf("another parser: %v\n%q", err, text)
		return false
	}
	all := allTexts(root)
	for _, value := range []string{to.AccessKey, to.Passphrase.Reveal(), Canonical(to).Secret.Reveal()} {
		if value != "" && !slices.ContainsFunc(all, func(text string) bool {
			return text == value ||
				strings.TrimSpace(strings.ReplaceAll(strings.ReplaceAll(text, `\n`, "\n"), "\r\n",
					"\n")) == strings.TrimSpace(value) &&
					strings.HasPrefix(value, pemStart)
		}) {
			t.Errorf("another parser does not find %q in\n%q", value, text)
			return false
		}
	}
	return true
}

// allTexts returns every text in a decoded document.
func allTexts(v any) []string {
	var all []string
	switch v := v.(type) {
	case string:
		return []string{v}
	case map[string]any:
		for _, child := range v {
			all = append(all, allTexts(child)...)
		}
	case []any:
		for _, child := range v {
			all = append(all, allTexts(child)...)
		}
	}
	return all
}

// What is written into a .env file is what a shell reads there.
func TestShellReadsDotEnv(t *testing.T) {
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no sh; run the tests where there is one")
	}
	var all strings.Builder
	var wanted []string
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 43))
		text := word(r, []Part{AccessKey, SecretPart, Passphrase}[seed%3])
		file := []byte([]string{"A=old", "A='old'", `A="old"`}[r.IntN(3)])
		parsed, failure := parseDotEnv(file)
		if failure != nil {
			t.Fatal(failure)
		}
		e, failure := dotEnvScalar{&parsed[0]}.edit(file, text)
		if failure != nil {
			if !strings.Contains(text, "`") {
				t.Fatal(failure)
			}
			continue
		}
		if strings.Contains(e.text, `\n`) {
			continue // a shell leaves \n alone, unlike the bots' parsers
		}
		fmt.Fprintf(&all, "A=%s\nprintf '%%s\\0' \"$A\"\n", e.text)
		wanted = append(wanted, text)
	}
	script := filepath.Join(t.TempDir(), "script")
	if err := os.WriteFile(script, []byte(all.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(shell, script).Output()
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
	for i, text := range wanted {
		if i >= len(got) || got[i] != text {
			t.Fatalf("value %d: a shell reads %q instead of %q", i, got[min(i, len(got)-1)], text)
		}
	}
}
