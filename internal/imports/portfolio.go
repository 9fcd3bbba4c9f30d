package imports

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"rekey/internal/trace"
)

// portfolioLayouts are the exports of programs that collect trades of many
// exchanges. They have no ids and, for a trade, only what was given and got.
func portfolioLayouts() []layout {
	return []layout{
		{
			name: "koinly", read: readKoinly,
			header: []string{
				"Date", "Type", "Label", "Sending Wallet", "Sent Amount", "Sent Currency", "Sent Cost Basis",
				"Receiving Wallet", "Received Amount", "Received Currency", "Received Cost Basis", "Fee Amount",
				"Fee Currency", "Gain (USD)", "Net Value (USD)", "Fee Value (USD)", "TxSrc", "TxDest", "TxHash", "Description",
			},
		}, {
			// Its times are in the zone of the user's settings, and the file does
			// not say which that is.
			name: "cointracking", zoneAsked: true, read: readCoinTracking,
			header: []string{"Type", "Buy", "Cur.", "Sell", "Cur.", "Fee", "Cur.", "Exchange", "Group", "Comment", "Date"},
		},
	}
}

func readKoinly(t *table, out *Import) error {
	out.HasOutflows = true
	wallets := map[string]bool{}
	err := t.each(func(r row) error {
		at, err := r.time("Date", "2006-01-02 15:04:05 MST")
		if err != nil {
			return err
		}
		switch r.text("Type") {
		case "exchange", "buy", "sell":
			wallets[strings.Clone(r.text("Sending Wallet"))] = true
			return r.addSwap(out, at, swap{
				"Sent Amount", r.text("Sent Amount"), r.text("Sent Currency"),
				"Received Amount", r.text("Received Amount"), r.text("Received Currency"),
			})
		case "crypto_withdrawal", "fiat_withdrawal", "send":
			m := trace.Movement{
				Time: at, Kind: "withdrawal", Asset: r.text("Sent Currency"), Address: r.text("TxDest"),
				TxID: r.text("TxHash"),
			}
			if m.Amount, err = r.number("Sent Amount"); err != nil {
				return err
			}
			r.addOutflow(out, m)
		}
		return nil
	})
	severalWallets(out, wallets)
	return err
}

// readCoinTracking: three columns are called Cur., so all go by their place.
func readCoinTracking(t *table, out *Import) error {
	out.HasOutflows = true
	wallets := map[string]bool{}
	err := t.each(func(r row) error {
		at, err := r.time("Date", "02.01.2006 15:04:05", "02.01.2006 15:04")
		if err != nil {
			return err
		}
		switch r.cell(0) {
		case "Trade":
			wallets[strings.Clone(r.cell(7))] = true
			return r.addSwap(out, at, swap{"Sell", r.cell(3), r.cell(4), "Buy", r.cell(1), r.cell(2)})
		case "Withdrawal", "Spend", "Gift", "Stolen", "Lost", "Donation":
			m := trace.Movement{Time: at, Kind: "withdrawal", Asset: r.cell(4)}
			if m.Amount, err = r.parse("Sell", r.cell(3)); err != nil {
				return err
			}
			r.addOutflow(out, m)
		}
		return nil
	})
	severalWallets(out, wallets)
	return err
}

// severalWallets says that the trades are of several accounts: judged as one,
// the habits of one would excuse the other.
func severalWallets(out *Import, wallets map[string]bool) {
	if len(wallets) > 1 {
		out.Unread = append(out.Unread, fmt.Sprintf("trades of %d wallets stand in it, and are judged as one account: %.200q",
			len(wallets), strings.Join(slices.Sorted(maps.Keys(wallets)), ", ")))
	}
}

// A swap is a trade as what was given and what was got.
type swap struct{ sentColumn, sent, sentCoin, gotColumn, got, gotCoin string }

// addSwap takes a swap as a fill of the market of the two coins.
func (r row) addSwap(out *Import, at int64, s swap) error {
	sent, err := r.parse(s.sentColumn, s.sent)
	if err != nil {
		return err
	}
	got, err := r.parse(s.gotColumn, s.got)
	if err != nil {
		return err
	}
	if sent.Sign() == 0 || got.Sign() == 0 {
		r.t.zeros++
		return nil
	}
	f := trace.Fill{Time: at, Side: trace.Buy, Symbol: s.gotCoin + s.sentCoin, Quantity: got}
	if trace.QuoteRank(s.gotCoin) < trace.QuoteRank(s.sentCoin) {
		f.Side, f.Symbol, f.Quantity = trace.Sell, s.sentCoin+s.gotCoin, sent
		f.Price = trace.NumberOf(got.Decimal().DivRound(sent.Decimal(), 16))
	} else {
		f.Price = trace.NumberOf(sent.Decimal().DivRound(got.Decimal(), 16))
	}
	return r.add(out, f)
}
