package all_test

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"rekey/exchanges"
	"rekey/exchanges/all"
)

// Every refusal that an adapter can return says what it means for the key, or
// that it means nothing, and what to do.
func TestEveryRefusalGivesAdvice(t *testing.T) {
	means := regexp.MustCompile(`(?i)the key (is not dead|lives|does not exist|was not judged)|knows the key|the access ` +
		`key|nothing about (a|the) key|nothing is known of the key|` +
		`nothing was (changed|sent)|may have happened|a key does not exist|their keys were not seen|no sub-accounts|that ` +
		`proves nothing|` +
		`the refused|refuses the new key|refused the change|knows this key|the key\b|its page|sub-account|the account|the ` +
		`token|token|the plan|master|passphrase|parameters|another key|the label|keys of the main account|(each|such ` +
		`a|access|this) key|each account|keys with an IP`)
	acts := regexp.MustCompile(`(?i)\b(run|look|put|make|set|ask|wait|log in|check|give|let|name|was it|is a proxy|does ` +
		`a proxy|is the|only the page|only the portal|at its page|nothing more is sent|` +
		`move|choose|use|add|leave|lets only|look before|see|says that (a|the) key|says that the account has no ` +
		`sub-accounts|allows|swap|wants (a|another|to)|delete|has another|refuse|does not let)\b`)
	bodies := map[string]func(code string) []string{
		"binance": func(c string) []string { return []string{`{"code":` + c + `,"msg":"x"}`} },
		"okx":     func(c string) []string { return []string{`{"code":"` + c + `","msg":"x"}`} },
		"kraken": func(c string) []string {
			return []string{`{"error":["` + c + `"],"result":{}}`, `{"result":"error","error":"` + c + `"}`}
		},
		"bybit": func(c string) []string { return []string{`{"retCode":` + c + `,"retMsg":"x"}`} },
		"bitget": func(c string) []string {
			code, text, _ := strings.Cut(c, " ")
			return []string{`{"code":"` + code + `","msg":"` + text + `"}`, `{"code":"` + code + `","msg":"x"}`}
		},
		"gateio": func(c string) []string { return []string{`{"label":"` + c + `","message":"x"}`} },
		"htx": func(c string) []string {
			code, text, _ := strings.Cut(c, " ")
			v1 := `{"status":"error","err-code":"` + code + `","err-msg":"` + text + `"}`
			return []string{v1, `{"code":"` + code + `","message":"` + text + `"}`}
		},
		"kucoin": func(c string) []string { return []string{`{"code":"` + c + `","msg":"x"}`} },
		"coinbase": func(c string) []string {
			return []string{`{"error":"` + c + `","message":"x"}`, `{"errors":[{"id":"` + c + `"}]}`}
		},
		"coinbase-exchange": func(c string) []string { return []string{`{"message":"` + c + `"}`} },
		"3commas":           func(c string) []string { return []string{`{"error":"` + c + `"}`} },
	}
	codes := map[string][]string{
		"binance": {
			"-1000", "-1001", "-1002", "-1003", "-1006", "-1007", "-1008", "-1015", "-1021", "-1022", "-1099", "-1100",
			"-1102", "-1130",
			"-2008", "-2010", "-2014", "-2015", "-4202", "-8012", "-9000", "-10038", "-12014", "-99999", "100001002", "0",
		},
		"okx": {
			"1", "2", "50000", "50001", "50002", "50004", "50006", "50007", "50009", "50011", "50012", "50013", "50014",
			"50015", "50016",
			"50026", "50027", "50029", "50030", "50035", "50040", "50051", "50059", "50060", "50061", "50100", "50101",
			"50102", "50103",
			"50104", "50105", "50106", "50107", "50110", "50111", "50112", "50113", "50114", "50119", "50120", "50121",
			"51000", "58004",
			"58102", "59500", "59501", "59502", "59503", "59504", "59505", "59506", "59508", "59510", "59518", "59519",
			"59604", "77777",
		},
		"bybit": {
			"-1", "-2015", "10000", "10001", "10002", "10003", "10004", "10005", "10006", "10007", "10008", "10009", "10010",
			"10016", "10018", "10020", "10024", "10027", "10028", "33004", "81007", "100028", "141004", "141019", "141020",
			"429", "77777",
		},
		"kraken": {
			"EAPI:Invalid key", "EAPI:Invalid signature", "EAPI:Invalid nonce", "EGeneral:Permission denied",
			"EGeneral:Temporary lockout", "EAPI:Rate limit exceeded", "EService: Throttled: 1795348800",
			"EAuth:Account temporary disabled", "ETrade:User Locked", "EService:Unavailable", "EGeneral:Internal error",
			"EGeneral:Invalid arguments", "authenticationError", "nonceBelowThreshold", "insufficientPrivileges",
			"apiLimitExceeded", "accountInactive", "Server Error", "ESomething:Else", "somethingElse",
		},
		"bitget": {
			"40001 ACCESS_KEY cannot be empty", "40006 Invalid ACCESS_KEY", "40008 Request timestamp expired",
			"40009 sign signature error", "40012 apikey/password is incorrect", "40013 User status is abnormal",
			"40014 Incorrect permissions", "40015 System is abnormal", "40017 Parameter verification failed", "40018 Invalid IP",
			"40020 Parameter x error", "40024 x", "40031 x", "40036 passphrase is error", "40037 Apikey does not exist",
			"40084 You are in Classic Account mode", "40085 You are in Unified Account mode", "429 x", "49999 x", "00000 x",
			" failure to get a peer from the ring-balancer",
		},
		"gateio": {
			"INVALID_KEY", "INVALID_SIGNATURE", "IP_FORBIDDEN", "READ_ONLY", "FORBIDDEN", "REQUEST_EXPIRED",
			"MISSING_REQUIRED_HEADER", "ACCOUNT_LOCKED", "SUB_ACCOUNT_LOCKED", "USER_NOT_FOUND", "TOO_MANY_REQUESTS",
			"TOO_FAST", "INTERNAL", "SERVER_ERROR", "TOO_BUSY", "INVALID_CREDENTIALS", "AUTHENTICATION_FAILED",
			"INVALID_PARAM_VALUE", "NOT_FOUND", "SUB_ACCOUNT_NOT_FOUND", "TELEPORTED", "some words",
		},
		"htx": {
			"api-signature-not-valid Signature not valid: Incorrect Access key",
			"api-signature-not-valid Incorrect IP address", "api-signature-not-valid Verification failure",
			"api-signature-not-valid API key has no permission", "api-signature-not-valid Invalid submission time",
			"api-signature-not-valid x", "login-required x", "1002 forbidden", "1003 invalid signature", "2002 otpToken",
			"2002 note", "2016 x", "rate-too-many-requests x", "gateway-internal-error x", "system-maintenance x", "7777 x",
		},
		"kucoin": {
			"400001", "400002", "400003", "400004", "400005", "400006", "400007", "400008", "400009", "400010", "400011",
			"400012",
			"400100", "400101", "400200", "400201", "400202", "400301", "400400", "400500", "400700", "260210", "411100",
			"411200",
			"404000", "415000", "429000", "230005", "500000", "130299",
		},
		"coinbase": {
			"PERMISSION_DENIED", "invalid_scope", "rate_limit_exceeded", "resource_exhausted", "identity_verification_required",
			"personal_details_required", "unverified_email", "two_factor_required", "invalid_authentication_method",
			"authentication_error", "invalid_token", "revoked_token", "expired_token", "UNKNOWN", "some words",
		},
		"coinbase-exchange": {
			"Invalid API Key", "invalid signature", "Invalid Passphrase", "request timestamp expired",
			"Private rate limit exceeded",
			"under maintenance", "Cancel only mode", "something else",
		},
		"3commas": {
			"api_key_invalid_or_expired", "signature_invalid", "record_invalid", "invalid_api_key", "not_found",
			"some_code", "Some words.",
		},
	}
	for _, x := range all.Registry().All() {
		for _, op := range x.Protocol.Operations {
			for _, status := range []int{200, 302, 400, 401, 403, 404, 407, 418, 429, 451, 503} {
				texts := []string{``, `{}`, `null`, `[]`, `<html>`, `words`}
				for _, code := range codes[x.Card.Name] {
					texts = append(texts, bodies[x.Card.Name](code)...)
				}
				for _, body := range texts {
					err := x.Protocol.Judge(op, exchanges.Response{Status: status, Header: http.Header{}, Body: []byte(body)})
					var e *exchanges.Error
					if !errors.As(err, &e) {
						continue
					}
					what := fmt.Sprintf("%s, %s, HTTP %d %s: %v", x.Card.Name, op.Name, status, body, err)
					if e.Detail == "" || !means.MatchString(e.Detail) || !acts.MatchString(e.Detail) {
						t.Error(what)
					}
				}
			}
		}
	}
}

// A refusal for a portfolio is not explained as a missing scope.
func TestPortfolioRefusal(t *testing.T) {
	for _, c := range []struct{ body, says, not string }{
		{`{"error":"PERMISSION_DENIED","message":"User does not have access to portfolio"}`, "portfolio", "scope"},
		{`{"error":"PERMISSION_DENIED","error_details":"Missing required scopes","message":"x"}`, "scope", "portfolio"},
		{`{"error":"PERMISSION_DENIED","message":"x"}`, "portfolio", ""},
	} {
		d := coinbase(t)
		a, _ := d.open(t, map[string]answer{d.inspect: {status: 403, body: c.body}})
		k, err := a.Inspect(t.Context())
		text := fmt.Sprint(err)
		says, not := regexp.MustCompile(c.says), regexp.MustCompile(c.not)
		if k.Status != exchanges.StatusAlive || !says.MatchString(text) || c.not != "" && not.MatchString(text) {
			t.Errorf("%s: status %q, %v", c.body, k.Status, err)
		}
	}
}

// coinbase returns what is known of Coinbase.
func coinbase(t *testing.T) documented {
	t.Helper()
	for _, d := range catalogue() {
		if d.exchange == "coinbase" {
			return d
		}
	}
	t.Fatal("nothing is known of coinbase")
	return documented{}
}
