package journal

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rekey/internal/atomicfile/crashfs"
)

const (
	responseID = RunID("01jd9x0000rrr")
	narrowID   = RunID("01jd9x0000nnn")
	killID     = RunID("01jd9x0000kkk")
)

// ofResponse returns a record of a response.
func ofResponse(stage Stage, phase Phase, data Data) Record {
	return Record{Run: responseID, Kind: Respond, Key: "3commas-2022", Stage: stage, Phase: phase, Data: data}
}

// planned returns one key of each decision.
func planned() []PlannedKey {
	return []PlannedKey{
		{
			Key:      "a",
			ID:       NameKey(oldKey),
			Exchange: "binance",
			Decision: Narrowed,
			Narrow:   narrowID,
			Why:      "its manager is away",
		},
		{
			Key:      "b",
			Exchange: "okx",
			Account:  "sub@example.com",
			Manager:  "main",
			Decision: Revoked,
			Narrow:   narrowID,
			Kill:     killID,
			Kind:     Revoke,
		},
		{Key: "c", Exchange: "kucoin", Decision: Replaced, Kill: killID, Kind: Rotate},
		{Key: "d", Exchange: "coinbase", Decision: ByPerson, Why: "there is no API for it"},
		{Key: "e", Exchange: "okx", Decision: Left, Why: "not concerned"},
	}
}

// A plan in several parts comes back in its order; keys that were found since
// follow it; the runs of keys do not hold the response, and the responses not
// the runs.
func TestResponses(t *testing.T) {
	disk := crashfs.NewDisk()
	j := mustOpen(t, disk)
	all := planned()
	found := PlannedKey{
		Key:      "okx/-/evil…evil",
		Exchange: "okx",
		Decision: Revoked,
		Kill:     "01jd9x0000xxx",
		Kind:     Revoke,
		Since:    true,
	}
	later := all[3]
	later.Decision, later.Kill, later.Kind, later.Since = Revoked, "01jd9x0000yyy", Revoke, true
	type state struct {
		keys                int
		whole, ended, inRun bool
	}
	var got []state
	for _, r := range []Record{
		ofResponse(Planned, Will, Data{Plan: all[:2], Risks: []string{"last-manager"}, SettleMS: 1500}),
		ofResponse(Planned, Will, Data{Plan: all[2:]}),
		ofResponse(Planned, Did, Data{}),
		{Run: narrowID, Kind: Contain, Key: "a", Stage: Done, Phase: Did},
		ofResponse(Planned, Note, Data{Plan: []PlannedKey{found, later}}),
		ofResponse(NeedsPerson, Did, Data{}),
		ofResponse(Done, Did, Data{}),
	} {
		if err := j.Append(r); err != nil {
			t.Fatal(err)
		}
		one := j.Responses()[0]
		got = append(got, state{len(one.Plan), one.Whole, one.Ended, len(j.Runs()) > 0})
	}
	want := []state{
		{2, false, false, false},
		{5, false, false, false},
		{5, true, false, false},
		{5, true, false, true},
		{6, true, false, true},
		{6, true, false, true},
		{6, true, true, true},
	}
	opts := []cmp.Option{cmp.AllowUnexported(state{}, KeyID{}, Digest{})}
	if diff := cmp.Diff(want, got, opts...); diff != "" {
		t.Error(diff)
	}
	later.Since = false
	plan := append(all, found)
	plan[3] = later
	for _, responses := range [][]Response{j.Responses(), mustRead(t, disk).Responses(), mustOpen(t, disk).Responses()} {
		r := responses[0]
		if len(responses) != 1 || r.ID != responseID || r.Cause != "3commas-2022" || r.Stage != Done || len(r.Records) != 6 {
			t.Errorf("got %+v", responses)
		}
		if r.Settle != 1500*time.Millisecond || !slices.Equal(r.Risks, []string{"last-manager"}) {
			t.Errorf("options %v %v", r.Settle, r.Risks)
		}
		if diff := cmp.Diff(plan, r.Plan, opts...); diff != "" {
			t.Error(diff)
		}
	}
	if runs := mustRead(t, disk).Runs(); len(runs) != 1 || runs[0].ID != narrowID || len(j.Unfinished()) != 0 {
		t.Errorf("runs %+v", runs)
	}
}

// What is no plan is refused, alone.
func TestRefusedPlans(t *testing.T) {
	j := mustOpen(t, crashfs.NewDisk())
	key := func(change func(*PlannedKey)) Record {
		p := planned()[1]
		change(&p)
		return ofResponse(Planned, Will, Data{Plan: []PlannedKey{p}})
	}
	note := func(since bool) Record {
		p := planned()[1]
		p.Since = since
		return ofResponse(Planned, Note, Data{Plan: []PlannedKey{p}})
	}
	run := Record{Run: testRun, Kind: Rotate, Key: "k", Stage: Planned, Phase: Did}
	run.Data.Plan = planned()
	kept := run
	kept.Data = Data{SettleMS: 1}
	bad := map[string]Record{
		"a plan of a run":         run,
		"a pause of a run":        kept,
		"a negative pause":        ofResponse(Planned, Did, Data{SettleMS: -1}),
		"too many keys":           ofResponse(Planned, Will, Data{Plan: slices.Repeat(planned()[:1], MaxPlanned+1)}),
		"an empty part":           ofResponse(Planned, Will, Data{}),
		"a plan at the end":       ofResponse(Planned, Did, Data{Plan: planned()}),
		"a plan of another stage": ofResponse(NeedsPerson, Will, Data{Plan: planned()}),
		"a stage of runs":         ofResponse(Retiring, Did, Data{}),
		"no key":                  key(func(p *PlannedKey) { p.Key = "" }),
		"no decision":             key(func(p *PlannedKey) { p.Decision = "" }),
		"an unknown decision":     key(func(p *PlannedKey) { p.Decision = "destroy" }),
		"a run by hand":           key(func(p *PlannedKey) { p.Narrow = "My-Run" }),
		"a kill by hand":          key(func(p *PlannedKey) { p.Kill = "My-Run" }),
		"one run for both":        key(func(p *PlannedKey) { p.Narrow = p.Kill }),
		"a kill of no kind":       key(func(p *PlannedKey) { p.Kind = "" }),
		"a kill that narrows":     key(func(p *PlannedKey) { p.Kind = Contain }),
		"a kind without a kill":   key(func(p *PlannedKey) { p.Kill, p.Decision = "", ByPerson }),
		"narrowed by a kill":      key(func(p *PlannedKey) { p.Decision = Narrowed }),
		"narrowed by nothing":     key(func(p *PlannedKey) { p.Decision, p.Narrow, p.Kill, p.Kind = Narrowed, "", "", "" }),
		"revoked by nothing":      key(func(p *PlannedKey) { p.Kill, p.Kind = "", "" }),
		"replaced by nothing":     key(func(p *PlannedKey) { p.Decision = Replaced }),
		"left and killed":         key(func(p *PlannedKey) { p.Decision = Left }),
		"a key since in the plan": key(func(p *PlannedKey) { p.Since = true }),
		"a key before in a note":  note(false),
		"a long reason":           key(func(p *PlannedKey) { p.Why = strings.Repeat("x", maxText+1) }),
		"a broken reason":         key(func(p *PlannedKey) { p.Why = "\xff" }),
	}
	for name, r := range bad {
		var refused *RecordError
		if err := j.Append(r); !errors.As(err, &refused) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, r := range []Record{
		key(func(*PlannedKey) {}), note(true), ofResponse(Planned, Note, Data{}),
		ofResponse(Closed, Did, Data{Because: "x"}),
	} {
		if err := j.Append(r); err != nil {
			t.Error(err)
		}
	}
}

// The longest plan that is likely fits into one record.
func TestFullPlanFits(t *testing.T) {
	j := mustOpen(t, crashfs.NewDisk())
	var plan []PlannedKey
	for i := range MaxPlanned {
		p := planned()[1]
		p.Key, p.ID = fmt.Sprintf("%s-%d", strings.Repeat("k", 200), i), NameKey(oldKey)
		p.Account, p.Manager, p.Why = strings.Repeat("a", 200), strings.Repeat("m", 200), strings.Repeat("w", maxText)
		plan = append(plan, p)
	}
	if err := j.Append(ofResponse(Planned, Will, Data{Plan: plan})); err != nil {
		t.Error(err)
	}
}

// FuzzPlan: whatever a plan holds, Append refuses it or it comes back as it was.
func FuzzPlan(f *testing.F) {
	f.Add("a", "revoke", "", string(killID), "revoke", "why", false)
	f.Add("a", "narrow", string(narrowID), "", "", "<&>\u2028\x00", true)
	f.Add("", "left", "x", "\xff", "contain", `"]}`, false)
	f.Fuzz(func(t *testing.T, key, decision, narrow, kill, kind, why string, since bool) {
		p := PlannedKey{
			Key: key, Decision: Decision(decision), Narrow: RunID(narrow), Kill: RunID(kill),
			Kind: Kind(kind), Why: why, Since: since,
		}
		phase := Will
		if since {
			phase = Note
		}
		disk := crashfs.NewDisk()
		err := mustOpen(t, disk).Append(ofResponse(Planned, phase, Data{Plan: []PlannedKey{p}}))
		got := mustRead(t, disk).Responses()
		if err != nil {
			var refused *RecordError
			if !errors.As(err, &refused) || len(got) != 0 {
				t.Fatalf("%v beside %d responses", err, len(got))
			}
			return
		}
		if len(got) != 1 || len(got[0].Plan) != 1 || got[0].Plan[0] != p {
			t.Fatalf("%+v became %+v", p, got)
		}
	})
}
