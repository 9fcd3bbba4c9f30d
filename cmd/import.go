package cmd

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"rekey/internal/atomicfile"
	"rekey/internal/config"
	"rekey/internal/location"
	"rekey/internal/prompt"
	"rekey/internal/scan"
	"rekey/internal/scan/adopt"
	"rekey/internal/scan/find"
	"rekey/internal/text"
)

// importFound adds what was found to rekey.yaml, as locations: a further place
// of a key that is there becomes one of its copies. The change is shown, and
// made when the user says so, or --yes.
func (a *App) importFound(ctx context.Context, own owned, r scan.Result, yes bool) error {
	file, old := a.path("rekey.yaml"), ""
	if a.flags.config != "" {
		file = a.path(a.flags.config)
	}
	if own.config != nil {
		file = own.config.File
		data, err := os.ReadFile(file)
		if err != nil {
			return failed("nothing was imported: " + plain(err))
		}
		old = string(data)
	}
	keys, copies := a.toImport(ctx, own, r, filepath.Dir(file))
	if len(keys) == 0 && len(copies) == 0 {
		a.remark("nothing to import: what was found is in rekey.yaml already, or no location can read it")
		return nil
	}
	changed := adopt.New(keys)
	if old != "" {
		var err error
		if changed, err = adopt.Edit(old, keys, copies); err != nil {
			return failed(file + ": " + err.Error() + "\n" + strings.TrimPrefix(adopt.New(keys), "version: 1\n"))
		}
	}
	names, err := a.names()
	if err != nil {
		return err
	}
	if _, err := config.Parse(file, []byte(changed), names); err != nil {
		return failed("nothing was imported: " + err.Error())
	}
	for _, line := range added(old, changed) {
		a.say("+ %s", text.Sentence(line))
	}
	if !yes {
		tty, err := a.Terminal()
		if err != nil {
			return usage("there is no terminal to ask on, nothing was imported", "--yes imports without asking")
		}
		defer func() { _ = tty.Close() }()
		ok, err := prompt.New(tty).Confirm(ctx, "Write this to "+file+"?")
		if err != nil || !ok {
			a.remark("nothing was imported")
			return err
		}
	}
	if err := atomicfile.Write(file, []byte(changed), atomicfile.Options{Symlink: atomicfile.FollowLink}); err != nil {
		return failed("nothing was imported: " + plain(err))
	}
	a.remark("wrote %s (no secret in it)", file)
	return nil
}

// toImport sorts what was found into new keys and copies of known ones: one
// credential for each that is distinct, with its further places as copies. What
// no location can hold is listed with what to do about it.
func (a *App) toImport(
	ctx context.Context,
	own owned,
	r scan.Result,
	dir string,
) (keys []adopt.Key, copies map[string][]string) {
	env := location.Env{Dir: dir, Environ: a.Environ}
	copies = map[string][]string{}
	known := map[string]bool{} // locations
	taken := map[string]bool{} // names
	if own.config != nil {
		for _, k := range own.config.Keys {
			taken[k.Name] = true
			known[k.Credential.Display()] = true
			for _, c := range k.Copies {
				known[c.Display()] = true
			}
		}
	}
	for _, name := range own.taken {
		taken[name] = true
	}
	at := map[string]int{} // new keys by exchange and access key
	agents := 0
	for _, f := range r.Findings {
		if f.Kind != find.Credential || f.Accepted != "" {
			continue
		}
		where := text.Sentence(f.Place().Path)
		if f.File == "" || f.Member {
			a.remark("%s: lies in an archive, which no location reads: rotate the key, and remove it there", where)
			continue
		}
		place, ok := adopt.Locate(ctx, env, f.File, f.AccessKey.Line, f.Credential)
		if !ok {
			a.remark("%s: no location can read it: rotate the key, and %s", where, adopt.CleanUp(f.File))
			continue
		}
		if l, err := location.Parse(place); err != nil || known[l.Display()] {
			continue
		}
		known[place] = true
		if _, ok := a.Registry.Lookup(f.Exchange); !ok {
			a.remark("%s: rekey has no adapter for %s, so it was not imported", where, f.Exchange)
			continue
		}
		agent := adopt.IsAgent(place)
		if agent {
			agents++
		}
		id := f.Exchange + "\x00" + f.Credential.AccessKey
		i, seen := at[id]
		switch {
		case f.Key != "":
			copies[f.Key] = append(copies[f.Key], place)
		case seen:
			keys[i].Copies = append(keys[i].Copies, place)
			keys[i].Agent = keys[i].Agent || agent
		default:
			at[id] = len(keys)
			keys = append(
				keys,
				adopt.Key{
					Name:       adopt.FreeName(place, f.File, f.Exchange, taken),
					Exchange:   f.Exchange,
					Credential: place,
					Agent:      agent,
				},
			)
		}
	}
	if agents > 0 {
		a.remark(
			"an AI agent reads its keys when it starts: after a rotation it must be started anew; " +
				"rotate.reload can name the command",
		)
	}
	return keys, copies
}

// added are the lines that are new in a text.
func added(old, changed string) []string {
	before := strings.Split(old, "\n")
	var lines []string
	for line := range strings.SplitSeq(strings.TrimSuffix(changed, "\n"), "\n") {
		if i := slices.Index(before, line); i >= 0 {
			before = slices.Delete(before, i, i+1)
			continue
		}
		lines = append(lines, line)
	}
	return lines
}
