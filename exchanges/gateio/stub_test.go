package gateio

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"rekey/exchanges"
)

// A stub is a Caller that answers from memory: it builds and judges as the real
// one does, and sends nothing. answers are by region or environment and
// operation: "global server time", "eea account detail", "testnet …".
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

const deadBody = `{"label":"INVALID_KEY","message":"Invalid key provided"}`

func (s *stub) Call(_ context.Context, call exchanges.Call) (exchanges.Response, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	req, err := call.Build(time.Unix(1795348800, 0))
	if err != nil {
		return exchanges.Response{}, err
	}
	name := call.Op
	for _, h := range hosts() {
		if strings.HasPrefix(req.URL.String(), h.URL) {
			place := h.Region
			if h.Environment == testnet {
				place = testnet
			}
			name = place + " " + call.Op
		}
	}
	s.asked = append(s.asked, name)
	op, _ := protocol().Operation(call.Op)
	r, ok := s.answers[name]
	switch {
	case !ok && call.Op == opTime:
		r = reply{http.StatusOK, `{"server_time":1795348800000}`}
	case !ok:
		r = reply{http.StatusUnauthorized, deadBody}
	}
	res := exchanges.Response{Status: r.status, Header: http.Header{}, Body: []byte(r.body)}
	return res, judge(op, res)
}

func (s *stub) Endpoint(string) string { return hosts()[0].URL }

func (s *stub) Hosts(string) []exchanges.Host { return hosts() }

func (s *stub) Sleep(ctx context.Context, d time.Duration) error {
	s.slept += d
	return ctx.Err()
}

func openStub(tb testing.TB, answers map[string]reply) (*adapter, *stub) {
	tb.Helper()
	s := &stub{answers: answers}
	a, err := openPair(credential("alive"), exchanges.Env{Caller: s, Region: regionGlobal, Environment: live})
	if err != nil {
		tb.Fatal(err)
	}
	return a, s
}
