// Package form knows how access keys, secrets and passphrases of exchanges
// look, what their fields are usually called, and which values are published
// samples or placeholders. It is pure: bytes in, words out.
//
// Forms come from the exchanges' documented examples (read 2026-11-22); no
// exchange promises its form. A form is therefore never enough: package find
// wants a name, a neighbour or a structure besides.
package form

import "bytes"

// A Set is a set of exchanges: one bit for each whose form is known, and
// [Unknown] for all others together.
type Set uint64

// Unknown stands for the exchanges of which only the name is known. [Of] never
// says it: a value has no form of theirs, it can only be [Plausible] under a
// name.
const Unknown Set = 1 << 63

// Any is the set of all exchanges.
const Any = ^Set(0)

// Has reports whether the set holds exchange number i.
func (s Set) Has(i int) bool {
	if i >= len(table) {
		return s&Unknown != 0
	}
	return i >= 0 && s&(1<<uint(i)) != 0
}

// A Fit says which exchanges issue access keys, and which secrets, of the form
// of a value.
type Fit struct{ Key, Secret Set }

// None reports whether no exchange issues such a value.
func (f Fit) None() bool { return f.Key == 0 && f.Secret == 0 }

// An Exchange is what the forms of one exchange are.
type Exchange struct {
	// Name is the word used in reports, that of the registry where it is there.
	Name string
	// Words are further words for it, folded: ccxt ids, older names, header
	// prefixes.
	Words []string
	// Distinct says that key and secret together have a form that nothing else
	// is known to have, so that names and roles are enough evidence.
	Distinct bool
	// Passphrase says that a credential has three parts.
	Passphrase bool
	// PEM says that the secret may be a private key in PEM.
	PEM bool
	// ShortKey says that access keys are too short to be noticed by their
	// length.
	ShortKey bool
	// SecretAlone says that the secret opens the account by itself, so that it
	// is reported also where no access key is near.
	SecretAlone bool
	// Common says that the name is a word of English or of programs: it counts
	// in a name or beside a credential, and nowhere else in a text.
	Common bool
	// testnet is the form of both parts in an environment for tests, nil where it
	// is that of live ones.
	testnet func(shape) bool
	key     func(shape) bool
	secret  func(shape) bool
}

// With adds the exchanges of another fit.
func (f Fit) With(g Fit) Fit { return Fit{f.Key | g.Key, f.Secret | g.Secret} }

// OfTestnet returns the exchanges whose test environment issues keys, and
// secrets, of the form of a value. The form is common, so it counts only under a
// name that says so.
func OfTestnet(value []byte) Fit {
	var f Fit
	s := shapeOf(value)
	for i, x := range table {
		if x.testnet != nil && x.testnet(s) {
			f.Key |= 1 << uint(i)
			f.Secret |= 1 << uint(i)
		}
	}
	return f
}

// IsAddress reports whether a value is the address of an account on Hyperliquid.
func IsAddress(value []byte) bool { return shapeOf(value).address() }

// WithUnknown adds the exchanges of which only the name is known, to the side of
// a role.
func (f Fit) WithUnknown(r Role) Fit {
	switch r {
	case AccessKey:
		f.Key |= Unknown
	case Secret:
		f.Secret |= Unknown
	case Neutral, Other, Passphrase:
	}
	return f
}

// Longest is how many bytes a part has at most that is no PEM.
const Longest = 160

// Of returns the exchanges whose forms a value has. It looks at the value as
// it is: decoding is the caller's business.
func Of(value []byte) Fit {
	if isPEM(value) {
		return Fit{Secret: pemExchanges}
	}
	if len(value) < 8 || len(value) > Longest {
		return Fit{}
	}
	s := shapeOf(value)
	var f Fit
	for i, x := range table {
		if x.key(s) {
			f.Key |= 1 << uint(i)
		}
		if x.secret(s) {
			f.Secret |= 1 << uint(i)
		}
	}
	return f
}

// isPEM reports whether a value is a private key in PEM, whole or on one line.
func isPEM(value []byte) bool {
	value = bytes.TrimLeft(value, " \t\r\n")
	return bytes.HasPrefix(value, []byte("-----BEGIN ")) &&
		bytes.Contains(value[:min(len(value), 64)], []byte("PRIVATE KEY-----")) &&
		bytes.Contains(value, []byte("-----END "))
}

// pemExchanges are those whose secret may be a PEM.
var pemExchanges = setOf(func(x Exchange) bool { return x.PEM }) //nolint:gochecknoglobals // made from the table once

// shortKeys are those whose access keys are not noticed by their length.
var shortKeys = setOf(func(x Exchange) bool { return x.ShortKey }) //nolint:gochecknoglobals // made from the table once

func setOf(is func(Exchange) bool) (s Set) {
	for i, x := range table {
		if is(x) {
			s |= 1 << uint(i)
		}
	}
	return s
}

// ShortKeys are the exchanges whose access keys are too short to be noticed by
// their length.
func ShortKeys() Set { return shortKeys }

// Shaped returns the number of exchanges whose form is known; theirs are the
// first numbers.
func Shaped() int { return len(table) }

// Exchanges returns the number of exchanges that are known, if only by name;
// numbers below it are valid.
func Exchanges() int { return len(all) }

// Get returns the exchange of a number.
func Get(i int) Exchange { return all[i] }

// Number returns the number of the exchange of that name, or -1.
func Number(name string) int {
	for i, x := range all {
		if x.Name == name {
			return i
		}
	}
	return -1
}

// all are the exchanges with a known form and behind them those without.
var all = append(table[:len(table):len(table)], byName()...) //nolint:gochecknoglobals // made from the tables once

// Length reports whether a run of letters, digits and +/-_ of n bytes can be a
// part, or its base64. It is the cheap first question about a run.
func Length(n int) bool { return n < len(lengths) && lengths[n] }

// Plausible reports whether a value may be a part of a credential whose form is
// not known, where its name says that it is one.
func Plausible(role Role, value []byte) bool {
	least := 16
	if role == AccessKey {
		least = 10
	}
	if len(value) < least || len(value) > Longest {
		return false
	}
	s := shapeOf(value)
	if s.other > 0 || s.digit == 0 || s.lower+s.upper == 0 || (s.dash+s.under)*6 > s.n &&
		s.dash != 4 || !s.varied() && s.lower*s.upper > 0 {
		return false
	}
	if s.lower > 0 && s.upper > 0 {
		return Random(s.digit, s.turns(), s.n)
	}
	return s.digit*8 >= s.n && s.different() >= 6
}
