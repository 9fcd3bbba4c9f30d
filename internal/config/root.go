package config

import (
	"go.yaml.in/yaml/v3"

	"rekey/internal/location/yamldoc"
)

// config reads the whole file. A file of another version is not read at all:
// what it means is not known.
func (r *reader) config(root *yaml.Node) *Config {
	c := &Config{Policy: DefaultPolicy()}
	if root.Kind == yaml.MappingNode {
		for _, kv := range yamldoc.Entries(root) {
			if kv.Key.Value == "version" && !isOne(kv.Value) {
				r.fail(kv.Value, "version must be 1, the only one that this rekey reads")
				return c
			}
		}
	}
	r.fields(root, "top level", root,
		field{"version", true, func(*yaml.Node) {}},
		field{"keys", false, func(n *yaml.Node) { c.Keys = r.keys(n) }},
		field{"exchanges", false, func(n *yaml.Node) { c.Exchanges = r.exchanges(n) }},
		field{"vendors", false, func(n *yaml.Node) { c.Vendors = r.vendors(n) }},
		field{"vault", false, func(n *yaml.Node) { c.Vault = r.vault(n) }},
		field{"policy", false, func(n *yaml.Node) { c.Policy = r.policy(n, "policy") }},
	)
	return c
}

func isOne(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!int" && n.Value == "1"
}
