package drill

import (
	"time"

	"github.com/shopspring/decimal"

	"rekey/internal/fake/binance"
	"rekey/internal/fake/market"
)

// Stolen is what the staged theft diverts, in USDT against what the coin is worth.
func Stolen() decimal.Decimal {
	bought := asks().Sub(thinPair().Fair).Mul(theftSize()).Mul(decimal.New(theftRounds, 0))
	sold := thinPair().Fair.Sub(bids()).Mul(theftSize()).Mul(decimal.New(theftRounds-1, 0))
	return bought.Add(sold)
}

// The staged theft: so many times the thief lets the account buy THIN from them
// too dear and sell it back too cheap; what the last buying bought is left.
const theftRounds = 20

func theftSize() decimal.Decimal { return decimal.New(250, 0) }

// Theft puts a past behind the main Binance account: two months of honest
// trading, a withdrawal to a supplier now and then, and in the third night
// before now a theft with a key that may only trade. It is for desks that stay:
// the game has a thief of its own.
func (d *Desk) Theft() {
	h, ok := d.houses["binance"].(binanceHouse)
	if !ok {
		return
	}
	h.stagePast(d.now().UTC())
}

func (h binanceHouse) stagePast(now time.Time) {
	day := 24 * time.Hour
	midnight := now.Truncate(day)
	past := binance.History{Purses: []binance.Purse{
		{Name: "Funding", Value: decimal.New(1250, 0), Open: true}, {Name: "Earn", Value: decimal.New(5000, 0), Open: true},
	}}
	btc := market.Wallet{}
	for n := 80; n > 3; n-- {
		f := binance.Fill{
			At: midnight.Add(-time.Duration(n)*day + 9*time.Hour), Symbol: "BTCUSDT", Side: market.Buy,
			Price: decimal.New(30_000, 0), Base: decimal.New(1, -2),
		}
		if n%2 == 1 { // the grid sells what it bought
			f.Side, f.Price = market.Sell, decimal.New(30_010, 0)
			btc["BTC"] = btc["BTC"].Sub(f.Base)
		} else {
			btc["BTC"] = btc["BTC"].Add(f.Base)
		}
		past.Fills = append(past.Fills, f)
	}
	for _, n := range []int{110, 75, 40, 10} {
		past.Withdrawals = append(past.Withdrawals, binance.Withdrawal{
			At: midnight.Add(-time.Duration(n)*day + 15*time.Hour), Coin: money, Amount: decimal.New(900, 0),
			Address: "TStagedSupplierOfTheDesk",
		})
	}
	past.Deposits = []binance.Deposit{{At: midnight.Add(-85 * day), Coin: money, Amount: decimal.New(20_000, 0)}}
	at := midnight.Add(-3*day + 3*time.Hour)
	for n := range 2*theftRounds - 1 {
		f := binance.Fill{
			At: at.Add(time.Duration(n) * 10 * time.Second), Symbol: coin + money, Side: market.Buy, Price: asks(),
			Base: theftSize(),
		}
		if n%2 == 1 {
			f.Side, f.Price = market.Sell, bids()
		}
		past.Fills = append(past.Fills, f)
	}
	listed := []binance.Listing{
		{Base: "BTC", Quote: money, Fair: decimal.New(30_000, 0)},
		{Base: "ETH", Quote: money, Fair: decimal.New(2_000, 0)},
		{Base: coin, Quote: money, Fair: thinPair().Fair},
		{Base: "GONE", Quote: money, Fair: decimal.New(1, -2), Status: "BREAK", Until: midnight.Add(-30 * day)},
	}
	h.Do(func() {
		h.Listed = listed
		a := h.Main()
		a.History = past
		a.Wallet[coin] = theftSize()
		a.Wallet["BTC"] = decimal.New(5, -1).Add(btc["BTC"])
		a.Wallet["GONE"] = decimal.New(1000, 0)
	})
}
