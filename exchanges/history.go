package exchanges

import (
	"context"
	"iter"
	"time"
)

// A Historian reads what the account of its credential did.
type Historian interface {
	// History yields the account's records part by part, those that the
	// exchange keeps for the shortest time first. A part that could not be
	// read carries its error, and the sequence goes on with the next: an error
	// that every further call would meet again (a ban, a dead key) is carried by
	// each of them.
	History(ctx context.Context, req HistoryRequest) iter.Seq[HistoryPart]
}

// A HistoryRequest says which time is asked for.
type HistoryRequest struct {
	// From and To bound fills. Exchanges that page a symbol from its first fill
	// give the earlier ones too.
	From, To time.Time
	// Before is how much earlier than From movements of money are read.
	Before time.Duration
	// Coins are coins that the account may have traded, besides those that the
	// exchange shows in it.
	Coins []string
	// AllSymbols asks every market that the exchange lists, where fills must be
	// asked for by symbol.
	AllSymbols bool
}

// What a part of a history holds.
const (
	RecordFills       = "fills"
	RecordWithdrawals = "withdrawals"
	RecordDeposits    = "deposits"
)

// A HistoryPart is one range of one kind of records.
type HistoryPart struct {
	What     string // RecordFills, ...
	Market   string // spot, margin, ...
	Symbol   string // "" when it is not of one symbol
	From, To time.Time
	Fills    []Fill
	Moves    []Movement
	Requests int
	// Err says why the range was not read whole. What was read before remains
	// true.
	Err error
	// Limit says in a few words what of the range the exchange, or rekey, does
	// not read at all; "" when there is nothing.
	Limit string
}

// A Fill is one trade of the account, as the exchange has it.
type Fill struct {
	Time            time.Time
	Symbol          string // as the exchange writes it
	TradeID         string
	OrderID         string
	Buy             bool
	Forced          bool // by the exchange itself: liquidation, deleveraging
	Price, Quantity Amount
	Fee             Amount // what was taken; negative for what was given back
	FeeAsset        string
}

// A Movement is money that came to the account or left it.
type Movement struct {
	Time     time.Time
	Kind     string // withdrawal, internal, deposit
	Asset    string
	Amount   Amount
	Fee      Amount
	Address  string
	Network  string
	TxID     string
	Status   string // the exchange's own word
	Canceled bool   // it did not take place
}

// A CandleReader reads public prices.
type CandleReader interface {
	// Markets returns the spot markets that the exchange lists, closed ones too
	// where it still lists them.
	Markets(ctx context.Context) ([]Market, error)
	// Candles returns the five-minute candles that begin in [from, to], at most
	// CandleBars of them and by one request.
	Candles(ctx context.Context, symbol string, from, to time.Time) ([]Candle, error)
	// CandleBars is the most that one request gives.
	CandleBars() int
}

// A Market is a pair that the exchange lists.
type Market struct {
	Symbol, Base, Quote string
}

// A Candle is one five-minute bar.
type Candle struct {
	Open  time.Time
	Close Amount
}

// A BalanceReader reads what the account of its credential holds.
type BalanceReader interface {
	// Balances returns the wallets. One that could not be read carries its
	// error, and is not empty; an error beside them is about all of them.
	Balances(ctx context.Context) ([]Wallet, error)
}

// The wallets of an account.
const (
	WalletSpot    = "spot"
	WalletFunding = "funding"
	WalletMargin  = "margin"
	WalletFutures = "futures"
	WalletOptions = "options"
	WalletEarn    = "earn"
	WalletOther   = "other"
)

// A Wallet is a part of an account that has balances of its own.
type Wallet struct {
	Kind string // WalletSpot, ...
	Name string // as the exchange calls it
	// Balances are what it holds, by coin: assets less what is owed. Nil where
	// the exchange gives a sum alone.
	Balances []Balance
	// Sum is the exchange's own valuation, in SumAsset; "" when there is none.
	Sum      Amount
	SumAsset string
	Err      error
}

// A Balance is an amount of a coin, locked or not.
type Balance struct {
	Asset  string
	Amount Amount
}
