package imports

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"rekey/internal/trace"
)

// A CandleFolder are public candles in files: SYMBOL-5m.csv or .csv.gz, with
// candles_overlay.csv, whose rows replace the bars of their symbol, and
// LEADER-5m.csv.
type CandleFolder struct {
	dir     string
	overlay map[string][]trace.Candle
	leader  trace.Leader
}

// NoCandles is the source that has none.
type NoCandles struct{}

// Series is empty.
func (NoCandles) Series(string, []trace.Range) (trace.Series, error) { return trace.Series{}, nil }

// Leader is none.
func (NoCandles) Leader() trace.Leader { return trace.Leader{} }

// Source says that there are no candles.
func (NoCandles) Source() string { return "none" }

// The headers of the files of candles.
const (
	candleHeader  = "open_time_ms,open,high,low,close,volume"
	overlayHeader = "symbol," + candleHeader
	leaderHeader  = "open_time_ms,log_move"
)

// OpenCandles opens a folder and reads its overlay and leader.
func OpenCandles(path string) (*CandleFolder, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, refused("give the folder with the files SYMBOL-5m.csv", "it is not a folder")
	}
	c := &CandleFolder{dir: path, overlay: map[string][]trace.Candle{}}
	return c, c.open()
}

func (c *CandleFolder) open() error {
	_, err := c.read("candles_overlay.csv", overlayHeader, func(cells [][]byte) bool {
		candle, ok := candleOf(cells[1:])
		symbol := string(cells[0])
		c.overlay[symbol] = append(c.overlay[symbol], candle)
		return ok
	})
	if err != nil {
		return err
	}
	var moves []trace.Move
	found, err := c.read("LEADER-5m.csv", leaderHeader, func(cells [][]byte) bool {
		at, err := strconv.ParseInt(string(cells[0]), 10, 64)
		log, err2 := strconv.ParseFloat(string(cells[1]), 64)
		moves = append(moves, trace.Move{Open: at, Log: log})
		return err == nil && err2 == nil
	})
	if found {
		c.leader = trace.NewLeader("LEADER", moves)
	}
	return err
}

// Leader is what LEADER-5m.csv says; none without the file.
func (c *CandleFolder) Leader() trace.Leader { return c.leader }

// Source says that the candles come from files.
func (c *CandleFolder) Source() string { return "files, 5m" }

// Series reads the candles of a symbol, with its corrections: all that there
// are.
func (c *CandleFolder) Series(symbol string, _ []trace.Range) (trace.Series, error) {
	var candles []trace.Candle
	for _, name := range fileNames(symbol) {
		found, err := c.read(name+"-5m.csv", candleHeader, func(cells [][]byte) bool {
			candle, ok := candleOf(cells)
			candles = append(candles, candle)
			return ok
		})
		if err != nil {
			return trace.Series{}, err
		}
		if found {
			break
		}
	}
	return trace.NewSeries(append(candles, c.overlay[symbol]...)), nil
}

// fileNames are the names that the candles of a symbol may have; none for a
// symbol that is no name of a file.
func fileNames(symbol string) []string {
	if symbol == "" || strings.ContainsAny(symbol, `\:`) || strings.HasPrefix(symbol, ".") {
		return nil
	}
	names := []string{strings.ReplaceAll(symbol, "/", "-")}
	if base, quote, ok := trace.Split(symbol); ok {
		names = append(names, base+quote, base+"-"+quote)
	}
	return names
}

// read reads a file or its .gz, row by row; false when neither is there.
func (c *CandleFolder) read(name, header string, take func([][]byte) bool) (bool, error) {
	f, err := os.Open(filepath.Join(c.dir, name))
	packed := false
	if errors.Is(err, fs.ErrNotExist) {
		f, err = os.Open(filepath.Join(c.dir, name+".gz"))
		packed = true
	}
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer func() { _ = f.Close() }() // it was only read
	var in io.Reader = f
	if packed {
		z, err := gzip.NewReader(f)
		if err != nil {
			return false, refused("", "%s is damaged: %v", filepath.Base(name), err)
		}
		in = z
	}
	return true, readRows(name, header, in, take)
}

// readRows reads a plain CSV without quotes, fast: candles are many.
func readRows(name, header string, in io.Reader, take func([][]byte) bool) error {
	lines, n := bufio.NewScanner(in), 0
	lines.Buffer(make([]byte, 0, 64<<10), 1<<20)
	cells := make([][]byte, 0, 8)
	columns := strings.Count(header, ",") + 1
	for lines.Scan() {
		n++
		line := bytes.TrimSuffix(lines.Bytes(), []byte("\r"))
		if n == 1 {
			if string(bytes.TrimPrefix(line, []byte("\ufeff"))) != header {
				return refused("wanted is: "+header, "%s has another header", name)
			}
			continue
		}
		if len(line) == 0 {
			continue
		}
		cells = cells[:0]
		for rest := line; ; {
			i := bytes.IndexByte(rest, ',')
			if i < 0 {
				cells = append(cells, rest)
				break
			}
			cells, rest = append(cells, rest[:i]), rest[i+1:]
		}
		if len(cells) != columns || !take(cells) {
			return refused("", "%s: line %d is not a row of %s", name, n, header)
		}
	}
	if err := lines.Err(); err != nil {
		return refused("", "%s is damaged: %v", name, err)
	}
	return nil
}

// candleOf reads when a bar begins and its close; the others must be numbers.
func candleOf(cells [][]byte) (trace.Candle, bool) {
	at, err := strconv.ParseInt(string(cells[0]), 10, 64)
	if err != nil || at%(5*60*1000) != 0 {
		return trace.Candle{}, false
	}
	last, err := strconv.ParseFloat(string(cells[4]), 64)
	return trace.Candle{Open: at, Close: last}, err == nil
}
