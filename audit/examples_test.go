package audit

import (
	"time"

	"rekey/exchanges"
)

// examplesDay is the day on which examples are judged.
func examplesDay() time.Time { return date("2026-11-22") }

// in is the input that judges the example.
func (e Example) in() Input {
	in := Input{
		Now: e.Now, Subjects: e.Others, Vendors: e.Vendors, Policy: e.Policy, Incident: e.Incidents,
		VendorRanges: e.VendorRanges, Expiry: map[string][]exchanges.ExpiryRule{}, Baseline: e.Baseline,
	}
	if in.Now.IsZero() {
		in.Now = examplesDay()
	}
	if x := e.Subject.Key.Ref.Exchange; x != "" {
		in.Subjects = append([]Subject{e.Subject}, e.Others...)
		in.Expiry[x] = e.Expiry
	}
	return in
}
