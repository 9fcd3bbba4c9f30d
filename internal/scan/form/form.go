// Package form knows how access keys, secrets and passphrases of exchanges
// look, what their fields are usually called, and which values are published
// samples or placeholders. It is pure: bytes in, words out.
//
// Forms come from the exchanges' documented examples (read 2026-11-22); no
// exchange promises its form. A form is therefore never enough: package find
// wants a name, a neighbour or a structure besides.
package form

import "bytes"

// A Set is a set of exchanges, one bit for each entry of [Exchanges].
type Set uint32

// Has reports whether the set holds exchange number i.
func (s Set) Has(i int) bool { return i >= 0 && s&(1<<uint(i)) != 0 }

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
	key        func(shape) bool
	secret     func(shape) bool
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
	return bytes.HasPrefix(value, []byte("-----BEGIN ")) && bytes.Contains(value[:min(len(value), 64)], []byte("PRIVATE KEY-----")) &&
		bytes.Contains(value, []byte("-----END "))
}

// Exchanges returns the number of known exchanges; numbers below it are valid.
func Exchanges() int { return len(table) }

// Get returns the exchange of a number.
func Get(i int) Exchange { return table[i] }

// Number returns the number of the exchange of that name, or -1.
func Number(name string) int {
	for i, x := range table {
		if x.Name == name {
			return i
		}
	}
	return -1
}

// Length reports whether a run of letters, digits and +/-_ of n bytes can be a
// part, or its base64. It is the cheap first question about a run.
func Length(n int) bool { return n < len(lengths) && lengths[n] }
