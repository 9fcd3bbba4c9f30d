package cmd

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"rekey/internal/drill"
)

// A screen is as much of a terminal as the board needs.
type screen struct {
	lines            []string
	row, column      int
	savedRow, savedC int
}

var sequence = regexp.MustCompile(`^(?:\x1b\[(\d*)([A-Za-z])|\x1b([78]))`)

// show does what a terminal does with text.
func (s *screen) show(t *testing.T, text string) {
	t.Helper()
	for text != "" {
		for len(s.lines) <= s.row {
			s.lines = append(s.lines, "")
		}
		if m := sequence.FindStringSubmatch(text); m != nil {
			text = text[len(m[0]):]
			s.control(t, m)
			continue
		}
		r := []rune(text)[0]
		text = text[len(string(r)):]
		switch r {
		case '\r':
			s.column = 0
		case '\n': // as terminals do it for programs
			s.row, s.column = s.row+1, 0
		default:
			line := []rune(s.lines[s.row] + strings.Repeat(" ", max(0, s.column-len([]rune(s.lines[s.row])))))
			s.lines[s.row] = string(append(line[:s.column:s.column], append([]rune{r}, line[min(len(line), s.column+1):]...)...))
			s.column++
		}
	}
}

func (s *screen) control(t *testing.T, m []string) {
	t.Helper()
	n, _ := strconv.Atoi(m[1])
	switch m[2] + m[3] {
	case "7":
		s.savedRow, s.savedC = s.row, s.column
	case "8":
		s.row, s.column = s.savedRow, s.savedC
	case "A":
		s.row -= n
	case "K":
		s.lines[s.row] = string([]rune(s.lines[s.row])[:min(s.column, len([]rune(s.lines[s.row])))])
	case "J":
		s.lines = append(s.lines[:s.row], string([]rune(s.lines[s.row])[:s.column]))
	case "m":
	default:
		t.Fatalf("the board sends %q", m[0])
	}
}

// On a terminal there is one table, that is written over; the question stands
// below it, and what is typed there stays.
func TestBoardOnATerminal(t *testing.T) {
	clock := drill.NewClock(time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC))
	stage, err := drill.Start(clock.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stage.Close)
	p, err := stage.Play(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	a := &App{Stderr: &stderr, Now: clock.Now, Environ: []string{"COLUMNS=90"}}
	b := a.newBoard(p)
	if b.tty {
		t.Fatal("a buffer is taken for a terminal")
	}
	b.tty = true
	var s screen
	see := func(below string, rows int, words ...string) {
		t.Helper()
		s.show(t, stderr.String())
		stderr.Reset()
		text := strings.Join(s.lines, "\n")
		if strings.Count(text, "ALIVE FOR") != 1 || strings.Count(text, "\n") != rows || s.row != len(s.lines)-1 ||
			s.lines[s.row] != below {
			t.Errorf("the screen shows, with the cursor in line %d,\n%s", s.row, text)
		}
		for _, w := range words {
			if !strings.Contains(text, w) {
				t.Errorf("no %q in\n%s", w, text)
			}
		}
	}
	typed := func(text string) { stderr.WriteString(text) }

	b.show()
	b.asking(true)
	typed(question + " okx")
	see(question+" okx", 7, "1 main-binance", "ALIVE")
	for range 3 {
		if err := clock.Sleep(t.Context(), 5*time.Second); err != nil {
			t.Fatal(err)
		}
		b.show()
	}
	see(question+" okx", 7, "15s")
	if err := clock.Sleep(t.Context(), 5*time.Second); err != nil {
		t.Fatal(err)
	}
	p.Act(t.Context()) // a key is planted: one more line
	b.show()
	see(question+" ", 8, "THIEF AT WORK", "7 binance/")

	// An answer ends the line. The old table stays above, the new one goes on.
	typed("\n")
	s.show(t, stderr.String())
	stderr.Reset()
	s = screen{}
	b.answered("by hand: okx-main is deleted")
	typed(question + " ")
	b.show()
	see(question+" ", 9, "by hand: okx-main is deleted")
}
