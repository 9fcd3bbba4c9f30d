package rotate

import (
	"slices"

	"rekey/exchanges"
)

// The risks that an engine takes when they were accepted by name. The words
// are those of the contract.
const (
	RiskWiderKey = "wider-key" // the new key may do more than the old one
	RiskLockOut  = "lock-out"  // the new key's addresses leave out this one
)

// accepted reports whether a risk was accepted by name, now or when the run
// was planned.
func (r *run) accepted(risk string) bool {
	return slices.Contains(r.Risks, risk) || len(r.records) > 0 && slices.Contains(r.records[0].Data.Risks, risk)
}

// fits reports whether the exchange shows that a new key works from where it is
// to be used. A living key beside an error does not: its secret may be wrong.
func (r *run) fits(a answer) bool {
	return a.key.Status == exchanges.StatusAlive && a.err == nil || a.key.Status == exchanges.StatusIPRefused && r.accepted(RiskLockOut)
}

// refusedForGood marks an error with which the exchange said in its own words
// that it will not do this: trying again changes nothing, and nothing was
// changed.
func refusedForGood(err error) error {
	switch exchanges.KindOf(err) {
	case exchanges.KindRejected, exchanges.KindForbidden, exchanges.KindIPRefused, exchanges.KindBadSignature, exchanges.KindBadPassphrase, exchanges.KindRefused:
		return errGiveUp{err}
	default:
		return err
	}
}
