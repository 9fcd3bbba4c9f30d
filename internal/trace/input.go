package trace

import (
	"time"

	"github.com/shopspring/decimal"

	"rekey/audit"
)

// An Input is all that a trace judges.
type Input struct {
	Tool     audit.Tool
	Started  time.Time
	Window   Window
	Currency string // in which sums are said
	Accounts []Account
	Candles  Candles
	FailOn   Level
	// Threshold is the level of suspicious, as a share of the equity; all others
	// go with it. Zero: the usual one.
	Threshold decimal.Decimal
	// Mine are the ids of clusters that the owner says were theirs.
	Mine []string
}

// Candles gives the public candles of a symbol; a symbol that it has none of
// is an empty Series. It is asked once for each symbol, by several goroutines.
type Candles interface {
	Series(symbol string) (Series, error)
	// Leader is what the symbols follow.
	Leader() Leader
	// Source says where the candles come from.
	Source() string
}

// A Window is the time that is looked at, both ends included.
type Window struct {
	From, To time.Time
	Why      string
}

// meets reports whether a part of the time between two moments, in Unix
// milliseconds, lies in the window.
func (w Window) meets(first, last int64) bool {
	return !w.From.After(time.UnixMilli(last)) && !w.To.Before(time.UnixMilli(first))
}

// An Account is what was read of one account.
type Account struct {
	ID       string
	Exchange string // "" when nobody says
	Equity   *Equity
	Fills    []Fill     // before the window too: they are the account's habits. Run sorts them
	Outflows []Movement // what left the account; nil when nobody was asked
	Coverage []Coverage
	Gaps     []Gap // what could not be read
	Keys     []Key
	Abuses   []Abuse
	OwnLog   *OwnLog // nil: the owner has none
}

// An Equity is what the account was worth, all wallets together.
type Equity struct {
	Value    decimal.Decimal
	Currency string
	At       time.Time
	Basis    string // user, statement, balances_rolled_back
}

// A Level is what a trace fails on. Each includes those before it.
type Level string

// The levels of --fail-on.
const (
	FailNever      Level = "never"
	FailLikely     Level = "likely"
	FailSuspicious Level = "suspicious"
	FailOutflow    Level = "outflow" // any outflow, to whatever destination
)

// Levels returns the levels of --fail-on, the default first.
func Levels() []string {
	return []string{string(FailLikely), string(FailSuspicious), string(FailOutflow), string(FailNever)}
}
