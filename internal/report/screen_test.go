package report

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rekey/audit"
	"rekey/exchanges"
	"rekey/internal/text/texttest"
)

// A screen is never longer than the terminal, however many keys there are, and
// always ends with what to type next.
func TestScreenFits(t *testing.T) {
	for _, height := range []int{10, 24, 40} {
		for _, columns := range []int{40, 80, 120} {
			for name, in := range map[string]audit.Input{
				"none": stagedFleet(0), "3": stagedFleet(3),
				"200": stagedFleet(200), "every kind": stagedAudit(),
			} {
				out := string(audited(t, in, "text", Options{Width: columns, Height: height}))
				lines := strings.Count(out, "\n")
				if lines >= height && (height != 10 || lines > 14) {
					t.Errorf("%s at %dx%d: %d lines\n%s", name, columns, height, lines, out)
				}
				if !strings.Contains(out, "rekey audit --all") || !strings.Contains(out, "\nexit ") {
					t.Errorf("%s at %dx%d does not say what to do next:\n%s", name, columns, height, out)
				}
			}
		}
	}
}

// What is not known is neither a word of danger nor absent.
func TestPowersOnTheScreen(t *testing.T) {
	key := func(granted []exchanges.Permission, untold ...exchanges.Permission) *keyView {
		return &keyView{Key: audit.Key{Status: exchanges.StatusAlive, Permissions: granted, NotTold: untold}}
	}
	p := func(list ...exchanges.Permission) []exchanges.Permission {
		return append([]exchanges.Permission{}, list...)
	}
	dead := key(nil)
	dead.Status = exchanges.StatusDead
	for want, keys := range map[string][]*keyView{
		"trade move":      {key(p(exchanges.Read, exchanges.Spot, exchanges.Transfer))},
		"withdraw? trade": {key(p(exchanges.Read, exchanges.Futures), exchanges.Withdraw)},
		"WITHDRAW":        {key(p(exchanges.Read, exchanges.Withdraw))},
		"WITHDRAW trade": {
			key(p(exchanges.Read, exchanges.Withdraw)),
			key(p(exchanges.Spot), exchanges.Withdraw),
		},
		"WITHDRAW manage-keys unmapped": {key(p(exchanges.Unmapped, exchanges.ManageKeys, exchanges.Withdraw))},
		"trade? move?":                  {key(p(exchanges.Read), exchanges.Trade, exchanges.Transfer)},
		"read":                          {key(p(exchanges.Read))},
		"?":                             {key(nil, exchanges.Withdraw)},
		"? trade":                       {key(nil), key(p(exchanges.Spot))},
		"dead":                          {dead},
		"nothing":                       {key(p())},
	} {
		if got := canWords(keys); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := cutPowers("WITHDRAW withdraw? trade move", 20); got != "WITHDRAW withdraw? +" {
		t.Errorf("cut to %q", got)
	}
}

// A command names a key so that no other is meant by it.
func TestNicknames(t *testing.T) {
	stranger := func(masked string) audit.Key {
		k := audit.Key{Exchange: "okx", Account: audit.Account{Name: "botdesk"}}
		if err := k.AccessKey.UnmarshalJSON([]byte(`"` + masked + `"`)); err != nil {
			t.Fatal(err)
		}
		return k
	}
	named := audit.Key{Name: "grid-bot", Exchange: "okx"}
	xke, twin, trap := stranger("xke7…bMBv"), stranger("xke7…Zz9q"), stranger("abcd…wxyz")
	other := audit.Key{Name: "my-ABCD-bot", Exchange: "okx"}
	last := audit.Key{Name: "wxyz", Exchange: "okx"}
	for _, c := range []struct {
		key  audit.Key
		all  []audit.Key
		want string
	}{
		{named, []audit.Key{named, xke}, "grid-bot"},
		{xke, []audit.Key{named, xke}, "xke7"},
		{xke, []audit.Key{xke, twin}, "bMBv"},
		{trap, []audit.Key{trap, other}, "wxyz"},
		{trap, []audit.Key{trap, other, last}, "abcd...wxyz"},
		{stranger("ab/d…w'yz"), []audit.Key{stranger("ab/d…w'yz"), stranger("ab/d…0000")}, "okx/botdesk/ab/d…w'yz"},
	} {
		if got := nicknames(c.all)(c.key); got != c.want {
			t.Errorf("%s is called %q, want %q", c.key.DisplayName(), got, c.want)
		}
	}
}

// What is typed next, for the worst key first, each command once.
func TestNextCommands(t *testing.T) {
	row := func(name string, f audit.Finding) screenRow {
		k := &keyView{
			Key:      audit.Key{Name: audit.Text(name), Exchange: "okx", Status: exchanges.StatusAlive},
			name:     name,
			findings: []audit.Finding{f},
		}
		return screenRow{key: k, keys: []*keyView{k}, severity: f.Severity}
	}
	leak := audit.Finding{Rule: "INC-01", Severity: audit.Critical, Incident: "3commas-2022"}
	rows := []screenRow{
		row("a", leak), row("b", audit.Finding{Rule: "PERM-01", Severity: audit.High}), row("c", leak),
		row("d", audit.Finding{Rule: "PERM-01", Severity: audit.High}),
		row("e", audit.Finding{Rule: "ROT-01", Severity: audit.High, Remedy: "rekey runs resume 01jd9x00000aa"}),
		row(
			"f",
			audit.Finding{Rule: "LIFE-02", Severity: audit.High},
		), row("g", audit.Finding{Rule: "LIFE-01", Severity: audit.High}),
		row("h i", audit.Finding{Rule: "INC-07", Severity: audit.High, Remedy: "rekey revoke"}),
		row("j", audit.Finding{Rule: "INC-06", Severity: audit.High}),
		row("k", audit.Finding{Rule: "INC-01", Severity: audit.High, Incident: "evil; rm"}),
		row("l", audit.Finding{Rule: "INC-01", Severity: audit.Info, Incident: "quiet-2023"}),
		{name: "3commas/1", severity: audit.High},
	}
	var got []string
	for _, s := range next(rows, nil, 60) {
		got = append(got, s.command)
	}
	want := []string{
		"respond 3commas-2022", "audit b", "runs resume 01jd9x00000aa", "rotate f g", "revoke 'h i'", "respond j",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if cut := next(rows, nil, 9); cut[3].command != "rotate f" || cut[3].why != "the first 1 of 2 such keys" {
		t.Errorf("on a narrow screen %+v", cut[3])
	}
}

// One problem is said once, and nothing that was found is lost.
func TestFilters(t *testing.T) {
	for want, show := range map[string]Show{
		"bot-0001": {Top: 1}, "": {Exchange: "okx"},
	} {
		var out bytes.Buffer
		if err := PrintLines(&out, judged(t, stagedFleet(20), Options{}), show); err != nil {
			t.Fatal(err)
		}
		name, _, _ := strings.Cut(out.String(), "\t")
		if name != want || strings.Count(out.String(), "\n") > 1 {
			t.Errorf("%+v shows\n%s", show, out.String())
		}
	}
	count := func(show Show) int {
		var out bytes.Buffer
		if err := PrintLines(&out, judged(t, stagedAudit(), Options{}), show); err != nil {
			t.Fatal(err)
		}
		return strings.Count(out.String(), "\n")
	}
	all, critical, owned := count(Show{}), count(Show{Least: audit.Critical}), count(Show{Owner: "desk-a"})
	if all != 19 || critical == 0 || critical >= all || owned == 0 || owned >= all {
		t.Errorf("%d keys, %d critical, %d of desk-a", all, critical, owned)
	}
	var screen bytes.Buffer
	show := Show{Least: audit.Critical, Exchange: "binance"}
	if err := PrintText(&screen, judged(t, stagedAudit(), Options{}), show, Options{Width: 80}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(screen.String(), "Shown: critical and worse, exchange binance; ") {
		t.Errorf("a filtered screen does not say so:\n%s", screen.String())
	}
}

// A line for a program has eight fields, whatever stands in a label, and says of
// nothing that it is fine when nobody knows.
func TestLines(t *testing.T) {
	var out bytes.Buffer
	if err := PrintLines(&out, judged(t, stagedAudit(), Options{}), Show{}); err != nil {
		t.Fatal(err)
	}
	texttest.Golden(t, *update, "audit.tsv", out.Bytes())
	for _, line := range strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n") {
		if strings.Count(line, "\t") != 7 {
			t.Errorf("not eight fields: %q", line)
		}
	}
	for _, part := range []string{"lost\tcoinbase\tunreachable\t?\t?\t?\tunknown\t-\n", "office\tokx\tunreachable\t"} {
		if !strings.Contains(out.String(), part) {
			t.Errorf("no %q in\n%s", part, out.String())
		}
	}
}

// Two hundred keys are drawn within the time that nobody notices.
func BenchmarkScreen(b *testing.B) {
	for _, n := range []int{200, 5000} {
		r := judged(b, stagedFleet(n), Options{})
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				var out bytes.Buffer
				if err := PrintText(&out, r, Show{}, Options{Width: 80}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func TestAges(t *testing.T) {
	now := stagedDay("2026-11-30")
	for want, days := range map[string]int{"0d": 0, "59d": 59, "2mo": 60, "24mo": 729, "2y": 730, "4y": 1434} {
		k := &keyView{
			Key: audit.Key{CreatedAt: exchanges.Known(audit.NewTime(now.Add(-time.Duration(days) * 24 * time.Hour)))},
		}
		if got := ageWords([]*keyView{k}, now); got != want {
			t.Errorf("%d days are %q, want %q", days, got, want)
		}
	}
	if got := ageWords([]*keyView{{}}, now); got != "?" {
		t.Errorf("an unknown age is %q", got)
	}
}

// A terminal without UTF-8 gets nothing that it cannot show, and names that can
// still be typed.
func TestScreenInASCII(t *testing.T) {
	for _, all := range []bool{false, true} {
		out := string(audited(t, stagedAudit(), "text", Options{Width: 80, ASCII: true, All: all}))
		for _, r := range out {
			if r > '~' {
				t.Fatalf("%U is shown in\n%s", r, out)
			}
		}
	}
	out := string(audited(t, stagedAudit(), "text", Options{Width: 80, ASCII: true, All: true}))
	if !strings.Contains(out, "Str4...0001") {
		t.Errorf("a name cannot be typed:\n%s", out)
	}
}

// What was not seen keeps the screen from saying that all is well.
func TestNothingIsFineThatWasNotSeen(t *testing.T) {
	show := func(r *audit.Result) string {
		var out bytes.Buffer
		if err := PrintText(&out, r, Show{}, Options{Width: 80}); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	fine := audit.Key{
		Name: "fine", Exchange: "okx", Status: exchanges.StatusAlive, Permissions: []exchanges.Permission{exchanges.Read},
		Whitelist: audit.Whitelist{Restricted: exchanges.Known(true)},
	}
	lost := audit.Key{Name: "lost", Exchange: "okx", Status: exchanges.StatusUndetermined}
	gap := audit.Gap{Key: "lost", Kind: exchanges.KindTimeout}
	result := func(keys []audit.Key, gaps ...audit.Gap) *audit.Result {
		r := &audit.Result{Keys: keys, Gaps: gaps}
		r.Summary = r.Count(audit.High)
		return r
	}
	if out := show(result([]audit.Key{fine})); !strings.Contains(out, "\nno problem found\n") ||
		!strings.Contains(out, "no problem found: fine.") {
		t.Errorf("a key without a problem:\n%s", out)
	}
	out := show(result([]audit.Key{fine, lost}, gap))
	for _, part := range []string{
		"no problem found in what could be reached, 1 unreachable",
		"UNREACHABLE: lost (no answer in time)", "exit 4",
	} {
		if !strings.Contains(out, part) {
			t.Errorf("no %q in\n%s", part, out)
		}
	}
	if strings.Contains(out, "no problem found: fine, lost") {
		t.Errorf("a key that was not seen is fine:\n%s", out)
	}
	unsure := result([]audit.Key{fine})
	unsure.Unknowns = []audit.Unknown{{Rule: "NET-04", Key: "fine"}}
	unsure.Summary = unsure.Count(audit.High)
	if out := show(unsure); !strings.Contains(out, "no problem found, checks missing: fine") ||
		!strings.Contains(out, "(1 check not possible)") {
		t.Errorf("a check that was not possible:\n%s", out)
	}
	against := result([]audit.Key{fine})
	against.Baseline = &audit.Comparison{}
	if out := show(against); !strings.HasPrefix(out, "Nothing new and nothing worse since ") ||
		strings.Count(out, "\n") > 2 {
		t.Errorf("nothing new is\n%s", out)
	}
	against.Baseline.Unseen = []audit.Finding{{Rule: "INV-01", Key: "okx/botdesk/d346…b602"}}
	if out := show(against); strings.HasPrefix(out, "Nothing new") ||
		!strings.Contains(out, "not judged, so not called fixed since 0001-01-01: INV-01") {
		t.Errorf("what was not judged again is\n%s", out)
	}
}

// The last line counts the keys that fail an audit, and the findings that are about
// none of them.
func TestWhyItFails(t *testing.T) {
	finding := func(key string, s audit.Severity) audit.Finding { return audit.Finding{Key: key, Severity: s} }
	for _, c := range []struct {
		findings []audit.Finding
		gaps     []audit.Gap
		want     string
	}{
		{[]audit.Finding{finding("a", audit.High), finding("a", audit.Critical)}, nil, "exit 3: 1 key at or above high"},
		{
			[]audit.Finding{finding("a", audit.High), finding("b", audit.Low), finding("3commas/1", audit.High)},
			[]audit.Gap{{Key: "b"}},
			"exit 3: 1 key at or above high, 1 finding about no key; 1 unreachable",
		},
		{
			[]audit.Finding{finding("3commas/1", audit.High), finding("3commas/2", audit.Critical)},
			nil,
			"exit 3: 2 findings about no key at or above high",
		},
	} {
		r := &audit.Result{Findings: c.findings, Gaps: c.gaps, Summary: audit.Summary{FailOn: audit.High, ExitCode: 3}}
		for _, name := range []string{"a", "b"} {
			r.Keys = append(r.Keys, audit.Key{Name: audit.Text(name)})
		}
		if got := newScreen(&bytes.Buffer{}, r, Show{}, Options{}).ending(); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}
