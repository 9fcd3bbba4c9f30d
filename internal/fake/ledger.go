package fake

import (
	"net/netip"
	"slices"
	"sync"
	"time"
)

// A Deed is what was done to a key.
type Deed string

// The deeds of a ledger.
const (
	Created Deed = "created"
	Changed Deed = "changed"
	Deleted Deed = "deleted"
)

// ByHand is what an entry is about that no call made: the owner was on the
// exchange's web page. It names no caller.
const ByHand = "by hand"

// An Entry is one deed that an exchange did because a caller asked for it, with
// or without the caller hearing of it. It holds no secret.
type Entry struct {
	At        time.Time // by the exchange's clock
	Deed      Deed
	What      string // what a change was about: "permissions", "ip whitelist", "label"
	AccessKey string // of the key that it was done to
	Account   string // the sub-account's name or e-mail, "" for the master account
	Label     string
	By        string // the caller's access key
	From      netip.Addr
}

// A Ledger is what was done to the keys of an exchange, in order. Refused calls
// are not in it. The zero Ledger is empty and ready.
type Ledger struct {
	mu      sync.Mutex
	entries []Entry
}

// Book adds an entry.
func (l *Ledger) Book(e Entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.entries = append(l.entries, e)
}

// Entries returns what was booked so far, the oldest first.
func (l *Ledger) Entries() []Entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.entries)
}

// A LiveKey is a key that exists at an exchange, not yet active ones included,
// or that was deleted and still answers.
type LiveKey struct {
	AccessKey   string
	Account     string // as in an Entry
	Label       string
	Permissions []string // the exchange's own words
	Whitelist   []string // empty for a key that may be used from anywhere
}
