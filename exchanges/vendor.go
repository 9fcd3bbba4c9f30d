package exchanges

import (
	"context"
	"iter"
)

// A Vendor is a third party that holds exchange keys for its users.
type Vendor interface {
	// Card returns the vendor's card of facts. It does no I/O.
	Card() Card

	// Connections yields every exchange connection that the vendor keeps for
	// the credential's owner, all pages.
	Connections(ctx context.Context) iter.Seq2[Connection, error]

	// Holds reports the connections that hold the given access key. It is
	// empty when the vendor says that none does.
	Holds(ctx context.Context, accessKey string) ([]Connection, error)
}

// A Connection is one exchange account as a vendor keeps it. Everything but
// ID was written by the vendor or its user and is hostile text.
type Connection struct {
	ID       string
	Name     string
	Exchange string // the vendor's own word, "binance", "okex", ...
	Market   string // the vendor's market code
	Created  Fact[string]
	// Working is what the vendor says of the stored key: false when the
	// exchange refused it.
	Working Fact[bool]
	State   string // the vendor's word for the state of the stored key
}

// An Updater is a vendor that can swap the exchange key which a connection
// stores, so that what hangs on the connection stays: bots, history.
type Updater interface {
	// UpdateConnection gives the connection another credential. Nil means that
	// the vendor's answer says that it took it. KindRejected means that it was
	// refused and nothing was changed; with a RetryAfter it may be taken later,
	// as a key that is too new. After KindUncertain it may have happened: ask
	// Holds for the new access key before it is tried again.
	UpdateConnection(ctx context.Context, id string, c Credential) error
}

// A Refresher is a vendor that can be told to use a stored key at the exchange
// now, which is the only way to learn whether a swapped key works from there.
type Refresher interface {
	// RefreshConnection returns what the vendor says of the connection once it
	// has used the key. KindRejected means that the exchange refused the stored
	// key, now or, with a RetryAfter, perhaps for a while. It changes no key and
	// may be repeated.
	RefreshConnection(ctx context.Context, id string) (Connection, error)
}

// An ActivityTeller is a vendor that says how much runs on a connection.
type ActivityTeller interface {
	Activity(ctx context.Context, id string) (Activity, error)
}

// Activity counts what is active on a connection, as the vendor tells it apart.
type Activity struct {
	Bots, GridBots, Deals, SmartTrades, Orders Fact[int]
}

// Idle reports whether nothing is active. It is unknown when a count is, and
// none of the others is above zero.
func (a Activity) Idle() Fact[bool] {
	all := true
	for _, f := range []Fact[int]{a.Bots, a.GridBots, a.Deals, a.SmartTrades, a.Orders} {
		n, known := f.Get()
		if n > 0 {
			return Known(false)
		}
		all = all && known
	}
	if !all {
		return Unknown[bool]()
	}
	return Known(true)
}
