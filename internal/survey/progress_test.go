package survey_test

import (
	"fmt"
	"sync"
	"testing"

	"rekey/audit"
	"rekey/exchanges"
	"rekey/internal/survey"
)

// The counts never go back and end at the total, also when keys fail and some
// are not sent at all.
func TestProgressEndsAtTheTotal(t *testing.T) {
	w := newWorld(t)
	for i := range 200 {
		w.declare(fmt.Sprintf("bot-%03d", i), []string{"alpha", "beta", "gamma"}[i%3], alive())
	}
	w.declare("down", "alpha", refused(exchanges.StatusUndetermined, exchanges.KindNetwork))
	w.options.Entries = append(
		w.options.Entries,
		survey.Entry{Name: "lost", Exchange: "beta", Location: parsed(t, "env:NOWHERE")},
	)
	chief, head := w.declare("chief", "alpha", alive(master("1"))), w.declare("head", "beta", alive(master("1")))
	w.lists[chief], w.lists[head] = []any{}, []any{}
	w.accounts[chief] = []exchanges.ListProgress{
		{Accounts: 3},
		{Accounts: 3, Done: 1},
		{Accounts: 5, Done: 5},
		{Accounts: 3, Done: 2},
	} // the last is late
	w.accounts[head] = []exchanges.ListProgress{{Accounts: 10}, {Accounts: 10, Done: 10}}

	var mu sync.Mutex
	var told []audit.Progress
	w.options.Progress = func(p audit.Progress) {
		mu.Lock()
		defer mu.Unlock()
		told = append(told, p)
	}
	w.run(t.Context())

	var before audit.Progress
	for _, p := range told {
		if p.Done < before.Done || p.Accounts.Done < before.Accounts.Done || p.Done > p.Total {
			t.Fatalf("%+v came after %+v", p, before)
		}
		before = p
	}
	if before.Done != 204 || before.Total != 204 || before.Accounts != (exchanges.ListProgress{Accounts: 15, Done: 15}) {
		t.Errorf("the last count is %+v, want 204 of 204 keys and 15 of 15 sub-accounts", before)
	}
}

// A run for one key counts that key and its manager.
func TestProgressCountsWhatIsLookedAt(t *testing.T) {
	w := newWorld(t)
	w.lists[w.declare("boss", "alpha", alive(master("1")))] = []any{}
	w.declare("bot", "alpha", alive(), managedBy("boss"))
	w.declare("other", "alpha", alive())
	w.options.Only = []string{"bot"}
	var last audit.Progress
	w.options.Progress = func(p audit.Progress) { last = p }
	w.run(t.Context())
	if last.Done != 2 || last.Total != 2 {
		t.Errorf("the last count is %+v, want 2 of 2", last)
	}
}
