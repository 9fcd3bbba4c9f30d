package journal

import (
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"rekey/exchanges"
)

// A Kind says what a run is for. The words are those of the contract.
type Kind string

// The kinds of run.
const (
	Rotate  Kind = "rotate"
	Revoke  Kind = "revoke"
	Contain Kind = "contain"
	// Respond is a response to an incident: its records hold the plan of what
	// is done to which key. See [Response].
	Respond Kind = "respond"
)

// A Stage is how far a run has come. The words are those of the contract.
type Stage string

// The stages of a run.
const (
	Planned     Stage = "planned"
	Issuing     Stage = "issuing"
	Stored      Stage = "stored"
	Proved      Stage = "proved"
	Deployed    Stage = "deployed"
	Settling    Stage = "settling"
	Retiring    Stage = "retiring"
	Done        Stage = "done"
	Unconfirmed Stage = "unconfirmed"
	NeedsPerson Stage = "needs_person"
	Abandoned   Stage = "abandoned"
	// Closed ends a run that could end neither way: a person said so, and why.
	Closed Stage = "closed"
	Failed Stage = "failed"
)

// Stages returns every stage.
func Stages() []Stage {
	return []Stage{
		Planned, Issuing, Stored, Proved, Deployed, Settling, Retiring,
		Done, Unconfirmed, NeedsPerson, Abandoned, Closed, Failed,
	}
}

// Final reports whether a run that did this stage has ended.
func (s Stage) Final() bool {
	switch s {
	case Done, Unconfirmed, Abandoned, Closed, Failed:
		return true
	case Planned, Issuing, Stored, Proved, Deployed, Settling, Retiring, NeedsPerson:
		return false
	}
	return false
}

// A Phase says what a record tells of its stage.
type Phase string

// The phases of a record.
const (
	// Will announces an effect. It is on disk before the effect happens.
	Will Phase = "will"
	// Did says that the effect happened, or that a stage without one is over.
	Did Phase = "did"
	// Note adds something to a run and does not change its stage.
	Note Phase = "note"
)

// A Record is one line of a journal. Seq and At are given by Append.
type Record struct {
	// Seq counts what was appended, from 1 and without gaps: the order of records,
	// whatever clocks say. Records that were appended together share one.
	Seq   uint64
	At    time.Time
	Run   RunID
	Kind  Kind
	Key   string // the inventory's name, or audit.Subject.DisplayName
	Stage Stage
	Phase Phase
	Data  Data
}

// Data is what a record tells beyond its stage. It is a closed set of fields:
// texts, numbers and names of keys. There is no field that an
// [exchanges.Secret] fits into, and a test holds it so. An empty field is left
// out of the line.
type Data struct {
	Exchange string `json:"exchange,omitempty"`
	Account  string `json:"account,omitempty"` // the sub-account, as the inventory or the exchange names it
	Old      KeyID  `json:"old,omitzero"`
	New      KeyID  `json:"new,omitzero"`
	Manager  string `json:"manager,omitempty"`  // the inventory's name of the managing key
	Marker   string `json:"marker,omitempty"`   // the unguessable text in the label of the new key
	Location string `json:"location,omitempty"` // location.Location.Display, never its arguments
	Copies   int    `json:"copies,omitempty"`
	Before   Digest `json:"before,omitzero"` // of the file at Location before it was written
	After    Digest `json:"after,omitzero"`  // of the file at Location once it was written

	Permissions []exchanges.Permission `json:"permissions,omitempty"`
	Whitelist   []string               `json:"whitelist,omitempty"`  // addresses
	Restricted  bool                   `json:"restricted,omitempty"` // a whitelist is wanted, its addresses are not known
	Person      bool                   `json:"person,omitempty"`     // a person makes and deletes the keys, no API
	Self        bool                   `json:"self,omitempty"`       // the key destroys or changes itself, no manager
	Risks       []string               `json:"risks,omitempty"`      // accepted by name
	Compromised bool                   `json:"compromised,omitempty"`
	Cause       string                 `json:"cause,omitempty"` // what the run is part of, a response

	Op      string `json:"op,omitempty"`      // a declared operation
	Result  string `json:"result,omitempty"`  // one word: ok, refused, unclear, gone, ...
	Code    string `json:"code,omitempty"`    // the exchange's own code
	Status  int    `json:"status,omitempty"`  // of HTTP, or the exit status of a program
	Address string `json:"address,omitempty"` // from which the exchange saw the call come

	Plan     []PlannedKey `json:"plan,omitempty"`      // of a response
	SettleMS int64        `json:"settle_ms,omitempty"` // of a response: how long old keys are kept, in milliseconds
	Because  string       `json:"because,omitempty"`   // why a person closed the run
}

const (
	maxText = 1024 // bytes of one text
	maxList = 256  // entries of one list
)

// check says what keeps r from being written, nil when nothing does.
func (r Record) check() error {
	switch {
	case !r.Run.valid():
		return fmt.Errorf("%q is no run", r.Run)
	case !slices.Contains([]Kind{Rotate, Revoke, Contain, Respond}, r.Kind):
		return fmt.Errorf("%q is no kind of run", r.Kind)
	case r.Key == "":
		return fmt.Errorf("no key is named")
	case !slices.Contains(Stages(), r.Stage):
		return fmt.Errorf("%q is no stage", r.Stage)
	case r.Phase != Will && r.Phase != Did && r.Phase != Note:
		return fmt.Errorf("%q is no phase", r.Phase)
	}
	d := r.Data
	texts := slices.Concat([]string{
		r.Key, d.Exchange, d.Account, d.Manager, d.Marker, d.Location, d.Cause,
		d.Op, d.Result, d.Code, d.Address, d.Because,
	}, d.Whitelist, d.Risks)
	for _, p := range d.Permissions {
		texts = append(texts, string(p))
	}
	if max(len(d.Permissions), len(d.Whitelist), len(d.Risks)) > maxList {
		return fmt.Errorf("a list has more than %d entries", maxList)
	}
	if err := checkTexts(texts); err != nil {
		return err
	}
	return r.checkPlan()
}

// checkTexts refuses a text that is too long or not valid UTF-8.
func checkTexts(texts []string) error {
	for _, text := range texts {
		if len(text) > maxText {
			return fmt.Errorf("a text has more than %d bytes", maxText)
		}
		if !utf8.ValidString(text) {
			return fmt.Errorf("a text is not valid UTF-8")
		}
	}
	return nil
}
