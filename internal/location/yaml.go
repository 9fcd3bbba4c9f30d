package location

import (
	"errors"
	"fmt"

	"go.yaml.in/yaml/v3"

	"rekey/exchanges"
	"rekey/internal/location/yamldoc"
)

// parseYAML reads a YAML file of one document. Aliases stay what they are:
// following them is a way to make a small file large.
func parseYAML(text []byte) (node, *Error) {
	root, err := yamldoc.Parse(text)
	var wrong *yamldoc.Error
	switch {
	case errors.As(err, &wrong):
		return node{}, problem(ReasonSyntax, "", fmt.Sprintf("line %d: %s", wrong.Line, wrong.Problem), "")
	case err != nil || root == nil:
		return node{}, problem(ReasonSyntax, "", "holds no YAML", "")
	}
	return yamlNode(root), nil
}

func yamlNode(y *yaml.Node) node {
	switch y.Kind {
	case yaml.MappingNode:
		n := node{shape: objectNode}
		for _, entry := range yamldoc.Entries(y) {
			n.members = append(n.members, member{entry.Key.Value, yamlNode(entry.Value)})
		}
		return n
	case yaml.SequenceNode:
		n := node{shape: arrayNode}
		for _, item := range y.Content {
			n.items = append(n.items, yamlNode(item))
		}
		return n
	case yaml.AliasNode:
		return node{shape: aliasNode}
	case yaml.ScalarNode, yaml.DocumentNode:
	}
	switch y.ShortTag() {
	case "!!null":
		return node{shape: nullNode, at: yamlScalar{y}}
	case "!!bool":
		return node{shape: booleanNode}
	case "!!int", "!!float", "!!timestamp":
		return node{shape: numberNode, text: exchanges.NewSecret(y.Value)}
	}
	return node{shape: textNode, text: exchanges.NewSecret(y.Value), at: yamlScalar{y}}
}
