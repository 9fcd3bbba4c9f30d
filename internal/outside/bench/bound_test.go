package main

import (
	"testing"
	"time"

	"rekey/internal/fake"
)

// The bound is what a client that knows everything and answers at once needs:
// the fake's own counter is the judge.
func TestBoundIsReachedAndCannotBeBeaten(t *testing.T) {
	for _, c := range []struct {
		name  string
		limit fake.Limit
		calls int
		late  time.Duration // of the start in the clock window
		want  time.Duration
	}{
		{"all in one window", fake.Limit{Limit: 60, Window: time.Minute}, 60, 0, 0},
		{"one call too many", fake.Limit{Limit: 60, Window: time.Minute}, 61, 0, time.Minute},
		{"full windows only", fake.Limit{Limit: 60, Window: time.Minute}, 180, 0, 2 * time.Minute},
		{
			"a late start gets the whole first window",
			fake.Limit{Limit: 60, Window: time.Minute},
			180,
			45 * time.Second, 75 * time.Second,
		},
		{"windows from the first call", fake.Limit{
			Limit: 20, Window: 2 * time.Second,
			FromFirst: true,
		}, 50, 0, 4 * time.Second},
		{
			"a late start changes nothing there",
			fake.Limit{Limit: 20, Window: 2 * time.Second, FromFirst: true},
			50,
			time.Second, 4 * time.Second,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			start := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC).Add(c.late)
			limits := fake.NewLimits()
			now, left := start, c.calls
			for used := 0; left > 0; {
				var reset time.Duration
				used, reset, _ = limits.Count("x", c.limit, 1, now)
				if left--; used == c.limit.Limit && left > 0 {
					now = now.Add(reset)
				}
			}
			uses := limits.Uses()
			if len(uses) != 1 || uses[0].Refused != 0 || uses[0].Calls != c.calls {
				t.Fatalf("counted %+v", uses)
			}
			if took := now.Sub(start); took != c.want || bound(uses[0], start) != c.want {
				t.Errorf("the best client took %v, the bound says %v, want %v", took, bound(uses[0], start), c.want)
			}
		})
	}
}

func TestTightestBoundDecides(t *testing.T) {
	start := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	uses := []fake.Use{
		{Name: "light", Limit: fake.Limit{Limit: 100, Window: time.Minute}, Weight: 100},
		{Name: "heavy", Limit: fake.Limit{Limit: 100, Window: time.Minute}, Weight: 301},
		{Name: "short", Limit: fake.Limit{Limit: 10, Window: time.Second, FromFirst: true}, Weight: 500},
	}
	if which, least := tightest(uses, start); which.Name != "heavy" || least != 3*time.Minute {
		t.Errorf("%s decides with %v, want heavy with 3m", which.Name, least)
	}
}
