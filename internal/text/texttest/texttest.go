// Package texttest holds what the tests of every package that prints have in
// common: hostile texts, golden files, and the checks of a page.
package texttest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"

	"rekey/audit"
)

// What somebody writes into a label or an account's name to be obeyed by a
// terminal, to write over other lines, backwards, or not to be seen at all.
const (
	Wipes     = "\x1b[2J\x1b[H\x1b[31mall good\x1b[0m"
	Links     = "\x1b]8;;https://evil.example/\x07click\x1b]8;;\x07\x1b]52;c;cm0gLXJm\x07\x1b]0;title\x1b\\"
	Swallows  = "desk\x1b]0;" // without an end: a terminal takes all that follows for a title
	Backwards = "\u202etob-dirg\u202c \u2066x\u2069"
	Overtypes = "ok\rFINE\b\b\u009b2K\x7f\x00"
	Invisible = "a\u200b\u2060\ufe0f\u034f\U000e0041\U000e0020\U000e007f\u3164b"
	Floods    = "e\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301"
	BrokenUTF = "caf\xe9 \xf0\x9f"
	Wide      = "口座の名前がとても長い👩‍👩‍👧‍👦"
)

// Hostile are what a fuzzer begins with: everything that was ever used to
// make a terminal, or the eye before it, believe something else.
func Hostile() []string {
	return []string{
		"", " ", Wipes, Links, Swallows, Backwards, Overtypes, Invisible, Floods, BrokenUTF, Wide,
		// CSI, RIS, character sets
		"\x1b[31mred\x1b[m", "\x1b[?1049h", "\x1b[6n", "\x1b[", "\x1b[999999999C", "\x1b", "\x1b\x1b[[", "\x1bc", "\x1b(0",
		"\x1b]0;title\x07x", "\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\", "\x1b]52;c;AAAA\x07", "\x1b]", // OSC
		"\x1bP+q544e\x1b\\x", "\x1bP$q", "\x1b_apc\x1b\\", "\x1b^pm\x1b\\", "\x1bXsos\x1b\\", // DCS, APC, PM, SOS
		"\u009b31mred", "\u009d0;title\u009cx", "\u0090q\u009c", "\x9b31mred", "\x9d0;t\x9c", // C1, as UTF-8 and as bytes
		"over\rwritten", "typo\b\b\b\bfixed", "null\x00byte", "del\x7fete", "bell\x07",
		"tab\tand\vform\f", "line\nend\r\nagain",
		"\u202eesrever\u202c", "\u2066isolate\u2069", "\u200e\u200f\u061c", "\u202a\u202b\u202d", // bidi
		"zero\u200bwidth\u200c\u200d\ufeff\u2060\u180e", "line\u2028para\u2029", "soft\u00adhyphen",
		"vs\ufe0f\ufe00\U000e0100\U000e01ef\u180b", "tags\U000e0001\U000e0061\U000e007f",
		"ignorable\U000e0000\U000e0fff\u2065\ufff0", "fill\u115f\u1160\u3164\uffa0\u2800\u17b4\u034f",
		"private\ue000\U000f0000\U0010fffd", "not a character\ufffe\uffff\ufdd0\U0001ffff",
		"annotated\ufff9a\ufffab\ufffb", "object\ufffc",
		strings.Repeat(
			"\u0301",
			500,
		), "e" + strings.Repeat("\u0301\u0488", 100), "a\u20dd\u20dd\u20dd\u20dd\u20dd\u20ddb", "\u0e01\u0e34\u0e48",
		"\xff\xfe", "half\xe2\x82", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf0\x9f\x92",
		"漢字漢字漢字漢字漢字", "ｆｕｌｌ　ｗｉｄｔｈ",
		"👩‍👩‍👧‍👦🏳️‍🌈🇩🇪👍🏽",
		"한국어 \u1100\u1161\u11a8", "العربية עברית",
		"https://evil.example/" + strings.Repeat(
			"x",
			300,
		), strings.Repeat("word ", 100), strings.Repeat("x", 1<<20), strings.Repeat("\x1b]0;", 1<<16),
		strings.Repeat("\u200b", 1<<18) + "end",
		"a/b", "binance/desk/abcd…wxyz", "/", "//", "a/\x1b]0;/abcd…wxyz",
	}
}

// Golden compares a text with testdata/NAME, or writes it anew.
func Golden(t *testing.T, update bool, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if update {
		if err := os.MkdirAll("testdata", 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s is different (-update writes it anew):\n%s", file, diff)
	}
}

// Safe fails when a text holds what a terminal obeys, or too many marks.
func Safe(t *testing.T, text string, unsafe func(rune) bool) {
	t.Helper()
	if !utf8.ValidString(text) {
		t.Errorf("%q is not UTF-8", text)
	}
	const stacked = 4 // as many as package text leaves
	marks := 0
	for _, r := range text {
		if unicode.IsControl(r) || unsafe(r) {
			t.Errorf("%q holds %U", text, r)
		}
		if marks++; !unicode.Is(unicode.M, r) || unicode.Is(unicode.Mc, r) {
			marks = 0
		}
		if marks > stacked {
			t.Errorf("%q has more than %d marks on a letter", text, stacked)
		}
	}
}

// Lines fails on a line that is too wide or ends in blanks.
func Lines(t *testing.T, name string, columns int, out []byte) {
	t.Helper()
	for i, l := range strings.Split(string(out), "\n") {
		if ansi.StringWidth(l) > columns && !strings.Contains(l, "://") {
			t.Errorf("%s at %d columns, line %d is %d wide: %s", name, columns, i+1, ansi.StringWidth(l), l)
		}
		if strings.TrimRight(l, " \t") != l {
			t.Errorf("%s at %d columns, line %d ends in blanks: %q", name, columns, i+1, l)
		}
	}
}

// Incidents are an incident of which all is known, one of which nothing
// is, and one whose exposure lasts until a machine is rebuilt.
func Incidents() audit.Catalogue {
	on := func(day string) time.Time {
		at, err := time.Parse(time.DateOnly, day)
		if err != nil {
			panic(err)
		}
		return at
	}
	return audit.Catalogue{Compiled: on("2026-11-01"), Incidents: []audit.Incident{
		{
			ID: "botmaker-2022", Title: "Botmaker API key database leak", Category: "vendor_breach", Vendor: "Botmaker",
			Aliases:   []string{"botmaker.example", "bot_maker"},
			Exchanges: []string{"*"}, Exposure: audit.Confirmed, Leaked: []string{"api_key", "api_secret", "passphrase"},
			Links: []audit.Link{
				{Type: "package", Value: "pkg:npm/botmaker-client"},
				{Type: "shared_with", Value: "botmaker"},
				{Type: "package", Value: "pkg:pypi/botmaker"},
			},
			From: on(
				"2022-10-01",
			), Until: on("2022-12-29").Add(18 * time.Hour), CreatedBefore: on("2022-12-28").Add(time.Minute),
			FirstAbuse: on("2022-10-18"), Disclosed: on("2022-12-28"), ReviewFrom: on("2022-10-01"), Severity: audit.Critical,
			Actions: []string{
				"REVIEW",
				"REVOKE",
				"IP_ALLOWLIST",
			}, Symbols: map[string][]string{"ftx": {"DMG"}, "binance": {"AKRO", "MIR"}},
			Basis: "the vendor reset all keys made before 2022-12-28 00:01 UTC",
			Sources: []audit.IncidentSource{
				{Kind: "primary", URL: "https://botmaker.example/blog/notice_of-2022"},
				{Kind: "press", URL: "https://news.example/1"},
			},
			Notes: "About 100,000 keys were claimed.",
		},
		{
			ID:        "rumour",
			Title:     "Keys of a vendor are said to be abused",
			Exposure:  audit.Probable,
			Suspected: true,
			Severity:  audit.Medium,
			Actions:   []string{"SING"},
		},
		{
			ID: "bad-package-2025", Title: "Malicious package reads secrets", Exchanges: []string{"alpha", "okx"},
			Exposure: audit.Possible, Severity: audit.High,
			Links: []audit.Link{{Type: "horoscope", Value: "leo"}}, Until: on("2025-03-02"), CreatedBefore: on("2025-03-01"),
			Disclosed: on("2025-03-02"), Actions: []string{"ROTATE", "HOST"},
		},
	}}
}
