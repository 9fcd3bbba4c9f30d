package rotate

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/internal/journal"
)

// Where an exchange documents that a change takes minutes, no answer before that
// counts: a key is neither dead nor still alive.
func TestChangesThatTakeMinutes(t *testing.T) {
	const takes = 5 * time.Minute
	of := func(s exchanges.Status) answer { return answer{key: exchanges.Key{Status: s}} }
	alive, dead := of(exchanges.StatusAlive), of(exchanges.StatusDead)
	times := func(a answer, n int) []answer { return slices.Repeat([]answer{a}, n) }
	for _, c := range []struct {
		story string
		kind  kind
		says  []answer
		want  journal.Stage
		dead  bool
		clock time.Duration
	}{
		{"dead at once, and then", revokeKind, []answer{alive, dead}, journal.Done, true, takes},
		{
			"dead at once at one place, then alive, then dead", revokeKind,
			slices.Concat(times(alive, 1), times(dead, 3), times(alive, 70), times(dead, 1)), journal.Done, true, 73 * interval,
		},
		{"alive beyond the usual patience", revokeKind, append(times(alive, 62), dead), journal.Done, true, 61 * interval},
		{"alive for ever", revokeKind, []answer{alive}, journal.Retiring, false, takes + patience},
		{"dead before", revokeKind, []answer{dead}, journal.Done, true, takes},
		{"deleted by hand", revokeByHand, []answer{alive, alive, dead}, journal.Done, true, takes},
		{"deleted by hand before", revokeByHand, []answer{dead}, journal.Done, true, takes},
	} {
		w := newWorld(t, trouble{}, 0)
		w.replace = true
		j := w.job(c.kind)
		j.Takes = takes
		asked := &script{answers: c.says}
		j.Open = func(exchanges.Credential) (exchanges.Adapter, error) { return asked, nil }
		out, err, _ := w.live(func(e *Engine) (Outcome, error) { return e.Run(t.Context(), j) })
		if out.Stage != c.want || out.Dead != c.dead || (err == nil) != c.want.Final() || w.clock != c.clock {
			t.Errorf("%s: after %v %+v, %v", c.story, w.clock, out, err)
		}
	}
}

// A list that shows a change at once is no proof before that time, and one that
// does not show it yet is no failure.
func TestNarrowingThatTakesMinutes(t *testing.T) {
	narrow := exchanges.Key{Permissions: exchanges.Permissions{}.Grant(exchanges.Read).DenyRest()}
	wide := exchanges.Key{Permissions: exchanges.Permissions{}.Grant(exchanges.Read, exchanges.Spot).DenyRest()}
	for _, c := range []struct {
		story string
		lists []exchanges.Key
		want  journal.Stage
		clock time.Duration
	}{
		{"shown at once", []exchanges.Key{narrow}, journal.Done, 5 * time.Minute},
		{"shown late", append(slices.Repeat([]exchanges.Key{wide}, 70), narrow), journal.Done, 70 * interval},
		{"never shown", []exchanges.Key{wide}, journal.Deployed, 5*time.Minute + patience},
	} {
		w := newWorld(t, trouble{}, 0)
		j := w.job(containKind)
		j.Takes, j.Want, j.Manager = 5*time.Minute, Want{}, &listing{world: w, lists: c.lists}
		out, err := w.engine().Run(t.Context(), j)
		if out.Stage != c.want || (err == nil) != c.want.Final() || w.clock != c.clock {
			t.Errorf("%s: %+v, %v, after %v", c.story, out, err, w.clock)
		}
	}
}

// A young is an adapter of a key that the exchange does not know at first.
type young struct {
	exchanges.Adapter
	dead *int
}

func (y young) Inspect(ctx context.Context) (exchanges.Key, error) {
	if *y.dead--; *y.dead >= 0 {
		return exchanges.Key{Status: exchanges.StatusDead}, nil
	}
	return y.Adapter.Inspect(ctx)
}

// A new key that the exchange does not know yet is waited for, one that a person
// made too, and the person is not told that they copied it badly.
func TestNewKeyThatIsNotKnownYet(t *testing.T) {
	for _, k := range []kind{rotateKind, rotateByHand} {
		for _, dead := range []int{50, 200} {
			w := newWorld(t, trouble{}, 1)
			j := w.job(k)
			j.Takes = 5 * time.Minute
			open, left := j.Open, dead
			j.Open = func(c exchanges.Credential) (exchanges.Adapter, error) {
				a, err := open(c)
				if c.AccessKey == j.Old.AccessKey {
					return a, err
				}
				return young{a, &left}, err
			}
			out, err, _ := w.live(func(e *Engine) (Outcome, error) { return e.Run(t.Context(), j) })
			if dead == 50 && (err != nil || out.Stage != journal.Done || strings.Contains(w.human.said, "copied")) {
				t.Errorf("%+v: %+v, %v, said %q", k, out, err, w.human.said)
			}
			if dead == 200 && k == rotateByHand && !strings.Contains(w.human.said, "copied") {
				t.Errorf("a key that is never known: %+v, %v, said %q", out, err, w.human.said)
			}
		}
	}
}
