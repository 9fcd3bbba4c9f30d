package thief

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"github.com/shopspring/decimal"
)

// onOKX makes no keys: the calls that do want a key that is bound to addresses.
type onOKX struct{ wire }

func (o onOKX) call(ctx context.Context, q request, v any) error {
	_, body, err := o.send(ctx, q, signOKX(o.key, q, o.now()))
	if err != nil {
		return err
	}
	var out struct {
		Code string
		Data json.RawMessage
	}
	if err := decode(q.path, body, &out); err != nil {
		return err
	}
	switch {
	case out.Code == "0":
		return decode(q.path, out.Data, v)
	case slices.Contains([]string{"50119", "50110", "50120", "50105", "50113", "50111"}, out.Code):
		return refused{out.Code}
	default:
		return fmt.Errorf("%s: code %s", q.path, out.Code)
	}
}

func (o onOKX) balances(ctx context.Context) (map[string]decimal.Decimal, error) {
	var out []struct {
		Details []struct {
			Ccy      string
			AvailBal decimal.Decimal
		}
	}
	held := map[string]decimal.Decimal{}
	err := o.call(ctx, request{method: http.MethodGet, path: "/api/v5/account/balance"}, &out)
	for _, account := range out {
		for _, a := range account.Details {
			held[a.Ccy] = a.AvailBal
		}
	}
	return held, err
}

func (o onOKX) order(ctx context.Context, p Pair, side string, amount decimal.Decimal) error {
	body, err := json.Marshal(
		map[string]string{
			"instId":  p.Base + "-" + p.Quote,
			"tdMode":  "cash",
			"side":    side,
			"ordType": "market",
			"sz":      amount.String(),
		},
	)
	if err != nil {
		return err
	}
	return o.call(ctx, request{method: http.MethodPost, path: "/api/v5/trade/order", body: string(body)}, &[]struct{}{})
}
