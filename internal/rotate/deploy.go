package rotate

import (
	"context"
	"fmt"

	"rekey/internal/journal"
)

// deploy writes the new credential to every place and makes the bot read it.
// All places are one step: when the third of five fails, resuming finishes it,
// and abandoning takes back what was written.
func (r *run) deploy(ctx context.Context) error {
	c, err := r.credential(ctx)
	if err != nil {
		return err
	}
	if err := r.note(journal.Deployed, journal.Will, journal.Data{Copies: len(r.Places)}); err != nil {
		return err
	}
	r.deploying.Lock()
	defer r.deploying.Unlock()
	for _, p := range r.Places {
		if err := p.Write(ctx, c, r.Old); err != nil {
			return fmt.Errorf("%s could not be written: %w", p.Name(), err)
		}
	}
	if r.Reload != nil {
		if err := r.Reload(ctx, c, r.Old); err != nil {
			return fmt.Errorf("the reload command failed: %w", err)
		}
	}
	return r.note(journal.Deployed, journal.Did, journal.Data{})
}

// settle gives the bot time to turn to the new key.
func (r *run) settle(ctx context.Context) error {
	if err := r.Sleep(ctx, r.Settle); err != nil {
		return err
	}
	return r.note(journal.Settling, journal.Did, journal.Data{})
}
