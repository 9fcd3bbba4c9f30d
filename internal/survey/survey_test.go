package survey_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"rekey/audit"
	"rekey/exchanges"
	"rekey/internal/survey"
)

// One credential cannot be read, alpha fails at once, beta needs an hour. What
// gamma says is there before any of that matters, and all of it is reported.
func TestNothingStopsTheRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		began := time.Now()
		w.options.Entries = append(
			w.options.Entries,
			survey.Entry{Name: "lost", Exchange: "gamma", Location: parsed(t, "env:NOWHERE")},
		)
		w.declare("down", "alpha", refused(exchanges.StatusUndetermined, exchanges.KindNetwork))
		w.declare("slow", "beta", func(context.Context) (exchanges.Key, error) {
			time.Sleep(time.Hour)
			return living(may(exchanges.Spot)), nil
		})
		quick := w.declare("quick", "gamma", alive(may(exchanges.Read)))

		r := w.run(t.Context())
		if at := w.ended[quick]; !at.Equal(began) {
			t.Errorf("gamma had to wait for %s", at.Sub(began))
		}
		if diff := cmp.Diff([]string{"down", "lost", "quick", "slow"}, names(r)); diff != "" {
			t.Errorf("subjects:\n%s", diff)
		}
		if diff := cmp.Diff([]string{"down: network", "lost: credential"}, gaps(r)); diff != "" {
			t.Errorf("gaps:\n%s", diff)
		}
		for name, want := range map[string]exchanges.Status{
			"down": exchanges.StatusUndetermined, "lost": exchanges.StatusUndetermined, "quick": exchanges.StatusAlive,
			"slow": exchanges.StatusAlive,
		} {
			s := subject(t, r, name)
			if s.Key.Status != want || s.Asked != (want == exchanges.StatusAlive) || s.Origin != audit.FromInventory {
				t.Errorf("%s is %s, asked %v, from %s", name, s.Key.Status, s.Asked, s.Origin)
			}
		}
		if r.Interrupted {
			t.Error("the survey says that it was interrupted")
		}
	})
}

// One slow key does not keep the others of its exchange waiting, as long as
// there are workers.
func TestKeysOfAnExchangeAreAskedTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		began := time.Now()
		for i := range 6 {
			w.declare(fmt.Sprintf("bot-%d", i), "gamma", func(context.Context) (exchanges.Key, error) {
				time.Sleep(time.Minute)
				return living(), nil
			})
		}
		w.options.Workers = 3
		w.run(t.Context())
		if took := time.Since(began); took != 2*time.Minute {
			t.Errorf("six keys of a minute each took %s with three workers, want 2m", took)
		}
	})
}

// The Env of an exchange is made once for all its keys. Where it cannot be
// made, each key has a gap, and the other exchanges go on.
func TestEnvIsMadeOncePerExchange(t *testing.T) {
	w := newWorld(t)
	for _, name := range []string{"one", "two", "three"} {
		w.declare(name, "alpha", alive())
		w.declare(name+"-b", "beta", alive())
	}
	made := map[string]int{}
	w.env = func(x exchanges.Exchange) (exchanges.Env, error) {
		made[x.Card.Name]++ // the survey makes one at a time
		if x.Card.Name == "alpha" {
			return exchanges.Env{}, errors.New("no such region")
		}
		return exchanges.Env{}, nil
	}
	r := w.run(t.Context())
	if diff := cmp.Diff(map[string]int{"alpha": 1, "beta": 1}, made); diff != "" {
		t.Errorf("made:\n%s", diff)
	}
	if diff := cmp.Diff([]string{"one: other", "three: other", "two: other"}, gaps(r)); diff != "" {
		t.Errorf("gaps:\n%s", diff)
	}
}

func TestUnknownExchangeIsAGap(t *testing.T) {
	w := newWorld(t)
	w.vendor = &stubVendor{}
	w.declare("a", "omega", alive())
	w.declare("b", "delta", alive()) // a vendor keeps connections, not keys
	r := w.run(t.Context())
	if diff := cmp.Diff([]string{"a: other", "b: other"}, gaps(r)); diff != "" {
		t.Errorf("gaps:\n%s", diff)
	}
}

// Ctrl-C in the middle: what was seen stays, what was not is undetermined, and
// the result says that it is partial.
func TestInterruptedSurveyKeepsWhatWasSeen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.vendor = &stubVendor{}
		w.options.Vendors = []survey.VendorEntry{
			{Name: "delta", Location: w.credential("delta", "delta-key-3f9Kq1", "sec-delta-CANARY")},
		}
		w.declare("seen", "alpha", alive(may(exchanges.Spot)))
		w.declare("hanging", "beta", func(ctx context.Context) (exchanges.Key, error) {
			<-ctx.Done()
			unknown := exchanges.Key{Status: exchanges.StatusUndetermined}
			return unknown, &exchanges.Error{Exchange: "beta", Kind: exchanges.KindCanceled, Err: ctx.Err()}
		})
		ctx, interrupt := context.WithCancel(t.Context())
		var r survey.Result
		done := make(chan struct{})
		go func() {
			defer close(done)
			r = w.run(ctx)
		}()
		synctest.Wait()
		interrupt()
		<-done

		if !r.Interrupted {
			t.Error("the result does not say that it is partial")
		}
		if has, _ := subject(t, r, "seen").Key.Permissions.Has(exchanges.Spot).Get(); !has {
			t.Error("what was seen of the first key is lost")
		}
		if got := subject(t, r, "hanging").Key.Status; got != exchanges.StatusUndetermined {
			t.Errorf("the second key is %s", got)
		}
		if diff := cmp.Diff([]string{"delta: other", "hanging: other"}, gaps(r)); diff != "" {
			t.Errorf("gaps:\n%s", diff)
		}
	})
}

// Interrupted before the first credential was read, every key still has a row
// and a gap.
func TestInterruptedAtOnce(t *testing.T) {
	w := newWorld(t)
	for i := range 30 {
		w.declare(fmt.Sprintf("k%02d", i), "alpha", alive())
	}
	ctx, interrupt := context.WithCancel(t.Context())
	interrupt()
	r := w.run(ctx)
	if len(r.Subjects) != 30 || len(r.Gaps) != 30 || !r.Interrupted || len(w.opened) > 0 {
		t.Errorf(
			"%d subjects, %d gaps, interrupted %v, %d adapters opened; want 30, 30, true, 0",
			len(r.Subjects),
			len(r.Gaps),
			r.Interrupted,
			len(w.opened),
		)
	}
	for _, g := range r.Gaps {
		if g.Kind != exchanges.KindOther {
			t.Errorf("%s has a gap of kind %s: an interruption says nothing about its credential", g.Key, g.Kind)
		}
	}
}

func TestEmptySurvey(t *testing.T) {
	r := newWorld(t).run(t.Context())
	if diff := cmp.Diff(survey.Result{}, r); diff != "" {
		t.Errorf("nothing to look at gives\n%s", diff)
	}
}
