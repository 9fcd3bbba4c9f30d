package evidence

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"rekey/internal/report"
	"rekey/internal/text"
	"rekey/internal/trace"
)

// A Case is all that a folder is made of.
type Case struct {
	Result   trace.Result
	Accounts []trace.Account // what the result was made of
	Candles  trace.Candles
	Imported []string // the paths of the files that were read
	Keys     []Key
	Vendors  []string      // who held keys of the accounts
	Events   []trace.Event // what else is known: keys made, vendors, incidents
	Signed   []string      // how to check the signatures
}

// A Key is what is known of a key of an account, without the key.
type Key struct{ Name, Exchange, AccessKey, Fingerprint, Created, SharedWith, State string }

// Files returns the files of the case, those that a person reads first.
func (c *Case) Files() ([]File, error) {
	letters, err := Letters(c.letter())
	if err != nil {
		return nil, err
	}
	print := func(format string) func(io.Writer) error {
		return func(w io.Writer) error {
			return report.WriteTrace(w, format, c.Result, report.Options{Width: 80, All: true})
		}
	}
	files := append(letters,
		File{"report.md", "made by rekey", print("markdown")},
		File{"report.html", "made by rekey", print("html")},
		File{"trace.json", "made by rekey", print("json")},
		File{"timeline.csv", "made by rekey", func(w io.Writer) error {
			return report.WriteTimeline(w, c.Result.Timeline(c.Events...))
		}},
		table("data/fills.csv", c.fills()),
		table("data/clusters.csv", c.clusters()),
		table("data/outflows.csv", c.outflows()),
		table("data/candles.csv", c.candles()),
	)
	if len(c.Keys) > 0 {
		files = append(files, table("data/keys.csv", c.keys()))
	}
	for _, f := range c.ids() {
		if len(f.ids) > 0 {
			files = append(files, Bytes("ids/"+f.name+".txt", "made by rekey", []byte(strings.Join(f.ids, "\n")+"\n")))
		}
	}
	for i, name := range c.Imported {
		files = append(files, Copy(fmt.Sprintf("imported/%02d-%s", i+1, plainName(filepath.Base(name))), name))
	}
	return files, nil
}

func table(name string, rows [][]string) File {
	return File{name, "made by rekey", func(w io.Writer) error { return report.WriteCSV(w, rows) }}
}

// plainName keeps of a name what every program writes the same way: sha256sum
// writes others escaped.
func plainName(name string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x80 && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' ||
			strings.ContainsRune("._-", r)) {
			return r
		}
		return '-'
	}, name)
}

// listed returns the cluster that a fill is in, if it is a listed one.
func (c *Case) listed() func(account string, f *trace.Fill) *trace.Cluster {
	by := map[string][]*trace.Cluster{}
	for i := range c.Result.Clusters {
		x := &c.Result.Clusters[i]
		by[x.Account+"|"+x.Symbol] = append(by[x.Account+"|"+x.Symbol], x)
	}
	return func(account string, f *trace.Fill) *trace.Cluster {
		for _, x := range by[account+"|"+f.Symbol] {
			if f.Time >= x.From.UnixMilli() && f.Time <= x.To.UnixMilli() && f.Forced == x.Liquidation {
				return x
			}
		}
		return nil
	}
}

// alarming reports whether a cluster is one to ask the exchange about.
func alarming(x *trace.Cluster) bool {
	return x != nil && x.Mine == nil && x.Verdict.AtLeast(trace.Suspicious)
}

func (c *Case) fills() [][]string {
	rows := [][]string{{
		"account", "time_ms", "time", "symbol", "side", "price", "quantity", "trade_id", "order_id", "fee", "fee_coin",
		"forced", "cluster",
	}}
	in := c.listed()
	for _, a := range c.Accounts {
		for i := range a.Fills {
			f := &a.Fills[i]
			side, fee, coin, cluster := "buy", "", "", ""
			if f.Side == trace.Sell {
				side = "sell"
			}
			if f.Fee != nil {
				fee, coin = f.Fee.Amount.String(), f.Fee.Asset
			}
			if x := in(a.ID, f); x != nil {
				cluster = x.ID
			}
			rows = append(rows, []string{
				a.ID, strconv.FormatInt(f.Time, 10), stamp(time.UnixMilli(f.Time)), f.Symbol, side, f.Price.String(),
				f.Quantity.String(), f.TradeID, f.OrderID, fee, coin, strconv.FormatBool(f.Forced), cluster,
			})
		}
	}
	return rows
}

func stamp(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05.000Z") }

func (c *Case) clusters() [][]string {
	rows := [][]string{{
		"id", "account", "symbol", "from", "to", "orders", "fills", "bought", "sold", "traded_value", "currency",
		"reference_price", "net_diverted", "low", "high", "usd", "of_equity", "verdict", "mine", "liquidation", "keys",
	}}
	for _, x := range c.Result.Clusters {
		reference, low, high, usd, share, keys := "", "", "", "", "", ""
		if x.Reference != nil {
			reference = x.Reference.Price.String()
		}
		if x.NetDiverted.Low != nil && x.NetDiverted.High != nil {
			low, high = x.NetDiverted.Low.String(), x.NetDiverted.High.String()
		}
		if x.NetDiverted.USD != nil {
			usd = x.NetDiverted.USD.String()
		}
		if x.OfEquity != nil {
			share = x.OfEquity.String()
		}
		if x.Attribution != nil {
			keys = strings.Join(x.Attribution.Keys, " ")
		}
		rows = append(rows, []string{
			x.ID, x.Account, x.Symbol, stamp(x.From.Time), stamp(x.To.Time), strconv.Itoa(x.Orders), strconv.Itoa(x.Fills),
			x.Bought.String(), x.Sold.String(), x.Notional.Value.String(), x.Notional.Currency, reference,
			x.NetDiverted.Value.String(), low, high, usd, share, string(x.Verdict), strconv.FormatBool(x.Mine != nil),
			strconv.FormatBool(x.Liquidation), keys,
		})
	}
	return rows
}

func (c *Case) outflows() [][]string {
	rows := [][]string{{
		"id", "account", "kind", "time", "asset", "amount", "fee", "address", "tag", "network", "txid", "status", "known",
		"verdict",
	}}
	for _, o := range c.Result.Outflows {
		rows = append(rows, []string{
			o.ID, o.Account, o.Kind, stamp(o.At.Time), o.Asset, o.Amount.String(), o.Fee.String(), string(o.Address),
			string(o.Tag), string(o.Network), string(o.TxID), string(o.Status), strconv.FormatBool(o.Known),
			string(o.Verdict),
		})
	}
	return rows
}

// candles are the prices that the listed clusters were measured against.
func (c *Case) candles() [][]string {
	rows := [][]string{{"symbol", "open_time_ms", "open_time", "close", "source"}}
	seen := map[string]bool{}
	for _, x := range c.Result.Clusters {
		series, err := c.Candles.Series(x.Symbol)
		if err != nil {
			continue // the result has the gap
		}
		for _, bar := range series.Around(x.From.UnixMilli(), x.To.UnixMilli()) {
			key := x.Symbol + strconv.FormatInt(bar.Open, 10)
			if seen[key] {
				continue
			}
			seen[key] = true
			rows = append(rows, []string{
				x.Symbol, strconv.FormatInt(bar.Open, 10), stamp(time.UnixMilli(bar.Open)),
				strconv.FormatFloat(bar.Close, 'f', -1, 64), c.Candles.Source(),
			})
		}
	}
	return rows
}

func (c *Case) keys() [][]string {
	rows := [][]string{{"name", "exchange", "access_key", "fingerprint", "created", "shared_with", "state"}}
	for _, k := range c.Keys {
		rows = append(rows, []string{k.Name, k.Exchange, k.AccessKey, k.Fingerprint, k.Created, k.SharedWith, k.State})
	}
	return rows
}

type idFile struct {
	name string
	ids  []string
}

// ids are those that an exchange or the police need as plain text: of the
// alarming clusters, all of them, and of what left.
func (c *Case) ids() []idFile {
	in := c.listed()
	var files []idFile
	for _, a := range c.Accounts {
		orders, trades := idFile{name: c.slug(a.ID) + "-order-ids"}, idFile{name: c.slug(a.ID) + "-trade-ids"}
		for i := range a.Fills {
			if f := &a.Fills[i]; alarming(in(a.ID, f)) {
				orders.add(f.OrderID)
				trades.add(f.TradeID)
			}
		}
		files = append(files, orders.sorted(), trades.sorted())
	}
	txids, addresses := idFile{name: "txids"}, idFile{name: "addresses"}
	for _, o := range c.Result.Outflows {
		if o.Verdict.AtLeast(trace.Suspicious) {
			txids.add(string(o.TxID))
			addresses.add(string(o.Address))
		}
	}
	return append(files, txids.sorted(), addresses.sorted())
}

func (f *idFile) add(id string) {
	if id != "" {
		f.ids = append(f.ids, text.Sentence(id))
	}
}

func (f idFile) sorted() idFile {
	slices.Sort(f.ids)
	f.ids = slices.Compact(f.ids)
	return f
}

func (c *Case) slug(account string) string {
	for _, a := range c.Accounts {
		if a.ID == account && a.Exchange != "" {
			if len(c.Accounts) == 1 {
				return Slug(a.Exchange)
			}
			return Slug(account)
		}
	}
	return Slug(account)
}

// letter words what the letters say.
func (c *Case) letter() Letter {
	r := c.Result
	l := Letter{
		Day: r.StartedAt.Format(time.DateOnly), Window: "with no trade in it", Looked: report.LookedAt(r),
		Loss: fmt.Sprintf("%s %s (between %s and %s).", r.Losses.NetDiverted.Value, r.Losses.Currency,
			r.Losses.NetDiverted.Low, r.Losses.NetDiverted.High),
		Vendors: c.Vendors, Signed: c.Signed,
	}
	if r.Window.From != nil {
		l.Window = "from " + text.Moment(r.Window.From.Time) + " to " + text.Moment(r.Window.To.Time)
	}
	if len(r.Losses.Unpriced) > 0 {
		l.Loss = "at least " + l.Loss
	}
	if r.Losses.Outflows.IsPositive() {
		l.Outflows = fmt.Sprintf("Left to places not used before: %s %s.", r.Losses.Outflows, r.Losses.Currency)
	}
	for _, x := range r.Clusters {
		if x.Incident != "" {
			l.Incident = text.Clean(string(x.Incident))
		}
	}
	for _, u := range r.Unknowns {
		l.Unknown = append(l.Unknown, text.Capital(text.Sentence(u.Account+": "+u.Detail))+".")
	}
	for _, g := range r.Gaps {
		l.Unknown = append(l.Unknown, text.Sentence("Not read: "+g.Account+", "+g.What+": "+g.Detail)+".")
	}
	for _, a := range c.Accounts {
		if x := c.exchange(a); len(x.Clusters)+len(x.Outflows) > 0 {
			l.Exchanges = append(l.Exchanges, x)
		}
	}
	return l
}

// mostLines keeps a letter on a page; the files hold them all.
const mostLines = 12

func (c *Case) exchange(a trace.Account) LetterExchange {
	x := LetterExchange{Name: text.Clean(a.Exchange), Slug: c.slug(a.ID), Where: takesLetters(a.Exchange)}
	if x.Name == "" {
		x.Name = "[FILL IN: exchange]"
	}
	left := 0
	for i := range c.Result.Clusters {
		k := &c.Result.Clusters[i]
		if k.Account != a.ID || !alarming(k) {
			continue
		}
		if len(x.Clusters) == mostLines {
			left++
			continue
		}
		interval := ""
		if d := k.NetDiverted; d.Low != nil && d.High != nil {
			interval = fmt.Sprintf(" (between %s and %s)", d.Low, d.High)
		}
		x.Clusters = append(x.Clusters, text.Sentence(fmt.Sprintf("%s: %s, %s to %s, %s, %s %s%s", k.ID, k.Symbol,
			text.Moment(k.From.Time), text.Moment(k.To.Time), text.Count(k.Fills, "trade"), k.NetDiverted.Value,
			k.NetDiverted.Currency, interval)))
	}
	if left > 0 {
		x.Clusters = append(x.Clusters, fmt.Sprintf("and %s more, in data/clusters.csv", text.Count(left, "cluster")))
	}
	for _, o := range c.Result.Outflows {
		if o.Account == a.ID && o.Verdict.AtLeast(trace.Suspicious) && len(x.Outflows) < mostLines {
			x.Outflows = append(x.Outflows, text.Sentence(fmt.Sprintf("%s: %s of %s %s at %s, transaction %s", o.ID, o.Kind,
				o.Amount, o.Asset, text.Moment(o.At.Time), o.TxID)))
		}
	}
	for _, f := range c.ids() {
		switch f.name {
		case x.Slug + "-order-ids":
			x.Orders = len(f.ids)
		case x.Slug + "-trade-ids":
			x.Trades = len(f.ids)
		}
	}
	return x
}

// takesLetters says where an exchange takes such letters: what its pages said
// when they were stored. Read 2026-11-30; pages differ and change.
func takesLetters(exchange string) string {
	switch exchange {
	case "binance":
		return "its help pages ask for a description, proof of ownership, ids, and a police report; " +
			"versions differ on within how many days. Read 2026-11-30"
	case "kucoin":
		return "law enforcement only, rbenquiries@kucoin.com, in English, with addresses and transaction ids " +
			"in text or Excel and not in a PDF; guidelines as coincarp copied them, read 2026-11-30"
	case "okx":
		return "law enforcement through Kodex, with a signed order or letter that names the exact items; " +
			"its guide of 29 July 2025, read 2026-11-30"
	case "coinbase":
		return "law enforcement through Kodex; read 2026-11-30"
	}
	return ""
}
