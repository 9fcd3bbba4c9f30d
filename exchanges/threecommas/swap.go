package threecommas

import (
	"context"
	"strconv"

	"rekey/exchanges"
)

// UpdateConnection swaps the key that a connection stores; bots, deals and
// history stay (docs/account/4_edit_exchange_account.mdx, 2026-05-07;
// help.3commas.io article 3166090). The documented answer is the connection.
// That 3Commas tries the key at the exchange before it takes it is documented
// for new connections alone, where a key that was just made may be refused for
// 30 seconds (3commas-official-api-docs issue 161, 2023-12-08); after a swap
// RefreshConnection says whether it works.
func (a *adapter) UpdateConnection(ctx context.Context, id string, c exchanges.Credential) error {
	if err := checkID(opUpdate, id); err != nil {
		return err
	}
	if c.AccessKey == "" || c.Secret.IsZero() {
		return exchanges.Refuse(Name, opUpdate, "a connection needs an access key and a secret, nothing was sent")
	}
	res, err := a.swap(ctx, id, c)
	if err != nil {
		return err
	}
	if _, ok := readConnection(res, id); !ok {
		return exchanges.Unclear(Name, opUpdate, res, "answered a swap with something that is not documented")
	}
	return nil
}

// RefreshConnection makes 3Commas load the connection's balances with the
// stored key. An answer with the connection is documented for a key that works,
// 422 invalid_api_key for one that does not
// (docs/account/9_load_balances_for_specified_exchange.mdx, 2026-05-07).
func (a *adapter) RefreshConnection(ctx context.Context, id string) (exchanges.Connection, error) {
	if err := checkID(opRefresh, id); err != nil {
		return exchanges.Connection{}, err
	}
	res, err := a.callAccount(ctx, opRefresh, id)
	if err != nil {
		return exchanges.Connection{}, err
	}
	w, ok := readConnection(res, id)
	if !ok {
		return exchanges.Connection{}, exchanges.Unclear(Name, opRefresh, res, "answered without the connection")
	}
	return w.connection(), nil
}

// Activity counts what is active on a connection
// (docs/account/6_get_the_list_of_active_entities.mdx, 2026-05-07). Signal bots
// and others that the page does not name are not counted.
func (a *adapter) Activity(ctx context.Context, id string) (exchanges.Activity, error) {
	if err := checkID(opActivity, id); err != nil {
		return exchanges.Activity{}, err
	}
	res, err := a.callAccount(ctx, opActivity, id)
	if err != nil {
		return exchanges.Activity{}, err
	}
	var w wireActivity
	if err := exchanges.Decode(res.Body, &w); err != nil || w.Data == nil {
		return exchanges.Activity{}, exchanges.Malformed(Name, opActivity, res, err)
	}
	return exchanges.Activity{
		Bots: count(w.Data.Bots), GridBots: count(w.Data.GridBots), Deals: count(w.Data.Deals),
		SmartTrades: count(w.Data.SmartTrades), Orders: count(w.Data.Orders),
	}, nil
}

// count is unknown when there is no number, or one that counts nothing.
func count(n *exchanges.Number) exchanges.Fact[int] {
	if n == nil || *n < 0 {
		return exchanges.Unknown[int]()
	}
	return exchanges.Known(int(*n))
}

// checkID refuses what is no number: IDs stand in paths.
func checkID(op, id string) error {
	if n, err := strconv.ParseInt(id, 10, 64); err != nil || n <= 0 || strconv.FormatInt(n, 10) != id {
		return exchanges.Refuse(Name, op, "a connection is named by a number, nothing was sent")
	}
	return nil
}

// readConnection reads the answer to a call on one connection.
func readConnection(res exchanges.Response, id string) (wireConnection, bool) {
	var w wireConnection
	err := exchanges.Decode(res.Body, &w)
	return w, err == nil && strconv.FormatInt(int64(w.ID), 10) == id
}
