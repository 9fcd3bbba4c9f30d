package binance

import (
	"context"
	"errors"
	"iter"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"time"

	"rekey/exchanges"
)

const (
	tradesPage = 1000                // the most that myTrades gives
	movesPage  = 1000                // the most that the lists of withdrawals and deposits give
	movesSpan  = 89 * 24 * time.Hour // "the interval must be less than 90 days" (wallet/capital)
)

// History yields deposits and withdrawals, then the spot trades of the symbols
// that the account touched. No record of these has a documented end of life, so
// none comes before another for its sake. Trades have no call without a symbol;
// fromId pages a symbol from its first trade, without windows of 24 hours.
func (a *adapter) History(ctx context.Context, req exchanges.HistoryRequest) iter.Seq[exchanges.HistoryPart] {
	return func(yield func(exchanges.HistoryPart) bool) {
		coins := map[string]bool{}
		for _, c := range req.Coins {
			coins[c] = true
		}
		for _, part := range []func() exchanges.HistoryPart{
			func() exchanges.HistoryPart { return a.withdrawals(ctx, req) },
			func() exchanges.HistoryPart { return a.deposits(ctx, req) },
		} {
			part := part()
			for _, m := range part.Moves {
				coins[m.Asset] = true
			}
			if !yield(part) {
				return
			}
		}
		for part := range a.trades(ctx, req, coins) {
			if !yield(part) {
				return
			}
		}
		for part := range a.otherMarkets(ctx, req) {
			if !yield(part) {
				return
			}
		}
	}
}

// trades yields the fills of each symbol whose base coin the account holds or
// held. A coin that was bought and sold again leaves nothing behind: only all
// symbols together are complete.
func (a *adapter) trades(
	ctx context.Context, req exchanges.HistoryRequest, coins map[string]bool,
) iter.Seq[exchanges.HistoryPart] {
	return func(yield func(exchanges.HistoryPart) bool) {
		whole := exchanges.HistoryPart{
			What: exchanges.RecordFills, Market: exchanges.WalletSpot, From: req.From, To: req.To,
		}
		held, err := a.spot(ctx)
		whole.Requests++
		for _, b := range held {
			coins[b.Asset] = true
		}
		if err != nil && !req.AllSymbols {
			whole.Err = err // which symbols to ask for is not known
		}
		markets, err := a.Markets(ctx)
		whole.Requests++
		if err != nil {
			whole.Err = err
			yield(whole)
			return
		}
		if !req.AllSymbols {
			whole.Limit = "touched symbols only: a coin that was bought and sold again is not seen (--all-symbols)"
		}
		if !yield(whole) {
			return
		}
		for _, m := range markets {
			if !req.AllSymbols && !coins[m.Base] {
				continue
			}
			if !yield(a.tradesOf(ctx, req, m.Symbol)) {
				return
			}
		}
	}
}

// tradesOf pages the trades of a symbol from the first that there is.
func (a *adapter) tradesOf(ctx context.Context, req exchanges.HistoryRequest, symbol string) exchanges.HistoryPart {
	part := exchanges.HistoryPart{
		What: exchanges.RecordFills, Market: exchanges.WalletSpot, Symbol: symbol, From: req.From, To: req.To,
	}
	next := int64(0)
	for {
		params := url.Values{
			"symbol": {symbol}, "fromId": {strconv.FormatInt(next, 10)}, "limit": {strconv.Itoa(tradesPage)},
		}
		var rows []wireTrade
		part.Requests++
		if part.Err = a.read(ctx, opTrades, a.user, a.get(pathTrades, params), &rows); part.Err != nil {
			return part
		}
		for _, w := range rows {
			f, err := w.fill(symbol)
			if err != nil || int64(w.ID) < next {
				part.Err = a.unreadable(opTrades, err)
				return part
			}
			next = int64(w.ID) + 1
			part.Fills = append(part.Fills, f)
		}
		if len(rows) < tradesPage {
			return part
		}
	}
}

func (w wireTrade) fill(symbol string) (exchanges.Fill, error) {
	at, dated := exchanges.MilliTime(int64(w.Time)).Get()
	buyer, told := w.IsBuyer.Get()
	if !dated || !told || w.Symbol != symbol || w.Price == "" || w.Qty == "" {
		return exchanges.Fill{}, errors.New("a trade without time, side, price or quantity")
	}
	return exchanges.Fill{
		Time: at, Symbol: symbol, TradeID: strconv.FormatInt(int64(w.ID), 10),
		OrderID: strconv.FormatInt(int64(w.OrderID), 10), Buy: buyer, Price: w.Price, Quantity: w.Qty,
		Fee: w.Commission, FeeAsset: w.CommissionAsset,
	}, nil
}

// withdrawals reads in windows of less than 90 days, the newest first. Those of
// countries with a travel rule may stand in another list, which is not read.
func (a *adapter) withdrawals(ctx context.Context, req exchanges.HistoryRequest) exchanges.HistoryPart {
	part := exchanges.HistoryPart{What: exchanges.RecordWithdrawals, From: req.From.Add(-req.Before), To: req.To}
	moves(&part, func(params url.Values) (int, error) {
		var rows []wireWithdrawal
		if err := a.read(ctx, opWithdrawals, a.user, a.get(pathWithdrawals, params), &rows); err != nil {
			return 0, err
		}
		for _, w := range rows {
			m, err := w.movement()
			if err != nil {
				return 0, a.unreadable(opWithdrawals, err)
			}
			part.Moves = append(part.Moves, m)
		}
		return len(rows), nil
	})
	return part
}

// Statuses of withdrawals: 1 canceled, 3 rejected, 5 failure (wallet/capital).
func (w wireWithdrawal) movement() (exchanges.Movement, error) {
	at, err := time.Parse(time.DateTime, w.ApplyTime)
	if err != nil || w.Coin == "" || w.Amount == "" {
		return exchanges.Movement{}, errors.New("a withdrawal without time, coin or amount")
	}
	m := exchanges.Movement{
		Time: at, Kind: "withdrawal", Asset: w.Coin, Amount: w.Amount, Fee: w.TransactionFee, Address: w.Address,
		Network: w.Network, TxID: w.TxID, Status: strconv.FormatInt(int64(w.Status), 10),
		Canceled: w.Status == 1 || w.Status == 3 || w.Status == 5,
	}
	if w.TransferType == 1 {
		m.Kind = "internal"
	}
	return m, nil
}

func (a *adapter) deposits(ctx context.Context, req exchanges.HistoryRequest) exchanges.HistoryPart {
	part := exchanges.HistoryPart{What: exchanges.RecordDeposits, From: req.From.Add(-req.Before), To: req.To}
	moves(&part, func(params url.Values) (int, error) {
		var rows []wireDeposit
		if err := a.read(ctx, opDeposits, a.user, a.get(pathDeposits, params), &rows); err != nil {
			return 0, err
		}
		for _, w := range rows {
			at, dated := exchanges.MilliTime(int64(w.InsertTime)).Get()
			if !dated || w.Coin == "" || w.Amount == "" {
				return 0, a.unreadable(opDeposits, errors.New("a deposit without time, coin or amount"))
			}
			part.Moves = append(part.Moves, exchanges.Movement{
				Time: at, Kind: "deposit", Asset: w.Coin, Amount: w.Amount, Address: w.Address,
				Network: w.Network, TxID: w.TxID, Status: strconv.FormatInt(int64(w.Status), 10),
				Canceled: w.Status == 2 || w.Status == 7, // rejected, wrong deposit
			})
		}
		return len(rows), nil
	})
	return part
}

// moves asks for one window after another, the newest first, and pages each.
func moves(part *exchanges.HistoryPart, page func(url.Values) (int, error)) {
	for end := part.To; end.After(part.From); end = end.Add(-movesSpan) {
		begin := end.Add(-movesSpan + time.Millisecond)
		if begin.Before(part.From) {
			begin = part.From
		}
		for offset := 0; ; offset += movesPage {
			part.Requests++
			n, err := page(url.Values{
				"startTime": {strconv.FormatInt(begin.UnixMilli(), 10)}, "endTime": {strconv.FormatInt(end.UnixMilli(), 10)},
				"offset": {strconv.Itoa(offset)}, "limit": {strconv.Itoa(movesPage)},
			})
			if err != nil {
				part.Err = err
				return
			}
			if n < movesPage {
				break
			}
		}
	}
}

// otherMarkets names the markets that the account uses and that are not read.
// Wallets that were never opened hold no trades.
func (a *adapter) otherMarkets(
	ctx context.Context, req exchanges.HistoryRequest,
) iter.Seq[exchanges.HistoryPart] {
	return func(yield func(exchanges.HistoryPart) bool) {
		part := exchanges.HistoryPart{What: exchanges.RecordFills, From: req.From, To: req.To, Requests: 1}
		wallets, err := a.wallets(ctx)
		if err != nil {
			part.Market, part.Err = "margin and futures", err
			yield(part)
			return
		}
		traded := map[string]bool{}
		for _, w := range wallets {
			if open, told := w.Activate.Get(); (open || !told) && tradedWallet(w.WalletName) {
				traded[w.WalletName] = true
			}
		}
		for _, name := range slices.Sorted(maps.Keys(traded)) {
			part.Market, part.Limit = name, "not read: rekey reads spot trades of binance"
			if !yield(part) {
				return
			}
			part.Requests = 0
		}
	}
}

// tradedWallet reports whether a wallet other than spot can hold trades. The
// names are those of wallet/asset; one that is not known may.
func tradedWallet(name string) bool {
	return !slices.Contains([]string{"Spot", "Funding", "Earn"}, name)
}

// read makes a call and decodes its answer.
func (a *adapter) read(ctx context.Context, op, user string, build builder, v any) error {
	res, err := a.env.Caller.Call(ctx, exchanges.Call{Op: op, User: user, Build: build})
	if err != nil {
		return err
	}
	if err := exchanges.Decode(res.Body, v); err != nil {
		return exchanges.Malformed(Name, op, res, err)
	}
	return nil
}

func (a *adapter) unreadable(op string, err error) error {
	return exchanges.Malformed(Name, op, exchanges.Response{Status: 200}, err)
}
