package threecommas

import (
	"context"
	"net/netip"

	"rekey/exchanges"
)

// Markets maps market codes of 3Commas to names in rekey.yaml. It holds the
// codes that were seen in documents and no others; what is not in it is an
// exchange that rekey cannot name. binance_us is left out on purpose: Binance
// US is a company of its own, and its keys are not Binance's.
//
// Sources: examples of 3commas-official-api-docs 0a55695 (2026-05-07); gdax and
// ftx from the docs before 2025-03-05, which name Coinbase Pro (GDAX) and FTX.
// Bitget's two codes are inferred from the name of its kind of account there
// (BitgetUsdtFuturesAccount, as bybit_spot belongs to BybitSpotAccount; read
// 2026-11-30): a code that 3Commas does not use does no harm. gate_io is inferred in the same way from
// the name "Gate.io" in the docs before 2025-03-05, and huobi from the old name.
func (a *adapter) Markets() map[string]string {
	return map[string]string{
		"binance":              "binance",
		"binance_margin":       "binance",
		"binance_futures":      "binance",
		"binance_futures_coin": "binance",
		"binance_futures_eea":  "binance",
		"bitget":               "bitget",
		"bitget_usdt_futures":  "bitget",
		"bybit_spot":           "bybit",
		"ftx":                  "ftx",
		"gate_io":              "gateio",
		"gdax":                 "coinbase",
		"huobi":                "htx",
		"kucoin":               "kucoin",
		"okex":                 "okx",
	}
}

// TrustedAddresses returns the addresses from which 3Commas calls each
// exchange, by market code: the ones it tells users to put on a whitelist. A
// market without addresses is left out. Binance's can differ from one
// connection to the next and change (help.3commas.io article 8075236), so the
// list proves where an address belongs, and not that a list is complete.
//
// A market with an entry that is no address is left out whole, since half a
// list would make strangers of the rest; the error beside the map says so. An
// error is an *exchanges.Error.
func (a *adapter) TrustedAddresses(ctx context.Context) (map[string][]netip.Prefix, error) {
	res, err := a.call(ctx, opMarkets, nil)
	if err != nil {
		return nil, err
	}
	var rows []wireMarket
	if err := exchanges.Decode(res.Body, &rows); err != nil {
		return nil, exchanges.Malformed(Name, opMarkets, res, err)
	}
	if len(rows) == 0 { // 3Commas without a market is no answer
		return nil, exchanges.Malformed(Name, opMarkets, res, nil)
	}
	book := map[string][]netip.Prefix{}
	unread := map[string]bool{}
	for _, row := range rows {
		list := exchanges.ParseWhitelist(row.TrustedIPs)
		entries, readable := list.Entries.Get()
		if row.MarketCode == "" || !readable {
			unread[row.MarketCode] = true
			continue
		}
		if len(entries) > 0 {
			book[row.MarketCode] = append(book[row.MarketCode], entries...)
		}
	}
	for code := range unread {
		delete(book, code)
	}
	if len(unread) > 0 {
		return book, &exchanges.Error{
			Exchange: Name, Op: opMarkets, Kind: exchanges.KindOther, Status: res.Status,
			Detail: "lists addresses of some markets in a form that could not be read; those markets are left out",
		}
	}
	return book, nil
}
