package cmd

import (
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"rekey/exchanges/all"
	"rekey/internal/nearest"
)

const rootHelp = `rekey lists the API keys that you hold at exchanges: what each may do, from
where, since when, who else holds it, and which to deal with first.

It cannot trade or withdraw: every request is one of a printed list of
operations, and anything else is refused before a connection is made. Only
revoke, rotate, respond and runs change keys, after showing a plan.

Your key leaked? Start with:   rekey audit, then rekey respond
No account at hand? Practise:  rekey drill`

func newRoot(a *App) *cobra.Command {
	root := &cobra.Command{
		Use:           "rekey",
		Short:         "Which keys do I have, what may each do, and which do I deal with first?",
		Long:          rootHelp,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(cmd, args[0])
			}
			if err := cmd.Help(); err != nil {
				return err
			}
			return a.offerView(cmd.Context())
		},
	}
	root.SuggestionsMinimumDistance = 2
	root.SetIn(a.Stdin)
	root.SetOut(a.Stdout)
	root.SetErr(a.Stderr)
	root.CompletionOptions.HiddenDefaultCmd = false
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		hints := []string{"see: " + cmd.CommandPath() + " --help"}
		if near := nearestFlag(cmd, err); near != "" {
			hints = append([]string{"did you mean --" + near + "?"}, hints...)
		}
		return usage(err.Error(), hints...)
	})
	root.Version = Version()
	root.SetVersionTemplate("rekey {{.Version}}\n")
	shortHelp(root)
	f := root.PersistentFlags()
	f.StringVar(
		&a.flags.config,
		"config",
		"",
		"configuration `FILE` (default $REKEY_CONFIG, ./rekey.yaml, $XDG_CONFIG_HOME/rekey/rekey.yaml)",
	)
	f.StringVar(&a.flags.state, "state", "", "`DIR` for what rekey remembers (default $XDG_STATE_HOME/rekey)")
	f.BoolVarP(&a.flags.quiet, "quiet", "q", false, "no remarks and no progress on stderr")
	f.BoolVarP(&a.flags.verbose, "verbose", "v", false, "show each request on stderr: method, path, status, time, weight")
	f.BoolVar(&a.flags.noColor, "no-color", false, "no colour")

	root.AddGroup(
		&cobra.Group{ID: "look", Title: "Look at keys:"},
		&cobra.Group{ID: "change", Title: "Change keys:"},
		&cobra.Group{ID: "know", Title: "Know:"},
		&cobra.Group{ID: "start", Title: "Get started:"},
	)
	add := func(group string, commands ...*cobra.Command) {
		for _, c := range commands {
			c.GroupID = group
			root.AddCommand(c)
		}
	}
	add("look", newUICmd(a), newAuditCmd(a, nil), newKeysCmd(a, nil), newScanCmd(a), newLeakCmd(a), newTraceCmd(a),
		newReportCmd(a))
	add("change", newRevokeCmd(a), newRespondCmd(a), newRotateCmd(a), newRunsCmd(a), newJournalCmd(a), newStoreCmd(a))
	add("know", newExchangesCmd(a), newRulesCmd(a), newIncidentsCmd(a), newPolicyCmd(a))
	add("start", newDrillCmd(a), newInitCmd(a), newDoctorCmd(a))
	root.AddCommand(newVersionCmd(a))
	root.AddCommand(&cobra.Command{Use: "exit-codes", Short: "What each exit code means", Long: exitHelp})
	root.InitDefaultCompletionCmd()
	bashAlone(root)
	completeFlags(a, root)
	wrapUsage(root)
	return root
}

// shortHelp prints for -h what a command is for, how it is called and its flags;
// --help and help print all of it.
func shortHelp(root *cobra.Command) {
	long := root.HelpFunc()
	root.SetHelpFunc(func(c *cobra.Command, args []string) {
		if slices.Contains(args, "-h") {
			c.Printf("%s\n\n%s\nMore: %s --help\n", c.Short, c.UsageString(), c.CommandPath())
			return
		}
		long(c, args)
		if c.Runnable() {
			c.Println("\nExit codes: rekey help exit-codes")
		}
	})
}

// nearestFlag is what a command line with an unknown flag most likely meant, ""
// when nothing is near.
func nearestFlag(c *cobra.Command, err error) string {
	_, word, found := strings.Cut(err.Error(), "unknown flag: --")
	if !found {
		return ""
	}
	var known []string
	c.Flags().VisitAll(func(f *pflag.Flag) { known = append(known, f.Name) })
	word, _, _ = strings.Cut(word, "=")
	return nearest.Word(word, known)
}

// wrapUsage turns cobra's complaints about arguments into errors of usage.
func wrapUsage(c *cobra.Command) {
	if check := c.Args; check != nil {
		c.Args = func(cmd *cobra.Command, args []string) error {
			if err := check(cmd, args); err != nil {
				return usage(err.Error(), "see: "+cmd.CommandPath()+" --help")
			}
			return nil
		}
	}
	for _, sub := range c.Commands() {
		wrapUsage(sub)
	}
}

func unknownCommand(root *cobra.Command, word string) error {
	hints := []string{"see: rekey --help"}
	if near := root.SuggestionsFor(word); len(near) > 0 {
		hints = append([]string{"did you mean " + strings.Join(near, " or ") + "?"}, hints...)
	}
	return usage("there is no command "+quote(word), hints...)
}

// Root returns the command tree for generators of documents. It runs nothing.
func Root(out io.Writer) *cobra.Command {
	return newRoot(&App{Stdout: out, Stderr: out, Registry: all.Registry()})
}
