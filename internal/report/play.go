package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"rekey/audit"
	"rekey/exchanges"
	"rekey/internal/text"
)

// A Play is what a drill with a thief ends with: how long each key stayed alive
// after the leak, and what that cost. All of it is staged.
type Play struct {
	Tool       Tool
	StartedAt  time.Time // when the keys leaked
	FinishedAt time.Time
	Keys       []PlayKey
	ExitCode   int
}

// A PlayKey is one key that the thief held.
type PlayKey struct {
	Name, Exchange, AccessKey string
	Planted                   bool      // they made it
	Since                     time.Time // when they got it
	First, Last               time.Time // when it first and last did what they wanted, zero for never
	Shut                      time.Time // when the exchange first refused them, zero while it does not
	Word                      string    // the exchange's code for that
	Dead                      time.Time // zero while it is alive
	ByHand                    bool      // how it died
	Orders                    int
	LastLoss                  time.Time       // zero for none
	Lost, Left                decimal.Decimal // in USDT; what its account is worth
}

type playDoc struct {
	SchemaVersion int          `json:"schema_version"`
	Tool          Tool         `json:"tool"`
	Staged        bool         `json:"staged"`
	StartedAt     string       `json:"started_at"`
	FinishedAt    string       `json:"finished_at"`
	Currency      string       `json:"currency"`
	Keys          []playKeyDoc `json:"keys"`
	Summary       playSum      `json:"summary"`
}

type playSum struct {
	Keys     int    `json:"keys"`
	Dead     int    `json:"dead"`
	Alive    int    `json:"alive"`
	Lost     string `json:"lost"`
	ExitCode int    `json:"exit_code"`
}

type playKeyDoc struct {
	Name         string     `json:"name"`
	Exchange     string     `json:"exchange"`
	AccessKey    string     `json:"access_key"`
	Fingerprint  string     `json:"fingerprint"`
	Planted      bool       `json:"planted"`
	LeakedAt     string     `json:"leaked_at"`
	Status       string     `json:"status"`
	DeadAt       audit.Text `json:"dead_at"`
	KilledBy     audit.Text `json:"killed_by"`
	AliveSeconds int64      `json:"alive_seconds"`
	FirstUsedAt  audit.Text `json:"thief_first_used_at"`
	LastUsedAt   audit.Text `json:"thief_last_used_at"`
	ShutOutAt    audit.Text `json:"thief_refused_at"`
	ShutOutCode  audit.Text `json:"thief_refused_with"`
	Orders       int        `json:"orders"`
	LastLossAt   audit.Text `json:"last_loss_at"`
	Lost         string     `json:"lost"`
	Left         string     `json:"left"`
}

// Write prints the document in the given format.
func (p Play) Write(w io.Writer, format string, o Options) error {
	switch format {
	case "json":
		return text.WriteJSON(w, p.doc())
	case "text":
		return p.writeText(w, o)
	default:
		return text.UnknownFormat(format)
	}
}

// dead counts the dead keys, and sums up what was lost.
func (p Play) dead() (dead int, lost decimal.Decimal) {
	for _, k := range p.Keys {
		if lost = lost.Add(k.Lost); !k.Dead.IsZero() {
			dead++
		}
	}
	return dead, lost
}

func (p Play) doc() playDoc {
	dead, lost := p.dead()
	doc := playDoc{
		SchemaVersion: SchemaVersion, Tool: p.Tool, Staged: true, StartedAt: stamp(p.StartedAt),
		FinishedAt: stamp(p.FinishedAt), Currency: "USDT",
		Keys: []playKeyDoc{}, Summary: playSum{len(p.Keys), dead, len(p.Keys) - dead, lost.StringFixed(2), p.ExitCode},
	}
	for _, k := range p.Keys {
		d := playKeyDoc{
			Name: k.Name, Exchange: k.Exchange, AccessKey: exchanges.MaskAccessKey(k.AccessKey),
			Fingerprint: exchanges.Fingerprint(k.AccessKey), Planted: k.Planted, LeakedAt: stamp(k.Since), Status: "alive",
			DeadAt: when(
				k.Dead,
			), AliveSeconds: int64(k.lived(p.FinishedAt).Seconds()), FirstUsedAt: when(k.First), LastUsedAt: when(k.Last),
			ShutOutAt: when(
				k.Shut,
			), Orders: k.Orders, LastLossAt: when(k.LastLoss), Lost: k.Lost.StringFixed(2), Left: k.Left.StringFixed(2),
		}
		if !k.Dead.IsZero() {
			d.Status, d.KilledBy = "dead", audit.Text(k.killedBy())
		}
		d.ShutOutCode = audit.Text(k.Word)
		doc.Keys = append(doc.Keys, d)
	}
	return doc
}

// when is a time, nil for one that has not come.
func when(t time.Time) audit.Text {
	if t.IsZero() {
		return ""
	}
	return audit.Text(stamp(t))
}

// lived is how long a key was alive in the thief's hand.
func (k PlayKey) lived(now time.Time) time.Duration {
	if !k.Dead.IsZero() {
		now = k.Dead
	}
	return now.Sub(k.Since).Round(time.Second)
}

func (k PlayKey) killedBy() string {
	if k.ByHand {
		return "hand"
	}
	return "api"
}

// State says in words how a key stands, so that no colour is needed.
func (k PlayKey) State() string {
	switch {
	case !k.Dead.IsZero():
		return "dead, by " + k.killedBy()
	case !k.Shut.IsZero():
		return "ALIVE, thief shut out"
	case !k.First.IsZero():
		return "ALIVE, THIEF AT WORK"
	default:
		return "ALIVE"
	}
}

// Score returns the standing as lines of a table, none wider than o.Width, but
// never narrower than 40 columns. The lines have the same number and order for
// the same keys.
func (p Play) Score(now time.Time, o Options) []string {
	t := newText(io.Discard, o)
	rows := [][]string{{"#", "KEY", "STATE", "ALIVE FOR", "ORDERS", "LOST", "LEFT"}}
	for i, k := range p.Keys {
		rows = append(rows, []string{
			strconv.Itoa(
				i + 1,
			), text.CleanName(k.Name), k.State(), k.lived(now).String(), strconv.Itoa(k.Orders),
			k.Lost.StringFixed(2), k.Left.StringFixed(2),
		})
	}
	widths := make([]int, len(rows[0]))
	for _, r := range rows {
		for i, cell := range r {
			widths[i] = max(widths[i], text.Width(cell))
		}
	}
	// On a narrow screen columns go, and then the name and the state are cut.
	for _, column := range []int{4, 6} {
		if used(widths) > t.Options.Width && widths[1]-(used(widths)-t.Options.Width) < 18 {
			widths[column] = 0
		}
	}
	for _, least := range []struct{ column, width int }{{1, 14}, {2, 5}, {1, 6}} {
		if over := used(widths) - t.Options.Width; over > 0 {
			widths[least.column] = max(widths[least.column]-over, min(least.width, widths[least.column]))
		}
	}
	var out []string
	for i, r := range rows {
		line := t.scoreLine(r, widths)
		if i == 0 {
			line = t.Style.Faint(line)
		}
		out = append(out, line)
	}
	return out
}

func (t textWriter) scoreLine(cells []string, widths []int) string {
	var out []string
	for i, cell := range cells {
		switch {
		case widths[i] == 0:
		case i == 1:
			out = append(out, t.Style.Bold(text.Pad(text.ShortenName(cell, widths[i]), widths[i])))
		case i == 2:
			out = append(out, text.Pad(text.Shorten(cell, widths[i]), widths[i]))
		default: // numbers stand to the right
			out = append(out, strings.Repeat(" ", widths[i]-text.Width(cell))+cell)
		}
	}
	return strings.TrimRight(strings.Join(out, " "), " ")
}

func (p Play) writeText(w io.Writer, o Options) error {
	t := newText(w, o)
	for _, l := range p.Score(p.FinishedAt, o) {
		t.Line("%s", l)
	}
	t.Line("")
	for _, k := range p.Keys {
		if k.Planted {
			t.Paragraph(
				"",
				"  ",
				fmt.Sprintf(
					"%s was made by the thief %s after the leak.",
					text.CleanName(k.Name),
					k.Since.Sub(p.StartedAt).Round(time.Second),
				),
			)
		}
	}
	dead, lost := p.dead()
	t.Paragraph(
		"",
		"",
		fmt.Sprintf(
			"%d of %s dead, %s USDT lost. STAGED: nothing of it is real.",
			dead,
			text.Count(len(p.Keys), "key"),
			lost.StringFixed(2),
		),
	)
	return t.Print()
}
