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
	if problem := s.form(e.Exchange, k.credential); problem != "" {
		k.skip = true
		if problem == interchanged { // what stands in its place is a secret
			k.credential.AccessKey = ""
		}
		k.seen = blank(k)
		k.err = &exchanges.Error{Exchange: e.Exchange, Kind: exchanges.KindCredential, Detail: problem + "; nothing was sent"}
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

const interchanged = "access key and secret look interchanged"

// readCopy looks at a declared copy. A copy that holds another key, or cannot
// be read, is worth knowing before a rotation; the key itself is not touched
// by it.
func (s *survey) readCopy(ctx context.Context, k *key, at location.Location) {
	reading, err := at.Read(ctx, s.Location)
	k.locations = append(k.locations, reading.Seen...)
	switch {
	case err != nil:
		s.gap(k.entry.Name, unread(ctx, k.entry.Exchange, "a copy could not be read: "+err.Error()))
	case k.credential.Secret.Equal(exchanges.NewSecret(reading.Credential.AccessKey)): // it must not be shown, not even masked
		s.remark(fmt.Sprintf("%s: its copy at %s holds access key and secret the other way round", k.entry.Name, at.Display()))
	case reading.Credential.AccessKey != k.credential.AccessKey:
		s.remark(fmt.Sprintf("%s: its copy at %s holds another access key (%s)", k.entry.Name, at.Display(), exchanges.MaskAccessKey(reading.Credential.AccessKey)))
	case !reading.Credential.Secret.Equal(k.credential.Secret):
		s.remark(fmt.Sprintf("%s: its copy at %s holds the same access key with another secret", k.entry.Name, at.Display()))
	case !reading.Credential.Passphrase.Equal(k.credential.Passphrase):
		s.remark(fmt.Sprintf("%s: its copy at %s holds the same access key with another passphrase", k.entry.Name, at.Display()))
	}
}

// form says why a credential must not be sent to the exchange it is declared
// for: it belongs to another one, or its parts are interchanged. A form that is
// merely unusual is remarked on and sent: the documents promise no form.
func (s *survey) form(exchange string, c exchanges.Credential) string {
	x, ok := s.Registry.Lookup(exchange)
	if !ok || x.Recognise == nil {
		return ""
	}
	fit := x.Recognise(c)
	if fit.AccessKey != exchanges.Unlike {
		if fit.Swapped {
			return interchanged
		}
		return ""
	}
	if other := x.Recognise(c.Swapped()); other.AccessKey != exchanges.Unlike && !c.Secret.IsZero() {
		return interchanged
	}
	looks := s.Registry.Guess(c)
	for _, name := range looks {
		if other, _ := s.Registry.Lookup(name); other.Recognise(c).AccessKey == exchanges.Distinct {
			return fmt.Sprintf("this is a %s access key, declared for %s", name, exchange)
		}
	}
	note := fmt.Sprintf("%s key %s has an unusual form: %s", exchange, exchanges.MaskAccessKey(c.AccessKey), fit.Problem)
	if len(looks) > 0 {
		note += "; it looks like " + strings.Join(looks, " or ")
	}
	s.remark(note)
	return ""
}
