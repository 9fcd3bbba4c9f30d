package rotate

import (
	"context"
	"iter"
	"testing"

	"rekey/exchanges"
	"rekey/internal/journal"
)

// A coded is a manager whose exchange wants a code of a second factor for each
// call until somebody is there to type it. secretly says that its changes are
// made all the same.
type coded struct {
	*world
	absent, secretly bool
}

func (c *coded) wants() error {
	return &exchanges.Error{Exchange: "sim", Kind: exchanges.KindSecondFactor, Detail: "wants a code"}
}

func (c *coded) ListKeys(ctx context.Context, req exchanges.ListRequest) iter.Seq2[exchanges.Key, error] {
	if !c.absent {
		return c.world.ListKeys(ctx, req)
	}
	return func(yield func(exchanges.Key, error) bool) { yield(exchanges.Key{}, c.wants()) }
}

func (c *coded) IssueKey(ctx context.Context, req exchanges.IssueRequest) (exchanges.Issued, error) {
	if !c.absent {
		return c.world.IssueKey(ctx, req)
	}
	if c.secretly {
		_, _ = c.world.IssueKey(ctx, req)
	}
	return exchanges.Issued{}, c.wants()
}

func (c *coded) RevokeKey(ctx context.Context, req exchanges.RevokeRequest) error {
	if !c.absent {
		return c.world.RevokeKey(ctx, req)
	}
	if c.secretly {
		_ = c.world.RevokeKey(ctx, req)
	}
	return c.wants()
}

func (c *coded) EditKey(ctx context.Context, req exchanges.EditRequest) (exchanges.Key, error) {
	if !c.absent {
		return c.world.EditKey(ctx, req)
	}
	return exchanges.Key{}, c.wants()
}

// A run that gets no code waits for a person. Resumed, it looks what became of
// its change, also one that was made without a code, and ends well.
func TestNobodyTypesTheCode(t *testing.T) {
	for _, k := range []kind{rotateKind, replaceKind, revokeKind, containKind} {
		for _, secretly := range []bool{false, true} {
			w := newWorld(t, trouble{}, 1)
			w.replace = k.compromised || k.journal == journal.Revoke
			m := &coded{world: w, absent: true, secretly: secretly}
			job := func() Job { j := w.job(k); j.Manager = m; return j }
			out, err := w.engine().Run(t.Context(), job())
			died := k.journal == journal.Revoke && secretly // its own look shows that it is gone
			switch {
			case died && (err != nil || !out.Dead):
				t.Errorf("%v: outcome %+v, %v", k, out, err)
			case died:
				continue
			case out.Stage.Final() || out.Dead != (k.compromised && secretly) || err == nil:
				t.Fatalf("%v, made %v: outcome %+v, %v", k, secretly, out, err)
			case !out.Waits || out.Stage != journal.NeedsPerson:
				t.Errorf("%v, made %v: it does not wait for a person: %+v", k, secretly, out)
			}
			m.absent = false
			out, err = w.engine().Run(t.Context(), job())
			want := journal.Done
			if k == rotateKind && !secretly { // a key may have been made, and no list names it
				want = journal.Unconfirmed
			}
			if err != nil || out.Stage != want {
				t.Errorf("%v, made %v: resumed: %+v, %v", k, secretly, out, err)
			}
			alive := 0
			for _, key := range w.keys {
				if key.alive {
					alive++
				}
			}
			if want := map[journal.Kind]int{journal.Rotate: 1, journal.Contain: 1}[k.journal]; alive != want {
				t.Errorf("%v, made %v: %d keys live, want %d", k, secretly, alive, want)
			}
		}
	}
}
