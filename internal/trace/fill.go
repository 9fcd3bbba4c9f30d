package trace

import (
	"cmp"
	"strings"

	"github.com/shopspring/decimal"
)

// A Side says whether the owner's account bought or sold.
type Side int8

// The two sides of a fill, as factors.
const (
	Buy  Side = 1
	Sell Side = -1
)

// A Fill is one trade of the account. Quantity is in the base coin, price in
// the quote coin for one of base.
type Fill struct {
	Time   int64 // Unix milliseconds
	Symbol string
	Side   Side
	// Forced marks what the exchange did by itself: liquidation, deleveraging,
	// settlement. It is shown apart and is nobody's theft.
	Forced   bool
	Price    Number
	Quantity Number
	TradeID  string // "" when the source has none
	OrderID  string // "" when the source has none: then the fill is an order of its own
	Fee      *Fee   // nil when the source names none
}

// A Fee is what the exchange took for a fill, in a coin of its own.
type Fee struct {
	Amount Number
	Asset  string
}

// order sorts fills so that the order of files and pages changes nothing: by
// time, then as the exchange counted them, then by what else they hold.
func order(a, b Fill) int {
	if a.Time != b.Time { // nearly always
		return cmp.Compare(a.Time, b.Time)
	}
	return cmp.Or(
		compareIDs(a.TradeID, b.TradeID),
		cmp.Compare(a.Side, b.Side),
		a.Price.compare(b.Price),
		a.Quantity.compare(b.Quantity),
		strings.Compare(a.OrderID, b.OrderID),
	)
}

func (n Number) compare(m Number) int {
	if n.exponent == m.exponent && n.wide == nil && m.wide == nil {
		return cmp.Compare(n.coefficient, m.coefficient)
	}
	return n.Decimal().Cmp(m.Decimal())
}

// compareIDs orders ids that are numbers by their value, others as text.
func compareIDs(a, b string) int {
	if digits(a) && digits(b) {
		a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
		if len(a) != len(b) {
			return cmp.Compare(len(a), len(b))
		}
	}
	return strings.Compare(a, b)
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// Merge joins the fills of several files or pages of one account. A fill that
// two of them hold counts once: by its trade id and side, and where there is no
// id by all that it says to the second, as often as the source with most of
// them has it. Two identical rows without id inside one source are two fills.
func Merge(sources ...[]Fill) []Fill {
	if len(sources) == 1 {
		return sources[0]
	}
	type named struct {
		symbol, id string
		side       Side
	}
	seen, withID := map[named]bool{}, map[twin]int{}
	var merged []Fill
	for _, fills := range sources {
		for _, f := range fills {
			if k := (named{f.Symbol, f.TradeID, f.Side}); f.TradeID != "" && !seen[k] {
				seen[k] = true
				withID[twinOf(f)]++
				merged = append(merged, f)
			}
		}
	}
	most := withID
	for _, fills := range sources {
		here := map[twin]int{}
		for _, f := range fills {
			if f.TradeID != "" {
				continue
			}
			k := twinOf(f)
			if here[k]++; here[k] > most[k] {
				most[k] = here[k]
				merged = append(merged, f)
			}
		}
	}
	return merged
}

// WithOrders adds to fills the orders of an export in which a row is an order
// with the average of its fills. An order whose fills are there counts by them,
// if they are all there; else it stands for them. The number is that of orders
// of which nobody can say it: fills of their market name no order.
func WithOrders(fills, orders []Fill) (all []Fill, unclear int) {
	filled, nameless := map[string]decimal.Decimal{}, map[string]bool{}
	key := func(f Fill) string { return f.Symbol + "|" + f.OrderID }
	for _, f := range fills {
		if f.OrderID == "" {
			nameless[f.Symbol] = true
		}
		filled[key(f)] = filled[key(f)].Add(f.Quantity.Decimal())
	}
	replaced := map[string]bool{}
	for _, o := range orders {
		there, known := filled[key(o)]
		switch {
		case o.OrderID == "" || !known:
			if nameless[o.Symbol] {
				unclear++
			}
			all = append(all, o)
		case there.LessThan(o.Quantity.Decimal()):
			replaced[key(o)] = true
			all = append(all, o)
		}
	}
	for _, f := range fills {
		if !replaced[key(f)] || f.OrderID == "" {
			all = append(all, f)
		}
	}
	return all, unclear
}

// A twin is what two sources say of the same fill, if one of them has no ids
// and whole seconds.
type twin struct {
	second          int64
	symbol          string
	side            Side
	price, quantity string
}

func twinOf(f Fill) twin {
	return twin{floorDiv(f.Time, 1000), f.Symbol, f.Side, f.Price.String(), f.Quantity.String()}
}

// repeats reports whether the exchange's trade stands twice: the same id and
// all that matters. A trade with oneself has one id and two sides, and is two.
func repeats(a, b Fill) bool {
	return a.TradeID != "" && a.TradeID == b.TradeID && a.Time == b.Time && a.Side == b.Side &&
		a.Price.compare(b.Price) == 0 && a.Quantity.compare(b.Quantity) == 0
}
