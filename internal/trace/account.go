package trace

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"
)

// A Key is one of the account's, as far as its life is known.
type Key struct {
	Name string
	Born time.Time // zero: nobody knows
	Died time.Time // zero: it is not known to be dead
}

// An Abuse is the time in which keys of the account may have been used by
// others, because an incident exposed them.
type Abuse struct {
	Incident    string
	From, Until time.Time
	Symbols     []string // pairs or coins in which keys of others were used
}

// An OwnLog are the orders and trades that the owner's bot knows of.
type OwnLog struct{ Orders, Trades map[string]bool }

// knows reports whether the bot knows a fill; false for told when the fill has
// no id to look for.
func (l *OwnLog) knows(f Fill) (known, told bool) {
	if f.OrderID != "" && len(l.Orders) > 0 {
		return l.Orders[f.OrderID], true
	}
	if f.TradeID != "" && len(l.Trades) > 0 {
		return l.Trades[f.TradeID], true
	}
	return false, false
}

// attributed says which keys may have placed the orders of a cluster: those
// that lived then. Nobody can say more, since no exchange says which key placed
// an order. Nil when no key of the account is known.
func (a *Account) attributed(first, last int64) *Attribution {
	if len(a.Keys) == 0 {
		return nil
	}
	out := &Attribution{Keys: []string{}}
	for _, k := range a.Keys {
		born := k.Born.IsZero() || k.Born.UnixMilli() <= last
		if dead := !k.Died.IsZero() && k.Died.UnixMilli() < first; born && !dead {
			out.Keys = append(out.Keys, k.Name)
		}
	}
	slices.Sort(out.Keys)
	switch len(out.Keys) {
	case 0:
		out.Basis = "no key of this account in rekey.yaml lived then: another key, or the website"
	case 1:
		out.Basis = "the only key of this account in rekey.yaml that lived then; other keys and the website are not ruled out"
	default:
		out.Basis = fmt.Sprintf("%d keys of this account in rekey.yaml lived then; other keys and the website are not ruled "+
			"out", len(out.Keys))
	}
	return out
}

// circumstances are what else than its loss counts for a cluster.
type circumstances struct {
	incident string          // whose window it lies in, "" for none
	abused   bool            // in a symbol that was abused there
	level    decimal.Decimal // of suspicious, as a share of the equity
}

// usualLevel is the level of suspicious where nobody asked for another.
func usualLevel() decimal.Decimal { return shareOf(20) }

func (r *run) level() decimal.Decimal {
	if r.in.Threshold.IsPositive() {
		return r.in.Threshold
	}
	return usualLevel()
}

// around returns the circumstances of a cluster.
func (r *run) around(a *Account, symbol string, first, last int64) circumstances {
	c := circumstances{level: r.level()}
	base, _, _ := Split(symbol)
	for _, w := range a.Abuses {
		if w.From.UnixMilli() > last || w.Until.UnixMilli() < first {
			continue
		}
		abused := slices.ContainsFunc(w.Symbols, func(s string) bool {
			return bareSymbol(s) == bareSymbol(symbol) || strings.EqualFold(s, base)
		})
		if c.incident == "" || abused && !c.abused {
			c.incident, c.abused = w.Incident, abused
		}
	}
	return c
}

// bareSymbol is a symbol without what exchanges put between its coins.
func bareSymbol(s string) string {
	return strings.ToUpper(strings.NewReplacer("-", "", "/", "", "_", "").Replace(s))
}

// notInLog is the context of a cluster whose trades the owner's bot does not
// know. Nil without a log, or where ids cannot be compared.
func (a *Account) notInLog(fills []Fill) *Signal {
	if a.OwnLog == nil {
		return nil
	}
	foreign, compared := 0, 0
	for _, f := range fills {
		if known, told := a.OwnLog.knows(f); told {
			compared++
			if !known {
				foreign++
			}
		}
	}
	if compared == 0 {
		return nil
	}
	return &Signal{
		ID: "TR-12", Value: decimal.NewFromInt(int64(foreign)).DivRound(decimal.NewFromInt(int64(compared)), sharePlaces),
		Detail: fmt.Sprintf("%d of %s are not in your bot's log", foreign, counted(compared, "fill")),
	}
}

// unknownLevel says that nobody measured how often other levels are wrong.
func (r *run) unknownLevel(account string) []Unknown {
	if !r.in.Threshold.IsPositive() || r.in.Threshold.Equal(usualLevel()) {
		return nil
	}
	return []Unknown{{"TR-01", account, fmt.Sprintf("suspicious from %s of the equity on and likely "+
		"from %s, as --threshold "+
		"says: how often that is wrong was not measured; at 2 %% and 4 %% it is 6.4 and 0.06 times a year, and lower levels "+
		"are wrong more often", percent(r.in.Threshold), percent(r.in.Threshold.Mul(decimal.NewFromInt(2))))}}
}
