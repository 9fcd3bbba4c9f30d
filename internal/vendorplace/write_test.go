package vendorplace

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/internal/fake"
	fakethreecommas "rekey/internal/fake/threecommas"
)

// All connections of the key are swapped, others are left alone; again is
// nothing but the proof; and back is the same way.
func TestWriteThereAndBack(t *testing.T) {
	w := newWorld(t)
	p := w.place(token("writer"))
	for _, turn := range []struct {
		c, instead exchanges.Credential
		holds      string
		swaps      int
	}{{newKey, oldKey, "new new other", 2}, {newKey, oldKey, "new new other", 2}, {oldKey, newKey, "old old other", 4}} {
		if err := p.Write(t.Context(), turn.c, turn.instead); err != nil {
			t.Fatal(err)
		}
		if w.holds() != turn.holds || w.swaps() != turn.swaps {
			t.Errorf("%s after %d swaps, want %s after %d", w.holds(), w.swaps(), turn.holds, turn.swaps)
		}
	}
	refreshed := slices.DeleteFunc(
		w.server.Requests(),
		func(r fake.Request) bool { return !strings.HasSuffix(r.Path, "/load_balances") },
	)
	if len(refreshed) != 6 || w.clock.Waited() > 0 {
		t.Errorf(
			"balances were loaded %d times in three writes of two connections, and waited %v",
			len(refreshed),
			w.clock.Waited(),
		)
	}
}

// Whatever becomes of one request, the connections end with the new key, and a
// swap that happened is never sent again.
func TestTroubleThatPasses(t *testing.T) {
	json := "application/json"
	for _, trouble := range []struct {
		story string
		fault fake.Fault
		swaps int
	}{
		{"the answer to a swap is lost", fake.Fault{Path: "/update", Times: 1, Do: fake.LostAnswer()}, 2},
		{"a swap is lost", fake.Fault{Path: "/update", Times: 1, Do: fake.Reset()}, 3},
		{"504 behind a swap", fake.Fault{Path: "/update", Times: 1, Do: fake.Behind(fake.Answer(504, json, `{}`))}, 2},
		{"500 in place of a swap", fake.Fault{Path: "/update", Times: 1, Do: fake.Answer(500, json, `{}`)}, 3},
		{"a 201 that is none", fake.Fault{Path: "/update", Times: 1, Do: fake.Answer(201, json, `{"id":501}`)}, 3},
		{"the key is too new", fake.Fault{
			Path: "/update", Times: 2,
			Do: fake.Answer(422, json, `{"error":"invalid_api_key"}`),
		}, 4},
		{"the key is too new for balances", fake.Fault{
			Path: "/load_balances", Times: 2,
			Do: fake.Answer(422, json, `{"error":"invalid_api_key"}`),
		}, 2},
		{"503 at the balances", fake.Fault{Path: "/load_balances", Times: 1, Do: fake.Answer(503, json, `{}`)}, 2},
		{"the answer with the balances is lost", fake.Fault{Path: "/load_balances", Times: 1, Do: fake.LostAnswer()}, 2},
		{"503 at a look", fake.Fault{Method: http.MethodGet, Times: 1, Do: fake.Answer(503, json, `{}`)}, 2},
	} {
		w := newWorld(t)
		w.server.Break(trouble.fault)
		if err := w.place(token("writer")).Write(t.Context(), newKey, oldKey); err != nil {
			t.Errorf("%s: %v", trouble.story, err)
		}
		if w.holds() != "new new other" || w.swaps() != trouble.swaps {
			t.Errorf("%s: %s after %d swaps, want %d", trouble.story, w.holds(), w.swaps(), trouble.swaps)
		}
	}
}

// What stays is an error that says how things stand, and a later process goes
// on from there.
func TestTroubleThatStays(t *testing.T) {
	json := "application/json"
	for _, trouble := range []struct {
		story string
		fault fake.Fault
		kind  exchanges.Kind
		says  string
		holds string
	}{
		{
			"nothing can be asked",
			fake.Fault{Do: fake.Answer(503, json, `{}`)},
			exchanges.KindMaintenance,
			"nothing was changed", "old old other",
		},
		{
			"no look after the first swap",
			fake.Fault{Method: http.MethodGet, Skip: 5, Do: fake.Answer(503, json, `{}`)},
			exchanges.KindMaintenance, "may have been swapped", "new old other",
		},
		{
			"swaps get lost",
			fake.Fault{Path: "/update", Do: fake.Reset()},
			exchanges.KindUncertain,
			"was not swapped", "old old other",
		},
		{
			"swaps are said to be taken and are not",
			fake.Fault{Path: "/update", Do: fake.Answer(201, json, `{"id":501}`)},
			exchanges.KindOther, "goes on holding the old one", "old old other",
		},
		{
			"swaps are refused",
			fake.Fault{Path: "/update", Do: fake.Answer(400, json, `{"error":"record_invalid"}`)},
			exchanges.KindRejected, "was not swapped", "old old other",
		},
		{
			"the second connection is refused",
			fake.Fault{
				Path: "/update", Skip: 1,
				Do: fake.Answer(403, json, `{"error":"Forbidden"}`),
			},
			exchanges.KindForbidden,
			`connection 502 "futures"`, "new old other",
		},
		{
			"balances are never loaded",
			fake.Fault{Path: "/load_balances", Do: fake.Reset()},
			exchanges.KindUncertain,
			"the old key is still needed", "new old other",
		},
		{"balances without a word about the key", fake.Fault{
			Path: "/load_balances",
			Do:   fake.Answer(201, json, `{"id":501}`),
		}, exchanges.KindOther, "does not say that it works", "new old other"},
		{
			"a look that finds everything",
			fake.Fault{Query: "api_key=rekey", Do: fake.Answer(200, json, `[{"id":503}]`)},
			exchanges.KindUndetermined, "nothing was changed", "old old other",
		},
	} {
		w := newWorld(t)
		w.server.Break(trouble.fault)
		err := w.place(token("writer")).Write(t.Context(), newKey, oldKey)
		if exchanges.KindOf(err) != trouble.kind || !strings.Contains(err.Error(), trouble.says) {
			t.Errorf("%s: %v (%q), want %q that says %q", trouble.story, err, exchanges.KindOf(err), trouble.kind, trouble.says)
		}
		clean(t, err)
		if w.holds() != trouble.holds {
			t.Errorf("%s: %s, want %s", trouble.story, w.holds(), trouble.holds)
		}
		w.server.Mend()
		w.client = w.newClient(time.Minute)
		before := len(w.service.Ledger())
		if err := w.place(token("writer")).Write(t.Context(), newKey, oldKey); err != nil || w.holds() != "new new other" {
			t.Errorf("%s, resumed: %s, %v", trouble.story, w.holds(), err)
		}
		if done := len(w.service.Ledger()); done != 2 {
			t.Errorf("%s: %d swaps happened for two connections, %d before the resume", trouble.story, done, before)
		}
		w.swaps()
	}
}

// A key that works from here and not from 3Commas is told, and the old one is
// not given up.
func TestKeyThatTheVendorCannotUse(t *testing.T) {
	w := newWorld(t)
	w.alive = []string{oldKey.AccessKey}
	err := w.place(token("writer")).Write(t.Context(), newKey, oldKey)
	if exchanges.KindOf(err) != exchanges.KindRejected || !strings.Contains(err.Error(), "IP whitelist") ||
		w.holds() != "old old other" {
		t.Errorf("%v; %s", err, w.holds())
	}
	if n := w.swaps(); n != attempts || w.clock.Waited() != 30*time.Second*(attempts-1) {
		t.Errorf("%d attempts, waited %v", n, w.clock.Waited())
	}
	// It dies at the exchange after it was swapped in.
	w = newWorld(t)
	if err := w.place(token("writer")).Write(t.Context(), newKey, oldKey); err != nil {
		t.Fatal(err)
	}
	w.alive = []string{oldKey.AccessKey}
	if err := w.place(token("writer")).Write(t.Context(), newKey, oldKey); exchanges.KindOf(
		err,
	) != exchanges.KindRejected ||
		!strings.Contains(err.Error(), "the old key is still needed") {
		t.Errorf("a dead key in place: %v", err)
	}
	if w.swaps() != 2 {
		t.Errorf("%d swaps", w.swaps())
	}
}

// An answer may be lost so early that the swap happens after the look that
// follows. The swap that is then refused, because the key is connected already,
// is looked at before it counts as a refusal.
func TestSwapThatHappensLate(t *testing.T) {
	w := newWorld(t)
	w.server.Break(
		fake.Fault{
			Path:  "/update",
			Times: 1,
			Do:    fake.Behind(fake.Answer(400, "application/json", `{"error":"record_invalid"}`)),
		},
	)
	if err := w.place(token("writer")).Write(t.Context(), newKey, oldKey); err != nil || w.holds() != "new new other" ||
		w.swaps() != 2 {
		t.Errorf("%v; %s after %d swaps", err, w.holds(), w.swaps())
	}
}

// What a person changed is theirs.
func TestSomebodyChangedAConnection(t *testing.T) {
	w := newWorld(t)
	v := w.vendor(token("writer"))
	known, err := v.Holds(t.Context(), oldKey.AccessKey)
	if err != nil {
		t.Fatal(err)
	}
	change := func(i int) {
		w.service.Do(func() { w.state.Users[0].Connections[i].AccessKey = "HELDKEYof somebody" })
	}
	change(0)
	err = w.place(token("writer"), known...).Write(t.Context(), newKey, oldKey)
	if !errors.Is(err, errChanged) || !strings.Contains(err.Error(), `connection 501 "main"`) || w.swaps() != 0 {
		t.Errorf("%v after %d swaps", err, w.swaps())
	}
	change(1)
	err = w.place(token("writer")).Write(t.Context(), newKey, oldKey)
	if err == nil || !strings.Contains(err.Error(), "somebody changed or deleted it") || w.swaps() != 0 {
		t.Errorf("%v after %d swaps", err, w.swaps())
	}
	clean(t, err)
}

func TestTokensThatMayNot(t *testing.T) {
	for _, c := range []struct {
		story string
		token string
		edit  func(*fakethreecommas.User)
		says  string
		sent  int
	}{
		{"a token that only reads", "reader", nil, "ACCOUNTS_WRITE", 1},
		{"a plan that only reads", "writer", func(u *fakethreecommas.User) { u.ReadOnlyAPI = true }, "plan", 1},
		{"a plan without API", "starter", nil, "plan has no API access", 0},
		{
			"a deleted token", "writer", func(u *fakethreecommas.User) { u.Tokens[0].Deleted = true },
			"does not know the 3Commas token", 0,
		},
	} {
		w := newWorld(t)
		if c.edit != nil {
			w.service.Do(func() { c.edit(w.state.Users[0]) })
		}
		err := w.place(token(c.token)).Write(t.Context(), newKey, oldKey)
		if err == nil || !strings.Contains(err.Error(), c.says) || w.holds() != "old old other" || w.swaps() != c.sent ||
			w.clock.Waited() > 0 {
			t.Errorf("%s: %v; %s after %d swaps, waited %v", c.story, err, w.holds(), w.swaps(), w.clock.Waited())
		}
		clean(t, err)
	}
}

// A limit blocks for 300 seconds. A client with patience waits for it and goes
// on; one without sends nothing more, and a later run goes on.
func TestLimit(t *testing.T) {
	limit := fake.Answer(429, "application/json", `{"error":"Too Many Requests"}`)
	for _, path := range []string{"/update", "/load_balances"} {
		w := newWorld(t)
		w.client = w.newClient(6 * time.Minute)
		w.server.Break(fake.Fault{Path: path, Times: 1, Do: limit})
		if err := w.place(token("writer")).Write(t.Context(), newKey, oldKey); err != nil || w.holds() != "new new other" ||
			w.clock.Waited() < 300*time.Second {
			t.Errorf("%s with patience: %s, %v, waited %v", path, w.holds(), err, w.clock.Waited())
		}

		w = newWorld(t)
		w.server.Break(fake.Fault{Path: path, Times: 1, Do: limit})
		err := w.place(token("writer")).Write(t.Context(), newKey, oldKey)
		if exchanges.KindOf(err) != exchanges.KindRateLimited || w.clock.Waited() > 0 {
			t.Errorf("%s without patience: %v, waited %v", path, err, w.clock.Waited())
		}
		requests := w.server.Requests()
		if last := requests[len(requests)-1]; !strings.HasSuffix(last.Path, path) {
			t.Errorf("%s: %s was sent into the block", path, last.Path)
		}
		if err := w.clock.Sleep(t.Context(), 300*time.Second); err != nil {
			t.Fatal(err)
		}
		if err := w.place(token("writer")).Write(t.Context(), newKey, oldKey); err != nil || w.holds() != "new new other" ||
			len(w.service.Ledger()) != 2 {
			t.Errorf("%s, resumed: %s, %v", path, w.holds(), err)
		}
	}
}

func TestInterrupted(t *testing.T) {
	w := newWorld(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := w.place(token("writer")).Write(ctx, newKey, oldKey); exchanges.KindOf(err) != exchanges.KindCanceled ||
		len(w.server.Requests()) > 0 {
		t.Errorf("%v after %d requests", err, len(w.server.Requests()))
	}
	// In the pause before a second attempt.
	w = newWorld(t)
	ctx, cancel = context.WithCancel(t.Context())
	defer cancel()
	w.server.Break(fake.Fault{Path: "/update", Do: fake.Answer(422, "application/json", `{"error":"invalid_api_key"}`)})
	p, err := At(w.vendor(token("writer")), nil, func(ctx context.Context, d time.Duration) error {
		cancel()
		return w.clock.Sleep(ctx, d)
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Write(ctx, newKey, oldKey); !errors.Is(err, context.Canceled) || w.swaps() != 1 {
		t.Errorf("%v after %d swaps", err, w.swaps())
	}
}

func TestNames(t *testing.T) {
	w := newWorld(t)
	known, err := w.vendor(token("writer")).Holds(t.Context(), oldKey.AccessKey)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := w.place(token("writer"), known...).Name(), `3commas connection 501 "main", connection `+
		`502 "futures"`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got := w.place(token("writer")).Name(); !strings.HasPrefix(got, "3commas (") {
		t.Error(got)
	}
	hostile, _ := bare{}.Holds(t.Context(), "")
	if got := Words(hostile[0]); strings.ContainsAny(got, "\x1b\n") || len(got) > 80 {
		t.Errorf("%q", got)
	}
	if got := Words(exchanges.Connection{ID: "7"}); got != "connection 7" {
		t.Error(got)
	}
	if _, err := At(bare{w.vendor(token("writer"))}, nil, nil); err == nil {
		t.Error("a vendor that cannot swap is a place")
	}
}

// TestDeathAtEveryRequest cuts the process off before and after each request of
// a write, and takes it up in a new one that knows nothing of the first: each
// connection is swapped once, and none is left with a key that is neither.
func TestDeathAtEveryRequest(t *testing.T) {
	w := newWorld(t)
	if err := w.place(token("writer")).Write(t.Context(), newKey, oldKey); err != nil {
		t.Fatal(err)
	}
	requests := len(w.server.Requests())
	for n := range requests {
		for after, cut := range map[bool]fake.Effect{false: fake.Reset(), true: fake.LostAnswer()} {
			w := newWorld(t)
			w.server.Break(fake.Fault{Skip: n, Times: 1, Do: cut})
			w.server.Break(fake.Fault{Skip: n, Do: fake.Reset()}) // nothing more leaves a dead process
			if err := w.place(token("writer")).Write(t.Context(), newKey, oldKey); err == nil {
				t.Errorf("request %d, after %v: the dead process went on", n+1, after)
			}
			if strings.Count(w.holds(), "old")+strings.Count(w.holds(), "new") != 2 {
				t.Errorf("request %d, after %v: %s", n+1, after, w.holds())
			}
			w.server.Mend()
			if err := w.place(token("writer")).Write(t.Context(), newKey, oldKey); err != nil || w.holds() != "new new other" {
				t.Errorf("request %d, after %v, resumed: %s, %v", n+1, after, w.holds(), err)
			}
			if done := len(w.service.Ledger()); done != 2 {
				t.Errorf("request %d, after %v: %d swaps of two connections", n+1, after, done)
			}
			w.swaps()
		}
	}
	t.Logf("%d requests, each cut before and after", requests)
}
