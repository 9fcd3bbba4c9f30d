package survey

import (
	"rekey/audit"
	"rekey/exchanges"
)

// merge brings together what keys said of themselves and what their managers
// listed, and turns both into subjects.
func (s *survey) merge(keys []*key) {
	found := map[identity]exchanges.Key{}
	for _, k := range s.listed {
		id := identity{k.Ref.Exchange, k.Ref.AccessKey}
		if earlier, ok := found[id]; ok {
			k = earlier.Merge(k)
		}
		found[id] = k
	}
	known := map[identity]bool{}
	for _, k := range keys {
		id := identity{k.entry.Exchange, k.credential.AccessKey}
		if inList, ok := found[id]; ok && id.accessKey != "" {
			known[id] = true
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
		s.result.Subjects = append(s.result.Subjects, audit.Subject{
			Name: k.entry.Name, Origin: audit.FromInventory,
			Key: k.seen, Inventory: inventory, Asked: k.asked, ManagerList: k.list,
		})
	}
	s.unlisted(keys)
	for id, k := range found {
		if !known[id] && len(s.Only) == 0 {
			s.result.Subjects = append(s.result.Subjects, audit.Subject{Origin: audit.FromExchange, Key: k})
			if exchanges.IsPart(id.accessKey) {
				s.remark(id.exchange + " shows only a part of the access keys of the main account: " + id.accessKey +
					" fits no key of rekey.yaml whose credential could be read, or more than one")
			}
		}
	}
}

// An identity tells keys apart. The exchange is part of it: a key that is
// declared for the wrong exchange is not the one that another exchange lists.
type identity struct{ exchange, accessKey string }

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
		if !k.skip && inList.Status != exchanges.StatusUndetermined {
			k.seen.Status = inList.Status
			k.err = nil
		}
	case exchanges.StatusIPRefused:
		if inList.Permissions.IsKnown() {
			k.err = nil
		}
	case exchanges.StatusAlive, exchanges.StatusExpired, exchanges.StatusDisabled, exchanges.StatusDefunct:
	}
}
