// Package threecommas is a strict, stateful fake of the parts of 3Commas that
// have to do with the exchange keys it stores.
//
// Written from 3commas-official-api-docs 0a55695 (2026-05-07) and, for what
// they leave out, the README before 2025-03-05 and recorded answers of
// recomma/3commas-sdk-go ed9323a, as collected on 2026-11-22. Where the
// documents are silent, a comment says what was chosen.
package threecommas

import (
	"crypto/rsa"
	"net/http"
	"slices"
	"sync"
	"time"

	"rekey/exchanges"
	"rekey/internal/fake"
)

// A Service is the fake with its state. Change the state between requests
// with Do.
type Service struct {
	mu     sync.Mutex
	state  *State
	tokens map[string]caller // by the token's access key
	stored map[*User]map[string][]*Connection
	blocks map[string]*block
	server *fake.Server
	ledger fake.Ledger
}

// State is everything the fake knows.
type State struct {
	Users   []*User
	Markets []Market
	// AtExchange says whether an exchange accepts a credential that comes from
	// 3Commas' addresses. Nil is an exchange that accepts none.
	AtExchange func(market string, c exchanges.Credential) bool
}

// A User is a customer of 3Commas.
type User struct {
	Name        string // tells users apart, is shown nowhere
	Tokens      []*Token
	Connections []*Connection
	// NoAPI is a plan without API access, ReadOnlyAPI one whose API only reads.
	NoAPI, ReadOnlyAPI bool
	// PaperMode is the mode that the web page was left in. It decides what a
	// request without Forced-Mode sees.
	PaperMode bool
}

// A Token is an API key of 3Commas itself.
type Token struct {
	AccessKey string
	Secret    string // of a system-generated token
	// PublicKey makes it a self-generated RSA token.
	PublicKey   *rsa.PublicKey
	Permissions []string // "ACCOUNTS_READ", ...
	Whitelist   []string
	Expired     bool
	Deleted     bool
}

// A Connection is one exchange account with the key that 3Commas stores for
// it. Neither access key nor secret appears in any answer.
type Connection struct {
	ID               int64
	Name             string
	ExchangeName     string // "Binance Spot"
	MarketCode       string // "binance"
	Created, Updated time.Time
	AccessKey        string
	Secret           exchanges.Secret
	Passphrase       exchanges.Secret
	KeyInvalid       bool
	State            string // "ok" when empty
	LockReason       string // locked when not empty
	Paper            bool
	Active           Active
}

// Active counts what runs on a connection.
type Active struct{ Bots, GridBots, Deals, SmartTrades, Orders int }

// A Market is an exchange that 3Commas connects to.
type Market struct {
	Name, Code string
	TrustedIPs []string
}

// Start runs the fake. now is its clock.
func Start(now func() time.Time, state *State) (*fake.Server, *Service, error) {
	return StartAt("127.0.0.1:0", now, state)
}

// StartAt is Start at a given loopback address.
func StartAt(address string, now func() time.Time, state *State) (*fake.Server, *Service, error) {
	s := &Service{state: state, blocks: map[string]*block{}}
	s.index()
	server, err := fake.StartAt(address, now, func(server *fake.Server) http.Handler {
		s.server = server
		return s
	})
	return server, s, err
}

// Do changes the state while no request is looking at it.
func (s *Service) Do(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
	s.index()
}

// Ledger returns which stored keys were swapped by API, also where the answer
// was lost. The account of an entry is the connection's ID.
func (s *Service) Ledger() []fake.Entry { return s.ledger.Entries() }

// index makes look-ups by access key independent of the size of a desk.
func (s *Service) index() {
	s.tokens, s.stored = map[string]caller{}, map[*User]map[string][]*Connection{}
	for _, u := range s.state.Users {
		for _, t := range u.Tokens {
			s.tokens[t.AccessKey] = caller{user: u, token: t}
		}
		s.stored[u] = map[string][]*Connection{}
		for _, c := range u.Connections {
			s.stored[u][c.AccessKey] = append(s.stored[u][c.AccessKey], c)
		}
	}
}

// ServeHTTP counts a request, checks who asks, and routes it.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.count(w, "address "+fake.Caller(r).String()) {
		return
	}
	route, ok := s.route(r)
	if !ok {
		notFound(w)
		return
	}
	var who caller
	if route.signed {
		if who, ok = s.admit(w, r, route); !ok || !s.count(w, "user "+who.user.Name) {
			return
		}
	}
	// Unknown parameters: the documents are silent, refused here.
	for name := range r.URL.Query() {
		if !slices.Contains(route.params, name) {
			invalid(w, name, "is not a parameter of this call")
			return
		}
	}
	route.serve(w, r, who)
}
