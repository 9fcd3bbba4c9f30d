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
	// Account, when set, is the one sub-account to list, by its name.
	Account string
	// Progress, when set, is called as the listing goes on, from any
	// goroutine, possibly concurrently.
	Progress func(ListProgress)
}

// ListProgress counts sub-accounts: how many are known, how many were read.
type ListProgress struct{ Accounts, Done int }

// An Issuer makes keys of sub-accounts.
type Issuer interface {
	// IssueKey creates a key whose label is req.Label. A key may exist even
	// when an error comes back (KindUncertain): callers look for the label
	// before they try again. The secret is shown once and only here.
	IssueKey(ctx context.Context, req IssueRequest) (Issued, error)
}

// A Revoker destroys keys of sub-accounts for good.
type Revoker interface {
	// RevokeKey returns nil once the key is gone, also when it was gone
	// already, so that it may be called again after a crash. KindUncertain
	// means that it may be gone: look before trying again.
	RevokeKey(ctx context.Context, req RevokeRequest) error
}

// An Editor changes a key of a sub-account in place. Whether a change narrows
// the key is the caller's business.
type Editor interface {
	// EditKey returns the key as the exchange describes it afterwards, as far
	// as it does.
	EditKey(ctx context.Context, req EditRequest) (Key, error)
}

// A Freezer turns a key off in a way that can be undone. No exchange of this
// version offers it.
type Freezer interface {
	SetKeyEnabled(ctx context.Context, ref KeyRef, enabled bool) error
}

// An IssueRequest says what a new key must be.
type IssueRequest struct {
	Account     Account // the sub-account, by the name the exchange knows it by
	Label       string  // at most 24 letters and digits; callers put an unguessable marker into it
	Permissions []Permission
	Whitelist   []string // addresses or CIDR, none for a key without a whitelist
	Passphrase  Secret   // where the exchange lets the caller choose it
	// Algorithm is how the key is to sign, in the words of Key.Algorithm: that
	// of the key which it replaces. Empty asks for HMAC, as "hmac" does.
	Algorithm string
	// Words are those in which the exchange says what the key that is replaced
	// may do (Key.Raw), none where there is no such key. A request is refused
	// when a permission asked for stands on words that no new key can be given.
	Words []string
	// SpecialMargin asks for a margin special key of the manager's own account
	// (see Key) in place of a key of Account.
	SpecialMargin bool
}

// Issued is a new key with the secret that is shown this one time.
type Issued struct {
	Key        Key
	Credential Credential
}

// A RevokeRequest names a key to destroy.
type RevokeRequest struct {
	Ref KeyRef
	// Passphrase is the key's own; KuCoin asks for it.
	Passphrase Secret
	// SpecialMargin says that the key is a margin special key (see Key), which
	// belongs to no sub-account. Nothing in Ref tells it from others.
	SpecialMargin bool
}

// An EditRequest changes a key. A nil field is left as it is; an empty list
// that is not nil takes away all of it: a key of no permissions can read, a key
// of no addresses may be used from anywhere.
type EditRequest struct {
	Ref           KeyRef
	Passphrase    Secret // the key's own; KuCoin asks for it
	Permissions   []Permission
	Whitelist     []string
	SpecialMargin bool // as in RevokeRequest
}
