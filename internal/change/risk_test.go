package change

import (
	"errors"
	"slices"
	"testing"

	"rekey/internal/prompt"
)

// A plan that holds a risk is carried out only when it was accepted by its word,
// for every key that is changed.
func TestUnaccepted(t *testing.T) {
	risky := func(key string, v Verdict, words ...string) Decision {
		d := Decision{Key: key, Verdict: v}
		for _, w := range words {
			d.Risks = append(d.Risks, Risk{Word: w, Why: "because of " + w})
		}
		return d
	}
	for _, c := range []struct {
		story    string
		plan     []Decision
		accepted []string
		words    []string
		texts    int
	}{
		{"no plan", nil, nil, nil, 0},
		{"no risk", []Decision{risky("a", ByAPI)}, nil, nil, 0},
		{"a risk", []Decision{risky("a", ByAPI, RiskLockOut)}, nil, []string{RiskLockOut}, 1},
		{"an accepted risk", []Decision{risky("a", ByAPI, RiskLockOut)}, []string{RiskLockOut}, nil, 0},
		{
			"another was accepted",
			[]Decision{risky("a", ByAPI, RiskLockOut)},
			[]string{RiskLastManager},
			[]string{RiskLockOut},
			1,
		},
		{
			"one of two was accepted",
			[]Decision{risky("a", ByAPI, RiskLockOut, RiskLastManager)},
			[]string{RiskLockOut},
			[]string{RiskLastManager},
			1,
		},
		{
			"the risk of the second key",
			[]Decision{risky("a", ByAPI), risky("b", ByHand, RiskLockOut)},
			nil,
			[]string{RiskLockOut},
			1,
		},
		{
			"the same risk of two keys",
			[]Decision{risky("a", ByAPI, RiskLockOut), risky("b", Resume, RiskLockOut)},
			nil,
			[]string{RiskLockOut},
			2,
		},
		{
			"a key that is not changed",
			[]Decision{risky("a", Person, RiskLockOut), risky("b", Skip, RiskLockOut)},
			nil, nil,
			0,
		},
		{
			"after one that is not changed",
			[]Decision{risky("a", Skip, RiskLockOut), risky("b", ByAPI, RiskLastManager)},
			nil,
			[]string{RiskLastManager},
			1,
		},
	} {
		got := unaccepted(c.plan, c.accepted)
		if (got == nil) != (c.words == nil) {
			t.Errorf("%s: %v", c.story, got)
			continue
		}
		if got != nil && (!slices.Equal(got.Words, c.words) || len(got.Texts) != c.texts) {
			t.Errorf("%s: %v, %v", c.story, got.Words, got.Texts)
		}
	}
	err := unaccepted([]Decision{risky("a", ByAPI, RiskLockOut), risky("b", ByAPI, RiskLastManager)}, nil)
	if text := err.Error(); text != "a: because of lock-out; b: because of last-manager; nothing was changed" {
		t.Errorf("it says %q", text)
	}
}

// Each word of a risk can be accepted, and is there once.
func TestRiskWords(t *testing.T) {
	words := RiskWords()
	for _, w := range []string{RiskBotRunning, RiskLastManager, RiskLockOut, RiskLooseFile, RiskNoJournal, RiskWiderKey} {
		if !slices.Contains(words, w) {
			t.Errorf("%s cannot be accepted", w)
		}
	}
	for i, w := range words {
		if w == "" || slices.Contains(words[:i], w) {
			t.Errorf("%q stands twice or is empty", w)
		}
	}
}

// A risk is asked about on a terminal, and refused elsewhere, and with --yes.
func TestAskRisks(t *testing.T) {
	plan := []Decision{
		{Key: "a", Verdict: ByAPI, Risks: []Risk{{RiskLockOut, "x"}}},
		{Key: "b", Verdict: ByAPI, Risks: []Risk{{RiskLastManager, "y"}}},
	}
	both := []string{RiskLockOut, RiskLastManager}
	for _, c := range []struct {
		story    string
		screen   *screen
		yes      bool
		accepted []string
		risk     bool // the error is a *RiskError
		err      error
		after    []string
	}{
		{"nothing to ask", &screen{}, false, both, false, nil, both},
		{"no terminal", &screen{answers: []bool{true, true}}, false, nil, true, nil, nil},
		{"--yes at a terminal", &screen{person: true, answers: []bool{true, true}}, true, nil, true, nil, nil},
		{"yes and yes", &screen{person: true, answers: []bool{true, true}}, false, nil, false, nil, both},
		{"no", &screen{person: true, answers: []bool{false}}, false, nil, true, nil, nil},
		{"yes and no", &screen{person: true, answers: []bool{true, false}}, false, nil, true, nil, nil},
		{"the terminal was closed", &screen{person: true}, false, nil, false, ErrClosed, nil},
		{"one was accepted before", &screen{person: true, answers: []bool{true}}, false, both[:1], false, nil, both},
	} {
		r := &Runner{Terminal: c.screen, Yes: c.yes, Options: Options{Accepted: slices.Clone(c.accepted)}}
		err := r.askRisks(t.Context(), plan)
		var risk *RiskError
		if errors.As(err, &risk) != c.risk || !c.risk && !errors.Is(err, c.err) || !slices.Equal(r.Accepted,
			append(c.accepted, c.after[min(len(c.accepted), len(c.after)):]...)) {
			t.Errorf("%s: %v, accepted %v", c.story, err, r.Accepted)
		}
	}
}

// The question of a plan: without a terminal, a yes or --yes nothing is done.
func TestMayAct(t *testing.T) {
	for _, c := range []struct {
		story  string
		screen *screen
		yes    bool
		ok     bool
		err    error
	}{
		{"--yes", &screen{}, true, true, nil},
		{"no terminal", &screen{answers: []bool{true}}, false, false, ErrNoTerminal},
		{"yes", &screen{person: true, answers: []bool{true}}, false, true, nil},
		{"no", &screen{person: true, answers: []bool{false}}, false, false, nil},
		{"the terminal was closed", &screen{person: true}, false, false, ErrClosed},
	} {
		r := &Runner{Terminal: c.screen, Yes: c.yes}
		ok, err := r.mayAct(t.Context())
		if ok != c.ok || !errors.Is(err, c.err) || errors.Is(err, prompt.ErrNoAnswer) {
			t.Errorf("%s: %v, %v", c.story, ok, err)
		}
	}
}
