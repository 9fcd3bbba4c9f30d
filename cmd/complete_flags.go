package cmd

import (
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"rekey/internal/config"
)

// valuesOf is the annotation of a flag that holds the words it takes.
const valuesOf = "rekey_values"

// offer notes the words that a flag takes, for the shell to complete.
func offer(f *pflag.FlagSet, flag string, words []string) {
	_ = f.SetAnnotation(flag, valuesOf, words) // fails only for a flag that is not there
}

// completeFlags lets the shell complete the values of every flag that takes words:
// those that were offered, and those of rekey.yaml and of the catalogue.
func completeFlags(a *App, c *cobra.Command) {
	for flag, from := range map[string]func() []string{
		"exchange": func() []string { return a.declared(func(k config.Key) string { return k.Exchange }) },
		"owner":    func() []string { return a.declared(func(k config.Key) string { return k.Owner }) },
		"vendor":   a.vendorWords,
	} {
		if c.Flags().Lookup(flag) != nil {
			_ = c.RegisterFlagCompletionFunc(flag, words(from)) // fails only for a flag that is not there
		}
	}
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if values := f.Annotations[valuesOf]; len(values) > 0 {
			_ = c.RegisterFlagCompletionFunc(f.Name, words(func() []string { return slices.Clone(values) })) // as above
		}
	})
	for _, sub := range c.Commands() {
		completeFlags(a, sub)
	}
}

// declared are the words that keys of rekey.yaml have, each once. A file that
// cannot be read has none: the command itself will say why.
func (a *App) declared(word func(config.Key) string) []string {
	var out []string
	for _, k := range a.declaredKeys() {
		if w := word(k); w != "" && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}

func (a *App) declaredKeys() []config.Key {
	names, err := a.names()
	if err != nil {
		return nil
	}
	file, ok, err := config.Find(a.flags.config, a.getenv, a.Dir)
	if err != nil || !ok {
		return nil
	}
	loaded, err := config.Load(file, names)
	if err != nil {
		return nil
	}
	return loaded.Keys
}

// vendorWords are the vendors that incidents and keys name.
func (a *App) vendorWords() []string {
	var out []string
	names, err := a.names()
	if err != nil {
		return nil
	}
	for _, v := range names.SharedWith {
		if !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}
