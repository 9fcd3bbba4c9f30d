package rotate

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/internal/journal"
)

// Watched for are the creates of the last day that came to no end, with what is
// needed to look for them.
func TestWatches(t *testing.T) {
	run := func(ended bool, records ...journal.Record) journal.Run {
		return journal.Run{
			ID:      "r",
			Kind:    journal.Rotate,
			Key:     "grid-bot",
			Ended:   ended,
			Records: append([]journal.Record{planned(journal.Data{})}, records...),
		}
	}
	at := will(1, "a").At
	watch := Watch{
		Run: "r", Key: "grid-bot", Exchange: "sim", Account: account, Manager: "master", Marker: "a",
		Since: at, Until: at.Add(24 * time.Hour), Ended: true,
	}
	going := watch
	going.Ended = false
	for _, c := range []struct {
		story string
		run   journal.Run
		after time.Duration
		want  []Watch
	}{
		{"nothing was made", run(true), time.Hour, nil},
		{"an answer was lost", run(true, will(1, "a"), became("a", unclear)), time.Hour, []Watch{watch}},
		{"at once", run(true, will(1, "a")), 0, []Watch{watch}},
		{"to the last moment", run(true, will(1, "a")), 24*time.Hour - 1, []Watch{watch}},
		{"and no longer", run(true, will(1, "a")), 24 * time.Hour, nil},
		{"the run goes on", run(false, will(1, "a")), time.Hour, []Watch{going}},
		{"refused", run(true, will(1, "a"), became("a", refused)), time.Hour, nil},
		{
			"the second came", run(true, will(1, "a"), will(2, "b"), storedAs("b", "ACCESSKEY0000001")),
			time.Hour,
			[]Watch{watch},
		},
		{"destroyed since", run(true, will(1, "a"), rec(3, journal.Unconfirmed, journal.Did, journal.Data{}),
			became("a", destroyed)), time.Hour, nil},
	} {
		if got := Watches([]journal.Run{c.run}, at.Add(c.after)); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, want %+v", c.story, got, c.want)
		}
	}
}

// lostOne is a world whose rotation has ended while the key of a lost answer is
// still to come into being.
func lostOne(t *testing.T) (*world, Watch) {
	t.Helper()
	w := newWorld(t, trouble{issueLost: 1, landsAfter: time.Hour}, 1)
	out := w.settle(rotateKind, nil)
	watches := Watches(journal.RunsOf(w.Records()), w.now())
	if out.Stage != journal.Unconfirmed || len(watches) != 1 || watches[0].Marker != "rk000001" {
		t.Fatalf("%+v, %+v", out, watches)
	}
	return w, watches[0]
}

// A key that is watched for is destroyed once it is listed, and the watch ends
// with it; before, the watch goes on.
func TestRemoveWatched(t *testing.T) {
	w, watch := lostOne(t)
	lost := credential(1).AccessKey
	if gone, err := w.engine().RemoveWatched(t.Context(), watch, w); err != nil || len(gone) != 0 {
		t.Fatalf("before it is there: %v, %v", gone, err)
	}
	if _, kept := w.vault["run-run-1-lost"]; !kept || len(Watches(journal.RunsOf(w.Records()), w.now())) != 1 {
		t.Fatal("the watch ended, and nothing was found")
	}
	w.clock += 2 * time.Hour
	gone, err := w.engine().RemoveWatched(t.Context(), watch, w)
	if err != nil || len(gone) != 1 || !gone[0].Names(lost) || w.keys[lost].alive {
		t.Fatalf("%v, %v", gone, err)
	}
	if left := Watches(journal.RunsOf(w.Records()), w.now()); len(left) > 0 || len(w.vault) > 0 {
		t.Errorf("still watched for: %v, kept: %v", left, w.vault)
	}
	runs := journal.RunsOf(w.Records())
	if !runs[0].Ended || runs[0].Stage != journal.Unconfirmed || OutcomeOf(runs[0]).Stage != journal.Unconfirmed {
		t.Errorf("the run stands at %s", runs[0].Stage)
	}
	before := w.managed
	if gone, err := w.engine().RemoveWatched(t.Context(), watch, w); err != nil || len(gone) != 0 || w.managed != before {
		t.Errorf("again: %v, %v", gone, err)
	}
}

// Never the key in use and never the one that was replaced, whatever their
// labels; every other key with the label, and each is named.
func TestRemoveWatchedSparesTheKeysInUse(t *testing.T) {
	w, watch := lostOne(t)
	w.clock += 2 * time.Hour
	used := credential(2).AccessKey
	old := w.keys[credential(0).AccessKey]
	old.alive, old.label, w.keys[used].label = true, watch.Marker, watch.Marker
	twin := credential(7)
	w.keys[twin.AccessKey] = &simKey{
		credential: twin,
		label:      watch.Marker,
		passphrase: w.keys[used].passphrase,
		alive:      true,
	}
	w.strange[twin.AccessKey] = true
	gone, err := w.engine().RemoveWatched(t.Context(), watch, w)
	if err != nil || len(gone) != 2 || !gone[0].Names(credential(1).AccessKey) || !gone[1].Names(twin.AccessKey) {
		t.Errorf("%v, %v", gone, err)
	}
	if !old.alive || !w.keys[used].alive {
		t.Error("a key in use was destroyed")
	}
}

// A key that cannot be destroyed is named, the others are destroyed all the
// same, and the watch goes on.
func TestRemoveWatchedHalf(t *testing.T) {
	w, watch := lostOne(t)
	w.clock += 2 * time.Hour
	other := exchanges.Credential{AccessKey: "AAAAAAKEY0000007"}
	w.keys[other.AccessKey] = &simKey{
		credential: other,
		label:      watch.Marker,
		passphrase: exchanges.NewSecret("CANARYother"),
		alive:      true,
	}
	gone, err := w.engine().RemoveWatched(t.Context(), watch, w)
	if err == nil || !strings.Contains(err.Error(), "AAAA…0007") || len(gone) != 1 ||
		w.keys[credential(1).AccessKey].alive {
		t.Errorf("%v, %v", gone, err)
	}
	runs := journal.RunsOf(w.Records())
	if left := OutcomeOf(runs[0]).Left; len(Watches(runs, w.now())) != 1 || len(left) != 1 ||
		!left[0].Names(other.AccessKey) {
		t.Errorf("the watch ended, or the key is not named: %v", left)
	}
}

// Nothing is sent for a run that is not there or has not ended; a list that
// cannot be read, or a store, is an error.
func TestRemoveWatchedRefuses(t *testing.T) {
	w, watch := lostOne(t)
	w.clock += 2 * time.Hour
	before := w.managed
	other := watch
	other.Run = "run-2"
	if _, err := w.engine().RemoveWatched(t.Context(), other, w); err == nil || w.managed != before {
		t.Errorf("another run: %v", err)
	}
	w.records = w.records[:len(w.records)-1]
	if _, err := w.engine().RemoveWatched(t.Context(), watch, w); !errors.Is(err, ErrRunUnfinished) ||
		w.managed != before {
		t.Errorf("an unfinished run: %v", err)
	}
	w, watch = lostOne(t)
	w.trouble.listFails = 1
	if gone, err := w.engine().RemoveWatched(t.Context(), watch, w); err == nil || len(gone) > 0 {
		t.Errorf("a list that fails: %v, %v", gone, err)
	}
}
