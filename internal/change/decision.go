package change

import (
	"rekey/exchanges"
	"rekey/internal/journal"
	"rekey/internal/rotate"
	"rekey/internal/survey"
)

// A Verdict is what becomes of one key. The zero Verdict does nothing.
type Verdict int

// The verdicts.
const (
	// Undecided is no decision: nothing is done, and nothing is said to be fine.
	Undecided Verdict = iota
	// ByAPI is a run through the key's manager.
	ByAPI
	// ByHand is a run in which a person, led by rekey, makes and deletes keys on
	// the exchange's page.
	ByHand
	// Person are steps for a person. Nothing is begun.
	Person
	// Skip says that the key needs nothing.
	Skip
	// PutOff says that the key needs a change, and not now.
	PutOff
	// Resume goes on with a run that was cut short.
	Resume
)

// Acts reports whether the verdict is carried out as a run.
func (v Verdict) Acts() bool { return v == ByAPI || v == ByHand || v == Resume }

// A Code names a reason for programs and tests.
type Code string

// The reasons for a decision.
const (
	AlreadyDead Code = "already-dead"
	// AlreadyDestroyed says that a run destroyed a key of which nobody here has
	// the secret, and that no list names it any more.
	AlreadyDestroyed Code = "already-destroyed"
	ExchangeGone     Code = "exchange-gone"
	NotDue           Code = "not-due"
	NeverDue         Code = "never-due"
	AgeUnseen        Code = "age-unseen"
	OverMax          Code = "over-max"
	Overtaken        Code = "overtaken"
	Unfinished       Code = "unfinished"
	Unreadable       Code = "unreadable"
	NoAPI            Code = "no-api"
	MasterKey        Code = "master-key"
	NoManager        Code = "no-manager"
	ManagerUnseen    Code = "manager-unseen"
	ManagerRefused   Code = "manager-refused"
	ManagerDead      Code = "manager-dead"
	NotListed        Code = "not-listed"
	NoAccount        Code = "no-account"
	CannotBeMade     Code = "cannot-be-made"
	CannotBeChanged  Code = "cannot-be-changed"
	PurposeMissing   Code = "purpose-missing"
	PowersUnknown    Code = "powers-unknown"
	AddressUnknown   Code = "address-unknown"
	OtherHolder      Code = "other-holder"
	PlaceUnwritable  Code = "place-unwritable"
	VendorByHand     Code = "vendor-by-hand"
	Undeclared       Code = "undeclared"
	NothingToNarrow  Code = "nothing-to-narrow"
	LeftByPerson     Code = "left-by-person"
)

// A Reason says why a key is dealt with as it is: a code, and the same for
// people, a clause without a full stop. The zero Reason is none.
type Reason struct {
	Code Code
	Text string
}

// IsZero reports whether there is no reason.
func (r Reason) IsZero() bool { return r == Reason{} }

// A Risk is one that a plan holds. It must be accepted by its word.
type Risk struct {
	Word string
	Why  string
}

// A Decision is what is done about one key. The zero Decision does nothing.
type Decision struct {
	Verdict Verdict
	Kind    journal.Kind // what is to be done: rotate, revoke, contain
	Key     string       // the display name
	Entry   survey.Entry // the key's own, or one made of its manager's list
	Seen    exchanges.Key
	Reason  Reason
	// ByHandWhy says of a run by hand why no API does it.
	ByHandWhy Reason
	// Self says of a run by API that the key destroys or narrows itself.
	Self    bool
	Account exchanges.Account
	Address string      // where the exchange sees this machine, "" when it does not tell
	Want    rotate.Want // without a passphrase
	Risks   []Risk
	Remarks []string // what the person who is asked should know
	Swaps   []Swap   // vendors' connections that get the new credential
	// Page and Steps are what a person does in place of rekey, beside those of
	// the exchange's card.
	Page  string
	Steps []string
	// Run is the run that is resumed, "" for a new one.
	Run journal.RunID
}

// A Swap is a vendor whose connections get a new credential.
type Swap struct {
	Vendor      string
	Connections []exchanges.Connection
}

func (d Decision) with(v Verdict, r Reason) Decision {
	d.Verdict, d.Reason = v, r
	return d
}
