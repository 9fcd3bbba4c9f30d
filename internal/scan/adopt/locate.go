// Package adopt makes credential locations of what a scan found, and adds them
// to the text of a rekey.yaml. It never handles more of a secret than whether
// two are equal.
package adopt

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/tailscale/hujson"
	"go.yaml.in/yaml/v3"

	"rekey/exchanges"
	"rekey/internal/form"
	"rekey/internal/location"
)

// Locate returns a location, as rekey.yaml has it, that reads exactly this
// credential from a file, with its passphrase where one was found. It is false
// where no location can: a notebook, a shell's history, a transcript, a file that
// is no list of names and values. The line is that of the access key.
func Locate(ctx context.Context, env location.Env, file string, line int, c exchanges.Credential) (string, bool) {
	data, err := os.ReadFile(file)
	if err != nil {
		return "", false
	}
	name := file
	if rel, err := filepath.Rel(env.Dir, file); err == nil && filepath.IsLocal(rel) {
		name = filepath.ToSlash(rel)
	}
	for _, text := range candidates(name, data, line, c.AccessKey) {
		l, err := location.Parse(text)
		if err != nil {
			continue
		}
		r, err := l.Read(ctx, env)
		if err == nil && location.Same(r.Credential, c) {
			return text, true
		}
	}
	return "", false
}

// candidates are locations that may be right, the plainest first.
func candidates(name string, data []byte, line int, accessKey string) []string {
	var all []string
	switch ext := strings.ToLower(filepath.Ext(name)); ext {
	case ".json", ".jsonc":
		if plain, err := hujson.Standardize(bytes.Clone(data)); err == nil {
			var v any
			if json.Unmarshal(plain, &v) == nil {
				all = append([]string{"freqtrade:" + name}, objects("json", name, v, accessKey)...)
			}
		}
	case ".yml", ".yaml":
		var v any
		if yaml.Unmarshal(data, &v) == nil {
			all = append(all, objects("yaml", name, v, accessKey)...)
		}
	case ".toml", ".cfg":
		var v any
		if toml.Unmarshal(data, &v) == nil {
			all = append(all, objects("toml", name, v, accessKey)...)
		}
	}
	if !isRecord(name) {
		for _, prefix := range prefixesAt(data, line) {
			all = append(all, "dotenv:"+name+"#"+prefix)
		}
	}
	return all
}

// isRecord reports whether a file records what somebody did or said: nobody
// reads a credential from there, and nothing may be written to it.
func isRecord(name string) bool {
	base := strings.ToLower(filepath.Base(name))
	for _, end := range []string{
		"_history", ".log", ".ipynb", ".jsonl", ".md", ".txt", ".html", ".csv", ".sh", ".ps1",
		".bat", ".py", ".go", ".js", ".ts",
	} {
		if strings.HasSuffix(base, end) {
			return true
		}
	}
	return strings.Contains(base, "history")
}

// A field is a member of an object in a document.
type field struct {
	path []string // to the object
	name string
}

// objects are the locations of the objects that hold the access key: as a
// server of an agent, by a pointer, and by a pointer and the prefix of the
// field.
func objects(kind, name string, v any, accessKey string) []string {
	var all []string
	for _, f := range fieldsWith(nil, v, accessKey) {
		pointer := ""
		for _, token := range f.path {
			pointer += "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(token)
		}
		prefixes := prefixesOf(f.name)
		if n := len(f.path); n >= 3 && slices.Contains([]string{"env", "envs", "environment"}, f.path[n-1]) {
			server := "mcp:" + name + "#" + f.path[n-2]
			all = append(all, server)
			for _, prefix := range prefixes {
				all = append(all, server+"#"+prefix)
			}
		}
		all = append(all, kind+":"+name+"#"+pointer)
		for _, prefix := range prefixes {
			all = append(all, kind+":"+name+"#"+pointer+"#"+prefix)
		}
	}
	return all
}

// fieldsWith are the members in v that hold the access key.
func fieldsWith(path []string, v any, accessKey string) []field {
	var all []field
	visit := func(token string, child any) {
		if text, ok := child.(string); ok && text == accessKey {
			all = append(all, field{path, token})
			return
		}
		all = append(all, fieldsWith(append(path[:len(path):len(path)], token), child, accessKey)...)
	}
	switch v := v.(type) {
	case map[string]any:
		for k, child := range v {
			visit(k, child)
		}
	case []any:
		for i, child := range v {
			visit(fmt.Sprint(i), child)
		}
	}
	slices.SortFunc(all, func(a, b field) int {
		return strings.Compare(strings.Join(a.path, "/")+a.name, strings.Join(b.path, "/")+b.name)
	})
	return all
}

// prefixesAt are the prefixes that the variable on a line may have.
func prefixesAt(data []byte, line int) []string {
	lines := strings.Split(string(data), "\n")
	if line < 1 || line > len(lines) {
		return nil
	}
	name, _, ok := strings.Cut(strings.TrimPrefix(strings.TrimSpace(lines[line-1]), "export "), "=")
	if !ok {
		return nil
	}
	return prefixesOf(strings.TrimSpace(name))
}

// prefixesOf are what stands before the name of a part in a field's name, the
// shortest first: CDP, and CDP_API_KEY, of CDP_API_KEY_ID.
func prefixesOf(name string) []string {
	var all []string
	for _, s := range form.Spellings() {
		if s.Role != form.AccessKey {
			continue
		}
		for _, end := range []string{"_" + s.Name, "_" + strings.ReplaceAll(s.Name, "_", "")} {
			at := len(name) - len(end)
			if at > 0 && strings.EqualFold(name[at:], end) && !slices.Contains(all, name[:at]) {
				all = append(all, name[:at])
			}
		}
	}
	slices.SortFunc(all, func(a, b string) int { return len(a) - len(b) })
	return all
}
