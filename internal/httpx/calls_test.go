package httpx_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/internal/fake"
	"rekey/internal/httpx"
)

// Each call that was finished is noted once, with what the exchange answered at
// last; what was never sent is not.
func TestCallsAreNoted(t *testing.T) {
	status, body := 200, `{}`
	r := newRig(t, func(o *httpx.Options) {
		o.AllowWrites = true
		judge := o.Protocol.Judge
		o.Protocol.Judge = func(op exchanges.Operation, res exchanges.Response) error {
			if string(res.Body) == "gone" {
				return &exchanges.Error{
					Exchange: "test",
					Op:       op.Name,
					Kind:     exchanges.KindNoSuchKey,
					Code:     "-2008",
					Status:   res.Status,
				}
			}
			return judge(op, res)
		}
	}, func(w http.ResponseWriter, _ *http.Request, _ *fake.Server) {
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	})
	send := func(method, op, path string) exchanges.AnsweredCall {
		ctx, log := exchanges.WithCalls(t.Context())
		_, _ = r.Call(ctx, exchanges.Call{Op: op, Build: func(time.Time) (*http.Request, error) {
			return http.NewRequestWithContext(context.Background(), method, r.Endpoint("main")+path, http.NoBody)
		}})
		return log.LastRefused()
	}
	for _, c := range []struct {
		status           int
		body             string
		method, op, path string
		want             exchanges.AnsweredCall
	}{
		{200, `{}`, "GET", "look", "/keys/1", exchanges.AnsweredCall{Op: "look", Effect: exchanges.ReadOnly, Status: 200}},
		{401, `gone`, "GET", "look", "/keys/1", exchanges.AnsweredCall{
			Op: "look", Effect: exchanges.ReadOnly, Status: 401, Code: "-2008", Kind: exchanges.KindNoSuchKey,
		}},
		{200, `{}`, "POST", "make", "/keys", exchanges.AnsweredCall{Op: "make", Effect: exchanges.Writes, Status: 200}},
		{503, ``, "POST", "make", "/keys", exchanges.AnsweredCall{
			Op: "make", Effect: exchanges.Writes, Status: 503,
			Kind: exchanges.KindUncertain,
		}},
		{200, `{}`, "POST", "no such operation", "/keys", exchanges.AnsweredCall{}},
	} {
		status, body = c.status, c.body
		if got := send(c.method, c.op, c.path); got != c.want {
			t.Errorf("%s, HTTP %d: %+v, want %+v", c.op, c.status, got, c.want)
		}
	}
}
