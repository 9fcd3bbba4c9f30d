package cmd

import (
	"github.com/spf13/cobra"

	"rekey/internal/change"
	"rekey/internal/journal"
	"rekey/internal/report"
)

func newRevokeCmd(a *App) *cobra.Command {
	o := &rotateOptions{changeOptions: changeOptions{
		output: output{formats: report.Formats()}, Options: change.Options{Kind: journal.Revoke},
	}}
	c := &cobra.Command{
		Use:   "revoke KEY...",
		Short: "Delete keys, and prove them dead",
		Long: `Delete each key, and ask the exchange for the proof: before and after, with the
same credential, from the same address. Where the proof cannot be had the run
ends as unconfirmed, says what to check by hand, and the exit code is 6.

A key is named by its name in rekey.yaml; by EXCHANGE/ACCOUNT/xxxx…yyyy as
reports print it, for one that nobody declared; or on a terminal by any part of
at least four characters that no other key has.

Keys of sub-accounts with a manager in rekey.yaml are deleted by API, where
the exchange has one (see: rekey exchanges). For other keys you are led through
the exchange's page, and the key is watched until the exchange says that it is
gone. Without a terminal the steps are printed, and the exit code is 6.`,
		Example: `  rekey revoke grid-bot
  rekey revoke xke7                     a key that the audit found, by a part of it
  rekey revoke main-binance --open`,
		ValidArgsFunction: a.completeKeys,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.keys = args
			return a.changeKeys(cmd.Context(), o)
		},
	}
	o.addTo(c.Flags())
	return c
}
