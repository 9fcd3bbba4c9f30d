package all_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"rekey/exchanges"
)

// objects calls change with every object of a document that describes a key,
// one after the other, and returns the documents that come of it. A key's
// object is one that holds one of the members that only keys have.
func objects(t *testing.T, body string, change func(map[string]any)) []string {
	t.Helper()
	marks := []string{
		"apikey", "apiKey", "perm", "permission", "ipRestrict", "can_view", "permissionMode", "perms", "read_only",
		"ip_whitelist",
		"scope", "max_scope",
	}
	count := func(doc any) int {
		n := 0
		walk(doc, func(o map[string]any) {
			if slices.ContainsFunc(marks, func(m string) bool { _, ok := o[m]; return ok }) {
				n++
			}
		})
		return n
	}
	var out []string
	for i := range count(parse(t, body)) {
		doc, n := parse(t, body), 0
		walk(doc, func(o map[string]any) {
			if slices.ContainsFunc(marks, func(m string) bool { _, ok := o[m]; return ok }) {
				if n == i {
					change(o)
				}
				n++
			}
		})
		text, err := json.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, string(text))
	}
	return out
}

func parse(t *testing.T, body string) any {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(body))
	d.UseNumber()
	var doc any
	if err := d.Decode(&doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

func walk(doc any, visit func(map[string]any)) {
	switch v := doc.(type) {
	case map[string]any:
		visit(v)
		for _, inner := range v {
			walk(inner, visit)
		}
	case []any:
		for _, inner := range v {
			walk(inner, visit)
		}
	}
}

// keysOf returns every key that an adapter describes: its own and those that it
// lists.
func keysOf(t *testing.T, a exchanges.Adapter) []exchanges.Key {
	t.Helper()
	own, err := a.Inspect(t.Context())
	if err != nil {
		t.Errorf("inspect: %v", err)
	}
	listed, errs := list(t, a)
	if len(errs) > 0 {
		t.Errorf("list: %v", errs)
	}
	return append(listed, own)
}

// A permission that rekey does not know is kept in the raw words and counts as
// unmapped, in every answer of every adapter that describes a key.
func TestNoWordIsDropped(t *testing.T) {
	for _, d := range catalogue() {
		for path, documented := range d.paths {
			for _, c := range []struct {
				name   string
				change func(map[string]any)
				word   string // "" when it may stay away
			}{
				{"a flag that is on", func(o map[string]any) { o["canTeleport"] = true }, "canTeleport"},
				{"a flag as text", func(o map[string]any) { o["enableTeleport"] = "true" }, "enableTeleport"},
				{"a flag with a strange value", func(o map[string]any) { o["can_teleport"] = 7 }, "can_teleport"},
				{"a flag without a usual name", func(o map[string]any) { o["teleporter"] = true }, "teleporter"},
				{"flags in an object", func(o map[string]any) { o["extra"] = map[string]any{"fix": true} }, "extra"},
				{"a list of words", func(o map[string]any) { o["newPermissions"] = []any{"TELEPORT"} }, "newPermissions"},
				{"a flag that is off", func(o map[string]any) { o["canTeleport"] = false }, ""},
				{"an empty list of words", func(o map[string]any) { o["newPermissions"] = []any{} }, ""},
				{"a field that is no flag", func(o map[string]any) { o["colour"] = "blue" }, ""},
				{"a number that is no flag", func(o map[string]any) { o["colour"] = 7 }, ""},
				{"a word in the list of words", func(o map[string]any) {
					for _, list := range []string{"perm", "permission"} {
						if words, ok := o[list].(string); ok {
							o[list] = words + ",teleport"
						}
					}
					if words, ok := o["permissions"].([]any); ok {
						o["permissions"] = append(slices.Clone(words), "teleport")
					}
					if rows, ok := o["perms"].([]any); ok {
						o["perms"] = append(slices.Clone(rows), map[string]any{"name": "teleport", "read_only": false})
					}
					if _, ok := o["read_only"]; ok {
						o["name"], o["read_only"] = "teleport", false
					}
					if groups, ok := o["permissions"].(map[string]any); ok {
						groups["Moon"] = []any{"teleport"}
					}
					if _, ok := o["permissionMode"]; ok {
						o["permissionMode"] = "teleport"
					}
				}, "teleport"},
			} {
				words := []string{`"perm"`, `"perms"`, `"permission`}
				hasWords := slices.ContainsFunc(words, func(w string) bool { return strings.Contains(documented.body, w) })
				if c.word == "teleport" && !hasWords {
					continue // flags, no words
				}
				for i, body := range objects(t, documented.body, c.change) {
					t.Run(fmt.Sprintf("%s %s %d %s", d.exchange, path, i, c.name), func(t *testing.T) {
						a, _ := d.open(t, map[string]answer{path: ok(body)})
						keys := keysOf(t, a)
						kept := slices.ContainsFunc(keys, func(k exchanges.Key) bool {
							on, _ := k.Permissions.Has(exchanges.Unmapped).Get()
							return on && slices.ContainsFunc(k.Raw, func(w string) bool { // "Group:word" where words stand in groups
								_, word, grouped := strings.Cut(w, ":")
								return w == c.word || grouped && word == c.word
							})
						})
						strange := slices.ContainsFunc(keys, func(k exchanges.Key) bool {
							on, _ := k.Permissions.Has(exchanges.Unmapped).Get()
							return on
						})
						if c.word != "" && !kept || c.word == "" && strange {
							t.Errorf("%s: kept %v, unmapped %v", body, kept, strange)
						}
					})
				}
			}
		}
	}
}

// The FIX flags of Binance's sub-account keys are known.
func TestFIXFlagsOfSubAccountKeys(t *testing.T) {
	d := catalogue()[0]
	const path = "/sapi/v1/sub-account/subAccountApi"
	for _, body := range objects(t, d.paths[path].body, func(o map[string]any) {
		o["canFixApiTrading"],
			o["canFixApiReading"] = true, true
	}) {
		a, _ := d.open(t, map[string]answer{path: ok(body)})
		keys, _ := list(t, a)
		i := slices.IndexFunc(keys, func(k exchanges.Key) bool { return k.Label == "bot" })
		if i < 0 {
			t.Fatal("the key is not listed")
		}
		trade, _ := keys[i].Permissions.Has(exchanges.FIXTrade).Get()
		read, _ := keys[i].Permissions.Has(exchanges.FIXRead).Get()
		if !trade || !read || !slices.Contains(keys[i].Raw, "canFixApiTrading") {
			t.Errorf("permissions %+v, raw %q", keys[i].Permissions, keys[i].Raw)
		}
	}
}
