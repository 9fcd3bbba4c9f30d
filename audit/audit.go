// Package audit judges keys. It is given what the exchanges said and what the
// inventory declares, and states findings, unknowns and gaps.
//
// The package is pure: no I/O, no clock of its own, no globals that change.
// The same input gives the same output, in the same order. What an exchange
// left unsaid becomes an unknown of the rule that needed it; it never becomes
// a pass.
package audit

import (
	"cmp"
	"net/netip"
	"time"

	"rekey/exchanges"
)

// An Origin says how a key came into the audit.
type Origin string

// The origins of a key.
const (
	FromInventory Origin = "inventory"
	FromExchange  Origin = "exchange" // an exchange lists it, the inventory does not
)

// A Subject is one key to judge: what the exchange says and what the
// inventory declares.
type Subject struct {
	Name      string // the inventory's name, "" for FromExchange
	Origin    Origin
	Key       exchanges.Key
	Inventory Inventory // zero for FromExchange
	// Declared is where the inventory declares the key, zero for FromExchange.
	Declared Place
	// Leaks are the dumps that the key was found in, the oldest first.
	Leaks []Leak
	// Runs are what the journal of rekey says about it.
	Runs []PastRun
	// ManagerList says what became of the list of sub-accounts that this key was
	// asked for: "read", "refused" (also when a part of it was), "not_master"
	// when the exchange says that there is none, "" when it was not asked for.
	ManagerList string
	// Asked says that the key itself was used to ask, and answered. That was a
	// use of it, and restarts the clock of rules about idle keys.
	Asked bool
}

// A Place is a line of a file, counted from 1; 0 means the file as a whole.
type Place struct {
	File         string
	Line, Column int
}

// DisplayName is the name that findings use: the inventory's, or
// EXCHANGE/ACCOUNT/xxxx…yyyy for a key that it does not know. ACCOUNT is "-"
// when the exchange does not name it.
func (s Subject) DisplayName() string {
	if s.Name != "" {
		return s.Name
	}
	ref := s.Key.Ref
	return listedName(ref.Exchange, cmp.Or(ref.Account.Name, ref.Account.ID), exchanges.MaskAccessKey(ref.AccessKey))
}

// Inventory is what rekey.yaml declares about a key.
type Inventory struct {
	SharedWith []string // vendors the key was ever given to
	StoredIn   []string // stores and CI systems it ever was in
	Purpose    []exchanges.Permission
	Owner      string
	Created    exchanges.Fact[time.Time] // believed only where the exchange does not say
	Manager    string
	Account    string
	Rotation   time.Duration  // rotate.every, 0 when not declared
	Whitelist  []netip.Prefix // rotate.ip_whitelist
	Locations  []Location     // the credential's own location first, then copies
}

// A Leak says that a key was found in a dump that somebody supplied.
type Leak struct {
	What []string  // access_key, secret, passphrase, hash
	Dump string    // the name of the file
	At   time.Time // when it was found there
}

// A Location is what was seen of a file that holds a credential. Nothing of
// its content is in it.
type Location struct {
	Text    string // as written in rekey.yaml, "dotenv:.env#BINANCE"
	Path    string // "" when the location is not a file
	Mode    uint32 // permission bits, 0 when not a file or not known
	Symlink bool   // the path is a symbolic link
	// ForeignOwner says that the file belongs to somebody else, neither the
	// user nor root.
	ForeignOwner bool
	Git          GitState
}

// A GitState says what git thinks of a file. The zero value is not known.
type GitState string

// The states of a file.
const (
	GitOutside   GitState = "outside" // in no work tree
	GitTracked   GitState = "tracked"
	GitUntracked GitState = "untracked" // and not ignored
	GitIgnored   GitState = "ignored"
)

// A VendorReport is what a vendor said about the connections it keeps.
type VendorReport struct {
	Vendor      string // the name in rekey.yaml, "3commas"
	Connections []VendorConnection
	// Complete says that all connections were read.
	Complete bool
	// Exchanges maps the vendor's market code to the name in rekey.yaml, for
	// the codes it knows.
	Exchanges map[string]string
}

// A VendorConnection is one connection with the inventory key it was matched
// to, "" when none explains it.
type VendorConnection struct {
	exchanges.Connection
	Key string
}

// Input is everything an audit judges.
type Input struct {
	Now time.Time
	// Tool and Config, the rekey.yaml as a reader of the result finds it, only
	// stand in the result.
	Tool     Tool
	Config   string
	Subjects []Subject
	Gaps     []Gap
	Vendors  []VendorReport
	Policy   Policy
	Incident Catalogue
	// Expiry holds the published expiry rules, by exchange name.
	Expiry map[string][]exchanges.ExpiryRule
	// VendorRanges holds the addresses that vendors publish as theirs, by the
	// vendor's name in rekey.yaml. Nothing is built in, since such lists age.
	VendorRanges map[string][]netip.Prefix
	// Baseline, when set, is what an earlier audit recorded: only findings
	// that are new or worse are reported then.
	Baseline *Baseline
}

// Progress is shown while keys are looked at. Dropping all of it leaves the
// report complete.
type Progress struct {
	Exchange    string
	Done, Total int
	Accounts    exchanges.ListProgress
}
