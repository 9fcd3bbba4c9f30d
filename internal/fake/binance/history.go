package binance

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/shopspring/decimal"

	"rekey/internal/fake"
	"rekey/internal/fake/market"
)

// The calls are those of binance-spot-api-docs rest-api.md (2026-07-21) and of
// developers.binance.com wallet/capital and wallet/asset (read 2026-11-22).

// A Listing is a symbol of exchangeInfo, with what it is worth where nobody
// trades it at another price.
type Listing struct {
	Base, Quote string
	Fair        decimal.Decimal
	Status      string    // "" for TRADING
	Since       time.Time // of its first candle, zero for always
	Until       time.Time // of its last, zero for now
}

// A Fill is a trade of an account in the past.
type Fill struct {
	At     time.Time
	Symbol string
	Side   market.Side
	Price  decimal.Decimal
	Base   decimal.Decimal
}

// A Deposit is money that came.
type Deposit struct {
	At     time.Time
	Coin   string
	Amount decimal.Decimal
}

// A Purse is a wallet beside spot, as wallet/balance names it.
type Purse struct {
	Name  string
	Value decimal.Decimal // in USDT
	Open  bool
}

// A History is what an account did and holds besides its spot wallet.
type History struct {
	Fills       []Fill
	Deposits    []Deposit
	Withdrawals []Withdrawal
	Purses      []Purse
}

func (c caller) history() *History {
	if c.sub != nil {
		return &c.sub.History
	}
	return &c.account.History
}

// listings are those that were staged, and the pair that is traded.
func (x *Exchange) listings() []Listing {
	if x.Market == nil || slices.ContainsFunc(x.Listed, func(l Listing) bool { return l.symbol() == x.pair() }) {
		return x.Listed
	}
	return append(slices.Clone(x.Listed), Listing{Base: x.Market.Base, Quote: x.Market.Quote, Fair: x.Market.Fair})
}

func (x *Exchange) pair() string { return x.Market.Base + x.Market.Quote }

func (l Listing) symbol() string { return l.Base + l.Quote }

func (x *Exchange) listed(symbol string) (Listing, bool) {
	for _, l := range x.listings() {
		if l.symbol() == symbol {
			return l, true
		}
	}
	return Listing{}, false
}

func badSymbol() *refusal { return &refusal{http.StatusBadRequest, -1121, "Invalid symbol."} }

// noRight is how /api refuses a key without a right.
func noRight() *refusal {
	return &refusal{http.StatusUnauthorized, -2015, "Invalid API-key, IP, or permissions for action."}
}

// fillsOf are the trades of the caller's account in a symbol, the oldest first.
func (x *Exchange) fillsOf(who caller, symbol string) []Fill {
	var out []Fill
	for _, f := range who.history().Fills {
		if f.Symbol == symbol {
			out = append(out, f)
		}
	}
	if x.Market != nil && x.pair() == symbol {
		for _, t := range x.Market.Trades() {
			by, known := x.keys[t.By]
			if known && by.account == who.account && by.sub == who.sub {
				out = append(out, Fill{t.At, symbol, t.Side, t.Quote.DivRound(t.Base, 8), t.Base})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Fill) int { return a.At.Compare(b.At) })
	return out
}

// myTrades takes the combinations that are documented. Ids are those of a
// symbol for all accounts; here they count the account's own.
func (x *Exchange) myTrades(w http.ResponseWriter, q url.Values, who caller) {
	if !who.may("enableReading") {
		noRight().write(w)
		return
	}
	if q.Get("symbol") == "" {
		missing("symbol").write(w)
		return
	}
	if _, ok := x.listed(q.Get("symbol")); !ok {
		badSymbol().write(w)
		return
	}
	if q.Has("fromId") && (q.Has("startTime") || q.Has("endTime")) {
		(&refusal{http.StatusBadRequest, -1128, "Combination of optional parameters invalid."}).write(w)
		return
	}
	from, refused := whole(q, "fromId", 0)
	limit, refused2 := whole(q, "limit", 500)
	start, refused3 := whole(q, "startTime", 0)
	end, refused4 := whole(q, "endTime", x.Server.Now().UnixMilli())
	for _, f := range []*refusal{refused, refused2, refused3, refused4} {
		if f != nil {
			f.write(w)
			return
		}
	}
	if q.Has("startTime") && q.Has("endTime") && end-start > (24*time.Hour).Milliseconds() {
		(&refusal{http.StatusBadRequest, -1127, "More than 24 hours between startTime and endTime."}).write(w)
		return
	}
	all := x.fillsOf(who, q.Get("symbol"))
	rows := []any{}
	for i, f := range all {
		id := int64(i + 1)
		if id >= from && f.At.UnixMilli() >= start && f.At.UnixMilli() <= end {
			rows = append(rows, f.row(id))
		}
	}
	most := int(min(max(limit, 1), 1000))
	if !q.Has("fromId") && !q.Has("startTime") { // "most recent trades are returned"
		rows = rows[max(0, len(rows)-most):]
	}
	fake.JSON(w, http.StatusOK, rows[:min(most, len(rows))])
}

func (f Fill) row(id int64) map[string]any {
	return map[string]any{
		"symbol": f.Symbol, "id": id, "orderId": 1000 + id, "orderListId": -1, "price": f.Price.StringFixed(8),
		"qty": f.Base.StringFixed(8), "quoteQty": f.Base.Mul(f.Price).StringFixed(8), "commission": "0.00000000",
		"commissionAsset": "BNB", "time": f.At.UnixMilli(), "isBuyer": f.Side == market.Buy, "isMaker": false,
		"isBestMatch": true,
	}
}

// whole reads a number, and refuses what is none.
func whole(q url.Values, name string, standard int64) (int64, *refusal) {
	if !q.Has(name) {
		return standard, nil
	}
	n, err := strconv.ParseInt(q.Get(name), 10, 64)
	if err != nil || n < 0 {
		return 0, &refusal{http.StatusBadRequest, -1100, "Illegal characters found in parameter '" + name +
			"'; legal range is '^[0-9]{1,20}$'."}
	}
	return n, nil
}

// span reads the window of a list of money moved: 90 days back from now, and
// less than 90 long. -4047 and its text are those of the error codes of wallet.
func (x *Exchange) span(q url.Values) (start, end time.Time, refused *refusal) {
	const most = 90 * 24 * time.Hour
	now := x.Server.Now()
	to, refused := whole(q, "endTime", now.UnixMilli())
	from, refused2 := whole(q, "startTime", now.Add(-most+time.Millisecond).UnixMilli())
	if refused == nil {
		refused = refused2
	}
	start, end = time.UnixMilli(from), time.UnixMilli(to)
	if refused == nil && end.Sub(start) >= most {
		refused = &refusal{http.StatusBadRequest, -4047, "Time interval must be within 0-90 days"}
	}
	return start, end, refused
}

func (x *Exchange) withdrawals(w http.ResponseWriter, q url.Values, who caller) {
	x.moves(w, q, who, func(start, end time.Time) []any {
		gone := slices.Clone(who.history().Withdrawals)
		for _, g := range x.gone {
			if by := x.keys[g.By]; by.account == who.account && who.sub == nil {
				gone = append(gone, g)
			}
		}
		rows := []any{}
		for i, g := range gone {
			if g.At.Before(start) || g.At.After(end) {
				continue
			}
			rows = append(rows, map[string]any{
				"id": fake.HexOf("binance withdrawal "+strconv.Itoa(i+1), 32), "amount": g.Amount.String(),
				"transactionFee": "0", "coin": g.Coin, "status": 6, "address": g.Address, "network": "TRX", "transferType": 0,
				"txId":      fake.HexOf("binance transaction "+strconv.Itoa(i+1), 64),
				"applyTime": g.At.UTC().Format(time.DateTime), "info": "", "confirmNo": 20, "walletType": 0, "txKey": "",
				"completeTime": g.At.UTC().Format(time.DateTime),
			})
		}
		return rows
	})
}

func (x *Exchange) deposits(w http.ResponseWriter, q url.Values, who caller) {
	x.moves(w, q, who, func(start, end time.Time) []any {
		rows := []any{}
		for i, d := range who.history().Deposits {
			if d.At.Before(start) || d.At.After(end) {
				continue
			}
			rows = append(rows, map[string]any{
				"id": strconv.Itoa(769800519366885376 + i), "amount": d.Amount.String(), "coin": d.Coin, "network": "TRX",
				"status": 1, "address": "TStagedDeskOfTheDrill", "addressTag": "",
				"txId":       fake.HexOf("binance deposit "+strconv.Itoa(i), 64),
				"insertTime": d.At.UnixMilli(), "completeTime": d.At.UnixMilli(), "transferType": 0, "confirmTimes": "1/1",
				"unlockConfirm": 0, "walletType": 0,
			})
		}
		return rows
	})
}

// moves checks what both lists check, and pages.
func (x *Exchange) moves(w http.ResponseWriter, q url.Values, who caller, rows func(start, end time.Time) []any) {
	if !who.may("enableReading") {
		forbidden().write(w)
		return
	}
	start, end, refused := x.span(q)
	offset, refused2 := whole(q, "offset", 0)
	limit, refused3 := whole(q, "limit", 1000)
	for _, f := range []*refusal{refused, refused2, refused3} {
		if f != nil {
			f.write(w)
			return
		}
	}
	all := rows(start, end)
	from := min(int(offset), len(all))
	fake.JSON(w, http.StatusOK, all[from:min(from+int(min(limit, 1000)), len(all))])
}

// wallets are valued in the coin that is asked for; USDT alone is known here.
func (x *Exchange) wallets(w http.ResponseWriter, q url.Values, who caller) {
	if !who.may("enableReading") {
		forbidden().write(w)
		return
	}
	if q.Get("quoteAsset") != "USDT" {
		invalid("quoteAsset").write(w)
		return
	}
	spot := decimal.Zero
	for asset, amount := range who.wallet() {
		if asset == "USDT" {
			spot = spot.Add(amount)
		} else if l, ok := x.listed(asset + "USDT"); ok {
			spot = spot.Add(amount.Mul(l.Fair))
		}
	}
	rows := []any{map[string]any{"activate": true, "balance": spot.String(), "walletName": "Spot"}}
	purses := who.history().Purses
	for _, name := range []string{
		"Funding", "Cross Margin", "Isolated Margin", "USDⓈ-M Futures", "COIN-M Futures", "Earn", "Options", "Trading Bots",
	} {
		p := Purse{Name: name}
		if i := slices.IndexFunc(purses, func(p Purse) bool { return p.Name == name }); i >= 0 {
			p = purses[i]
		}
		rows = append(rows, map[string]any{"activate": p.Open, "balance": p.Value.String(), "walletName": name})
	}
	fake.JSON(w, http.StatusOK, rows)
}

func (x *Exchange) exchangeInfo(w http.ResponseWriter, _ url.Values, _ caller) {
	rows := []any{}
	for _, l := range x.listings() {
		status := l.Status
		if status == "" {
			status = "TRADING"
		}
		rows = append(rows, map[string]any{
			"symbol": l.symbol(), "status": status, "baseAsset": l.Base, "quoteAsset": l.Quote, "orderTypes": []string{"MARKET"},
		})
	}
	fake.JSON(w, http.StatusOK, map[string]any{
		"timezone": "UTC", "serverTime": x.Server.Now().UnixMilli(), "rateLimits": []any{}, "exchangeFilters": []any{},
		"symbols": rows,
	})
}

// klines are of five minutes. A bar closes at the price of its last trade, and
// near what the coin is worth where there was none.
func (x *Exchange) klines(w http.ResponseWriter, q url.Values, _ caller) {
	l, ok := x.listed(q.Get("symbol"))
	if !ok {
		badSymbol().write(w)
		return
	}
	if q.Get("interval") != "5m" {
		(&refusal{http.StatusBadRequest, -1120, "Invalid interval."}).write(w)
		return
	}
	limit, refused := whole(q, "limit", 500)
	now := x.Server.Now().UnixMilli()
	end, refused2 := whole(q, "endTime", now)
	const bar = 5 * 60 * 1000
	limit = min(max(limit, 1), 1000)
	start, refused3 := whole(q, "startTime", (end/bar-limit+1)*bar)
	for _, f := range []*refusal{refused, refused2, refused3} {
		if f != nil {
			f.write(w)
			return
		}
	}
	if !l.Since.IsZero() {
		start = max(start, l.Since.UnixMilli())
	}
	if !l.Until.IsZero() {
		end = min(end, l.Until.UnixMilli())
	}
	traded := x.closes(l.symbol(), bar)
	rows := []any{}
	for open := (start + bar - 1) / bar * bar; open <= min(end, now) && len(rows) < int(limit); open += bar {
		price := l.Fair.Mul(decimal.New(1000+(open/bar)%3-1, -3)) // it moves by a thousandth
		if p, ok := traded[open]; ok {
			price = p
		}
		text := price.StringFixed(8)
		rows = append(rows, []any{
			open, text, text, text, text, "1000.00000000",
			open + bar - 1, "1000.00000000", 10, "500.00000000", "500.00000000", "0",
		})
	}
	fake.JSON(w, http.StatusOK, rows)
}

// closes are the prices of the last trades of bars, of all accounts.
func (x *Exchange) closes(symbol string, bar int64) map[int64]decimal.Decimal {
	out := map[int64]decimal.Decimal{}
	add := func(f Fill) { out[f.At.UnixMilli()/bar*bar] = f.Price }
	for _, a := range x.accounts {
		for _, f := range x.fillsOf(caller{account: a}, symbol) {
			add(f)
		}
		for _, s := range a.Subs {
			for _, f := range x.fillsOf(caller{account: a, sub: s}, symbol) {
				add(f)
			}
		}
	}
	return out
}

// Main returns the first master account. Change it with Do.
func (x *Exchange) Main() *Account { return x.accounts[0] }
