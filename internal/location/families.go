package location

import (
	"fmt"
	"slices"
	"strings"

	"rekey/exchanges"
)

// A family is a set of variable names, without their prefix, that belong
// together. The passphrase is optional.
type family struct{ accessKey, secret, passphrase string }

// families are tried in this order; the first complete one is read.
func families() []family {
	return []family{
		{"_API_KEY", "_API_SECRET", "_API_PASSPHRASE"},
		{"_APIKEY", "_SECRET", "_PASSWORD"}, // ccxt's own
		{"_KEY", "_SECRET", "_PASSPHRASE"},
	}
}

// A variable is what a name stands for, in the environment or in a file.
type variable struct {
	value exchanges.Secret
	from  string // how messages call it: its name, and its line in a file
	// remark says what other programs may make of the value, or "".
	remark string
	slots  []slot // see sourced
}

// A lookup returns the variable of a name. It is false when there is none. The
// error says why the variable cannot be used.
type lookup func(name string) (variable, bool, *Error)

// variable looks a name up in the environment.
func (e Env) variable(name string) (variable, bool, *Error) {
	value, ok := e.Lookup(name)
	return variable{value: exchanges.NewSecret(value), from: name}, ok, nil
}

// readFamilies reads the first complete family of a prefix. An empty variable
// counts as not set, since templates and compose files leave such lines.
func readFamilies(prefix string, get lookup, r *Reading) (parts, *Error) {
	var used *family
	var found parts
	for _, f := range families() {
		p, err := f.read(prefix, get)
		switch {
		case err != nil && used == nil:
			return parts{}, err
		case err != nil: // of a variable that is not read
		case p.accessKey.isSet() && p.secret.isSet():
			if used == nil {
				used, found = &f, p
			} else if !p.accessKey.text.Equal(found.accessKey.text) {
				r.Remarks = append(r.Remarks, fmt.Sprintf("%s is set too and was not read, because %s is complete and comes first",
					p.accessKey.from, found.accessKey.from))
			}
		}
	}
	if used == nil {
		return parts{}, noFamily(prefix, get)
	}
	found.addTwins(prefix, get)
	return found, used.remarks(prefix, get, found, r)
}

// read returns the parts of one family that are set.
func (f family) read(prefix string, get lookup) (parts, *Error) {
	var p parts
	for _, one := range []struct {
		suffix string
		to     *sourced
	}{{f.accessKey, &p.accessKey}, {f.secret, &p.secret}, {f.passphrase, &p.passphrase}} {
		v, ok, err := get(prefix + one.suffix)
		if err != nil {
			return parts{}, err
		}
		switch {
		case ok && !v.value.IsZero():
			*one.to = sourced{v.value, v.from, v.slots}
		case ok:
			one.to.slots = v.slots
		}
	}
	return p, nil
}

// addTwins adds the places of all variables of the prefix that hold the same
// part under the name of another family: whoever reads those must not be left
// with the old key.
func (p *parts) addTwins(prefix string, get lookup) {
	for _, f := range families() {
		for _, one := range []struct {
			suffix string
			to     *sourced
		}{{f.accessKey, &p.accessKey}, {f.secret, &p.secret}, {f.passphrase, &p.passphrase}} {
			v, ok, err := get(prefix + one.suffix)
			if err != nil || !ok || !one.to.isSet() || !v.value.Equal(one.to.text) {
				continue
			}
			for _, s := range v.slots {
				if !slices.Contains(one.to.slots, s) {
					one.to.slots = append(one.to.slots, s)
				}
			}
		}
	}
}

// remarks notes what a person may stumble over in the family that was read.
func (f family) remarks(prefix string, get lookup, found parts, r *Reading) *Error {
	for _, suffix := range []string{f.accessKey, f.secret, f.passphrase} {
		if v, ok, err := get(prefix + suffix); err != nil {
			return err
		} else if ok && v.remark != "" {
			r.Remarks = append(r.Remarks, v.remark)
		}
	}
	if found.passphrase.isSet() {
		return nil
	}
	for _, other := range families() {
		v, ok, err := get(prefix + other.passphrase)
		if err == nil && ok && !v.value.IsZero() {
			r.Remarks = append(r.Remarks, fmt.Sprintf("%s was not read: beside %s the passphrase is called %s",
				v.from, found.accessKey.from, prefix+f.passphrase))
		}
	}
	return nil
}

// noFamily says what is missing where no family is complete: the other half of
// the first one that has begun, or everything.
func noFamily(prefix string, get lookup) *Error {
	var names []string
	for _, f := range families() {
		names = append(names, prefix+f.accessKey)
		p, err := f.read(prefix, get)
		if err != nil {
			return err
		}
		if p.accessKey.isSet() {
			return problem(ReasonIncomplete, SecretPart, fmt.Sprintf("%s is set and %s is not", p.accessKey.from, prefix+f.secret), "")
		}
	}
	for _, f := range families() {
		if p, err := f.read(prefix, get); err == nil && p.secret.isSet() {
			needs := prefix + f.accessKey
			if f.secret == "_SECRET" { // two families share it
				needs = prefix + "_APIKEY nor " + prefix + "_KEY"
				return problem(ReasonIncomplete, AccessKey, fmt.Sprintf("%s is set and neither %s is", p.secret.from, needs), "")
			}
			return problem(ReasonIncomplete, AccessKey, fmt.Sprintf("%s is set and %s is not", p.secret.from, needs), "")
		}
	}
	return problem(ReasonAbsent, "", "none of "+strings.Join(names, ", ")+" is set", "")
}
