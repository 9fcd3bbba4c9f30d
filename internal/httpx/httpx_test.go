package httpx_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
	"rekey/internal/fake"
	"rekey/internal/httpx"
)

// protocol is a small exchange: one read, one write, a clock.
func protocol() exchanges.Protocol {
	return exchanges.Protocol{
		Hosts: []exchanges.Host{{Role: "main", URL: "https://exchange.example"}},
		Operations: []exchanges.Operation{
			{Name: "look", Host: "main", Method: "GET", Path: "/keys/{id}", Effect: exchanges.ReadOnly, Weight: 1, Pool: "ip"},
			{Name: "heavy", Host: "main", Method: "GET", Path: "/heavy", Effect: exchanges.ReadOnly, Weight: 3, Pool: "user"},
			{Name: "make", Host: "main", Method: "POST", Path: "/keys", Effect: exchanges.Writes},
			{Name: "forgot", Host: "main", Method: "POST", Path: "/forgot"}, // its effect was left out: a write
			{Name: "time", Host: "main", Method: "GET", Path: "/time", Effect: exchanges.ReadOnly},
			{Name: "signed", Host: "main", Method: "GET", Path: "/signed", Effect: exchanges.ReadOnly, Signed: true},
		},
		Pools: []exchanges.Pool{
			{Name: "ip", Per: exchanges.PerIP, Limit: 10, Window: time.Minute},
			{Name: "user", Per: exchanges.PerUser, Limit: 6, Window: time.Minute},
		},
		TimeOperation: "time",
		TimeOf: func(r exchanges.Response) (time.Time, bool) {
			t, err := time.Parse(time.RFC3339Nano, string(r.Body))
			return t, err == nil
		},
		Judge: func(op exchanges.Operation, r exchanges.Response) error {
			if e := exchanges.Refusal(r); e != nil {
				e.Exchange, e.Op = "test", op.Name
				return e
			}
			if string(r.Body) == "clock" {
				return &exchanges.Error{Exchange: "test", Op: op.Name, Kind: exchanges.KindClock}
			}
			return nil
		},
	}
}

type rig struct {
	*httpx.Client
	server *fake.Server
	clock  *exchangetest.Clock
}

func newRig(
	t *testing.T,
	change func(*httpx.Options),
	serve func(http.ResponseWriter, *http.Request, *fake.Server),
) rig {
	t.Helper()
	clock := exchangetest.NewClock()
	server, err := fake.Start(clock.Now, func(s *fake.Server) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch {
			case serve != nil && r.URL.Path != "/time":
				serve(w, r, s)
			case r.URL.Path == "/time":
				fmt.Fprint(w, s.Now().Format(time.RFC3339Nano))
			default:
				fmt.Fprint(w, `{}`)
			}
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	o := httpx.Options{
		Exchange: "test",
		Protocol: protocol(),
		Endpoint: server.URL,
		Now:      clock.Now,
		Sleep:    clock.Sleep,
		Timeout:  time.Second,
	}
	if change != nil {
		change(&o)
	}
	c, err := httpx.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return rig{c, server, clock}
}

func get(c *httpx.Client, path string) func(time.Time) (*http.Request, error) {
	return request(c, http.MethodGet, path)
}

func request(c *httpx.Client, method, path string) func(time.Time) (*http.Request, error) {
	return func(time.Time) (*http.Request, error) {
		return http.NewRequest(method, c.Endpoint("main")+path, http.NoBody)
	}
}

// Nothing but a declared operation leaves, and a reading client writes
// nothing: the fake sees no request at all.
func TestOnlyDeclaredOperationsLeave(t *testing.T) {
	for _, c := range []struct {
		name string
		call func(c *httpx.Client) exchanges.Call
	}{
		{"an operation that is not declared", func(c *httpx.Client) exchanges.Call {
			return exchanges.Call{Op: "withdraw", Build: get(c, "/withdraw")}
		}},
		{"another path under a declared name", func(c *httpx.Client) exchanges.Call {
			return exchanges.Call{Op: "look", Build: get(c, "/orders/1")}
		}},
		{"another method", func(c *httpx.Client) exchanges.Call {
			return exchanges.Call{Op: "look", Build: request(c, "DELETE", "/keys/1")}
		}},
		{"a longer path", func(c *httpx.Client) exchanges.Call {
			return exchanges.Call{Op: "look", Build: get(c, "/keys/1/transfer")}
		}},
		{"a path that climbs", func(c *httpx.Client) exchanges.Call {
			return exchanges.Call{Op: "look", Build: get(c, "/keys/..")}
		}},
		{"another host", func(*httpx.Client) exchanges.Call {
			return exchanges.Call{Op: "look", Build: func(time.Time) (*http.Request, error) {
				return http.NewRequest("GET", "http://127.0.0.1:1/keys/1", http.NoBody)
			}}
		}},
		{"a write in a reading run", func(c *httpx.Client) exchanges.Call {
			return exchanges.Call{Op: "make", Build: request(c, "POST", "/keys")}
		}},
		{"an operation whose effect was left out", func(c *httpx.Client) exchanges.Call {
			return exchanges.Call{Op: "forgot", Build: request(c, "POST", "/forgot")}
		}},
		{"an SDK that sends something else", func(c *httpx.Client) exchanges.Call {
			return exchanges.Call{Op: "look", Via: func(ctx context.Context, hc *http.Client, _ time.Time) error {
				req, _ := http.NewRequestWithContext(ctx, "POST", c.Endpoint("main")+"/order", http.NoBody)
				res, err := hc.Do(req)
				if err == nil {
					_ = res.Body.Close()
				}
				return nil // swallowed, as SDKs do
			}}
		}},
		{"an SDK that forgets the context", func(c *httpx.Client) exchanges.Call {
			return exchanges.Call{Op: "look", Via: func(_ context.Context, hc *http.Client, _ time.Time) error {
				res, err := hc.Get(c.Endpoint("main") + "/keys/1") //nolint:noctx // the point of the case
				if err == nil {
					_ = res.Body.Close()
				}
				return err
			}}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, nil, nil)
			_, err := r.Call(t.Context(), c.call(r.Client))
			if exchanges.KindOf(err) != exchanges.KindRefused {
				t.Errorf("got %v, want a refusal", err)
			}
			if n := len(r.server.Requests()); n != 0 {
				t.Errorf("%d requests left", n)
			}
		})
	}
}

// A second request under one operation is stopped, also in an SDK.
func TestOneRequestPerAttempt(t *testing.T) {
	r := newRig(t, nil, nil)
	_, _ = r.Call(
		t.Context(),
		exchanges.Call{Op: "look", Via: func(ctx context.Context, hc *http.Client, _ time.Time) error {
			for range 3 {
				req, _ := http.NewRequestWithContext(ctx, "GET", r.Endpoint("main")+"/keys/1", http.NoBody)
				if res, err := hc.Do(req); err == nil {
					_ = res.Body.Close()
				}
			}
			return nil
		}},
	)
	if n := len(r.server.Requests()); n != 1 {
		t.Errorf("%d requests left, want 1", n)
	}
}

// Reads are repeated, writes never: a write without a clear answer may have
// happened.
func TestRetries(t *testing.T) {
	allow := func(o *httpx.Options) { o.AllowWrites = true }
	for _, trouble := range []fake.Effect{
		fake.Answer(500, "application/json", "{}"), fake.Reset(),
		fake.LostAnswer(), fake.Truncated(),
	} {
		r := newRig(t, allow, nil)
		r.server.Break(fake.Fault{Do: trouble})
		_, err := r.Call(t.Context(), exchanges.Call{Op: "look", Build: get(r.Client, "/keys/1")})
		if n := len(r.server.Requests()); n != 3 || err == nil {
			t.Errorf("a read was sent %d times (%v), want 3", n, err)
		}
		r = newRig(t, allow, nil)
		r.server.Break(fake.Fault{Do: trouble})
		_, err = r.Call(t.Context(), exchanges.Call{Op: "make", Build: request(r.Client, "POST", "/keys")})
		if n := len(r.server.Requests()); n != 1 || exchanges.KindOf(err) != exchanges.KindUncertain {
			t.Errorf("a write was sent %d times, kind %q (%v)", n, exchanges.KindOf(err), err)
		}
	}
}

// However many calls come at once, the weight in any window of the exchange's
// clock stays within the limit, wherever its windows begin.
func TestLimitsHoldInEveryWindow(t *testing.T) {
	type hit struct{ at time.Time }
	var mu sync.Mutex
	var hits []hit
	r := newRig(t, nil, func(w http.ResponseWriter, _ *http.Request, s *fake.Server) {
		mu.Lock()
		hits = append(hits, hit{s.Now()})
		mu.Unlock()
		fmt.Fprint(w, "{}")
	})
	var wg sync.WaitGroup
	for i := range 45 {
		wg.Go(func() {
			if _, err := r.Call(t.Context(), exchanges.Call{
				Op:    "look",
				Build: get(r.Client, fmt.Sprint("/keys/", i)),
			}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, from := range hits {
		n := 0
		for _, h := range hits {
			if !h.at.Before(from.at) && h.at.Before(from.at.Add(time.Minute)) {
				n++
			}
		}
		if n > 10 {
			t.Fatalf("%d calls in the minute from %v, the limit is 10", n, from.at)
		}
	}
	if waited := r.clock.Now().Sub(exchangetest.NewClock().Now()); waited < 4*time.Minute {
		t.Errorf("45 calls at 10 a minute took %v", waited)
	}
}

// Users have buckets of their own; other programs' use of the same bucket is
// read from the headers.
func TestLimitsPerUserAndForeignUse(t *testing.T) {
	r := newRig(t, func(o *httpx.Options) {
		o.Protocol.Usage = func(_ exchanges.Operation, h http.Header) (exchanges.Usage, bool) {
			var used int
			n, err := fmt.Sscan(h.Get("X-Used"), &used)
			return exchanges.Usage{Used: used, Remaining: -1, Reset: 20 * time.Second}, n == 1 && err == nil
		}
	}, func(w http.ResponseWriter, req *http.Request, _ *fake.Server) {
		w.Header().Set("X-Used", req.URL.Query().Get("used"))
		fmt.Fprint(w, "{}")
	})
	start := r.clock.Now()
	call := func(user, query string) {
		t.Helper()
		if _, err := r.Call(t.Context(), exchanges.Call{
			Op: "heavy", User: user,
			Build: get(r.Client, "/heavy"+query),
		}); err != nil {
			t.Fatal(err)
		}
	}
	call("a", "")
	call("a", "")
	call("b", "")
	if r.clock.Now() != start {
		t.Error("two users waited for each other")
	}
	call("c", "?used=6") // somebody else used 3 of 6
	call("c", "")
	if waited := r.clock.Now().Sub(start); waited != 20*time.Second {
		t.Errorf("waited %v for the other program's window, want 20s", waited)
	}
}

// A timestamp that the exchange refuses is measured again and sent once more.
func TestClockIsMeasuredAgain(t *testing.T) {
	var refused atomic.Bool
	r := newRig(t, nil, func(w http.ResponseWriter, _ *http.Request, s *fake.Server) {
		if refused.CompareAndSwap(false, true) {
			s.SetSkew(time.Hour)
			fmt.Fprint(w, "clock")
			return
		}
		fmt.Fprint(w, "{}")
	})
	var sent []time.Time
	_, err := r.Call(t.Context(), exchanges.Call{Op: "signed", Build: func(now time.Time) (*http.Request, error) {
		sent = append(sent, now)
		return http.NewRequest("GET", r.Endpoint("main")+"/signed", http.NoBody)
	}})
	if err != nil || len(sent) != 2 || sent[1].Sub(sent[0]) < time.Hour {
		t.Errorf("sent at %v, error %v", sent, err)
	}
	if offset, known := r.Offset(); !known || offset != time.Hour {
		t.Errorf("offset %v, known %v", offset, known)
	}
}

// A refused timestamp is the one refusal after which a write is sent again,
// once: it is clear that nothing was done. What becomes of the second is told.
func TestWriteAfterARefusedTimestamp(t *testing.T) {
	for _, c := range []struct {
		story string
		then  fake.Effect // to the second
		want  exchanges.Kind
	}{
		{"accepted", nil, ""},
		{"refused again", fake.Answer(200, "application/json", "clock"), exchanges.KindClock},
		{"lost", fake.LostAnswer(), exchanges.KindUncertain},
		{"an outage", fake.Answer(500, "application/json", "{}"), exchanges.KindUncertain},
	} {
		r := newRig(t, func(o *httpx.Options) { o.AllowWrites = true }, nil)
		r.server.Break(fake.Fault{Path: "/keys", Times: 1, Do: fake.Answer(200, "application/json", "clock")})
		if c.then != nil {
			r.server.Break(fake.Fault{Path: "/keys", Do: c.then})
		}
		r.server.SetSkew(time.Hour)
		var sent []time.Time
		_, err := r.Call(t.Context(), exchanges.Call{Op: "make", Build: func(now time.Time) (*http.Request, error) {
			sent = append(sent, now)
			return http.NewRequest("POST", r.Endpoint("main")+"/keys", http.NoBody)
		}})
		if exchanges.KindOf(err) != c.want || len(sent) != 2 || sent[1].Sub(sent[0]) < time.Hour {
			t.Errorf("%s: sent at %v, %v, want %q", c.story, sent, err, c.want)
		}
	}
}

// Errors and events hold neither query nor host, whatever breaks.
func TestNothingOfTheRequestIsTold(t *testing.T) {
	const secret = "signature=CANARY"
	var events []string
	for _, trouble := range []fake.Effect{
		fake.Reset(), fake.Truncated(), fake.Late(2 * time.Second),
		fake.Answer(500, "text/html", "<html>CANARY"), fake.Endless(1 << 24),
		fake.Redirect("http://127.0.0.1:1/?" + secret), fake.Answer(400, "application/json",
			`{"msg":"CANARY"}`, "X-Secret", "CANARY"),
	} {
		r := newRig(t, func(o *httpx.Options) {
			o.MaxBody = 1 << 20
			o.Timeout = 200 * time.Millisecond
			o.Log = func(e httpx.Event) { events = append(events, fmt.Sprintf("%+v", e)) }
		}, nil)
		r.server.Break(fake.Fault{Do: trouble})
		_, err := r.Call(t.Context(), exchanges.Call{Op: "look", Build: get(r.Client, "/keys/1?"+secret)})
		text := fmt.Sprintf("%v %+v %s", err, errors.Unwrap(err), events)
		if strings.Contains(text, "CANARY") || strings.Contains(text, "127.0.0.1") || strings.Contains(text, "keys/1") {
			t.Errorf("told: %s", text)
		}
	}
	if len(events) == 0 {
		t.Error("no event was logged")
	}
}

// An interrupted wait ends at once.
func TestInterruptedWait(t *testing.T) {
	r := newRig(t, nil, nil)
	r.server.Break(fake.Fault{Do: fake.Answer(429, "application/json", "{}", "Retry-After", "60")})
	ctx, cancel := context.WithCancel(t.Context())
	calls := 0
	_, err := r.Call(ctx, exchanges.Call{Op: "look", Build: func(time.Time) (*http.Request, error) {
		if calls++; calls == 1 {
			cancel()
		}
		return http.NewRequest("GET", r.Endpoint("main")+"/keys/1", http.NoBody)
	}})
	if exchanges.KindOf(err) != exchanges.KindCanceled || calls != 1 {
		t.Errorf("kind %q after %d calls: %v", exchanges.KindOf(err), calls, err)
	}
}

// What the guard looks at is what net/http sends: it prefers Opaque to the
// path, Request.Host to the URL's, and RawPath to Path. A change goes to the
// host in force alone; a read may go to the hosts of other regions and
// environments.
func TestGuardLooksAtWhatIsSent(t *testing.T) {
	var got []string
	r := newRig(t, func(o *httpx.Options) { o.AllowWrites = true }, func(w http.ResponseWriter, r *http.Request,
		_ *fake.Server,
	) {
		got = append(got, r.Method+" "+r.RequestURI+" host="+r.Host)
		fmt.Fprint(w, `{}`)
	})
	for name, change := range map[string]func(*http.Request){
		"an opaque path":         func(q *http.Request) { q.URL.Opaque = "//" + q.URL.Host + "/api/v1/order" },
		"an opaque relative":     func(q *http.Request) { q.URL.Opaque = "/api/v1/order" },
		"another host":           func(q *http.Request) { q.Host = "evil.invalid" },
		"another host in header": func(q *http.Request) { q.Header.Set("Host", "evil.invalid") },
		"a raw path":             func(q *http.Request) { q.URL.RawPath = "/keys%2F1" },
		"a raw path of its own":  func(q *http.Request) { q.URL.Path, q.URL.RawPath = "/keys/1", "/keys/%31" },
		"a user":                 func(q *http.Request) { q.URL.User = url.User("x") },
	} {
		_, err := r.Call(t.Context(), exchanges.Call{Op: "look", Build: func(time.Time) (*http.Request, error) {
			q, err := http.NewRequest(http.MethodGet, r.server.URL+"/keys/1", http.NoBody)
			change(q)
			return q, err
		}})
		if exchanges.KindOf(err) != exchanges.KindRefused {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(got) > 0 {
		t.Errorf("sent: %v", got)
	}
	if _, err := r.Call(t.Context(), exchanges.Call{Op: "look", Build: func(time.Time) (*http.Request, error) {
		return http.NewRequest(http.MethodGet, r.server.URL+"/keys/a%20b@c", http.NoBody)
	}}); err != nil {
		t.Errorf("a plain request: %v", err)
	}
}

func TestChangesGoToTheHostInForce(t *testing.T) {
	var got []string
	p := protocol()
	p.Hosts = []exchanges.Host{
		{Role: "main", Environment: "demo", URL: "https://demo.example"},
		{Role: "main", Environment: "live", Region: "eu", URL: "https://eu.example"},
		{Role: "main", Environment: "live", Region: "global", URL: "https://live.example"},
	}
	c, err := httpx.New(httpx.Options{
		Exchange: "test", Protocol: p, Region: "global", Environment: "live", AllowWrites: true,
		Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			got = append(got, r.Method+" "+r.URL.Host)
			return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(`{}`))}, nil
		}),
	})
	if err != nil {
		t.Fatal(err)
	}
	var hosts []string
	for _, h := range c.Hosts("main") {
		hosts = append(hosts, h.URL)
	}
	if want := "https://live.example https://eu.example https://demo.example"; strings.Join(hosts, " ") != want {
		t.Errorf("hosts %v", hosts)
	}
	for _, base := range hosts {
		for op, path := range map[string]string{"look": "/keys/1", "make": "/keys"} {
			method := map[string]string{"look": http.MethodGet, "make": http.MethodPost}[op]
			_, err := c.Call(t.Context(), exchanges.Call{Op: op, Build: func(time.Time) (*http.Request, error) {
				return http.NewRequest(method, base+path, http.NoBody)
			}})
			if allowed := op == "look" || base == "https://live.example"; (err == nil) != allowed {
				t.Errorf("%s at %s: %v", op, base, err)
			}
		}
	}
	if len(got) != 4 {
		t.Errorf("sent %v", got)
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
