package history

import (
	"fmt"
	"maps"
	"slices"

	"github.com/shopspring/decimal"

	"rekey/exchanges"
	"rekey/internal/trace"
)

// A holding is what an account holds, by coin.
type holding map[string]decimal.Decimal

func (h holding) add(asset string, amount decimal.Decimal) { h[asset] = h[asset].Add(amount) }

// rollBack takes back what happened since a moment, in Unix milliseconds: what
// is left is what the account held then.
func (h holding) rollBack(since int64, fills []trace.Fill, split func(symbol string) (base, quote string),
	moves []exchanges.Movement,
) holding {
	then := maps.Clone(h)
	for _, f := range fills {
		if f.Time < since {
			continue
		}
		base, quote := split(f.Symbol)
		side := decimal.NewFromInt(int64(f.Side))
		then.add(base, f.Quantity.Decimal().Mul(side).Neg())
		then.add(quote, f.Quantity.Decimal().Mul(f.Price.Decimal()).Mul(side))
		if f.Fee != nil {
			then.add(f.Fee.Asset, f.Fee.Amount.Decimal())
		}
	}
	for _, m := range moves {
		amount, err := decimal.NewFromString(string(m.Amount))
		if err != nil || m.Canceled || m.Time.UnixMilli() < since {
			continue
		}
		if m.Kind == "deposit" {
			amount = amount.Neg()
		} else if fee, err := decimal.NewFromString(string(m.Fee)); err == nil {
			amount = amount.Add(fee)
		}
		then.add(m.Asset, amount)
	}
	return then
}

// A pricer returns what a coin was worth at a moment; false when nobody says.
type pricer func(asset string, at int64) (decimal.Decimal, bool)

// worth is what a holding was worth, and which coins had no price. A coin of
// which less than nothing is left counts as none.
func (h holding) worth(at int64, price pricer) (decimal.Decimal, []string) {
	sum := decimal.Zero
	var unpriced []string
	for _, asset := range slices.Sorted(maps.Keys(h)) {
		if !h[asset].IsPositive() {
			continue
		}
		p, ok := price(asset, at)
		if !ok {
			unpriced = append(unpriced, asset)
			continue
		}
		sum = sum.Add(h[asset].Mul(p))
	}
	return sum, unpriced
}

// unexplained names coins of which the account would have held less than
// nothing: something happened that was not read. A hair is a rounding.
func (h holding) unexplained() []string {
	var out []string
	for _, asset := range slices.Sorted(maps.Keys(h)) {
		if h[asset].LessThan(decimal.New(-1, -6)) {
			out = append(out, fmt.Sprintf("%s %s", h[asset].Neg(), asset))
		}
	}
	return out
}
