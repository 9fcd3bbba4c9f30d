package thief

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"github.com/shopspring/decimal"
)

type onKuCoin struct{ wire }

func (k onKuCoin) call(ctx context.Context, q request, v any) error {
	_, body, err := k.send(ctx, q, signKuCoin(k.key, q, k.now()))
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
	case out.Code == "200000":
		return decode(q.path, out.Data, v)
	case slices.Contains([]string{"400003", "400004", "400005", "400006", "400007", "411100"}, out.Code):
		return refused{out.Code}
	default:
		return fmt.Errorf("%s: code %s", q.path, out.Code)
	}
}

func (k onKuCoin) balances(ctx context.Context) (map[string]decimal.Decimal, error) {
	var out []struct {
		Currency  string
		Available decimal.Decimal
	}
	held := map[string]decimal.Decimal{}
	err := k.call(ctx, request{method: http.MethodGet, path: "/api/v1/accounts", query: "type=trade"}, &out)
	for _, a := range out {
		held[a.Currency] = a.Available
	}
	return held, err
}

func (k onKuCoin) order(ctx context.Context, p Pair, side string, amount decimal.Decimal) error {
	field := map[string]string{"buy": "funds", "sell": "size"}[side]
	body, err := json.Marshal(
		map[string]string{"symbol": p.Base + "-" + p.Quote, "type": "market", "side": side, field: amount.String()},
	)
	if err != nil {
		return err
	}
	return k.call(ctx, request{method: http.MethodPost, path: "/api/v1/hf/orders", body: string(body)}, &struct{}{})
}
