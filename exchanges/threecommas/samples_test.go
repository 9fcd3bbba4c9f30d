package threecommas

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
)

// A connection and a market have many fields that say nothing about the stored
// key or the addresses. They are known by name alone, so that a new field,
// which might, is noticed.
const (
	ignoredOfConnections = `
		pretty_display_type updated_at is_locked customer_id subaccount_name supported_market_types market_icon
		available_for_trading
		auto_balance_period auto_balance_portfolio_id auto_balance_currency_change_limit autobalance_enabled last_auto_balance
		auto_balance_method auto_balance_error hedge_mode_available hedge_mode_enabled smart_trading_supported
		smart_selling_supported stats_supported trading_supported market_buy_supported market_sell_supported
		conditional_buy_supported bots_allowed bots_ttp_allowed bots_tsl_allowed gordon_bots_available multi_bots_allowed
		fast_convert_available grid_bots_allowed deposit_enabled include_in_summary available_include_in_summary
		primary_display_currency_profit_percentage primary_display_currency_profit
		day_profit_primary_display_currency_percentage
		day_profit_primary_display_currency primary_display_currency_amount total_primary_display_currency_profit
		btc_amount usd_amount day_profit_btc day_profit_usd day_profit_btc_percentage day_profit_usd_percentage btc_profit
		usd_profit usd_profit_percentage btc_profit_percentage total_btc_profit total_usd_profit`
	ignoredOfMarkets = `
		market_name market_url market_icon help_link form_fields available_connection_flows third_party_allowed
		trusted_ips_input_type fast_connect_action_name`
)

func TestDocumentedAnswers(t *testing.T) {
	exchangetest.Samples(t, exchangetest.SampleConfig{
		Dir: "3commas", Exchange: Exchange(),
		Path: func(op exchanges.Operation) string { return strings.TrimPrefix(op.Path, "/public/api") },
		Wire: func(op string) any {
			switch op {
			case opCheck:
				return new(wireCheck)
			case opActivity:
				return new(wireActivity)
			case opUpdate, opRefresh:
				return new(map[string]json.RawMessage)
			default:
				return new([]map[string]json.RawMessage)
			}
		},
		Check: func(t *testing.T, op string, value any) {
			t.Helper()
			switch op {
			case opUpdate, opRefresh:
				value = &[]map[string]json.RawMessage{*value.(*map[string]json.RawMessage)}
				fallthrough
			case opConnections:
				decoded := sameFields[wireConnection](t, value, ignoredOfConnections)
				for _, row := range decoded {
					c := row.connection()
					if row.ID == 0 || c.Name == "" || c.Exchange == "" || c.Market == "" || c.State == "" || !c.Created.IsKnown() ||
						!c.Working.IsKnown() {
						t.Errorf("a documented connection is read as %+v", c)
					}
				}
			case opActivity:
				if w := value.(*wireActivity).Data; w == nil || w.Bots == nil || w.GridBots == nil || w.Deals == nil ||
					w.SmartTrades == nil ||
					w.Orders == nil {
					t.Error("a documented count is missing")
				}
			case opMarkets:
				for _, row := range sameFields[wireMarket](t, value, ignoredOfMarkets) {
					entries, known := exchanges.ParseWhitelist(row.TrustedIPs).Entries.Get()
					if !known || len(entries) == 0 || (&adapter{}).Markets()[row.MarketCode] == "" {
						t.Errorf("a documented market is read as %+v", row)
					}
				}
			}
		},
		Skip: map[string]string{
			"GET_ver1_validate__example_2.json":                              "it is the body of a 401, see below",
			"GET_ver1_accounts_account_id_active_trading_entities__404.json": "it is a refusal, see below",
			"GET_ver1_accounts_account_id_active_trading_entities__422.json": "it is a refusal, see below",
			"POST_ver1_accounts_update__400.json":                            "it is a refusal, see below",
			"POST_ver1_accounts_account_id_load_balances__422.json":          "it is a refusal, see below",
		},
		RefusalOf: opConnections,
		Refusals: map[string]exchanges.Kind{
			"GET_ver1_validate__example_2.json":                              exchanges.KindBadSignature,
			"GET_ver1_bots__401_invalid_key_recorded.json":                   exchanges.KindCredential,
			"GET_ver1_bots__429_plan_not_allowed_recorded.json":              exchanges.KindForbidden,
			"POST_ver1_accounts_account_id_rename__401.json":                 exchanges.KindBadSignature,
			"POST_ver1_accounts_new__400.json":                               exchanges.KindOther,
			"POST_ver1_accounts_account_id_load_balances__422.json":          exchanges.KindOther,
			"POST_ver1_accounts_update__400.json":                            exchanges.KindOther,
			"GET_ver1_accounts_account_id_active_trading_entities__404.json": exchanges.KindNotFound,
			"GET_ver1_accounts_account_id_active_trading_entities__422.json": exchanges.KindOther,
			"ANY_error__example.json":                                        exchanges.KindOther,
		},
	})
}

// sameFields checks that the fields of every row are those that T reads and
// those that are ignored, all of them and no others, and returns the rows.
func sameFields[T any](t *testing.T, value any, ignored string) []T {
	t.Helper()
	rows := *value.(*[]map[string]json.RawMessage)
	known := map[string]bool{}
	for i := range reflect.TypeFor[T]().NumField() {
		known[reflect.TypeFor[T]().Field(i).Tag.Get("json")] = false
	}
	for _, name := range strings.Fields(ignored) {
		if _, twice := known[name]; twice {
			t.Errorf("field %q is ignored twice, or read and ignored", name)
		}
		known[name] = false
	}
	for _, row := range rows {
		for name := range row {
			if _, ok := known[name]; !ok {
				t.Errorf("field %q is not known", name)
			}
			known[name] = true
		}
	}
	for name, documented := range known {
		if !documented {
			t.Errorf("field %q stands in no documented answer", name)
		}
	}
	again, err := json.Marshal(rows)
	if err != nil {
		t.Fatal(err)
	}
	var out []T
	if err := json.Unmarshal(again, &out); err != nil || len(out) == 0 {
		t.Fatalf("%d rows, %v", len(out), err)
	}
	return out
}
