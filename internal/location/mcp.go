package location

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// serverTables are where AI agents keep the servers that they start, as paths
// through the file; * stands for any name. (Claude Desktop, Claude Code, Cursor,
// Windsurf and Gemini; VS Code; Codex; Goose; OpenClaw; Zed. Their documentation
// and files, read 2026-11-30.)
func serverTables() [][]string {
	return [][]string{
		{"mcpServers"},
		{"projects", "*", "mcpServers"},
		{"servers"},
		{"mcp", "servers"},
		{"mcp_servers"},
		{"extensions"},
		{"skills", "entries"},
		{"context_servers"},
		{"mcp"},
	}
}

// readMCP reads the env block of one server in an agent's configuration. Where
// the file has the server several times, as for several projects, all of them
// must hold the same credential, and all are written.
func (l Location) readMCP(env Env, r *Reading) (parts, *Error) {
	file, err := l.readFile(env, r)
	if err != nil {
		return parts{}, err
	}
	root, err := parseAgentFile(l.path, file.Text())
	if err != nil {
		return parts{}, err
	}
	blocks, servers := envBlocks(root, l.name)
	if len(blocks) == 0 {
		return parts{}, problem(
			ReasonAbsent,
			"",
			fmt.Sprintf("the file has no server %q with variables", clip(l.name)),
			hintNames(servers),
		)
	}
	var found parts
	for _, block := range blocks {
		p, err := prefixedParts(block, file, l.prefix)
		switch {
		case err != nil:
			return parts{}, err
		case !p.accessKey.isSet() && !p.secret.isSet():
			continue
		case !found.accessKey.isSet():
			found = p
		case !found.same(p):
			return parts{}, problem(
				ReasonAmbiguous,
				"",
				fmt.Sprintf("the file has the server %q several times, with different credentials", clip(l.name)),
				"name one of them with json:PATH#/POINTER",
			)
		default:
			found.join(p)
		}
	}
	if !found.accessKey.isSet() || !found.secret.isSet() {
		return parts{}, incompleteObject(found, blocks[0], nil)
	}
	return found, nil
}

// parseAgentFile reads a file by its name: TOML, YAML, or else JSON.
func parseAgentFile(path string, text []byte) (node, *Error) {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".toml":
		return parseTOML(text)
	case ".yml", ".yaml":
		return parseYAML(text)
	}
	return parseJSON(text)
}

// envBlocks returns the blocks of variables of the servers of a name, and the
// names of all servers.
func envBlocks(root node, name string) (blocks []node, servers []string) {
	for _, path := range serverTables() {
		for _, table := range root.all(path) {
			for _, server := range table.namedObjects() {
				block, ok := variablesOfServer(server.value)
				if !ok {
					continue
				}
				if !slices.Contains(servers, clip(server.name)) {
					servers = append(servers, clip(server.name))
				}
				if server.name == name {
					blocks = append(blocks, block)
				}
			}
		}
	}
	return blocks, servers
}

// all returns the nodes that a path leads to.
func (n node) all(path []string) []node {
	if len(path) == 0 {
		return []node{n}
	}
	var found []node
	for _, m := range n.members {
		if path[0] == "*" || m.name == path[0] {
			found = append(found, m.value.all(path[1:])...)
		}
	}
	return found
}

// namedObjects returns the members of an object, or those of a list of objects
// with a name each, as Continue has it.
func (n node) namedObjects() []member {
	all := slices.Clone(n.members)
	for _, item := range n.items {
		if name, ok := item.textOf("name"); ok {
			all = append(all, member{name, item})
		}
	}
	return all
}

// variablesOfServer returns the environment that an agent starts a server with.
func variablesOfServer(server node) (node, bool) {
	for _, name := range []string{"env", "envs", "environment"} {
		if block, ok, err := server.get(name); err == nil && ok && block.shape == objectNode {
			return block, true
		}
	}
	return node{}, false
}

// same reports whether two credentials are one.
func (p parts) same(q parts) bool {
	return p.accessKey.text.Equal(q.accessKey.text) && p.secret.text.Equal(q.secret.text) &&
		p.passphrase.text.Equal(q.passphrase.text)
}

// join adds the places of the same credential.
func (p *parts) join(q parts) {
	p.accessKey.slots = append(p.accessKey.slots, q.accessKey.slots...)
	p.secret.slots = append(p.secret.slots, q.secret.slots...)
	p.passphrase.slots = append(p.passphrase.slots, q.passphrase.slots...)
}

// parseMCP splits PATH#SERVER, and the #PREFIX that may follow.
func (l *Location) parseMCP(rest string) error {
	path, server, found := strings.Cut(rest, "#")
	if at := strings.LastIndexByte(server, '#'); at > 0 && isVariableName(server[at+1:]) {
		server, l.prefix = server[:at], server[at+1:]
	}
	if !found || server == "" {
		return invalid(
			"mcp: names no server",
			"mcp:claude_desktop_config.json#binance reads the variables of the server binance",
		)
	}
	l.path, l.name = path, server
	return nil
}
