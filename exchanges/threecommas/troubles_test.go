package threecommas

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
	"rekey/internal/fake"
)

// A question is one thing that can be asked of the vendor. ask reports whether
// it gave anything away beside its error.
type question struct {
	op  string
	ask func(ctx context.Context, a *adapter) (something bool, err error)
}

func questions() []question {
	return []question{
		{opCheck, func(ctx context.Context, a *adapter) (bool, error) { return false, a.CheckToken(ctx) }},
		{opConnections, func(ctx context.Context, a *adapter) (bool, error) {
			got, errs := collect(ctx, a)
			return len(got) > 0, errors.Join(errs...)
		}},
		{opConnections, func(ctx context.Context, a *adapter) (bool, error) {
			got, err := a.Holds(ctx, held)
			return got != nil, err
		}},
		{opActivity, func(ctx context.Context, a *adapter) (bool, error) {
			got, err := a.Activity(ctx, "501")
			return got != exchanges.Activity{}, err
		}},
		{opMarkets, func(ctx context.Context, a *adapter) (bool, error) {
			got, err := a.TrustedAddresses(ctx)
			return len(got) > 0, err
		}},
	}
}

func (q question) path(t *testing.T) string {
	t.Helper()
	op, ok := protocol().Operation(q.op)
	if !ok {
		t.Fatalf("no operation %q", q.op)
	}
	return strings.Replace(op.Path, "{account_id}", "501", 1)
}

// TestTroubleProvesNothing breaks every call in every way. The worst answer
// would be an empty list: "3Commas does not hold this key".
func TestTroubleProvesNothing(t *testing.T) {
	json := "application/json"
	for _, trouble := range []struct {
		name string
		do   fake.Effect
		want exchanges.Kind
	}{
		{"500", fake.Answer(500, json, `{}`), exchanges.KindMaintenance},
		{"502 web page", fake.Answer(502, "text/html", "<html>Bad Gateway</html>"), exchanges.KindMaintenance},
		{"503", fake.Answer(503, json, ``), exchanges.KindMaintenance},
		{"504", fake.Answer(504, json, `{"error":"timeout"}`), exchanges.KindMaintenance},
		{"429", fake.Answer(429, json, `{"error":"Too Many Requests"}`, "Retry-After", "7"), exchanges.KindRateLimited},
		{"429 without Retry-After", fake.Answer(429, json, `{}`), exchanges.KindRateLimited},
		{"418", fake.Answer(418, json, `{}`, "Retry-After", "90"), exchanges.KindRateLimited},
		{"firewall", fake.Firewall(), exchanges.KindForbidden},
		{"451", fake.Answer(451, json, `{}`), exchanges.KindGeoBlocked},
		{"login page", fake.Answer(200, "text/html", "<!doctype html><title>Hotel WiFi</title>"), exchanges.KindOther},
		{"empty answer", fake.Answer(200, json, ``), exchanges.KindOther},
		{"null", fake.Answer(200, json, `null`), exchanges.KindOther},
		{"wrong type", fake.Answer(200, json, `[1,"two",{"three":[]}]`), exchanges.KindOther},
		{"rows without their names", fake.Answer(200, json, `[{},{"id":0},null]`), exchanges.KindOther},
		{"another object", fake.Answer(200, json, `{"hello":"world"}`), exchanges.KindOther},
		{"cut off", fake.Truncated(), exchanges.KindNetwork},
		{"reset", fake.Reset(), exchanges.KindNetwork},
		{"too late", fake.Late(2 * time.Second), exchanges.KindTimeout},
		{"slow drip", fake.Drip(60 * time.Millisecond), exchanges.KindTimeout},
		{"gigabyte", fake.Endless(1 << 30), exchanges.KindOther},
	} {
		t.Run(trouble.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			for i, q := range questions() {
				b.client = b.newClient(t)
				if trouble.want == exchanges.KindTimeout {
					b.client = b.clientFor(t, 400*time.Millisecond)
				}
				b.server.Mend()
				b.server.Break(fake.Fault{Path: q.path(t), Do: trouble.do})
				something, err := q.ask(t.Context(), b.open(t, credential("alive")))
				if something || exchanges.KindOf(err) != trouble.want {
					t.Errorf(
						"question %d: something %v, error %v (%q), want %q and nothing",
						i,
						something,
						err,
						exchanges.KindOf(err),
						trouble.want,
					)
				}
				clean(t, err)
			}
			clean(t, b.events)
		})
	}
}

// A limit that passes is waited for; one without Retry-After blocks for the
// documented five minutes, in which nothing more is sent.
func TestLimitsAreObeyed(t *testing.T) {
	b := newBench(t)
	a := b.open(t, credential("alive"))
	b.server.Break(fake.Fault{Times: 1, Do: fake.Answer(429, "application/json", `{}`, "Retry-After", "30")})
	if err := a.CheckToken(t.Context()); err != nil || b.clock.Waited() < 30*time.Second {
		t.Fatalf("waited %v, error %v, want 30s and none", b.clock.Waited(), err)
	}
	for range 250 { // the fake blocks whoever asks more than a hundred times a minute
		if _, err := a.Holds(t.Context(), elsewhere); err != nil {
			t.Fatal(err)
		}
	}
	for _, status := range []int{http.StatusTooManyRequests, http.StatusTeapot} {
		b.client = b.newClient(t)
		a = b.open(t, credential("alive"))
		b.server.Break(fake.Fault{Times: 1, Do: fake.Answer(status, "application/json", `{"error":"Too Many Requests"}`)})
		var e *exchanges.Error
		if err := a.CheckToken(t.Context()); !errors.As(err, &e) || e.Kind != exchanges.KindRateLimited ||
			e.RetryAfter != block {
			t.Errorf("%d: %v, want rate_limited for %v", status, err, block)
		}
		before := len(b.server.Requests())
		if err := a.CheckToken(t.Context()); exchanges.KindOf(err) != exchanges.KindRateLimited ||
			len(b.server.Requests()) != before {
			t.Errorf("%d: %v, and %d requests into the block", status, err, len(b.server.Requests())-before)
		}
	}
}

// A plan's refusal is no limit: the next token is not held up by it.
func TestPlanRefusalBlocksNobody(t *testing.T) {
	b := newBench(t)
	if _, err := b.open(t, credential("starter")).Holds(t.Context(), held); exchanges.KindOf(
		err,
	) != exchanges.KindForbidden {
		t.Fatal(err)
	}
	if _, err := b.open(t, credential("alive")).Holds(t.Context(), held); err != nil || b.clock.Waited() > 0 {
		t.Errorf("error %v, waited %v", err, b.clock.Waited())
	}
}

func TestRedirectIsNotFollowed(t *testing.T) {
	for i, q := range questions() {
		b := newBench(t)
		other, err := fake.Start(b.clock.Now, func(*fake.Server) http.Handler { return http.NotFoundHandler() })
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(other.Close)
		b.server.Break(fake.Fault{Do: fake.Redirect(other.URL + q.path(t))})
		something, err := q.ask(t.Context(), b.open(t, credential("alive")))
		if something || exchanges.KindOf(err) != exchanges.KindOther || len(other.Requests()) > 0 {
			t.Errorf("question %d: something %v, error %v, %d requests followed", i, something, err, len(other.Requests()))
		}
	}
}

func TestInterruptedRunSendsNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for i, q := range questions() {
		b := newBench(t)
		something, err := q.ask(ctx, b.open(t, credential("alive")))
		if something || exchanges.KindOf(err) != exchanges.KindCanceled || len(b.server.Requests()) > 0 {
			t.Errorf("question %d: something %v, error %v, %d requests", i, something, err, len(b.server.Requests()))
		}
	}
}

// TestOnlyDeclaredReadsLeave also looks where secrets and access keys go: the
// exchange's access key into one parameter of one call, secrets nowhere.
func TestOnlyDeclaredReadsLeave(t *testing.T) {
	before := fmt.Sprint(http.DefaultClient.Timeout, http.DefaultClient.Transport)
	b := newBench(t)
	a := b.open(t, credential("alive"))
	for i, q := range questions() {
		if _, err := q.ask(t.Context(), a); err != nil {
			t.Errorf("question %d: %v", i, err)
		}
	}
	ops := protocol().Operations
	for _, r := range b.server.Requests() {
		i := slices.IndexFunc(ops, func(op exchanges.Operation) bool { return op.Matches(r.Method, r.Path) })
		if i < 0 || r.Body != "" {
			t.Errorf("%s %s was sent, with a body of %d bytes", r.Method, r.Path, len(r.Body))
			continue
		}
		if ops[i].Signed != (r.Header.Get("Signature") != "") || ops[i].Signed != (r.Header.Get("Apikey") != "") {
			t.Errorf("%s: the token goes where it is needed, and nowhere else: %v", r.Path, r.Header)
		}
		if text := fmt.Sprint(r); strings.Contains(text, exchangetest.Canary) ||
			strings.Contains(strings.ReplaceAll(r.Query, "api_key="+held, ""), "HELDKEY") {
			t.Errorf("%s carries a secret, or an access key in the wrong place", r.Path)
		}
	}
	for _, op := range ops {
		if op.Source == "" || op.Host == "" || op.Pool != protocol().Pools[0].Name {
			t.Errorf("operation %q lacks its source, host or pool", op.Name)
		}
		if writes := op.Name == opUpdate || op.Name == opRefresh; writes != (op.Effect == exchanges.Writes) ||
			writes != (op.Method == http.MethodPost) {
			t.Errorf("operation %q is a %s by %s", op.Name, op.Effect, op.Method)
		}
		for _, never := range []string{"types_to_connect", "sell", "remove", "new", "deals", "bots"} {
			if strings.Contains(op.Path, never) {
				t.Errorf("operation %q is one that rekey never calls", op.Name)
			}
		}
	}
	clean(t, b.events)
	if after := fmt.Sprint(http.DefaultClient.Timeout, http.DefaultClient.Transport); after != before {
		t.Errorf("http.DefaultClient was changed: %s, was %s", after, before)
	}
}

func TestManyQuestionsAtATime(t *testing.T) {
	b := newBench(t)
	a := b.open(t, credential("alive"))
	var wg sync.WaitGroup
	errs := make([]error, 16)
	for i := range errs {
		wg.Go(func() {
			got, err := a.Holds(t.Context(), held)
			if errs[i] = err; err == nil && len(got) != 1 {
				errs[i] = fmt.Errorf("%d connections", len(got))
			}
		})
	}
	wg.Wait()
	for i, err := range errs {
		if err != nil {
			t.Errorf("question %d: %v", i, err)
		}
	}
	if n := len(b.server.Requests()); n != 17 {
		t.Errorf("%d requests for 16 questions, want one more to prove the filter", n)
	}
}
