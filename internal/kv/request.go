package kv

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"rekey/exchanges"
	"rekey/internal/httpx"
)

// A request is one that the server may be asked. The guard of httpx lets
// exactly this method and path through.
type request struct {
	name   string // what errors and --verbose call it
	method string
	path   string // below /v1/, in clear: escaped when it is sent
	query  url.Values
	effect exchanges.Effect
	tries  int
	token  exchanges.Secret // zero: none
	body   exchanges.Secret // JSON
}

// The headers of the API (client.go of both clients, read 2026-12-01).
const (
	tokenHeader        = "X-Vault-Token"   //nolint:gosec // G101: a name
	requestHeader      = "X-Vault-Request" // an agent in between may insist on it
	namespaceHeader    = "X-Vault-Namespace"
	indexHeader        = "X-Vault-Index"
	inconsistentHeader = "X-Vault-Inconsistent"
)

const (
	readTries  = 3
	timeout    = 10 * time.Second
	maxAnswer  = 4 << 20
	namesOwner = "vault" // how errors and --verbose call the server
)

// do sends a request. The response is the server's whole answer, whatever its
// status; the error, an *Error, says that there was none.
func (s *Server) do(ctx context.Context, r request) (exchanges.Response, error) {
	op := exchanges.Operation{
		Name: r.name, Host: "server", Method: r.method, Path: "/v1/" + r.path, Effect: r.effect,
	}
	client, err := httpx.New(httpx.Options{
		Exchange: namesOwner,
		Protocol: exchanges.Protocol{
			Hosts:      []exchanges.Host{{Role: op.Host, URL: s.opts.Address}},
			Operations: []exchanges.Operation{op},
			Judge:      judge,
		},
		AllowWrites: r.effect != exchanges.ReadOnly,
		Transport:   s.transport, Now: s.opts.Now, Sleep: s.opts.Sleep, Log: s.opts.Log,
		Timeout: timeout, MaxBody: maxAnswer, MaxWait: timeout, Attempts: max(r.tries, 1),
	})
	if err != nil {
		return exchanges.Response{}, invalid("the address of the server is no URL")
	}
	res, err := client.Call(ctx, exchanges.Call{Op: op.Name, Build: func(time.Time) (*http.Request, error) {
		return s.build(r)
	}})
	s.noteIndex(res.Header)
	if res.Status != 0 {
		return res, nil
	}
	return res, unanswered(ctx, err)
}

// judge lets httpx repeat a read where that may help. What an answer means is
// decided here, in this package.
func judge(_ exchanges.Operation, res exchanges.Response) error {
	switch {
	case res.Status == http.StatusTooManyRequests:
		return &exchanges.Error{Exchange: namesOwner, Kind: exchanges.KindRateLimited, Status: res.Status}
	case res.Status >= 500 || res.Status == http.StatusPreconditionFailed: // 412: this node has not the newest state yet
		return &exchanges.Error{Exchange: namesOwner, Kind: exchanges.KindMaintenance, Status: res.Status}
	}
	return nil
}

func (s *Server) build(r request) (*http.Request, error) {
	address := s.opts.Address + (&url.URL{Path: "/v1/" + r.path}).EscapedPath()
	if len(r.query) > 0 {
		address += "?" + r.query.Encode()
	}
	body := strings.NewReader(r.body.Reveal())
	req, err := http.NewRequest(r.method, address, body) //nolint:noctx // Call adds the context
	if err != nil {
		return nil, errors.New("the path cannot be sent") // the error holds the URL
	}
	req.Header.Set(requestHeader, "true")
	if !r.body.IsZero() {
		req.Header.Set("Content-Type", "application/json")
	}
	if !r.token.IsZero() {
		req.Header.Set(tokenHeader, r.token.Reveal())
	}
	if s.opts.Namespace != "" {
		req.Header.Set(namespaceHeader, s.opts.Namespace)
	}
	// A standby of OpenBao 2.7 waits for what this client wrote, or asks the
	// active node. Others ignore it, so nothing here relies on it.
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.index != "" {
		req.Header.Set(indexHeader, s.index)
	}
	req.Header[inconsistentHeader] = []string{"await-state", "forward-active-node"}
	return req, nil
}

func (s *Server) noteIndex(h http.Header) {
	index := h.Get(indexHeader)
	if index == "" || badHeader(index) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.index = index
}

// unanswered puts an error of the way into the words of this package.
func unanswered(ctx context.Context, err error) *Error {
	var e *exchanges.Error
	switch {
	case ctx.Err() != nil:
		return &Error{Reason: ReasonCanceled, Problem: "interrupted", Err: ctx.Err()}
	case errors.As(err, &e) && e.Kind == exchanges.KindRefused:
		return &Error{Reason: ReasonInvalid, Problem: "the request was stopped before it was sent: " + e.Detail}
	case errors.As(err, &e) && e.Detail != "" && e.Kind != exchanges.KindUncertain:
		return &Error{Reason: ReasonFailed, Problem: "the server could not be asked: " + e.Detail}
	}
	return &Error{Reason: ReasonFailed, Problem: "the server could not be asked: no clear answer"}
}

// unwanted says what an answer means that is not the one that was hoped for,
// for any request.
func unwanted(res exchanges.Response) *Error {
	switch {
	case res.Status >= 300 && res.Status < 400:
		return &Error{
			Reason: ReasonFailed, Problem: "the server points to another address, which is not followed",
			Hint: "name the active node, or a load balancer in front of all nodes",
		}
	case res.Status == http.StatusForbidden:
		return &Error{
			Reason: ReasonForbidden, Problem: "the server refuses the token for this path (403)",
			Hint: "its policy does not allow it, or the token has ended: bao token lookup",
		}
	case res.Status == http.StatusServiceUnavailable:
		return &Error{Reason: ReasonSealed, Problem: "the server is sealed or not ready (503)", Hint: "ask who may unseal it"}
	case res.Status == http.StatusTooManyRequests:
		return &Error{Reason: ReasonFailed, Problem: "the server wants to be asked less often (429)"}
	case !bytes.HasPrefix(bytes.TrimSpace(res.Body), []byte("{")) && len(res.Body) > 0:
		return &Error{
			Reason: ReasonFailed, Problem: "what answers there is no OpenBao or Vault server: the answer is no JSON object",
			Hint: "a proxy or a login page may be in between",
		}
	}
	return &Error{Reason: ReasonFailed, Problem: "the server did not do it (" + http.StatusText(res.Status) + ")"}
}
