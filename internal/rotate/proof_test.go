package rotate

import (
	"context"
	"errors"
	"strings"
	"testing"

	"rekey/exchanges"
	"rekey/internal/journal"
)

// An answer after a deletion says that the key is dead, that it lives, nothing,
// or that it could not be asked.
func TestJudge(t *testing.T) {
	of := func(kind exchanges.Kind) error { return &exchanges.Error{Kind: kind} }
	for _, c := range []struct {
		status exchanges.Status
		err    error
		want   verdict
	}{
		{exchanges.StatusDead, nil, saysDead},
		{exchanges.StatusAlive, nil, saysLives},
		{exchanges.StatusAlive, of(exchanges.KindBadSignature), saysLives},
		{exchanges.StatusIPRefused, nil, saysLives},
		{exchanges.StatusDisabled, nil, saysLives},
		{exchanges.StatusExpired, nil, saysNothing},
		{exchanges.StatusDefunct, nil, saysNothing},
		{exchanges.StatusUndetermined, nil, saysNothing},
		{exchanges.StatusUndetermined, of(exchanges.KindUndetermined), saysNothing},
		{exchanges.StatusUndetermined, of(exchanges.KindForbidden), saysNothing},
		{exchanges.StatusUndetermined, of(exchanges.KindBadSignature), saysNothing},
		{exchanges.StatusUndetermined, of(exchanges.KindBadPassphrase), saysNothing},
		{exchanges.StatusUndetermined, of(exchanges.KindNoSuchKey), saysNothing},
		{exchanges.StatusUndetermined, of(exchanges.KindNetwork), saysTrouble},
		{exchanges.StatusUndetermined, of(exchanges.KindTimeout), saysTrouble},
		{exchanges.StatusUndetermined, of(exchanges.KindRateLimited), saysTrouble},
		{exchanges.StatusUndetermined, of(exchanges.KindMaintenance), saysTrouble},
		{exchanges.StatusUndetermined, of(exchanges.KindGeoBlocked), saysTrouble},
		{exchanges.StatusUndetermined, of(exchanges.KindClock), saysTrouble},
		{exchanges.StatusUndetermined, errors.New("no word of the exchange"), saysTrouble},
		{"", nil, saysNothing},
	} {
		if got := judge(answer{key: exchanges.Key{Status: c.status}, err: c.err}); got != c.want {
			t.Errorf("%s, %v: %v, want %v", c.status, c.err, got, c.want)
		}
	}
}

// A proof "before and after" needs both.
func TestAnswered(t *testing.T) {
	for status, want := range map[exchanges.Status]bool{
		exchanges.StatusAlive: true, exchanges.StatusDead: true, exchanges.StatusIPRefused: true,
		exchanges.StatusDisabled: true,
		exchanges.StatusExpired:  true, exchanges.StatusDefunct: false, exchanges.StatusUndetermined: false,
		"": false, "other": false,
	} {
		if got := answered(status); got != want {
			t.Errorf("%q: %v", status, got)
		}
	}
}

// A script says of the old key what it is told to, in turn; the last answer is
// repeated.
type script struct {
	answers []answer
	asked   int
}

func (s *script) Card() exchanges.Card { return exchanges.Card{} }

func (s *script) Inspect(context.Context) (exchanges.Key, error) {
	a := s.answers[min(s.asked, len(s.answers)-1)]
	s.asked++
	return a.key, a.err
}

// What the exchange says before and after the deletion decides how a revocation
// ends, and only "answered before, dead after" is proof.
func TestProof(t *testing.T) {
	says := func(s exchanges.Status, kind exchanges.Kind) answer {
		a := answer{key: exchanges.Key{Status: s}}
		if kind != "" {
			a.err = &exchanges.Error{Exchange: "sim", Kind: kind}
		}
		return a
	}
	alive, dead := says(exchanges.StatusAlive, ""), says(exchanges.StatusDead, "")
	vague, offline := says(
		exchanges.StatusUndetermined,
		exchanges.KindUndetermined,
	), says(
		exchanges.StatusUndetermined,
		exchanges.KindNetwork,
	)
	refusedIP := says(exchanges.StatusIPRefused, "")
	for _, c := range []struct {
		story   string
		answers []answer
		lists   trouble
		want    journal.Stage
		dead    bool
		why     string
	}{
		{"alive, then dead", []answer{alive, dead}, trouble{}, journal.Done, true, ""},
		{"alive, alive for a while, then dead", []answer{alive, alive, alive, dead}, trouble{}, journal.Done, true, ""},
		{"dead before and after", []answer{dead}, trouble{}, journal.Done, true, ""},
		{"refused by address, then dead", []answer{refusedIP, dead}, trouble{}, journal.Done, true, ""},
		{"not asked before, dead after", []answer{offline, dead}, trouble{}, journal.Unconfirmed, false, "no proof"},
		{"vague before, dead after", []answer{vague, dead}, trouble{}, journal.Unconfirmed, false, "no proof"},
		{"alive for ever", []answer{alive}, trouble{}, journal.Retiring, false, "the key is alive"},
		{"not asked before, alive after", []answer{offline, alive}, trouble{}, journal.Retiring, false, "the key is alive"},
		{"refused by address for ever", []answer{refusedIP}, trouble{}, journal.Retiring, false, "the key is ip_refused"},
		{
			"alive, then refused by address",
			[]answer{alive, refusedIP},
			trouble{},
			journal.Retiring, false,
			"the key is ip_refused",
		},
		{"alive, then vague", []answer{alive, vague}, trouble{}, journal.Unconfirmed, false, "no proof"},
		{
			"alive, then vague, and still listed",
			[]answer{alive, vague},
			trouble{ghosts: true},
			journal.Retiring,
			false, "list still names it",
		},
		{
			"alive, then vague, the list fails",
			[]answer{alive, vague},
			trouble{listFails: 9},
			journal.Unconfirmed, false, "no proof",
		},
		{
			"alive, then offline",
			[]answer{alive, offline},
			trouble{},
			journal.Retiring, false,
			"could not be asked whether it is dead",
		},
		{"alive, offline for a while, then dead", []answer{alive, offline, offline, dead}, trouble{}, journal.Done, true, ""},
	} {
		w := newWorld(t, c.lists, 0)
		w.replace = true
		j := w.job(revokeKind)
		asked := &script{answers: c.answers}
		j.Open = func(exchanges.Credential) (exchanges.Adapter, error) { return asked, nil }
		out, err, _ := w.live(func(e *Engine) (Outcome, error) { return e.Run(t.Context(), j) })
		if out.Stage != c.want || out.Dead != c.dead || (err == nil) != c.want.Final() || !strings.Contains(out.Why, c.why) {
			t.Errorf("%s: %+v, %v", c.story, out, err)
		}
		waits := judge(c.answers[len(c.answers)-1]) != saysDead
		if waits != (w.clock == patience) {
			t.Errorf("%s: after %v", c.story, w.clock)
		}
		if kept := len(w.vault) > 0; kept == c.want.Final() {
			t.Errorf("%s: at %s, the vault keeps a secret: %v", c.story, out.Stage, kept)
		}
	}
}

// A deletion whose answer was lost is looked at before it is repeated: what is
// not listed any more is not deleted again, and a refusal of the second attempt
// is no "nothing was changed".
func TestRevokeAgain(t *testing.T) {
	for _, c := range []struct {
		story string
		m     *half
		want  journal.Stage
		calls int
	}{
		{"it happened", &half{first: exchanges.KindUncertain, kills: true}, journal.Done, 1},
		{"it did not happen", &half{first: exchanges.KindUncertain}, journal.Done, 2},
		{"it did not, and is refused then", &half{
			first: exchanges.KindUncertain,
			then:  exchanges.KindForbidden,
		}, journal.Retiring, 2},
		{"refused at once", &half{first: exchanges.KindForbidden}, journal.Failed, 1},
		{"no answer of any kind", &half{first: exchanges.KindNetwork}, journal.Retiring, 1},
	} {
		w := newWorld(t, trouble{}, 0)
		w.replace = true
		c.m.world = w
		j := w.job(revokeKind)
		j.Manager = c.m
		out, _, _ := w.live(func(e *Engine) (Outcome, error) { return e.Run(t.Context(), j) })
		if out.Stage != c.want || c.m.calls != c.calls {
			t.Errorf("%s: %+v after %d calls", c.story, out, c.m.calls)
		}
		if out.Stage == journal.Done && w.keys[credential(0).AccessKey].alive {
			t.Errorf("%s: done, and the key lives", c.story)
		}
	}
}

// A half manager answers its first deletion badly, and the next ones as then
// says.
type half struct {
	*world
	first, then exchanges.Kind
	kills       bool
	calls       int
}

func (h *half) RevokeKey(ctx context.Context, req exchanges.RevokeRequest) error {
	kind := h.then
	if h.calls++; h.calls == 1 {
		kind = h.first
	}
	if kind == "" || h.kills {
		if err := h.world.RevokeKey(ctx, req); err != nil {
			return err
		}
	}
	if kind != "" {
		return &exchanges.Error{Exchange: "sim", Kind: kind, Code: "-1"}
	}
	return nil
}

// An adapter that cannot be opened is no answer of the exchange: nothing is
// destroyed before the control call, and nothing is called dead after it.
func TestNotOpened(t *testing.T) {
	for _, begun := range []bool{false, true} {
		w := newWorld(t, trouble{revokeLies: 1}, 0)
		w.replace = true
		if begun { // a first process that was told of a deletion which did not happen
			if out, err := w.engine().Run(t.Context(), w.job(revokeKind)); err == nil || out.Stage.Final() {
				t.Fatalf("%+v, %v", out, err)
			}
		}
		j := w.job(revokeKind)
		j.Open = func(exchanges.Credential) (exchanges.Adapter, error) { return nil, errors.New("no such region") }
		out, err, _ := w.live(func(e *Engine) (Outcome, error) { return e.Run(t.Context(), j) })
		if err == nil || out.Stage.Final() || out.Dead || w.begun(journal.Retiring) != begun || len(w.vault) == 0 {
			t.Errorf("%v: %+v, %v", begun, out, err)
		}
	}
}
