package survey

import (
	"cmp"
	"context"
	"slices"

	"rekey/exchanges"
)

// list asks every key that may be a manager for the keys of its sub-accounts.
func (s *survey) list(ctx context.Context, keys []*key) {
	done := map[string][]string{} // by account ID: what was listed of its sub-accounts, whole
	for _, k := range s.managers(keys) {
		account := k.seen.Ref.Account.ID
		if same, whole := done[account]; account != "" && whole && !s.isManager(k.entry.Name) {
			s.manager(k, nil, same) // another key of the same account
			continue
		}
		whole := true
		declared := s.isManager(k.entry.Name)
		lister, _ := k.adapter.(exchanges.Lister)
		var listed []string
		var trouble error
		progress := func(p exchanges.ListProgress) { s.tally.accounts(k.entry.Exchange, k.entry.Name, p) }
		for found, err := range lister.ListKeys(ctx, exchanges.ListRequest{Progress: progress}) {
			if err != nil {
				whole, trouble = false, err
				if exchanges.KindOf(err) != exchanges.KindNotMaster || declared {
					s.gap(k.entry.Name, err)
				}
				continue
			}
			s.found(found)
			listed = append(listed, found.Ref.AccessKey)
		}
		s.manager(k, trouble, listed)
		if whole {
			done[account] = listed
		}
	}
}

// managers returns the keys to list through: those that others name as their
// manager first, then master keys, then keys whose account the exchange does
// not tell the kind of. A key that lives may list, also when it did not answer
// everything about itself.
func (s *survey) managers(keys []*key) []*key {
	var out []*key
	for _, k := range keys {
		_, lists := k.adapter.(exchanges.Lister)
		if !lists || k.seen.Status != exchanges.StatusAlive {
			continue
		}
		declared := s.isManager(k.entry.Name)
		if !declared && (len(s.Only) > 0 || k.seen.Ref.Account.Kind == exchanges.AccountSub || k.entry.Inventory.Manager != "") {
			continue
		}
		out = append(out, k)
	}
	slices.SortStableFunc(out, func(a, b *key) int { return cmp.Compare(s.rank(a), s.rank(b)) })
	return out
}

func (s *survey) rank(k *key) int {
	switch {
	case s.isManager(k.entry.Name):
		return 0
	case k.seen.Ref.Account.Kind == exchanges.AccountMaster:
		return 1
	default:
		return 2
	}
}

func (s *survey) isManager(name string) bool {
	return slices.ContainsFunc(s.Entries, func(e Entry) bool { return e.Inventory.Manager == name })
}

func (s *survey) found(k exchanges.Key) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.listed = append(s.listed, k)
}
