package store

import (
	"bytes"
	"context"
	"path/filepath"

	"filippo.io/age"

	"rekey/exchanges"
	"rekey/internal/atomicfile"
)

// Create makes an empty store in o.Dir, and the directory where it is missing.
//
// With o.Identity, the store is encrypted to the identities of that file,
// which must be there. Without it a new identity is made beside the store:
// protected by the passphrase seal, or, when seal is empty, bare, so that cron
// can use the store; see the package comment for what that is worth. An
// identity that is there already, from an attempt that was cut short or from a
// store that was lost, is used and not replaced.
//
// A store that is there is never touched: ReasonExists.
func Create(ctx context.Context, o Options, seal exchanges.Secret) (*File, error) {
	o = o.withDefaults()
	if err := canceled(ctx); err != nil {
		return nil, err
	}
	if err := o.makeDir(o.Dir); err != nil {
		return nil, fileError(o.Dir, "made", err)
	}
	d, err := o.open(o.Dir)
	if err != nil {
		return nil, err
	}
	defer func() { _ = d.Close() }() // what was written is synced
	unlock, err := o.lock(ctx, d, o.wait)
	if err != nil {
		return nil, err
	}
	defer unlock()
	there, err := d.has(FileName)
	if err != nil {
		return nil, err
	}
	if there {
		return nil, &Error{
			Path: d.file(FileName), Reason: ReasonExists, Problem: "is there already", Hint: "it was not touched",
		}
	}
	ids, err := o.createIdentity(ctx, d, seal)
	if err != nil {
		return nil, err
	}
	f := &File{options: o, ids: ids}
	if err := f.save(d, contents{recipients: withOwn(nil, ids)}); err != nil {
		return nil, err
	}
	return f, nil
}

// createIdentity returns the identities that a new store is encrypted to, and
// makes one where o asks for it and there is none.
func (o Options) createIdentity(ctx context.Context, d directory, seal exchanges.Secret) ([]age.Identity, error) {
	if o.Identity != "" {
		if !seal.IsZero() {
			return nil, invalid(
				"a passphrase protects an identity that rekey makes; the named identity file has its own, or none",
			)
		}
		return o.identities(ctx, d)
	}
	there, err := d.has(IdentityName)
	if err != nil {
		return nil, err
	}
	if !there {
		data, err := newIdentity(seal, o.work)
		if err != nil {
			return nil, err
		}
		defer clear(data)
		err = d.write(IdentityName, data, func(read []byte) error {
			if !bytes.Equal(read, data) {
				return unverified(d.file(IdentityName))
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	if !seal.IsZero() {
		if err := mustBeSealed(d); err != nil {
			return nil, err
		}
		o.Passphrase = func(context.Context) (exchanges.Secret, error) { return seal, nil }
	}
	return o.identities(ctx, d)
}

// mustBeSealed refuses a bare identity where the user wants a passphrase: the
// store would be less safe than asked for.
func mustBeSealed(d directory) error {
	data, err := d.read(IdentityName, largestIdentity)
	if err != nil {
		return err
	}
	defer clear(data)
	if isSealed(data) {
		return nil
	}
	return &Error{
		Path: d.file(IdentityName), Reason: ReasonExists, Problem: "is an identity without a passphrase",
		Hint: "move it away when no store needs it, or do without a passphrase",
	}
}

// makeReal makes a directory of the operating system.
func makeReal(path string) error {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	return atomicfile.MakeDir(absolute)
}
