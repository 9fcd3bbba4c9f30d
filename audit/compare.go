package audit

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"rekey/exchanges"
)

// identify gives each finding its ID. Findings of one rule about one key and
// one incident are told apart by their order, since their words change from
// day to day.
func (d *Desk) identify(findings []Finding) {
	about := map[string]string{}   // by display name
	for _, s := range d.Subjects { // of two with one display name, always the same one
		name, id := s.DisplayName(), identityOf(s)
		if other, twice := about[name]; !twice || id < other {
			about[name] = id
		}
	}
	seen := map[string]int{}
	for i, f := range findings {
		key, ok := about[f.Key]
		if !ok {
			key = "about\x00" + f.Key
		}
		id := strings.Join([]string{f.Rule, key, string(f.Incident)}, "\x00")
		seen[id]++
		sum := sha256.Sum256([]byte(id + "\x00" + strconv.Itoa(seen[id])))
		findings[i].ID = hex.EncodeToString(sum[:16])
	}
}

// identityOf is what stays the same about a key: its name, through every
// rotation, or for a key that only the exchange lists the access key itself,
// whatever its label and its account are called.
func identityOf(s Subject) string {
	if s.Name != "" {
		return "name\x00" + s.Key.Ref.Exchange + "\x00" + s.Name
	}
	return "listed\x00" + s.Key.Ref.Exchange + "\x00" + exchanges.Fingerprint(s.Key.Ref.AccessKey)
}

// against compares sorted findings with the baseline: it returns those that
// are new or worse, what became of the others, and by display name how many
// stand in both. A waived finding that stands in the baseline is known. Without
// a baseline all are returned, and no comparison.
func (d *Desk) against(
	findings []Finding, unknowns []Unknown, gaps []Gap,
) (reported []Finding, c *Comparison, known map[string]int) {
	if d.Baseline == nil {
		return findings, nil, nil
	}
	known = map[string]int{}
	before := map[string]Finding{}
	for _, f := range d.Baseline.Findings {
		before[f.ID] = f
	}
	now := map[string]bool{}
	for _, f := range findings {
		now[f.ID] = true
		b, there := before[f.ID]
		switch {
		case !there:
			f.Change = New
		case f.Waived == nil && (f.Severity > b.Severity || b.Waived != nil):
			f.Change, f.Was = Worse, exchanges.Known(b.Severity)
		default:
			known[f.Key]++
			continue
		}
		reported = append(reported, f)
	}
	c = &Comparison{StartedAt: NewTime(d.Baseline.At), Fixed: []Finding{}, Unseen: []Finding{}}
	for _, b := range d.Baseline.Findings {
		switch {
		case now[b.ID], len(d.Baseline.Only) > 0 && !slices.Contains(d.Baseline.Only, b.Key):
		case d.judged(b, unknowns, gaps):
			c.Fixed = append(c.Fixed, b)
		default:
			c.Unseen = append(c.Unseen, b)
		}
	}
	order := func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(b.Severity, a.Severity), strings.Compare(a.Key, b.Key), strings.Compare(a.Rule, b.Rule),
			strings.Compare(a.ID, b.ID))
	}
	slices.SortFunc(c.Fixed, order)
	slices.SortFunc(c.Unseen, order)
	return reported, c, known
}

// judged reports whether this audit looked at what a finding of the baseline
// was about, so that its absence means something.
func (d *Desk) judged(b Finding, unknowns []Unknown, gaps []Gap) bool {
	if d.Policy.Rules[b.Rule].Off ||
		slices.ContainsFunc(unknowns, func(u Unknown) bool { return u.Rule == b.Rule && u.Key == b.Key }) ||
		slices.ContainsFunc(gaps, func(g Gap) bool { return g.Key == b.Key || strings.HasPrefix(b.Key, g.Key+"/") }) {
		return false
	}
	r := d.records.byDisplay[b.Key]
	switch {
	case r == nil: // about a vendor, a waiver, the catalogue
		return true
	case r.Name != "":
		return slices.ContainsFunc(d.Subjects, func(s Subject) bool { return s.Name == r.Name })
	}
	// A key that an exchange listed is gone only if everything that could list
	// it was looked at again.
	if len(gaps) > 0 {
		return false
	}
	for _, k := range d.Baseline.Keys {
		there := func(s Subject) bool { return s.Name == k.Name && s.Asked }
		if k.Name != "" && k.Exchange == r.Exchange && k.Seen && !slices.ContainsFunc(d.Subjects, there) {
			return false
		}
	}
	return true
}
