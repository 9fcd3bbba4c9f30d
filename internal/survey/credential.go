package survey

import (
	"context"
	"fmt"
	"strings"

	"rekey/exchanges"
	"rekey/internal/location"
	"rekey/internal/parallel"
)

// readCredentials resolves every location. What cannot be read is a gap.
func (s *survey) readCredentials(ctx context.Context) []*key {
	var keys []*key
	for _, e := range s.Entries {
		keys = append(keys, &key{entry: e})
	}
	parallel.Each(ctx, readers, keys, s.readCredential)
	return keys
}

// readers is how many credentials are read at a time: exec locations wait for a
// program each.
const readers = 8

func (s *survey) readCredential(ctx context.Context, k *key) {
	e := k.entry
	reading, err := e.Location.Read(ctx, s.Location)
	k.locations = reading.Seen
	for _, r := range reading.Remarks {
		s.remark(e.Name + ": " + r)
	}
	if err != nil {
		k.skip = true
		k.seen = blank(k)
		k.err = unread(ctx, e.Exchange, err.Error())
		return
	}
	k.credential = reading.Credential
	for _, copied := range e.Copies {
		s.readCopy(ctx, k, copied)
	}
	f := judgeForm(s.Registry, e.Exchange, k.credential)
	k.unusual = f.unusual != ""
	if f.unusual != "" {
		s.remark(e.Name + ": " + f.unusual)
	}
	if f.problem != "" {
		k.skip = true
		if f.secret {
			k.credential.AccessKey = ""
		}
		k.seen = blank(k)
		k.err = &exchanges.Error{Exchange: e.Exchange, Kind: exchanges.KindCredential, Detail: f.problem +
			"; nothing was sent"}
	}
}

// unread is the error for a credential that was not read: it cannot be, or the
// run was interrupted.
func unread(ctx context.Context, exchange, detail string) *exchanges.Error {
	kind := exchanges.KindCredential
	if ctx.Err() != nil {
		kind = exchanges.KindCanceled
	}
	return &exchanges.Error{Exchange: exchange, Kind: kind, Detail: detail}
}

// What may stand in the place of an access key.
const (
	interchanged = "access key and secret look interchanged"
	secretForKey = "what stands as the access key has the form of a secret: put each part in its place, and take the " +
		"secret for leaked where it was shown"
	secretTwice = "access key and secret are the same text: one of them is in the wrong place"
)

// readCopy looks at a declared copy. A copy that holds another key, or cannot
// be read, is worth knowing before a rotation; the key itself is not touched
// by it.
func (s *survey) readCopy(ctx context.Context, k *key, at location.Location) {
	reading, err := at.Read(ctx, s.Location)
	k.locations = append(k.locations, reading.Seen...)
	switch {
	case err != nil:
		s.gap(k.entry.Name, unread(ctx, k.entry.Exchange, "a copy could not be read: "+err.Error()))
	// it must not be shown, not even masked
	case k.credential.Secret.Equal(exchanges.NewSecret(reading.Credential.AccessKey)):
		s.remark(
			fmt.Sprintf("%s: its copy at %s holds access key and secret the other way round", k.entry.Name, at.Display()),
		)
	case reading.Credential.AccessKey != k.credential.AccessKey:
		shown := exchanges.MaskAccessKey(reading.Credential.AccessKey)
		if f := judgeForm(s.Registry, k.entry.Exchange, reading.Credential); f.secret || f.unusual != "" {
			shown = "not shown: it may be a secret"
		}
		s.remark(fmt.Sprintf("%s: its copy at %s holds another access key (%s)", k.entry.Name, at.Display(), shown))
	case !reading.Credential.Secret.Equal(k.credential.Secret):
		s.remark(fmt.Sprintf("%s: its copy at %s holds the same access key with another secret", k.entry.Name, at.Display()))
	case !reading.Credential.Passphrase.Equal(k.credential.Passphrase):
		s.remark(
			fmt.Sprintf("%s: its copy at %s holds the same access key with another passphrase", k.entry.Name, at.Display()),
		)
	}
}

// A form is what the form of a credential says, before anything is sent.
type form struct {
	// problem says why it must not be sent, "" when nothing speaks against it.
	problem string
	// secret says that what stands as the access key is, or may be, a secret:
	// no part of it may be shown.
	secret bool
	// unusual says what is unlike the keys of the exchange. The documents
	// promise no form, so such a credential is sent.
	unusual string
}

// judgeForm looks at a credential that is declared for an exchange: it may
// belong to another one, its parts may be interchanged, and a secret may stand
// in the place of the key. It quotes no part of it.
func judgeForm(registry exchanges.Registry, exchange string, c exchanges.Credential) form {
	x, ok := registry.Lookup(exchange)
	if !ok || x.Recognise == nil {
		return form{}
	}
	fit := x.Recognise(c)
	switch {
	case !c.Secret.IsZero() && c.Secret.Equal(exchanges.NewSecret(c.AccessKey)):
		return form{problem: secretTwice, secret: true}
	case fit.Swapped:
		return form{problem: interchanged, secret: true}
	case fit.AccessKey != exchanges.Unlike:
		return form{}
	case !c.Secret.IsZero() && x.Recognise(c.Swapped()).AccessKey != exchanges.Unlike:
		return form{problem: interchanged, secret: true}
	}
	looks := registry.Guess(c)
	for _, name := range looks {
		if other, _ := registry.Lookup(name); other.Recognise(c).AccessKey == exchanges.Distinct {
			return form{problem: fmt.Sprintf("this is a %s access key, declared for %s", name, exchange)}
		}
	}
	other := ""
	if len(looks) > 0 {
		other = "; it looks like " + strings.Join(looks, " or ")
	}
	if fit.KeyIsSecret {
		return form{problem: secretForKey + other, secret: true}
	}
	return form{unusual: fmt.Sprintf("the access key has an unusual form for %s: %s%s", exchange, fit.Problem, other)}
}
