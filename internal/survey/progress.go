package survey

import (
	"sync"

	"rekey/audit"
	"rekey/exchanges"
)

// A tally counts what was looked at, for a person who waits.
type tally struct {
	report func(audit.Progress)

	mu          sync.Mutex
	done, total int
	lists       map[string]exchanges.ListProgress // by manager
}

func newTally(o Options) *tally {
	return &tally{report: o.Progress, total: len(o.Entries), lists: map[string]exchanges.ListProgress{}}
}

func (t *tally) inspected(exchange string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.done++
	t.tell(exchange)
}

func (t *tally) accounts(exchange, manager string, p exchanges.ListProgress) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if p.Done >= t.lists[manager].Done {
		t.lists[manager] = p
	}
	t.tell(exchange)
}

// tell reports the counts. It is called with the lock held, so that they
// arrive in order.
func (t *tally) tell(exchange string) {
	if t.report == nil {
		return
	}
	p := audit.Progress{Exchange: exchange, Done: t.done, Total: t.total}
	for _, l := range t.lists {
		p.Accounts.Accounts += l.Accounts
		p.Accounts.Done += l.Done
	}
	t.report(p)
}
