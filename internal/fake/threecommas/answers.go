package threecommas

import (
	"net/http"
	"strings"
	"time"

	"rekey/internal/fake"
)

// answer is a connection in its documented form (docs/account): a screenful of
// money and features around the few facts about the stored key.
func (c *Connection) answer() map[string]any {
	money := func(amount string) map[string]any { return map[string]any{"currency": "USD", "amount": amount} }
	state, lock := c.State, any(nil)
	if state == "" {
		state = "ok"
	}
	if c.LockReason != "" {
		lock = c.LockReason
	}
	out := map[string]any{
		"id": c.ID, "name": c.Name, "exchange_name": c.ExchangeName, "market_code": c.MarketCode,
		"pretty_display_type": strings.ReplaceAll(c.ExchangeName, " ", ""),
		"created_at":          stamp(c.Created), "updated_at": stamp(c.Updated),
		"is_locked": c.LockReason != "", "lock_reason": lock, "api_key_invalid": c.KeyInvalid, "api_keys_state": state,
		"customer_id": nil, "subaccount_name": nil, "supported_market_types": []string{"spot"},
		"market_icon": "https://3commas.io/img/exchanges/none.png", "available_for_trading": map[string]any{},

		"auto_balance_period": 24, "auto_balance_portfolio_id": nil, "auto_balance_currency_change_limit": nil,
		"autobalance_enabled": false, "last_auto_balance": nil, "auto_balance_method": nil, "auto_balance_error": nil,

		"btc_amount": "0.25", "usd_amount": "15000.5", "day_profit_btc": "0.0", "day_profit_usd": "-3.25",
		"day_profit_btc_percentage": "0.0", "day_profit_usd_percentage": "-0.02", "btc_profit": "0.01", "usd_profit": "600.0",
		"usd_profit_percentage": "4.1", "btc_profit_percentage": "4.0", "total_btc_profit": "1.0e-05",
		"total_usd_profit":                           "612.5",
		"primary_display_currency_profit_percentage": money("4.1"), "primary_display_currency_profit": money("600.0"),
		"day_profit_primary_display_currency_percentage": money(
			"-0.02",
		), "day_profit_primary_display_currency": money("-3.25"),
		"primary_display_currency_amount":       money("15000.5"),
		"total_primary_display_currency_profit": map[string]any{"currency": "USD", "amount": 612.5},
	}
	for _, feature := range []string{
		"hedge_mode_available", "hedge_mode_enabled", "smart_trading_supported", "smart_selling_supported", "stats_supported",
		"trading_supported", "market_buy_supported", "market_sell_supported", "conditional_buy_supported", "bots_allowed",
		"bots_ttp_allowed", "bots_tsl_allowed", "gordon_bots_available", "multi_bots_allowed", "fast_convert_available",
		"grid_bots_allowed", "deposit_enabled", "include_in_summary", "available_include_in_summary",
	} {
		out[feature] = true
	}
	return out
}

// markets needs no token.
func (s *Service) markets(w http.ResponseWriter, _ *http.Request, _ caller) {
	field := func(name string) map[string]any { return map[string]any{"field": name, "localized_name": name + ":"} }
	rows := []any{}
	for _, m := range s.state.Markets {
		addresses := m.TrustedIPs
		if addresses == nil {
			addresses = []string{}
		}
		rows = append(rows, map[string]any{
			"market_name": m.Name, "market_code": m.Code, "market_url": "https://exchange.example/",
			"market_icon": "https://3commas.io/img/exchanges/none.png",
			"help_link":   "https://help.3commas.io/", "form_fields": map[string]any{"required": []any{
				field("secret"),
				field("api_key"),
			}, "optional": []any{}},
			"available_connection_flows": []string{"form"}, "third_party_allowed": false, "trusted_ips": addresses,
			"trusted_ips_input_type": "inline", "fast_connect_action_name": m.Code,
		})
	}
	fake.JSON(w, http.StatusOK, rows)
}

func stamp(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}
