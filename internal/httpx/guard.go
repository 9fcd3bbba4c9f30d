package httpx

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"

	"rekey/exchanges"
)

// A guard is the transport under every request, an SDK's too. It lets one
// request through per attempt, and only if it is the operation that the
// attempt is for, at a host of that operation.
type guard struct {
	client *Client
	next   http.RoundTripper
}

// A recorder carries an operation down to the guard and the answer back up,
// past whatever an SDK makes of it.
type recorder struct {
	op       exchanges.Operation
	sent     bool
	answered bool
	response exchanges.Response
	err      error
}

type recorderKey struct{}

// RoundTrip sends the request if it may, reads the answer to its end within
// the limit, records it, and hands a copy on.
func (g guard) RoundTrip(req *http.Request) (*http.Response, error) {
	rec, _ := req.Context().Value(recorderKey{}).(*recorder)
	if rec == nil {
		return nil, g.client.refuse("", "a request without a declared operation was stopped, nothing was sent")
	}
	if err := g.allow(rec, req); err != nil {
		rec.err = err
		return nil, err
	}
	rec.sent = true
	out := req.Clone(req.Context())
	out.Header.Set("User-Agent", "rekey")
	res, err := g.next.RoundTrip(out)
	if err != nil {
		rec.err = err
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	limit := g.client.opts.MaxBody
	body, err := io.ReadAll(io.LimitReader(res.Body, limit+1))
	if err == nil && int64(len(body)) > limit {
		err = &exchanges.Error{
			Exchange: g.client.opts.Exchange, Op: rec.op.Name, Kind: exchanges.KindOther, Status: res.StatusCode,
			Detail: fmt.Sprintf("the answer is larger than %d MiB and was not read further", limit>>20),
		}
	}
	if err != nil {
		rec.err = err
		return nil, err
	}
	rec.answered = true
	_, reason, _ := strings.Cut(res.Status, " ")
	rec.response = exchanges.Response{Status: res.StatusCode, Reason: reason, Header: res.Header, Body: body}
	res.Body = io.NopCloser(bytes.NewReader(body))
	return res, nil
}

// allow reports why a request may not leave, or nil.
func (g guard) allow(rec *recorder, req *http.Request) error {
	c := g.client
	if rec.sent {
		return c.refuse(rec.op.Name, "a second request for one operation was stopped")
	}
	if err := c.mayPerform(rec.op); err != nil {
		return err
	}
	for _, h := range c.hostsFor(rec.op) {
		if req.URL.Scheme != h.url.Scheme || req.URL.Host != h.url.Host || !plain(req, h.url.Host) {
			continue
		}
		path, ok := strings.CutPrefix(req.URL.Path, h.url.Path)
		if ok && rec.op.Matches(req.Method, path) {
			return nil
		}
	}
	return c.refuse(rec.op.Name, "the request is not this operation at a host of the exchange, nothing was sent")
}

// hostsFor returns the hosts that an operation may be sent to: a read to all of
// its role, a change to the one in force.
func (c *Client) hostsFor(op exchanges.Operation) []host {
	if op.Effect == exchanges.ReadOnly {
		return c.hosts[op.Host]
	}
	if h, ok := c.inForce(op.Host); ok {
		return []host{h}
	}
	return nil
}

// plain reports whether what net/http sends is what the guard looks at: it
// prefers Opaque to the path, RawPath to Path, and Request.Host to the URL's.
func plain(req *http.Request, host string) bool {
	u := req.URL
	return u.User == nil && u.Opaque == "" && (req.Host == "" || req.Host == host) &&
		u.EscapedPath() == (&url.URL{Path: u.Path}).EscapedPath() &&
		req.Header.Get("Host") == "" && len(req.TransferEncoding) == 0
}

// NewTransport makes the transport for real connections: TLS 1.2 or newer,
// verified, always; proxies from the standard environment variables alone.
func NewTransport() *http.Transport {
	dialer := &net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            dialer.DialContext,
		ForceAttemptHTTP2:      true,
		MaxIdleConns:           128,
		MaxIdleConnsPerHost:    DefaultConcurrency,
		IdleConnTimeout:        30 * time.Second,
		TLSHandshakeTimeout:    10 * time.Second,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		MaxResponseHeaderBytes: 64 << 10,
	}
}

// networkDetail says what went wrong on the way in words that hold neither
// address nor URL.
func networkDetail(err error) string {
	var dns *net.DNSError
	var cert *tls.CertificateVerificationError
	var urlErr *url.Error
	switch {
	case errors.As(err, &dns):
		return "the host name could not be resolved"
	case errors.As(err, &cert):
		return "the TLS certificate could not be verified; somebody may be in between"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused"
	case errors.Is(err, syscall.ECONNRESET):
		return "connection reset"
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return "the connection ended before the answer did"
	case errors.As(err, &urlErr) && urlErr.Op == "proxyconnect":
		return "the proxy could not be used"
	}
	var op *net.OpError
	if errors.As(err, &op) {
		return "network error while trying to " + op.Op
	}
	return "no usable answer"
}
