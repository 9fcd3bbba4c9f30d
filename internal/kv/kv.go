// Package kv reads and writes the secrets of an OpenBao or HashiCorp Vault
// server: KV version 2, which has versions and check-and-set; KV version 1 is
// read alone.
//
// A Server sends what it was made for and nothing else: every request is one of
// internal/httpx, declared with its whole path, so the guard of that package
// stands before it. No redirect is followed, TLS is always verified, nothing is
// read from the environment, and an error holds neither a URL nor what the
// server said.
//
// Facts about the servers: HashiCorp Vault 1.14.0 with its KV plugin v0.15.0,
// run in internal/outside/vaultserver on 2026-12-01, and the client of OpenBao
// 2.7 (github.com/openbao/openbao/api/v2 v2.7.1, read 2026-12-01).
package kv

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"os"
	"sync"
	"time"

	"rekey/exchanges"
	"rekey/internal/httpx"
)

// Options say where a server is and who asks it.
type Options struct {
	// Address is its base URL; see CheckAddress.
	Address   string
	Namespace string // "" for none
	// CA, ClientCert and ClientKey are PEM files, "" for none: who signed the
	// server's certificate, and the client's own.
	CA, ClientCert, ClientKey string
	Auth                      Auth
	Sleep                     func(context.Context, time.Duration) error
	Now                       func() time.Time
	// Log, when set, is told of every attempt. Its paths are the declared ones.
	Log func(httpx.Event)
}

// A Server is one server, asked with one token. It is safe for concurrent use.
// It logs in when it is first asked.
type Server struct {
	opts      Options
	transport http.RoundTripper

	logins sync.Mutex // of the two below
	token  exchanges.Secret
	failed error // why there is no token: a login is tried once

	mu    sync.Mutex // of what is below
	index string     // the newest X-Vault-Index
}

// New makes a Server. It reads the TLS files and sends nothing. The error is an
// *Error of ReasonInvalid.
func New(o Options) (*Server, error) {
	base, problem := CheckAddress(o.Address)
	if problem != "" {
		return nil, invalid("the address of the server " + problem)
	}
	o.Address = base
	if badHeader(o.Namespace) {
		return nil, invalid("the namespace holds a character that no header may hold")
	}
	transport := httpx.NewTransport()
	if o.CA != "" {
		pool, err := certificates(o.CA)
		if err != nil {
			return nil, err
		}
		transport.TLSClientConfig.RootCAs = pool
	}
	if (o.ClientCert == "") != (o.ClientKey == "") {
		return nil, invalid("a client certificate needs its key, and a key its certificate: name both files or none")
	}
	if o.ClientCert != "" {
		pair, err := tls.LoadX509KeyPair(o.ClientCert, o.ClientKey)
		if err != nil {
			return nil, invalid("the client certificate " + o.ClientCert + " and its key cannot be read as a PEM pair")
		}
		transport.TLSClientConfig.Certificates = []tls.Certificate{pair}
	}
	return &Server{opts: o, transport: transport}, nil
}

func certificates(path string) (*x509.CertPool, error) {
	pem, err := os.ReadFile(path)
	if err != nil {
		return nil, invalid("the file of certificates " + path + " cannot be read")
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, invalid("the file of certificates " + path + " holds none in PEM")
	}
	return pool, nil
}

// Address returns the server's base URL.
func (s *Server) Address() string { return s.opts.Address }

// badHeader reports whether a text cannot be sent as a header.
func badHeader(text string) bool {
	for _, c := range []byte(text) {
		if c < ' ' || c > '~' {
			return true
		}
	}
	return false
}
