// Package httpx is the one HTTP client of rekey. It sends the operations that
// an exchange's adapter declared, and refuses everything else before a
// connection is made.
//
// One Client serves all keys of one exchange in a process, because they share
// that exchange's limits, its bans and its clock. The client follows no
// redirect, cannot switch off TLS verification, reads no more of an answer
// than its limit, and makes errors that hold no URL, header or body.
package httpx

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"rekey/exchanges"
)

// Defaults of Options.
const (
	DefaultTimeout     = 10 * time.Second
	DefaultMaxBody     = 8 << 20
	DefaultMaxWait     = 65 * time.Second // a minute is the longest window of any exchange
	DefaultAttempts    = 3
	DefaultConcurrency = 16
)

// Options say what a Client may do. The zero value of every field but
// Exchange and Protocol is a safe default: real hosts, read-only, real time.
type Options struct {
	Exchange    string
	Protocol    exchanges.Protocol
	Region      string
	Environment string
	// Endpoint replaces every host of the exchange. Package config checks
	// that it may.
	Endpoint string
	// AllowWrites lets operations through that change something.
	AllowWrites bool
	// Transport carries the requests, nil for one with TLS verification, time
	// limits and the proxies of the environment.
	Transport http.RoundTripper
	Now       func() time.Time
	Sleep     func(context.Context, time.Duration) error
	// Log, when set, is told of every attempt.
	Log func(Event)
	// Timeout bounds one attempt, from dialling to the last byte.
	Timeout time.Duration
	// MaxBody bounds an answer, in bytes after decompression.
	MaxBody int64
	// MaxWait bounds the wait that an exchange may impose by Retry-After.
	// When it asks for more, calls fail at once with KindRateLimited and
	// nothing is sent until the time has passed.
	MaxWait     time.Duration
	Attempts    int // for reads; a write is sent once more only after a refused timestamp
	Concurrency int // attempts in flight at one time
}

// An Event is one attempt, as --verbose shows it. Path is the declared
// pattern, so no value of a request is in it.
type Event struct {
	Exchange, Op, Method, Path string
	Attempt                    int
	Status                     int // 0 when there was no answer
	Took                       time.Duration
	Weight                     int
	Pool                       string
	Refusal                    exchanges.Kind // "" when the answer was accepted
}

// A Client sends declared operations of one exchange. It is safe for
// concurrent use and implements exchanges.Caller.
type Client struct {
	opts  Options
	hosts map[string][]*url.URL // by role, the one in force first
	http  *http.Client
	limit *limits
	clock clock
	slots chan struct{}

	mu     sync.Mutex
	banned time.Time // nothing is sent before
}

// New makes a client. It sends nothing. It fails when a host of the protocol
// or the endpoint is not a URL.
func New(o Options) (*Client, error) {
	if o.Now == nil {
		o.Now = time.Now //nolint:forbidigo // the one place where the real clock comes in by default
	}
	if o.Sleep == nil {
		o.Sleep = Sleep
	}
	if o.Transport == nil {
		o.Transport = NewTransport()
	}
	o.Timeout = orDefault(o.Timeout, DefaultTimeout)
	o.MaxBody = orDefault(o.MaxBody, DefaultMaxBody)
	o.MaxWait = orDefault(o.MaxWait, DefaultMaxWait)
	o.Attempts = orDefault(o.Attempts, DefaultAttempts)
	o.Concurrency = orDefault(o.Concurrency, DefaultConcurrency)
	hosts, err := resolveHosts(o)
	if err != nil {
		return nil, err
	}
	c := &Client{opts: o, hosts: hosts, limit: newLimits(o), slots: make(chan struct{}, o.Concurrency)}
	c.http = &http.Client{
		Transport:     guard{client: c, next: o.Transport},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return c, nil
}

func orDefault[T comparable](v, d T) T {
	var zero T
	if v == zero {
		return d
	}
	return v
}

// resolveHosts picks the hosts of each role: those of the region and
// environment first, then the role's other regions.
func resolveHosts(o Options) (map[string][]*url.URL, error) {
	hosts := map[string][]*url.URL{}
	add := func(role, text string) error {
		u, err := url.Parse(strings.TrimSuffix(text, "/"))
		if err != nil || u.Scheme == "" || u.Host == "" {
			return fmt.Errorf("%s: the host of role %q is not a URL", o.Exchange, role)
		}
		if !slices.ContainsFunc(hosts[role], func(h *url.URL) bool { return h.String() == u.String() }) {
			hosts[role] = append(hosts[role], u)
		}
		return nil
	}
	for _, inRegion := range []bool{true, false} {
		for _, h := range o.Protocol.Hosts {
			here := h.Region == "" || h.Region == o.Region
			if h.Environment != "" && h.Environment != o.Environment || here != inRegion {
				continue
			}
			text := h.URL
			if o.Endpoint != "" {
				text = o.Endpoint
			}
			if err := add(h.Role, text); err != nil {
				return nil, err
			}
		}
	}
	return hosts, nil
}

// Endpoint returns the base URL of a host role in the configured region and
// environment, "" when it has none.
func (c *Client) Endpoint(role string) string {
	if len(c.hosts[role]) == 0 {
		return ""
	}
	return c.hosts[role][0].String()
}

// Endpoints returns the base URLs of a role in all regions, each once.
func (c *Client) Endpoints(role string) []string {
	var out []string
	for _, u := range c.hosts[role] {
		out = append(out, u.String())
	}
	return out
}

// Sleep waits for d on the client's clock.
func (c *Client) Sleep(ctx context.Context, d time.Duration) error { return c.opts.Sleep(ctx, d) }

// Call performs a declared operation. See exchanges.Caller.
func (c *Client) Call(ctx context.Context, call exchanges.Call) (exchanges.Response, error) {
	op, ok := c.opts.Protocol.Operation(call.Op)
	if !ok {
		return exchanges.Response{}, c.refuse(call.Op, "is not a declared operation, nothing was sent")
	}
	if err := c.mayPerform(op); err != nil {
		return exchanges.Response{}, err
	}
	res, err := c.perform(ctx, op, call)
	exchanges.NoteCall(ctx, answered(op, res, err))
	return res, err
}

// answered is what the log of a context keeps of a call.
func answered(op exchanges.Operation, res exchanges.Response, err error) exchanges.AnsweredCall {
	a := exchanges.AnsweredCall{Op: op.Name, Effect: op.Effect, Status: res.Status, Kind: exchanges.KindOf(err)}
	var e *exchanges.Error
	if errors.As(err, &e) {
		a.Code = e.Code
	}
	return a
}

// perform sends an operation, again where that is safe, until the last word on
// it is spoken.
func (c *Client) perform(ctx context.Context, op exchanges.Operation, call exchanges.Call) (exchanges.Response, error) {
	if op.Signed {
		c.measureClock(ctx)
	}
	for n := 1; ; n++ {
		res, err := c.attempt(ctx, op, call, n)
		if err == nil {
			return res, nil
		}
		pause, again := c.retry(op, err, n)
		if !again || n >= c.opts.Attempts {
			return res, c.settle(op, err)
		}
		if exchanges.KindOf(err) == exchanges.KindClock {
			c.clock.forget()
			c.measureClock(ctx)
		}
		if err := c.opts.Sleep(ctx, pause); err != nil {
			return res, c.canceled(op)
		}
	}
}

// attempt waits for its turn, sends once, and judges the answer.
func (c *Client) attempt(ctx context.Context, op exchanges.Operation, call exchanges.Call, n int) (exchanges.Response, error) {
	if err := c.waitForBan(ctx, op); err != nil {
		return exchanges.Response{}, err
	}
	taken, err := c.limit.take(ctx, op, call.User)
	if err != nil {
		return exchanges.Response{}, c.canceled(op)
	}
	defer func() { taken.done(c.opts.Now()) }()
	select {
	case c.slots <- struct{}{}:
		defer func() { <-c.slots }()
	case <-ctx.Done():
		return exchanges.Response{}, c.canceled(op)
	}
	start := c.opts.Now()
	res, err := c.send(ctx, op, call)
	if err == nil {
		err = c.opts.Protocol.Judge(op, res)
	}
	if res.Header != nil && c.opts.Protocol.Usage != nil {
		if usage, ok := c.opts.Protocol.Usage(op, res.Header); ok {
			taken.observe(usage, c.opts.Now())
		}
	}
	c.noteBan(err)
	if c.opts.Log != nil {
		c.opts.Log(Event{
			Exchange: c.opts.Exchange, Op: op.Name, Method: op.Method, Path: op.Path, Attempt: n,
			Status: res.Status, Took: c.opts.Now().Sub(start), Weight: op.Weight, Pool: op.Pool, Refusal: exchanges.KindOf(err),
		})
	}
	return res, err
}

// send builds the request, or lets the SDK build it, and returns the recorded
// answer.
func (c *Client) send(ctx context.Context, op exchanges.Operation, call exchanges.Call) (exchanges.Response, error) {
	ctx, cancel := context.WithTimeout(ctx, c.opts.Timeout)
	defer cancel()
	rec := &recorder{op: op}
	ctx = context.WithValue(ctx, recorderKey{}, rec)
	now := c.Now()
	var err error
	switch {
	case call.Via != nil:
		err = call.Via(ctx, c.http, now)
	case call.Build != nil:
		var req *http.Request
		if req, err = call.Build(now); err != nil {
			return exchanges.Response{}, c.refuse(op.Name, "could not be signed, nothing was sent: "+err.Error())
		}
		var res *http.Response
		if res, err = c.http.Do(req.WithContext(ctx)); err == nil {
			_ = res.Body.Close()
		}
	default:
		return exchanges.Response{}, c.refuse(op.Name, "has no request")
	}
	if rec.err != nil {
		return exchanges.Response{}, c.transportError(ctx, op, rec.err)
	}
	if rec.answered {
		// Whatever an SDK made of it, the answer is the answer.
		return rec.response, nil
	}
	if err == nil {
		return exchanges.Response{}, c.refuse(op.Name, "sent nothing")
	}
	return exchanges.Response{}, c.transportError(ctx, op, err)
}

// transportError turns a failure below the exchange's own words into an Error
// without the URL that net/http puts into its texts.
func (c *Client) transportError(ctx context.Context, op exchanges.Operation, err error) error {
	var own *exchanges.Error
	if errors.As(err, &own) {
		return own
	}
	e := &exchanges.Error{Exchange: c.opts.Exchange, Op: op.Name}
	var timeout interface{ Timeout() bool }
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return c.canceled(op)
	case errors.Is(ctx.Err(), context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		e.Kind, e.Detail = exchanges.KindTimeout, "no complete answer in time"
	default:
		e.Kind, e.Detail = exchanges.KindNetwork, networkDetail(err)
	}
	return e
}

func (c *Client) canceled(op exchanges.Operation) error {
	return &exchanges.Error{Exchange: c.opts.Exchange, Op: op.Name, Kind: exchanges.KindCanceled, Detail: "interrupted"}
}

func (c *Client) refuse(op, detail string) error {
	return &exchanges.Error{Exchange: c.opts.Exchange, Op: op, Kind: exchanges.KindRefused, Detail: detail}
}

func (c *Client) mayPerform(op exchanges.Operation) error {
	if op.Effect != exchanges.ReadOnly && !c.opts.AllowWrites {
		return c.refuse(op.Name, "would change something, and this command only reads; nothing was sent")
	}
	return nil
}
