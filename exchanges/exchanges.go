// Package exchanges is the vocabulary that rekey shares with the exchanges it
// speaks to: what a key is, what it may do, from where, and which calls exist
// to look at it.
//
// The package holds words and small interfaces. It opens no connection and
// reads no clock. One sub-package per exchange implements [Adapter]; package
// all lists them.
//
// Three habits run through it. What an exchange did not say is an unknown
// [Fact], never a guess. A secret is a [Secret], which no printer can print.
// A call that an adapter did not declare as an [Operation] cannot be sent.
package exchanges

import (
	"context"
	"iter"
)

// An Adapter speaks to one exchange with one credential. It is safe for
// concurrent use and sends nothing until a method is called.
type Adapter interface {
	// Card returns the exchange's card of facts. It does no I/O.
	Card() Card

	// Inspect asks the exchange what the credential in hand may do. What the
	// exchange does not say stays unknown.
	//
	// The returned Key can always be reported, also beside an error: its
	// Status is what the answer proves, at worst StatusUndetermined. A nil
	// error means that the exchange answered everything it can answer about
	// this key, which includes "it does not exist" (StatusDead). An error is
	// an [*Error] and says why facts are missing.
	Inspect(ctx context.Context) (Key, error)
}

// A Lister sees keys besides its own: those of the sub-accounts of the account
// that its credential belongs to.
type Lister interface {
	// ListKeys yields each key once, in no promised order. An error says which
	// part could not be listed (its Account, or everything when that is
	// empty); the keys yielded before and after it remain true, and the
	// sequence goes on. An error of kind KindNotMaster says that this
	// credential's account has no sub-accounts to list, or may not.
	ListKeys(ctx context.Context, req ListRequest) iter.Seq2[Key, error]
}

// A ListRequest is what a caller may ask of ListKeys. The zero value is fine.
type ListRequest struct {
	// Progress, when set, is called as the listing goes on, from any
	// goroutine, possibly concurrently.
	Progress func(ListProgress)
}

// ListProgress counts sub-accounts: how many are known, how many were read.
type ListProgress struct{ Accounts, Done int }

// An Issuer makes keys. No adapter implements it yet.
type Issuer interface {
	// IssueKey creates a key that carries req.Marker in its label. A key may
	// exist even when an error comes back; callers look for the marker before
	// trying again. The secret is shown once and only here.
	IssueKey(ctx context.Context, req IssueRequest) (Issued, error)
}

// A Revoker destroys keys for good. No adapter implements it yet.
type Revoker interface {
	// RevokeKey returns nil once ref is gone, also when it was gone already,
	// so that it may be called again after a crash.
	RevokeKey(ctx context.Context, ref KeyRef) error
}

// An Editor narrows a key in place. It never widens one. No adapter
// implements it yet.
type Editor interface {
	EditKey(ctx context.Context, ref KeyRef, change Edit) (Key, error)
}

// A Freezer turns a key off in a way that can be undone. No adapter
// implements it yet.
type Freezer interface {
	SetKeyEnabled(ctx context.Context, ref KeyRef, enabled bool) error
}

// An IssueRequest says what a new key must be.
type IssueRequest struct {
	Account     Account
	Marker      string // unguessable text that goes into the label
	Permissions []Permission
	Whitelist   []string
	Passphrase  Secret // where the exchange lets the caller choose it
}

// Issued is a new key with the secret that is shown this one time.
type Issued struct {
	Key        Key
	Credential Credential
}

// An Edit narrows a key. A nil field is left as it is.
type Edit struct {
	Permissions []Permission
	Whitelist   []string
}

// A Vendor is a third party that holds exchange keys for its users.
type Vendor interface {
	// Card returns the vendor's card of facts. It does no I/O.
	Card() Card

	// Connections yields every exchange connection that the vendor keeps for
	// the credential's owner, all pages.
	Connections(ctx context.Context) iter.Seq2[Connection, error]

	// Holds reports the connections that hold the given access key. It is
	// empty when the vendor says that none does.
	Holds(ctx context.Context, accessKey string) ([]Connection, error)
}

// A Connection is one exchange account as a vendor keeps it. Everything but
// ID was written by the vendor or its user and is hostile text.
type Connection struct {
	ID       string
	Name     string
	Exchange string // the vendor's own word, "binance", "okex", ...
	Market   string // the vendor's market code
	Created  Fact[string]
	// Working is what the vendor says of the stored key: false when the
	// exchange refused it.
	Working Fact[bool]
	State   string // the vendor's word for the state of the stored key
}
