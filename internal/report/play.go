package report

import (
	"io"
	"time"

	"github.com/shopspring/decimal"

	"rekey/exchanges"
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
	Planted                   bool      // he made it
	Since                     time.Time // when he got it
	First, Last               time.Time // when it first and last did what he wanted, zero for never
	Shut                      time.Time // when the exchange first refused him, zero while it does not
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
	Name         string  `json:"name"`
	Exchange     string  `json:"exchange"`
	AccessKey    string  `json:"access_key"`
	Fingerprint  string  `json:"fingerprint"`
	Planted      bool    `json:"planted"`
	LeakedAt     string  `json:"leaked_at"`
	Status       string  `json:"status"`
	DeadAt       *string `json:"dead_at"`
	KilledBy     *string `json:"killed_by"`
	AliveSeconds int64   `json:"alive_seconds"`
	FirstUsedAt  *string `json:"thief_first_used_at"`
	LastUsedAt   *string `json:"thief_last_used_at"`
	ShutOutAt    *string `json:"thief_refused_at"`
	ShutOutCode  *string `json:"thief_refused_with"`
	Orders       int     `json:"orders"`
	LastLossAt   *string `json:"last_loss_at"`
	Lost         string  `json:"lost"`
	Left         string  `json:"left"`
}

// Write prints the document in the given format.
func (p Play) Write(w io.Writer, format string, o Options) error {
	switch format {
	case "json":
		return WriteJSON(w, p.doc())
	case "text":
		return p.writeText(w, o)
	default:
		return noFormat(format)
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
		SchemaVersion: SchemaVersion, Tool: p.Tool, Staged: true, StartedAt: stamp(p.StartedAt), FinishedAt: stamp(p.FinishedAt), Currency: "USDT",
		Keys: []playKeyDoc{}, Summary: playSum{len(p.Keys), dead, len(p.Keys) - dead, lost.StringFixed(2), p.ExitCode},
	}
	for _, k := range p.Keys {
		d := playKeyDoc{
			Name: k.Name, Exchange: k.Exchange, AccessKey: exchanges.MaskAccessKey(k.AccessKey), Fingerprint: exchanges.Fingerprint(k.AccessKey), Planted: k.Planted, LeakedAt: stamp(k.Since), Status: "alive",
			DeadAt: when(k.Dead), AliveSeconds: int64(k.lived(p.FinishedAt).Seconds()), FirstUsedAt: when(k.First), LastUsedAt: when(k.Last),
			ShutOutAt: when(k.Shut), Orders: k.Orders, LastLossAt: when(k.LastLoss), Lost: k.Lost.StringFixed(2), Left: k.Left.StringFixed(2),
		}
		if !k.Dead.IsZero() {
			by := k.killedBy()
			d.Status, d.KilledBy = "dead", &by
		}
		if k.Word != "" {
			d.ShutOutCode = &k.Word
		}
		doc.Keys = append(doc.Keys, d)
	}
	return doc
}

// when is a time, nil for one that has not come.
func when(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	s := stamp(t)
	return &s
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
