package exchanges

import "time"

// An Action is something a person wants done to keys. It is the first column
// of a card.
type Action string

// The actions that a card describes.
const (
	ActInspect Action = "inspect" // see what the calling key may do
	ActList    Action = "list"    // see the keys of an account
	ActIssue   Action = "issue"
	ActEdit    Action = "edit"   // permissions or IP whitelist
	ActRevoke  Action = "revoke" // destroy for good
	ActFreeze  Action = "freeze" // turn off, can be undone
)

// A Reach says whose keys an action is about.
type Reach string

// The reaches of an action.
const (
	OwnKey  Reach = "own key"
	Master  Reach = "keys of the master account"
	SubKeys Reach = "keys of sub-accounts"
)

// A Way says how an action is done.
type Way string

// The ways of doing an action.
const (
	ByAPI    Way = "api"
	ByPerson Way = "person" // only on a web page
	Nobody   Way = "nobody" // the exchange offers no way
	NotTold  Way = "not told"
)

// A Capability is one row of a card: who can do an action and how.
type Capability struct {
	Action Action
	Reach  Reach
	Way    Way
	// InRekey says whether this version of rekey performs the row. Only rows
	// by API can be; a test holds it equal to the adapter's interfaces.
	InRekey bool
	Needs   string   // what the caller must have, in words
	Page    string   // the page a person opens to do the same
	Steps   []string // what the person does there
	Note    string   // traps
	Source  string   // where it was read
	Checked string   // the day it was read, YYYY-MM-DD
}

// An ExpiryStart says from when a published expiry rule counts.
type ExpiryStart string

// The starts of expiry rules.
const (
	// FromCreation counts from the day the power was given. Exchanges do not
	// tell that day; the key's creation is the earliest it can be.
	FromCreation ExpiryStart = "creation"
	// FromLastUse counts from the last authenticated call.
	FromLastUse ExpiryStart = "last use"
)

// An ExpiryRule is a published rule under which a key, or its trading rights,
// end without any answer saying so. It concerns keys without an IP whitelist
// that hold one of Powers.
type ExpiryRule struct {
	ID     string // stable name, "binance-unrestricted-trading"
	Text   string // the rule in one sentence
	After  time.Duration
	Start  ExpiryStart
	Powers []Permission
	Source string
	Doubt  string // what is not certain about it, if anything
}

// A Card is what is known about an exchange. `rekey exchanges` and the docs
// are printed from it.
type Card struct {
	Name     string   // the name used in rekey.yaml
	Aliases  []string // further words that rekey.yaml may use for it
	Title    string
	Kind     string // "exchange", "vendor" or "defunct"
	Secret   string // what a credential consists of
	Formats  string // how access keys look
	Regions  []string
	Environs []string // environments, the first is the default
	// Death says which answers prove that a key is dead.
	Death        string
	Capabilities []Capability
	// Covers are the permissions that stand for several of rekey's.
	Covers Covers
	Expiry []ExpiryRule
	// Together says what a call of rekey's may do to another program that uses the
	// key at that time, "" where nothing is known to happen. Plans say it too.
	Together string
	// Takes is how long a key that was made, changed or deleted may stay as it was
	// before, as the exchange documents it; 0 where it documents nothing. Before
	// that time no answer is the end of a proof: neither of a death nor of a
	// failure.
	Takes   time.Duration
	Notes   []string
	Checked string // the day the card was last compared with its sources
}
