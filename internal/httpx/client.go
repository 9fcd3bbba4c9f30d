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
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
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
	MaxWait time.Duration
	// Bans are shared with the other clients of the process, nil for none.
	Bans        *Bans
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
	hosts map[string][]host // by role, the one in force first
	http  *http.Client
	limit *limits
	clock clock
	slots chan struct{}
	turns turns
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
	if o.Bans == nil {
		o.Bans = &Bans{}
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

// A host is one of those that a role may be at.
type host struct {
	exchanges.Host
	url   *url.URL
	force int // how far it is from the configuration: 0 here, 1 another region, 2 another environment
}

// resolveHosts sorts the hosts of each role: those of the region and
// environment first, then the role's other regions, then the other
// environments.
func resolveHosts(o Options) (map[string][]host, error) {
	hosts := map[string][]host{}
	for _, h := range o.Protocol.Hosts {
		force := 0
		switch {
		case h.Environment != "" && h.Environment != o.Environment:
			force = 2
		case h.Region != "" && h.Region != o.Region:
			force = 1
		}
		if o.Endpoint != "" {
			h = exchanges.Host{Role: h.Role, Region: o.Region, Environment: o.Environment, URL: o.Endpoint}
			force = 0
		}
		h.URL = strings.TrimSuffix(h.URL, "/")
		u, err := url.Parse(h.URL)
		if err != nil || u.Scheme == "" || u.Host == "" {
			return nil, fmt.Errorf("%s: the host of role %q is not a URL", o.Exchange, h.Role)
		}
		if !slices.ContainsFunc(hosts[h.Role], func(other host) bool { return other.URL == h.URL }) {
			hosts[h.Role] = append(hosts[h.Role], host{h, u, force})
		}
	}
	for _, all := range hosts {
		slices.SortStableFunc(all, func(a, b host) int { return cmp.Compare(a.force, b.force) })
	}
	return hosts, nil
}

// inForce returns the host of a role in the configured environment, and
// whether there is one.
func (c *Client) inForce(role string) (host, bool) {
	if len(c.hosts[role]) == 0 || c.hosts[role][0].force > 1 {
		return host{}, false
	}
	return c.hosts[role][0], true
}

// Endpoint returns the base URL of a host role in the configured region and
// environment, "" when it has none.
func (c *Client) Endpoint(role string) string {
	h, _ := c.inForce(role)
	return h.URL
}

// Hosts returns the hosts of a role. See exchanges.Caller.
func (c *Client) Hosts(role string) []exchanges.Host {
	var out []exchanges.Host
	for _, h := range c.hosts[role] {
		out = append(out, h.Host)
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
func (c *Client) attempt(
	ctx context.Context,
	op exchanges.Operation,
	call exchanges.Call,
	n int,
) (exchanges.Response, error) {
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
	if err := c.waitForBan(ctx, op); err != nil { // one that came while this call waited for its turn
		return exchanges.Response{}, err
	}
	turn, err := c.turns.take(ctx, call)
	if err != nil {
		return exchanges.Response{}, c.canceled(op)
	}
	defer turn.done()
	start := c.opts.Now()
	res, err := c.send(ctx, op, call, turn.at(c.Now()))
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
func (c *Client) send(
	ctx context.Context, op exchanges.Operation, call exchanges.Call, now time.Time,
) (exchanges.Response, error) {
	ctx, cancel := context.WithTimeout(ctx, c.opts.Timeout)
	defer cancel()
	rec := &recorder{op: op}
	ctx = context.WithValue(ctx, recorderKey{}, rec)
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
	return exchanges.Advise(e)
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
