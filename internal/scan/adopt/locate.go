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
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/tailscale/hujson"
	"go.yaml.in/yaml/v3"

	"rekey/exchanges"
	"rekey/internal/location"
)

// Locate returns a location, as rekey.yaml has it, that reads exactly this
// credential from a file. It is false where no location can: a notebook, a
// shell's history, a file that is no list of names and values. The line is
// that of the access key.
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
		if err == nil && r.Credential.AccessKey == c.AccessKey && r.Credential.Secret.Equal(c.Secret) {
			return text, true
		}
	}
	return "", false
}

// candidates are locations that may be right, the plainest first.
func candidates(name string, data []byte, line int, accessKey string) []string {
	var all []string
	base := filepath.Base(name)
	switch strings.ToLower(filepath.Ext(name)) {
	case ".json", ".jsonc":
		all = append(all, "freqtrade:"+name)
		if plain, err := hujson.Standardize(bytes.Clone(data)); err == nil {
			var v any
			if json.Unmarshal(plain, &v) == nil {
				all = append(all, pointers("json:"+name+"#", v, accessKey)...)
			}
		}
	case ".yml", ".yaml":
		var v any
		if yaml.Unmarshal(data, &v) == nil {
			all = append(all, pointers("yaml:"+name+"#", v, accessKey)...)
		}
	case ".toml", ".cfg":
		var v any
		if toml.Unmarshal(data, &v) == nil {
			all = append(all, pointers("toml:"+name+"#", v, accessKey)...)
		}
	}
	if prefix, ok := prefixAt(data, line); ok && (strings.Contains(base, ".env") || strings.HasSuffix(base, ".local") || filepath.Ext(base) == "") {
		all = append(all, "dotenv:"+name+"#"+prefix)
	}
	return all
}

// pointers lead to the objects in v that hold the access key.
func pointers(before string, v any, accessKey string) []string {
	var all []string
	visit := func(token string, child any) {
		if text, ok := child.(string); ok && text == accessKey {
			all = append(all, before)
			return
		}
		token = strings.NewReplacer("~", "~0", "/", "~1").Replace(token)
		all = append(all, pointers(before+"/"+token, child, accessKey)...)
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
	return all
}

// prefixAt is the prefix of the variable on a line.
func prefixAt(data []byte, line int) (string, bool) {
	lines := strings.Split(string(data), "\n")
	if line < 1 || line > len(lines) {
		return "", false
	}
	name, _, ok := strings.Cut(strings.TrimPrefix(strings.TrimSpace(lines[line-1]), "export "), "=")
	name = strings.TrimSpace(name)
	for _, suffix := range []string{"_API_KEY", "_APIKEY", "_KEY"} {
		if prefix, cut := strings.CutSuffix(name, suffix); ok && cut && prefix != "" {
			return prefix, true
		}
	}
	return "", false
}
