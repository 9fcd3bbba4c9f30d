package drill

import (
	"time"

	"github.com/shopspring/decimal"

	"rekey/internal/fake"
	"rekey/internal/fake/binance"
	"rekey/internal/fake/kucoin"
	"rekey/internal/fake/market"
	"rekey/internal/fake/okx"
)

// The thin pair of the drill. The coin is worth 0.50; the thief's orders offer
// it at 2.00 and take it back at 0.25.
const (
	coin  = "THIN"
	money = "USDT"
)

func wallet(amount int64) market.Wallet { return market.Wallet{money: decimal.New(amount, 0)} }

func thinPair() market.Pair {
	return market.Pair{
		Base:  coin,
		Quote: money,
		Fair:  decimal.New(50, -2),
		Step:  decimal.New(1, -1),
		Least: decimal.New(5, 0),
	}
}

func asks() decimal.Decimal { return decimal.New(200, -2) }

func bids() decimal.Decimal { return decimal.New(25, -2) }

// thinMarket is the pair with the thief's orders on the book, and nobody else's.
func thinMarket() (*market.Market, error) {
	m := &market.Market{Pair: thinPair()}
	plenty := decimal.New(1, 9)
	own := market.Wallet{coin: plenty, money: plenty}
	if err := m.Rest(own, market.Buy, asks(), plenty); err != nil {
		return nil, err
	}
	return m, m.Rest(own, market.Sell, bids(), plenty)
}

// A house is an exchange as the drill sees it: what is alive, what was done to
// keys and with them, and its web page.
type house interface {
	Live() []fake.LiveKey
	Ledger() []fake.Entry
	Trades() []market.Trade
	Holdings(accessKey string) market.Wallet
	DeleteByHand(accessKey string) bool
	open(m *market.Market)
	withdrawn() []withdrawal
}

// A withdrawal is money that left through a key.
type withdrawal struct {
	at        time.Time
	accessKey string
	amount    decimal.Decimal
}

type (
	binanceHouse struct{ *binance.Exchange }
	kucoinHouse  struct{ *kucoin.Exchange }
	okxHouse     struct{ *okx.Exchange }
)

func (h binanceHouse) open(m *market.Market) { h.Do(func() { h.Market = m }) }

func (h kucoinHouse) open(m *market.Market) { h.Do(func() { h.Market = m }) }

func (h okxHouse) open(m *market.Market) { h.Do(func() { h.Market = m }) }

func (h binanceHouse) withdrawn() []withdrawal {
	var out []withdrawal
	for _, w := range h.Withdrawals() {
		out = append(out, withdrawal{w.At, w.By, w.Amount})
	}
	return out
}

func (kucoinHouse) withdrawn() []withdrawal { return nil }

func (okxHouse) withdrawn() []withdrawal { return nil }
