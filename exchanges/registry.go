package exchanges

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A Likeness says how well a credential fits the formats of an exchange.
type Likeness int

// The degrees of likeness.
const (
	// Unlike means that the exchange has never issued such a key.
	Unlike Likeness = iota
	// Possible means that the form fits, and other systems use it too.
	Possible
	// Distinct means that the form belongs to this exchange alone, as far as
	// the sheets know.
	Distinct
)

// A Fit is an exchange's opinion on the form of a credential. Nothing is sent
// to form it.
type Fit struct {
	AccessKey Likeness
	Secret    Likeness
	// Swapped says that key and secret look interchanged.
	Swapped bool
	// KeyIsSecret says that what stands as the access key has the form of one
	// of this exchange's secrets, and not that of its access keys.
	KeyIsSecret bool
	// Legacy is set for a form that the exchange no longer accepts, and says
	// so in words.
	Legacy string
	// Problem says what is wrong with the form, "" when nothing is. A problem
	// is a warning: published examples break the forms too.
	Problem string
}

// An Exchange is one entry of a registry.
type Exchange struct {
	Card     Card
	Protocol Protocol
	// Recognise judges the form of a credential.
	Recognise func(Credential) Fit
	// Open makes an adapter. It sends nothing. It fails when the credential
	// cannot be used at all, with an *Error of KindCredential.
	Open func(Credential, Env) (Adapter, error)
	// CanIssue, CanEdit and CanRevoke say without any request whether the
	// method of the same name would send this one: nil, or the *Error that it
	// would return, of KindRefused or KindBadPassphrase. Each is nil where
	// adapters lack the method. A label and a passphrase of a new key that are
	// not chosen yet do not count as missing.
	CanIssue  func(IssueRequest) error
	CanEdit   func(EditRequest) error
	CanRevoke func(RevokeRequest) error
	// CanRevokeSelf and CanEditSelf say without any request whether a key that
	// was seen like this has the power to destroy or change itself: nil, or an
	// *Error of KindRefused that says what it lacks. Each is nil where adapters
	// lack the method.
	CanRevokeSelf func(Key) error
	CanEditSelf   func(Key, EditRequest) error
	// AccountAlone says that what an account has is public: rekey.yaml names the
	// account, by its address, and no credential. Adapters get the address as the
	// access key, without a secret.
	AccountAlone bool
	// PlainPassphrase says that the passphrase of a new key may hold letters and
	// digits alone.
	PlainPassphrase bool
	// SeenAddress is set where the exchange tells the address that it sees.
	SeenAddress *SeenAddress
	// OpenVendor is set instead of Open for vendors.
	OpenVendor func(Credential, Env) (Vendor, error)
}

// SeenAddress is an unsigned operation that tells the address which the
// exchange sees the caller come from.
type SeenAddress struct {
	Operation string
	Of        func(Response) (string, bool)
}

// A Registry is the set of exchanges that one run knows. It is a value passed
// down from main, so a test may hold a registry with a single fake in it.
type Registry struct {
	entries []Exchange
	// words are further words by which exchanges are known, and the name that
	// each means.
	words map[string]string
}

// NewRegistry makes a registry of the given entries. It panics on a duplicate
// name, which is a mistake in the program.
func NewRegistry(entries ...Exchange) Registry {
	seen := map[string]bool{}
	for _, e := range entries {
		if seen[e.Card.Name] {
			panic(fmt.Sprintf("exchanges: two entries are named %q", e.Card.Name))
		}
		seen[e.Card.Name] = true
	}
	return Registry{entries: entries}
}

// Knowing returns a registry that knows words besides, by the name that each
// means: the name of an entry, or of an exchange of which nothing but the name
// is known.
func (r Registry) Knowing(words map[string]string) Registry {
	r.words = maps.Clone(words)
	return r
}

// Lookup returns the entry that a word names: by its name or one of the card's
// Aliases; else the entry, without an adapter, of an exchange of which nothing
// but the name is known.
func (r Registry) Lookup(word string) (Exchange, bool) {
	i := slices.IndexFunc(r.entries, func(e Exchange) bool {
		return e.Card.Name == word || slices.Contains(e.Card.Aliases, word)
	})
	if i >= 0 {
		return r.entries[i], true
	}
	name, known := r.words[word]
	if !known || slices.ContainsFunc(r.entries, func(e Exchange) bool { return e.Card.Name == name }) {
		return Exchange{}, false
	}
	return CardAlone(nameAlone(name), nil), true
}

// Meant returns the name of the exchange that a word means, also where it is
// no word that Lookup takes: "okex" means okx; "" when none is known.
func (r Registry) Meant(word string) string {
	if x, ok := r.Lookup(word); ok {
		return x.Card.Name
	}
	return r.words[word]
}

// Words returns every word that Lookup takes, or Meant beside it, sorted.
func (r Registry) Words() []string {
	words := slices.Collect(maps.Keys(r.words))
	for _, e := range r.entries {
		words = append(append(words, e.Card.Name), e.Card.Aliases...)
	}
	slices.Sort(words)
	return slices.Compact(words)
}

// ByName returns the names of the exchanges of which nothing else is known,
// sorted.
func (r Registry) ByName() []string {
	var names []string
	for _, name := range r.words {
		if !slices.ContainsFunc(r.entries, func(e Exchange) bool { return e.Card.Name == name }) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Replacing returns the registry with other entries that have the same names; the
// words that it knows stay.
func (r Registry) Replacing(entries []Exchange) Registry {
	r.entries = slices.Clone(entries)
	return r
}

// All returns every entry in the order of registration.
func (r Registry) All() []Exchange { return slices.Clone(r.entries) }

// Exchanges returns the entries that hold keys of their own: all but vendors.
func (r Registry) Exchanges() []Exchange {
	return slices.DeleteFunc(r.All(), func(e Exchange) bool { return e.Card.Kind == "vendor" })
}

// Vendors returns the entries that hold other exchanges' keys.
func (r Registry) Vendors() []Exchange {
	return slices.DeleteFunc(r.All(), func(e Exchange) bool { return e.Card.Kind != "vendor" })
}

// Guess returns the exchanges whose formats a credential fits distinctly, or,
// when none does, those it may belong to. Names are in registry order.
func (r Registry) Guess(c Credential) []string {
	var distinct, possible []string
	for _, e := range r.Exchanges() {
		if e.Recognise == nil {
			continue
		}
		switch fit := e.Recognise(c); {
		case fit.AccessKey == Distinct:
			distinct = append(distinct, e.Card.Name)
		case fit.AccessKey == Possible && (c.Secret.IsZero() || fit.Secret != Unlike):
			possible = append(possible, e.Card.Name)
		}
	}
	if len(distinct) > 0 {
		return distinct
	}
	return possible
}

// Names returns the names of all exchanges, for messages.
func (r Registry) Names() string {
	var names []string
	for _, e := range r.Exchanges() {
		names = append(names, e.Card.Name)
	}
	return strings.Join(names, ", ")
}
