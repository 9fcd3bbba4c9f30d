package main

import (
	"testing"
	"testing/synctest"
	"time"
)

// The benchmark measures what it says: every key of every staged sub-account,
// with nothing refused and nothing left out.
func TestAuditSeesTheWholeDesk(t *testing.T) {
	for _, p := range []plan{
		{Keys: 1, PerAccount: 5, Speed: 1},
		{Keys: 100, PerAccount: 7, Speed: 1},
		{Keys: 700, PerAccount: 1, Speed: 1}, // more sub-accounts than any page holds
	} {
		p.Epoch = time.Now()
		d, err := start(p)
		if err != nil {
			t.Fatal(err)
		}
		r, err := lookAndJudge(t.Context(), p, d.stage)
		if err != nil {
			t.Fatal(err)
		}
		keys := 0
		for i, name := range names() {
			x := r.Exchanges[name]
			if x == nil || x.Keys != p.share(i) || len(x.Refused) > 0 {
				t.Errorf("%s of %d keys: %+v", name, p.share(i), x)
				continue
			}
			keys += x.Keys
			counted := 0
			for _, u := range d.servers[name].Limits.Uses() {
				counted += u.Calls
			}
			if counted != x.Calls || len(d.servers[name].Requests()) > 0 {
				t.Errorf("%s: %d calls sent, %d counted, %d logged", name, x.Calls, counted, len(d.servers[name].Requests()))
			}
			d.servers[name].Close()
		}
		if keys != p.Keys || len(r.Gaps) > 0 || r.Findings == 0 {
			t.Errorf("%d of %d keys, gaps %v, %d findings", keys, p.Keys, r.Gaps, r.Findings)
		}
	}
}

// Two processes that were told the same epoch read the same time, and a run
// begins where in the clock minute it was told to.
func TestClockRunsFast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := plan{Limits: true, Speed: 60, Epoch: time.Now().Add(100 * time.Millisecond)}
		ours, theirs := p.clock(), p.clock()
		for _, phase := range []time.Duration{0, 45 * time.Second} {
			if err := ours.untilPhase(t.Context(), phase); err != nil {
				t.Fatal(err)
			}
			now := theirs.Now()
			if late := now.Sub(now.Truncate(time.Minute)) - phase; late < 0 || late > 100*time.Millisecond {
				t.Errorf("the run begins %v after %v", late, phase)
			}
		}
		begin, before := time.Now(), ours.Now()
		if err := ours.Sleep(t.Context(), time.Minute); err != nil {
			t.Fatal(err)
		}
		if real, shown := time.Since(begin), ours.Now().Sub(before); real != time.Second || shown != time.Minute {
			t.Errorf("a minute took %v and showed as %v", real, shown)
		}
		if p.Limits = false; p.clock().speed != 1 {
			t.Error("without limits the clock is the real one")
		}
	})
}
