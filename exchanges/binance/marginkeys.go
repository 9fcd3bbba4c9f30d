package binance

import (
	"bytes"
	"cmp"
	"context"
	"net/url"
	"slices"
	"strings"

	"rekey/exchanges"
)

// Margin special keys (developers.binance.com core-trading-margin-trading,
// trade, read 2026-11-22). Those of the cross margin account only: a key of an
// isolated pair is named with its symbol, which no list without one tells. The
// call that ends the special mode and deletes all keys is not declared.

// issueMargin makes a margin special key of the manager's own account.
func (a *adapter) issueMargin(ctx context.Context, req exchanges.IssueRequest) (exchanges.Issued, error) {
	params, err := issueMarginParams(req)
	if err = cmp.Or(err, exchanges.CheckLabel(Name, opIssueMargin, req.Label)); err != nil {
		return exchanges.Issued{}, err
	}
	res, err := a.write(ctx, opIssueMargin, params)
	if err != nil {
		return exchanges.Issued{}, err
	}
	var d describedNewMargin
	err = exchanges.Decode(res.Body, &d)
	w := d.Value
	if err != nil || w.APIKey == "" || w.SecretKey == "" {
		return exchanges.Issued{}, exchanges.Unclear(Name, opIssueMargin, res, "answered without the new key's secret")
	}
	// The answer tells neither permissions nor addresses; the list does.
	k := marginKey(describedMargin{Value: wireMarginKey{APIKey: w.APIKey, APIName: req.Label, Type: w.Type}})
	k.Permissions, k.Whitelist = exchanges.Permissions{}, exchanges.IPWhitelist{}
	k.AddStrange(d.Strange)
	return exchanges.Issued{Key: k, Credential: exchanges.Credential{
		AccessKey: w.APIKey,
		Secret:    exchanges.NewSecret(w.SecretKey),
	}}, nil
}

// issueMarginParams returns the parameters of a new margin special key. A label
// is checked once it is chosen, and may be missing.
func issueMarginParams(req exchanges.IssueRequest) (url.Values, error) {
	if req.Label != "" {
		if err := exchanges.CheckLabel(Name, opIssueMargin, req.Label); err != nil {
			return nil, err
		}
	}
	if err := exchanges.CheckAlgorithm(Name, opIssueMargin, req.Algorithm); err != nil {
		return nil, err
	}
	givable := []exchanges.Permission{exchanges.Read, exchanges.Margin}
	if err := exchanges.CheckPermissions(Name, opIssueMargin, req.Permissions, givable); err != nil {
		return nil, err
	}
	if !slices.Contains(req.Permissions, exchanges.Margin) {
		// permissionMode counts for Ed25519 keys alone (trade, read 2026-11-22).
		return nil, exchanges.Refuse(Name, opIssueMargin,
			"cannot make a margin special key with a secret that only reads, every one trades margin; nothing was sent")
	}
	list, err := exchanges.Addresses(Name, opIssueMargin, req.Whitelist, mostAddresses, false)
	if err != nil {
		return nil, err
	}
	params := url.Values{"apiName": {req.Label}}
	if len(list) > 0 {
		params.Set("ip", strings.Join(list, ","))
	}
	return params, nil
}

// revokeMargin deletes a margin special key by its access key. A deletion by
// name would take every key of that name along, so the name is never sent.
func (a *adapter) revokeMargin(ctx context.Context, req exchanges.RevokeRequest) error {
	res, err := a.write(ctx, opRevokeMargin, url.Values{"apiKey": {req.Ref.AccessKey}})
	documented := len(bytes.TrimSpace(res.Body)) == 0 || isEmpty(res.Body) // the documents show an empty answer
	return exchanges.Gone(Name, opRevokeMargin, res, err, documented, func() (bool, error) {
		rows, err := a.marginRows(ctx)
		return slices.ContainsFunc(rows, func(row describedMargin) bool {
			return row.Value.APIKey == req.Ref.AccessKey || row.Value.APIKey == ""
		}), err
	})
}

// editMargin sets the addresses of a margin special key.
func (a *adapter) editMargin(ctx context.Context, k exchanges.Key, req exchanges.EditRequest) (exchanges.Key, error) {
	k.Ref.Account, k.SpecialMargin = exchanges.Account{Kind: exchanges.AccountUnknown}, true
	params, err := editMarginParams(req)
	if err != nil {
		return k, err
	}
	res, err := a.write(ctx, opAddressMargin, params)
	if err != nil {
		return k, err
	}
	if len(bytes.TrimSpace(res.Body)) > 0 && !isEmpty(res.Body) {
		return k, exchanges.Unclear(Name, opAddressMargin, res, "answered with something that is not documented")
	}
	k.Status = exchanges.StatusAlive
	return k, nil
}

// editMarginParams returns the parameters of a change of addresses, the only one
// that is documented.
func editMarginParams(req exchanges.EditRequest) (url.Values, error) {
	if err := checkMargin(opAddressMargin, req.Ref); err != nil {
		return nil, err
	}
	if req.Permissions != nil || len(req.Whitelist) == 0 {
		return nil, exchanges.Refuse(Name, opAddressMargin, "cannot change a margin special key but to other "+
			"addresses, as far as is documented, nothing was sent: make a new key")
	}
	list, err := exchanges.Addresses(Name, opAddressMargin, req.Whitelist, mostAddresses, false)
	if err != nil {
		return nil, err
	}
	return url.Values{"apiKey": {req.Ref.AccessKey}, "ip": {strings.Join(list, ",")}}, nil
}

func checkMargin(op string, ref exchanges.KeyRef) error {
	if ref.AccessKey == "" {
		return exchanges.Refuse(Name, op, "the margin special key is named without its access key, nothing was sent")
	}
	return nil
}
