package bitget

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"time"

	"rekey/exchanges"
)

// A stub is a Caller that answers from memory: it builds and judges as the real
// one does, and sends nothing. answers are by operation, in live trading; demo
// ones by "demo " and the operation.
type stub struct {
	mu      sync.Mutex
	answers map[string]reply
	asked   []string
	slept   time.Duration
}

// A reply is what the stub answers: HTTP status and body.
type reply struct {
	status int
	body   string
}

const deadBody = `{"code":"40037","msg":"Apikey does not exist","requestTime":"1","data":null}`

func dead() reply { return reply{http.StatusBadRequest, deadBody} }

func (s *stub) Call(_ context.Context, call exchanges.Call) (exchanges.Response, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	req, err := call.Build(time.UnixMilli(1795348800000))
	if err != nil {
		return exchanges.Response{}, err
	}
	name := call.Op
	if req.Header.Get("paptrading") == "1" {
		name = "demo " + name
	}
	s.asked = append(s.asked, name)
	op, _ := protocol().Operation(call.Op)
	r, ok := s.answers[name]
	switch {
	case !ok && call.Op == opTime:
		r = reply{http.StatusOK, answerWith(`{"serverTime":"1795348800000"}`)}
	case !ok:
		r = dead()
	}
	res := exchanges.Response{Status: r.status, Header: http.Header{}, Body: []byte(r.body)}
	return res, judge(op, res)
}

func (s *stub) Endpoint(string) string { return "https://api.bitget.com" }

func (s *stub) Hosts(string) []exchanges.Host { return protocol().Hosts }

func (s *stub) Sleep(ctx context.Context, d time.Duration) error {
	s.slept += d
	return ctx.Err()
}

func openStub(tb testing.TB, answers map[string]reply) (*adapter, *stub) {
	tb.Helper()
	s := &stub{answers: answers}
	a, err := open(credential("alive"), exchanges.Env{Caller: s})
	if err != nil {
		tb.Fatal(err)
	}
	return a.(*adapter), s //nolint:forcetypeassert // open returns nothing else
}

// A swapper is a stub that knows one access key.
type swapper struct {
	*stub
	known string
}

func (s swapper) Call(ctx context.Context, call exchanges.Call) (exchanges.Response, error) {
	req, err := call.Build(time.UnixMilli(1795348800000))
	if err == nil && call.Op == opUnified && req.Header.Get("ACCESS-KEY") == s.known {
		body := answerWith(`{"userId":"7","ips":"","parentId":"","permType":"read-only","permissions":[]}`)
		return exchanges.Response{Status: http.StatusOK, Header: http.Header{}, Body: []byte(body)}, nil
	}
	return s.stub.Call(ctx, call)
}
