package store

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"rekey/exchanges"
)

// Put implements [Store].
func (f *File) Put(ctx context.Context, slot string, e Entry) error {
	if err := checkSlot(slot); err != nil {
		return err
	}
	if err := checkEntry(e); err != nil {
		return err
	}
	return f.change(ctx, func(c *contents) error {
		others := slices.DeleteFunc(slices.Clone(c.slots[slot]), func(old Entry) bool { return sameCredential(old, e) })
		c.slots[slot] = append([]Entry{e}, others...)
		return nil
	})
}

// Replace puts e in the place of the credential that the slot holds, in one
// write, so that no crash leaves both. It refuses (ReasonChanged) when the slot
// holds another credential than instead or e: somebody else put it there.
// Older entries stay. After an error the slot holds what it held before, or e.
func (f *File) Replace(ctx context.Context, slot string, e Entry, instead exchanges.Credential) error {
	if err := checkSlot(slot); err != nil {
		return err
	}
	if err := checkEntry(e); err != nil {
		return err
	}
	old := Entry{Credential: instead}
	return f.change(ctx, func(c *contents) error {
		held := c.slots[slot]
		if len(held) == 0 || !sameCredential(held[0], old) && !sameCredential(held[0], e) {
			return &Error{
				Path: f.Path(), Reason: ReasonChanged, Problem: fmt.Sprintf("holds another credential under the "+
					"name %q than before", slot),
				Hint: "somebody else put it there, and it was left alone",
			}
		}
		others := slices.DeleteFunc(
			slices.Clone(held),
			func(h Entry) bool { return sameCredential(h, old) || sameCredential(h, e) },
		)
		c.slots[slot] = append([]Entry{e}, others...)
		return nil
	})
}

// Forget implements [Store].
func (f *File) Forget(ctx context.Context, slot, fingerprint string) error {
	if err := checkSlot(slot); err != nil {
		return err
	}
	return f.change(ctx, func(c *contents) error {
		left := slices.DeleteFunc(slices.Clone(c.slots[slot]), func(e Entry) bool { return e.Fingerprint() == fingerprint })
		if c.slots[slot] = left; len(left) == 0 {
			delete(c.slots, slot)
		}
		return nil
	})
}

// Empty implements [Store].
func (f *File) Empty(ctx context.Context, slots ...string) error {
	for _, slot := range slots {
		if err := checkSlot(slot); err != nil {
			return err
		}
	}
	return f.change(ctx, func(c *contents) error {
		for _, slot := range slots {
			delete(c.slots, slot)
		}
		return nil
	})
}

// Recipients returns the public keys that the store is encrypted to.
func (f *File) Recipients(ctx context.Context) ([]string, error) {
	c, err := f.look(ctx)
	return c.recipients, err
}

// SetRecipients encrypts the store to these public keys (age1…) from now on: to
// a second identity for the cron host, or to one in a safe. One of the opened
// identity stays among them. Who was a recipient before can still read old
// copies of the file, and knows what was in it.
func (f *File) SetRecipients(ctx context.Context, recipients []string) error {
	wanted := []string{}
	for _, r := range recipients {
		if r = strings.TrimSpace(r); !slices.Contains(wanted, r) {
			wanted = append(wanted, r)
		}
	}
	wanted = withOwn(wanted, f.ids)
	if _, err := parseRecipients(wanted); err != nil {
		return err
	}
	return f.change(ctx, func(c *contents) error {
		c.recipients = wanted
		return nil
	})
}

// change reads the store, edits it and writes it anew, under the lock.
func (f *File) change(ctx context.Context, edit func(*contents) error) error {
	f.changes.Lock()
	defer f.changes.Unlock()
	if err := canceled(ctx); err != nil {
		return err
	}
	d, err := f.options.open(f.options.Dir)
	if err != nil {
		return err
	}
	defer func() { _ = d.Close() }() // what was written is synced
	unlock, err := f.options.lock(ctx, d, f.options.wait)
	if err != nil {
		return err
	}
	defer unlock()
	c, err := f.load(d)
	if err != nil {
		return err
	}
	if err := edit(&c); err != nil {
		return err
	}
	c.recipients = withOwn(c.recipients, f.ids)
	return f.save(d, c)
}

// save writes c as the whole store. The caller holds the lock.
func (f *File) save(d directory, c contents) error {
	recipients, err := parseRecipients(c.recipients)
	if err != nil {
		return err
	}
	plain, err := encode(c)
	if err != nil {
		return err
	}
	defer clear(plain)
	sealed, err := encrypt(plain, recipients...)
	if err != nil {
		return err
	}
	if len(sealed) > largestFile {
		return invalid(fmt.Sprintf("the store would grow beyond %d MiB", largestFile>>20))
	}
	decrypted := false // that these bytes can be is proven once
	err = d.write(FileName, sealed, func(read []byte) error {
		if !bytes.Equal(read, sealed) {
			return unverified(d.file(FileName))
		}
		if decrypted {
			return nil
		}
		got, failure := decrypt(read, f.ids...)
		if failure != nil || !bytes.Equal(got, plain) {
			return unverified(d.file(FileName))
		}
		clear(got)
		decrypted = true
		return nil
	})
	if kept, failure := decode(plain); err == nil && failure == nil { // as a later rekey reads it
		f.remember(sealed, kept)
	}
	return err
}

func unverified(path string) error {
	return &Error{
		Path: path, Reason: ReasonUnverified, Problem: "what was written to the disk reads back as something else",
		Hint: "do not trust this disk",
	}
}

func invalid(problem string) error { return &Error{Reason: ReasonInvalid, Problem: problem} }

const longestSlot = 200 // bytes of a name

func checkSlot(name string) error {
	switch {
	case strings.TrimSpace(name) == "":
		return invalid("the name in the store is empty")
	case len(name) > longestSlot:
		return invalid(fmt.Sprintf("the name in the store is longer than %d bytes", longestSlot))
	case !utf8.ValidString(name) || strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }):
		return invalid("the name in the store holds a character that cannot be printed")
	}
	return nil
}

func checkEntry(e Entry) error {
	switch {
	case e.Credential.AccessKey == "":
		return invalid("the credential has no access key")
	case e.Credential.Secret.IsZero():
		return invalid("the credential has no secret")
	case !e.isText():
		return invalid("a part of the credential is not UTF-8 text")
	}
	return nil
}
