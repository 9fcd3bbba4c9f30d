package report

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"

	"rekey/audit"
	"rekey/internal/text"
	"rekey/internal/text/texttest"
)

// The text report as it is, at every width that somebody may have.
func TestAuditTextIsGolden(t *testing.T) {
	for _, columns := range []int{40, 80, 120, 200} {
		texttest.Golden(
			t,
			*update,
			fmt.Sprintf("audit-%d.txt", columns),
			audited(t, stagedAudit(), "text", Options{Width: columns}),
		)
	}
	texttest.Golden(t, *update, "audit-all.txt", audited(t, stagedAudit(), "text", Options{Width: 80, All: true}))
	texttest.Golden(
		t,
		*update,
		"audit-interrupted.txt",
		audited(t, stagedFleet(2), "text", Options{Width: 40, Interrupted: true}),
	)
}

// Of many keys those with one problem are one row, and nothing is longer than a
// screen.
func TestManyKeysAreGrouped(t *testing.T) {
	texttest.Golden(t, *update, "audit-fleet.txt", audited(t, stagedFleet(120), "text", Options{Width: 80}))
	all := string(audited(t, stagedFleet(120), "text", Options{Width: 80, All: true}))
	for i := range 120 {
		if name := fmt.Sprintf("bot-%04d", i); strings.Count(all, name) < 2 {
			t.Errorf("--all leaves out %s", name)
		}
	}
	for _, cut := range []string{"more;", "and 6 more", "… and", " more (--all)"} {
		if strings.Contains(all, cut) {
			t.Errorf("--all still says %q", cut)
		}
	}
}

// At every width the lines fit. Without colour nothing in the report is for
// the terminal to obey; with it, colours alone are, and not a word is
// different.
func TestAuditTextFitsTheScreenAndObeysNobody(t *testing.T) {
	for _, columns := range []int{40, 41, 80, 120, 200} {
		for _, all := range []bool{false, true} {
			for name, in := range map[string]audit.Input{
				"staged": stagedAudit(), "fleet": stagedFleet(105),
				"empty": stagedFleet(0),
			} {
				o := Options{Width: columns, All: all, Interrupted: all}
				plain := audited(t, in, "text", o)
				o.Color = true
				painted := audited(t, in, "text", o)
				texttest.Lines(t, name, columns, plain)
				texttest.Lines(t, name+" in colour", columns, painted)
				checkPlain(t, fmt.Sprintf("%s at %d columns", name, columns), plain, painted)
				if columns == 80 && name != "empty" && bytes.Equal(plain, painted) {
					t.Errorf("%s has no colour", name)
				}
			}
		}
	}
}

// checkPlain fails on a plain text with anything but text in it, and on a
// painted one with more than colours.
func checkPlain(t *testing.T, name string, plain, painted []byte) {
	t.Helper()
	for _, r := range string(plain) {
		if r != '\n' && text.Unsafe(r) {
			t.Errorf("%s shows %U", name, r)
		}
	}
	if !utf8.Valid(plain) {
		t.Errorf("%s is not UTF-8", name)
	}
	colour := regexp.MustCompile("\x1b\\[[0-9;]*m")
	if diff := cmp.Diff(string(plain), colour.ReplaceAllString(string(painted), "")); diff != "" {
		t.Errorf("%s says other things in colour:\n%s", name, diff)
	}
}

// Whatever an account is called, the access key stands behind it.
func TestNoNameHidesTheAccessKey(t *testing.T) {
	accounts := []string{
		texttest.Wipes,
		texttest.Links,
		texttest.Swallows,
		texttest.Backwards,
		texttest.Overtypes,
		texttest.Invisible,
		texttest.Floods,
		texttest.BrokenUTF,
		texttest.Wide,
		"a/b/c",
		"/",
		"\x1bP",
		strings.Repeat("x", 1<<20),
		strings.Repeat("\u0301", 1<<18),
	}
	for i, account := range accounts {
		in := stagedFleet(0)
		in.Subjects = []audit.Subject{stagedStranger("binance", account, account, "AbCd-middle-of-the-key-WxYz")}
		for _, columns := range []int{40, 80, 200} {
			out := string(audited(t, in, "text", Options{Width: columns}))
			row := out[strings.Index(out, "\n! ")+1:]
			row, _, _ = strings.Cut(row, "\n")
			if !strings.Contains(row, "/AbCd") && !strings.Contains(row, "AbCd…WxYz") ||
				!strings.Contains(out, "rekey revoke AbCd") {
				t.Errorf("account %d at %d columns: the row is %q in\n%s", i, columns, row, out)
			}
			out = string(audited(t, in, "text", Options{Width: columns, All: true}))
			_, key, _ := strings.Cut(out, "FIX FIRST\n\n")
			if key, _, _ = strings.Cut(key, "INV-01"); !strings.Contains(key, "AbCd…WxYz") {
				t.Errorf("account %d at %d columns: the key is %q", i, columns, key)
			}
		}
	}
}

// Two audits of the same state print the same, in whatever order the answers
// came.
func TestOrderOfTheInputChangesNothing(t *testing.T) {
	for _, stage := range []func() audit.Input{stagedAudit, func() audit.Input { return stagedFleet(60) }} {
		for _, format := range Formats() {
			want := audited(t, stage(), format, Options{Width: 80})
			for seed := range uint64(4) {
				in := stage()
				r := rand.New(rand.NewPCG(seed, 1))
				r.Shuffle(len(in.Subjects), func(i, j int) { in.Subjects[i], in.Subjects[j] = in.Subjects[j], in.Subjects[i] })
				r.Shuffle(len(in.Gaps), func(i, j int) { in.Gaps[i], in.Gaps[j] = in.Gaps[j], in.Gaps[i] })
				for _, v := range in.Vendors {
					v.Connections = slices.Clone(v.Connections)
					r.Shuffle(
						len(v.Connections),
						func(i, j int) { v.Connections[i], v.Connections[j] = v.Connections[j], v.Connections[i] },
					)
				}
				if diff := cmp.Diff(string(want), string(audited(t, in, format, Options{Width: 80}))); diff != "" {
					t.Fatalf("%s, seed %d:\n%s", format, seed, diff)
				}
			}
		}
	}
}

func TestAuditTextWithoutKeys(t *testing.T) {
	out := audited(t, stagedFleet(0), "text", Options{Width: 80})
	if !bytes.HasPrefix(out, []byte("rekey audit: 0 keys ")) || strings.Contains(ansi.Strip(string(out)), "PROBLEM") {
		t.Errorf("an empty desk gives\n%s", out)
	}
}
