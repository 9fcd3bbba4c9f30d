// Package fake is the common part of the fake exchanges: a server on loopback,
// faults on demand, a log of what was asked, and limits that are counted.
//
// One sub-package per exchange speaks that exchange's protocol. The fakes are
// written from the documents, not from rekey's adapters, and they are strict:
// what the real exchange refuses, they refuse, in its own words and statuses.
// They serve the tests and `rekey drill`.
package fake

import (
	"context"
	"crypto/subtle"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"sync"
	"time"
)

// A Server is a running fake. Its zero value is not usable.
type Server struct {
	URL string

	now     func() time.Time
	handler http.Handler
	http    *http.Server
	Limits  *Limits

	mu     sync.Mutex
	skew   time.Duration
	faults []*Fault
	quiet  bool
	log    []Request
}

// A Request is one request as the fake saw it. Query and body are kept so
// that tests can look for secrets where none belong.
type Request struct {
	Method, Path, Query, Body string
	Header                    http.Header
	Remote                    netip.Addr
}

// Start serves handler on a free port of loopback until Close. now is the
// fake's clock.
func Start(now func() time.Time, handler func(*Server) http.Handler) (*Server, error) {
	return StartAt("127.0.0.1:0", now, handler)
}

// StartAt is Start at a given loopback address.
func StartAt(address string, now func() time.Time, handler func(*Server) http.Handler) (*Server, error) {
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("a fake exchange could not listen: %w", err)
	}
	s := &Server{URL: "http://" + listener.Addr().String(), now: now, Limits: NewLimits()}
	s.handler = handler(s)
	s.http = &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = s.http.Serve(listener) }()
	return s, nil
}

// Door opens another port of loopback and returns its base URL. Whoever comes in
// by it is seen to call from the given address, as over the internet.
func (s *Server) Door(ctx context.Context, from netip.Addr) (string, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("a fake exchange could not listen: %w", err)
	}
	go func() { _ = s.http.Serve(door{listener, net.TCPAddrFromAddrPort(netip.AddrPortFrom(from, 40000))}) }()
	return "http://" + listener.Addr().String(), nil
}

// A door lets callers in under another address.
type door struct {
	net.Listener
	from net.Addr
}

func (d door) Accept() (net.Conn, error) {
	conn, err := d.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return visitor{conn, d.from}, nil
}

type visitor struct {
	net.Conn
	from net.Addr
}

func (v visitor) RemoteAddr() net.Addr { return v.from }

// Close stops the server and drops its connections.
func (s *Server) Close() { _ = s.http.Close() }

// Now is the fake's time, with its skew.
func (s *Server) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now().Add(s.skew)
}

// SetSkew puts the fake's clock ahead of (or behind) the clock it was given.
func (s *Server) SetSkew(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.skew = d
}

// Break adds a fault. Faults are tried in the order they were added.
func (s *Server) Break(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &f)
}

// Mend removes all faults.
func (s *Server) Mend() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// Requests returns what was asked so far.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.log)
}

// Quiet stops the log, for runs that would fill the memory with it.
func (s *Server) Quiet() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.quiet = true
}

// ServeHTTP logs the request, applies the first fault that fits, or hands it
// to the exchange.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := Body(r)
	if err != nil {
		http.Error(w, "", http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	if !s.quiet {
		s.log = append(s.log, Request{
			Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery, Body: string(body),
			Header: r.Header.Clone(), Remote: Caller(r),
		})
	}
	var do Effect
	for _, f := range s.faults {
		if f.fits(r) {
			f.used++
			do = f.Do
			break
		}
	}
	s.mu.Unlock()
	if do == nil {
		s.handler.ServeHTTP(w, r)
		return
	}
	do(w, r, s.handler)
}

// Caller returns the address that a request comes from.
func Caller(r *http.Request) netip.Addr {
	ap, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return ap.Addr().Unmap()
}

// Endpoint names a call in a counter. Reads go by their path alone; a write
// has limits of its own where it shares the path.
func Endpoint(r *http.Request) string {
	if r.Method == http.MethodGet {
		return r.URL.Path
	}
	return r.Method + ":" + r.URL.Path
}

// SameText compares signatures in constant time.
func SameText(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
