package exchanges

import "time"

// A Status is what is proven about a key's life. The words are part of the
// contract.
type Status string

// The statuses that rekey tells apart.
const (
	StatusAlive Status = "alive"
	// StatusDead means that the exchange said in so many words that the key
	// does not exist, as often as that exchange's card asks for.
	StatusDead Status = "dead"
	// StatusIPRefused means alive, and this address may not use it.
	StatusIPRefused Status = "ip_refused"
	StatusExpired   Status = "expired"
	StatusDisabled  Status = "disabled"
	// StatusDefunct means that the exchange itself is gone.
	StatusDefunct      Status = "defunct"
	StatusUndetermined Status = "undetermined"
)

// MayLive reports whether a key of this status could still be used by
// somebody. Only a proven end says no.
func (s Status) MayLive() bool {
	switch s {
	case StatusDead, StatusExpired, StatusDefunct:
		return false
	case StatusAlive, StatusIPRefused, StatusDisabled, StatusUndetermined:
		return true
	}
	return true
}

// An AccountKind tells a master account from a sub-account.
type AccountKind string

// The kinds of account.
const (
	AccountMaster  AccountKind = "master"
	AccountSub     AccountKind = "sub"
	AccountUnknown AccountKind = "unknown"
)

// An Account is the account that a key belongs to, as far as the exchange
// says. Name is foreign text.
type Account struct {
	ID   string // empty when not told
	Name string // sub-account name or e-mail, empty when not told
	Kind AccountKind
	// Frozen says whether the exchange has frozen the (sub-)account.
	Frozen Fact[bool]
}

// A KeyRef names a key at an exchange. It holds no secret.
type KeyRef struct {
	Exchange  string
	Account   Account
	AccessKey string
}

// A Key is what an exchange says about one key. Label and Raw come from
// outside and may hold anything; package report alone prints them.
type Key struct {
	Ref         KeyRef
	Label       string // empty when not told
	Status      Status
	Permissions Permissions
	Raw         []string // the exchange's own words for the permissions granted
	Whitelist   IPWhitelist
	// SpecialMargin marks a Binance margin "special key", a second kind of
	// key that the page of ordinary keys does not show.
	SpecialMargin bool
	CreatedAt     Fact[time.Time]
	// ExpiresAt is an end that the exchange states: of the key, or of its
	// trading permissions where EndsTrading is set.
	ExpiresAt   Fact[time.Time]
	EndsTrading bool
	LastUsedAt  Fact[time.Time]
	// Proof says how the end of the key was proven, in rekey's words: which
	// hosts were asked. Empty when it was not, or at one endpoint alone.
	Proof string
	// Algorithm is how the key signs: "hmac", "rsa", "ed25519", "ecdsa", or
	// empty when unknown.
	Algorithm string
}

// Merge returns k with the facts that it lacks filled in from other, which
// must describe the same key: for a key that was seen twice, once by itself
// and once in its manager's list. What k knows wins.
func (k Key) Merge(other Key) Key {
	if k.Label == "" {
		k.Label = other.Label
	}
	if !k.Permissions.IsKnown() {
		k.Permissions, k.Raw = other.Permissions, other.Raw
	}
	k.Whitelist = k.Whitelist.merge(other.Whitelist)
	k.CreatedAt = k.CreatedAt.Or(other.CreatedAt)
	if !k.ExpiresAt.IsKnown() {
		k.ExpiresAt, k.EndsTrading = other.ExpiresAt, other.EndsTrading
	}
	k.LastUsedAt = k.LastUsedAt.Or(other.LastUsedAt)
	k.SpecialMargin = k.SpecialMargin || other.SpecialMargin
	a, b := &k.Ref.Account, other.Ref.Account
	if a.ID == "" {
		a.ID = b.ID
	}
	if a.Name == "" {
		a.Name = b.Name
	}
	if a.Kind == "" || a.Kind == AccountUnknown {
		a.Kind = b.Kind
	}
	a.Frozen = a.Frozen.Or(b.Frozen)
	if k.Algorithm == "" {
		k.Algorithm = other.Algorithm
	}
	return k
}

func (w IPWhitelist) merge(other IPWhitelist) IPWhitelist {
	if !w.Restricted.IsKnown() {
		return other
	}
	mine, _ := w.Restricted.Get()
	theirs, known := other.Restricted.Get()
	if !w.Entries.IsKnown() && known && mine == theirs {
		w.Entries = other.Entries
		if len(other.Unread) > 0 {
			w.Unread = other.Unread
		}
		if w.Entries.IsKnown() {
			w.Unread = nil
		}
	}
	return w
}
