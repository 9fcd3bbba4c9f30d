package location

import (
	"context"
	"slices"
)

// Apply writes what was prepared and reads it back. It returns nil when the
// location holds the new credential and would still after a power cut. It may
// be called again, also of a Change that was prepared anew after a crash: a
// location that holds the new credential already is left alone.
//
// A place that was edited in the meantime is not written (ReasonChanged). Each
// file is replaced whole, and keeps its mode and owner. Of several files some
// may be written when an error comes; Apply of the same Change goes on there,
// and Prepare with the old credential leads back.
//
// The error is an *Error.
func (c Change) Apply(ctx context.Context) error {
	var err *Error
	switch {
	case c.location.IsZero():
		err = problem(ReasonInvalid, "", "no change was prepared", "")
	case c.location.isKept():
		err = c.applyKept(ctx)
	case c.location.kind == KindVault:
		err = c.applyVault(ctx)
	case c.location.kind == KindExec:
		err = c.applyProgram(ctx)
	default:
		err = c.applyFiles(ctx)
	}
	if err != nil {
		return c.location.failed(err)
	}
	return nil
}

func (c Change) applyFiles(ctx context.Context) *Error {
	if err := ctx.Err(); err != nil {
		return &Error{Reason: ReasonFailed, Problem: "was not written: " + err.Error(), Err: err}
	}
	states := make([]fileState, len(c.files))
	for i, f := range c.files { // all of them before the first is touched
		var err *Error
		if states[i], err = f.state(); err != nil {
			return err
		}
		if states[i] == fileForeign {
			if c.holds(ctx) {
				return nil // somebody else did what was to be done
			}
			return f.changed(editedMeanwhile, nil)
		}
	}
	if err := c.stillLeadsHere(ctx); err != nil {
		return err
	}
	for i, f := range c.files {
		if err := f.place(ctx, states[i]); err != nil {
			return err
		}
	}
	if !c.holds(ctx) {
		if err := ctx.Err(); err != nil {
			return &Error{Reason: ReasonFailed, Problem: "was written and not read back: " + err.Error(), Err: err}
		}
		return problem(
			ReasonFailed,
			"",
			"was written and does not hold the new credential",
			"somebody else may have changed it at the same time; look at it",
		)
	}
	return nil
}

// stillLeadsHere plans the change once more: a file that is not written itself
// may decide where the credential is read, as a configuration does that
// includes others.
func (c Change) stillLeadsHere(ctx context.Context) *Error {
	plan, _, err := c.location.plan(ctx, c.env, c.wanted)
	if err != nil && ctx.Err() != nil {
		return err
	}
	same := err == nil && len(plan) == len(c.files)
	for _, w := range plan {
		same = same && slices.ContainsFunc(c.files, func(f fileChange) bool {
			return f.path == w.file.path && f.after.Reveal() == string(w.after)
		})
	}
	if !same {
		return problem(
			ReasonChanged,
			"",
			"what the location leads to has changed since the change was prepared",
			"nothing was written; look at it and try again",
		)
	}
	return nil
}

// holds reports whether the location now holds exactly the new credential.
func (c Change) holds(ctx context.Context) bool {
	present, err := c.location.present(ctx, c.env)
	return err == nil && sameCredential(present, c.wanted)
}
