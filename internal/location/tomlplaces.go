package location

import (
	"strconv"

	"github.com/pelletier/go-toml/v2/unstable"
)

// tomlPlaces finds every string of a TOML document that is known to be valid,
// by its JSON pointer. What is decoded into Go values does not say where it
// stood.
func tomlPlaces(text []byte) map[string]tomlScalar {
	w := tomlWalker{places: map[string]tomlScalar{}, tables: map[string]int{}}
	w.parser.Reset(text)
	var table []string
	for w.parser.NextExpression() {
		switch e := w.parser.Expression(); e.Kind {
		case unstable.Table:
			table = w.resolve(tomlKey(e.Key()), false)
		case unstable.ArrayTable:
			table = w.resolve(tomlKey(e.Key()), true)
		case unstable.KeyValue:
			w.keyValue(table, e)
		default: // comments
		}
	}
	return w.places
}

type tomlWalker struct {
	parser unstable.Parser
	places map[string]tomlScalar
	tables map[string]int // arrays of tables: how many there are so far
}

func tomlKey(it unstable.Iterator) []string {
	var key []string
	for it.Next() {
		key = append(key, string(it.Node().Data))
	}
	return key
}

// resolve returns the path of a table: where the key leads to an array of
// tables, its last one is meant. With another, the key itself is such an array
// and one more begins.
func (w *tomlWalker) resolve(key []string, another bool) []string {
	var path []string
	for i, name := range key {
		path = append(path, name)
		here := formatPointer(path)
		if another && i == len(key)-1 {
			w.tables[here]++
		}
		if n := w.tables[here]; n > 0 {
			path = append(path, strconv.Itoa(n-1))
		}
	}
	return path
}

func (w *tomlWalker) keyValue(at []string, n *unstable.Node) {
	w.value(append(at[:len(at):len(at)], tomlKey(n.Key())...), n.Value())
}

func (w *tomlWalker) value(at []string, n *unstable.Node) {
	switch n.Kind {
	case unstable.String:
		start := int(n.Raw.Offset)
		w.places[formatPointer(at)] = tomlScalar{start, start + int(n.Raw.Length)}
	case unstable.InlineTable:
		for it := n.Children(); it.Next(); {
			w.keyValue(at, it.Node())
		}
	case unstable.Array:
		i := 0
		for it := n.Children(); it.Next(); {
			if it.Node().Kind == unstable.Comment {
				continue
			}
			w.value(append(at[:len(at):len(at)], strconv.Itoa(i)), it.Node())
			i++
		}
	default: // only texts are parts of a credential
	}
}

// setPlaces tells every text below n, which is at the path at, where it stands.
func (n *node) setPlaces(at []string, places map[string]tomlScalar) {
	below := func(token string) []string { return append(at[:len(at):len(at)], token) }
	for i := range n.members {
		n.members[i].value.setPlaces(below(n.members[i].name), places)
	}
	for i := range n.items {
		n.items[i].setPlaces(below(strconv.Itoa(i)), places)
	}
	if place, ok := places[formatPointer(at)]; ok && n.shape == textNode {
		n.at = place
	}
}
