package binance

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"rekey/exchanges"
)

// A builder makes a request with the exchange's time.
type builder = func(now time.Time) (*http.Request, error)

// candleBars is the most that klines gives (rest-api.md).
const candleBars = 1000

// sumAsset is the coin in which wallets are valued. wallet/balance knows it as a
// quoteAsset.
const sumAsset = "USDT"

// Balances returns the spot wallet coin by coin, and binance's own valuation of
// the others.
func (a *adapter) Balances(ctx context.Context) ([]exchanges.Wallet, error) {
	held, err := a.spot(ctx)
	spot := exchanges.Wallet{Kind: exchanges.WalletSpot, Name: "Spot", Balances: held, Err: err}
	out := []exchanges.Wallet{spot}
	rows, unread := a.wallets(ctx)
	if unread != nil {
		out = append(out, exchanges.Wallet{Kind: exchanges.WalletOther, Name: "all but spot", Err: unread})
	}
	for _, w := range rows {
		if w.WalletName != "Spot" && (!w.Balance.IsZero() || !exchanges.IsFalse(w.Activate)) {
			out = append(out, exchanges.Wallet{
				Kind: walletKind(w.WalletName), Name: w.WalletName, Sum: w.Balance, SumAsset: sumAsset,
			})
		}
	}
	return out, nil
}

// walletKind reads a name of wallet/balance (wallet/asset, read 2026-11-22).
func walletKind(name string) string {
	switch {
	case name == "Funding":
		return exchanges.WalletFunding
	case strings.Contains(name, "Margin"):
		return exchanges.WalletMargin
	case strings.Contains(name, "Futures"):
		return exchanges.WalletFutures
	case name == "Options":
		return exchanges.WalletOptions
	case name == "Earn":
		return exchanges.WalletEarn
	}
	return exchanges.WalletOther
}

// spot returns what the spot wallet holds; locked in orders counts.
func (a *adapter) spot(ctx context.Context) ([]exchanges.Balance, error) {
	var w wireSpot
	build := a.get(pathAccount, url.Values{"omitZeroBalances": {"true"}})
	if err := a.read(ctx, opAccount, a.user, build, &w); err != nil {
		return nil, err
	}
	if w.Balances == nil {
		return nil, a.unreadable(opAccount, errors.New("no balances in it"))
	}
	held := []exchanges.Balance{}
	for _, b := range w.Balances {
		for _, amount := range []exchanges.Amount{b.Free, b.Locked} {
			if !amount.IsZero() {
				held = append(held, exchanges.Balance{Asset: b.Asset, Amount: amount})
			}
		}
	}
	return held, nil
}

func (a *adapter) wallets(ctx context.Context) ([]wireWallet, error) {
	var rows []wireWallet
	build := a.get(pathWallets, url.Values{"quoteAsset": {sumAsset}})
	err := a.read(ctx, opWallets, a.user, build, &rows)
	return rows, err
}

// Markets returns all symbols of exchangeInfo, those in BREAK too.
func (a *adapter) Markets(ctx context.Context) ([]exchanges.Market, error) {
	var w wireMarkets
	build := a.public(pathMarkets, url.Values{"showPermissionSets": {"false"}})
	if err := a.read(ctx, opMarkets, "", build, &w); err != nil {
		return nil, err
	}
	if len(w.Symbols) == 0 {
		return nil, a.unreadable(opMarkets, errors.New("no symbols in it"))
	}
	out := make([]exchanges.Market, 0, len(w.Symbols))
	for _, m := range w.Symbols {
		out = append(out, exchanges.Market{
			Symbol: m.Symbol, Base: m.BaseAsset, Quote: m.QuoteAsset,
		})
	}
	return out, nil
}

// CandleBars is the most that klines gives.
func (a *adapter) CandleBars() int { return candleBars }

// Candles reads klines of five minutes.
func (a *adapter) Candles(ctx context.Context, symbol string, from, to time.Time) ([]exchanges.Candle, error) {
	var rows []wireCandle
	build := a.public(pathCandles, url.Values{
		"symbol": {symbol}, "interval": {"5m"}, "limit": {strconv.Itoa(candleBars)},
		"startTime": {strconv.FormatInt(from.UnixMilli(), 10)}, "endTime": {strconv.FormatInt(to.UnixMilli(), 10)},
	})
	if err := a.read(ctx, opCandles, "", build, &rows); err != nil {
		return nil, err
	}
	out := make([]exchanges.Candle, 0, len(rows))
	for _, row := range rows {
		var open exchanges.Number
		var c exchanges.Candle
		if len(row) < 5 || json.Unmarshal(row[0], &open) != nil || json.Unmarshal(row[4], &c.Close) != nil {
			return nil, a.unreadable(opCandles, errors.New("a row without time or close"))
		}
		at, dated := exchanges.MilliTime(int64(open)).Get()
		if !dated {
			return nil, a.unreadable(opCandles, errors.New("a row without time"))
		}
		c.Open = at
		out = append(out, c)
	}
	return out, nil
}

// public builds a GET without any credential.
func (a *adapter) public(path string, params url.Values) builder {
	return func(time.Time) (*http.Request, error) {
		target := a.env.Caller.Endpoint(roleMain) + path
		if len(params) > 0 {
			target += "?" + params.Encode()
		}
		req, err := http.NewRequest(http.MethodGet, target, http.NoBody) //nolint:noctx // the client adds the context
		if err != nil {
			return nil, errors.New("the request could not be built")
		}
		return req, nil
	}
}
