package imports

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
)

// A layout is one form of export.
type layout struct {
	name, exchange string
	// header are the names of the columns in their order. "?" before one: it
	// may be missing. "UTC±" at the end of one: the zone stands there. "¤" at
	// the beginning of one: a coin stands there. "*" last: whatever follows.
	header []string
	// zoneAsked is true when the file does not say the zone of its times, and
	// the exchange does not say it either.
	zoneAsked bool
	read      func(*table, *Import) error
}

// layouts are all layouts of texts. The exchanges' are facts that BittyTax
// 287c4b4 (src/bittytax/conv/parsers) and rotki ef14aad
// (rotkehlchen/tests/data) hold too; read 2026-11-30.
func layouts() []layout {
	return slices.Concat(plainLayouts(), binanceLayouts(), kucoinLayouts(), okxLayouts(), coinbaseLayouts(),
		krakenLayouts(), bybitLayouts(), portfolioLayouts())
}

// matches reports whether a header is that of the layout.
func (l layout) matches(header []string) bool {
	header, i := trimRight(header), 0
	for _, name := range l.header {
		if name == "*" {
			return true
		}
		name, optional := strings.CutPrefix(name, "?")
		if i < len(header) && sameColumn(name, header[i]) {
			i++
			continue
		}
		if !optional {
			return false
		}
	}
	return i == len(header)
}

func sameColumn(name, cell string) bool {
	if prefix, zoned := strings.CutSuffix(name, "(UTC±)"); zoned {
		return strings.HasPrefix(cell, prefix) && zoneInName.MatchString(cell) &&
			zoneInName.ReplaceAllString(cell, "") == prefix
	}
	if rest, united := strings.CutPrefix(name, "¤"); united {
		unit, found := strings.CutSuffix(cell, rest)
		return found && coinName.MatchString(unit)
	}
	return name == cell
}

// coinName is how the names of coins look.
var coinName = regexp.MustCompile(`^[A-Z0-9]{2,10}$`)

// unitOf returns the coin in the name of a column.
func (t *table) unitOf(name string) string {
	for _, h := range t.header {
		if sameColumn(name, h) {
			return strings.TrimSuffix(h, strings.TrimPrefix(name, "¤"))
		}
	}
	return ""
}

// recognise finds the header in the first lines and returns the rows below it.
func recognise(in *bufio.Reader, as string) (*table, layout, error) {
	var seen [][]string
	for n := 1; n <= headerLines; n++ {
		line, err := readLine(in)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, layout{}, err
		}
		if n == 1 {
			line = strings.TrimPrefix(line, "\ufeff")
		}
		for _, comma := range []rune{',', ';', '\t'} {
			cells := cellsOf(line, comma)
			if len(cells) < 2 {
				continue
			}
			seen = append(seen, cells)
			for _, l := range layouts() {
				if (as == "" || as == l.name) && l.matches(cells) {
					return newTable(in, cells, n, comma), l, nil
				}
			}
		}
	}
	return nil, layout{}, unknownHeader(seen, as)
}

func cellsOf(line string, comma rune) []string {
	c := csv.NewReader(strings.NewReader(line))
	c.Comma, c.FieldsPerRecord = comma, -1
	cells, err := c.Read()
	if err != nil {
		return nil
	}
	for i := range cells {
		cells[i] = strings.TrimSpace(strings.TrimPrefix(cells[i], "\ufeff"))
	}
	return cells
}

func newTable(in *bufio.Reader, header []string, lines int, comma rune) *table {
	c := csv.NewReader(in)
	c.Comma, c.FieldsPerRecord, c.ReuseRecord = comma, -1, true
	t := &table{in: c, header: header, column: map[string]int{}, before: lines, comma: comma, names: map[string]string{}}
	for i, h := range header {
		if _, taken := t.column[h]; !taken {
			t.column[h] = i
		}
	}
	return t
}

// unknownHeader names the layout that is nearest, and what it wants.
func unknownHeader(seen [][]string, as string) error {
	best, most, missing := layout{}, 0, []string(nil)
	for _, l := range layouts() {
		if as != "" && l.name != as {
			continue
		}
		for _, header := range seen {
			n, lacks := 0, []string(nil)
			for _, name := range l.header {
				plain, optional := strings.CutPrefix(name, "?")
				if slices.ContainsFunc(header, func(c string) bool { return sameColumn(plain, c) }) {
					n++
				} else if !optional && name != "*" {
					lacks = append(lacks, name)
				}
			}
			if n > most {
				best, most, missing = l, n, lacks
			}
		}
	}
	switch {
	case most < 2:
		return refused("layouts: "+strings.Join(Layouts(), ", "), "no known header stands in the first %d lines", headerLines)
	case len(missing) > 0:
		return refused("export it again; wanted is: "+strings.Join(best.header, ","),
			"the header is nearest to %s, but lacks %s", best.name, strings.Join(missing, ", "))
	}
	return refused("export it again; wanted is: "+strings.Join(best.header, ","),
		"the header is nearest to %s, but has other columns or another order", best.name)
}
