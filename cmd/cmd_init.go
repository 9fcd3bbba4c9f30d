package cmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"

	"rekey/internal/config"
	"rekey/internal/location"
	"rekey/internal/prompt"
)

func newInitCmd(a *App) *cobra.Command {
	var yes bool
	c := &cobra.Command{
		Use:   "init",
		Short: "Write a first rekey.yaml from the credentials found here",
		Long: `Look for credentials in the environment (BINANCE_API_KEY and the like), in .env
and in the bot files of this folder, and write a rekey.yaml that names where
they live. No secret is copied: the file holds locations only. Nothing is sent.

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
	shared := map[string][]string{}
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

// askAboutKeys asks who each key was given to, and whether to write.
func (a *App) askAboutKeys(ctx context.Context, found []location.Found, path string, shared map[string][]string) (bool, error) {
	tty, err := a.Terminal()
	if err != nil {
		return false, usage("there is no terminal to ask on, nothing was written", "--yes writes without asking")
	}
	defer func() { _ = tty.Close() }()
	p := prompt.New(tty)
	for _, f := range found {
		if f.Vendor || f.Exchange == "" {
			continue
		}
		answer, err := p.Line(ctx, fmt.Sprintf("Was %s (%s) ever given to a bot service or tracker? Names, or Enter for no:", f.Name, f.Location.Display()))
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
		b.WriteString(" {}\n#  grid-bot:\n#    exchange: binance\n#    credential: dotenv:.env#BINANCE\n#    shared_with: [3commas]\n")
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
	b.WriteString("    # purpose: [read, spot]      what it needs, and no more\n    # owner: you                 who answers for it\n")
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
