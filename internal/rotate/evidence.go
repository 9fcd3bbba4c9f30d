package rotate

import (
	"rekey/exchanges"
	"rekey/internal/journal"
)

// evidence is what the journal keeps of a call: which operation it was, what
// the exchange answered, and from which address it was sent, where the exchange
// tells that. Nothing of the request is in it.
func (r *run) evidence(c exchanges.AnsweredCall) journal.Data {
	d := journal.Data{Op: c.Op, Status: c.Status, Code: c.Code}
	if c.Op != "" {
		d.Address = r.Address
	}
	return d
}

// resultOf is the one word that the journal has for the answer to a change.
func resultOf(err error) string {
	switch {
	case err == nil:
		return "ok"
	case mayHaveHappened(err):
		return unclear
	default:
		return refused
	}
}
