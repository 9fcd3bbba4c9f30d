package tui

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/charmbracelet/bubbles/viewport"
	tea "github.com/charmbracelet/bubbletea"

	"rekey/audit"
	"rekey/internal/parallel"
	"rekey/internal/report"
	"rekey/internal/text"
)

// A screen is what fills the terminal.
type screen int

const (
	listScreen screen = iota
	detailsScreen
	incidentsScreen
	runsScreen
	gapsScreen
	messagesScreen
	helpScreen
)

// An entry is what is typed in the last line.
type entry int

const (
	noEntry entry = iota
	filterEntry
	commandEntry
)

// A model is the whole view.
type model struct {
	Options
	ctx  context.Context //nolint:containedctx // bubbletea calls Update without one
	keys keyMap
	// leave is tea.Exec: it gives the terminal to a command.
	leave func(tea.ExecCommand, tea.ExecCallback) tea.Cmd
	style text.Style

	width, height int
	screen        screen
	entry         entry
	typed         string   // in the entry
	before        string   // the filter before it was changed
	command       []string // that the entry is about, after "rekey"

	list      keyList
	incidents []report.IncidentRow
	incident  cursor
	runs      []RunRow
	runsErr   error
	reading   bool // of the journal is under way
	ticks     int
	run       cursor
	page      viewport.Model // of details, gaps, messages and help

	looking    bool
	stopLook   context.CancelFunc // of the look under way
	lookNumber int                // that were begun
	progress   *atomic.Pointer[audit.Progress]
	lookErr    error
	lookedAt   time.Time
	stale      bool   // a command has ended since the look
	status     string // what came of the last thing that was asked

	result Result
	ended  map[string]int // indexes of result.Endings, by the words of the command
}

func newModel(ctx context.Context, o Options) *model {
	return &model{
		Options: o, ctx: ctx, keys: newKeyMap(), leave: tea.Exec,
		style: text.NewWriter(nil, text.Options{Color: o.Color}).Style,
		width: 80, height: 24, page: viewport.New(80, 20),
		progress: &atomic.Pointer[audit.Progress]{}, ended: map[string]int{},
	}
}

// The messages of the view.
type (
	lookedMsg struct {
		number int // of the look
		result *audit.Result
		err    error
	}
	runsMsg struct {
		runs []RunRow
		err  error
	}
	tickMsg  time.Time
	endedMsg struct {
		args   []string
		ending Ending
	}
	openedMsg struct {
		page string
		err  error
	}
	crashMsg struct{ crash *parallel.Crash }
)

// How often the screen is brought up to date: the time and the progress at every
// tick, the runs, for which the journal is read, at every fourth.
const (
	tick            = 500 * time.Millisecond
	ticksPerReading = 4
)

// Init begins the first look.
func (m *model) Init() tea.Cmd { return tea.Batch(m.look(), m.readRuns(), m.nextTick()) }

func (m *model) nextTick() tea.Cmd {
	return tea.Tick(tick, func(t time.Time) tea.Msg { return tickMsg(t) })
}

// safely hands a panic of a goroutine to Update, without its text.
func safely(f func() tea.Msg) tea.Cmd {
	return func() (msg tea.Msg) {
		defer func() {
			if r := recover(); r != nil {
				msg = crashMsg{parallel.Caught(r)}
			}
		}()
		return f()
	}
}

// look begins a look, unless one is under way.
func (m *model) look() tea.Cmd {
	if m.looking {
		return nil
	}
	m.looking = true
	m.lookNumber++
	m.progress.Store(nil)
	number := m.lookNumber
	ctx, stop := context.WithCancel(m.ctx)
	m.stopLook = stop
	return safely(func() tea.Msg {
		defer stop()
		r, err := m.Look(ctx, func(p audit.Progress) { m.progress.Store(&p) })
		return lookedMsg{number, r, err}
	})
}

// dropLook ends the look under way: what it sees may be of before a command.
func (m *model) dropLook() {
	if m.looking {
		m.stopLook()
		m.looking = false
	}
	m.lookNumber++
}

// readRuns begins to read the journal, unless that is under way.
func (m *model) readRuns() tea.Cmd {
	if m.reading {
		return nil
	}
	m.reading = true
	return safely(func() tea.Msg {
		runs, err := m.Runs()
		return runsMsg{runs, err}
	})
}

// Update takes a message in.
func (m *model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case crashMsg:
		panic(msg.crash)
	case tea.WindowSizeMsg:
		m.resize(msg.Width, msg.Height)
	case tickMsg:
		if m.ticks++; m.ticks%ticksPerReading != 0 {
			return m, m.nextTick()
		}
		return m, tea.Batch(m.readRuns(), m.nextTick())
	case lookedMsg:
		m.looked(msg)
	case runsMsg:
		m.reading, m.runs, m.runsErr = false, msg.runs, msg.err
		m.run.move(0, len(m.runs), m.bodyHeight())
	case endedMsg:
		return m, m.commandEnded(msg)
	case openedMsg:
		if m.status = "asked the browser to open " + msg.page; msg.err != nil {
			m.status = "no browser could be opened; the page is " + msg.page
		}
	case tea.KeyMsg:
		return m, m.pressAll(msg)
	}
	return m, nil
}

// resize lays the screen out for a terminal of that size; one that does not know
// its size has 80 columns and 24 lines.
func (m *model) resize(width, height int) {
	if width <= 0 || height <= 0 {
		width, height = 80, 24
	}
	m.width, m.height = width, height
	m.list.move(0, len(m.list.shown), m.listHeight())
	m.incident.move(0, len(m.incidents), m.bodyHeight())
	m.run.move(0, len(m.runs), m.bodyHeight())
	m.fillPage()
}

// looked shows what a look found. One that failed leaves what the last one found,
// and says so.
func (m *model) looked(msg lookedMsg) {
	if msg.number != m.lookNumber { // it was dropped
		return
	}
	m.looking, m.lookErr = false, msg.err
	if msg.err != nil {
		return
	}
	m.stale, m.lookedAt = false, m.Now()
	before, _ := m.list.selected()
	m.list.set(msg.result)
	if now, _ := m.list.selected(); m.screen == detailsScreen && now.Name != before.Name {
		m.screen, m.status = listScreen, before.Shown+" is not listed any more"
	}
	m.incidents = report.IncidentRows(msg.result, m.list.rows)
	m.resize(m.width, m.height)
}
