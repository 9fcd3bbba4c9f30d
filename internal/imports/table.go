package imports

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"

	"rekey/internal/trace"
)

// A table is a CSV behind its header.
type table struct {
	in     *csv.Reader
	header []string
	column map[string]int // the first of each name
	before int            // lines above the first row
	comma  rune
	zone   *time.Location
	zeros  int
	names  map[string]string // symbols, each kept once
}

// A row is one line of a table.
type row struct {
	t     *table
	cells []string
	line  int
}

// headerLines is how far down the header may stand.
const headerLines = 20

// next returns the next row that holds anything, io.EOF at the end.
func (t *table) next() (row, error) {
	for {
		cells, err := t.in.Read()
		if errors.Is(err, io.EOF) {
			return row{}, io.EOF
		}
		if err != nil {
			return row{}, refused("", "line %d is no CSV: %v", t.before+csvLine(err), cause(err))
		}
		line, _ := t.in.FieldPos(0)
		r := row{t, cells, t.before + line}
		if blank(cells) {
			continue
		}
		for len(cells) > len(t.header) && cells[len(cells)-1] == "" {
			cells = cells[:len(cells)-1]
		}
		if len(cells) > len(t.header) || len(cells) < len(trimRight(t.header)) {
			return row{}, refused("", "line %d has %d cells, and the header %d", r.line, len(cells), len(t.header))
		}
		return r, nil
	}
}

func csvLine(err error) int {
	var e *csv.ParseError
	if errors.As(err, &e) {
		return e.Line
	}
	return 0
}

func cause(err error) error {
	var e *csv.ParseError
	if errors.As(err, &e) {
		return e.Err
	}
	return err
}

func blank(cells []string) bool { return len(trimRight(cells)) == 0 }

func trimRight(cells []string) []string {
	for len(cells) > 0 && strings.TrimSpace(cells[len(cells)-1]) == "" {
		cells = cells[:len(cells)-1]
	}
	return cells
}

// each calls read with every row.
func (t *table) each(read func(row) error) error {
	for {
		r, err := t.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := read(r); err != nil {
			return err
		}
	}
}

// text is a cell by the name of its column, "" where the row is shorter.
func (r row) text(column string) string {
	i, ok := r.t.column[column]
	if !ok || i >= len(r.cells) {
		return ""
	}
	return strings.TrimSpace(r.cells[i])
}

// cell is a cell by its place.
func (r row) cell(i int) string {
	if i >= len(r.cells) {
		return ""
	}
	return strings.TrimSpace(r.cells[i])
}

// wrong says what is wrong with a cell, without repeating it.
func (r row) wrong(column, problem string) error {
	return refused("", "line %d, %s: %s", r.line, column, problem)
}

// number is an amount.
func (r row) number(column string) (trace.Number, error) { return r.parse(column, r.text(column)) }

func (r row) parse(column, cell string) (trace.Number, error) {
	plain, ok := ungrouped(cell, r.t.comma)
	if !ok {
		return trace.Number{}, r.wrong(column, "it is not clear whether the comma is for thousands or for decimals")
	}
	n, err := trace.ParseNumber(plain)
	if err != nil {
		return trace.Number{}, r.wrong(column, err.Error())
	}
	return n, nil
}

// optional is an amount that may be missing: then it is 0.
func (r row) optional(column string) (trace.Number, error) {
	if c := r.text(column); c == "" || c == "-" {
		return trace.Number{}, nil
	}
	return r.number(column)
}

// ungrouped takes the commas out of a number: those of thousands, and in a file
// that separates its cells by semicolons that of decimals. False when both are
// possible.
func ungrouped(s string, separator rune) (string, bool) {
	if !strings.Contains(s, ",") {
		return s, true
	}
	grouped := groups(s)
	if separator != ';' {
		if !grouped {
			return s, true // and no number
		}
		return strings.ReplaceAll(s, ",", ""), true
	}
	switch {
	case strings.Contains(s, "."):
		return strings.ReplaceAll(s, ",", ""), grouped
	case strings.Count(s, ",") > 1:
		return strings.ReplaceAll(s, ",", ""), grouped
	case grouped && !strings.HasPrefix(strings.TrimLeft(s, "+-"), "0"):
		return "", false
	}
	return strings.Replace(s, ",", ".", 1), true
}

// groups reports whether a number has commas after every third digit.
func groups(s string) bool {
	whole, _, _ := strings.Cut(strings.TrimLeft(s, "+-"), ".")
	for i, g := range strings.Split(whole, ",") {
		if i == 0 && (len(g) < 1 || len(g) > 3) || i > 0 && len(g) != 3 {
			return false
		}
	}
	return !strings.Contains(s[strings.Index(s+".", ".")+min(1, len(s)-strings.Index(s+".", ".")):], ",")
}

// time reads a moment in milliseconds. A zone in the text wins over the file's.
func (r row) time(column string, forms ...string) (int64, error) {
	text := r.text(column)
	for _, form := range forms {
		if at, err := time.ParseInLocation(form, text, r.t.zone); err == nil {
			if year := at.Year(); year < 2009 || year > 2200 {
				return 0, r.wrong(column, "the year is not one of crypto trading")
			}
			return at.UnixMilli(), nil
		}
	}
	return 0, r.wrong(column, "it is not a time of the form "+forms[0])
}

// dateTime is how most files write times; fractions of seconds are read too.
const dateTime = "2006-01-02 15:04:05"

// side reads buy or sell in any case.
func (r row) side(column string) (trace.Side, error) {
	switch strings.ToLower(r.text(column)) {
	case "buy", "b", "bid":
		return trace.Buy, nil
	case "sell", "s", "ask":
		return trace.Sell, nil
	}
	return 0, r.wrong(column, "it is neither buy nor sell")
}

// add takes a fill. One with a price or quantity of 0 is counted and left out.
func (r row) add(out *Import, f trace.Fill) error {
	if f.Symbol == "" {
		return r.wrong("symbol", "it is empty")
	}
	if f.Price.Sign() < 0 || f.Quantity.Sign() < 0 {
		return refused("", "line %d: a price or quantity is negative", r.line)
	}
	if f.Price.Sign() == 0 || f.Quantity.Sign() == 0 {
		r.t.zeros++
		return nil
	}
	f.Symbol = r.t.once(f.Symbol)
	f.TradeID, f.OrderID = strings.Clone(f.TradeID), strings.Clone(f.OrderID)
	out.Fills = append(out.Fills, f)
	return nil
}

// once keeps each symbol in memory once.
func (t *table) once(s string) string {
	if kept, ok := t.names[s]; ok {
		return kept
	}
	s = strings.Clone(s)
	t.names[s] = s
	return s
}

func (r row) fee(amount, asset string) (*trace.Fee, error) {
	n, err := r.optional(amount)
	if err != nil || n.Sign() == 0 || asset == "" {
		return nil, err
	}
	return &trace.Fee{Amount: n.Abs(), Asset: r.t.once(asset)}, nil
}

// zoneInName is the zone that a column's name states.
var zoneInName = regexp.MustCompile(`\(UTC([+-]\d{2}:\d{2})?\)$`)

// statedZone returns the zone that stands in the name of a column.
func (t *table) statedZone() (*time.Location, bool) {
	for _, h := range t.header {
		if m := zoneInName.FindStringSubmatch(h); m != nil {
			if m[1] == "" {
				return time.UTC, true
			}
			zone, err := ParseZone(m[1])
			return zone, err == nil
		}
	}
	return nil, false
}

// ParseZone reads a zone: UTC, an offset as +08:00, or a name that this system
// knows.
func ParseZone(word string) (*time.Location, error) {
	if at, err := time.Parse("-07:00", word); err == nil {
		_, offset := at.Zone()
		return time.FixedZone(word, offset), nil
	}
	if word == "" || strings.EqualFold(word, "local") {
		return nil, fmt.Errorf("%q is no time zone", word)
	}
	zone, err := time.LoadLocation(word)
	if err != nil {
		return nil, fmt.Errorf("%.40q is no time zone that this system knows", word)
	}
	return zone, nil
}

// symbolOf writes a pair as the exchange writes its symbols.
func symbolOf(exchange, base, quote string) string {
	switch exchange {
	case "kucoin", "okx", "coinbase":
		return base + "-" + quote
	}
	return base + quote
}

// readLine reads a line of the beginning of a file.
func readLine(in *bufio.Reader) (string, error) {
	line, err := in.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		return "", refused("", "a line is longer than a megabyte")
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return "", refused("", "it is damaged: %v", err)
	}
	if len(line) == 0 {
		return "", io.EOF
	}
	return string(line), nil
}
