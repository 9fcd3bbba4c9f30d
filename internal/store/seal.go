package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"slices"
	"time"
	"unicode/utf8"

	"filippo.io/age"

	"rekey/exchanges"
)

// formatVersion is the version of the JSON inside store.age. A reader refuses
// any other one, and so never writes a store from the future back without what
// it does not know.
const formatVersion = 1

// contents is what is inside store.age.
type contents struct {
	// recipients are the age recipients that the file is encrypted to. A
	// header does not tell them, so they are kept inside.
	recipients []string
	slots      map[string][]Entry // the newest first
}

// clone returns contents with slots that can be changed. Entries are shared:
// they are replaced and never changed.
func (c contents) clone() contents {
	slots := map[string][]Entry{}
	maps.Copy(slots, c.slots)
	return contents{c.recipients, slots}
}

// document and sealedEntry are contents in JSON.
type document struct {
	Version    int                      `json:"version"`
	Recipients []string                 `json:"recipients"`
	Slots      map[string][]sealedEntry `json:"slots"`
}

type sealedEntry struct {
	AccessKey  string    `json:"access_key"`
	Secret     string    `json:"secret"`
	Passphrase string    `json:"passphrase,omitempty"`
	Marker     string    `json:"marker,omitempty"`
	Run        string    `json:"run,omitempty"`
	At         time.Time `json:"at"`
}

// encode returns the JSON of c. The same contents give the same bytes.
func encode(c contents) ([]byte, error) {
	d := document{Version: formatVersion, Recipients: c.recipients, Slots: map[string][]sealedEntry{}}
	for name, entries := range c.slots {
		for _, e := range entries {
			d.Slots[name] = append(d.Slots[name], sealedEntry{
				AccessKey: e.Credential.AccessKey,
				Secret:    e.Credential.Secret.Reveal(), Passphrase: e.Credential.Passphrase.Reveal(),
				Marker: e.Marker, Run: e.Run, At: e.At.UTC(),
			})
		}
	}
	var b bytes.Buffer
	out := json.NewEncoder(&b)
	out.SetEscapeHTML(false)
	if err := out.Encode(d); err != nil {
		// Only a time out of range has no JSON; the error's text is not used,
		// because it quotes.
		return nil, invalid("the entry cannot be written as JSON")
	}
	return b.Bytes(), nil
}

// decode reads what encode wrote. Only who holds an identity could have
// written it, so anything unexpected comes from another version of rekey.
func decode(plain []byte) (contents, *Error) {
	var version struct {
		Version int `json:"version"`
	}
	if json.Unmarshal(plain, &version) != nil || version.Version < 1 {
		return contents{}, &Error{Reason: ReasonDamaged, Problem: "was decrypted, and holds no store"}
	}
	var d document
	strict := json.NewDecoder(bytes.NewReader(plain))
	strict.DisallowUnknownFields()
	if version.Version != formatVersion || strict.Decode(&d) != nil {
		return contents{}, &Error{
			Reason: ReasonFuture, Problem: "was written by a later version of rekey",
			Hint: "use that version; this one leaves the file alone",
		}
	}
	c := contents{recipients: d.Recipients, slots: map[string][]Entry{}}
	for name, sealed := range d.Slots {
		for _, s := range sealed {
			c.slots[name] = append(c.slots[name], Entry{
				Credential: exchanges.Credential{
					AccessKey: s.AccessKey, Secret: exchanges.NewSecret(s.Secret), Passphrase: exchanges.NewSecret(s.Passphrase),
				},
				Marker: s.Marker, Run: s.Run, At: s.At,
			})
		}
	}
	return c, nil
}

// encrypt returns an age file for the recipients.
func encrypt(plain []byte, recipients ...age.Recipient) ([]byte, error) {
	var b bytes.Buffer
	w, err := age.Encrypt(&b, recipients...)
	if err == nil {
		_, err = w.Write(plain)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return nil, invalid("cannot be encrypted to these recipients: they may be of kinds that age does not mix")
	}
	return b.Bytes(), nil
}

// decrypt returns the content of an age file. The error tells apart whether
// the identities are wrong or the file is damaged, as far as that can be told.
func decrypt(sealed []byte, identities ...age.Identity) ([]byte, *Error) {
	if len(sealed) == 0 {
		return nil, &Error{Reason: ReasonDamaged, Problem: "is empty"}
	}
	r, err := age.Decrypt(bytes.NewReader(sealed), identities...)
	var plain []byte
	if err == nil {
		plain, err = io.ReadAll(r)
	}
	var noMatch *age.NoIdentityMatchError
	switch {
	case err == nil:
		return plain, nil
	case errors.As(err, &noMatch):
		return nil, &Error{Reason: ReasonIdentity, Problem: "is not encrypted to this identity, or its beginning is damaged"}
	default:
		clear(plain) // a part of the secrets, never to be used
		return nil, &Error{Reason: ReasonDamaged, Problem: "was cut short or changed, and cannot be decrypted"}
	}
}

// passphraseRecipient and passphraseIdentity turn a passphrase into age's
// scrypt. The work factor is log2 of N.
func passphraseRecipient(passphrase exchanges.Secret, work int) (age.Recipient, error) {
	r, err := age.NewScryptRecipient(passphrase.Reveal())
	if err != nil {
		return nil, invalid("a passphrase cannot be empty")
	}
	r.SetWorkFactor(work)
	return r, nil
}

func passphraseIdentity(passphrase exchanges.Secret) (age.Identity, error) {
	id, err := age.NewScryptIdentity(passphrase.Reveal())
	if err != nil {
		return nil, invalid("a passphrase cannot be empty")
	}
	id.SetMaxWorkFactor(mostWork)
	return id, nil
}

const (
	usualWork = 18 // age's own choice: about a second and 256 MiB
	mostWork  = 20 // of a file that was made elsewhere: about 4 seconds and 1 GiB
)

// isText reports whether JSON keeps every part of the entry as it is.
func (e Entry) isText() bool {
	for _, text := range []string{
		e.Credential.AccessKey, e.Credential.Secret.Reveal(), e.Credential.Passphrase.Reveal(), e.Marker, e.Run,
	} {
		if !utf8.ValidString(text) {
			return false
		}
	}
	return true
}

// sameCredential reports whether both entries hold the same access key and
// private parts.
func sameCredential(a, b Entry) bool {
	return a.Credential.AccessKey == b.Credential.AccessKey &&
		a.Credential.Secret.Equal(b.Credential.Secret) && a.Credential.Passphrase.Equal(b.Credential.Passphrase)
}

// list returns the slots as they may be shown.
func (c contents) list() []Slot {
	slots := []Slot{}
	for _, name := range slices.Sorted(maps.Keys(c.slots)) {
		s := Slot{Name: name}
		for _, e := range c.slots[name] {
			s.Held = append(s.Held, e.Held())
		}
		slots = append(slots, s)
	}
	return slots
}
