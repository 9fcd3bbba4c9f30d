package survey

import (
	"rekey/audit"
	"rekey/exchanges"
)

// merge brings together what keys said of themselves and what their managers
// listed, and turns both into subjects.
func (s *survey) merge(keys []*key) {
	byFingerprint := map[string]exchanges.Key{}
	for _, l := range s.listed {
		fp := exchanges.Fingerprint(l.key.Ref.AccessKey)
		if earlier, ok := byFingerprint[fp]; ok {
			byFingerprint[fp] = earlier.Merge(l.key)
		} else {
			byFingerprint[fp] = l.key
		}
	}
	known := map[string]bool{}
	for _, k := range keys {
		fp := exchanges.Fingerprint(k.credential.AccessKey)
		if inList, ok := byFingerprint[fp]; ok && k.credential.AccessKey != "" {
			known[fp] = true
			s.corroborate(k, inList)
		}
		if k.err != nil {
			s.gap(k.entry.Name, k.err)
		}
		if !s.reported(k.entry.Name) {
			continue
		}
		inventory := k.entry.Inventory
		inventory.Locations = k.locations
		s.result.Subjects = append(s.result.Subjects, audit.Subject{Name: k.entry.Name, Origin: audit.FromInventory, Key: k.seen, Inventory: inventory, Asked: k.asked})
	}
	for fp, found := range byFingerprint {
		if !known[fp] && len(s.Only) == 0 {
			s.result.Subjects = append(s.result.Subjects, audit.Subject{Origin: audit.FromExchange, Key: found})
		}
	}
}

// corroborate adds to a key what its manager's list says of it. The list also
// answers for a key that could not be looked at from here; and against one
// that is said to be dead.
func (s *survey) corroborate(k *key, inList exchanges.Key) {
	k.seen = k.seen.Merge(inList)
	switch k.seen.Status {
	case exchanges.StatusDead:
		k.seen.Status = exchanges.StatusUndetermined
		k.err = &exchanges.Error{
			Exchange: k.entry.Exchange, Kind: exchanges.KindUndetermined,
			Detail: "the exchange says that the key does not exist, and its manager still lists it; look again in a few minutes",
		}
	case exchanges.StatusUndetermined:
		if !k.skip {
			k.seen.Status = exchanges.StatusAlive
			k.err = nil
		}
	case exchanges.StatusIPRefused:
		if inList.Permissions.IsKnown() {
			k.err = nil
		}
	case exchanges.StatusAlive, exchanges.StatusExpired, exchanges.StatusDisabled, exchanges.StatusDefunct:
	}
}
