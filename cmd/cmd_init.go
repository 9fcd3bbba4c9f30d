package cmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"

	"rekey/exchanges"
	"rekey/internal/config"
	"rekey/internal/location"
	"rekey/internal/prompt"
	"rekey/internal/scan"
	"rekey/internal/scan/adopt"
)

func newInitCmd(a *App) *cobra.Command {
	var yes bool
	c := &cobra.Command{
		Use:   "init",
		Short: "Write a first rekey.yaml from the credentials found here",
		Long: `Look for credentials in the environment (BINANCE_API_KEY and the like), in .env
in the bot files of this folder, and in all files below it that a location can
read (AI agents' too), and write a rekey.yaml that names where they live. No secret
is copied: the file holds locations only. Nothing is sent.

On a terminal it asks who each key was ever given to, which is what matters most
after a vendor's leak. --yes writes without asking.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return initRun(cmd.Context(), a, yes) },
	}
	c.Flags().BoolVarP(&yes, "yes", "y", false, "write without asking")
	return c
}

func initRun(ctx context.Context, a *App, yes bool) error {
	file := "rekey.yaml"
	if a.flags.config != "" {
		file = a.flags.config
	}
	path := a.path(file)
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return usage(path+" is there already, and was left alone", "edit it, or name another file with --config")
	}
	var names, vendors []string
	for _, x := range a.Registry.Exchanges() {
		names = append(names, x.Card.Name)
	}
	for _, v := range a.Registry.Vendors() {
		vendors = append(vendors, v.Card.Name)
	}
	found := location.Discover(ctx, location.Env{Dir: a.Dir, Environ: a.Environ}, names, vendors)
	found = a.discoverBelow(ctx, found, filepath.Dir(path))
	for _, f := range found {
		note := f.Location.Display()
		if f.Err != nil {
			note += ": " + f.Err.Error()
		}
		a.remark("found %s", note)
	}
	if len(found) == 0 {
		a.remark("found no credential in the environment or in this folder; the file will be an example to fill in")
	}
	found = readable(found)
	shared := map[string][]string{}
	for _, f := range found {
		if adopt.IsAgent(f.Location.String()) {
			shared[f.Name] = []string{"agent"}
		}
	}
	if !yes {
		ok, err := a.askAboutKeys(ctx, found, path, shared)
		if err != nil || !ok {
			return err
		}
	}
	text := firstConfig(found, shared)
	if err := checkConfig(a, file, text); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return failed("the file could not be written: " + plain(err))
	}
	if _, err := f.WriteString(text); err != nil {
		_ = f.Close()
		_ = os.Remove(path)
		return failed("the file could not be written: " + plain(err))
	}
	if err := f.Close(); err != nil {
		return failed("the file could not be written: " + plain(err))
	}
	a.remark("wrote %s (%s, no secret in it); next: rekey audit", path, number(len(found), "location"))
	return nil
}

// discoverBelow adds what a scan of the folder and all below it finds and a
// location can read, so that an inventory is not only what lies at the top.
func (a *App) discoverBelow(ctx context.Context, found []location.Found, dir string) []location.Found {
	own := owned{credentials: map[string]exchanges.Credential{}}
	for _, f := range found {
		own.taken = append(own.taken, f.Name)
		if f.Err != nil || f.Vendor {
			continue
		}
		if r, err := f.Location.Read(ctx, location.Env{Dir: a.Dir, Environ: a.Environ}); err == nil {
			own.credentials[f.Name] = r.Credential
		}
	}
	result := scan.Run(ctx, scan.Options{Paths: []string{a.Dir}, Dir: a.Dir, All: true, Getenv: a.getenv})
	names := own.names()
	for i := range result.Findings {
		if f := &result.Findings[i]; f.Credential.AccessKey != "" {
			f.Key = names[f.Credential.AccessKey]
		}
	}
	if n := len(result.Gaps); n > 0 {
		a.remark("%s below this folder could not be read: rekey scan --all names them", number(n, "file"))
	}
	keys, copies := a.toImport(ctx, own, result, dir)
	for i := range found {
		for _, text := range copies[found[i].Name] {
			if l, err := location.Parse(text); err == nil && !l.Equal(found[i].Location) &&
				!slices.ContainsFunc(found[i].Copies, l.Equal) {
				found[i].Copies = append(found[i].Copies, l)
			}
		}
	}
	for _, k := range keys {
		l, err := location.Parse(k.Credential)
		if err != nil {
			continue // it was read before
		}
		f := location.Found{Name: k.Name, Exchange: k.Exchange, Location: l}
		for _, text := range k.Copies {
			if c, err := location.Parse(text); err == nil {
				f.Copies = append(f.Copies, c)
			}
		}
		found = append(found, f)
	}
	return found
}

// readable leaves out what is there and cannot be read: an entry for it would
// fail in every audit.
func readable(found []location.Found) []location.Found {
	return slices.DeleteFunc(slices.Clone(found), func(f location.Found) bool { return f.Err != nil })
}

// askAboutKeys asks who each key was given to, and whether to write.
func (a *App) askAboutKeys(
	ctx context.Context,
	found []location.Found,
	path string,
	shared map[string][]string,
) (bool, error) {
	tty, err := a.Terminal()
	if err != nil {
		return false, usage("there is no terminal to ask on, nothing was written", "--yes writes without asking")
	}
	defer func() { _ = tty.Close() }()
	p := prompt.New(tty)
	if names, err := a.names(); err == nil && len(names.SharedWith) > 0 {
		a.remark("services that rekey knows incidents of: %s", strings.Join(names.SharedWith, ", "))
	}
	for _, f := range found {
		if f.Vendor || f.Exchange == "" {
			continue
		}
		answer, err := p.Line(
			ctx,
			fmt.Sprintf(
				"Was %s (%s) ever given to a bot service or tracker? Names, or Enter for no:",
				f.Name,
				f.Location.Display(),
			),
		)
		if err != nil {
			return false, err
		}
		for _, word := range strings.FieldsFunc(answer, func(r rune) bool { return r == ',' || r == ' ' }) {
			shared[f.Name] = append(shared[f.Name], strings.ToLower(word))
		}
	}
	ok, err := p.Confirm(ctx, "Write "+path+"?")
	if err == nil && !ok {
		a.remark("nothing was written")
	}
	return ok, err
}

// firstConfig renders the file.
func firstConfig(found []location.Found, shared map[string][]string) string {
	var b strings.Builder
	b.WriteString("# The inventory of rekey. It names where credentials live and never holds one.\nversion: 1\nkeys:")
	keys := 0
	var vendors []location.Found
	for _, f := range found {
		switch {
		case f.Vendor:
			vendors = append(vendors, f)
		case f.Exchange != "":
			keys++
			writeKey(&b, f, shared[f.Name])
		}
	}
	if keys == 0 {
		b.WriteString(
			" {}\n#  grid-bot:\n#    exchange: binance\n#    credential: dotenv:.env#BINANCE\n#    shared_with: [3commas]\n",
		)
	}
	if len(vendors) > 0 {
		b.WriteString("vendors:\n")
		for _, v := range vendors {
			fmt.Fprintf(&b, "  %s: {credential: %s}\n", v.Exchange, scalar(v.Location.String()))
		}
	}
	return b.String()
}

func writeKey(b *strings.Builder, f location.Found, shared []string) {
	fmt.Fprintf(b, "\n  %s:\n    exchange: %s\n    credential: %s\n", f.Name, f.Exchange, scalar(f.Location.String()))
	if len(f.Copies) > 0 {
		var copies []string
		for _, c := range f.Copies {
			copies = append(copies, scalar(c.String()))
		}
		fmt.Fprintf(b, "    copies: [%s]\n", strings.Join(copies, ", "))
	}
	var words []string
	for _, s := range shared {
		words = append(words, scalar(s))
	}
	fmt.Fprintf(b, "    shared_with: [%s]   # every service it was ever given to\n", strings.Join(words, ", "))
	b.WriteString(
		"    # purpose: [read, spot]      what it needs, and no more\n    # owner: you                 who answers for it\n",
	)
}

// scalar quotes a word for YAML.
func scalar(word string) string {
	out, err := yaml.Marshal(&yaml.Node{Kind: yaml.ScalarNode, Value: word, Style: yaml.DoubleQuotedStyle})
	if err != nil {
		return `""`
	}
	return strings.TrimSpace(string(out))
}

// checkConfig reads the text back the way every command will.
func checkConfig(a *App, file, text string) error {
	names, err := a.names()
	if err != nil {
		return err
	}
	if _, err := config.Parse(file, []byte(text), names); err != nil {
		return failed("rekey would not understand its own file, nothing was written: " + err.Error())
	}
	return nil
}
