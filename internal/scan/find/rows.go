package find

import (
	"bytes"
	"strings"

	"rekey/internal/form"
	"rekey/internal/scan/token"
)

// A cell is a value of a row, where it is written.
type cell struct {
	text     string
	pos, end int
}

// mostCells is how many values a row has at most that is looked at.
const mostCells = 64

// readRows reads what a text holds in rows: CSV, tab-separated lists, tables of
// Markdown and of databases, INSERT and COPY, words with : | / or blanks between,
// and one value a line under the name of an exchange. A row needs a value with
// the form of an access key, and behind it one with the form of its secret.
func readRows(b []byte, path string) []group {
	r := &rowReader{b: b, path: path}
	var groups []group
	for start := 0; start < len(b); {
		end := lineEnd(b, start)
		if end-start <= longestRow && r.hasSecret(start, end) {
			r.lookBack(start)
			for _, way := range splits(b, start, end) {
				if g, ok := r.row(way); ok {
					groups = append(groups, g)
					break
				}
			}
			if g, ok := r.column(start, end); ok {
				groups = append(groups, g)
			}
			r.seen = end
		}
		start = end + 1
	}
	return groups
}

// longestRow is how long a line may be, and mostLinesBack how many lines before
// a row its header is looked for.
const (
	longestRow    = 16 << 10
	mostLinesBack = 64
)

func lineEnd(b []byte, start int) int {
	if i := bytes.IndexByte(b[start:], '\n'); i >= 0 {
		return start + i
	}
	return len(b)
}

// hasSecret reports whether a line has a value with the form of a secret. Most
// lines have none.
func (r *rowReader) hasSecret(start, end int) bool {
	for i := start; i < end; {
		if !token.Byte[r.b[i]] {
			i++
			continue
		}
		from := i
		i = token.End(r.b, i, &token.Byte)
		stop := min(tokenEnd(r.b, from), end)
		if n := stop - from; n < 20 || n > form.Longest {
			continue
		}
		if form.Of(r.b[from:stop]).Secret != 0 || len(r.header) > 0 && form.Plausible(form.Secret, r.b[from:stop]) {
			return true
		}
	}
	return r.namesBefore(start) && end-start >= 40
}

// namesBefore reports whether the line before is a header: then a row may hold
// keys of no known form.
func (r *rowReader) namesBefore(start int) bool {
	if start == 0 || len(r.header) > 0 {
		return false
	}
	from := bytes.LastIndexByte(r.b[:start-1], '\n') + 1
	line := bytes.ToLower(r.b[from : start-1])
	return len(line) < 200 && bytes.Contains(line, []byte("key")) && bytes.Contains(line, []byte("secret"))
}

// lookBack finds the names of columns in the lines before one, as far as they
// were not looked at.
func (r *rowReader) lookBack(start int) {
	low := start
	for n := 0; n < mostLinesBack && low > r.seen; n++ {
		low = bytes.LastIndexByte(r.b[:low-1], '\n') + 1
	}
	for low < start {
		end := lineEnd(r.b, low)
		if end-low <= longestRow {
			for _, way := range splits(r.b, low, end) {
				if names := headerOf(way.cells); names != nil {
					r.header = names
					break
				} else if len(way.cells) > 2 && way.sep != " " && allWords(way.cells) {
					r.foreign = way
				}
			}
		}
		low = end + 1
	}
	end := lineEnd(r.b, start) // INSERT INTO keys (api_key, secret) VALUES (...)
	for _, way := range splits(r.b, start, end) {
		if names := headerOf(way.cells); names != nil && way.sep == "," {
			r.header = names
			break
		}
	}
}

type rowReader struct {
	b    []byte
	path string
	// foreign are the names of the columns of another table: orders, trades.
	foreign split
	header  []string // the names of the columns
	seen    int      // lines before it were looked at
}

// A split is a line cut at a separator.
type split struct {
	sep   string
	cells []cell
}

// splits returns a line cut into cells in every way that may be meant: its
// lists in parentheses, and then by one separator after the other.
func splits(b []byte, start, end int) []split {
	line := b[start:end]
	var all []split
	if open := bytes.IndexByte(line, '('); open >= 0 && bytes.IndexByte(line[open:], ')') > 0 {
		for i := open; i < len(line); {
			from := bytes.IndexByte(line[i:], '(')
			if from < 0 {
				break
			}
			from += i + 1
			to := bytes.IndexByte(line[from:], ')')
			if to < 0 {
				break
			}
			all = append(all, split{",", cellsOf(b, start+from, start+from+to, ",")})
			i = from + to
		}
	}
	for _, sep := range []string{"\t", "|", ",", ";", " / ", ":", " "} {
		if bytes.Contains(line, []byte(sep)) {
			all = append(all, split{sep, cellsOf(b, start, end, sep)})
		}
	}
	return all
}

// cellsOf cuts a piece of a text at a separator. Blanks and quotes around a value
// are no part of it.
func cellsOf(b []byte, start, end int, sep string) []cell {
	var cells []cell
	for at := start; at <= end && len(cells) < mostCells; {
		stop := end
		if i := bytes.Index(b[at:end], []byte(sep)); i >= 0 {
			stop = at + i
		}
		from, to := at, stop
		for from < to && strings.IndexByte(" \t\r\"'`*<>", b[from]) >= 0 {
			from++
		}
		for to > from && strings.IndexByte(" \t\r\"'`*<>;", b[to-1]) >= 0 {
			to--
		}
		if from < to || sep != " " {
			cells = append(cells, cell{string(b[from:to]), from, to})
		}
		at = stop + len(sep)
	}
	if sep == "|" && len(cells) > 2 && cells[0].text == "" { // | a | b |
		cells = cells[1:]
	}
	return cells
}

// headerOf returns the names of columns: two of them at least are those of
// parts.
func headerOf(cells []cell) []string {
	parts := 0
	var names []string
	for _, c := range cells {
		if len(c.text) > 60 || !form.Of([]byte(c.text)).None() {
			return nil
		}
		if role, _ := form.RoleOf(c.text); role == form.AccessKey || role == form.Secret || role == form.Passphrase {
			parts++
		}
		names = append(names, c.text)
	}
	if parts < 2 {
		return nil
	}
	return names
}

// row reads the cells of one row.
func (r *rowReader) row(way split) (group, bool) {
	cells, header := way.cells, r.header
	k, s := r.pairIn(cells, header)
	if k < 0 {
		return group{}, false
	}
	g := group{said: -1, exact: true}
	for i, c := range cells {
		if i == k || i == s || len(c.text) > 40 {
			continue
		}
		if x := form.Named(c.text); x >= 0 && (g.said < 0 || i < k) {
			g.said = x
		}
	}
	named := len(header) == len(cells)
	for i, c := range cells {
		name := ""
		if named {
			name = header[i]
		}
		switch {
		case i == k:
			name = nameFor(name, form.AccessKey)
		case i == s:
			name = nameFor(name, form.Secret)
		case named && roleIs(name, form.Passphrase):
		case !named && i == s+1 && mayBePassphrase(c.text) && noPart(c.text):
			g.items = append(g.items, item{value: c.text, pos: c.pos, end: c.end, named: -1, near: -1, loose: true})
			continue
		default:
			continue
		}
		if it, ok := newItem(name, c.text, c.pos, c.end); ok {
			g.items = append(g.items, it)
		}
	}
	if !named && r.foreign.sep == way.sep && len(r.foreign.cells) == len(cells) {
		return group{}, false
	}
	g.strong = named || g.said >= 0 && distinctRow(cells, k, s)
	return g, len(g.items) > 1 && (g.strong || named)
}

// distinctRow reports whether a row without a header is more than a row of ids:
// key and secret are not both hexadecimal digits, as those of orders are, or a
// word that somebody chose stands behind them, and little else.
func distinctRow(cells []cell, k, s int) bool {
	if !plainHex(cells[k].text) || !plainHex(cells[s].text) {
		return true
	}
	return s+1 < len(cells) && len(cells) <= 6 && chosenWord(cells[s+1].text)
}

// chosenWord reports whether a word looks like a passphrase rather than the
// field of a table: not a number, a time, a market or a plain word.
func chosenWord(w string) bool {
	if !mayBePassphrase(w) || len(w) < 6 || !noPart(w) {
		return false
	}
	lower, upper, other := 0, 0, 0
	for i := 0; i < len(w); i++ {
		switch c := w[i]; {
		case c >= 'a' && c <= 'z':
			lower++
		case c >= 'A' && c <= 'Z':
			upper++
		default:
			other++
		}
	}
	return lower > 0 && (other > 0 || upper > 0 && w[0] >= 'a')
}

// noPart reports whether a word has not the form of a key or a secret. Access
// keys of a few characters look like words that somebody chose.
func noPart(w string) bool {
	fit := form.Of([]byte(w))
	return fit.Secret == 0 && (fit.Key == 0 || len(w) < 18)
}

// allWords reports whether all cells are words, as the names of columns are.
func allWords(cells []cell) bool {
	for _, c := range cells {
		if c.text == "" || len(c.text) > 40 {
			return false
		}
		for i := 0; i < len(c.text); i++ {
			if !letter[c.text[i]] && c.text[i] != '_' && c.text[i] != ' ' {
				return false
			}
		}
	}
	return true
}

// nameFor is the name of a column where it names the part, else a name that
// does.
func nameFor(name string, role form.Role) string {
	if roleIs(name, role) {
		return name
	}
	if role == form.AccessKey {
		return "api_key"
	}
	return "secret"
}

func roleIs(name string, role form.Role) bool {
	got, _ := form.RoleOf(name)
	return got == role
}

// pairIn returns the numbers of the cells that are an access key and its
// secret: those that the header says, else two that stand side by side.
func (r *rowReader) pairIn(cells []cell, header []string) (k, s int) {
	mates := func(i, j int) bool {
		return form.Of([]byte(cells[i].text)).Key&form.Of([]byte(cells[j].text)).Secret != 0 &&
			cells[i].text != cells[j].text
	}
	if len(header) == len(cells) {
		for i, name := range header {
			for j, other := range header {
				if roleIs(name, form.AccessKey) && roleIs(other, form.Secret) &&
					(mates(i, j) || plausiblePair(cells[i], cells[j])) {
					return i, j
				}
			}
		}
	}
	for i := 0; i+1 < len(cells); i++ {
		if mates(i, i+1) && !inPEM(r.b, cells[i].pos) {
			return i, i + 1
		}
	}
	return -1, -1
}

func plausiblePair(k, s cell) bool {
	return form.Plausible(form.AccessKey, []byte(k.text)) && form.Plausible(form.Secret, []byte(s.text))
}
