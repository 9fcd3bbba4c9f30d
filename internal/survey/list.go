package survey

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"rekey/audit"
	"rekey/exchanges"
)

// list asks every key that may be a manager for the keys of its sub-accounts.
func (s *survey) list(ctx context.Context, keys []*key) {
	done := map[string][]string{} // by account ID: what was listed of its sub-accounts, whole
	others := map[string]bool{}   // access keys on a list of their own account that was read whole
	for _, k := range s.managers(keys) {
		account := k.seen.Ref.Account.ID
		if same, complete := done[account]; account != "" && complete && !s.isManager(k.entry.Name) {
			s.manager(k, nil, same, true) // another key of the same account
			continue
		}
		if others[k.seen.Ref.AccessKey] && !s.isManager(k.entry.Name) { // its account's list was read by another key
			continue
		}
		complete := true
		declared := s.isManager(k.entry.Name)
		lister, _ := k.adapter.(exchanges.Lister)
		var listed []string
		var trouble error
		progress := func(p exchanges.ListProgress) { s.tally.accounts(k.entry.Exchange, k.entry.Name, p) }
		for found, err := range lister.ListKeys(ctx, exchanges.ListRequest{Progress: progress}) {
			if err != nil {
				complete, trouble = false, err
				if !isNotMaster(k.seen, err) || declared {
					s.gap(k.entry.Name, err)
				}
				k.list = outcome(k.list, k.seen, err)
				continue
			}
			found.Ref.AccessKey = whole(found.Ref, keys)
			s.found(found)
			listed = append(listed, found.Ref.AccessKey)
		}
		if complete {
			k.list = listRead
		}
		s.manager(k, trouble, listed, complete)
		if complete {
			done[account] = listed
		}
		if complete && slices.Contains(listed, k.seen.Ref.AccessKey) {
			for _, accessKey := range listed {
				others[accessKey] = true
			}
		}
	}
}

// whole returns the access key of a row: for one of which the exchange shows a
// part alone, that of the only declared key which the part fits. Where none fits,
// or several do, the part stands for the key: it is one that nobody declared, or
// it cannot be said which.
func whole(ref exchanges.KeyRef, keys []*key) string {
	found := ""
	for _, k := range keys {
		accessKey := k.credential.AccessKey
		if k.skip || accessKey == found || !exchanges.IsPartOf(ref.AccessKey, accessKey) {
			continue
		}
		if found != "" {
			return ref.AccessKey
		}
		found = accessKey
	}
	return cmp.Or(found, ref.AccessKey)
}

// What became of a list, as audit.Subject.ManagerList says it.
const (
	listRead      = "read"
	listRefused   = "refused"
	listNotMaster = "not_master"
)

// isNotMaster reports whether an error of a listing says that there is nothing
// to list. It does not of a key that the exchange calls a master account's:
// then one of the two statements is wrong, and keys may go unseen.
func isNotMaster(k exchanges.Key, err error) bool {
	return exchanges.KindOf(err) == exchanges.KindNotMaster && k.Ref.Account.Kind != exchanges.AccountMaster
}

// outcome returns what becomes of a list with one more error of it. What was
// refused once stays refused.
func outcome(before string, k exchanges.Key, err error) string {
	if before != listRefused && isNotMaster(k, err) {
		return listNotMaster
	}
	return listRefused
}

// unlisted makes a gap of every declared manager that listed nothing and has
// no gap yet, a dead one for instance: nobody else lists the keys behind it.
func (s *survey) unlisted(keys []*key) {
	for _, k := range keys {
		if !s.isManager(k.entry.Name) || k.list != "" || s.hasGap(k.entry.Name) {
			continue
		}
		s.gap(k.entry.Name, &exchanges.Error{
			Exchange: k.entry.Exchange, Kind: exchanges.KindUndetermined,
			Detail: fmt.Sprintf("the list of keys could not be read: %s is the declared manager of %s, and is %s. "+
				"Nobody else lists the keys of those sub-accounts; name a living manager in rekey.yaml",
				k.entry.Name, s.behind(k.entry.Name), k.seen.Status),
		})
	}
}

func (s *survey) hasGap(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.ContainsFunc(s.result.Gaps, func(g audit.Gap) bool { return g.Key == name })
}

// mostBehind is how many keys a gap names that a manager stands before.
const mostBehind = 3

// behind names the keys whose declared manager this is.
func (s *survey) behind(manager string) string {
	var names []string
	for _, e := range s.Entries {
		if e.Inventory.Manager == manager {
			names = append(names, e.Name)
		}
	}
	if more := len(names) - mostBehind; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:mostBehind], ", "), more)
	}
	return strings.Join(names, ", ")
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
		if !declared && (len(s.Only) > 0 || k.seen.Ref.Account.Kind == exchanges.AccountSub ||
			k.entry.Inventory.Manager != "") {
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
	case managesKeys(k.seen): // one list is enough for all keys of its account
		return 2
	default:
		return 3
	}
}

func managesKeys(k exchanges.Key) bool {
	may, _ := k.Permissions.Has(exchanges.ManageKeys).Get()
	return may
}

func (s *survey) isManager(name string) bool {
	return slices.ContainsFunc(s.Entries, func(e Entry) bool { return e.Inventory.Manager == name })
}

func (s *survey) found(k exchanges.Key) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.listed = append(s.listed, k)
}
