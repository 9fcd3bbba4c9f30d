package okx

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
)

// A stub is a Caller that answers from memory: it builds and judges as the
// real one does, and sends nothing. Its fields answer by operation.
type stub struct {
	answers map[string]func(q url.Values) string
	calls   atomic.Int64
}

func (s *stub) Call(_ context.Context, call exchanges.Call) (exchanges.Response, error) {
	s.calls.Add(1)
	req, err := call.Build(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC))
	if err != nil {
		return exchanges.Response{}, err
	}
	op, _ := protocol().Operation(call.Op)
	body := `{"code":"0","msg":"","data":[{"ts":"1795348800000"}]}`
	if answer, ok := s.answers[call.Op]; ok {
		body = answer(req.URL.Query())
	}
	res := exchanges.Response{Status: http.StatusOK, Header: http.Header{}, Body: []byte(body)}
	return res, judge(op, res)
}

func (s *stub) Endpoint(string) string { return "https://www.okx.com" }

func (s *stub) Hosts(string) []exchanges.Host { return protocol().Hosts }

func (s *stub) Sleep(ctx context.Context, _ time.Duration) error { return ctx.Err() }

// always answers an operation with the same body.
func always(body string) func(url.Values) string { return func(url.Values) string { return body } }

// rows is an answer with these rows.
func rows(rows ...string) string {
	return `{"code":"0","msg":"","data":[` + strings.Join(rows, ",") + `]}`
}

func openStub(tb testing.TB, answers map[string]func(url.Values) string) (*adapter, *stub) {
	tb.Helper()
	s := &stub{answers: answers}
	a, err := open(credential("alive"), exchanges.Env{Caller: s})
	if err != nil {
		tb.Fatal(err)
	}
	return a.(*adapter), s //nolint:forcetypeassert // open returns nothing else
}

// list collects what ListKeys yields.
func list(tb testing.TB, a exchanges.Lister) (keys []exchanges.Key, errs []error) {
	tb.Helper()
	for k, err := range a.ListKeys(context.Background(), exchanges.ListRequest{}) {
		if err != nil {
			if strings.Contains(fmt.Sprintf("%+v", err), exchangetest.Canary) {
				tb.Errorf("an error holds a secret: %v", err)
			}
			errs = append(errs, err)
			continue
		}
		keys = append(keys, k)
	}
	return keys, errs
}

func answersTo(op, body string) map[string]func(url.Values) string {
	return map[string]func(url.Values) string{op: always(body)}
}
