package tui

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"rekey/audit"
	"rekey/exchanges"
	"rekey/internal/text"
	"rekey/internal/text/texttest"
)

var update = flag.Bool("update", false, "write the golden files of internal/tui/testdata")

func at(day string) audit.Time {
	t, err := time.Parse("2006-01-02", day)
	if err != nil {
		panic(err)
	}
	return audit.NewTime(t)
}

// known is the audit of five keys: one a thief can use, one that a leak
// concerns, one without a problem, one that could not be looked at, one dead.
func known() *audit.Result {
	place := exchanges.Known[int]
	r := &audit.Result{
		Keys: []audit.Key{
			{
				Place: place(
					1,
				), Origin: audit.FromExchange, Exchange: "binance", AccessKey: audit.Mask("xke7CANARYCANARYbMBv"), Label: "grid",
				Account: audit.Account{Name: "grid@desk.example", Kind: exchanges.AccountSub}, Status: exchanges.StatusAlive,
				Permissions: []exchanges.Permission{
					exchanges.Read,
					exchanges.Spot,
				}, NotTold: []exchanges.Permission{exchanges.Withdraw},
				Whitelist: audit.Whitelist{Restricted: exchanges.Known(false)}, CreatedAt: exchanges.Known(at("2022-12-27")),
			},
			{
				Place: place(
					2,
				), Name: "main-binance", Origin: audit.FromInventory, Exchange: "binance",
				AccessKey: audit.Mask("vmPUCANARYCANARYq5Ad"),
				Account:   audit.Account{Kind: exchanges.AccountMaster}, Status: exchanges.StatusAlive,
				Permissions: []exchanges.Permission{exchanges.Read, exchanges.Withdraw, exchanges.ManageKeys},
				Whitelist:   audit.Whitelist{Restricted: exchanges.Known(true)}, CreatedAt: exchanges.Known(at("2021-06-16")),
				SharedWith: []string{"3commas"},
			},
			{
				Name: "okx-main", Origin: audit.FromInventory, Exchange: "okx", AccessKey: audit.Mask("okx1CANARYCANARYokx9"),
				Status: exchanges.StatusUndetermined,
			},
			{
				Name: "reader", Origin: audit.FromInventory, Exchange: "kucoin", AccessKey: audit.Mask("6705CANARYCANARYd3eb"),
				Status:      exchanges.StatusAlive,
				Permissions: []exchanges.Permission{exchanges.Read}, Whitelist: audit.Whitelist{Restricted: exchanges.Known(true)},
				CreatedAt: exchanges.Known(at("2026-10-01")),
			},
			{
				Name:      "old",
				Origin:    audit.FromInventory,
				Exchange:  "kucoin",
				AccessKey: audit.Mask("1111CANARYCANARY2222"),
				Status:    exchanges.StatusDead,
			},
		},
		Findings: []audit.Finding{
			{
				Rule: "INC-01", Severity: audit.Critical, Key: "main-binance", Title: "Key was exposed by 3Commas",
				Detail: "between 2022-10 and 2022-12",
				Remedy: "revoke the key", Incident: "3commas-2022",
			},
			{
				Rule: "INV-01", Severity: audit.Critical, Key: "binance/grid@desk.example/xke7…bMBv",
				Title:  "Nobody declared this key",
				Remedy: "revoke it, unless you know whose it is",
			},
			{
				Rule: "NET-01", Severity: audit.High, Key: "binance/grid@desk.example/xke7…bMBv",
				Title:  "Any address may use the key",
				Detail: "the exchange asks for no IP whitelist",
			},
			{
				Rule:     "VEN-01",
				Severity: audit.Medium,
				Key:      "3commas",
				Title:    "A connection of the vendor is of no key that is declared",
				Remedy:   "look at it",
			},
		},
		Gaps: []audit.Gap{
			{Key: "okx-main", Kind: exchanges.KindTimeout, Detail: "okx did not answer in 30 s"},
			{Key: "list of main-binance", Kind: exchanges.KindForbidden, Detail: "binance refused the list of sub-accounts"},
		},
		Incidents: []audit.Window{
			{
				ID:    "3commas-2022",
				Title: "3Commas leaked its customers' API keys",
				From:  exchanges.Known(at("2022-10-01")),
				Until: exchanges.Known(at("2022-12-31")),
			},
		},
	}
	r.Summary = r.Count(audit.High)
	return r
}

// A viewer drives a model as bubbletea does, without a terminal.
type viewer struct {
	t *testing.T
	*model
	now      time.Time
	commands [][]string // that were run
	opened   []string
	quit     bool
}

func newViewer(t *testing.T, o Options) *viewer {
	t.Helper()
	v := &viewer{t: t, now: time.Date(2026, 11, 30, 2, 0, 0, 0, time.UTC)}
	o.Now = func() time.Time { return v.now }
	o.ByHand = func(exchange string) Steps {
		return Steps{
			Page:  "https://www." + exchange + ".example/api",
			Steps: []string{"open API Management", "delete the key"},
		}
	}
	o.Messages = func() []string { return []string{"rekey: main-binance: the .env can be read by others"} }
	o.Command = func(_ context.Context, args []string) Ending {
		v.commands = append(v.commands, args)
		return Ending{Code: 6, Text: "exit 6: a person must do a step"}
	}
	o.OpenPage = func(_ context.Context, page string) error {
		v.opened = append(v.opened, page)
		return errors.New("no browser")
	}
	v.model = newModel(t.Context(), o)
	v.leave = func(c tea.ExecCommand, ended tea.ExecCallback) tea.Cmd {
		return func() tea.Msg { return ended(c.Run()) }
	}
	return v
}

// looks shows the audit of five keys, as a look that has just ended.
func (v *viewer) looks() *viewer {
	v.looking = true
	v.Update(lookedMsg{number: v.lookNumber, result: known()})
	return v
}

func (v *viewer) sized(width, height int) *viewer {
	v.Update(tea.WindowSizeMsg{Width: width, Height: height})
	return v
}

// types presses keys: words in <> are named keys, all else is typed.
func (v *viewer) types(text string) *viewer {
	v.t.Helper()
	named := map[string]tea.KeyType{
		"enter": tea.KeyEnter, "esc": tea.KeyEsc, "up": tea.KeyUp, "down": tea.KeyDown, "ctrl+c": tea.KeyCtrlC,
		"backspace": tea.KeyBackspace,
		"home":      tea.KeyHome, "end": tea.KeyEnd, "pgdown": tea.KeyPgDown, "pgup": tea.KeyPgUp,
		"ctrl+u": tea.KeyCtrlU, "ctrl+z": tea.KeyCtrlZ,
	}
	for text != "" {
		msg := tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{[]rune(text)[0]}}
		rest := text[len(string(msg.Runes)):]
		if name, after, ok := strings.Cut(text[1:], ">"); ok && text[0] == '<' {
			kind, known := named[name]
			if !known {
				v.t.Fatalf("no key is called %s", name)
			}
			msg, rest = tea.KeyMsg{Type: kind}, after
		}
		text = rest
		_, cmd := v.Update(msg)
		v.does(cmd)
	}
	return v
}

// does carries a command of the model out, but for looking.
func (v *viewer) does(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	msg := cmd()
	if _, ok := msg.(tea.QuitMsg); ok {
		v.quit = true
		return
	}
	switch msg.(type) {
	case openedMsg, endedMsg:
		v.Update(msg)
	}
}

// checks that a frame fits its screen, and holds nothing that a terminal obeys.
func (v *viewer) frame(name string) {
	v.t.Helper()
	frame := v.View()
	lines := strings.Split(frame, "\n")
	if len(lines) != v.height {
		v.t.Errorf("%s: %d lines on a screen of %d", name, len(lines), v.height)
	}
	for _, l := range lines {
		if w := text.Width(l); w > v.width {
			v.t.Errorf("%s: a line of %d columns on a screen of %d: %q", name, w, v.width, l)
		}
	}
	if strings.Contains(frame, "CANARY") {
		v.t.Errorf("%s holds a secret", name)
	}
	texttest.Golden(v.t, *update, name, []byte(frame+"\n"))
}

// The frames of the view. They are its manual: read them.
func TestFrames(t *testing.T) {
	plain := Options{}
	run := RunRow{
		ID: "1m8psp", Kind: "rotate", Key: "main-binance", Stage: "deployed",
		Updated: time.Date(2026, 11, 30, 1, 48, 0, 0, time.UTC),
		Resume:  []string{"runs", "resume", "1m8psp"}, Show: []string{"runs", "show", "1m8psp"},
	}
	runs := runsMsg{runs: []RunRow{run}}
	for name, make := range map[string]func() *viewer{
		"looking": func() *viewer {
			v := newViewer(t, plain)
			v.looking = true
			v.progress.Store(&audit.Progress{Done: 2, Total: 5})
			return v
		},
		"failed": func() *viewer {
			v := newViewer(t, plain)
			v.Update(lookedMsg{number: v.lookNumber, err: errors.New("rekey.yaml:3:2: unknown field")})
			return v
		},
		"again_failed": func() *viewer {
			v := newViewer(t, plain).looks()
			v.Update(lookedMsg{number: v.lookNumber, err: errors.New("rekey.yaml:3:2: unknown field")})
			return v
		},
		"list":                  func() *viewer { return newViewer(t, plain).looks() },
		"list_gap":              func() *viewer { return newViewer(t, plain).looks().types("<end><up><up>") },
		"list_color":            func() *viewer { return newViewer(t, Options{Color: true}).looks() },
		"list_ascii":            func() *viewer { return newViewer(t, Options{ASCII: true}).looks() },
		"list_40x10":            func() *viewer { return newViewer(t, plain).looks().sized(40, 10) },
		"list_120":              func() *viewer { return newViewer(t, plain).looks().sized(120, 30) },
		"list_200":              func() *viewer { return newViewer(t, plain).looks().sized(200, 24) },
		"filtered":              func() *viewer { return newViewer(t, plain).looks().types("/with<enter>") },
		"filtered_to_nothing":   func() *viewer { return newViewer(t, plain).looks().types("/zebra<enter>") },
		"details":               func() *viewer { return newViewer(t, plain).looks().types("<enter>") },
		"details_dead":          func() *viewer { return newViewer(t, plain).looks().types("<end><enter>") },
		"incidents":             func() *viewer { return newViewer(t, plain).looks().types("f") },
		"incident_keys":         func() *viewer { return newViewer(t, plain).looks().types("f<enter>") },
		"gaps":                  func() *viewer { return newViewer(t, plain).looks().types("n") },
		"messages":              func() *viewer { return newViewer(t, plain).looks().types("m") },
		"help":                  func() *viewer { return newViewer(t, plain).looks().types("?") },
		"command":               func() *viewer { return newViewer(t, plain).looks().types("<down>x --dry-run") },
		"command_undeclared_40": func() *viewer { return newViewer(t, plain).looks().sized(40, 24).types("x--dry-run") },
		"runs": func() *viewer {
			v := newViewer(t, plain).looks()
			v.Update(runs)
			return v.types("u")
		},
		"runs_unreadable": func() *viewer {
			v := newViewer(t, plain).looks()
			v.Update(runsMsg{err: errors.New("journal.jsonl: permission denied")})
			return v.types("u")
		},
		"list_unfinished": func() *viewer {
			v := newViewer(t, plain).looks()
			v.Update(runs)
			return v
		},
		"after_a_command": func() *viewer {
			v := newViewer(t, plain).looks()
			v.Update(endedMsg{[]string{"revoke", "main-binance"}, Ending{6, "exit 6: a person must do a step"}})
			return v
		},
	} {
		t.Run(name, func(t *testing.T) {
			v := make()
			v.t = t
			v.frame(name)
		})
	}
}

// A frame fits every screen, whatever is on it.
func TestFramesFit(t *testing.T) {
	r := known()
	for i, label := range texttest.Hostile() {
		r.Keys = append(r.Keys, audit.Key{
			Exchange: "binance", AccessKey: audit.Mask(fmt.Sprintf("%04dCANARYCANARYabcd", i)), Label: audit.Text(label),
			Account: audit.Account{Name: audit.Text(label)}, Status: exchanges.StatusAlive,
		})
	}
	for _, o := range []Options{{}, {Color: true}, {ASCII: true}} {
		for _, size := range [][2]int{{1, 1}, {20, 3}, {40, 10}, {79, 17}, {80, 24}, {200, 60}} {
			v := newViewer(t, o).sized(size[0], size[1])
			v.Update(lookedMsg{number: v.lookNumber, result: r})
			for _, keys := range []string{"", "<end>", "<enter>", "<esc>/u", "<esc>f", "<esc>n", "<esc>?", "<esc>x", "<esc>m"} {
				frame := v.types(keys).View()
				lines := strings.Split(frame, "\n")
				if len(lines) != max(size[1], 1) {
					t.Errorf("%v %q: %d lines", size, keys, len(lines))
				}
				for _, l := range lines {
					if text.Width(l) > size[0] {
						t.Errorf("%v %q: %d columns: %q", size, keys, text.Width(l), l)
					}
					if !o.Color {
						texttest.Safe(t, l, text.Unsafe)
					}
				}
			}
		}
	}
}
