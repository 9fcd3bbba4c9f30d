package all_test

import (
	"testing"

	"rekey/exchanges"
)

// A list that was not given is no empty list: whatever comes in its place is
// an error, and "has no sub-accounts" is said by the exchange's own words
// alone.
func TestListsThatWereNotGiven(t *testing.T) {
	html := []string{"Content-Type", "text/html"}
	for _, c := range []struct {
		name    string
		answers map[string]answer // by exchange; "" for all that are not named
	}{
		{"an empty object", map[string]answer{"": ok(`{}`)}},
		{"null", map[string]answer{"": ok(`null`)}},
		{"nothing", map[string]answer{"": ok(``)}},
		{"a web page", map[string]answer{"": {status: 200, body: `<html>`, headers: html}}},
		{"a page that is gone", map[string]answer{"": {status: 404, body: `<html>404</html>`, headers: html}}},
		{"a call that is gone", map[string]answer{"": {status: 404, body: `{}`}}},
		{"data that is null", map[string]answer{
			"htx":    ok(`{"code":200,"data":null}`),
			"bitget": ok(`{"code":"00000","msg":"success","data":null}`),
			"kucoin": ok(`{"code":"200000","data":null}`), "okx": ok(`{"code":"0","msg":"","data":null}`),
			"binance": ok(`{"subAccounts":null,"rows":null,"total":0}`),
			"bybit":   ok(`{"retCode":0,"retMsg":"","result":null}`),
		}},
		{"data that is missing", map[string]answer{
			"htx":    ok(`{"code":200}`),
			"bitget": ok(`{"code":"00000","msg":"success"}`),
			"kucoin": ok(`{"code":"200000"}`), "okx": ok(`{"code":"0","msg":""}`), "binance": ok(`{"total":0}`),
			"bybit": ok(`{"retCode":0,"retMsg":"","result":{}}`),
		}},
		{"data that is another thing", map[string]answer{
			"htx":    ok(`{"code":200,"data":{}}`),
			"gateio": ok(`{"rows":[]}`),
			"bitget": ok(`{"code":"00000","msg":"success","data":{"list":{},"hasNext":false,"cursor":""}}`),
			"kucoin": ok(`{"code":"200000","data":{"items":{}}}`), "okx": ok(`{"code":"0","msg":"","data":{}}`),
			"binance": ok(`{"subAccounts":{},"rows":{},"total":0}`),
			"bybit":   ok(`{"retCode":0,"retMsg":"","result":{"subMembers":{},"result":{}}}`),
		}},
		{"success that is false", map[string]answer{
			"htx":     ok(`{"ok":false,"code":200,"data":[]}`),
			"bitget":  ok(`{"success":false,"code":"00000","msg":"","data":{"list":[],"hasNext":false,"cursor":""}}`),
			"kucoin":  ok(`{"success":false,"code":"200000","data":{"totalNum":0,"totalPage":0,"items":[]}}`),
			"okx":     ok(`{"success":false,"code":"0","msg":"","data":[]}`),
			"binance": ok(`{"success":false,"subAccounts":[],"rows":[],"total":0,"msg":"Sub-account function is not enabled."}`),
			"bybit":   ok(`{"success":false,"retCode":0,"retMsg":"","result":{"subMembers":[],"result":[],"nextCursor":"0"}}`),
		}},
		{"rows without names", map[string]answer{
			"htx":     ok(`{"code":200,"data":[{}]}`),
			"gateio":  ok(`[{}]`),
			"bitget":  ok(`{"code":"00000","msg":"","data":{"list":[{}],"hasNext":false,"cursor":""}}`),
			"kucoin":  ok(`{"code":"200000","data":{"totalNum":1,"totalPage":1,"items":[{}]}}`),
			"okx":     ok(`{"code":"0","msg":"","data":[{}]}`),
			"binance": ok(`{"subAccounts":[{}],"rows":[{}],"total":1}`),
			"bybit":   ok(`{"retCode":0,"retMsg":"","result":{"subMembers":[{}],"result":[{}],"nextCursor":"0"}}`),
		}},
		{"a right that is missing", map[string]answer{
			"htx":     ok(`{"code":1002,"message":"forbidden"}`),
			"gateio":  {status: 403, body: `{"label":"FORBIDDEN","message":"x"}`},
			"bitget":  {status: 400, body: `{"code":"40014","msg":"Incorrect permissions"}`},
			"kucoin":  {status: 403, body: `{"code":"400007","msg":"Access denied, require more permission."}`},
			"okx":     {status: 200, body: `{"code":"50120","msg":"This API key doesn't have permission to use this function"}`},
			"bybit":   {status: 200, body: `{"retCode":10005,"retMsg":"Permission denied"}`},
			"binance": {status: 401, body: `{"code":-1002,"msg":"You are not authorized to execute this request."}`},
		}},
		{"a restricted account", map[string]answer{
			"gateio":  {status: 403, body: `{"label":"ACCOUNT_LOCKED","message":"x"}`},
			"kucoin":  {status: 200, body: `{"code":"400010","msg":"uid"}`},
			"okx":     {status: 200, body: `{"code":"50027","msg":"The account is restricted from trading"}`},
			"binance": {status: 400, body: `{"code":-10038,"msg":"Broker account is not supported."}`},
		}},
		{"risk control", map[string]answer{
			"kucoin": {status: 200, body: `{"code":"400700","msg":"x"}`}, "okx": {
				status: 200,
				body:   `{"code":"50029","msg":"x"}`,
			},
			"binance": {status: 400, body: `{"code":-8012,"msg":"Something else."}`},
		}},
		{"frozen", map[string]answer{
			"kucoin": {status: 200, body: `{"code":"411100","msg":"User are frozen"}`}, "okx": {
				status: 400,
				body:   `{"code":"50100","msg":"API frozen"}`,
			},
			"binance": {status: 400, body: `{"code":100001002,"msg":"Unsupported operation"}`},
		}},
		{"a code that nobody knows", map[string]answer{
			"htx":    {status: 400, body: `{"code":7777,"message":"x"}`},
			"gateio": {status: 400, body: `{"label":"TELEPORTED","message":"x"}`},
			"bitget": {status: 400, body: `{"code":"49999","msg":"x"}`},
			"kucoin": {status: 400, body: `{"code":"130299","msg":"x"}`}, "okx": {
				status: 400,
				body:   `{"code":"59999","msg":"x"}`,
			},
			"bybit":   {status: 400, body: `{"retCode":77777,"retMsg":"x"}`},
			"binance": {status: 400, body: `{"code":-12014,"msg":"More than 1 request in 3 seconds"}`},
		}},
		{"a code that nobody knows, with HTTP 200", map[string]answer{
			"htx":    ok(`{"code":7777,"message":"x"}`),
			"gateio": ok(`{"label":"TELEPORTED","message":"x"}`),
			"kucoin": ok(`{"code":"130299","msg":"x"}`), "okx": ok(`{"code":"59999","msg":"x"}`),
			"binance": ok(`{"code":-12014,"msg":"x"}`),
			"bybit":   ok(`{"retCode":77777,"retMsg":"x"}`),
		}},
		{"a code above zero", map[string]answer{"": {status: 400, body: `{"code":1,"msg":"x"}`}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, d := range catalogue() {
				a, here := c.answers[d.exchange]
				if !here {
					if a, here = c.answers[""]; !here {
						continue
					}
				}
				for _, path := range d.lists {
					adapter, _ := d.open(t, map[string]answer{path: a})
					_, errs := list(t, adapter)
					if len(errs) == 0 {
						t.Errorf("%s %s: the list was not given, and nobody says so", d.exchange, path)
					}
					for _, err := range errs {
						if exchanges.KindOf(err) == exchanges.KindNotMaster {
							t.Errorf("%s %s: %v", d.exchange, path, err)
						}
					}
				}
			}
		})
	}
}

// The words that say that there are no sub-accounts, and empty lists, are
// taken at their word, but for lists that hold the key that asks.
func TestListsThatAreEmpty(t *testing.T) {
	for _, c := range []struct {
		exchange, path string
		answer         answer
		want           exchanges.Kind
	}{
		{"binance", "/sapi/v1/sub-account/list", answer{status: 400, body: `{"code":-8012,"msg":"Sub-account function is ` +
			`not enabled."}`}, exchanges.KindNotMaster},
		{"okx", "/api/v5/users/subaccount/list", ok(`{"code":"59500","msg":"Only the API key of the main account has ` +
			`permission"}`), exchanges.KindNotMaster},
		{"okx", "/api/v5/users/subaccount/list", ok(`{"code":"59604","msg":"x"}`), exchanges.KindNotMaster},
		{"binance", "/sapi/v1/sub-account/list", ok(`{"subAccounts":[]}`), ""},
		{"binance", "/sapi/v1/sub-account/subAccountApi", ok(`{"total":0,"rows":[]}`), ""},
		{"binance", "/sapi/v1/margin/api-key-list", ok(`[]`), ""},
		{"bitget", "/api/v3/user/sub-list", ok(`{"code":"00000","msg":"","data":{"list":[],` +
			`"hasNext":false,"cursor":""}}`), ""},
		{"bitget", "/api/v3/user/sub-api-list", ok(`{"code":"00000","msg":"","data":{"list":[],` +
			`"hasNext":false,"cursor":""}}`), ""},
		{"gateio", "/api/v4/sub_accounts", ok(`[]`), ""},
		{"htx", "/v2/sub-user/user-list", ok(`{"code":200,"data":[]}`), ""},
		{"gateio", "/api/v4/sub_accounts/12/keys", ok(`[]`), ""},
		{"kucoin", "/api/v2/sub/user", ok(`{"code":"200000","data":{"currentPage":1,"pageSize":100,"totalNum":0,` +
			`"totalPage":0,"items":[]}}`), ""},
		{"kucoin", "/api/v1/sub/api-key", ok(`{"code":"200000","data":[]}`), ""},
		{"okx", "/api/v5/users/subaccount/list", ok(`{"code":"0","msg":"","data":[]}`), ""},
		{"okx", "/api/v5/users/subaccount/apikey", ok(`{"code":"0","msg":"","data":[]}`), ""},
		{"bybit", "/v5/user/submembers", ok(`{"retCode":0,"retMsg":"","result":{"subMembers":[],"nextCursor":"0"}}`), ""},
		{"bybit", "/v5/user/sub-apikeys", ok(`{"retCode":0,"retMsg":"","result":{"result":[],"nextPageCursor":""}}`), ""},
	} {
		for _, d := range catalogue() {
			if d.exchange != c.exchange {
				continue
			}
			a, _ := d.open(t, map[string]answer{c.path: c.answer})
			_, errs := list(t, a)
			switch {
			case c.want == "" && len(errs) > 0:
				t.Errorf("%s %s: %v", c.exchange, c.answer.body, errs)
			case c.want != "" && (len(errs) != 1 || exchanges.KindOf(errs[0]) != c.want):
				t.Errorf("%s %s: %v, want one of kind %q", c.exchange, c.answer.body, errs, c.want)
			}
		}
	}
}
