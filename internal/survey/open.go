package survey

import (
	"context"

	"rekey/exchanges"
	"rekey/internal/location"
)

// An Opened key was read, and its exchange was asked about it.
type Opened struct {
	Adapter exchanges.Adapter // nil when nothing could be asked
	Key     exchanges.Key
	Remarks []string
	Err     error // why the key cannot be used to read, nil when it can
}

// Open reads the credential of one entry and asks its exchange what the key may
// do. What must not be sent is not: a credential that has the form of another
// exchange's, or whose parts are interchanged.
func Open(ctx context.Context, o Options, e Entry) Opened {
	o.Entries = []Entry{e}
	s := &survey{Options: o, tally: newTally(o), envs: map[string]exchanges.Env{}, failed: map[string]error{}}
	k := &key{entry: e}
	k.entry.Copies = []location.Location{} // they are no business of a reader
	s.readCredential(ctx, k)
	s.inspect(ctx, k)
	out := Opened{Adapter: k.adapter, Key: k.seen, Remarks: s.result.Remarks, Err: k.err}
	if out.Err == nil && k.seen.Status != exchanges.StatusAlive {
		out.Err = &exchanges.Error{
			Exchange: e.Exchange, Kind: exchanges.KindForbidden, Detail: "does not let this key in any more: it is " +
				string(k.seen.Status),
		}
	}
	return out
}
