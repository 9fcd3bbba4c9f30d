package imports

import (
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/shopspring/decimal"
	_ "modernc.org/sqlite" // the driver

	"rekey/internal/trace"
)

// A database is the record of one bot.
type database struct {
	name, table string
	columns     []string // that tell it from others
	read        func(*sql.DB, *Import) error
}

func databases() []database {
	return []database{
		{
			"freqtrade", "orders",
			[]string{"ft_pair", "side", "average", "filled", "order_id", "order_filled_date"},
			readFreqtrade,
		},
		{"hummingbot", "TradeFill", []string{
			"market", "symbol", "timestamp", "trade_type", "price", "amount",
			"exchange_trade_id",
		}, readHummingbot},
		{
			"bbgo", "trades",
			[]string{"id", "exchange", "symbol", "price", "quantity", "side", "traded_at", "order_id"},
			readBbgo,
		},
	}
}

// readDatabase opens a database read-only, and as one that nobody changes: no
// lock, no file beside it. So what a bot wrote beside it would not be seen, and
// such a database is refused.
func readDatabase(path string, o Options) (Import, error) {
	if info, err := os.Stat(path + "-wal"); err == nil && info.Size() > 0 {
		return Import{}, refused("stop the bot, or copy it: sqlite3 "+filepath.Base(path)+" \".backup copy.sqlite\"",
			"a bot has it open: its newest rows stand in %s-wal", filepath.Base(path))
	}
	absolute, err := filepath.Abs(path)
	if err != nil {
		return Import{}, err
	}
	name := url.URL{Scheme: "file", Path: filepath.ToSlash(absolute), RawQuery: "mode=ro&immutable=1"}
	db, err := sql.Open("sqlite", name.String())
	if err != nil {
		return Import{}, refused("", "it is no database that can be read")
	}
	defer func() { _ = db.Close() }() // it was only read
	for _, d := range databases() {
		if o.As != "" && o.As != d.name || !has(db, d) {
			continue
		}
		out := &Import{Layout: d.name}
		if err := d.read(db, out); err != nil {
			return Import{}, refused("", "%s: it could not be read: %v", d.name, err)
		}
		return *out, nil
	}
	return Import{}, refused("databases of freqtrade, hummingbot and bbgo are read", "it is a database of no known bot")
}

// has reports whether the database has the table with the columns.
func has(db *sql.DB, d database) bool {
	rows, err := db.Query("SELECT name FROM pragma_table_info(?)", d.table)
	if err != nil {
		return false
	}
	defer func() { _ = rows.Close() }() // it was only read
	found := map[string]bool{}
	for rows.Next() {
		var name string
		if rows.Scan(&name) != nil {
			return false
		}
		found[name] = true
	}
	if rows.Err() != nil {
		return false
	}
	for _, c := range d.columns {
		if !found[c] {
			return false
		}
	}
	return true
}

// A record is one row of a bot's database, before it is a fill.
type record struct {
	exchange, symbol, side, at string
	price, quantity            string
	trade, order               string
}

// records reads rows of eight texts: exchange, symbol, side, time, price,
// quantity, trade id, order id.
func records(db *sql.DB, query string, take func(record) error) error {
	rows, err := db.Query(query)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }() // it was only read
	for rows.Next() {
		var r [8]sql.NullString
		if err := rows.Scan(&r[0], &r[1], &r[2], &r[3], &r[4], &r[5], &r[6], &r[7]); err != nil {
			return err
		}
		if err := take(record{
			r[0].String, r[1].String, r[2].String, r[3].String, r[4].String, r[5].String, r[6].String,
			r[7].String,
		}); err != nil {
			return err
		}
	}
	return rows.Err()
}

// botTimes are how the bots write times, all in UTC.
func botTimes() []string {
	return []string{"2006-01-02 15:04:05", "2006-01-02T15:04:05Z07:00", "2006-01-02 15:04:05Z07:00"}
}

// readFreqtrade reads orders, not trades: those are positions. A row is an
// order with the average of its fills.
func readFreqtrade(db *sql.DB, out *Import) error {
	out.Orders = true
	return readRecords(db, out, `SELECT t.exchange, o.ft_pair, o.side, CAST(o.order_filled_date AS TEXT),
		CAST(COALESCE(o.average, o.price) AS TEXT), CAST(o.filled AS TEXT), '', CAST(o.order_id AS TEXT)
		FROM orders o LEFT JOIN trades t ON t.id = o.ft_trade_id
		WHERE o.filled > 0 ORDER BY o.id`, 16)
}

// readBbgo reads trades; prices are kept to eight places.
func readBbgo(db *sql.DB, out *Import) error {
	return readRecords(db, out, `SELECT exchange, symbol, side, CAST(traded_at AS TEXT), CAST(price AS TEXT),
		CAST(quantity AS TEXT), CAST(id AS TEXT), CAST(order_id AS TEXT) FROM trades ORDER BY gid`, 8)
}

// readHummingbot reads fills. Price and amount are whole millionths, so that a
// price below one of them stands there as 0: such rows are left out, and said.
func readHummingbot(db *sql.DB, out *Import) error {
	return readRecords(db, out, `SELECT market, symbol, trade_type, CAST(timestamp AS TEXT),
		CAST(price AS TEXT), CAST(amount AS TEXT), exchange_trade_id, order_id
		FROM TradeFill ORDER BY timestamp, exchange_trade_id`, -6)
}

// readRecords makes fills of rows. With places below 0 numbers are whole units
// of that power of ten, else they are rounded to so many places.
func readRecords(db *sql.DB, out *Import, query string, places int32) error {
	zeros, exchanges := 0, map[string]bool{}
	err := records(db, query, func(r record) error {
		f := trace.Fill{TradeID: r.trade, OrderID: r.order}
		var err error
		if f.Time, err = botTime(r.at); err != nil {
			return err
		}
		switch strings.ToLower(r.side) {
		case "buy":
			f.Side = trace.Buy
		case "sell":
			f.Side = trace.Sell
		default:
			return fmt.Errorf("a side is neither buy nor sell")
		}
		if f.Price, err = botNumber(r.price, places); err != nil {
			return err
		}
		if f.Quantity, err = botNumber(r.quantity, places); err != nil {
			return err
		}
		exchanges[r.exchange] = true
		out.Exchange = r.exchange
		f.Symbol = r.symbol
		if base, quote, ok := strings.Cut(strings.ReplaceAll(r.symbol, "/", "-"), "-"); ok {
			f.Symbol = symbolOf(r.exchange, base, quote)
		}
		if f.Price.Sign() <= 0 || f.Quantity.Sign() <= 0 {
			zeros++
			return nil
		}
		out.Fills = append(out.Fills, f)
		return nil
	})
	if zeros > 0 {
		out.Unread = append(out.Unread, fmt.Sprintf(
			"%d rows have a price or amount of 0: the bot's database keeps too few digits for them, import the exchange's "+
				"export", zeros))
	}
	if len(exchanges) > 1 {
		out.Exchange = ""
		out.Unread = append(out.Unread, fmt.Sprintf("trades of %d exchanges stand in it, and are judged as one account",
			len(exchanges)))
	}
	return err
}

func botTime(text string) (int64, error) {
	if n, err := trace.ParseNumber(text); err == nil && len(text) == 13 {
		return n.Decimal().IntPart(), nil
	}
	for _, form := range botTimes() {
		if at, err := time.ParseInLocation(form, text, time.UTC); err == nil {
			return at.UnixMilli(), nil
		}
	}
	return 0, fmt.Errorf("a time is none")
}

func botNumber(text string, places int32) (trace.Number, error) {
	n, err := trace.ParseNumber(text)
	if err != nil {
		return trace.Number{}, fmt.Errorf("an amount %w", err)
	}
	d := n.Decimal()
	if places < 0 {
		return trace.NumberOf(d.Mul(decimal.New(1, places))), nil
	}
	return trace.NumberOf(d.Round(places)), nil
}
