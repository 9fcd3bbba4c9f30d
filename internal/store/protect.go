package store

import (
	"bytes"
	"context"

	"rekey/exchanges"
)

// Protect writes the identity file beside the store anew, protected by the
// passphrase, or bare when that is empty. The store itself stays as it is, and
// older copies of the identity file still open it. An identity file that
// Options name is not rekey's to change: ReasonInvalid.
//
// The file is replaced as a whole, and only by one that was proven to open.
func (f *File) Protect(ctx context.Context, passphrase exchanges.Secret) error {
	o := f.options
	if o.Identity != "" {
		return invalid("a named identity file is left alone; age -p protects one")
	}
	if err := canceled(ctx); err != nil {
		return err
	}
	data, err := identityFile(f.ids, passphrase, o.work)
	if err != nil {
		return err
	}
	defer clear(data)
	if !passphrase.IsZero() {
		o.Passphrase = func(context.Context) (exchanges.Secret, error) { return passphrase, nil }
		plain, err := o.unseal(ctx, o.IdentityPath(), data)
		if err != nil {
			return err
		}
		clear(plain)
	}
	d, err := o.open(o.Dir)
	if err != nil {
		return err
	}
	defer func() { _ = d.Close() }() // what was written is synced
	unlock, err := o.lock(ctx, d, o.wait)
	if err != nil {
		return err
	}
	defer unlock()
	return d.write(IdentityName, data, func(read []byte) error {
		if !bytes.Equal(read, data) {
			return unverified(d.file(IdentityName))
		}
		return nil
	})
}
