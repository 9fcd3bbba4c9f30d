package imports

import (
	"strings"

	"rekey/internal/trace"
)

// krakenLayouts are the exports of Kraken, in UTC.
func krakenLayouts() []layout {
	return []layout{
		{
			name: "kraken-trades", exchange: "kraken", read: readKraken,
			header: []string{
				"txid", "ordertxid", "pair", "time", "type", "ordertype", "price", "cost", "fee", "vol",
				"margin", "misc", "ledgers", "*",
			},
		}, {
			name: "kraken-ledgers", exchange: "kraken", read: readKrakenLedgers,
			header: []string{
				"txid", "refid", "time", "type", "subtype", "aclass", "asset", "?wallet", "amount", "fee",
				"balance",
			},
		},
	}
}

func readKraken(t *table, out *Import) error {
	return t.each(func(r row) (err error) {
		base, quote, ok := krakenPair(r.text("pair"))
		if !ok {
			return r.wrong("pair", "it is not a pair of known coins")
		}
		f := trace.Fill{Symbol: symbolOf("kraken", base, quote), TradeID: r.text("txid"), OrderID: r.text("ordertxid")}
		if f.Time, err = r.time("time", dateTime); err != nil {
			return err
		}
		if f.Side, err = r.side("type"); err != nil {
			return err
		}
		if f.Price, err = r.number("price"); err != nil {
			return err
		}
		if f.Quantity, err = r.number("vol"); err != nil {
			return err
		}
		if f.Fee, err = r.fee("fee", quote); err != nil {
			return err
		}
		return r.add(out, f)
	})
}

// krakenPair splits a pair and gives its coins their usual names. Old coins
// have four letters, X or Z before three: XXBTZEUR.
func krakenPair(pair string) (base, quote string, ok bool) {
	if base, quote, found := strings.Cut(pair, "/"); found {
		return krakenCoin(base), krakenCoin(quote), base != "" && quote != ""
	}
	if len(pair) == 8 && (pair[0] == 'X' || pair[0] == 'Z') && (pair[4] == 'X' || pair[4] == 'Z') {
		return krakenCoin(pair[:4]), krakenCoin(pair[4:]), true
	}
	if len(pair) > 4 {
		if i := len(pair) - 4; pair[i] == 'Z' && len(pair) > 7 && krakenCoin(pair[i:]) != pair[i:] {
			return krakenCoin(pair[:i]), krakenCoin(pair[i:]), true
		}
	}
	base, quote, ok = trace.Split(pair)
	return krakenCoin(base), krakenCoin(quote), ok
}

func krakenCoin(name string) string {
	switch name {
	case "XXBT", "XBT":
		return "BTC"
	case "XXDG", "XDG":
		return "DOGE"
	case "XETC", "XETH", "XLTC", "XMLN", "XREP", "XXLM", "XXMR", "XXRP", "XZEC", "ZAUD", "ZCAD", "ZEUR", "ZGBP", "ZJPY",
		"ZUSD":
		return name[1:]
	}
	return name
}

// readKrakenLedgers takes the withdrawals; its trades lack the market, and
// stand in the export of trades.
func readKrakenLedgers(t *table, out *Import) error {
	out.HasOutflows = true
	trades := 0
	err := t.each(func(r row) (err error) {
		switch r.text("type") {
		case "trade", "spend", "receive":
			trades++
			return nil
		case "withdrawal":
		default:
			return nil
		}
		if r.text("txid") == "" { // a failed one: the ledger has a second row when it is carried out
			return nil
		}
		m := trace.Movement{Kind: "withdrawal", Asset: krakenCoin(r.text("asset"))}
		if m.Time, err = r.time("time", dateTime); err != nil {
			return err
		}
		if m.Amount, err = r.number("amount"); err != nil {
			return err
		}
		if m.Amount.Sign() > 0 { // given back
			return nil
		}
		if m.Fee, err = r.optional("fee"); err != nil {
			return err
		}
		r.addOutflow(out, m)
		return nil
	})
	if trades > 0 {
		out.Unread = append(out.Unread, "its trades: import Kraken's export of trades besides")
	}
	return err
}
