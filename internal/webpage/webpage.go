// Package webpage shows one page to a browser on this machine, for as long as a
// command runs. It reads nothing from the browser but the address that it asks
// for.
package webpage

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"rekey/internal/parallel"
)

// A Server shows a page on loopback, under an address that only those know who
// were given it. It is safe for concurrent use.
type Server struct {
	listener net.Listener
	server   *http.Server
	host     string // that requests must name: no other site's name leads here
	path     string
	serving  parallel.Group

	mu      sync.Mutex
	page    []byte
	refresh time.Duration
}

// Start listens on a port of 127.0.0.1 that the system chooses. The page is empty
// until Show is called. Close ends it.
func Start(ctx context.Context) (*Server, error) {
	secret := make([]byte, 16)
	if _, err := rand.Read(secret); err != nil {
		return nil, err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &Server{listener: listener, host: listener.Addr().String(), path: "/" + hex.EncodeToString(secret)}
	s.server = &http.Server{
		Handler: s, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 5 * time.Second, WriteTimeout: 30 * time.Second,
		IdleTimeout: 30 * time.Second, MaxHeaderBytes: 16 << 10,
	}
	s.serving.Go(func() { _ = s.server.Serve(listener) }) // it ends with Close
	return s, nil
}

// URL is the address of the page.
func (s *Server) URL() string { return "http://" + s.host + s.path }

// Close ends the server, also the answers under way.
func (s *Server) Close() {
	_ = s.server.Close()
	s.serving.Wait()
}

// Show shows another page. The browser asks again after refresh, 0 for never.
func (s *Server) Show(page []byte, refresh time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.page, s.refresh = page, refresh
}

// ServeHTTP answers a GET of the page, and refuses everything else.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy",
		"default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	switch {
	case r.Host != s.host:
		http.Error(w, "this page has another address", http.StatusMisdirectedRequest)
	case subtle.ConstantTimeCompare([]byte(r.URL.Path), []byte(s.path)) != 1 || r.URL.RawQuery != "":
		http.Error(w, "there is no such page", http.StatusNotFound)
	case r.Method != http.MethodGet:
		h.Set("Allow", http.MethodGet)
		http.Error(w, "this page can only be read", http.StatusMethodNotAllowed)
	default:
		s.mu.Lock()
		page, refresh := s.page, s.refresh
		s.mu.Unlock()
		h.Set("Content-Type", "text/html; charset=utf-8")
		if refresh > 0 {
			h.Set("Refresh", fmt.Sprint(max(int(refresh/time.Second), 1)))
		}
		_, _ = w.Write(page) // a browser that is gone needs no page
	}
}
