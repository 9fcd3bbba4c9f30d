package location

import (
	"context"
	"os"
	"path"
	"slices"
	"strings"

	"rekey/exchanges"
)

// bots tries the files of bots that keep several credentials in one file, each
// where the bot looks for it: config.json (GoCryptoTrader), api-keys.json
// (passivbot), bbgo.yaml, keys.local.json (ccxt's tests), and the files in
// conf/connectors (hummingbot).
func (d *discovery) bots(ctx context.Context) {
	config, _ := d.document(parseJSON, "config.json") // a broken one may be anybody's
	if list, _, err := config.get("exchanges"); err == nil {
		for _, entry := range list.items {
			if name, ok := entry.textOf("name"); ok {
				d.try(ctx, string(KindGoCryptoTrader)+":config.json#"+name, "", false)
			}
		}
	}
	d.entries(ctx, KindPassivbot, "api-keys.json", "exchange")
	d.entries(ctx, KindBBGo, "bbgo.yaml", "exchange")
	d.entries(ctx, KindCCXT, "keys.local.json", "apiKey")
	d.hummingbot(ctx, "conf/connectors")
}

// entries tries every entry of a bot's file that has the field.
func (d *discovery) entries(ctx context.Context, kind Kind, name, field string) {
	parse := parseJSON
	if kind == KindBBGo {
		parse = parseYAML
	}
	root, failure := d.document(parse, name)
	if failure == nil && kind == KindBBGo {
		root, _, failure = root.get("sessions")
	}
	if failure != nil {
		if failure.Reason != ReasonAbsent {
			l := Location{kind: kind, text: string(kind) + ":" + name, path: name}
			d.add(Found{Location: l, Err: l.failed(failure)}, exchanges.Credential{})
		}
		return
	}
	for _, entry := range root.entriesWith(field) {
		d.try(ctx, string(kind)+":"+name+"#"+entry, "", false)
	}
}

func (d *discovery) hummingbot(ctx context.Context, dir string) {
	full, failure := d.env.resolve(dir)
	if failure != nil {
		return
	}
	entries, err := os.ReadDir(full) // in the order of the names
	if err != nil {
		return
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".yml") {
			d.try(ctx, string(KindHummingbot)+":"+path.Join(dir, e.Name()), "", false)
		}
	}
}

// document reads a file that may be a bot's.
func (d *discovery) document(parse func([]byte) (node, *Error), name string) (node, *Error) {
	full, failure := d.env.resolve(name)
	if failure != nil {
		return node{}, failure
	}
	file, err := d.env.read(full)
	if err != nil {
		return node{}, fileError(err)
	}
	return parse(file.Text())
}

// textOf returns the text of a member, and whether it has one.
func (n node) textOf(name string) (string, bool) {
	value, ok, err := n.get(name)
	return value.text.Reveal(), err == nil && ok && value.shape == textNode
}

// entriesWith returns the names of the members that are objects with a text of
// that name, each once.
func (n node) entriesWith(field string) []string {
	var names []string
	for _, m := range n.members {
		if _, ok := m.value.textOf(field); ok && !slices.Contains(names, m.name) {
			names = append(names, m.name)
		}
	}
	return names
}
