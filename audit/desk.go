package audit

import (
	"slices"
	"strings"
	"time"

	"rekey/exchanges"
)

// A Desk is the whole of what is judged, for rules that compare keys.
type Desk struct {
	Input
	params map[string]map[string]int // by rule, by name
	// byAccessKey and byLabel find the keys that share one, in the order of
	// Subjects.
	byAccessKey, byLabel map[string][]Subject
	perExchange          map[string]int // number of keys
	// by exchange: keys of the inventory without an access key, in the order of Subjects
	unread     map[string][]Subject
	vendors    vendorNames
	undeclared map[string][]string // by name: vendors that hold it, and shared_with does not say so
	records    recordIndex         // of the baseline
	idle       []Waiver            // waivers that silenced nothing, set last
}

func newDesk(in Input, rules []Rule) *Desk {
	d := &Desk{
		Input: in, params: paramsOf(in.Policy, rules), vendors: namesOf(in),
		byAccessKey: map[string][]Subject{}, byLabel: map[string][]Subject{}, perExchange: map[string]int{},
		undeclared: map[string][]string{}, unread: map[string][]Subject{}, records: indexOf(in.Baseline),
	}
	d.Subjects = slices.Clone(in.Subjects)
	d.Vendors = slices.SortedStableFunc(slices.Values(in.Vendors), func(a, b VendorReport) int {
		return strings.Compare(a.Vendor, b.Vendor)
	})
	for i, s := range d.Subjects {
		if s.Name != "" {
			d.undeclared[s.Name] = d.undeclaredVendors(s)
			s.Inventory.SharedWith = slices.Concat(s.Inventory.SharedWith, d.undeclared[s.Name])
		}
		d.Subjects[i] = s
		d.perExchange[s.Key.Ref.Exchange]++
		if s.Key.Ref.AccessKey != "" {
			id := s.Key.Ref.Exchange + "\x00" + s.Key.Ref.AccessKey
			d.byAccessKey[id] = append(d.byAccessKey[id], s)
		} else if s.Origin == FromInventory {
			d.unread[s.Key.Ref.Exchange] = append(d.unread[s.Key.Ref.Exchange], s)
		}
		if label := labelOf(s); label != "" {
			d.byLabel[label] = append(d.byLabel[label], s)
		}
	}
	return d
}

func paramsOf(p Policy, rules []Rule) map[string]map[string]int {
	out := map[string]map[string]int{}
	for _, r := range rules {
		out[r.ID] = map[string]int{}
		for _, param := range r.Params {
			out[r.ID][param.Name] = param.Default
			if v, ok := p.Rules[r.ID].Params[param.Name]; ok {
				out[r.ID][param.Name] = v
			}
		}
	}
	return out
}

// param returns a number of a rule, as the policy left it.
func (d *Desk) param(rule, name string) int { return d.params[rule][name] }

// days returns a number of days as a duration.
func (d *Desk) days(rule, name string) time.Duration { return days(d.param(rule, name)) }

// undeclaredVendors returns the vendors that say they hold the key and that
// shared_with does not name. For the rules they count as if it did.
func (d *Desk) undeclaredVendors(s Subject) []string {
	var out []string
	for _, r := range d.Vendors {
		holds := slices.ContainsFunc(r.Connections, func(c VendorConnection) bool { return c.Key == s.Name })
		if holds && !d.vendors.has(s.Inventory.SharedWith, r.Vendor) {
			out = append(out, r.Vendor)
		}
	}
	return out
}

// sameAccessKey returns the other subjects with the access key of s.
func (d *Desk) sameAccessKey(s Subject) []Subject {
	return others(d.byAccessKey[s.Key.Ref.Exchange+"\x00"+s.Key.Ref.AccessKey], s)
}

// unreadLike returns the keys of the inventory that may be s: their access keys
// are not known, and nothing says that their account is another.
func (d *Desk) unreadLike(s Subject) []Subject {
	var out []Subject
	for _, o := range d.unread[s.Key.Ref.Exchange] {
		if declared, listed := o.Inventory.Account, s.Key.Ref.Account.Name; declared == "" || listed == "" ||
			strings.EqualFold(declared, listed) {
			out = append(out, o)
		}
	}
	return out
}

// sameLabel returns the other keys that carry the label of s, in accounts that
// are not known to differ.
func (d *Desk) sameLabel(s Subject) []Subject {
	return slices.DeleteFunc(others(d.byLabel[labelOf(s)], s), func(o Subject) bool {
		return o.Key.Ref.AccessKey == s.Key.Ref.AccessKey || accountsDiffer(s.Key.Ref.Account, o.Key.Ref.Account)
	})
}

func others(all []Subject, s Subject) []Subject {
	return slices.DeleteFunc(slices.Clone(all), func(o Subject) bool {
		return o.DisplayName() == s.DisplayName() && o.Origin == s.Origin
	})
}

// labelOf makes labels comparable within an exchange. It is "" for a key that
// has none or has ended.
func labelOf(s Subject) string {
	label := strings.ToLower(strings.TrimSpace(s.Key.Label))
	if label == "" || !mayLive(s) {
		return ""
	}
	return s.Key.Ref.Exchange + "\x00" + label
}

func accountsDiffer(a, b exchanges.Account) bool {
	return a.ID != "" && b.ID != "" && a.ID != b.ID || a.Name != "" && b.Name != "" && a.Name != b.Name
}

// vendorNames maps every known spelling of a vendor to one.
type vendorNames map[string]string

func namesOf(in Input) vendorNames {
	names := vendorNames{}
	for _, incident := range in.Incident.Incidents {
		if !slices.ContainsFunc(incident.Links, func(l Link) bool { return l.Type == linkSharedWith }) {
			continue
		}
		for _, alias := range incident.Aliases {
			names[fold(alias)] = fold(incident.Vendor)
		}
	}
	return names
}

func (n vendorNames) of(word string) string {
	if name, ok := n[fold(word)]; ok {
		return name
	}
	return fold(word)
}

// has reports whether one of the words names the vendor.
func (n vendorNames) has(words []string, vendor string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return n.of(w) == n.of(vendor) })
}
