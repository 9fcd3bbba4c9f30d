package all_test

import (
	"cmp"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"rekey/exchanges"
	"rekey/exchanges/all"
	"rekey/exchanges/exchangetest"
	"rekey/internal/httpx"
)

// An answer is what a staged exchange says to one request.
type answer struct {
	status  int
	body    string
	headers []string // names and values
}

func ok(body string) answer { return answer{status: 200, body: body} }

// A documented is what the tests know of one exchange: the answers that its
// documents print, with values made up here.
type documented struct {
	exchange   string
	credential exchanges.Credential
	time       answer
	paths      map[string]answer // by path, in the order of no importance
	// inspect is the path at which a key looks at itself; rows are the paths
	// whose answers describe keys.
	inspect string
	rows    []string
	// dead is the answer to inspect that proves a death, zero where none does.
	dead answer
	// word adds a permission word to the answer of a path, flag a member that
	// is true.
	lists []string // the paths whose answers are lists
	// code and text are the members in which dead states its refusal: "code"
	// and "msg" where they are empty.
	code, text string
	// beside are answers of paths that are asked only when another refuses.
	beside map[string]answer
}

// codeName and textName are the members of a refusal.
func (d documented) codeName() string { return cmp.Or(d.code, "code") }

func (d documented) textName() string { return cmp.Or(d.text, "msg") }

const (
	hexKey  = "6705f5c311545b000157d3eb"
	uuidKey = "0f1e2d3c-4b5a-4697-8899-aabbccddeeff"

	krakenKey = "4/SDrDBcOOPnm3nPlNfEMMJDeRcIVqPz+QhRxIodyZbI9po/aVRiHaaa"
)

// catalogue returns what is known of the adapters that speak to somebody.
func catalogue() []documented {
	secret := exchanges.NewSecret(exchangetest.Canary + strings.Repeat("s", 58))
	phrase := exchanges.NewSecret(exchangetest.Canary + "1!a")
	return []documented{
		{
			exchange:   "binance",
			credential: exchanges.Credential{AccessKey: strings.Repeat("k3Y", 21) + "a", Secret: secret},
			time:       ok(`{"serverTime":1795348800000}`),
			inspect:    "/sapi/v1/account/apiRestrictions",
			rows: []string{
				"/sapi/v1/account/apiRestrictions", "/sapi/v1/sub-account/subAccountApi", "/sapi/v1/margin/api-key-list",
			},
			lists: []string{
				"/sapi/v1/sub-account/list", "/sapi/v1/sub-account/subAccountApi", "/sapi/v1/margin/api-key-list",
			},
			dead: answer{status: 400, body: `{"code":-2008,"msg":"Invalid Api-Key ID."}`},
			paths: map[string]answer{
				"/sapi/v1/account/apiRestrictions": ok(`{"ipRestrict":true,"createTime":1623840271000,"enableReading":true,` +
					`"enableWithdrawals":false,"enableInternalTransfer":false,"enableMargin":false,"enableFutures":false,` +
					`"permitsUniversalTransfer":false,"enableVanillaOptions":false,"enableFixApiTrade":false,` +
					`"enableFixReadOnly":false,"enableSpotAndMarginTrading":true,"enablePortfolioMarginTrading":false}`),
				"/sapi/v1/sub-account/list": ok(`{"subAccounts":[{"subUserId":1,"email":"s@desk.example","remark":"",` +
					`"isFreeze":false,"createTime":1623840271000,"isManagedSubAccount":false,"isAssetManagementSubAccount":false}]}`),
				"/sapi/v1/sub-account/subAccountApi": ok(`{"total":1,"rows":[{"email":"s@desk.example","apiName":"bot","apikey":"` +
					strings.Repeat("Z", 64) + `","canTrade":false,"canMarginLoanRepay":false,"canFuturesTrade":false,` +
					`"canUniversalTransfer":false,"canVanillaOptions":false,"timestamp":1640000000000}]}`),
				"/sapi/v1/sub-account/subAccountApi/ipRestriction": ok(`{"ipRestrict":"true","ipList":["203.0.113.7"],` +
					`"updateTime":1636371437000,"apiKey":"` + strings.Repeat("Z", 64) + `"}`),
				"/sapi/v1/margin/api-key-list": ok(`[{"apiName":"fast","apiKey":"` + strings.Repeat("M", 64) +
					`","ip":"203.0.113.7","type":"RSA","permissionMode":"READ"}]`),
			},
		},
		{
			exchange:   "kucoin",
			credential: exchanges.Credential{AccessKey: hexKey, Secret: secret, Passphrase: phrase},
			time:       ok(`{"code":"200000","data":1795348800000}`),
			inspect:    "/api/v1/user/api-key",
			rows:       []string{"/api/v1/user/api-key", "/api/v1/sub/api-key"},
			lists:      []string{"/api/v2/sub/user", "/api/v1/sub/api-key"},
			dead:       answer{status: 401, body: `{"code":"400003","msg":"The API key does not exist or site mismatch."}`},
			paths: map[string]answer{
				"/api/v1/user/api-key": ok(`{"code":"200000","data":{"remark":"desk","apiKey":"` + hexKey + `","apiVersion":3,` +
					`"permission":"General,Spot","ipWhitelist":"203.**.7","createdAt":1728443843000,"uid":165111215,` +
					`"isMaster":true}}`),
				"/api/v2/sub/user": ok(`{"code":"200000","data":{"currentPage":1,"pageSize":100,"totalNum":1,"totalPage":1,` +
					`"items":[` +
					`{"userId":"63743f07e0c5230001761d08","uid":169579801,"subName":"bot1","status":2,"type":0,"access":"All",` +
					`"createdAt":1668562696000,"remarks":"","tradeTypes":["Spot"],"openedTradeTypes":["Spot"],` +
					`"hostedStatus":null}]}}`),
				"/api/v1/sub/api-key": ok(`{"code":"200000","data":[{"subName":"bot1","remark":"bot",` +
					`"apiKey":"673eab2a955ebf000195d7e4",` +
					`"apiVersion":3,"permission":"General","ipWhitelist":"203.**.7","createdAt":1732160298000,"uid":169579801,` +
					`"isMaster":false}]}`),
			},
		},
		{
			exchange:   "okx",
			credential: exchanges.Credential{AccessKey: uuidKey, Secret: secret, Passphrase: phrase},
			time:       ok(`{"code":"0","msg":"","data":[{"ts":"1795348800000"}]}`),
			inspect:    "/api/v5/account/config",
			rows:       []string{"/api/v5/account/config", "/api/v5/users/subaccount/apikey"},
			lists:      []string{"/api/v5/users/subaccount/list", "/api/v5/users/subaccount/apikey"},
			dead:       answer{status: 401, body: `{"msg":"API key doesn't exist","code":"50119"}`},
			paths: map[string]answer{
				"/api/v5/account/config": ok(`{"code":"0","msg":"","data":[{"uid":"11","mainUid":"11","type":"0","label":"desk",` +
					`"perm":"read_only,trade","ip":"203.0.113.7"}]}`),
				"/api/v5/users/subaccount/list": ok(`{"code":"0","msg":"","data":[{"subAcct":"bot1","uid":"12","enable":true,` +
					`"ts":"1640000000000","label":"","mobile":"","type":"1"}]}`),
				"/api/v5/users/subaccount/apikey": ok(`{"code":"0","msg":"","data":[{"label":"bot","apiKey":"` +
					strings.Replace(uuidKey, "0f", "1f", 1) + `","perm":"read_only","ip":"203.0.113.7","ts":"1640000000000"}]}`),
			},
		},
		{
			exchange:   "bitget",
			credential: exchanges.Credential{AccessKey: "bg_" + hexKey + "00000001", Secret: secret, Passphrase: phrase},
			time:       ok(`{"code":"00000","msg":"success","requestTime":1,"data":{"serverTime":"1795348800000"}}`),
			inspect:    "/api/v3/account/info",
			rows:       []string{"/api/v3/account/info", "/api/v3/user/sub-api-list"},
			lists:      []string{"/api/v3/user/sub-list", "/api/v3/user/sub-api-list"},
			dead:       answer{status: 400, body: `{"msg":"Apikey does not exist","code":"40037"}`},
			beside: map[string]answer{"/api/v2/spot/account/info": {
				status: 400,
				body:   `{"code":"40037","msg":"Apikey does not exist","requestTime":"1","data":null}`,
			}},
			paths: map[string]answer{
				"/api/v3/account/info": ok(`{"code":"00000","msg":"success","requestTime":1,"data":{"userId":"11","inviterId":"",` +
					`"parentId":"","channelCode":"","channel":"","ips":"203.0.113.7","permType":"read-and-write",` +
					`"permissions":["uta_trade"],"regisTime":"1704067200000"}}`),
				"/api/v3/user/sub-list": ok(`{"code":"00000","msg":"success","requestTime":1,"data":{"list":[{"subUid":"12",` +
					`"username":"bot1","status":"normal","accountMode":"UNIFIED","type":"virtual","note":"",` +
					`"createdTime":"1704067200000","updatedTime":"1704067200000"}],"hasNext":false,"cursor":""}}`),
				"/api/v3/user/sub-api-list": ok(`{"code":"00000","msg":"success","requestTime":1,"data":{"list":[{"apiKey":"bg_` +
					hexKey + `00000002","type":"read_only","note":"bot","permissions":["uta_trade"],"ips":["203.0.113.7"],` +
					`"ts":"1640000000000"}],"hasNext":false,"cursor":""}}`),
			},
		},
		{
			exchange:   "gateio",
			credential: exchanges.Credential{AccessKey: hexKey + "00000001", Secret: secret},
			time:       ok(`{"server_time":1795348800000}`),
			inspect:    "/api/v4/account/detail",
			rows: []string{
				"/api/v4/account/detail", "/api/v4/account/main_keys", "/api/v4/sub_accounts/12/keys",
			},
			lists: []string{"/api/v4/account/main_keys", "/api/v4/sub_accounts", "/api/v4/sub_accounts/12/keys"},
			code:  "label", text: "message",
			dead: answer{status: 401, body: `{"message":"Invalid key provided","label":"INVALID_KEY"}`},
			paths: map[string]answer{
				"/api/v4/account/detail": ok(`{"user_id":11,"ip_whitelist":["203.0.113.7"],"currency_pairs":["BTC_USDT"],` +
					`"key":{"mode":1},"tier":1,"copy_trading_role":0}`),
				"/api/v4/account/main_keys": ok(`[{"state":1,"mode":1,"name":"desk","user_id":11,"perms":[` +
					`{"name":"spot","read_only":false},{"name":"account","read_only":true}],"ip_whitelist":["203.0.113.7"],` +
					`"currency_pairs":[],"key":"` + hexKey[:12] + `*****","created_at":1753030929,"update_at":1756300567,` +
					`"last_access":1753030929}]`),
				"/api/v4/sub_accounts": ok(`[{"remark":"","login_name":"bot1","user_id":12,"state":1,"create_time":168888888}]`),
				"/api/v4/sub_accounts/12/keys": ok(`[{"state":1,"mode":1,"name":"bot","user_id":12,"perms":[` +
					`{"name":"spot","read_only":false}],"ip_whitelist":[],"key":"` + hexKey + `00000002",` +
					`"created_at":1663642892,"last_access":1663642892,"update_at":1663642892}]`),
			},
		},
		{
			exchange:   "htx",
			credential: exchanges.Credential{AccessKey: "4ba5cdf2-4a92c5da-718ba144-dbuqg6hkte", Secret: secret},
			time:       ok(`{"status":"ok","data":1795348800000}`),
			inspect:    "/v1/account/accounts",
			rows:       []string{"/v2/user/api-key"},
			lists:      []string{"/v2/sub-user/user-list", "/v2/user/api-key"},
			code:       "err-code", text: "err-msg",
			dead: answer{status: 200, body: `{"status":"error",` +
				`"err-msg":"Signature not valid: Incorrect Access key","err-code":"api-signature-not-valid"}`},
			paths: map[string]answer{
				"/v1/account/accounts":   ok(`{"status":"ok","data":[{"id":1,"type":"spot","subtype":"","state":"working"}]}`),
				"/v2/user/uid":           ok(`{"code":200,"data":11}`),
				"/v2/sub-user/user-list": ok(`{"code":200,"data":[{"uid":12,"userState":"normal"}]}`),
				"/v2/user/api-key": ok(`{"code":200,"message":"success","data":[{` +
					`"accessKey":"4ba5cdf2-4a92c5da-718ba144-dbuqg6hkte","status":"normal","note":"desk",` +
					`"permission":"readOnly,trade","ipAddresses":"203.0.113.7","validDays":-1,"createTime":1591348751000,` +
					`"updateTime":1591348751000}]}`),
			},
		},
		{
			exchange: "coinbase",
			credential: exchanges.Credential{
				AccessKey: "organizations/" + uuidKey + "/apiKeys/" + uuidKey,
				Secret:    exchanges.NewSecret("Q0FOQVJZQ0FOQVJZQ0FOQVJZQ0FOQVJZQ0FOQVJZQ0E="), // CANARYCANARY… of 32 bytes
			},
			time:    ok(`{"iso":"2026-11-22T12:00:00Z","epochSeconds":"1795348800","epochMillis":"1795348800000"}`),
			inspect: "/api/v3/brokerage/key_permissions",
			rows:    []string{"/api/v3/brokerage/key_permissions"},
			paths: map[string]answer{
				"/api/v3/brokerage/key_permissions": ok(`{"can_view":true,"can_trade":true,"can_transfer":false,` +
					`"portfolio_uuid":"` + uuidKey + `","portfolio_type":"DEFAULT","can_receive":false}`),
			},
		},
		{
			exchange:   "deribit",
			credential: exchanges.Credential{AccessKey: "aB3dE6gH", Secret: secret},
			time:       ok(`{"jsonrpc":"2.0","result":1795348800000}`),
			inspect:    "/api/v2/public/auth",
			rows:       []string{"/api/v2/public/auth", "/api/v2/private/list_api_keys"},
			lists:      []string{"/api/v2/private/list_api_keys"},
			paths: map[string]answer{
				"/api/v2/public/auth": ok(`{"jsonrpc":"2.0","result":{"access_token":"x","expires_in":900,"refresh_token":"y",` +
					`"scope":"account:read trade:read_write","enabled_features":[],"token_type":"bearer"}}`),
				"/api/v2/private/list_api_keys": ok(`{"jsonrpc":"2.0","result":[{"timestamp":1640000000000,"id":1,` +
					`"max_scope":"account:read trade:read","enabled":true,"default":false,"client_id":"aB3dE6gI","name":"bot",` +
					`"enabled_features":[],"ip_whitelist":["203.0.113.7"]}]}`),
			},
		},
		{
			exchange:   "bybit",
			credential: exchanges.Credential{AccessKey: "aB3dE6gH9jK2mN5pQ8", Secret: secret},
			time:       ok(`{"retCode":0,"retMsg":"OK","result":{"timeSecond":"1795348800","timeNano":"1795348800000000000"}}`),
			inspect:    "/v5/user/query-api",
			rows:       []string{"/v5/user/query-api", "/v5/user/sub-apikeys"},
			lists:      []string{"/v5/user/submembers", "/v5/user/sub-apikeys"},
			code:       "retCode", text: "retMsg",
			dead: answer{status: 200, body: `{"retCode":10003,"retMsg":"API key is invalid."}`},
			paths: map[string]answer{
				"/v5/user/query-api": ok(`{"retCode":0,"retMsg":"","result":{"note":"desk","apiKey":"aB3dE6gH9jK2mN5pQ8",` +
					`"readOnly":0,"secret":"","permissions":{"ContractTrade":["Order"],"Spot":["SpotTrade"],` +
					`"Wallet":["AccountTransfer"],"Options":[],"Derivatives":[],"Exchange":[]},"ips":["203.0.113.7"],"type":1,` +
					`"deadlineDay":-2,"expiredAt":"1970-01-01T00:00:00Z","createdAt":"2026-10-13T03:20:45Z","userID":11,` +
					`"rsaPublicKey":"","isMaster":true,"parentUid":"0"}}`),
				"/v5/user/submembers": ok(`{"retCode":0,"retMsg":"","result":{"subMembers":[{"uid":"12","username":"bot1",` +
					`"memberType":1,"status":1,"remark":"","accountMode":5}],"nextCursor":"0"}}`),
				"/v5/user/sub-apikeys": ok(`{"retCode":0,"retMsg":"","result":{"result":[{"id":"1","ips":["*"],` +
					`"apiKey":"zZ3dE6gH9jK2mN5pQ8","note":"bot","status":3,"expiredAt":"2027-02-01T02:36:06Z",` +
					`"createdAt":"2026-11-03T06:42:39Z","type":1,"permissions":{"ContractTrade":[],"Spot":["SpotTrade"],` +
					`"Wallet":[]},"secret":"******","readOnly":false,"deadlineDay":90,"flag":"hmac"}],"nextPageCursor":""}}`),
			},
		},
		{
			exchange: "kraken",
			credential: exchanges.Credential{
				AccessKey: krakenKey, Secret: exchanges.NewSecret(exchangetest.Canary + strings.Repeat("a", 80) + "=="),
			},
			time:    ok(`{"error":[],"result":{"unixtime":1795348800,"rfc1123":"x"}}`),
			inspect: "/0/private/GetApiKeyInfo",
			rows:    []string{"/0/private/GetApiKeyInfo"},
			paths: map[string]answer{
				"/0/private/GetApiKeyInfo": ok(`{"error":[],"result":{"apiKeyName":"desk","apiKey":"` + krakenKey + `",` +
					`"nonce":"1795348800000","nonceWindow":0,"permissions":["query-funds","modify-trades"],"iban":"AA00",` +
					`"validUntil":"0","queryFrom":"0","queryTo":"0","createdTime":"1772542900","modifiedTime":"1772543095",` +
					`"ipAllowlist":["203.0.113.7"],"lastUsed":"1772627061"}}`),
			},
		},
		{
			exchange: "coinbase-exchange",
			credential: exchanges.Credential{
				AccessKey:  "0123456789abcdef0123456789abcdef",
				Secret:     exchanges.NewSecret(strings.Repeat("Q0FO", 21) + "QQ=="),
				Passphrase: phrase,
			},
			time:    ok(`{"iso":"2026-11-22T12:00:00Z","epoch":1795348800}`),
			inspect: "/profiles",
			paths: map[string]answer{
				"/profiles": ok(`[{"id":"p1","user_id":"u1","name":"default","active":true,"is_default":true,` +
					`"created_at":"2019-11-18T15:08:40.236309Z"}]`),
			},
		},
	}
}

// A desk is one exchange staged on loopback, for one client.
type desk struct {
	documented
	clock *exchangetest.Clock

	mu    sync.Mutex
	asked []string
}

// open stages the documented answers, with those of changed in their place,
// and returns an adapter for the credential.
func (d documented) open(t *testing.T, changed map[string]answer) (exchanges.Adapter, *desk) {
	t.Helper()
	x, known := all.Registry().Lookup(d.exchange)
	if !known {
		t.Fatalf("no exchange is called %q", d.exchange)
	}
	staged := &desk{documented: d, clock: exchangetest.NewClock()}
	server := httptest.NewServer(staged.handler(x.Protocol, changed))
	t.Cleanup(server.Close)
	environment := ""
	if len(x.Card.Environs) > 0 {
		environment = x.Card.Environs[0]
	}
	client, err := httpx.New(httpx.Options{
		Exchange: d.exchange, Protocol: x.Protocol, Environment: environment, Endpoint: server.URL,
		Now: staged.clock.Now, Sleep: staged.clock.Sleep,
	})
	if err != nil {
		t.Fatal(err)
	}
	a, err := x.Open(d.credential, exchanges.Env{Caller: client, Environment: environment})
	if err != nil {
		t.Fatal(err)
	}
	return a, staged
}

func (d *desk) handler(p exchanges.Protocol, changed map[string]answer) http.Handler {
	clock, _ := p.Operation(p.TimeOperation)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		d.mu.Lock()
		d.asked = append(d.asked, r.Method+" "+r.URL.Path)
		d.mu.Unlock()
		a, found := changed[r.URL.Path]
		if !found {
			a, found = d.paths[r.URL.Path]
		}
		if !found {
			a, found = d.beside[r.URL.Path]
		}
		if !found && r.URL.Path == clock.Path {
			a, found = d.time, true
		}
		if !found {
			a = answer{status: 404, body: `not staged`}
		}
		w.Header().Set("Content-Type", "application/json")
		for i := 0; i+1 < len(a.headers); i += 2 {
			w.Header().Set(a.headers[i], a.headers[i+1])
		}
		w.WriteHeader(a.status)
		fmt.Fprint(w, a.body)
	})
}

// count returns how often a path was asked.
func (d *desk) count(path string) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := 0
	for _, a := range d.asked {
		if strings.HasSuffix(a, " "+path) {
			n++
		}
	}
	return n
}

// list collects what an adapter lists; both are empty for one that does not.
func list(t *testing.T, a exchanges.Adapter) (keys []exchanges.Key, errs []error) {
	t.Helper()
	lister, lists := a.(exchanges.Lister)
	if !lists {
		return nil, nil
	}
	for k, err := range lister.ListKeys(t.Context(), exchanges.ListRequest{}) {
		if err != nil {
			errs = append(errs, err)
			continue
		}
		keys = append(keys, k)
	}
	return keys, errs
}
