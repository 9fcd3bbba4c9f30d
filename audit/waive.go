package audit

import (
	"slices"
	"time"
)

// holds reports whether w still silences findings: through the whole of its
// last day, in UTC. A waiver without a last day holds never.
func (w Waiver) holds(now time.Time) bool {
	return !w.Until.IsZero() && now.Before(startOfDay(w.Until).AddDate(0, 0, 1))
}

// waive marks the findings that a waiver silences, each with the first waiver
// that holds, and returns the waivers in force that had nothing to silence. A
// waiver whose rule could not judge the key this time may still be needed, and
// is not returned.
func (d *Desk) waive(findings []Finding, unknowns []Unknown) []Waiver {
	type about struct{ rule, key string }
	waivers := map[about][]Waiver{}
	idle := map[about]bool{}
	for _, w := range d.Policy.Waivers {
		if w.holds(d.Now) {
			id := about{w.Rule, w.Key}
			waivers[id] = append(waivers[id], w)
			idle[id] = true
		}
	}
	for i, f := range findings {
		id := about{f.Rule, f.Key}
		if ws := waivers[id]; len(ws) > 0 {
			w := ws[0]
			findings[i].Waived = &Waived{Day{w.Until}, valid(w.Owner), valid(w.Reason)}
			idle[id] = false
		}
	}
	for _, u := range unknowns {
		idle[about{u.Rule, u.Key}] = false
	}
	return slices.DeleteFunc(slices.Clone(d.Policy.Waivers), func(w Waiver) bool {
		unseen := slices.ContainsFunc(d.Gaps, func(g Gap) bool { return g.Key == w.Key })
		return unseen || !w.holds(d.Now) || !idle[about{w.Rule, w.Key}]
	})
}
