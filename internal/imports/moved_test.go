package imports

import (
	"errors"
	"strings"
	"testing"
	"time"
)

const (
	proAccount = "portfolio,type,time,amount,balance,amount/balance unit,transfer id,trade id,order id\n"
	transfers  = "Timestamp,Type,ETH,Subtotal,Fees,Total,Currency,Price Per Coin,Payment Method,ID,Share\n"
	report2020 = "Timestamp,Transaction Type,Asset,Quantity Transacted,EUR Spot Price at Transaction,EUR Subtotal," +
		"EUR Total (inclusive of fees),EUR Fees,Notes\n"
	kucoinOut = "UID,Account Type,Time(UTC+08:00),Coin,Amount,Fee,Hash,Withdrawal Address/Account,Transfer Network," +
		"Status,Remarks\n"
)

// Conversions are trades with the exchange itself; one that nobody can read is
// said, never left out in silence. So are the kinds of rows that nobody knows.
func TestConversionsAndWithdrawals(t *testing.T) {
	for _, c := range []struct{ story, text, layout, want string }{
		{
			"binance: a conversion is a trade, also in the second of another", statement +
				"9,2022-03-01 10:00:00,Spot,Buy,MIR,2000,\n9,2022-03-01 10:00:00,Spot,Transaction Related,USDT,-500,\n" +
				"9,2022-03-01 10:00:00,Spot,Binance Convert,BTC,-0.5,\n9,2022-03-01 10:00:00,Spot,Binance Convert,USDT,9000,\n",
			"binance-statement", "2022-03-01T10:00:00 MIRUSDT buy 2000@0.25 id= order=\n" +
				"2022-03-01T10:00:00 BTCUSDT sell 0.5@18000 id= order=\n",
		},
		{
			"binance: dust of several coins is said", statement +
				"9,2022-03-01 10:00:00,Spot,Small assets exchange BNB,XRP,-1.5,\n" +
				"9,2022-03-01 10:00:00,Spot,Small assets exchange BNB,AKRO,-7,\n" +
				"9,2022-03-01 10:00:00,Spot,Small assets exchange BNB,BNB,0.003,\n",
			"binance-statement",
			"unread 1 seconds in which the coins of the trades do not say what paid for what: their trades are left out\n",
		},
		{
			"coinbase: what a conversion brought stands in the notes", coinbase +
				`a1,2022-11-15 08:00:01 UTC,Convert,BTC,0.5,USD,$1.00,$8000.00,$8000.00,$0.00,"Converted 0.5 BTC to ` +
				`7,900.5 USDC"` + "\n" +
				`a2,2022-11-15 08:00:02 UTC,Convert,BTC,0.5,USD,$1.00,$8000.00,$8000.00,$0.00,"something else"` + "\n",
			"coinbase-report", "2022-11-15T08:00:01 BTC-USDC sell 0.5@15801 id=a1 order=\n" +
				"unread 1 conversions whose notes do not say what was got\n",
		},
		{
			"coinbase: older reports have the currency in the names of columns", report2020 +
				`2020-11-15T08:00:01Z,Buy,ETH,2,400.00,800.00,810.00,10.00,"Bought 2 ETH for 810.00 EUR"` + "\n",
			"coinbase-report-2020", "2020-11-15T08:00:01 ETH-EUR buy 2@400 id= order=\n",
		},
		{
			"coinbase: transfers have the coin as the name of a column", transfers +
				"2017-11-15 08:00:01 UTC,Buy,2,800.00,10,810.00,EUR,400,Bank,t1,\n" +
				"2017-11-16 08:00:01 UTC,Sell,1,500.00,10,490.00,EUR,500,Bank,t2,\n" +
				"2017-11-17 08:00:01 UTC,Withdrawal,,490.00,0,490.00,EUR,,Bank,t3,\n",
			"coinbase-transfers", "2017-11-15T08:00:01 ETH-EUR buy 2@400 id=t1 order=\n" +
				"2017-11-16T08:00:01 ETH-EUR sell 1@500 id=t2 order=\nout 2017-11-17T08:00:01 490 EUR to= tx=\n",
		},
		{
			"coinbase pro: a statement has a row for each coin, and one for the fee", proAccount +
				"default,match,2022-11-15T08:00:01.123Z,-10,90,USD,,77,o1\n" +
				"default,match,2022-11-15T08:00:01.123Z,1000,1000,AMP,,77,o1\n" +
				"default,fee,2022-11-15T08:00:01.123Z,-0.06,89,USD,,77,o1\n" +
				"default,match,2022-11-15T09:00:01Z,-1,1,USD,,78,o2\n" +
				"default,withdrawal,2022-11-15T10:00:01Z,-0.3,1,BTC,w1,,\n" +
				"default,made up,2022-11-15T10:00:01Z,-0.3,1,BTC,,,\n",
			"coinbase-pro-account", "2022-11-15T08:00:01.123 AMP-USD buy 1000@0.01 id=77 order=o1 fee=0.06USD\n" +
				"out 2022-11-15T10:00:01 0.3 BTC to= tx=\nunread 1 trades without the row of the other coin\n" +
				"unread 1 rows of the unknown type \"made up\"\n",
		},
		{
			"bybit: the row of the base coin says how much was traded", bybit +
				"2022-11-15 08:00:01,USDT,BTCUSDT,TRADE,SELL,-160,0,16000,0,-0.096,0,0,0,0,t1,o1\n" +
				"2022-11-15 08:00:01,BTC,BTCUSDT,TRADE,BUY,0.01,0,16000,0,0,0,0,0,0,t1,o1\n",
			"bybit", "2022-11-15T08:00:01 BTCUSDT buy 0.01@16000 id=t1 order=o1 fee=0.096USDT\n",
		},
		{
			"bybit: what left, what was converted, what nobody knows", bybit +
				"2022-11-15 08:00:01,USDT,,withdraw,,0,0,0,0,-1,-500,-501,0,0,,\n" +
				"2022-11-15 08:00:02,BTC,,exchangeOut,,0,0,0,0,0,-0.1,-0.1,0,0,,\n" +
				"2022-11-15 08:00:02,USDT,,exchangeIn,,0,0,0,0,0,1600,1600,0,0,,\n" +
				"2022-11-15 08:00:03,USDT,,gift card,,0,0,0,0,0,-5,-5,0,0,,\n",
			"bybit", "2022-11-15T08:00:02 BTCUSDT sell 0.1@16000 id= order=\nout 2022-11-15T08:00:01 500 USDT to= tx=\n" +
				"unread 1 rows of the unknown type \"gift card\"\n",
		},
		{
			"bybit: the list of assets", "Date & Time(UTC),Coin,QTY,Type,Account Balance,Description\n" +
				"2022-11-15 08:00:01,BTC,-0.5,Withdraw,1,Withdrawal\n2022-11-15 08:00:01,BTC,0.5,Deposit,1,Deposit\n",
			"bybit-assets", "out 2022-11-15T08:00:01 0.5 BTC to= tx=\n",
		},
		{
			"bybit: the older list of assets", "Type,Coin,Amount,Wallet Balance,Time(UTC)\n" +
				"userDeposit,BTC,0.5,1,2022-11-15 08:00:01\nmade up,BTC,-0.5,1,2022-11-15 08:00:01\n",
			"bybit-assets-old", "unread 1 rows of the unknown type \"made up\"\n",
		},
		{
			"kucoin: withdrawals, with the zone in the name of a column", kucoinOut +
				"1,mainAccount,2022-11-15 08:00:01,BTC,0.5,0.0005,beef,bc1qmadeup,BTC,SUCCESS,\n" +
				"1,mainAccount,2022-11-15 09:00:01,BTC,0.5,0.0005,,bc1qmadeup,BTC,FAILURE,\n",
			"kucoin-withdrawals", "out 2022-11-15T00:00:01 0.5 BTC to=bc1qmadeup tx=beef\n",
		},
		{
			"kucoin: the columns in another order", "UID,Account Type,Time(UTC),Remarks,Status,Fee,Amount,Coin," +
				"Transfer Network,Withdrawal Address/Account\n" +
				"1,mainAccount,2022-11-15 08:00:01,,SUCCESS,0.0005,0.5,BTC,BTC,bc1qmadeup\n",
			"kucoin-withdrawals-2023", "out 2022-11-15T08:00:01 0.5 BTC to=bc1qmadeup tx=\n",
		},
	} {
		got, err := readString(t, c.text, Options{})
		if err != nil {
			t.Errorf("%s: %v", c.story, err)
			continue
		}
		if got.Layout != c.layout || lines(got) != c.want {
			t.Errorf("%s: %s\n%swant\n%s", c.story, got.Layout, lines(got), c.want)
		}
	}
}

// The older lists of KuCoin say no zone, and its lists of deposits are refused:
// nothing left by them.
func TestKucoinWithdrawalsOfOld(t *testing.T) {
	east := time.FixedZone("+08:00", 8*3600)
	for _, c := range []struct{ text, layout, want string }{
		{
			"UID,Account Type,Time,Coin,Amount,Fee,Withdrawal Address/Account,Transfer Network,Status,Remarks\n" +
				"1,mainAccount,2022-11-15 08:00:01,BTC,0.5,0,bc1qmadeup,BTC,SUCCESS,\n",
			"kucoin-withdrawals-2022", "out 2022-11-15T00:00:01 0.5 BTC to=bc1qmadeup tx=\n",
		}, {
			"Time,Coin,Amount,Type,Wallet Address,Remark\n2021-11-15 08:00:01,BTC,0.5,WITHDRAW,bc1qmadeup,\n",
			"kucoin-withdrawals-2021", "out 2021-11-15T00:00:01 0.5 BTC to=bc1qmadeup tx=\n",
		}, {
			"coin_type,type,add,hash,vol,created_at\nBTC,DEPOSIT,bc1qmadeup,beef,1,2018-11-15 08:00:01\n" +
				"BTC,WITHDRAW,bc1qmadeup,cafe,0.5,2018-11-15 08:00:01\n",
			"kucoin-withdrawals-2018", "out 2018-11-15T00:00:01 0.5 BTC to=bc1qmadeup tx=cafe\n",
		},
	} {
		if _, err := readString(t, c.text, Options{}); err == nil || !strings.Contains(err.Error(), "time zone") {
			t.Errorf("%s without a zone: %v", c.layout, err)
		}
		got, err := readString(t, c.text, Options{Zone: east})
		if err != nil || got.Layout != c.layout || lines(got) != c.want {
			t.Errorf("%s: %v %s\n%s", c.layout, err, got.Layout, lines(got))
		}
	}
	var refusal *RefusedError
	_, err := readString(t, "UID,Account Type,Time(UTC),Coin,Amount,Fee,Transfer Network,Status,Remarks\n"+
		"1,mainAccount,2022-11-15 08:00:01,BTC,0.5,0,BTC,SUCCESS,\n", Options{})
	if !errors.As(err, &refusal) || !strings.Contains(err.Error(), "a list of deposits") {
		t.Errorf("deposits: %v", err)
	}
}
