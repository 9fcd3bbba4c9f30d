package location

import (
	"bytes"
	"regexp"
	"strings"
)

// A block scalar's header: | or >, and what becomes of the line ends behind the
// text. An indentation that is written out is left to a person.
var yamlHeader = regexp.MustCompile(`^[|>]([-+]?)([ \t]*(?:#[^\r\n]*)?)(\r?\n)`)

// yamlBlock replaces the lines of the block scalar whose header begins at
// start. The header and the indentation stay.
func yamlBlock(data []byte, start int, text string) (edit, *Error) {
	header := yamlHeader.FindSubmatch(data[start:])
	if header == nil {
		return edit{}, problem(
			ReasonUnfit,
			"",
			"a value stands in a block whose first line has an indentation indicator",
			"write it in quotes",
		)
	}
	from, to, indent := blockLines(data, start+len(header[0]))
	if indent == 0 {
		return edit{}, unplaced()
	}
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if text == "" || text[0] == ' ' || strings.ContainsFunc(text, isHiddenYAML) ||
		len(lines) == 1 && string(header[1]) != "-" {
		// Such a block could not hold the text, or would add a line end to it.
		return edit{start, to, quoteSimplyYAML(text) + string(header[2])}, nil
	}
	between := string(header[3]) + strings.Repeat(" ", indent)
	if data[start] == '>' { // a folded block makes one line end of two
		between = string(header[3]) + between
	}
	return edit{from + indent, to, strings.Join(lines, between)}, nil
}

// blockLines returns where the first line with text of a block begins, where
// the last one ends, and how far they are indented; 0 when there is no text.
func blockLines(data []byte, at int) (from, to, indent int) {
	for at < len(data) {
		end := at + bytes.IndexByte(data[at:], '\n')
		next := end + 1
		if end < at {
			end, next = len(data), len(data)
		}
		line := bytes.TrimRight(data[at:end], "\r")
		depth := len(line) - len(bytes.TrimLeft(line, " "))
		switch {
		case depth == len(line): // blank
		case depth < max(indent, 1):
			return from, to, indent
		default:
			if indent == 0 {
				from, indent = at, depth
			}
			to = at + len(line)
		}
		at = next
	}
	return from, to, indent
}
