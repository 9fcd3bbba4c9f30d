package cmd

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"rekey/audit"
	"rekey/exchanges"
)

// A wait is a progress with a clock of its own, and what it writes to stderr.
type wait struct {
	*progress
	stderr *bytes.Buffer
	now    time.Time
}

func newWait(tty bool, environ ...string) *wait {
	w := &wait{stderr: &bytes.Buffer{}, now: time.Date(2026, 11, 22, 7, 0, 0, 0, time.UTC)}
	app := &App{Stderr: w.stderr, Environ: environ, Now: func() time.Time { return w.now }}
	w.progress = app.newProgress()
	w.tty = tty
	return w
}

// passes lets time go by and returns what was written at its end.
func (w *wait) passes(d time.Duration, at audit.Progress) string {
	w.now = w.now.Add(d)
	before := w.stderr.Len()
	w.update(at)
	return w.stderr.String()[before:]
}

func counts(done, total int) audit.Progress {
	return audit.Progress{Exchange: "binance", Done: done, Total: total}
}

// Five thousand keys, twenty a second. The line comes after a moment, changes
// ten times a second at most, never goes back, and its estimate is right.
func TestProgressOfAFleetOnATerminal(t *testing.T) {
	const fleet, pace = 5000, 50 * time.Millisecond
	w := newWait(true)
	began, last := w.now, time.Time{}
	form := regexp.MustCompile(`^\r\x1b\[Krekey: ([0-9]+) of 5000 keys(?:, about ([0-9hms]+) left)?$`)
	lines, before := 0, 0
	for done := 1; done <= fleet; done++ {
		text := w.passes(pace, counts(done, fleet))
		if text == "" {
			continue
		}
		lines++
		elapsed := w.now.Sub(began)
		m := form.FindStringSubmatch(text)
		if m == nil {
			t.Fatalf("after %s the line is %q", elapsed, text)
		}
		if n, _ := strconv.Atoi(m[1]); n != done || n <= before {
			t.Errorf("after %s the line says %d keys, of %d, and said %d before", elapsed, n, done, before)
		}
		before = done
		if elapsed < patience || w.now.Sub(last) < everyTTY {
			t.Errorf("a line came after %s, %s after the one before", elapsed, w.now.Sub(last))
		}
		last = w.now
		if left, want := m[2], (time.Duration(fleet-done) * pace).Round(time.Second); done < fleet && left != want.String() {
			t.Errorf("after %s it says %s left, and it is %s", elapsed, left, want)
		}
	}
	if lines < 2000 || lines > 2500 {
		t.Errorf("%d lines in 250 seconds", lines)
	}
	ended := w.stderr.Len()
	w.clear()
	if got := w.stderr.String()[ended:]; got != clearLine {
		t.Errorf("at the end it writes %q", got)
	}
	w.clear()
	if w.stderr.Len() != ended+len(clearLine) {
		t.Error("it clears a line that is not there")
	}
}

// The line leaves the last column free: a full line would move the cursor on,
// and could not be written over.
func TestProgressFitsTheScreen(t *testing.T) {
	w := newWait(true, "COLUMNS=30")
	if got := w.passes(time.Minute, counts(2500, 5000)); got != clearLine+"rekey: 2500 of 5000 keys, ab…" {
		t.Errorf("the line is %q", got)
	}
}

// In a log there is a plain line every half minute, and nothing to clear.
func TestProgressOfAFleetInALog(t *testing.T) {
	const fleet, pace = 5000, 50 * time.Millisecond
	w := newWait(false)
	for done := 1; done <= fleet; done++ {
		w.passes(pace, counts(done, fleet))
	}
	w.clear()
	want := ""
	for s := 30; s < 250; s += 30 {
		want += fmt.Sprintf("rekey: %d of 5000 keys, about %s left\n", 20*s, time.Duration(250-s)*time.Second)
	}
	if got := w.stderr.String(); got != want {
		t.Errorf("the log has\n%swant\n%s", got, want)
	}
}

// A run that ends within the patience writes nothing at all.
func TestShortRunsShowNoProgress(t *testing.T) {
	for _, tty := range []bool{true, false} {
		w := newWait(tty)
		for done := range 69 {
			w.passes(10*time.Millisecond, counts(done, 69))
		}
		w.clear()
		if w.stderr.Len() > 0 {
			t.Errorf("tty %v: a run of 0.69 s writes %q", tty, w.stderr.String())
		}
	}
}

// --quiet is quiet, and --verbose tells each request instead.
func TestQuietAndVerboseShowNoProgress(t *testing.T) {
	for name, set := range map[string]func(*globalFlags){
		"quiet":   func(f *globalFlags) { f.quiet = true },
		"verbose": func(f *globalFlags) { f.verbose = true },
	} {
		for _, tty := range []bool{true, false} {
			w := newWait(tty)
			set(&w.app.flags)
			for done := range 1000 {
				w.passes(time.Second, counts(done, 1000))
			}
			w.clear()
			if w.stderr.Len() > 0 {
				t.Errorf("--%s, tty %v: %q", name, tty, w.stderr.String())
			}
		}
	}
}

// Keys are asked from many goroutines.
func TestProgressFromManyGoroutines(t *testing.T) {
	w := newWait(true)
	w.now = w.now.Add(patience)
	var wg sync.WaitGroup
	for i := range 64 {
		wg.Go(func() { w.update(counts(i, 64)) })
	}
	wg.Wait()
	if got := strings.Count(w.stderr.String(), clearLine); got != 1 {
		t.Errorf("%d lines at one moment", got)
	}
}

func TestStanding(t *testing.T) {
	accounts := func(p audit.Progress, done, known int) audit.Progress {
		p.Accounts = exchanges.ListProgress{Done: done, Accounts: known}
		return p
	}
	for _, c := range []struct {
		at      audit.Progress
		elapsed time.Duration
		want    string
	}{
		{counts(0, 5000), time.Minute, "0 of 5000 keys"}, // nothing to judge the pace by
		{counts(1, 5000), time.Second, "1 of 5000 keys"}, // nor by one answer
		{counts(1, 10000), 135 * time.Second, "1 of 10000 keys"},
		{counts(9, 5000), time.Minute, "9 of 5000 keys"},
		{counts(100, 5000), time.Minute, "100 of 5000 keys, about 49m0s left"},
		{counts(1, 3), time.Second, "1 of 3 keys, about 2s left"},
		{counts(2500, 5000), 90 * time.Second, "2500 of 5000 keys, about 1m30s left"},
		{counts(5000, 5000), time.Hour, "5000 of 5000 keys"},
		{accounts(counts(3, 3), 50, 200), 53 * time.Second, "3 of 3 keys, 50 of 200 sub-accounts, about 2m30s left"},
		{accounts(counts(3, 3), 200, 200), time.Minute, "3 of 3 keys, 200 of 200 sub-accounts"},
		{accounts(counts(1, 3), 0, 200), time.Minute, "1 of 3 keys, 0 of 200 sub-accounts"},
		{accounts(counts(1, 3), 10, 200), time.Minute, "1 of 3 keys, 10 of 200 sub-accounts, about 17m27s left"},
	} {
		if got := standing(c.at, c.elapsed); got != c.want {
			t.Errorf("%+v after %s is %q, want %q", c.at, c.elapsed, got, c.want)
		}
	}
}

// The pace of a reading says how long it takes when that is known, and nothing
// of a folder whose size is not.
func TestPace(t *testing.T) {
	for _, c := range []struct {
		done, total int64
		elapsed     time.Duration
		want        string
	}{
		{0, 1e9, time.Second, "0 MB, 0 MB/s"},
		{1e6, 1e12, time.Second, "1 MB, 1 MB/s"},
		{5e8, 1e9, time.Second, "500 MB, 500 MB/s, 50 %, about 1s left"},
		{1e9, 0, time.Second, "1000 MB, 1000 MB/s"},
		{2e9, 1e9, time.Second, "2000 MB, 2000 MB/s"}, // packed: the total is no measure
	} {
		if got := pace(c.done, c.total, c.elapsed); got != c.want {
			t.Errorf("%d of %d: %q, want %q", c.done, c.total, got, c.want)
		}
	}
}

func TestCut(t *testing.T) {
	for _, c := range []struct {
		columns int
		want    string
	}{{20, "rekey: 1 of 2 keys"}, {18, "rekey: 1 of 2 keys"}, {17, "rekey: 1 of 2 ke…"}, {2, "r…"}} {
		if got := cut("rekey: 1 of 2 keys", c.columns); got != c.want {
			t.Errorf("cut to %d columns: %q, want %q", c.columns, got, c.want)
		}
	}
}
