package rotate

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"rekey/internal/journal"
)

// TestFaultSchedules runs a thousand seeded mixtures of troubles and deaths,
// many of each, over rotations and replacements.
func TestFaultSchedules(t *testing.T) {
	ends := map[journal.Stage]int{}
	for seed := range uint64(1000) {
		r := rand.New(rand.NewPCG(seed, 20221228))
		some := func(most int) int { return max(0, r.IntN(most+3)-2) }
		tr := trouble{
			issueLost: some(2), revokeLost: some(2), listFails: some(3), vaultFull: some(2), placeFails: some(3),
			deadOnArrival: some(1), wider: some(1), undetermined: some(2), late: some(1),
			issueRefused: some(1), narrower: some(1), silent: some(1), reverts: some(1), listFailsAt: r.IntN(30),
			listLag:    []time.Duration{0, 0, 2 * time.Second, 15 * time.Second}[r.IntN(4)],
			landsAfter: []time.Duration{0, 0, 90 * time.Second, time.Hour}[r.IntN(4)],
			nobody:     some(2), lies: some(1), typos: some(2), givesOld: some(1),
		}
		kind := []kind{rotateKind, replaceKind, revokeKind, rotateByHand, replaceByHand, revokeByHand}[r.IntN(6)]
		w := newWorld(t, tr, 1+r.IntN(5))
		w.replace = !kind.keepsOld()
		var schedule []int
		for range r.IntN(7) {
			schedule = append(schedule, r.IntN(50))
		}
		out := w.settle(kind, schedule)
		w.check(kind, out, fmt.Sprintf("seed %d, %v, %+v, deaths at %v", seed, kind, tr, schedule))
		ends[out.Stage]++
	}
	t.Logf("ends: %v", ends)
	if ends[journal.Done] < 500 {
		t.Errorf("only %d of 1000 ended well: %v", ends[journal.Done], ends)
	}
}
