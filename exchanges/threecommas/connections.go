package threecommas

import (
	"context"
	"iter"
	"net/url"
	"strconv"
	"time"

	"rekey/exchanges"
)

const (
	pageSize = 100  // the most that the list gives a page
	maxPages = 1000 // beyond that 3Commas is repeating itself
)

// nobodysKey is an access key that no exchange issued.
const nobodysKey = "rekey-asks-whether-the-filter-works"

// Connections yields every connection that 3Commas keeps for the token's user.
// An error ends the sequence; the connections before it remain true.
func (a *adapter) Connections(ctx context.Context) iter.Seq2[exchanges.Connection, error] {
	return a.list(ctx, "")
}

// Holds returns the connections that store accessKey, none when 3Commas says
// that there are none. Beside an error there are none either, and nothing is
// proven. The access key travels in the query of the request, as documented.
func (a *adapter) Holds(ctx context.Context, accessKey string) ([]exchanges.Connection, error) {
	if accessKey == "" {
		return nil, &exchanges.Error{
			Exchange: Name,
			Op:       opConnections,
			Kind:     exchanges.KindRefused,
			Detail:   "an empty access key cannot be looked up, nothing was sent",
		}
	}
	var held []exchanges.Connection
	for c, err := range a.list(ctx, accessKey) {
		if err != nil {
			return nil, err
		}
		held = append(held, c)
	}
	if len(held) == 0 {
		return nil, nil
	}
	if err := a.proveFilter(ctx); err != nil {
		return nil, err
	}
	return held, nil
}

// proveFilter asks once for the connections of a key that nobody has. An API
// that ignores the filter answers with all connections, and every key would
// look as if 3Commas held it.
func (a *adapter) proveFilter(ctx context.Context) error {
	a.proving.Lock()
	defer a.proving.Unlock()
	if a.filterProved {
		return nil
	}
	rows, err := a.page(ctx, nobodysKey, 1)
	if err != nil {
		return err
	}
	if len(rows) > 0 {
		return &exchanges.Error{
			Exchange: Name, Op: opConnections, Kind: exchanges.KindUndetermined,
			Detail: "answers with connections for an access key that nobody has: its filter does not work, look on the web " +
				"page which connection holds the key",
		}
	}
	a.filterProved = true
	return nil
}

// list yields the connections of all pages, those of one access key if it is
// not empty.
func (a *adapter) list(ctx context.Context, accessKey string) iter.Seq2[exchanges.Connection, error] {
	return func(yield func(exchanges.Connection, error) bool) {
		seen := map[exchanges.Number]bool{}
		for page := 1; ; page++ {
			rows, err := a.page(ctx, accessKey, page)
			fresh := 0
			for _, row := range rows {
				if seen[row.ID] {
					continue
				}
				seen[row.ID] = true
				fresh++
				if !yield(row.connection(), nil) {
					return
				}
			}
			switch {
			case err != nil:
				yield(exchanges.Connection{}, err)
				return
			case len(rows) < pageSize:
				return
			case fresh == 0 || page >= maxPages:
				yield(exchanges.Connection{}, exchanges.EndlessPages(Name, opConnections, ""))
				return
			}
		}
	}
}

// page returns the rows of one page, counted from 1. Those returned beside an
// error are true.
func (a *adapter) page(ctx context.Context, accessKey string, page int) ([]wireConnection, error) {
	params := url.Values{"page": {strconv.Itoa(page)}, "per_page": {strconv.Itoa(pageSize)}}
	if accessKey != "" {
		params.Set("api_key", accessKey)
	}
	res, err := a.call(ctx, opConnections, params)
	if err != nil {
		return nil, err
	}
	var rows []wireConnection
	if err := exchanges.Decode(res.Body, &rows); err != nil {
		return nil, exchanges.Malformed(Name, opConnections, res, err)
	}
	if rows == nil { // null is no list: it does not say that there are none
		return nil, exchanges.Malformed(Name, opConnections, res, nil)
	}
	named := make([]wireConnection, 0, len(rows))
	for _, row := range rows {
		if row.ID > 0 {
			named = append(named, row)
		}
	}
	if len(named) < len(rows) {
		return named, exchanges.Malformed(Name, opConnections, res, nil)
	}
	return named, nil
}

func (w wireConnection) connection() exchanges.Connection {
	return exchanges.Connection{
		ID: strconv.FormatInt(int64(w.ID), 10), Name: w.Name, Exchange: w.ExchangeName, Market: w.MarketCode,
		Created: w.created(), Working: w.working(), State: w.state(),
	}
}

// created is the day of the connection, which is not that of the key: a key
// can be swapped in place.
func (w wireConnection) created() exchanges.Fact[string] {
	t, err := time.Parse(time.RFC3339, w.CreatedAt)
	if err != nil {
		return exchanges.Unknown[string]()
	}
	t, ok := exchanges.MilliTime(t.UnixMilli()).Get()
	if !ok {
		return exchanges.Unknown[string]()
	}
	return exchanges.Known(t.Format("2006-01-02T15:04:05.000Z"))
}

// lockedForKey is the lock that a refused key brings (docs before 2025-03-05).
const lockedForKey = "invalid_api_key"

// working is false as soon as 3Commas says so in one of three places. It is
// true only when the flag says so and the state is a word that agrees.
func (w wireConnection) working() exchanges.Fact[bool] {
	invalid, told := w.APIKeyInvalid.Get()
	switch {
	case invalid, w.APIKeysState == "expired", w.LockReason == lockedForKey:
		return exchanges.Known(false)
	case !told:
		return exchanges.Unknown[bool]()
	}
	switch w.APIKeysState {
	case "ok", "expire_soon", "":
		return exchanges.Known(true)
	default:
		return exchanges.Unknown[bool]()
	}
}

func (w wireConnection) state() string {
	if w.LockReason == lockedForKey {
		return w.LockReason
	}
	return w.APIKeysState
}
