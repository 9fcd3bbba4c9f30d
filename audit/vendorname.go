package audit

import "strings"

// VendorName is a vendor's name as it is compared: people write "3Commas",
// "3commas.io" and "3-commas".
func VendorName(name string) string {
	return strings.NewReplacer(" ", "", "-", "", "_", "", ".io", "", ".com", "").Replace(strings.ToLower(name))
}

// Vendors returns the vendors that incidents know, by every spelling of their
// names, each folded as [VendorName] does.
func (c Catalogue) Vendors() map[string]string {
	out := map[string]string{}
	for alias, vendor := range namesOf(Input{Incident: c}) {
		out[alias] = vendor
	}
	for _, incident := range c.Incidents {
		if incident.Vendor != "" {
			out[fold(incident.Vendor)] = fold(incident.Vendor)
		}
	}
	return out
}
