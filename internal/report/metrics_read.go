package report

import (
	"strconv"
	"strings"
	"time"

	"rekey/exchanges"
)

// ReadMetrics reads what an earlier Write told of keys and what stays true
// without another look: when each was made, is due, was last answered about,
// and whether a person must change it. Anything else is passed over: the file
// may be of another version, or of another program.
func ReadMetrics(prose string) []KeyMetrics {
	var keys []KeyMetrics
	index := map[[2]string]int{}
	for line := range strings.Lines(prose) {
		metric, rest, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "{key=")
		if !ok {
			continue
		}
		name, rest, ok := unquoted(rest)
		if !ok {
			continue
		}
		exchange, rest, ok := unquoted(strings.TrimPrefix(rest, ",exchange="))
		if !ok {
			continue
		}
		value, err := strconv.ParseInt(strings.TrimPrefix(rest, "} "), 10, 64)
		if err != nil {
			continue
		}
		i, known := index[[2]string{name, exchange}]
		if !known {
			i = len(keys)
			index[[2]string{name, exchange}] = i
			keys = append(keys, KeyMetrics{Name: name, Exchange: exchange})
		}
		at := exchanges.Known(time.Unix(value, 0).UTC())
		switch metric {
		case createdMetric:
			keys[i].Created = at
		case dueMetric:
			keys[i].Due = at
		case seenMetric:
			keys[i].Seen = at
		case personMetric:
			keys[i].Person = exchanges.Known(value != 0)
		}
	}
	return keys
}

// unquoted reads the value of a label at the beginning of text, and returns
// what follows it.
func unquoted(prose string) (value, rest string, ok bool) {
	prose, ok = strings.CutPrefix(prose, `"`)
	if !ok {
		return "", "", false
	}
	var b strings.Builder
	for i := 0; i < len(prose); i++ {
		switch c := prose[i]; c {
		case '"':
			return b.String(), prose[i+1:], true
		case '\\':
			if i++; i == len(prose) {
				return "", "", false
			}
			if c = prose[i]; c == 'n' {
				c = '\n'
			}
			b.WriteByte(c)
		default:
			b.WriteByte(c)
		}
	}
	return "", "", false
}
