package journal

import (
	"errors"
	"fmt"
	"slices"
)

// A Decision is what a response does about a key.
type Decision string

// The decisions.
const (
	// Narrowed: the key is narrowed by the run Narrow, and lives.
	Narrowed Decision = "narrow"
	// Revoked: the run Kill destroys the key.
	Revoked Decision = "revoke"
	// Replaced: the run Kill makes a new key and destroys this one.
	Replaced Decision = "replace"
	// ByPerson: a person has a step to do.
	ByPerson Decision = "person"
	// Left: the key is left as it is, and Why says why.
	Left Decision = "left"
)

// A PlannedKey is what a response does about one key. It is a closed set of
// fields, as [Data] is.
type PlannedKey struct {
	Key      string   `json:"key"` // the inventory's name, or audit.Subject.DisplayName
	ID       KeyID    `json:"id,omitzero"`
	Exchange string   `json:"exchange,omitempty"`
	Account  string   `json:"account,omitempty"`
	Manager  string   `json:"manager,omitempty"` // the inventory's name of the managing key
	Decision Decision `json:"decision"`
	Narrow   RunID    `json:"narrow,omitempty"` // the run that narrows the key, before Kill where both are
	Kill     RunID    `json:"kill,omitempty"`   // the run that destroys the key
	Kind     Kind     `json:"kind,omitempty"`   // of Kill: Rotate or Revoke, "" without one
	Why      string   `json:"why,omitempty"`
	Since    bool     `json:"since,omitempty"` // the key was found after the response began
}

// MaxPlanned is the most keys that the plan of one record holds. A longer plan
// takes several records.
const MaxPlanned = 64

// checkPlan says what keeps the plan of r from being written, nil when nothing
// does.
func (r Record) checkPlan() error {
	switch plan := r.Data.Plan; {
	case r.Kind != Respond && (len(plan) > 0 || r.Data.SettleMS != 0):
		return errors.New("a run of a key has no plan")
	case r.Data.SettleMS < 0:
		return errors.New("old keys cannot be kept for less than no time")
	case r.Kind != Respond:
		return nil
	case len(plan) > MaxPlanned:
		return fmt.Errorf("a plan has more than %d keys", MaxPlanned)
	case r.Stage != Planned && r.Stage != NeedsPerson && !r.Stage.Final():
		return fmt.Errorf("a response has no stage %q", r.Stage)
	case len(plan) > 0 && (r.Stage != Planned || r.Phase == Did):
		return fmt.Errorf("a plan is not part of %s/%s", r.Stage, r.Phase)
	case len(plan) == 0 && r.Stage == Planned && r.Phase == Will:
		return errors.New("a part of a plan has no key")
	}
	for _, p := range r.Data.Plan {
		if err := p.check(r.Phase); err != nil {
			return fmt.Errorf("%q of the plan: %w", p.Key, err)
		}
	}
	return nil
}

// check says what is wrong with a key of a plan, nil when nothing is.
func (p PlannedKey) check(phase Phase) error {
	decisions := []Decision{Narrowed, Revoked, Replaced, ByPerson, Left}
	switch {
	case p.Key == "":
		return errors.New("no key is named")
	case !slices.Contains(decisions, p.Decision):
		return fmt.Errorf("%q is no decision", p.Decision)
	case p.Narrow != "" && !p.Narrow.valid(), p.Kill != "" && !p.Kill.valid(), p.Kill != "" && p.Narrow == p.Kill:
		return errors.New("a run has no valid name")
	case p.Kill != "" && p.Kind != Rotate && p.Kind != Revoke, p.Kill == "" && p.Kind != "":
		return fmt.Errorf("%q is no kind of the run that destroys it", p.Kind)
	case p.Decision == Narrowed && (p.Narrow == "" || p.Kill != ""):
		return errors.New("narrowing a key is one run, which destroys nothing")
	case p.Decision == Revoked && p.Kind != Revoke, p.Decision == Replaced && p.Kind != Rotate:
		return fmt.Errorf("%s has no run of that kind", p.Decision)
	case p.Decision == Left && (p.Narrow != "" || p.Kill != ""):
		return errors.New("a key that is left as it is has a run")
	case p.Since != (phase == Note):
		return errors.New("a key that was found since belongs to a note, and no other key does")
	}
	return checkTexts([]string{p.Key, p.Exchange, p.Account, p.Manager, p.Why})
}
