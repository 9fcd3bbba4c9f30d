package coinbase

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
	"rekey/internal/fake"
)

var refused = fake.Answer(http.StatusUnauthorized, "text/plain; charset=utf-8", "Unauthorized")

// A valid key is refused three times in a row and answers the fourth time, as
// in coinbase-advanced-py#132.
func TestRefusalsThatPass(t *testing.T) {
	for refusals := 1; refusals <= len(refusalPauses()); refusals++ {
		b := newBench(t)
		// An endpoint is asked twice each time, see (*adapter).permissions.
		b.server.Break(fake.Fault{Path: pathInspect, Times: 2 * refusals, Do: refused})
		if k, err := b.inspect(t); err != nil || k.Status != exchanges.StatusAlive {
			t.Errorf("after %d refusals: status %q, error %v", refusals, k.Status, err)
		}
		nonces := map[string]bool{}
		for _, r := range b.server.Requests() {
			if r.Path == pathInspect {
				nonces[r.Header.Get("Authorization")] = true
			}
		}
		if len(nonces) != b.asked() {
			t.Errorf("%d tokens for %d calls", len(nonces), b.asked())
		}
	}
}

// Deleted, signed with another key, used from elsewhere: one answer, and no
// verdict.
func TestRefusalsThatLast(t *testing.T) {
	for name, spoil := range map[string]func(b *bench){
		"deleted":         func(b *bench) { b.key.Deleted = true },
		"another address": func(b *bench) { b.key.Whitelist = []string{"203.0.113.7"} },
		"another secret":  func(b *bench) { b.key.Public = edKey("other").Public() },
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.exchange.Do(func() { spoil(b) })
			k, err := b.inspect(t)
			if k.Status != exchanges.StatusUndetermined || exchanges.KindOf(err) != exchanges.KindUndetermined ||
				k.Permissions.IsKnown() {
				t.Fatalf("status %q, error %v", k.Status, err)
			}
			for _, say := range []string{"deleted", "wrong secret", "allow-list", "only the portal", pageKeys} {
				if !strings.Contains(err.Detail, say) {
					t.Errorf("the detail does not speak of %q: %s", say, err.Detail)
				}
			}
			if strings.Contains(err.Detail, "clock") {
				t.Errorf("the clock was read, and is blamed: %s", err.Detail)
			}
			if want := 2 * (1 + len(refusalPauses())); b.asked() != want {
				t.Errorf("asked %d times, want %d", b.asked(), want)
			}
			if b.clock.Waited() < 3*time.Second {
				t.Errorf("asked again within %v", b.clock.Waited())
			}
		})
	}
}

func TestClockNotReadIsSaid(t *testing.T) {
	b := newBench(t)
	b.server.Break(fake.Fault{Path: pathTime, Do: fake.Answer(http.StatusNotFound, "application/json", `{}`)})
	b.server.Break(fake.Fault{Path: pathInspect, Do: refused})
	if k, err := b.inspect(t); k.Status != exchanges.StatusUndetermined || err == nil ||
		!strings.Contains(err.Detail, "clock") {
		t.Errorf("status %q, error %v", k.Status, err)
	}
}

// The first measurement of the clock fails, ours is ten minutes off, and
// Coinbase says no more than "Unauthorized".
func TestClockIsReadAgain(t *testing.T) {
	for _, skew := range []time.Duration{-10 * time.Minute, 10 * time.Minute} {
		b := newBench(t)
		b.server.SetSkew(skew)
		b.server.Break(fake.Fault{Path: pathTime, Times: 1, Do: fake.Answer(http.StatusBadGateway, "text/plain", "")})
		if k, err := b.inspect(t); err != nil || k.Status != exchanges.StatusAlive {
			t.Errorf("with the exchange's clock %v off: status %q, error %v", skew, k.Status, err)
		}
	}
}

func TestInterruptedBetweenLooks(t *testing.T) {
	b := newBench(t)
	b.server.Break(fake.Fault{Path: pathInspect, Do: refused})
	ctx, cancel := context.WithCancel(t.Context())
	b.server.Break(
		fake.Fault{Path: pathTime, Skip: 1, Do: func(w http.ResponseWriter, r *http.Request, exchange http.Handler) {
			exchange.ServeHTTP(w, r)
			cancel()
		}},
	)
	k, err := b.adapter.Inspect(ctx)
	if k.Status != exchanges.StatusUndetermined || exchanges.KindOf(err) != exchanges.KindUndetermined {
		t.Errorf("status %q, error %v", k.Status, err)
	}
	if b.asked() != 2 {
		t.Errorf("asked %d times after the interruption", b.asked()-2)
	}
}

// A gateway passes tokens on to Coinbase, which knows itself by its own name.
func TestBehindAGateway(t *testing.T) {
	b := newBench(t)
	b.exchange.Do(func() { b.exchange.Host = hostMain })
	if k, err := b.inspect(t); err != nil || k.Status != exchanges.StatusAlive {
		t.Errorf("status %q, error %v", k.Status, err)
	}
}

// At the real host there is one name, and no second call. The transport
// answers in the host's place.
func TestRealHostIsAskedOnce(t *testing.T) {
	clock := exchangetest.NewClock()
	asked := 0
	a := openWith(t, clock, func(r *http.Request) *http.Response {
		if r.URL.Path == pathInspect {
			asked++
		}
		return answer(http.StatusUnauthorized, "Unauthorized")
	})
	if k, err := a.Inspect(t.Context()); err == nil || k.Status != exchanges.StatusUndetermined {
		t.Errorf("status %q, error %v", k.Status, err)
	}
	if want := 1 + len(refusalPauses()); asked != want {
		t.Errorf("asked %d times, want %d", asked, want)
	}
}

// What a 403 proves depends on who speaks.
func TestForbidden(t *testing.T) {
	json := "application/json"
	for _, c := range []struct {
		name   string
		answer fake.Effect
		status exchanges.Status
	}{
		{"missing scopes, as the SDK reads it", fake.Answer(403, json,
			`{"error":"x","error_details":"Missing required scopes","message":"m"}`), exchanges.StatusAlive},
		{"missing scopes, as ccxt reads it", fake.Answer(403, json,
			`{"error":"PERMISSION_DENIED","message":"m"}`), exchanges.StatusAlive},
		{
			"JSON about something else", fake.Answer(403, json, `{"error":"unknown","message":"m"}`),
			exchanges.StatusUndetermined,
		},
		{
			"plain text, a CDN perhaps", fake.Answer(403, "text/plain", "Missing required scopes"),
			exchanges.StatusUndetermined,
		},
		{
			"the word beside another status", fake.Answer(400, json, `{"error":"PERMISSION_DENIED","message":"m"}`),
			exchanges.StatusUndetermined,
		},
		{"the account has to do something", fake.Answer(402, json,
			`{"errors":[{"id":"two_factor_required","message":"m"}]}`), exchanges.StatusUndetermined},
	} {
		b := newBench(t)
		b.server.Break(fake.Fault{Path: pathInspect, Do: c.answer})
		k, err := b.inspect(t)
		if k.Status != c.status || exchanges.KindOf(err) != exchanges.KindForbidden {
			t.Errorf("%s: status %q, error %v, want %q and forbidden", c.name, k.Status, err, c.status)
		}
	}
}

// A legacy key is dead by its form. Nobody is asked, whatever the
// configuration says.
func TestLegacyKey(t *testing.T) {
	b := newBench(t)
	legacy := exchanges.Credential{
		AccessKey: "aB3dE5gH7jK9mN1p",
		Secret:    exchanges.NewSecret("CANARYlegacy" + strings.Repeat("s", 20)),
	}
	a := openAt(t, b.server.URL, b.clock, legacy)
	k, err := a.Inspect(t.Context())
	if err != nil || k.Status != exchanges.StatusDead || k.Ref.AccessKey != legacy.AccessKey || k.Permissions.IsKnown() ||
		k.Whitelist.Restricted.IsKnown() {
		t.Errorf("key %+v, error %v", k, err)
	}
	if n := len(b.server.Requests()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
	if a.Card().Name != Name || !strings.Contains(a.Card().Death, "February 2025") {
		t.Error("the card does not say why")
	}
	// A key of another length is none, and a secret of another form makes it
	// a credential that cannot be used.
	for _, c := range []exchanges.Credential{
		{AccessKey: "aB3dE5gH7jK9mN1", Secret: legacy.Secret},
		{AccessKey: legacy.AccessKey, Secret: exchanges.NewSecret("CANARY")},
		{AccessKey: legacy.AccessKey},
	} {
		if _, err := open(c, exchanges.Env{}); exchanges.KindOf(err) != exchanges.KindCredential {
			t.Errorf("%q: error %v, want credential", c.AccessKey, err)
		}
	}
}
