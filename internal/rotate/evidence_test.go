package rotate

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/internal/journal"
)

// The journal of a rotation holds its evidence: which operations were sent and
// what the exchange answered, from which address, which files were written,
// with their digests, and which answer proves the death.
func TestEvidence(t *testing.T) {
	w := newWorld(t, trouble{}, 2)
	if out := w.settle(rotateKind, nil); out.Stage != journal.Done {
		t.Fatalf("%+v", out)
	}
	digest := func(n int) journal.Digest { return journal.DigestOf([]byte(credential(n).AccessKey)) }
	from := "203.0.113.9"
	for _, want := range []journal.Record{
		rec(0, journal.Issuing, journal.Will, journal.Data{Marker: "rk000001", Address: from}),
		rec(0, journal.Stored, journal.Did, journal.Data{
			Marker: "rk000001", New: journal.NameKey(credential(1).AccessKey), Op: "issue", Status: 200, Address: from,
		}),
		rec(0, journal.Proved, journal.Did, journal.Data{Op: "inspect", Status: 200, Address: from}),
		rec(0, journal.Deployed, journal.Note, journal.Data{Location: "place 1", Before: digest(0), After: digest(1)}),
		rec(0, journal.Deployed, journal.Note, journal.Data{Location: "place 2", Before: digest(0), After: digest(1)}),
		rec(0, journal.Retiring, journal.Will, journal.Data{Result: "alive", Op: "inspect", Status: 200, Address: from}),
		rec(0, journal.Retiring, journal.Note, journal.Data{Result: "ok", Op: "revoke", Status: 200, Address: from}),
		rec(0, journal.Retiring, journal.Did, journal.Data{
			Result: "proven", Op: "inspect", Status: 401,
			Code: "-2008", Address: from,
		}),
	} {
		if !w.noted(want) {
			t.Errorf("the journal lacks %+v", want)
		}
	}
	if text := strings.ToLower(w.text()); strings.Contains(text, "canary") || strings.Contains(text, "accesskey") {
		t.Errorf("the journal holds a secret or an access key: %s", text)
	}
}

// What was refused, or got no answer, is noted too, and so is a narrowing, and
// a place that was put back.
func TestEvidenceOfTrouble(t *testing.T) {
	w := newWorld(t, trouble{issueRefused: 1}, 1)
	w.settle(rotateKind, nil)
	if !w.noted(rec(0, journal.Issuing, journal.Note, journal.Data{
		Marker: "rk000001", Result: refused, Op: "issue", Status: 400, Code: "-4000", Address: "203.0.113.9",
	})) {
		t.Errorf("the refusal is not noted: %v", w.records)
	}
	w = newWorld(t, trouble{}, 1)
	w.settle(containKind, nil)
	if !w.noted(
		rec(0, journal.Deployed, journal.Did, journal.Data{Result: "ok", Op: "edit", Status: 200, Address: "203.0.113.9"}),
	) {
		t.Errorf("the narrowing is not noted: %v", w.records)
	}
	w = newWorld(t, trouble{placeFails: 1}, 2)
	_, _, _ = w.live(func(e *Engine) (Outcome, error) { return e.Run(t.Context(), w.job(rotateKind)) })
	_, _, _ = w.live(func(e *Engine) (Outcome, error) { return e.Abandon(t.Context(), w.job(rotateKind)) })
	old := journal.DigestOf([]byte(credential(0).AccessKey))
	if !w.noted(rec(0, journal.Abandoned, journal.Note, journal.Data{Location: "place 1", Before: old, After: old})) {
		t.Errorf("what was put back is not noted: %v", w.records)
	}
}

// What the exchange does not tell of the new key is said, and no reason to
// refuse it.
func TestUntold(t *testing.T) {
	for _, kind := range []kind{rotateKind, replaceKind} {
		w := newWorld(t, trouble{silent: 1}, 1)
		w.replace = !kind.keepsOld()
		out := w.settle(kind, nil)
		want := []exchanges.Permission{exchanges.Read, exchanges.Spot}
		if out.Stage != journal.Done || !slices.Equal(out.Untold, want) || !out.AddressesUntold {
			t.Errorf("%v: %+v", kind, out)
		}
		if again := OutcomeOf(journal.RunsOf(w.Records())[0]); !slices.Equal(again.Untold, want) || !again.AddressesUntold ||
			!again.Dead {
			t.Errorf("%v, from the journal: %+v", kind, again)
		}
		w = newWorld(t, trouble{}, 1)
		w.replace = !kind.keepsOld()
		if out := w.settle(kind, nil); out.Untold != nil || out.AddressesUntold {
			t.Errorf("%v, all is told: %+v", kind, out)
		}
	}
}

// noted reports whether the journal has a record of this stage, phase and data.
func (w *world) noted(want journal.Record) bool {
	return slices.ContainsFunc(w.records, func(r journal.Record) bool {
		return r.Stage == want.Stage && r.Phase == want.Phase && r.Data.Result == want.Data.Result &&
			r.Data.Op == want.Data.Op && r.Data.Status == want.Data.Status && r.Data.Code == want.Data.Code &&
			r.Data.Address == want.Data.Address && r.Data.Location == want.Data.Location && r.Data.Marker == want.Data.Marker &&
			r.Data.New == want.Data.New && r.Data.Before == want.Data.Before && r.Data.After == want.Data.After
	})
}

func (w *world) text() string {
	var b strings.Builder
	for _, r := range w.records {
		for _, field := range []string{
			r.Data.Op, r.Data.Code, r.Data.Result, r.Data.Location, r.Data.Address,
			r.Data.Marker, r.Data.Because,
		} {
			b.WriteString(field + "\n")
		}
	}
	return b.String()
}

// A rotation writes to the journal seven times: what belongs together is written
// at once.
func TestAppends(t *testing.T) {
	for _, c := range []struct {
		kind   kind
		settle time.Duration
		writes int
	}{{rotateKind, time.Minute, 7}, {rotateKind, 0, 6}, {replaceKind, 0, 7}, {revokeKind, 0, 3}, {containKind, 0, 3}} {
		w := newWorld(t, trouble{}, 3)
		w.replace = !c.kind.keepsOld()
		w.keys[credential(0).AccessKey].credential.Passphrase = exchanges.Secret{}
		w.keys[credential(0).AccessKey].passphrase = exchanges.Secret{}
		e := w.engine()
		writing := &counting{world: w}
		e.Journal = writing
		j := w.job(c.kind)
		j.Settle = c.settle
		out, err := e.Run(t.Context(), j)
		if err != nil || out.Stage != journal.Done || writing.writes != c.writes {
			t.Errorf("%v: %d appends, want %d: %+v, %v", c.kind, writing.writes, c.writes, out, err)
		}
	}
}

// counting counts the writes of a journal.
type counting struct {
	*world
	writes int
}

func (c *counting) AppendAll(records ...journal.Record) error {
	c.writes++
	return c.world.AppendAll(records...)
}

// A new key that lacks something is kept where the old one is gone already. The
// run waits for a person, and goes on once the key was changed on the page; or
// it is given up, and the new key destroyed.
func TestSealedNewKey(t *testing.T) {
	for _, c := range []struct {
		tr   trouble
		says string
		risk string
	}{{trouble{narrower: 1}, "lacks spot", ""}, {trouble{wider: 1}, "wider than asked for: withdraw", RiskWiderKey}} {
		stuck := func() *world {
			w := newWorld(t, c.tr, 1)
			w.replace = true
			out, err, _ := w.live(func(e *Engine) (Outcome, error) { return e.Run(t.Context(), w.job(replaceKind)) })
			if err == nil || !out.Waits || out.Stage != journal.NeedsPerson || !out.Dead || !strings.Contains(out.Why, c.says) ||
				!strings.Contains(out.Why, "rekey runs resume run-1") || w.places[0].holds.AccessKey != credential(0).AccessKey {
				t.Fatalf("%+v, %v", out, err)
			}
			if e := w.vault["run-run-1"]; !e.made() || !w.keys[credential(1).AccessKey].alive {
				t.Fatal("the new key was not kept")
			}
			return w
		}
		w := stuck()
		k := w.keys[credential(1).AccessKey]
		k.narrower, k.wide = false, false
		if out := w.settle(replaceKind, nil); out.Stage != journal.Done ||
			w.places[0].holds.AccessKey != credential(1).AccessKey {
			t.Errorf("changed on the page: %+v", out)
		}
		w = stuck()
		out, err := w.engine().Abandon(t.Context(), w.job(replaceKind))
		if err != nil || out.Stage != journal.Abandoned || !out.Dead || !out.TakenBack ||
			w.keys[credential(1).AccessKey].alive ||
			len(w.vault) > 0 {
			t.Errorf("given up: %+v, %v", out, err)
		}
		if c.risk == "" {
			continue
		}
		w = stuck()
		j := w.job(replaceKind)
		j.Risks = []string{c.risk}
		if out, err := w.engine().Run(t.Context(), j); err != nil || out.Stage != journal.Done {
			t.Errorf("with the risk accepted: %+v, %v", out, err)
		}
	}
}

// Giving up a new key is no clean end where the old one's death is not proven.
func TestAbandonWithoutProof(t *testing.T) {
	w := newWorld(t, trouble{narrower: 1, vagueDeath: true}, 1)
	w.replace = true
	w.settle(replaceKind, nil)
	out, err := w.engine().Abandon(t.Context(), w.job(replaceKind))
	if err != nil || out.Stage != journal.Unconfirmed || out.Dead || !out.TakenBack ||
		!strings.Contains(out.Why, "no proof") {
		t.Errorf("%+v, %v", out, err)
	}
	if end := w.records[len(w.records)-1].Data.Result; end != "abandoned" {
		t.Errorf("the journal does not say that it was taken back, but %q", end)
	}
}

// Once the new key of a killed one lies in its places, or while the old one is
// being destroyed, the run can only be finished.
func TestTooLate(t *testing.T) {
	for _, c := range []struct {
		kind kind
		tr   trouble
	}{{replaceKind, trouble{placeFails: 99}}, {replaceKind, trouble{revokeLies: 99}}, {
		rotateKind,
		trouble{revokeLies: 99},
	}} {
		w := newWorld(t, c.tr, 2)
		w.replace = true
		w.settle(c.kind, nil)
		before := len(w.records)
		if out, err := w.engine().Abandon(t.Context(), w.job(c.kind)); !errors.Is(err, ErrTooLate) || out.Stage.Final() ||
			len(w.records) != before {
			t.Errorf("%v: %+v, %v", c.kind, out, err)
		}
	}
}

// A new key that works from elsewhere only is taken back, or kept where the old
// one is gone; one that is dead is no key to keep.
func TestNewKeyDoesNotWork(t *testing.T) {
	for _, c := range []struct {
		kind   kind
		status exchanges.Status
		want   journal.Stage
		risks  []string
	}{
		{rotateKind, exchanges.StatusIPRefused, journal.Done, []string{RiskLockOut}},
		{rotateKind, exchanges.StatusDisabled, journal.Failed, []string{RiskLockOut}},
		{rotateKind, exchanges.StatusIPRefused, journal.Failed, []string{RiskWiderKey}},
		{rotateKind, exchanges.StatusIPRefused, journal.Failed, nil},
		{rotateKind, exchanges.StatusDisabled, journal.Failed, nil},
		{rotateKind, exchanges.StatusDead, journal.Failed, nil},
		{rotateKind, exchanges.StatusUndetermined, journal.Stored, nil},
		{replaceKind, exchanges.StatusIPRefused, journal.NeedsPerson, nil},
		{replaceKind, exchanges.StatusDisabled, journal.NeedsPerson, nil},
		{replaceKind, exchanges.StatusDead, journal.Failed, nil},
		{replaceKind, exchanges.StatusUndetermined, journal.Stored, nil},
	} {
		w := newWorld(t, trouble{}, 1)
		w.replace = !c.kind.keepsOld()
		j := w.job(c.kind)
		open := j.Open
		j.Risks = c.risks
		j.Open = func(cr exchanges.Credential) (exchanges.Adapter, error) {
			if cr.AccessKey != credential(1).AccessKey {
				return open(cr)
			}
			return &script{answers: []answer{{key: exchanges.Key{Status: c.status}}}}, nil
		}
		out, _ := w.engine().Run(t.Context(), j)
		if holds := w.places[0].holds.AccessKey; out.Stage != c.want ||
			(holds == credential(0).AccessKey) == (c.want == journal.Done) {
			t.Errorf("%v, %s: %+v", c.kind, c.status, out)
		}
		if lives := w.keys[credential(1).AccessKey].alive; lives == (c.want == journal.Failed) {
			t.Errorf("%v, %s: at %s the new key lives: %v", c.kind, c.status, out.Stage, lives)
		}
	}
}

// A taking-back under way stands where it came from, also in the journal.
func TestTakingBackUnderWay(t *testing.T) {
	w := newWorld(t, trouble{placeFails: 1}, 2)
	_, _, _ = w.live(func(e *Engine) (Outcome, error) { return e.Run(context.Background(), w.job(rotateKind)) })
	w.trouble.placeFails = 1
	w.places[0].holds = credential(9)
	w.keys[credential(9).AccessKey] = &simKey{credential: credential(9), alive: true}
	w.strange[credential(9).AccessKey] = true
	out, err := w.engine().Abandon(t.Context(), w.job(rotateKind))
	run := journal.RunsOf(w.Records())[0]
	if err == nil || out.Stage != journal.Deployed || out.TakenBack || run.Stage != journal.Deployed || run.Ended ||
		!run.TakingBack {
		t.Errorf("%+v, %v; the journal has it at %s", out, err, run.Stage)
	}
}
