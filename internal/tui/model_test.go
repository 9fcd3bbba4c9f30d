package tui

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/google/go-cmp/cmp"

	"rekey/audit"
	"rekey/exchanges"
)

// Every command is written out and confirmed before it is run.
func TestCommands(t *testing.T) {
	first, second := "binance/grid@desk.example/xke7…bMBv", "main-binance"
	for _, c := range []struct {
		types string
		want  [][]string
	}{
		{"x<enter>", [][]string{{"revoke", first}}},
		{"<down>x<enter>", [][]string{{"revoke", second}}},
		{"<down>R<enter>", [][]string{{"rotate", second}}},
		{"<down>r<enter>", [][]string{{"respond", second}}},
		{"<down>p<enter>", [][]string{{"revoke", second, "--dry-run"}}},
		{"<down><enter>x<enter>", [][]string{{"revoke", second}}},
		{"x --accept-risk=last-manager  --dry-run<enter>", [][]string{{
			"revoke", first,
			"--accept-risk=last-manager", "--dry-run",
		}}},
		{"x-y<backspace>-dry-run<enter>", [][]string{{"revoke", first, "--dry-run"}}},
		{"xabc<ctrl+u><enter>", [][]string{{"revoke", first}}},
		{"f<enter>x<enter>", [][]string{{"revoke", second}}},
		{"fr<enter>", [][]string{{"respond", "3commas-2022"}}},
		{"fp<enter>", [][]string{{"respond", "3commas-2022", "--dry-run"}}},
		{"/main<enter>x<enter>", [][]string{{"revoke", second}}},
		{"u<enter><enter>", [][]string{{"runs", "resume", "1m8psp"}}},
		{"us<enter>", [][]string{{"runs", "show", "1m8psp"}}},
		// Nothing is run without enter, nor where there is nothing that it is about.
		{"x", nil},
		{"x<esc>", nil},
		{"x<esc><enter>", nil},
		{"xq", nil},
		{"R<esc>r<esc>p<esc>", nil},
		{"/zebra<enter>x<enter>R<enter>r<enter>p<enter><enter>", nil},
		{"nx<enter>", nil},
		{"mx<enter>", nil},
		{"?x<enter>", nil},
		{"fx<enter>", nil},
		{"ux<esc>", nil},
	} {
		v := newViewer(t, Options{}).looks()
		v.Update(runsMsg{runs: []RunRow{{
			ID: "1m8psp", Resume: []string{"runs", "resume", "1m8psp"}, Show: []string{"runs", "show", "1m8psp"},
		}}})
		v.types(c.types)
		if diff := cmp.Diff(c.want, v.commands); diff != "" {
			t.Errorf("%s:\n%s", c.types, diff)
		}
	}
}

// A command that has ended makes what is shown old, and a new look is begun.
func TestAfterACommand(t *testing.T) {
	v := newViewer(t, Options{}).looks()
	end := func(code int, line ...string) {
		v.Update(endedMsg{line, Ending{Code: code, Text: fmt.Sprint("exit ", code)}})
	}
	end(5, "revoke", "a")
	if !v.looking || !v.stale || !strings.Contains(v.View(), "shown is before") {
		t.Errorf("looking %v, stale %v", v.looking, v.stale)
	}
	end(1, "revoke", "b")
	end(0, "revoke", "a")
	if diff := cmp.Diff([]Ending{{0, "exit 0"}, {1, "exit 1"}}, v.result.Endings); diff != "" {
		t.Error(diff)
	}
	v.Update(lookedMsg{number: v.lookNumber, err: errors.New("no network")})
	if !v.stale || !strings.Contains(v.View(), "FAILED to look again") {
		t.Error("a look that failed passes for one")
	}
	v.looks()
	if v.stale || strings.Contains(v.View(), "before") {
		t.Error("a look leaves the keys old")
	}
}

// What a look saw that began before a command is not shown after it.
func TestALookOfBeforeACommand(t *testing.T) {
	v := newViewer(
		t,
		Options{Look: func(context.Context, func(audit.Progress)) (*audit.Result, error) { return known(), nil }},
	).looks()
	begun := v.look()
	v.types("x<enter>")
	if len(v.commands) != 1 || !v.stale || !v.looking {
		t.Fatalf("%q was run, stale %v, looking %v", v.commands, v.stale, v.looking)
	}
	v.Update(begun())
	if !v.stale || !v.looking {
		t.Error("what was seen before the command passes for what is so now")
	}
	v.Update(lookedMsg{number: v.lookNumber, result: known()})
	if v.stale || v.looking {
		t.Error("the look after the command is not shown")
	}
}

// One look is under way at a time.
func TestOneLookAtATime(t *testing.T) {
	v := newViewer(t, Options{})
	if v.look() == nil || v.look() != nil {
		t.Error("a second look is begun beside the first")
	}
}

func TestEnds(t *testing.T) {
	for _, c := range []struct {
		types             string
		quit, interrupted bool
	}{
		{"q", true, false},
		{"<ctrl+c>", true, true},
		{"x<ctrl+c>", true, true},
		{"/<ctrl+c>", true, true},
		{"fq", true, false},
		{"?q", true, false},
		{"/q", false, false},
		{"xq", false, false},
		{"<esc>", false, false},
	} {
		v := newViewer(t, Options{}).looks().types(c.types)
		if v.quit != c.quit || v.result.Interrupted != c.interrupted {
			t.Errorf("%s: quit %v, interrupted %v", c.types, v.quit, v.result.Interrupted)
		}
	}
}

// Ctrl-Z goes to a shell, where one waits, and to nowhere else: nobody could wake
// the view up again.
func TestSuspend(t *testing.T) {
	for _, shell := range []bool{true, false} {
		v := newViewer(t, Options{Shell: shell}).looks()
		_, cmd := v.Update(tea.KeyMsg{Type: tea.KeyCtrlZ})
		if (cmd != nil) != shell || (v.status == "") != shell {
			t.Errorf("a shell waits: %v; %q", shell, v.status)
		}
	}
}

// The filter shows keys that hold every word, and esc takes back what was typed.
func TestFilter(t *testing.T) {
	for _, c := range []struct {
		types string
		want  int
	}{
		{"", 5},
		{"/binance", 2},
		{"/BINANCE withdraw", 2},
		{"/critical main", 1},
		{"/3commas-2022", 1},
		{"/zebra", 0},
		{"/zebra<esc>", 5},
		{"/main<enter>/zebra<esc>", 2},
		{"/main<enter><esc>", 5},
		{"/binanceq<backspace>", 2},
		{"f<enter>", 1},
		{"f<enter><esc>", 5},
		{"f<enter>/zebra", 0},
		{"/unknown", 1},
	} {
		if v := newViewer(t, Options{}).looks().types(c.types); len(v.list.shown) != c.want {
			t.Errorf("%s shows %d keys, want %d", c.types, len(v.list.shown), c.want)
		}
	}
}

// Keys that arrive together are pressed one after the other; a text that is
// pasted presses none of them.
func TestKeysTogether(t *testing.T) {
	v := newViewer(t, Options{}).looks()
	v.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("j/main")})
	if v.list.filter != "main" || v.entry != filterEntry {
		t.Errorf("the filter is %q", v.list.filter)
	}
	v.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("-bin"), Paste: true})
	if v.list.filter != "main-bin" {
		t.Errorf("the filter is %q", v.list.filter)
	}
	v = newViewer(t, Options{}).looks()
	_, cmd := v.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("q"), Paste: true})
	if v.entry != noEntry || cmd != nil || !strings.Contains(v.status, "nothing is pasted") {
		t.Error("what is pasted presses keys")
	}
}

// The cursor stays on its key when a new look puts others before it.
func TestCursorStays(t *testing.T) {
	v := newViewer(t, Options{}).looks().types("<end><up>")
	before, _ := v.list.selected()
	r := known()
	r.Keys[3].Place = exchanges.Known(1)
	v.Update(lookedMsg{number: v.lookNumber, result: r})
	if after, _ := v.list.selected(); after.Name != before.Name || v.list.at == 3 {
		t.Errorf("the cursor went from %s to %s", before.Name, after.Name)
	}
}

// A key that is gone after a look is not replaced by another under the hands of
// its reader.
func TestDetailsOfAKeyThatIsGone(t *testing.T) {
	v := newViewer(t, Options{}).looks().types("<down><enter>")
	r := known()
	r.Keys = append(r.Keys[:1:1], r.Keys[2:]...)
	v.Update(lookedMsg{number: v.lookNumber, result: r})
	if v.screen != listScreen || !strings.Contains(v.View(), "main-binance is not listed any more") {
		t.Error(v.View())
	}
	v = newViewer(t, Options{}).looks().types("<down><enter>")
	v.Update(lookedMsg{number: v.lookNumber, result: known()})
	if v.screen != detailsScreen {
		t.Error("the details are left without a reason")
	}
}

// A terminal that does not know its size has the usual one.
func TestNoSize(t *testing.T) {
	if v := newViewer(t, Options{}).looks().sized(0, 0); v.width != 80 || v.height != 24 {
		t.Errorf("%d x %d", v.width, v.height)
	}
}

// The journal is read now and then, one reading at a time.
func TestRunsAreRead(t *testing.T) {
	read := 0
	v := newViewer(t, Options{Runs: func() ([]RunRow, error) { read++; return nil, nil }})
	msg := v.readRuns()()
	if v.readRuns() != nil {
		t.Error("the journal is read twice at a time")
	}
	v.Update(msg)
	if v.readRuns() == nil || read != 1 {
		t.Errorf("read %d times", read)
	}
}

// A browser that cannot be opened is said, with the page.
func TestPage(t *testing.T) {
	v := newViewer(t, Options{}).looks().types("<down>o")
	if len(v.opened) != 1 || v.opened[0] != "https://www.binance.example/api" ||
		!strings.Contains(v.View(), "no browser could be opened; the page is https://www.binance.example/api") {
		t.Errorf("opened %q\n%s", v.opened, v.View())
	}
}

// Nothing that was not seen is called nothing.
func TestNothingIsNotSaidOfWhatWasNotSeen(t *testing.T) {
	gaps := &audit.Result{Gaps: []audit.Gap{{Key: "x", Kind: exchanges.KindNetwork, Detail: "no route"}}}
	gaps.Summary = gaps.Count(audit.High)
	cut := &audit.Result{}
	cut.Finish(time.Now(), true)
	for name, c := range map[string]struct {
		result *audit.Result
		keys   string
		want   string
	}{
		"no look":             {nil, "", "Nothing is known yet"},
		"no look, leaks":      {nil, "f", "Nothing is known yet"},
		"no look, gaps":       {nil, "n", "Nothing is known yet"},
		"gaps alone":          {gaps, "", "1 thing not looked at"},
		"gaps alone, leaks":   {gaps, "f", "may be concerned"},
		"cut short":           {cut, "", "cut short"},
		"cut short, leaks":    {cut, "f", "The look was cut"},
		"cut short, headline": {cut, "m", "INTERRUPTED"},
		"nothing":             {&audit.Result{}, "", "There is no key in"},
	} {
		v := newViewer(t, Options{})
		if c.result != nil {
			v.Update(lookedMsg{number: v.lookNumber, result: c.result})
		}
		if frame := v.types(c.keys).View(); !strings.Contains(frame, c.want) {
			t.Errorf("%s: the screen does not say %q:\n%s", name, c.want, frame)
		}
	}
}

// A panic of a goroutine comes out of Update, without its text.
func TestCrash(t *testing.T) {
	msg := safely(func() tea.Msg { panic("CANARY") })()
	defer func() {
		if r := recover(); r == nil || strings.Contains(fmt.Sprint(r), "CANARY") {
			t.Errorf("recovered %v", r)
		}
	}()
	newViewer(t, Options{}).Update(msg)
}

// A screen is drawn within 50 ms of a key press at 5,000 keys.
func BenchmarkKeyPress(b *testing.B) {
	r := &audit.Result{}
	for i := range 5000 {
		name := fmt.Sprintf("bot-%04d", i)
		r.Keys = append(r.Keys, audit.Key{
			Place: exchanges.Known(i + 1), Name: audit.Text(name), Exchange: "binance", AccessKey: audit.Mask(name + "CANARY"),
			Status: exchanges.StatusAlive, Permissions: []exchanges.Permission{exchanges.Read, exchanges.Spot},
		})
		for _, rule := range []string{"INC-01", "NET-01", "LIFE-01"} {
			r.Findings = append(
				r.Findings,
				audit.Finding{Rule: rule, Severity: audit.High, Key: name, Title: "a problem", Remedy: "rotate it"},
			)
		}
	}
	r.Summary = r.Count(audit.High)
	m := newModel(b.Context(), Options{Color: true, Now: time.Now, Messages: func() []string { return nil }})
	m.Update(tea.WindowSizeMsg{Width: 200, Height: 60})
	m.Update(lookedMsg{result: r})
	for name, keys := range map[string][]tea.KeyMsg{
		"move":   {{Type: tea.KeyPgDown}, {Type: tea.KeyEnd}, {Type: tea.KeyHome}},
		"filter": {{Type: tea.KeyRunes, Runes: []rune("/")}, {Type: tea.KeyRunes, Runes: []rune("4")}, {Type: tea.KeyEsc}},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				for _, k := range keys {
					m.Update(k)
					m.View()
				}
			}
			b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N*len(keys)), "ms/press")
		})
	}
}
