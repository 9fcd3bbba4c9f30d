package main

import (
	"bufio"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
)

// benchTrace measures a trace of many fills from a CSV, with candles of every
// symbol in files.
func benchTrace(args []string) error {
	flags := flag.NewFlagSet("trace", flag.ContinueOnError)
	fills := flags.Int("fills", 1_000_000, "fills of the account")
	symbols := flags.Int("symbols", 500, "symbols that it traded")
	days := flags.Int("days", 12, "days of candles of each symbol")
	rounds := flags.Int("n", 3, "runs")
	if err := flags.Parse(args); err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "rekey-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	binary, err := built(folder)
	if err != nil {
		return err
	}
	fmt.Fprintln(os.Stderr, "writing fills and candles")
	h := &history{r: rand.New(rand.NewPCG(20221225, 2)), days: *days, dir: folder}
	if err := h.write(*fills, *symbols); err != nil {
		return err
	}
	path := func(name string) string { return filepath.Join(folder, name) }
	info, err := os.Stat(path("fills.csv"))
	if err != nil {
		return err
	}
	printMachine()
	fmt.Printf("method    by turns, %d times after a warm-up; page cache warm; median of wall times\n", *rounds)
	fmt.Printf("history   %d fills of %d symbols, %d bytes; %d days of five-minute candles of each\n\n", *fills, *symbols,
		info.Size(), *days)
	all, err := alternate(*rounds, []contender{
		{name: "wc -l", command: []string{"wc", "-l", path("fills.csv")}},
		{name: "rekey trace", ours: true, command: []string{
			binary, "trace", "--state", path("state"), "--import", path("fills.csv"), "--candles", path("candles"),
			"--equity", "100000", "--currency", "USDT", "--fail-on", "never", "--format", "json", "--output", path("out"),
		}},
	})
	if err != nil {
		return err
	}
	table(all)
	return nil
}

// A history is the made-up account of a bench.
type history struct {
	r    *rand.Rand
	days int
	dir  string
}

const (
	barMillis  = 5 * 60 * 1000
	barsOfDay  = 288
	historyDay = 1_671_753_600_000 // 2022-12-23
)

func (h *history) write(fills, symbols int) error {
	if err := os.Mkdir(filepath.Join(h.dir, "candles"), 0o700); err != nil {
		return err
	}
	prices := make([][]float64, symbols)
	for i := range prices {
		var err error
		if prices[i], err = h.candles(fmt.Sprintf("C%03dUSDT", i)); err != nil {
			return err
		}
	}
	f, err := os.Create(filepath.Join(h.dir, "fills.csv"))
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	_, _ = w.WriteString("time_ms,symbol,side,price,quantity,trade_id\n") // Flush says what went wrong
	span := int64(h.days) * barsOfDay * barMillis
	for i := range fills {
		at := int64(float64(span) * float64(i) / float64(fills))
		symbol := h.r.IntN(symbols)
		side := "buy"
		if h.r.IntN(2) == 0 {
			side = "sell"
		}
		price := prices[symbol][at/barMillis] * (1 + 0.0005*h.r.NormFloat64())
		_, _ = fmt.Fprintf(w, "%d,C%03dUSDT,%s,%s,%s,%d\n", historyDay+at, symbol, side,
			strconv.FormatFloat(price, 'f', 6, 64), strconv.FormatFloat(1+10*h.r.Float64(), 'f', 4, 64), i+1)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Close()
}

// candles writes the candles of a symbol, a walk, and returns their closes.
func (h *history) candles(symbol string) ([]float64, error) {
	f, err := os.Create(filepath.Join(h.dir, "candles", symbol+"-5m.csv"))
	if err != nil {
		return nil, err
	}
	w := bufio.NewWriter(f)
	_, _ = w.WriteString("open_time_ms,open,high,low,close,volume\n") // Flush says what went wrong
	price, closes := 1+100*h.r.Float64(), []float64(nil)
	for i := range h.days * barsOfDay {
		open := price
		price *= math.Exp(0.002 * h.r.NormFloat64())
		closes = append(closes, price)
		_, _ = fmt.Fprintf(w, "%d,%.6f,%.6f,%.6f,%.6f,1000\n", historyDay+int64(i)*barMillis, open, max(open, price),
			min(open, price), price)
	}
	if err := w.Flush(); err != nil {
		return nil, err
	}
	return closes, f.Close()
}
