package adopt

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"rekey/internal/form"
)

// FreeName is a name that no key has: that of the bot, the folder or the server
// that the key was found at, or else of the exchange. The name is taken then.
func FreeName(location, file, exchange string, taken map[string]bool) string {
	base := nameOf(location, file)
	switch {
	case base == "":
		base = exchange
	case base == agentOf(file) || base == "live" || base == "demo":
		base += "-" + exchange
	case taken[base] && !strings.Contains(base, exchange):
		base += "-" + exchange
	}
	name := base
	for i := 2; taken[name]; i++ {
		name = fmt.Sprintf("%s-%d", base, i)
	}
	taken[name] = true
	return name
}

// nameOf returns what a place is called: the server or user that the location
// names, the agent whose file it is, or the innermost folder that is no
// program's usual one.
func nameOf(location, file string) string {
	kind, rest, _ := strings.Cut(location, ":")
	_, what, _ := strings.Cut(rest, "#")
	folder := ""
	parts := strings.Split(filepath.ToSlash(file), "/")
	for i := len(parts) - 2; i >= 0 && folder == ""; i-- {
		if !isUsual(parts[i]) {
			folder = plainName(parts[i])
		}
	}
	switch kind {
	case "mcp", "passivbot":
		what, _, _ = strings.Cut(what, "#")
		server := plainName(what)
		if form.Named(server) < 0 || server == "" {
			return server
		}
		if agent := agentOf(file); agent != "" { // the server is called like the exchange
			return agent + "-" + server
		}
		return server
	case "json", "yaml", "toml":
		last := plainName(what[strings.LastIndexByte(what, '/')+1:])
		if strings.HasPrefix(what, "/profiles/") && last != "" {
			return last
		}
	}
	if agent := agentOf(file); agent != "" {
		return agent
	}
	return folder
}

// agents are the folders and files of AI agents, and what the agents are called.
var agents = []struct{ in, name string }{ //nolint:gochecknoglobals // a table that nothing writes
	{"/claude/", "claude"},
	{"/.claude", "claude"},
	{"claude_desktop", "claude"},
	{"/.cursor/", "cursor"},
	{"/windsurf/", "windsurf"},
	{"/.codex/", "codex"},
	{"/.gemini/", "gemini"},
	{"/goose/", "goose"},
	{"/.continue/", "continue"},
	{"/.openclaw/", "openclaw"},
	{"/.okx/", "okx-kit"},
	{"/.vscode/", "vscode"},
	{"/.mcp.json", "mcp"},
	{"/mcp.json", "mcp"},
	{"/mcp_config.json", "mcp"},
	{"/agentkit/", "agentkit"},
}

func agentOf(file string) string {
	low := "/" + strings.ToLower(filepath.ToSlash(file))
	for _, a := range agents {
		if strings.Contains(low, a.in) {
			return a.name
		}
	}
	return ""
}

// IsAgent reports whether a location is in a file that an AI agent reads its
// keys from.
func IsAgent(location string) bool {
	_, rest, _ := strings.Cut(location, ":")
	path, _, _ := strings.Cut(rest, "#")
	return strings.HasPrefix(location, "mcp:") || agentOf(path) != ""
}

// isUsual reports whether a folder is named as it is everywhere, so that its
// name says nothing.
func isUsual(folder string) bool {
	low := strings.ToLower(folder)
	return strings.HasPrefix(low, ".") || low == "" || slices.Contains([]string{
		"user_data", "config", "configs", "conf", "connectors", "settings", "src", "app", "data", "bots",
		"home", "root", "users", "opt", "srv", "etc", "var", "tmp", "env", "secrets", "keys", "user",
		"claude", "library", "application support", "windsurf", "goose", "work", "projects", "proj", "repos",
		"code", "git", "main", "master", "deploy", "docker",
	}, low)
}

// plainName makes a name that rekey.yaml takes: letters, digits, dashes.
func plainName(s string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(s) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	return strings.Trim(b.String()[:min(b.Len(), 40)], "-")
}

// CleanUp says what to do about a place that no location can hold, besides
// rotating the key.
func CleanUp(file string) string {
	base := strings.ToLower(filepath.Base(file))
	low := strings.ToLower(filepath.ToSlash(file))
	switch {
	case strings.HasSuffix(base, "_history") || strings.Contains(base, "history"):
		return "remove its lines from the history"
	case strings.HasSuffix(base, ".jsonl") && agentOf(file) != "":
		return "remove the transcript of the agent's session, or its lines"
	case strings.HasPrefix(base, "settings") && strings.Contains(low, "/.claude/"):
		return "remove the command from the agent's allow list"
	case strings.HasSuffix(base, ".ipynb"):
		return "clear the notebook's cells and outputs"
	case strings.HasSuffix(base, ".log"), strings.HasSuffix(base, ".jsonl"):
		return "remove its lines from the log"
	case strings.HasSuffix(base, ".json"),
		strings.HasSuffix(base, ".yml"),
		strings.HasSuffix(base, ".yaml"),
		strings.HasSuffix(base, ".toml"):
		return "put it into variables of their own in that file, not into arguments"
	}
	return "remove it there"
}
