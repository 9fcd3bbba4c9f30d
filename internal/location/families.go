package location

import (
	"fmt"
	"slices"
	"strings"

	"rekey/exchanges"
	"rekey/internal/form"
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

// readFamilies reads the first complete family of a prefix. Where none is, the
// parts may have any other spelling, each of which stands there once. An empty
// variable counts as not set, since templates and compose files leave such
// lines.
func readFamilies(prefix string, get lookup, r *Reading) (parts, *Error) {
	var used *family
	var found parts
	others := 0
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
				others++
				r.Remarks = append(r.Remarks, fmt.Sprintf("%s is set too and was not read, because %s is complete and comes first",
					p.accessKey.from, found.accessKey.from))
			}
		}
	}
	if used == nil {
		return mixedFamily(prefix, get, r)
	}
	if !found.passphrase.isSet() && others == 0 {
		if err := found.lend(prefix, get); err != nil {
			return parts{}, err
		}
	}
	found.addTwins(prefix, get)
	return found, used.remarks(prefix, get, found, r)
}

// lend takes the passphrase of another family for one that has none, where only
// one such variable is set.
func (p *parts) lend(prefix string, get lookup) *Error {
	all, err := spelled(prefix, get)
	if err != nil {
		return err
	}
	chosen, err := onlyOne(Passphrase, all[Passphrase])
	if err == nil && chosen.isSet() {
		chosen.slots = append(chosen.slots, p.passphrase.slots...)
		p.passphrase = chosen
	}
	return nil
}

// mixedFamily reads parts that are spelled in any way that is known, where each
// is set once: OKX_API_KEY and OKX_SECRET_KEY.
func mixedFamily(prefix string, get lookup, r *Reading) (parts, *Error) {
	all, err := spelled(prefix, get)
	if err != nil {
		return parts{}, err
	}
	if len(all[AccessKey]) == 0 || len(all[SecretPart]) == 0 {
		return parts{}, noFamily(prefix, get)
	}
	var found parts
	for _, one := range []struct {
		part Part
		to   *sourced
	}{{AccessKey, &found.accessKey}, {SecretPart, &found.secret}, {Passphrase, &found.passphrase}} {
		if *one.to, err = onlyOne(one.part, all[one.part]); err != nil {
			return parts{}, err
		}
		for _, v := range all[one.part] {
			if v.remark != "" {
				r.Remarks = append(r.Remarks, v.remark)
			}
		}
	}
	return found, nil
}

// spelled returns the variables of a prefix that are set, under every spelling,
// by their part. Weak spellings are there only where a part has no other.
func spelled(prefix string, get lookup) (map[Part][]variable, *Error) {
	all, weak := map[Part][]variable{}, map[Part][]variable{}
	for _, suffix := range suffixes(prefix) {
		v, ok, err := get(prefix + suffix.text)
		if err != nil {
			return nil, err
		}
		switch {
		case !ok || v.value.IsZero():
		case suffix.weak:
			weak[suffix.part] = append(weak[suffix.part], v)
		default:
			all[suffix.part] = append(all[suffix.part], v)
		}
	}
	for part, variables := range weak {
		if len(all[part]) == 0 {
			all[part] = variables
		}
	}
	return all, nil
}

// A suffix is a spelling as it stands behind a prefix.
type suffix struct {
	text string
	part Part
	weak bool
}

// suffixes returns every spelling in the case of the prefix, with all its words
// apart and with all of them as one.
func suffixes(prefix string) []suffix {
	var all []suffix
	for _, s := range form.Spellings() {
		part, _ := partOf(s.Role)
		text := s.Name
		if strings.ToUpper(prefix) != prefix && strings.ToLower(prefix) == prefix {
			text = strings.ToLower(text)
		}
		all = append(all, suffix{"_" + text, part, s.Weak})
		if joined := strings.ReplaceAll(text, "_", ""); joined != text {
			all = append(all, suffix{"_" + joined, part, s.Weak})
		}
	}
	return all
}

// onlyOne returns the part that all of some variables hold. Where they differ,
// which one is used only the program knows.
func onlyOne(part Part, all []variable) (sourced, *Error) {
	var chosen sourced
	for _, v := range all {
		switch {
		case !chosen.isSet():
			chosen = sourced{v.value, v.from, slices.Clone(v.slots)}
		case !chosen.text.Equal(v.value):
			return sourced{}, problem(
				ReasonAmbiguous,
				part,
				fmt.Sprintf("%s and %s both claim to be the %s and differ", chosen.from, v.from, part),
				"remove the one that is not used",
			)
		default:
			for _, s := range v.slots {
				if !slices.Contains(chosen.slots, s) {
					chosen.slots = append(chosen.slots, s)
				}
			}
		}
	}
	return chosen, nil
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
	for _, suffix := range suffixes(prefix) {
		to := map[Part]*sourced{AccessKey: &p.accessKey, SecretPart: &p.secret, Passphrase: &p.passphrase}[suffix.part]
		v, ok, err := get(prefix + suffix.text)
		if err != nil || !ok || !to.isSet() || !v.value.Equal(to.text) {
			continue
		}
		for _, s := range v.slots {
			if !slices.Contains(to.slots, s) {
				to.slots = append(to.slots, s)
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
			return problem(
				ReasonIncomplete,
				SecretPart,
				fmt.Sprintf("%s is set and %s is not", p.accessKey.from, prefix+f.secret),
				"",
			)
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
