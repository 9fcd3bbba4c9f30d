package cmd

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"rekey/internal/listed"
)

// A completer tells the shell which words may come next.
type completer = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective)

// words completes words that the program knows, each once. A description
// follows a tab.
func words(all func() []string) completer {
	return func(_ *cobra.Command, given []string, _ string) ([]string, cobra.ShellCompDirective) {
		left := slices.DeleteFunc(all(), func(w string) bool {
			word, _, _ := strings.Cut(w, "\t")
			return slices.Contains(given, word)
		})
		return left, cobra.ShellCompDirectiveNoFileComp
	}
}

// completeKeys completes the names of rekey.yaml. A file that cannot be read
// completes nothing: the command itself will say why.
func (a *App) completeKeys(c *cobra.Command, given []string, typed string) ([]string, cobra.ShellCompDirective) {
	return words(func() []string {
		var keys []string
		for _, k := range a.declaredKeys() {
			keys = append(keys, k.Name+"\t"+k.Exchange)
		}
		if seen, err := listed.Remembered(a.stateDir()); err == nil { // those that nobody declared
			for _, k := range seen {
				keys = append(keys, k.Name+"\tnobody declared it")
			}
		}
		return keys
	})(c, given, typed)
}

// completeResponse completes incidents, and the names of rekey.yaml.
func (a *App) completeResponse(c *cobra.Command, given []string, typed string) ([]string, cobra.ShellCompDirective) {
	keys, directive := a.completeKeys(c, given, typed)
	if len(given) > 0 {
		return keys, directive
	}
	all, err := a.incidents("")
	if err != nil {
		return keys, directive
	}
	for _, in := range all.Incidents {
		keys = append(keys, in.ID+"\t"+in.Title)
	}
	return keys, directive
}
