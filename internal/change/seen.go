package change

import (
	"net/netip"
	"time"

	"rekey/exchanges"
	"rekey/internal/journal"
	"rekey/internal/survey"
)

// Seen is all that was looked at before a plan is made. Deciding reads it and
// nothing else. It holds no secret.
type Seen struct {
	Now      time.Time
	Registry exchanges.Registry
	Entries  []survey.Entry // of rekey.yaml, whether they were looked at or not
	Survey   survey.Result
	// Facts are what a change needs besides, by the key's display name.
	Facts map[string]Facts
	// Egress is the address that an exchange sees this machine come from, where
	// it tells.
	Egress  map[string]netip.Addr
	Runs    []journal.Run // of the journal, those that have ended too
	Reloads map[string][]string
	Swaps   map[string][]string
	// Person says that somebody can be asked, or has left their answer.
	Person bool
}

// Facts are what was seen of one key beside the survey. The zero Facts say that
// nothing was looked at: no change is made on them.
type Facts struct {
	Credential Held
	// Twin is another key of rekey.yaml that holds the same access key, "" for
	// none.
	Twin    string
	Places  []Place
	Vendors []VendorFact
}

// Held is what is known of a key's credential.
type Held struct {
	AccessKey  string
	Secret     bool // the secret is at hand
	Passphrase bool
	// Problem says why the credential cannot be used, "" when it can.
	Problem string
}

// A Place is a place of a credential, as an attempt to prepare a change of it
// went.
type Place struct {
	Name    string
	Remarks []string
	Problem string // why it cannot be written, "" when it can
}

// A VendorFact is what a vendor of rotate.vendors holds of the key.
type VendorFact struct {
	Vendor      string
	Connections []exchanges.Connection
	Steps       []string // of the plan
	Remarks     []string
	Busy        bool // something runs there, or it does not say
	LockedOut   bool // the new addresses leave out those that it calls from
	Problem     string
	Page        string
	ByHand      []string // what a person does there, with Problem
}
