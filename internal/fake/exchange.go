package fake

import (
	"net/http"
	"sync"
	"time"
)

// An Exchange is what every fake exchange is made of: its server, the lock of
// its state, how late it is, and what was done to its keys. Fakes embed it.
type Exchange struct {
	// Lag is how late keys that are made and deleted by API become so.
	Lag Lag

	Mu     sync.Mutex // held by whoever looks at the state: a request, Do
	Server *Server
	Deeds  Ledger
	index  func()
}

// Serve starts the server of a fake at a loopback address. now is its clock, and
// handler answers. index, which may be nil, brings the look-ups of the fake up
// to date: now, and after every Do.
func (x *Exchange) Serve(address string, now func() time.Time, handler http.Handler, index func()) (*Server, error) {
	if x.index = index; index != nil {
		index()
	}
	return StartAt(address, now, func(s *Server) http.Handler {
		x.Server = s
		return handler
	})
}

// Do changes the state while no request is looking at it.
func (x *Exchange) Do(change func()) {
	x.Mu.Lock()
	defer x.Mu.Unlock()
	change()
	if x.index != nil {
		x.index()
	}
}

// Ledger returns what was done to keys, by API and by hand.
func (x *Exchange) Ledger() []Entry { return x.Deeds.Entries() }

// EndByHand ends a key's life as its owner does on the web page, and books it.
// Mu is held.
func (x *Exchange) EndByHand(deleted *bool, life *Life, accessKey, account, label string) {
	now := x.Server.Now()
	*deleted, *life = true, x.Lag.End(*life, now)
	x.Deeds.Book(Entry{At: now, Deed: Deleted, What: ByHand, AccessKey: accessKey, Account: account, Label: label})
}
