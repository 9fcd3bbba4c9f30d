package adopt

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

func TestEdit(t *testing.T) {
	one := []Key{{Name: "new", Exchange: "okx", Credential: "dotenv:.env#OKX", Copies: []string{"dotenv:b.env#OKX"}}}
	const added = "  new:\n    exchange: okx\n    credential: \"dotenv:.env#OKX\"\n    copies: [\"dotenv:b.env#OKX\"]\n"
	for name, c := range map[string]struct {
		text   string
		keys   []Key
		copies map[string][]string
		want   string
	}{
		"no keys yet": {"version: 1 # x\n", one, nil, "version: 1 # x\nkeys:\n" + added},
		"keys and nothing": {
			"version: 1\nkeys:   # none yet\npolicy:\n  fail_on: high\n", one, nil,
			"version: 1\nkeys:   # none yet\n" + added + "policy:\n  fail_on: high\n",
		},
		"an empty mapping": {
			"version: 1\nkeys: {}\n#  grid-bot:\n", one, nil,
			"version: 1\nkeys:\n" + added + "#  grid-bot:\n",
		},
		"empty, a remark": {"keys: {}  # none\n", one, nil, "keys:  # none\n" + added},
		"behind the last": {"version: 1\nkeys:\n  a: {exchange: binance, credential: \"env:A\"}\n\n# policy\npolicy:\n" +
			"  fail_on: high\n", one, nil, "version: 1\nkeys:\n  a: {exchange: binance, credential: \"env:A\"}\n" + added +
			"\n# policy\npolicy:\n  fail_on: high\n"},
		"a copy on one line": {
			"keys:\n  a: {exchange: binance, credential: \"env:A\"}\n", nil,
			map[string][]string{"a": {"x"}},
			"keys:\n  a: {exchange: binance, credential: \"env:A\", copies: [\"x\"]}\n",
		},
		"a second copy": {
			"keys:\n  a:\n    credential: \"env:A\"\n    copies: [\"y\"]\n", nil,
			map[string][]string{"a": {"x"}},
			"keys:\n  a:\n    credential: \"env:A\"\n    copies: [\"y\", \"x\"]\n",
		},
		"a list of copies": {
			"keys:\n  a:\n    credential: \"env:A\"\n    copies:\n      - \"y\"\n    owner: me\n", nil,
			map[string][]string{"a": {"x"}},
			"keys:\n  a:\n    credential: \"env:A\"\n    copies:\n      - \"y\"\n" +
				"      - \"x\"\n    owner: me\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Edit(c.text, c.keys, c.copies)
			if diff := cmp.Diff(c.want, got); err != nil || diff != "" {
				t.Errorf("%v\n%s", err, diff)
			}
			var v any
			if err := yaml.Unmarshal([]byte(got), &v); err != nil {
				t.Error(err)
			}
		})
	}
	for _, text := range []string{
		"keys: {a: {credential: x}}\n", "- a\n", "a: [", "keys:\n",
		"keys: {}\n", "keys:\n  {}\n",
	} {
		if got, err := Edit(text, one, map[string][]string{"a": {"x"}}); !errors.Is(err, ErrByHand) {
			t.Errorf("%q became %q", text, got)
		}
	}
}

func FuzzEdit(f *testing.F) {
	f.Add("version: 1\nkeys:\n  a: {credential: x}\n", "a")
	f.Fuzz(func(_ *testing.T, text, name string) {
		_, _ = Edit(text, []Key{{Name: "n", Exchange: "okx", Credential: "env:X"}}, map[string][]string{name: {"y"}})
	})
}
