package rotate

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"rekey/exchanges"
	"rekey/internal/journal"
)

// ErrNobody says that no person is here to ask. The run waits for one.
var ErrNobody = errors.New("a person must do this, and none is here to ask")

// ErrLater says that the person puts a key off. It lives, and the run waits.
var ErrLater = errors.New("put off by the person; it is still active")

// A Person makes and destroys keys on an exchange's web page, where no API can.
// Several runs may call its methods at once. A method returns ErrNobody when
// nobody is here, ErrLater when the person puts the key off, and the context's
// error when the person left.
type Person interface {
	// MakeKey asks for a key and returns the credential that the person gives.
	MakeKey(ctx context.Context, w Wish) (exchanges.Credential, error)
	// DeleteKey asks for a key to be deleted and returns when the person says
	// that it was. Nobody believes that: the exchange is asked.
	DeleteKey(ctx context.Context, accessKey string) error
	// StillThere tells the person what the exchange says of a key that was to
	// be deleted, and for how long that has been watched. It waits with pause
	// before the exchange is asked again, or less when the person wants it asked
	// at once.
	StillThere(ctx context.Context, accessKey string, says exchanges.Status, watched time.Duration, pause Pause) error
	// EndWatch says that a key is not watched any more. When it returns, nothing
	// is asked about it.
	EndWatch(accessKey string)
}

// A Pause waits as long as an exchange is left alone between two looks at a key.
type Pause func(context.Context) error

// A Wish is what a person is asked to make.
type Wish struct {
	Label string // to name the key by, so that it can be found
	Want  Want
	// Problem names the credential that was given before and says why it will
	// not do; "" at first. The same credential may come again, after the key was changed on
	// the page.
	Problem string
}

// byHand reports whether a person does what the run needs of the exchange.
func (r *run) byHand() bool { return r.Manager == nil }

// waits turns what a Person returns into how the run goes on.
func waits(err error) error {
	if errors.Is(err, ErrNobody) || errors.Is(err, ErrLater) {
		return errPerson{err}
	}
	return err
}

// issueByHand asks a person for a new key until one will do. Whatever is given
// is sealed in the vault, and its access key noted, before it is looked at: a
// terminal that is closed here loses nothing.
func (r *run) issueByHand(ctx context.Context) error {
	entry, _, err := r.Vault.Get(ctx, r.newSlot())
	if err != nil {
		return fmt.Errorf("the store could not be read: %w", err)
	}
	marker := r.data(journal.Issuing, journal.Will).Marker
	if marker == "" {
		marker = r.Marker()
		if err := r.note(journal.Issuing, journal.Will, journal.Data{Marker: marker}); err != nil {
			return err
		}
	}
	wish := Wish{Label: marker, Want: r.Want}
	for given := entry.made(); ; given = true {
		if given {
			problem, err := r.problem(ctx, entry.Credential)
			if err != nil {
				return err
			}
			if problem == "" {
				return r.stored(entry, exchanges.AnsweredCall{})
			}
			wish.Problem = exchanges.MaskAccessKey(entry.Credential.AccessKey) + ": " + problem
		}
		entry, err = r.given(ctx, wish)
		if err != nil {
			return err
		}
	}
}

// given asks for a credential once and keeps it.
func (r *run) given(ctx context.Context, wish Wish) (Entry, error) {
	c, err := r.Person.MakeKey(ctx, wish)
	if err != nil {
		return Entry{}, waits(err)
	}
	entry := Entry{Marker: wish.Label, Credential: c}
	if c.AccessKey == r.Old.AccessKey { // nothing new to keep
		return entry, nil
	}
	if err := r.Vault.Put(ctx, r.newSlot(), entry); err != nil {
		return Entry{}, fmt.Errorf("the new secret could not be stored: %w", err)
	}
	return entry, r.note(journal.Issuing, journal.Note, journal.Data{New: journal.NameKey(c.AccessKey)})
}

// What the journal says of a key that was given and not used.
const (
	absent = "absent" // the exchange knows no such key
	unfit  = "unfit"
)

// problem says why a credential that a person gave will not do, "" when it
// will. An error is an interruption, or trouble with the journal.
func (r *run) problem(ctx context.Context, c exchanges.Credential) (string, error) {
	if c.AccessKey == r.Old.AccessKey {
		return "that is the old key", nil
	}
	if _, err := r.Open(c); err != nil {
		return err.Error(), nil //nolint:nilerr // it goes to the person, who gives another
	}
	a := r.ask(ctx, c)
	if r.Takes > 0 && a.key.Status == exchanges.StatusDead { // it may not be known yet
		a, _ = r.waitFor(ctx, c, 0, func(a answer) bool { return a.key.Status != exchanges.StatusDead })
	}
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	k, err := a.key, a.err
	id, found, verdict := journal.NameKey(c.AccessKey), "", unfit
	switch {
	case k.Status == exchanges.StatusDead:
		found, verdict = "the exchange knows no such key: was the access key copied whole?", absent
	case r.fits(a):
		if lacks := r.Want.lacks(k); len(lacks) > 0 {
			found = "it lacks " + strings.Join(lacks, ", ") + ", which the bot needs: change it on the page"
		}
		if wider := r.Want.wider(k); len(wider) > 0 && !r.accepted(RiskWiderKey) {
			found = "it is wider than asked for (" + strings.Join(wider, ", ") + "): narrow it on the page, or make another"
		}
	case err != nil:
		found = "it could not be shown to work: " + err.Error()
	default:
		found = fmt.Sprintf("it does not work from here: it is %s", k.Status)
	}
	if found == "" {
		return "", nil
	}
	return found, r.note(journal.Issuing, journal.Note, journal.Data{New: id, Result: verdict})
}

// left names the keys that a person gave and that were not used, and those that
// could not be destroyed: they may live, and a person can delete them.
func left(records []journal.Record) []journal.KeyID {
	var out []journal.KeyID
	seen := map[journal.KeyID]string{}
	for _, rec := range records {
		if rec.Stage == journal.Issuing && rec.Phase == journal.Note && !rec.Data.New.IsZero() {
			if _, ok := seen[rec.Data.New]; !ok {
				out = append(out, rec.Data.New)
			}
			seen[rec.Data.New] = rec.Data.Result
		}
	}
	used := dataOf(records, journal.Stored, journal.Did).New
	keep := out[:0]
	for _, id := range out {
		if id != used && seen[id] != absent && seen[id] != destroyed {
			keep = append(keep, id)
		}
	}
	return keep
}

// refusals is how often in a row an exchange that has no word for "no such key"
// must refuse a deleted one before the watch ends, without proof.
const refusals = 3

// watchDeath watches a key that a person deletes. It ends when the exchange
// says that the key is dead, when it refuses the key again and again without
// saying why (then no proof can be had), when the person puts it off, or with the
// context. There is no limit of time: a key that works is never called dead.
func (r *run) watchDeath(
	ctx context.Context, c exchanges.Credential,
) (dead bool, call exchanges.AnsweredCall, err error) {
	defer r.Person.EndWatch(c.AccessKey)
	pause := func(ctx context.Context) error { return r.Sleep(ctx, interval) }
	refused := 0
	for watched := interval * 0; ; watched += interval {
		a := r.ask(ctx, c)
		switch {
		case a.key.Status == exchanges.StatusDead && watched >= r.Takes:
			return true, a.call, nil
		case errors.As(a.err, new(errSetup)):
			return false, a.call, a.err
		case ctx.Err() != nil:
			return false, a.call, ctx.Err()
		case withoutReason(a.key, a.err):
			refused++
		default:
			refused = 0
		}
		if refused == refusals {
			return false, a.call, nil
		}
		if err := r.Person.StillThere(ctx, c.AccessKey, a.key.Status, watched, pause); err != nil {
			return false, a.call, waits(err)
		}
	}
}

// withoutReason reports whether the exchange answered and refused the key, in
// words that deletion shares with other reasons. Trouble on the way is no
// refusal.
func withoutReason(k exchanges.Key, err error) bool {
	if k.Status != exchanges.StatusUndetermined {
		return false
	}
	switch exchanges.KindOf(err) {
	case exchanges.KindUndetermined, exchanges.KindForbidden, exchanges.KindBadSignature, exchanges.KindBadPassphrase,
		exchanges.KindNoSuchKey:
		return true
	default:
		return false
	}
}

// deleteByHand asks a person to delete a key and watches it die.
func (r *run) deleteByHand(
	ctx context.Context, c exchanges.Credential,
) (dead bool, call exchanges.AnsweredCall, err error) {
	a := r.ask(ctx, c)
	switch {
	case a.key.Status == exchanges.StatusDead && r.Takes > 0: // for how long is not known
		return r.watchDeath(ctx, c)
	case a.key.Status == exchanges.StatusDead:
		return true, a.call, nil
	case errors.As(a.err, new(errSetup)):
		return false, a.call, a.err
	}
	if err := r.Person.DeleteKey(ctx, c.AccessKey); err != nil {
		return false, a.call, waits(err)
	}
	return r.watchDeath(ctx, c)
}
