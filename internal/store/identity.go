package store

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"filippo.io/age"
	"filippo.io/age/armor"

	"rekey/exchanges"
)

const (
	largestIdentity = 64 << 10 // bytes of an identity file
	identityNote    = `# This age identity opens store.age beside it. Without it the credentials there
# are lost: keep a copy in another place. Nobody else may read it.
`
)

// identities reads the identity file, asking for the passphrase when one
// protects it. Without a path of its own it lies in d, beside the store.
func (o Options) identities(ctx context.Context, d directory) ([]age.Identity, error) {
	path := o.IdentityPath()
	var data []byte
	var err error
	if o.Identity == "" {
		data, err = d.read(IdentityName, largestIdentity)
	} else {
		data, err = readPrivate(path, largestIdentity)
	}
	if ReasonOf(err) == ReasonAbsent {
		return nil, &Error{
			Path: path, Reason: ReasonIdentity, Problem: "the identity file does not exist", Err: err,
			Hint: "bring it back from a copy; a store cannot be opened without an identity that is among its recipients",
		}
	}
	if err != nil {
		return nil, err
	}
	defer clear(data)
	if isSealed(data) {
		plain, err := o.unseal(ctx, path, data)
		if err != nil {
			return nil, err
		}
		defer clear(plain)
		data = plain
	}
	ids, err := age.ParseIdentities(bytes.NewReader(data))
	if err != nil { // whose text may quote the key
		return nil, &Error{
			Path: path, Reason: ReasonIdentity, Problem: "is no age identity file",
			Hint: "bring it back from a copy; age-keygen makes new ones",
		}
	}
	return ids, nil
}

// IdentityPath returns the path of the identity file.
func (o Options) IdentityPath() string {
	if o.Identity != "" {
		return o.Identity
	}
	return filepath.Join(o.Dir, IdentityName)
}

const binaryStart = "age-encryption.org/"

// isSealed reports whether an identity file is an age file itself.
func isSealed(data []byte) bool {
	return bytes.HasPrefix(data, []byte(binaryStart)) || bytes.HasPrefix(data, []byte(armor.Header))
}

// unseal decrypts an identity file with its passphrase.
func (o Options) unseal(ctx context.Context, path string, data []byte) ([]byte, error) {
	if o.Passphrase == nil {
		return nil, &Error{
			Path: path, Reason: ReasonNoPassphrase, Problem: "is protected by a passphrase, and nobody is here to tell it",
			Hint: "name a file that holds the passphrase, or an identity file without one",
		}
	}
	passphrase, err := o.Passphrase(ctx)
	if err != nil {
		return nil, err
	}
	id, err := passphraseIdentity(passphrase)
	if err != nil {
		return nil, err
	}
	if bytes.HasPrefix(data, []byte(armor.Header)) {
		if data, err = io.ReadAll(armor.NewReader(bytes.NewReader(data))); err != nil {
			return nil, &Error{Path: path, Reason: ReasonDamaged, Problem: "was cut short or changed"}
		}
	}
	plain, failure := decrypt(data, id)
	if failure != nil {
		failure.Path = path
		if failure.Reason == ReasonIdentity {
			failure.Reason, failure.Problem = ReasonPassphrase, "is not opened by this passphrase"
		}
		return nil, failure
	}
	return plain, nil
}

// newIdentity returns the content of a new identity file, protected by the
// passphrase unless that is empty.
func newIdentity(passphrase exchanges.Secret, work int) ([]byte, error) {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, &Error{Reason: ReasonFailed, Problem: "no identity can be made"}
	}
	return identityFile([]age.Identity{id}, passphrase, work)
}

// identityFile returns the content of an identity file, protected by the
// passphrase unless that is empty.
func identityFile(ids []age.Identity, passphrase exchanges.Secret, work int) ([]byte, error) {
	text := []byte(identityNote)
	for _, id := range ids {
		written, ok := id.(fmt.Stringer)
		if !ok {
			return nil, invalid("an identity of this kind cannot be written")
		}
		text = append(text, "# public key: "+recipientOf(id)+"\n"+written.String()+"\n"...)
	}
	if passphrase.IsZero() {
		return text, nil
	}
	defer clear(text)
	to, err := passphraseRecipient(passphrase, work)
	if err != nil {
		return nil, err
	}
	sealed, err := encrypt(text, to)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	w := armor.NewWriter(&b)
	_, _ = w.Write(sealed) // a buffer takes everything
	_ = w.Close()
	return b.Bytes(), nil
}

// recipientOf returns the public half of an identity, in text; "" for a kind
// of identity that a later age may know.
func recipientOf(id age.Identity) string {
	switch id := id.(type) {
	case *age.X25519Identity:
		return id.Recipient().String()
	case *age.HybridIdentity:
		return id.Recipient().String()
	}
	return ""
}

// withOwn returns the recipients with one of the identities' among them, so
// that who writes a store can always read it again.
func withOwn(recipients []string, ids []age.Identity) []string {
	own := ""
	for _, id := range ids {
		r := recipientOf(id)
		if slices.Contains(recipients, r) {
			return recipients
		}
		if own == "" {
			own = r
		}
	}
	if own == "" {
		return recipients
	}
	return append([]string{own}, recipients...)
}

// parseRecipients reads public keys. Repetitions are dropped.
func parseRecipients(texts []string) ([]age.Recipient, error) {
	if len(texts) == 0 {
		return nil, invalid("a store needs a recipient")
	}
	parsed, err := age.ParseRecipients(strings.NewReader(strings.Join(texts, "\n")))
	if err != nil || len(parsed) != len(texts) {
		return nil, invalid("a recipient is no public key of age, which begins with age1")
	}
	return parsed, nil
}
