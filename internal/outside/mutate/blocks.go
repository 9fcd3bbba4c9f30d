package main

import (
	"fmt"
	"strings"
)

// A block is one entry of a list: a line "== NAME", fields "name: value", and
// sections "--- name" of whole lines. Lines that begin with # stand between
// blocks only, empty lines between fields mean nothing.
type block struct {
	name     string
	at       string // "file:line", for errors
	fields   map[string]string
	repeated map[string][]string // every value of a field, in order
	sections map[string]string   // with the last line's end taken off
}

// parseBlocks reads a list. file is its name in errors.
func parseBlocks(file, text string) ([]block, error) {
	var out []block
	section := ""
	for i, line := range strings.Split(text, "\n") {
		at := fmt.Sprintf("%s:%d", file, i+1)
		last := len(out) - 1
		switch {
		case strings.HasPrefix(line, "== "):
			name := strings.TrimSpace(line[3:])
			out = append(out, block{
				name: name, at: at, fields: map[string]string{}, repeated: map[string][]string{}, sections: map[string]string{},
			})
			section = ""
		case last < 0 || section == "" && (line == "" || strings.HasPrefix(line, "#")):
			if line != "" && !strings.HasPrefix(line, "#") {
				return nil, fmt.Errorf("%s: a line before the first \"== NAME\"", at)
			}
		case strings.HasPrefix(line, "--- "):
			section = strings.TrimSpace(line[4:])
			if _, twice := out[last].sections[section]; twice {
				return nil, fmt.Errorf("%s: section %s stands twice in one entry", at, section)
			}
			out[last].sections[section] = ""
		case section != "":
			out[last].sections[section] += line + "\n"
		default:
			name, value, ok := strings.Cut(line, ":")
			if !ok {
				return nil, fmt.Errorf("%s: neither a field \"name: value\" nor a section \"--- name\"", at)
			}
			value = strings.TrimSpace(value)
			out[last].fields[name] = value
			out[last].repeated[name] = append(out[last].repeated[name], value)
		}
	}
	for _, b := range out {
		for name, text := range b.sections {
			b.sections[name] = strings.TrimRight(text, "\n")
		}
	}
	return out, nil
}
