package adopt

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// A Key is an entry to add.
type Key struct {
	Name, Exchange, Credential string
	Copies                     []string
	Agent                      bool // an AI agent holds it
}

// ErrByHand is returned for a file that is written in a way that Edit does not
// touch.
var ErrByHand = errors.New("the file is written in a way that rekey does not edit; add the lines by hand")

// New is the text of a rekey.yaml that holds the keys and nothing else.
func New(keys []Key) string {
	return "version: 1\nkeys:\n" + strings.Join(entries(keys, "  "), "\n") + "\n"
}

func entries(keys []Key, indent string) []string {
	var lines []string
	for _, k := range keys {
		lines = append(
			lines,
			indent+k.Name+":",
			indent+"  exchange: "+k.Exchange,
			indent+"  credential: "+strconv.Quote(k.Credential),
		)
		if len(k.Copies) > 0 {
			lines = append(lines, indent+"  copies: ["+quoted(k.Copies)+"]")
		}
		if k.Agent {
			lines = append(lines, indent+"  shared_with: [agent]")
		}
	}
	return lines
}

func quoted(words []string) string {
	var all []string
	for _, w := range words {
		all = append(all, strconv.Quote(w))
	}
	return strings.Join(all, ", ")
}

// Edit adds keys, and copies to keys that are there, to the text of a
// rekey.yaml. All other lines stay byte for byte.
func Edit(text string, keys []Key, copies map[string][]string) (string, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil || len(doc.Content) != 1 ||
		doc.Content[0].Kind != yaml.MappingNode {
		return "", ErrByHand
	}
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	inserts := map[int][]string{} // behind that many lines
	name, value := member(doc.Content[0], "keys")
	switch {
	case value == nil && len(copies) == 0:
		inserts[len(lines)] = append([]string{"keys:"}, entries(keys, "  ")...)
	case value != nil && value.Tag == "!!null" && value.Value == "" && len(copies) == 0: // keys: and nothing
		inserts[name.Line] = entries(keys, "  ")
	case value != nil && len(copies) == 0 && opened(lines, value): // keys: {}, as init writes it
		inserts[name.Line] = entries(keys, "  ")
	case value == nil || value.Kind != yaml.MappingNode || value.Style&yaml.FlowStyle != 0 || len(value.Content) == 0:
		return "", ErrByHand
	default:
		if len(keys) > 0 {
			indent := strings.Repeat(" ", value.Content[0].Column-1)
			at := end(lines, value.Content[len(value.Content)-2].Line, name.Column)
			inserts[at] = append(inserts[at], entries(keys, indent)...)
		}
		for _, k := range slices.Sorted(maps.Keys(copies)) {
			_, entry := member(value, k)
			if err := addCopies(lines, inserts, entry, copies[k]); err != nil {
				return "", err
			}
		}
	}
	var out []string
	for i := 0; i <= len(lines); i++ {
		out = append(out, inserts[i]...)
		if i < len(lines) {
			out = append(out, lines[i])
		}
	}
	return strings.Join(out, "\n") + "\n", nil
}

// opened takes the empty {} of a mapping out of its line, so that entries can
// follow, and reports whether that is all that stood there.
func opened(lines []string, value *yaml.Node) bool {
	if value.Kind != yaml.MappingNode || len(value.Content) > 0 || value.Anchor != "" {
		return false
	}
	line := lines[value.Line-1]
	before, after, ok := strings.Cut(line, ": {}")
	after = strings.TrimRight(after, " ")
	if !ok || strings.TrimSpace(before) != "keys" || after != "" && !strings.HasPrefix(strings.TrimSpace(after), "#") {
		return false
	}
	lines[value.Line-1] = before + ":" + after
	return true
}

func member(mapping *yaml.Node, name string) (key, value *yaml.Node) {
	if mapping == nil || mapping.Kind != yaml.MappingNode {
		return nil, nil
	}
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == name {
			return mapping.Content[i], mapping.Content[i+1]
		}
	}
	return nil, nil
}

// end is the number of the last line that belongs to what begins on a line,
// before anything that is indented no further than column.
func end(lines []string, line, column int) int {
	last := line
	for i := line; i < len(lines); i++ {
		trimmed := strings.TrimLeft(lines[i], " ")
		if trimmed == "" || trimmed[0] == '#' {
			continue
		}
		if len(lines[i])-len(trimmed) < column {
			break
		}
		last = i + 1
	}
	return last
}

// addCopies adds to the copies of one entry.
func addCopies(lines []string, inserts map[int][]string, entry *yaml.Node, copies []string) error {
	if entry == nil || entry.Kind != yaml.MappingNode {
		return ErrByHand
	}
	_, credential := member(entry, "credential")
	_, old := member(entry, "copies")
	oneLine := func(line int, closer byte, text string) error {
		i := strings.LastIndexByte(lines[line-1], closer)
		if i < 0 || strings.Contains(lines[line-1], "#") && strings.LastIndex(lines[line-1], " #") > 0 {
			return ErrByHand
		}
		lines[line-1] = lines[line-1][:i] + text + lines[line-1][i:]
		return nil
	}
	switch {
	case credential == nil:
		return ErrByHand
	case old == nil && entry.Style&yaml.FlowStyle != 0:
		return oneLine(entry.Line, '}', fmt.Sprintf(", copies: [%s]", quoted(copies)))
	case old == nil:
		indent := strings.Repeat(" ", entry.Content[0].Column-1)
		inserts[credential.Line] = append(inserts[credential.Line], indent+"copies: ["+quoted(copies)+"]")
	case old.Kind == yaml.SequenceNode && old.Style&yaml.FlowStyle != 0 && entry.Style&yaml.FlowStyle == 0:
		separator := ", "
		if len(old.Content) == 0 {
			separator = ""
		}
		return oneLine(old.Line, ']', separator+quoted(copies))
	case old.Kind == yaml.SequenceNode && old.Style&yaml.FlowStyle == 0 && len(old.Content) > 0:
		last := old.Content[len(old.Content)-1]
		for _, c := range copies {
			inserts[last.Line] = append(inserts[last.Line], strings.Repeat(" ", max(0, last.Column-3))+"- "+strconv.Quote(c))
		}
	default:
		return ErrByHand
	}
	return nil
}
