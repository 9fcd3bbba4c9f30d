package cmd

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"rekey/internal/journal"
	"rekey/internal/report"
)

// changeOptions are the flags of the commands that change keys.
type changeOptions struct {
	output
	kind        journal.Kind
	keys        []string
	due         bool
	most        int
	compromised bool
	yes, dryRun bool
	accept      []string
	settle      time.Duration
	walk        walkOptions
	metrics     metricsFile
}

// defaultSettle is how long an old key is kept after the new one is in use.
const defaultSettle = 10 * time.Second

func newRotateCmd(a *App) *cobra.Command {
	o := &changeOptions{output: output{formats: report.Formats()}, kind: journal.Rotate}
	c := &cobra.Command{
		Use:   "rotate KEY...",
		Short: "Put a new key in the place of an old one, prove it, and destroy the old one",
		Long: `Make a new key, prove that it works and is no wider than the old one, write it
to every declared place, run the reload command, and only then destroy the old
key and prove it dead. Each step is in the journal before it happens: whatever
dies in between, "rekey runs resume" goes on there.

Keys of sub-accounts with a manager in rekey.yaml are made and destroyed by API,
where the exchange has one (see: rekey exchanges). For other keys you are led
through the exchange's page, step by step, and everything you do there is
checked with the exchange. Without a terminal the steps are printed, and the
exit code is 6.`,
		Example: `  rekey rotate grid-bot --dry-run
  rekey rotate grid-bot
  rekey rotate --due --yes --quiet            from cron
  rekey rotate grid-bot --compromised         kill the old key first
  rekey rotate main --open                    open the exchange's page as well`,
		ValidArgsFunction: a.completeKeys,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.keys = args
			return a.withMetrics(cmd.Context(), &o.metrics, func(ctx context.Context) error { return a.changeRun(ctx, o) })
		},
	}
	f := c.Flags()
	o.addTo(f)
	o.settling(f)
	o.giving(f)
	o.metrics.add(f)
	f.BoolVar(&o.due, "due", false, "all keys that are older than their rotate.every; those that need a person are named and left")
	f.IntVar(&o.most, "max", 0, "at most `N` keys in one run, 0 for all")
	f.BoolVar(&o.compromised, "compromised", false, "destroy the old key first, then make the new one")
	return c
}

func newRevokeCmd(a *App) *cobra.Command {
	o := &changeOptions{output: output{formats: report.Formats()}, kind: journal.Revoke}
	c := &cobra.Command{
		Use:   "revoke KEY...",
		Short: "Destroy keys, and prove them dead",
		Long: `Destroy each key, and ask the exchange for the proof: before and after, with the
same credential, from the same address. Where the proof cannot be had the run
ends as unconfirmed, says what to check by hand, and the exit code is 6.

Keys of sub-accounts with a manager in rekey.yaml are destroyed by API, where
the exchange has one (see: rekey exchanges). For other keys you are led through
the exchange's page, and the key is watched until the exchange says that it is
gone. Without a terminal the steps are printed, and the exit code is 6.`,
		Example: `  rekey revoke grid-bot
  rekey revoke main-binance --open`,
		ValidArgsFunction: a.completeKeys,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.keys = args
			return a.changeRun(cmd.Context(), o)
		},
	}
	o.addTo(c.Flags())
	return c
}

// addTo adds the flags that all commands share that change keys.
func (o *changeOptions) addTo(f *pflag.FlagSet) {
	o.add(f)
	f.BoolVarP(&o.yes, "yes", "y", false, "carry out the plan without asking")
	f.BoolVar(&o.dryRun, "dry-run", false, "print the plan and stop")
	f.StringSliceVar(&o.accept, "accept-risk", nil, "accept a `RISK` that the plan names: "+strings.Join(riskWords(), ", "))
	f.BoolVar(&o.walk.open, "open", false, "open the exchange's page where a person must do a step")
}

// giving adds the flag of the commands that put a new key in a place.
func (o *changeOptions) giving(f *pflag.FlagSet) {
	f.StringVar(&o.walk.newFrom, "new-from", "", "read the credential that a person made from a `LOCATION` (env:, json:, dotenv:, ...), or from stdin with -")
}

// settling adds the flag of the commands that wait before the old key dies.
func (o *changeOptions) settling(f *pflag.FlagSet) {
	f.DurationVar(&o.settle, "settle", defaultSettle, "how long the old key is kept after the new one is in use")
}

func (o *changeOptions) checkChange() error {
	if err := o.checkAccepted(); err != nil {
		return err
	}
	if o.most < 0 {
		return usage("--max cannot be negative")
	}
	if o.walk.newFrom != "" && len(o.keys) != 1 {
		return usage("--new-from is the new credential of one key: name that key alone")
	}
	if o.due && len(o.keys) > 0 || !o.due && len(o.keys) == 0 {
		hints := []string{"see: rekey " + string(o.kind) + " --help"}
		if o.kind == journal.Rotate {
			return usage("name the keys, or all that are due with --due", hints...)
		}
		return usage("name the keys to destroy", hints...)
	}
	return nil
}

// checkAccepted looks at what every command that changes keys takes.
func (o *changeOptions) checkAccepted() error {
	if err := o.check(); err != nil {
		return err
	}
	if o.settle < 0 {
		return usage("--settle cannot be negative")
	}
	for _, r := range o.accept {
		if !slices.Contains(riskWords(), r) {
			return usage("there is no risk "+quote(r), "risks: "+strings.Join(riskWords(), ", "))
		}
	}
	return nil
}
