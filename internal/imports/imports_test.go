package imports

import (
	"compress/gzip"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rekey/internal/trace"
)

// lines writes fills and outflows as the tables below have them.
func lines(i Import) string {
	var b strings.Builder
	for _, f := range i.Fills {
		side := "buy"
		if f.Side == trace.Sell {
			side = "sell"
		}
		fmt.Fprintf(&b, "%s %s %s %s@%s id=%s order=%s", time.UnixMilli(f.Time).UTC().Format("2006-01-02T15:04:05.999"),
			f.Symbol, side, f.Quantity, f.Price, f.TradeID, f.OrderID)
		if f.Fee != nil {
			fmt.Fprintf(&b, " fee=%s%s", f.Fee.Amount, f.Fee.Asset)
		}
		if f.Forced {
			b.WriteString(" forced")
		}
		b.WriteString("\n")
	}
	for _, m := range i.Outflows {
		fmt.Fprintf(&b, "out %s %s %s to=%s tx=%s\n", time.UnixMilli(m.Time).UTC().Format("2006-01-02T15:04:05"),
			m.Amount, m.Asset, m.Address, m.TxID)
	}
	for _, u := range i.Unread {
		fmt.Fprintf(&b, "unread %s\n", u)
	}
	return b.String()
}

func readString(t *testing.T, text string, o Options) (Import, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return Read(path, o)
}

const (
	binanceOld = "Date(UTC),Market,Type,Price,Amount,Total,Fee,Fee Coin\n"
	binanceNew = "Date(UTC),Pair,Side,Price,Executed,Amount,Fee\n"
	statement  = "User_ID,UTC_Time,Account,Operation,Coin,Change,Remark\n"
	okx        = "id,Order id,Time,Trade Type,Instrument,Type,Amount,Unit,PL,Fee,Position Change,Position Balance," +
		"Balance Change,Balance,Unit\n"
	kucoin2020 = "tradeCreatedAt,orderId,symbol,side,price,size,funds,fee,liquidity,feeCurrency,orderType,\n"
	coinbase   = "ID,Timestamp,Transaction Type,Asset,Quantity Transacted,Price Currency,Price at Transaction,Subtotal," +
		"Total (inclusive of fees and/or spread),Fees and/or Spread,Notes\n"
	bybit = "Time,Currency,Contract,Type,Direction,Quantity,Position,Filled Price,Funding,Fee Paid,Cash Flow," +
		"Change,Wallet Balance,Fee Rate,Trade ID,Order ID\n"
	kraken = `"txid","ordertxid","pair","time","type","ordertype","price","cost","fee","vol","margin","misc",` +
		`"ledgers"` + "\n"
	plainHead = "time_ms,symbol,side,price,quantity,trade_id\n"
)

// Every layout, and every trap that its rows hold.
func TestLayouts(t *testing.T) {
	east := time.FixedZone("+08:00", 8*3600)
	for _, c := range []struct {
		story, text string
		zone        *time.Location
		layout      string
		want        string
	}{
		{
			"plain", plainHead + "1671964200000,AKROBTC,buy,0.00000018,25000,7\n", nil, "fills",
			"2022-12-25T10:30:00 AKROBTC buy 25000@0.00000018 id=7 order=\n",
		},
		{
			"two equal rows are two fills", binanceOld +
				strings.Repeat("2021-03-04 05:06:07,SYSBTC,SELL,0.0000031,400,0.00124,0.4,BNB\n", 2), nil,
			"binance-trades-old", strings.Repeat("2021-03-04T05:06:07 SYSBTC sell 400@0.0000031 id= order= fee=0.4BNB\n", 2),
		},
		{
			"glued units, a BOM, a coin that begins with a digit",
			"\ufeff" + binanceNew + `2022-01-02 03:04:05,1INCHUSDT,BUY,1.5,"2,500.00000000001INCH","3,750.0USDT",` +
				`2.50000000001INCH` + "\n", nil,
			"binance-trades", "2022-01-02T03:04:05 1INCHUSDT buy 2500@1.5 id= order= fee=2.51INCH\n",
		},
		{
			"a fee in a third coin", binanceNew + "2022-01-02 03:04:05,AKROBTC,SELL,0.1,2AKRO,0.2BTC,0.001BNB\n", nil,
			"binance-trades", "2022-01-02T03:04:05 AKROBTC sell 2@0.1 id= order= fee=0.001BNB\n",
		},
		{
			"CRLF", strings.ReplaceAll(binanceNew+"2022-01-02 03:04:05,AKROBTC,SELL,0.1,2AKRO,0.2BTC,0BNB\n", "\n", "\r\n"), nil,
			"binance-trades", "2022-01-02T03:04:05 AKROBTC sell 2@0.1 id= order=\n",
		},
		{
			"semicolons and a comma for decimals", strings.ReplaceAll(binanceOld, ",", ";") +
				"2021-03-04 05:06:07;SYSBTC;SELL;0,0000031;400;0,00124;0,4;BNB\n", nil,
			"binance-trades-old", "2021-03-04T05:06:07 SYSBTC sell 400@0.0000031 id= order= fee=0.4BNB\n",
		},
		{
			"a statement joins its legs", statement +
				"9,2022-03-01 10:00:00,Spot,Buy,MIR,2000,\n9,2022-03-01 10:00:01,Spot,Transaction Related,USDT,-500,\n" +
				"9,2022-03-01 10:00:01,Spot,Fee,BNB,-0.001,\n9,2022-03-01 11:00:00,Spot,Withdraw,USDT,-70,\n", nil,
			"binance-statement", "2022-03-01T10:00:00 MIRUSDT buy 2000@0.25 id= order=\nout 2022-03-01T11:00:00 70 USDT to= " +
				"tx=\n",
		},
		{
			"three coins in a second are not guessed at", statement +
				"9,2022-03-01 10:00:00,Spot,Buy,MIR,2000,\n9,2022-03-01 10:00:00,Spot,Buy,AXS,20,\n9,2022-03-01 10:00:00,Spot," +
				"Buy,USDT,-500,\n" +
				"9,2022-03-01 10:05:00,Spot,Made Up Operation,USDT,-5,\n", nil,
			"binance-statement", "unread 1 rows that took money, of the unknown operation \"Made Up Operation\"\n" +
				"unread 1 seconds in which the coins of the trades do not say what paid for what: their trades are left out\n",
		},
		{
			"withdrawals; a cancelled one left nothing", "Date(UTC+0),Coin,Network,Amount,Fee,Address,TXID,Status\n" +
				"2022-03-01 10:00:00,BTC,BTC,0.5,0.0002,bc1qmadeup,beef,Completed\n2022-03-01 11:00:00,BTC,BTC,0.7,0.0002," +
				"bc1qmadeup,,Cancelled\n", nil,
			"binance-withdrawals", "out 2022-03-01T10:00:00 0.5 BTC to=bc1qmadeup tx=beef\n",
		},
		{
			"the zone stands in the name of a column",
			"UID,Account Type,Order ID,Symbol,Side,Order Type,Avg. Filled Price,Filled Amount,Filled Volume," +
				"Filled Volume (USDT),Filled Time(UTC-03:00),Fee,Tax,Maker/Taker,Fee Currency,Account Mode\n" +
				"1,mainAccount,o1,DMG-USDT,SELL,LIMIT,0.5,10,5,5,2022-10-19 14:00:01,0.1,,Taker,USDT,Classic\n", nil,
			"kucoin-orders", "2022-10-19T17:00:01 DMG-USDT sell 10@0.5 id= order=o1 fee=0.1USDT\n",
		},
		{
			"an old export of kucoin, with a comma more in its header", kucoin2020 +
				"2022-10-19 08:00:01,o1,DMG-USDT,buy,0.5,10,5,0.1,taker,USDT,limit,\n", east,
			"kucoin-2020", "2022-10-19T00:00:01 DMG-USDT buy 10@0.5 id= order=o1 fee=0.1USDT\n",
		},
		{
			"two rows are one trade", "\ufeff" + okx + "11,5,2022-11-15 08:00:01,Spot,DMG-USDT,Sell,100,DMG,0,0,0,0,0,0,DMG\n" +
				"12,5,2022-11-15 08:00:01,Spot,DMG-USDT,Buy,50,USDT,0,-0.1,0,0,0,0,USDT\n", time.UTC,
			"okx-trading", "2022-11-15T08:00:01 DMG-USDT sell 100@0.5 id=11 order=5\n",
		},
		{
			"a row without its other, and what is no spot trade", okx +
				"11,5,2022-11-15 08:00:01,Spot,DMG-USDT,Sell,100,DMG,0,0,0,0,0,0,DMG\n" +
				"13,6,2022-11-15 08:00:02,Swap,DMG-USDT-SWAP,Buy,1,cont,0,0,0,0,0,0,USDT\n", time.UTC,
			"okx-trading", "unread 1 rows of the trade type \"Swap\": only spot trades are read\nunread 1 rows without the " +
				"row of the other coin\n",
		},
		{
			"lines above the header, a currency sign, thousands", "\nTransactions\nUser,Made Up,0\n" + coinbase +
				`a1,2022-11-15 08:00:01 UTC,Buy,SHIB,"5,000,000",USD,$0.00,"$1,234.50","$1,240.00",$5.50,"Bought 5,000,000 SHIB ` +
				`for $1,240.00 USD"` + "\n" +
				`a2,2022-11-15 09:00:01 UTC,Send,BTC,-0.25,USD,$1.00,,,,"Sent 0.25 BTC to bc1qmadeup"` + "\n", nil,
			"coinbase-report", "2022-11-15T08:00:01 SHIB-USD buy 5000000@0.0002469 id=a1 order=\nout 2022-11-15T09:00:01 " +
				"0.25 BTC to=bc1qmadeup tx=\n",
		},
		{
			"paid in another coin: only the notes say it", coinbase +
				`a1,2022-11-15 08:00:01 UTC,Advanced Trade Sell,ETH,2,USD,$1200.00,"$2,400.00","$2,400.00",$0.00,"Sold 2 ETH ` +
				`for 0.15 BTC on ETH-BTC at 0.075 BTC/ETH"` + "\n", nil,
			"coinbase-report", "2022-11-15T08:00:01 ETH-BTC sell 2@0.075 id=a1 order=\n",
		},
		{
			"coinbase pro", "portfolio,trade id,product,side,created at,size,size unit,price,fee,total,price/fee/total unit\n" +
				"default,101,AMP-USD,BUY,2022-11-15T08:00:01.123Z,1000,AMP,0.01,0.06,-10.06,USD\n", nil,
			"coinbase-pro-fills", "2022-11-15T08:00:01.123 AMP-USD buy 1000@0.01 id=101 order= fee=0.06USD\n",
		},
		{
			"names of four letters, and others", kraken +
				`"T1","O1","XXBTZEUR","2022-11-15 08:00:01.1234","buy","limit",16000.1,160,0.4,0.01,0,"","L1"` + "\n" +
				`"T2","O2","USDTZUSD","2022-11-15 08:00:02","sell","limit",0.99,99,0,100,0,"","L2"` + "\n" +
				`"T3","O3","XDGUSD","2022-11-15 08:00:03","sell","limit",0.1,1,0,10,0,"","L3"` + "\n", nil,
			"kraken-trades", "2022-11-15T08:00:01.123 BTCEUR buy 0.01@16000.1 id=T1 order=O1 fee=0.4EUR\n" +
				"2022-11-15T08:00:02 USDTUSD sell 100@0.99 id=T2 order=O2\n2022-11-15T08:00:03 DOGEUSD sell 10@0.1 id=T3 " +
				"order=O3\n",
		},
		{
			"the exchange's own doing is marked; a row for either coin is one trade", bybit +
				"2022-11-15 08:00:01,USDT,BTCUSDT,TRADE,SELL,-0.01,0,16000,0,-0.096,0,0,0,0,t1,o1\n" +
				"2022-11-15 08:00:01,BTC,BTCUSDT,TRADE,SELL,-0.01,0,16000,0,0,0,0,0,0,t1,o1\n" +
				"2022-11-15 09:00:01,USDT,BTCUSDT,LIQUIDATION,Close Long,0.01,0,15000,0,0,0,0,0,0,t2,o2\n", nil,
			"bybit", "2022-11-15T08:00:01 BTCUSDT sell 0.01@16000 id=t1 order=o1 fee=0.096USDT\n" +
				"2022-11-15T09:00:01 BTCUSDT sell 0.01@15000 id=t2 order=o2 forced\n",
		},
		{
			"koinly", "Date,Type,Label,Sending Wallet,Sent Amount,Sent Currency,Sent Cost Basis,Receiving Wallet,Received " +
				"Amount,Received Currency," +
				"Received Cost Basis,Fee Amount,Fee Currency,Gain (USD),Net Value (USD),Fee Value (USD),TxSrc,TxDest,TxHash," +
				"Description\n" +
				"2022-12-25 22:29:03 UTC,exchange,,Binance,25000,AKRO,,Binance,0.0045,BTC,,,,,75.6,0.1,,,,\n" +
				"2022-12-25 23:29:03 UTC,crypto_withdrawal,,Binance,0.0045,BTC,,,,,,,,,,,,bc1qmadeup,beef,\n", nil,
			"koinly", "2022-12-25T22:29:03 AKROBTC sell 25000@0.00000018 id= order=\nout 2022-12-25T23:29:03 0.0045 BTC " +
				"to=bc1qmadeup tx=beef\n",
		},
		{
			"cointracking goes by places", "\ufeff" +
				`"Type","Buy","Cur.","Sell","Cur.","Fee","Cur.","Exchange","Group","Comment","Date"` + "\n" +
				`"Trade","25000.0","AKRO","0.0045","BTC","-","","Binance","","","25.12.2022 22:29:03"` + "\n", time.UTC,
			"cointracking", "2022-12-25T22:29:03 AKROBTC buy 25000@0.00000018 id= order=\n",
		},
		{
			"a price of 0 is left out, and said", plainHead + "1671964200000,AKROBTC,buy,0,25000,7\n", nil, "fills",
			"unread 1 rows have a price or quantity of 0\n",
		},
	} {
		got, err := readString(t, c.text, Options{Zone: c.zone})
		if err != nil {
			t.Errorf("%s: %v", c.story, err)
			continue
		}
		if got.Layout != c.layout || lines(got) != c.want {
			t.Errorf("%s: %s\n%swant\n%s", c.story, got.Layout, lines(got), c.want)
		}
	}
}

// What is not understood is refused, and never read wrongly.
func TestRefused(t *testing.T) {
	for _, c := range []struct{ story, text, want string }{
		{"empty", "", "it is empty"},
		{"excel", "PK\x03\x04 and more of it", "Excel"},
		{"old excel", "\xd0\xcf\x11\xe0 and more of it", "Excel"},
		{"utf-16", "\xff\xfet\x00i\x00", "not a text in UTF-8"},
		{"no header", "a,b\n1,2\n", "no known header"},
		{
			"a column is missing", "Date(UTC),Market,Type,Price,Amount,Total,Fee\n",
			"nearest to binance-trades-old, but lacks Fee Coin",
		},
		{
			"another order", "symbol,time_ms,side,price,quantity,trade_id\n",
			"nearest to fills, but has other columns or another order",
		},
		{
			"no zone, okx", okx + "11,5,2022-11-15 08:00:01,Spot,DMG-USDT,Sell,100,DMG,0,0,0,0,0,0,DMG\n",
			"does not say the time zone",
		},
		{"no zone, kucoin", kucoin2020, "does not say the time zone"},
		{"no zone, cointracking", `"Type","Buy","Cur.","Sell","Cur.","Fee","Cur.","Exchange","Group","Comment","Date"` +
			"\n", "does not say the time zone"},
		{"a column of a zone that is none", "UID,Account Type,Order ID,Symbol,Side,Order Type,Avg. Filled Price,Filled " +
			"Amount,Filled Volume," +
			"Filled Volume (USDT),Filled Time,Fee,Tax,Maker/Taker,Fee Currency\n", "lacks Filled Time(UTC±)"},
		{"seconds for milliseconds", plainHead + "1671964200,AKROBTC,buy,1,1,7\n", "line 2, time_ms"},
		{"a side", plainHead + "1671964200000,AKROBTC,hold,1,1,7\n", "line 2, side"},
		{"a price", plainHead + "1671964200000,AKROBTC,buy,1e999999999,1,7\n", "line 2, price"},
		{"a negative price", plainHead + "1671964200000,AKROBTC,buy,-1,1,7\n", "line 2: a price or quantity is negative"},
		{"decimal commas", plainHead + `1671964200000,AKROBTC,buy,"0,5",1,7` + "\n", "line 2, price"},
		{
			"a comma that may be either", strings.ReplaceAll(plainHead, ",", ";") + "1671964200000;AKROBTC;buy;1,234;1;7\n",
			"thousands or for decimals",
		},
		{"a cell too few", plainHead + "1671964200000,AKROBTC,buy,1,1\n", "line 2 has 5 cells, and the header 6"},
		{"an open quote", plainHead + "1671964200000,\"AKROBTC,buy,1,1,7\n", "is no CSV"},
		{
			"units of another pair", binanceNew + "2022-01-02 03:04:05,AKROBTC,SELL,0.1,2XRP,0.2BTC,0BNB\n",
			"does not end with the coin of the pair",
		},
		{"day and month swapped", binanceOld + "25/12/2022 05:06:07,SYSBTC,SELL,0.1,400,0.1,0.4,BNB\n", "line 2, Date(UTC)"},
		{
			"no number is repeated", plainHead + "1671964200000,AKROBTC,buy,CANARY,1,7\n",
			"line 2, price: is not a plain number",
		},
	} {
		got, err := readString(t, c.text, Options{})
		var refusal *RefusedError
		if !errors.As(err, &refusal) || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "CANARY") {
			t.Errorf("%s: %v, want %q", c.story, err, c.want)
		}
		if len(got.Fills) > 0 {
			t.Errorf("%s: read as %v", c.story, got.Fills)
		}
	}
	if _, err := readString(t, plainHead, Options{As: "fillz"}); err == nil || !strings.Contains(err.Error(),
		"no layout called") {
		t.Errorf("a layout that is none: %v", err)
	}
}

func TestUnpacked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	z := gzip.NewWriter(f)
	fmt.Fprint(z, plainHead+"1671964200000,AKROBTC,buy,1,1,7\n")
	z.Close()
	f.Close()
	got, err := Read(path, Options{})
	if err != nil || len(got.Fills) != 1 {
		t.Errorf("%v, %v", got, err)
	}
	data, _ := os.ReadFile(path)
	os.WriteFile(path, data[:len(data)-12], 0o600)
	if got, err := Read(path, Options{}); err == nil {
		t.Errorf("a file that was cut is read: %v", got)
	}
}

func writeDatabase(t *testing.T, statements string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "bot #1?.sqlite")
	db, err := sql.Open("sqlite", "file:"+strings.NewReplacer("#", "%23", "?", "%3f").Replace(path))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(statements); err != nil {
		t.Fatal(err)
	}
	db.Close()
	return path
}

func TestDatabases(t *testing.T) {
	for _, c := range []struct{ name, statements, exchange, want string }{
		{
			"freqtrade", `CREATE TABLE trades(id INTEGER, exchange TEXT);
			CREATE TABLE orders(id INTEGER, ft_trade_id INTEGER, ft_pair TEXT, side TEXT, average FLOAT, price FLOAT,
				filled FLOAT,
				order_id TEXT, order_filled_date DATETIME);
			INSERT INTO trades VALUES(1,'kucoin');
			INSERT INTO orders VALUES(1,1,'XMR/BTC','buy',0.0305,0.03,1.5,'77','2022-12-20 10:00:05.250000');
			INSERT INTO orders VALUES(2,1,'XMR/BTC','sell',NULL,0.03,0.0,'78',NULL);`,
			"kucoin", "2022-12-20T10:00:05.25 XMR-BTC buy 1.5@0.0305 id= order=77\n",
		},
		{
			"hummingbot", `CREATE TABLE TradeFill(market TEXT, symbol TEXT, timestamp BIGINT, order_id TEXT,
			trade_type TEXT, price BIGINT,
				amount BIGINT, exchange_trade_id TEXT);
			INSERT INTO TradeFill VALUES('binance','ETH-USDT',1671530400000,'o1','SELL',1200500000,250000,'5');
			INSERT INTO TradeFill VALUES('binance','AKRO-BTC',1671530400001,'o2','BUY',0,25000000000,'6');`,
			"binance", "2022-12-20T10:00:00 ETHUSDT sell 0.25@1200.5 id=5 order=o1\n" +
				"unread 1 rows have a price or amount of 0: the bot's database keeps too few digits for them, import the " +
				"exchange's export\n",
		},
		{
			"bbgo", `CREATE TABLE trades(gid INTEGER, id INTEGER, exchange TEXT, symbol TEXT, price DECIMAL(16,8),
			quantity DECIMAL(16,8),
				side TEXT, traded_at DATETIME(3), order_id INTEGER);
			INSERT INTO trades VALUES(1,501,'binance','BTCUSDT',16800.1,0.1,'BUY','2022-12-20 10:00:00.123',9);`,
			"binance", "2022-12-20T10:00:00.123 BTCUSDT buy 0.1@16800.1 id=501 order=9\n",
		},
	} {
		path := writeDatabase(t, c.statements)
		before, _ := os.ReadFile(path)
		got, err := Read(path, Options{})
		if err != nil || got.Layout != c.name || got.Exchange != c.exchange || lines(got) != c.want {
			t.Errorf("%s: %v %q %s\n%swant\n%s", c.name, err, got.Layout, got.Exchange, lines(got), c.want)
		}
		after, _ := os.ReadFile(path)
		if entries, _ := os.ReadDir(filepath.Dir(path)); string(before) != string(after) || len(entries) != 1 {
			t.Errorf("%s: the bot's file or folder was changed: %v", c.name, entries)
		}
		if err := os.WriteFile(path+"-wal", []byte("rows"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(path, Options{}); err == nil || !strings.Contains(err.Error(), "a bot has it open") {
			t.Errorf("%s with rows beside it: %v", c.name, err)
		}
	}
	if _, err := Read(writeDatabase(t, "CREATE TABLE other(a INTEGER);"), Options{}); err == nil {
		t.Error("an unknown database is read")
	}
}

// The files of the evaluation, where they lie beside the checkout: each is
// read, with a zone where it needs one.
func TestSharedExports(t *testing.T) {
	files, _ := filepath.Glob("../../../shared/trace-data/exports/*")
	if len(files) == 0 {
		t.Skip("no export samples beside the checkout")
	}
	for _, f := range files {
		if got, err := Read(f, Options{Zone: time.UTC}); err != nil || len(got.Fills)+len(got.Outflows) == 0 ||
			len(got.Unread) > 0 {
			t.Errorf("%s: %v %v", f, got, err)
		}
	}
}

// No file makes a reader panic, or gives a fill without a price.
func FuzzRead(f *testing.F) {
	for _, head := range []string{plainHead, binanceOld, binanceNew, statement, okx, kucoin2020, coinbase, bybit, kraken} {
		f.Add(head + "1,2022-01-02 03:04:05,Spot,Buy,\"1,000\",7,8,9,1,2,3,4,5,6,7\n")
	}
	f.Add(plainHead + "1671964200000,AKROBTC,buy,1,1,7\n")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := readString(t, text, Options{Zone: time.UTC})
		if err != nil && len(got.Fills) > 0 {
			t.Error("an error, and fills")
		}
		for _, fill := range got.Fills {
			if fill.Price.Sign() <= 0 || fill.Quantity.Sign() <= 0 || fill.Symbol == "" {
				t.Errorf("%+v", fill)
			}
		}
	})
}
