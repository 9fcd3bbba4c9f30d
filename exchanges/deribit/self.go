package deribit

import (
	"context"
	"net/url"
	"strconv"

	"rekey/exchanges"
)

// A key with account:read_write removes itself, as it could any key of its
// account (OpenAPI 2.1.1, private/remove_api_key, read 2026-11-30).

// canRevokeSelf says without a request whether a key that was seen like this may
// remove itself.
func canRevokeSelf(k exchanges.Key) error {
	if may, _ := k.Permissions.Has(exchanges.ManageKeys).Get(); !may {
		return exchanges.Refuse(Name, opRemove, "lets only a key with account:read_write remove itself, nothing was sent")
	}
	return nil
}

// RevokeSelf removes the calling key. The call wants the number of the key, which
// the list alone tells: both may want a code of the second factor.
func (a *adapter) RevokeSelf(ctx context.Context) error {
	res, err := a.challenged(ctx, opList, pathList, nil)
	if err != nil {
		return err
	}
	number, found := numberOf(res, a.credential.AccessKey)
	if !found {
		return &exchanges.Error{
			Exchange: Name, Op: opList, Kind: exchanges.KindRejected,
			Detail: "lists no number of this key, without which it cannot be removed: remove it on its page. Nothing was " +
				"changed",
		}
	}
	res, err = a.challenged(ctx, opRemove, pathRemove, url.Values{"id": {number}})
	if err != nil {
		return err
	}
	var w wireAnswer[string]
	if exchanges.Decode(res.Body, &w) != nil || w.Result == nil || *w.Result != "ok" {
		return exchanges.Unclear(Name, opRemove, res, "answered a removal with something that is not documented")
	}
	return nil
}

// numberOf finds the number of the one key of a client_id in the answer to the
// list. Two keys of one client_id are none that can be told apart.
func numberOf(res exchanges.Response, clientID string) (string, bool) {
	var w wireAnswer[[]describedKey]
	if exchanges.Decode(res.Body, &w) != nil || w.Result == nil {
		return "", false
	}
	number, found := exchanges.Number(0), 0
	for _, row := range *w.Result {
		if row.Value.ClientID == clientID {
			number, found = row.Value.ID, found+1
		}
	}
	return strconv.FormatInt(int64(number), 10), found == 1 && number > 0
}
