package config

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// checkManagers looks at every manager: it must be another key of the same
// exchange, and the chain of managers must end. declared holds the names of
// all keys, in the order of the file.
func (r *reader) checkManagers(keys []Key, nodes map[string]*yaml.Node, declared []string) {
	byName := map[string]Key{}
	for _, k := range keys {
		byName[k.Name] = k
	}
	inLoop := map[string]bool{} // already reported
	for _, k := range keys {
		at := nodes[k.Name]
		if at == nil {
			continue
		}
		manager, ok := byName[k.Manager]
		switch {
		case k.Manager == k.Name:
			r.fail(at, "%s: manager is the key itself; leave it out for a key that no other manages", k.Name)
		case !ok && suggestion(k.Manager, declared) != "":
			r.fail(at, "%s: manager %s is no key of this file%s", k.Name, quote(k.Manager), suggestion(k.Manager, declared))
		case !ok: // the manager may be somebody else's; rekey cannot ask it
			r.warn(at, "%s: manager %s is no key of this file, so nobody can be asked about this key", k.Name, quote(k.Manager))
		case k.Exchange != "" && manager.Exchange != "" && manager.Exchange != k.Exchange:
			r.fail(at, "%s: manager %s is a key at %s, not at %s", k.Name, k.Manager, manager.Exchange, k.Exchange)
		case !inLoop[k.Name]:
			if loop := managerLoop(k, byName); loop != nil {
				for _, name := range loop {
					inLoop[name] = true
				}
				r.fail(at, "%s: the managers go round in a circle: %s", k.Name, strings.Join(append(loop, k.Name), ", "))
			}
		}
	}
}

// managerLoop returns the keys of the circle that start is in, from start on,
// or nil when it is in none.
func managerLoop(start Key, byName map[string]Key) []string {
	var chain []string
	for k, ok := start, true; ok && k.Name != ""; k, ok = byName[k.Manager] {
		if k.Name == start.Name && len(chain) > 0 {
			if len(chain) == 1 {
				return nil // its own manager, which is reported as such
			}
			return chain
		}
		if slices.Contains(chain, k.Name) {
			return nil // a circle further on
		}
		chain = append(chain, k.Name)
	}
	return nil
}
