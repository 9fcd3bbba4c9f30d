package change

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// What a word names, and what it does not.
func TestFindKey(t *testing.T) {
	keys := []Candidate{
		{"main", "MAINmainMAINmainMAIN0001"},
		{"main-binance", "BINAbinaBINAbinaBINA0002"},
		{"grid-bot", "xke7QWERTYqwertyQWERbMBv"},
		{"grid-bot-2", "yyy7QWERTYqwertyQWERcNCw"},
		{"okx/desk/EVIL…0003", intruderKey},
		{"okx/desk/TWIN…0004", ""},
		{"okx/other/TWIN…0004", ""},
		{"lone", ""},
	}
	type outcome int
	const (
		found outcome = iota
		none
		many
		part // found, and refused where whole names are asked for
	)
	for _, c := range []struct {
		word    string
		outcome outcome
		name    string // or, of many, the names
	}{
		{"main", found, "main"}, // also the beginning of another name
		{"main-binance", found, "main-binance"},
		{"grid-bot", found, "grid-bot"},
		{"okx/desk/EVIL…0003", found, "okx/desk/EVIL…0003"},
		{"okx/desk/EVIL...0003", found, "okx/desk/EVIL…0003"},
		{"binance", part, "main-binance"},
		{"MAIN-BIN", part, "main-binance"},
		{"desk/EVIL", part, "okx/desk/EVIL…0003"},
		{"EVIL...0003", part, "okx/desk/EVIL…0003"},
		{"xke7", part, "grid-bot"},
		{"bMBv", part, "grid-bot"},
		{"xke7QWERTYqwertyQWERbMBv", part, "grid-bot"},
		{"xke7…bMBv", part, "grid-bot"},
		{"xke7...bMBv", part, "grid-bot"},
		{"XKE7", none, ""}, // access keys are compared as they are
		{"bmbv", none, ""},
		{"QWER", none, ""}, // in the middle of access keys
		{"xke8", none, ""},
		{"ain", none, ""}, // three characters
		{"...a", none, ""},
		{"....", none, ""},
		{"xke", none, ""},
		{"", none, ""},
		{"nobody", none, ""},
		{"grid", many, "grid-bot, grid-bot-2"},
		{"desk", many, "okx/desk/EVIL…0003, okx/desk/TWIN…0004"},
		{"TWIN…0004", many, "okx/desk/TWIN…0004, okx/other/TWIN…0004"},
	} {
		for _, whole := range []bool{false, true} {
			got, err := FindKey(keys, c.word, whole)
			want := c.outcome
			if want == found && (got != c.name || err != nil) {
				t.Errorf("%q: %q, %v, want %q", c.word, got, err, c.name)
			}
			if want != found && (want != part || whole) && got != "" {
				t.Errorf("%q, whole %v: named %q", c.word, whole, got)
			}
			var noKey *NoKeyError
			var ambiguous *ManyError
			var partial *PartError
			switch {
			case want == none && !errors.As(err, &noKey):
				t.Errorf("%q: %v", c.word, err)
			case want == many && (!errors.As(err, &ambiguous) || strings.Join(ambiguous.Names, ", ") != c.name ||
				ambiguous.Kind != "key"):
				t.Errorf("%q: %v", c.word, err)
			case want == part && whole && (!errors.As(err, &partial) || partial.Name != c.name || partial.Word != c.word):
				t.Errorf("%q with --yes: %q, %v", c.word, got, err)
			case want == part && !whole && (err != nil || got != c.name):
				t.Errorf("%q: %q, %v, want %q", c.word, got, err, c.name)
			}
		}
	}
}

// Two keys of one display name are told apart by nobody: none is taken.
func TestFindKeyOfTwoAlike(t *testing.T) {
	keys := []Candidate{{"okx/desk/TWIN…0004", "TWINaaaaaaaaaaaaaaaa0004"}, {
		"okx/desk/TWIN…0004",
		"TWINbbbbbbbbbbbbbbbb0004",
	}}
	for _, word := range []string{"okx/desk/TWIN…0004", "okx/desk/TWIN...0004", "TWIN"} {
		var many *ManyError
		if got, err := FindKey(keys, word, false); !errors.As(err, &many) || got != "" {
			t.Errorf("%q: %q, %v", word, got, err)
		}
	}
	// The longer beginning of its access key names one.
	if got, err := FindKey(keys, "TWINa", false); err != nil || got != keys[0].Name {
		t.Errorf("%q, %v", got, err)
	}
}

// What a word that names nothing, or several keys, is answered with.
func TestFindKeyErrors(t *testing.T) {
	keys := []Candidate{{"main-binance", ""}, {"grid-bot", ""}, {"grid-test", ""}}
	for word, want := range map[string]string{
		"main-binanec": `there is no key "main-binanec"`,
		"grid":         `"grid" names 2 keys: grid-bot, grid-test`,
		"binance":      `with --yes a key is named by its whole name: "binance" is main-binance`,
		"\x1b[2J":      `there is no key "\x1b[2J"`,
	} {
		_, err := FindKey(keys, word, true)
		if err == nil || err.Error() != want {
			t.Errorf("%q: %v", word, err)
		}
	}
	var none *NoKeyError
	if _, err := FindKey(keys, "main-binanec", false); !errors.As(err, &none) || none.Nearest != "main-binance" ||
		len(none.Names) != 3 {
		t.Errorf("%+v", none)
	}
	if _, err := FindKey(nil, "main", false); !errors.As(err, &none) || none.Nearest != "" {
		t.Errorf("of no keys: %v", err)
	}
}

// Several words name each key once; one that names none ends it.
func TestFindKeys(t *testing.T) {
	keys := []Candidate{{"main-binance", ""}, {"grid-bot", "xke7QWERTYqwertyQWERbMBv"}}
	got, err := FindKeys(keys, []string{"grid-bot", "main-binance", "xke7", "grid-bot"}, false)
	if err != nil || !slices.Equal(got, []string{"grid-bot", "main-binance"}) {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := FindKeys(keys, []string{"grid-bot", "nobody"}, false); err == nil || got != nil {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := FindKeys(keys, []string{"main-binance", "xke7"}, true); err == nil || got != nil {
		t.Errorf("with --yes: %v, %v", got, err)
	}
	if got, err := FindKeys(keys, nil, false); err != nil || len(got) != 0 {
		t.Errorf("no word: %v, %v", got, err)
	}
}

// The keys that words may name are those that were seen, by their display names.
func TestCandidatesOf(t *testing.T) {
	got := CandidatesOf(worldOf("okx").intrude().Survey.Subjects)
	want := []Candidate{{"master", masterKey}, {"bot", botKey}, {intruderName, intruderKey}}
	if !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
}

// A word is one name at most, whatever the keys are called.
func FuzzFindKey(f *testing.F) {
	f.Add("main", "main-binance", "xke7QWERTYqwertyQWERbMBv", "main")
	f.Add("a/b/xxxx…yyyy", "a/c/xxxx…yyyy", "", "xxxx...yyyy")
	f.Fuzz(func(t *testing.T, one, two, accessKey, word string) {
		keys := []Candidate{{one, accessKey}, {two, ""}}
		loose, looseErr := FindKey(keys, word, false)
		whole, wholeErr := FindKey(keys, word, true)
		if looseErr == nil && loose != one && loose != two {
			t.Fatalf("%q is named %q", word, loose)
		}
		if wholeErr == nil {
			typed := strings.ReplaceAll(word, "...", "…")
			if whole != word && whole != typed || loose != whole {
				t.Fatalf("%q names %q, and loosely %q", word, whole, loose)
			}
		}
		if looseErr != nil && wholeErr == nil {
			t.Fatalf("%q: strictly %q, loosely %v", word, whole, looseErr)
		}
		if len([]rune(strings.ReplaceAll(word, "...", "…"))) < shortestPart && looseErr == nil && loose != one &&
			loose != two {
			t.Fatalf("%q is too short to name %q", word, loose)
		}
	})
}
