package rotate

import (
	"context"
	"fmt"

	"rekey/exchanges"
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
	if place, err := r.writePlaces(ctx, journal.Deployed, c, r.Old); err != nil {
		return fmt.Errorf("%s could not be written: %w", place, err)
	}
	if r.Reload != nil {
		if err := r.Reload(ctx, c, r.Old); err != nil {
			return fmt.Errorf("the reload command failed: %w", err)
		}
	}
	r.queue(journal.Deployed, journal.Did, journal.Data{})
	return nil
}

// writePlaces makes every place hold c and notes each file that was written
// for it. It returns the name of the place that could not be written beside the
// error.
func (r *run) writePlaces(ctx context.Context, s journal.Stage, c, instead exchanges.Credential) (string, error) {
	for _, p := range r.Places {
		files, err := p.Write(ctx, c, instead)
		for _, f := range files {
			r.queue(s, journal.Note, journal.Data{Location: f.Location, Before: f.Before, After: f.After})
		}
		if err != nil {
			return p.Name(), err
		}
	}
	return "", nil
}

// A holder is a place that can say, without changing anything, whether it holds
// a credential.
type holder interface {
	Holds(ctx context.Context, c exchanges.Credential) (bool, error)
}

// deployAgain writes the new credential once more where a place does not hold
// it any more: a bot that writes its settings when it stops, or a person, may
// have put the old one back. Without that, the old key would be destroyed under
// a running bot.
func (r *run) deployAgain(ctx context.Context) error {
	c, err := r.credential(ctx)
	if err != nil {
		return err
	}
	for _, p := range r.Places {
		h, ok := p.(holder)
		if !ok {
			continue
		}
		holds, err := h.Holds(ctx, c)
		if err != nil {
			return fmt.Errorf("%s could not be read, the old key is untouched: %w", p.Name(), err)
		}
		if holds {
			continue
		}
		if err := r.deploy(ctx); err != nil {
			return err
		}
		return r.settle(ctx)
	}
	return nil
}

// settle gives the bot time to turn to the new key.
func (r *run) settle(ctx context.Context) error {
	if r.Settle > 0 { // what was done must not wait that long to be on disk
		if err := r.flush(); err != nil {
			return err
		}
	}
	if err := r.Sleep(ctx, r.Settle); err != nil {
		return err
	}
	r.queue(journal.Settling, journal.Did, journal.Data{})
	return nil
}
