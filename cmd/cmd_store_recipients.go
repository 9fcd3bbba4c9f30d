package cmd

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"
)

type recipientOptions struct{ add, remove []string }

func (a *App) newStoreRecipientsCmd() *cobra.Command {
	o := &recipientOptions{}
	c := &cobra.Command{
		Use:   "recipients",
		Short: "List, add and remove the public keys that the store is encrypted to",
		Long: `Print the age public keys that the store is encrypted to, after adding or
removing some: one for the cron host, whose identity REKEY_STORE_IDENTITY names
there, or one whose identity lies in a safe. The one that opens the store now
always stays. Who was among them before can still read older copies of the file.`,
		Example: `  age-keygen -o /run/keys/rekey         prints the public key
  rekey store recipients --add age1...`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.storeRecipients(cmd.Context(), o) },
	}
	c.Flags().StringSliceVar(&o.add, "add", nil, "encrypt it to this age `KEY` too")
	c.Flags().StringSliceVar(&o.remove, "remove", nil, "no longer encrypt it to this age `KEY`")
	return c
}

func (a *App) storeRecipients(ctx context.Context, o *recipientOptions) error {
	f, err := a.openStore(ctx)
	if err != nil {
		return storeError(err)
	}
	recipients, err := f.Recipients(ctx)
	if err != nil {
		return storeError(err)
	}
	for _, r := range o.remove {
		if !slices.Contains(recipients, r) {
			// Whose word is not repeated: an identity may have been pasted.
			return usage("a key of --remove is none of the store's; nothing was changed", "see: rekey store recipients")
		}
	}
	if len(o.add)+len(o.remove) > 0 {
		wanted := slices.DeleteFunc(
			append(slices.Clone(recipients), o.add...),
			func(r string) bool { return slices.Contains(o.remove, r) },
		)
		if err := f.SetRecipients(ctx, wanted); err != nil {
			return storeError(err)
		}
		if recipients, err = f.Recipients(ctx); err != nil {
			return storeError(err)
		}
	}
	for _, r := range recipients {
		if _, err := fmt.Fprintln(a.Stdout, r); err != nil {
			return failed("could not be written: " + plain(err))
		}
	}
	return nil
}
