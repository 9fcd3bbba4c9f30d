package location

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/pelletier/go-toml/v2"

	"rekey/exchanges"
)

// parseTOML reads a TOML file.
func parseTOML(text []byte) (node, *Error) {
	var root map[string]any
	if err := toml.Unmarshal(text, &root); err != nil {
		// The text of the error quotes the file; its place does not.
		var wrong *toml.DecodeError
		if errors.As(err, &wrong) {
			line, column := wrong.Position()
			return node{}, problem(ReasonSyntax, "", fmt.Sprintf("is not valid TOML in line %d, column %d", line, column), "")
		}
		return node{}, problem(ReasonSyntax, "", "is not valid TOML", "")
	}
	n, ok := tomlNode(root, 1)
	if !ok {
		return node{}, problem(ReasonSyntax, "", fmt.Sprintf("is nested more than %d levels deep", maxDepth), "")
	}
	n.setPlaces(nil, tomlPlaces(text))
	return n, nil
}

// tomlNode turns a decoded value into a node. It reports false when the value
// is nested too deep.
func tomlNode(value any, depth int) (node, bool) {
	if depth > maxDepth {
		return node{}, false
	}
	switch v := value.(type) {
	case map[string]any:
		n := node{shape: objectNode}
		for _, name := range slices.Sorted(maps.Keys(v)) {
			child, ok := tomlNode(v[name], depth+1)
			if !ok {
				return node{}, false
			}
			n.members = append(n.members, member{name, child})
		}
		return n, true
	case []any:
		n := node{shape: arrayNode}
		for _, item := range v {
			child, ok := tomlNode(item, depth+1)
			if !ok {
				return node{}, false
			}
			n.items = append(n.items, child)
		}
		return n, true
	case string:
		return node{shape: textNode, text: exchanges.NewSecret(v)}, true
	case bool:
		return node{shape: booleanNode}, true
	}
	return node{shape: numberNode}, true // numbers, dates and times
}
