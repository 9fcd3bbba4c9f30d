package exchanges

import (
	"bytes"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// A Described is an object in which an exchange describes a key. Beside what T
// knows of it, it keeps the names of members that nobody here knows and that
// may be permissions: a word that is dropped is a permission that nobody sees.
type Described[T any] struct {
	Value T
	// Strange are the names of unknown members that are on, sorted.
	Strange []string
}

// UnmarshalJSON decodes an object as Decode does.
func (d *Described[T]) UnmarshalJSON(body []byte) error {
	if err := Decode(body, &d.Value); err != nil {
		return err
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(body, &all); err != nil {
		return err
	}
	known, documented := map[string]reflect.Type{}, map[string]string{}
	fieldsOf(reflect.TypeFor[T](), known, documented)
	d.Strange = nil
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if _, ok := known[name]; !ok && MayGrant(name, all[name]) {
			d.Strange = append(d.Strange, name)
		}
	}
	return nil
}

// MayGrant reports whether a member that nobody here knows may grant
// something. One that is true does, wherever the truth stands in it. One whose
// name speaks of a permission does unless it is clearly off.
func MayGrant(name string, value json.RawMessage) bool {
	value = bytes.TrimSpace(value)
	var f Flag
	readable := json.Unmarshal(value, &f) == nil
	on, told := f.Get()
	switch {
	case readable && told:
		return on
	case speaksOfPermission(name):
		text := strings.Trim(string(value), "[]{} \t\r\n")
		return text != "" && text != "0"
	default:
		return holdsTrue(value)
	}
}

func speaksOfPermission(name string) bool {
	name = strings.ToLower(name)
	for _, prefix := range []string{"can", "enable", "permit", "allow"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	for _, word := range []string{"perm", "scope", "privilege", "rights"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}

// holdsTrue reports whether a list or an object holds the value true at any
// depth.
func holdsTrue(value json.RawMessage) bool {
	d := json.NewDecoder(bytes.NewReader(value))
	for {
		token, err := d.Token()
		if err != nil {
			return false
		}
		if token == true {
			return true
		}
	}
}

// AddStrange keeps words of the exchange that rekey does not know: they count
// as a power, and are reported.
func (k *Key) AddStrange(words []string) {
	if len(words) == 0 {
		return
	}
	k.Permissions = k.Permissions.Grant(Unmapped)
	k.Raw = append(slices.Clip(k.Raw), words...)
}

// Doubt returns p without what was denied: for a list of words beside which
// stands something that nobody here knows, so that the list is no longer
// known to be whole.
func (p Permissions) Doubt() Permissions {
	p.denied = 0
	return p
}
