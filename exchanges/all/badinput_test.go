package all_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"rekey/exchanges"
)

// A damage changes one member of an answer, as it is written.
type damage struct {
	name string
	// write returns what stands in place of the member, "" when the damage is
	// not for a member of this kind.
	write func(name string, value any) string
}

func member(name string, value any) string {
	n, _ := json.Marshal(name)
	v, _ := json.Marshal(value)
	return string(n) + ":" + string(v)
}

// opposite returns the value that would mislead most.
func opposite(value any) any {
	switch v := value.(type) {
	case bool:
		return !v
	case string:
		switch v {
		case "true":
			return "false"
		case "false":
			return "true"
		}
		return ""
	case json.Number:
		return 0
	case []any:
		return []any{}
	case map[string]any:
		return map[string]any{}
	default:
		return nil
	}
}

func damages() []damage {
	return []damage{
		{"twice", func(n string, v any) string { return member(n, v) + "," + member(n, v) }},
		{"twice, the second misleads", func(n string, v any) string { return member(n, v) + "," + member(n, opposite(v)) }},
		{"twice, the first misleads", func(n string, v any) string { return member(n, opposite(v)) + "," + member(n, v) }},
		{"twice, in other capitals", func(n string, v any) string {
			return member(n, v) + "," + member(strings.ToUpper(n),
				opposite(v))
		}},
		{"in upper case", func(n string, v any) string { return member(strings.ToUpper(n), v) }},
		{"in lower case", func(n string, v any) string {
			if strings.ToLower(n) == n {
				return ""
			}
			return member(strings.ToLower(n), v)
		}},
		{"a number as text", func(n string, v any) string {
			if number, ok := v.(json.Number); ok {
				return member(n, number.String())
			}
			return ""
		}},
		{"a text as number", func(n string, v any) string {
			if _, ok := v.(string); ok {
				return member(n, 7)
			}
			return ""
		}},
		{"a flag as text", func(n string, v any) string {
			if flag, ok := v.(bool); ok {
				return member(n, fmt.Sprint(flag))
			}
			return ""
		}},
		{"a flag as a strange word", func(n string, v any) string {
			if _, ok := v.(bool); ok {
				return member(n, "perhaps")
			}
			return ""
		}},
		{"null", func(n string, _ any) string { return member(n, nil) }},
		{"left out", func(string, any) string { return " " }},
		{"a list of lists", func(n string, v any) string {
			if _, ok := v.([]any); ok {
				return member(n, []any{[]any{}})
			}
			return ""
		}},
		{"an object for a list", func(n string, v any) string {
			if _, ok := v.([]any); ok {
				return member(n, map[string]any{})
			}
			return ""
		}},
		{"a very long list", func(n string, v any) string {
			if rows, ok := v.([]any); ok && len(rows) > 0 {
				return member(n, slices.Repeat(rows[:1], 100_000))
			}
			return ""
		}},
		{"a list of unknown rows", func(n string, v any) string {
			if rows, ok := v.([]any); ok {
				return member(n, append(slices.Clone(rows), map[string]any{"teleport": true}))
			}
			return ""
		}},
	}
}

// damaged returns every document that comes of one damage to one member.
func damaged(t *testing.T, body string) map[string]string {
	t.Helper()
	doc := parse(t, body)
	members := 0
	write(doc, func(string, any) string { members++; return "" })
	out := map[string]string{}
	for _, d := range damages() {
		for i := range members {
			n, what := 0, ""
			text := write(doc, func(name string, value any) string {
				n++
				if n-1 != i {
					return ""
				}
				what = name
				return d.write(name, value)
			})
			if text != write(doc, func(string, any) string { return "" }) {
				out[fmt.Sprintf("%s %d %s", what, i, d.name)] = text
			}
		}
	}
	for name, text := range map[string]string{
		"nothing": "", "white space": " \n", "null": "null", "a word": "ok", "an empty object": "{}",
		"an empty list": "[]", "a number": "7",
		"cut off": body[:len(body)/2], "followed by more": body + body, "in a list": "[" + body + "]",
	} {
		out["the body is "+name] = text
	}
	return out
}

// write writes a document; change may write a member in another way.
func write(doc any, change func(name string, value any) string) string {
	switch v := doc.(type) {
	case map[string]any:
		var parts []string
		for _, name := range slices.Sorted(maps.Keys(v)) {
			switch text := change(name, v[name]); {
			case strings.TrimSpace(text) != "":
				parts = append(parts, text)
			case text == "":
				n, _ := json.Marshal(name)
				parts = append(parts, string(n)+":"+write(v[name], change))
			}
		}
		return "{" + strings.Join(parts, ",") + "}"
	case []any:
		var parts []string
		for _, inner := range v {
			parts = append(parts, write(inner, change))
		}
		return "[" + strings.Join(parts, ",") + "]"
	default:
		text, _ := json.Marshal(v)
		return string(text)
	}
}

// A verdict is all that an adapter says of its key and of those it lists.
type verdict struct {
	keys map[string]exchanges.Key // by access key
	errs []error
}

func judged(t *testing.T, a exchanges.Adapter) verdict {
	t.Helper()
	v := verdict{keys: map[string]exchanges.Key{}}
	own, err := a.Inspect(t.Context())
	if err != nil {
		v.errs = append(v.errs, err)
	}
	v.keys["own"] = own
	listed, errs := list(t, a)
	for _, k := range listed {
		v.keys[k.Ref.AccessKey] = k
	}
	v.errs = append(v.errs, errs...)
	return v
}

// misleads says what a damaged answer made an adapter claim that the whole one
// does not: an end, a list without a key, a permission denied, an address list.
// A gap, an unknown and an unmapped word are all fine.
func (v verdict) misleads(whole verdict) string {
	for name, k := range v.keys {
		if !k.Status.MayLive() {
			return "the key is " + string(k.Status)
		}
		was, known := whole.keys[name]
		if !known {
			continue
		}
		for _, p := range exchanges.AllPermissions() {
			before, _ := was.Permissions.Has(p).Get()
			now, told := k.Permissions.Has(p).Get()
			if before && told && !now {
				return "denied " + string(p)
			}
		}
		bound, _ := was.Whitelist.Restricted.Get()
		if now, _ := k.Whitelist.Restricted.Get(); now && !bound {
			return "restricted"
		}
	}
	for name := range whole.keys {
		if _, there := v.keys[name]; !there && len(v.errs) == 0 {
			return "the list lacks a key, and is said to be whole"
		}
	}
	for _, err := range v.errs {
		if exchanges.KindOf(err) == exchanges.KindNotMaster {
			return "not a master"
		}
	}
	return ""
}

// Every documented answer of every adapter, damaged in every way: whatever
// comes of it is a gap, an unknown or an unmapped word, or what the whole
// answer says.
func TestBadInput(t *testing.T) {
	for _, d := range catalogue() {
		adapter, _ := d.open(t, nil)
		whole := judged(t, adapter)
		for _, path := range slices.Sorted(maps.Keys(d.paths)) {
			for name, body := range damaged(t, d.paths[path].body) {
				if body == "[]" && strings.HasPrefix(d.paths[path].body, "[") {
					continue // an empty list, as documented
				}
				for _, a := range []answer{ok(body), {status: 400, body: body}} {
					damagedAdapter, _ := d.open(t, map[string]answer{path: a})
					if claim := judged(t, damagedAdapter).misleads(whole); claim != "" {
						t.Errorf("%s %s, HTTP %d, %s: %s\n%.300s", d.exchange, path, a.status, name, claim, body)
					}
				}
			}
			page := answer{status: 200, body: "<html>" + d.paths[path].body, headers: []string{"Content-Type", "text/html"}}
			damagedAdapter, _ := d.open(t, map[string]answer{path: page})
			if v := judged(t, damagedAdapter); v.misleads(whole) != "" || len(v.errs) == 0 {
				t.Errorf("%s %s as a web page: %s, errors %v", d.exchange, path, v.misleads(whole), v.errs)
			}
		}
		if d.dead.body == "" {
			continue
		}
		for name, body := range damaged(t, d.dead.body) {
			damagedAdapter, _ := d.open(t, map[string]answer{d.inspect: {status: d.dead.status, body: body}})
			if claim := judged(t, damagedAdapter).misleads(whole); claim != "" {
				t.Errorf("%s, the proof of a death, %s: %s\n%.300s", d.exchange, name, claim, body)
			}
		}
	}
}
