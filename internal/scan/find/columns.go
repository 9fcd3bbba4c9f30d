package find

import (
	"bytes"
	"strings"

	"rekey/internal/form"
)

// column collects the values that stand one a line, under the name of an
// exchange or in a file of that name.
func (r *rowReader) column(start, end int) (group, bool) {
	s := valueOn(r.b, start, end)
	if strings.ContainsAny(s.text, " \t=") || form.Of([]byte(s.text)).Secret == 0 {
		return group{}, false
	}
	before, at := [2]cell{}, start // the access key, and the name of the exchange
	for i := range before {
		for n := 0; before[i].text == "" && n < 3 && at > 0; n++ {
			from := bytes.LastIndexByte(r.b[:at-1], '\n') + 1
			if at-from > 200 {
				return group{}, false
			}
			before[i], at = valueOn(r.b, from, at-1), from
		}
	}
	k := before[0]
	if form.Of([]byte(k.text)).Key&form.Of([]byte(s.text)).Secret == 0 || k.text == s.text || inPEM(r.b, k.pos) {
		return group{}, false
	}
	g := group{said: form.Named(before[1].text), exact: true}
	if g.said < 0 && keyFile(r.path) {
		g.said = context{path: r.path}.pathSays(form.Any)
	}
	if g.said < 0 {
		return group{}, false
	}
	g.strong = true
	for _, part := range []struct {
		name string
		cell
	}{{"api_key", k}, {"secret", s}} {
		if it, ok := newItem(part.name, part.text, part.pos, part.end); ok {
			g.items = append(g.items, it)
		}
	}
	next, hasNext := lineAfter(r.b, end)
	if plainHex(k.text) && plainHex(s.text) && !keyFile(r.path) && (!hasNext || !chosenWord(next.text)) {
		return group{}, false // ids of orders are written so, too
	}
	if hasNext && mayBePassphrase(next.text) && noPart(next.text) && form.Named(next.text) < 0 {
		g.items = append(g.items, item{value: next.text, pos: next.pos, end: next.end, named: -1, near: -1, loose: true})
	}
	return g, len(g.items) > 1
}

// valueOn returns what stands on a line, without marks of lists and quotes.
func valueOn(b []byte, from, to int) cell {
	for from < to && strings.IndexByte(" \t\r\"'`*#-:>[", b[from]) >= 0 {
		from++
	}
	for to > from && strings.IndexByte(" \t\r\"'`*:,;]", b[to-1]) >= 0 {
		to--
	}
	return cell{string(b[from:to]), from, to}
}

// lineAfter returns the line behind a line end, without blanks around it.
func lineAfter(b []byte, end int) (cell, bool) {
	if end >= len(b) {
		return cell{}, false
	}
	start, stop := end+1, len(b)
	if i := bytes.IndexByte(b[start:], '\n'); i >= 0 {
		stop = start + i
	}
	for start < stop && (b[start] == ' ' || b[start] == '\t') {
		start++
	}
	for stop > start && (b[stop-1] == ' ' || b[stop-1] == '\t' || b[stop-1] == '\r') {
		stop--
	}
	return cell{string(b[start:stop]), start, stop}, stop > start
}

// inPEM reports whether an offset lies in a block of PEM: the last line of
// dashes before it begins one.
func inPEM(b []byte, at int) bool {
	low := max(0, at-16<<10)
	begin := bytes.LastIndex(b[low:at], []byte("-----BEGIN "))
	return begin >= 0 && bytes.LastIndex(b[low:at], []byte("-----END ")) < begin
}
