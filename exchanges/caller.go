package exchanges

import (
	"context"
	"net/http"
	"time"
)

// A Call is one use of a declared operation. Exactly one of Build and Via is
// set.
type Call struct {
	Op string // name of a declared operation
	// User names the bucket of per-user limits: calls with the same text
	// share it. Empty means the bucket of the address.
	User string
	// Serial says that calls of this User go one at a time, each with a time
	// that is at least a millisecond later than the one before: for exchanges
	// that take a rising number (a nonce) in place of the time.
	Serial bool
	// Build makes the request. It is called again for each attempt, with the
	// exchange's time, so that a repeated call carries a fresh timestamp and
	// signature.
	Build func(now time.Time) (*http.Request, error)
	// Via lets an SDK make the request over the client it is handed. What the
	// SDK makes of the answer is of no interest: the answer is recorded below
	// it. Via returns an error only when it sent nothing.
	Via func(ctx context.Context, client *http.Client, now time.Time) error
}

// A Response is an answer, read to its end within the size limit.
type Response struct {
	Status int
	// Reason is the text beside the status; "" where the protocol has none, as
	// HTTP/2. It is foreign text.
	Reason string
	Header http.Header
	Body   []byte
}

// A Caller sends declared operations of one exchange and nothing else. All
// keys of an exchange share one, because they share its limits and its bans.
type Caller interface {
	// Call performs the operation: it waits for the limits, repeats reads
	// that failed in a way that may pass, and returns the answer. A refusal is
	// an *Error, and the response beside it is the one that was refused, if
	// there was any.
	Call(ctx context.Context, call Call) (Response, error)

	// Endpoint returns the base URL of a host role, without a slash at the
	// end; "" when the role has none in this region and environment.
	Endpoint(role string) string

	// Hosts returns the hosts of a role in every region and environment, each
	// once, the one in force first. What reads may be sent to any of them,
	// what changes something to the first alone. An endpoint of rekey.yaml
	// stands for all: then there is one.
	Hosts(role string) []Host

	// Sleep waits, or returns early with the context's error.
	Sleep(ctx context.Context, d time.Duration) error
}

// Env is everything of the outside world that an adapter may touch.
type Env struct {
	Caller      Caller
	Region      string
	Environment string
	// AskCode asks for the code of a second factor, nil where nobody can be
	// asked.
	AskCode AskCode
}

// Checked returns an environment that always has a Caller: without one, every
// call is an *Error of KindOther that says so. Adapters call it when they are
// opened.
func (e Env) Checked(exchange string) Env {
	if e.Caller == nil {
		e.Caller = noCaller(exchange)
	}
	return e
}

// A noCaller stands for the Caller that an adapter of an exchange was not
// given. It sends nothing.
type noCaller string

func (n noCaller) Call(_ context.Context, c Call) (Response, error) {
	return Response{}, &Error{
		Exchange: string(n), Op: c.Op, Kind: KindOther,
		Detail: "nothing was sent: the adapter was opened without a client (exchanges.Env has no Caller)",
	}
}

func (noCaller) Endpoint(string) string { return "" }

func (noCaller) Hosts(string) []Host { return nil }

func (noCaller) Sleep(ctx context.Context, _ time.Duration) error { return ctx.Err() }
