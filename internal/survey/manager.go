package survey

import "rekey/exchanges"

// A Manager is what a survey saw of a key that others name as their manager, or
// that was asked for the keys of sub-accounts.
type Manager struct {
	Key exchanges.Key
	Err error // why it could not be looked at, or could not list everything
	// Lists are the access keys that it listed.
	Lists map[string]bool
	// Listed says that it was asked for its list, and that the list was read
	// whole: a key that Lists does not name is not on it.
	Listed bool
}

// declaredManager notes how a key stands that others name as their manager.
func (s *survey) declaredManager(k *key, err error) {
	if s.isManager(k.entry.Name) {
		s.manager(k, err, nil, false)
	}
}

// manager notes how a manager stands, what it listed, and whether that was its
// whole list. Listing comes after looking.
func (s *survey) manager(k *key, err error, listed []string, whole bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.result.Managers == nil {
		s.result.Managers = map[string]Manager{}
	}
	m, known := s.result.Managers[k.entry.Name]
	if !known {
		m = Manager{Key: k.seen, Lists: map[string]bool{}}
	}
	if m.Err == nil {
		m.Err = err
	}
	for _, accessKey := range listed {
		m.Lists[accessKey] = true
	}
	m.Listed = m.Listed || whole
	s.result.Managers[k.entry.Name] = m
}

// Misplaced says why a credential must not be sent to an exchange: it belongs to
// another one, or its parts are interchanged. unusual says that its form is not
// what the exchange's keys look like, which the documents do not promise. Both
// are empty when nothing speaks against it.
func Misplaced(registry exchanges.Registry, exchange string, c exchanges.Credential) (problem, unusual string) {
	f := judgeForm(registry, exchange, c)
	return f.problem, f.unusual
}
