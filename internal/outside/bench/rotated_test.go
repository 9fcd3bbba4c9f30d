package main

import (
	"testing"
	"time"
)

// The benchmark measures what it says: every key is replaced, and the old one
// proven dead, with the round trips and syncs that it counts.
func TestRotationsReallyHappen(t *testing.T) {
	for _, workers := range []int{1, 4} {
		p := plan{Rotate: true, Keys: 7, PerAccount: 1, Speed: 1, Workers: workers, Dir: t.TempDir(), Epoch: time.Now()}
		d, err := start(p)
		if err != nil {
			t.Fatal(err)
		}
		r, err := rotateAll(t.Context(), p, d.stage)
		if err != nil {
			t.Fatal(err)
		}
		if r.Done != p.Keys || len(r.Otherwise) > 0 {
			t.Errorf("%d of %d rotations, %v", r.Done, p.Keys, r.Otherwise)
		}
		calls := 0
		for i, name := range names() {
			calls += r.Exchanges[name].Calls
			counted := 0
			for _, u := range d.servers[name].Limits.Uses() {
				counted += u.Calls
			}
			if counted < p.share(i) {
				t.Errorf("%s counted %d calls", name, counted)
			}
			d.servers[name].Close()
		}
		// The journal syncs twice for what it writes at once, and a run writes four
		// times at least; the store and the place sync twice for a change.
		if least := p.Keys * (4*2 + 3*2 + 2); r.Cost.Trips != calls || r.Cost.Syncs < least || r.Cost.Wire <= 0 ||
			r.Cost.Syncing <= 0 {
			t.Errorf("%d calls, counted %d; %d syncs, at least %d", calls, r.Cost.Trips, r.Cost.Syncs, least)
		}
	}
}
