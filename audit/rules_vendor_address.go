package audit

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
)

// vendorAddressRules are the rules that compare an IP whitelist with the
// addresses that vendors publish.
func vendorAddressRules() []Rule { return []Rule{otherVendor(), leftVendor()} }

// homes returns, for each entry that lies in published ranges, the entry with
// the vendors it may belong to, sorted.
func (d *Desk) homes(entries []netip.Prefix) (out []home) {
	for _, p := range sorted(entries) {
		h := home{entry: p}
		for _, vendor := range slices.Sorted(maps.Keys(d.VendorRanges)) {
			if slices.ContainsFunc(sorted(d.VendorRanges[vendor]), func(r netip.Prefix) bool { return contains(r, p) }) {
				h.vendors = append(h.vendors, vendor)
			}
		}
		if len(h.vendors) > 0 {
			out = append(out, h)
		}
	}
	return out
}

// A home is an entry of a list with the vendors that publish its address.
type home struct {
	entry   netip.Prefix
	vendors []string
}

// published returns the entries to compare with published ranges. Without any
// ranges the answer is unknown for a key that a vendor has, and not applicable
// for the rest.
func (d *Desk) published(s Subject) ([]netip.Prefix, []Verdict, bool) {
	entries, instead, ok := entriesOf(s)
	if len(d.VendorRanges) > 0 {
		return entries, instead, ok
	}
	if !ok || len(s.Inventory.SharedWith) == 0 {
		return nil, nil, false
	}
	return nil, cannotTell("no list of the addresses of " + vendorsOf(s) + " is at hand"), false
}

func otherVendor() Rule {
	return Rule{
		ID: "NET-09", Title: "IP whitelist has another vendor's address", Brief: "vendor's IP", Severity: High,
		Why: "The key is used by a vendor that the inventory does not know of, so incidents there are missed.",
		Remedy: "Find out who gave the key to that vendor. Add it to shared_with, or take the address off the " +
			"list and rotate the key.",
		When: "An entry lies in the published addresses of a vendor that shared_with does not name, and in " +
			"none of one that it names. " +
			"Published addresses are given at run time; without any, the rule is unknown for keys with a shared_with and " +
			"not applicable to the rest.",
		Refs: []string{"OWASP NHI3:2025"},
		Check: func(s Subject, d *Desk) []Verdict {
			entries, instead, ok := d.published(s)
			if !ok {
				return instead
			}
			var bad []string
			for _, h := range d.homes(entries) {
				known := slices.ContainsFunc(h.vendors, func(v string) bool { return d.vendors.has(s.Inventory.SharedWith, v) })
				if !known {
					bad = append(bad, fmt.Sprintf("%s is an address of %s", h.entry, listed(h.vendors)))
				}
			}
			if len(bad) == 0 {
				return passed()
			}
			return failed(some(bad))
		},
		Fires: []Example{{
			Words: "The inventory says skyrex, the list says 3commas.",
			Subject: sample(
				"grid",
				"okx",
				sharedWith("skyrex"),
				from("103.26.9.7"),
			), VendorRanges: exampleRanges(), Severity: High,
		}},
		Silent: []Example{
			{
				Words:   "The inventory and the list agree.",
				Subject: sample("grid", "okx", sharedWith("3Commas"), from("103.26.9.7")), VendorRanges: exampleRanges(),
			},
			{Words: "A key that no vendor has, and no ranges at hand.", Subject: sample("grid", "okx")},
		},
		Unsure: []Example{{
			Words:   "A vendor has the key, and its addresses are not at hand.",
			Subject: sample("grid", "okx", sharedWith("3commas")),
		}},
	}
}

func leftVendor() Rule {
	return Rule{
		ID: "NET-10", Title: "IP whitelist has an address of a breached or left vendor",
		Brief: "old vendor's IP", Severity: High,
		Why:    "The list outlived the contract, or shows that the key was at the vendor when its keys leaked.",
		Remedy: "Rotate the key, and leave the vendor's addresses off the new list unless the vendor still uses it.",
		When: "An entry lies in the published addresses of a vendor, and either an incident took keys of that vendor at a " +
			"time when this key was or may have been there, " +
			"or the vendor said completely what it holds and this key is not among it. Without published addresses as NET-09.",
		Refs: []string{"OWASP NHI1:2025", "OWASP NHI3:2025"},
		Check: func(s Subject, d *Desk) []Verdict {
			entries, instead, ok := d.published(s)
			if !ok {
				return instead
			}
			var bad []string
			for _, h := range d.homes(entries) {
				for _, vendor := range h.vendors {
					if why := d.breachedOrLeft(s, vendor); why != "" {
						bad = append(bad, fmt.Sprintf("%s is an address of %s, %s", h.entry, vendor, why))
					}
				}
			}
			if len(bad) == 0 {
				return passed()
			}
			return failed(some(bad))
		},
		Fires: []Example{
			{
				Words:     "An old key that nobody declared, with an address of 3commas on its list.",
				Subject:   sample("", "okx", orphan, made("2021-06-16"), from("103.26.9.7")),
				Incidents: exampleIncidents(), VendorRanges: exampleRanges(), Severity: High,
			},
			{
				Words:   "A new key on 3commas' address, and 3commas says that it does not hold it.",
				Subject: sample("grid", "okx", sharedWith("3commas"), from("103.26.9.7")), VendorRanges: exampleRanges(),
				Vendors: []VendorReport{{Vendor: "3commas", Complete: true}},
			},
		},
		Silent: []Example{
			{
				Words:     "A key made years after the leak.",
				Subject:   sample("grid", "okx", sharedWith("3commas"), from("103.26.9.7")),
				Incidents: exampleIncidents(), VendorRanges: exampleRanges(),
			},
			{
				Words:   "3commas holds a key that nobody could name: it may be this one.",
				Subject: sample("grid", "okx", sharedWith("3commas"), from("103.26.9.7")), VendorRanges: exampleRanges(),
				Vendors: exampleVendor(true, exampleConnection("41", "", true)),
			},
		},
		Unsure: []Example{{
			Words:   "A vendor has the key, and its addresses are not at hand.",
			Subject: sample("grid", "okx", sharedWith("3commas")),
		}},
	}
}

// breachedOrLeft says why the vendor should not be on the list, "" when
// nothing speaks against it.
func (d *Desk) breachedOrLeft(s Subject, vendor string) string {
	there := s
	there.Inventory.SharedWith = []string{vendor} // its address on the list is the link
	for _, in := range d.Incident.Incidents {
		m := compare(there, in, d.Now)
		if m.linked && m.link.Type == linkSharedWith && m.outcome != NotExposed {
			return "where keys leaked (" + in.ID + ")"
		}
	}
	for _, r := range d.Vendors {
		if d.vendors.of(r.Vendor) != d.vendors.of(vendor) || !r.Complete || s.Name == "" {
			continue
		}
		// A connection that nobody could match may be this key.
		held := slices.ContainsFunc(r.Connections, func(c VendorConnection) bool { return c.Key == s.Name || c.Key == "" })
		if !held {
			return "which says that it does not hold the key"
		}
	}
	return ""
}
