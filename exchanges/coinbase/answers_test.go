package coinbase

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
)

func op(tb testing.TB, name string) exchanges.Operation {
	tb.Helper()
	o, ok := protocol().Operation(name)
	if !ok {
		tb.Fatalf("no operation is called %q", name)
	}
	return o
}

// Every refusal that the sources know, and what it means.
func TestJudge(t *testing.T) {
	v2 := func(id string) string { return `{"errors":[{"id":"` + id + `","message":"CANARY 192.0.2.1"}]}` }
	v3 := func(word string) string {
		return `{"error":"` + word + `","code":7,"message":"CANARY 192.0.2.1","details":[]}`
	}
	for _, c := range []struct {
		status int
		body   string
		want   exchanges.Kind
		code   string
	}{
		{200, `{"can_view":true}`, "", ""},
		{401, "Unauthorized", exchanges.KindUndetermined, ""},
		{401, "Unauthorized\n", exchanges.KindUndetermined, ""},
		{401, "", exchanges.KindUndetermined, ""},
		{401, `{"error":"anything"}`, exchanges.KindUndetermined, ""},
		{401, v2("authentication_error"), exchanges.KindUndetermined, "authentication_error"},
		{401, v2("invalid_token"), exchanges.KindUndetermined, "invalid_token"},
		{401, v2("revoked_token"), exchanges.KindUndetermined, "revoked_token"},
		{401, v2("expired_token"), exchanges.KindUndetermined, "expired_token"},
		{401, v2("invalid_authentication_method"), exchanges.KindUndetermined, "invalid_authentication_method"},
		{
			401, `{"errors":[{"id":"authentication_error","message":"request timestamp expired"}]}`,
			exchanges.KindClock, "authentication_error",
		},
		{
			401, `{"errors":[{"id":"authentication_error","message":"IP blocked"}]}`,
			exchanges.KindForbidden, "authentication_error",
		},
		{403, `{"error":"x","error_details":"Missing required scopes","message":"m"}`, exchanges.KindForbidden, ""},
		{403, v3("PERMISSION_DENIED"), exchanges.KindForbidden, "PERMISSION_DENIED"},
		{403, v2("invalid_scope"), exchanges.KindForbidden, "invalid_scope"},
		{403, "Forbidden", exchanges.KindForbidden, ""},
		{403, `{}`, exchanges.KindForbidden, ""},
		{402, v2("two_factor_required"), exchanges.KindForbidden, "two_factor_required"},
		{400, v2("identity_verification_required"), exchanges.KindForbidden, "identity_verification_required"},
		{400, v2("personal_details_required"), exchanges.KindForbidden, "personal_details_required"},
		{400, v2("unverified_email"), exchanges.KindForbidden, "unverified_email"},
		{400, v2("rate_limit_exceeded"), exchanges.KindRateLimited, "rate_limit_exceeded"},
		{400, v3("resource_exhausted"), exchanges.KindRateLimited, "resource_exhausted"},
		{429, "", exchanges.KindRateLimited, ""},
		{400, v3("surprise"), exchanges.KindOther, ""},
		{404, v3("NOT_FOUND"), exchanges.KindNotFound, ""},
		{404, "", exchanges.KindNotFound, ""},
		{500, "", exchanges.KindMaintenance, ""},
		{503, "<html>", exchanges.KindMaintenance, ""},
		{451, "", exchanges.KindGeoBlocked, ""},
	} {
		err := judge(op(t, opInspect), exchanges.Response{Status: c.status, Header: http.Header{}, Body: []byte(c.body)})
		if got := exchanges.KindOf(err); got != c.want {
			t.Errorf("%d %s: %q (%v), want %q", c.status, c.body, got, err, c.want)
			continue
		}
		if err == nil {
			continue
		}
		var e *exchanges.Error
		if !errors.As(err, &e) || e.Code != c.code || e.Exchange != Name || e.Op != opInspect {
			t.Errorf("%d %s: code %q, exchange %q, op %q", c.status, c.body, e.Code, e.Exchange, e.Op)
		}
		if strings.Contains(err.Error(), exchangetest.Canary) || strings.Contains(err.Error(), "192.0.2.1") {
			t.Errorf("%d: the error repeats the answer: %v", c.status, err)
		}
	}
}

func TestPermissions(t *testing.T) {
	markets := []exchanges.Permission{
		exchanges.Spot,
		exchanges.Margin,
		exchanges.Futures,
		exchanges.Options,
		exchanges.PortfolioMargin,
		exchanges.FIXTrade,
	}
	none := exchanges.Permissions{}
	for _, c := range []struct {
		name, body string
		status     exchanges.Status
		want       exchanges.Permissions
		raw        []string
		account    string
	}{
		{
			name: "all there is", body: `{"can_view":true,"can_trade":true,"can_transfer":true,"can_receive":true,` +
				`"portfolio_uuid":"p","portfolio_type":"DEFAULT"}`,
			status: exchanges.StatusAlive, account: "p", raw: []string{"can_view", "can_trade", "can_transfer", "can_receive"},
			want: none.Grant(exchanges.Read, exchanges.Trade, exchanges.Withdraw, exchanges.Transfer, exchanges.Receive).
				Deny(markets...).Deny(exchanges.SubaccountTransfer),
		},
		{
			name:   "without can_receive, which older answers lack",
			body:   `{"can_view":true,"can_trade":false,"can_transfer":false}`,
			status: exchanges.StatusAlive, raw: []string{"can_view"},
			want: none.Grant(exchanges.Read).Deny(exchanges.Trade, exchanges.Withdraw, exchanges.Transfer,
				exchanges.SubaccountTransfer).Deny(markets...),
		},
		{
			name: "flags as strings and null", body: `{"can_view":"true","can_trade":null}`, status: exchanges.StatusAlive,
			raw: []string{"can_view"}, want: none.Grant(exchanges.Read),
		},
		{
			name: "unknown flags", body: `{"can_view":false,"can_fly":true,"can_swim":false,"can_dig":"yes",` +
				`"can_nap":null,"colour":true}`,
			status: exchanges.StatusAlive, raw: []string{"can_dig", "can_fly", "can_nap", "colour"},
			want: none.Deny(exchanges.Read).Grant(exchanges.Unmapped),
		},
		{
			name: "an escape in the portfolio is data", body: "{\"can_view\":true,\"portfolio_uuid\":\"\\u001b[31m\\n\"}",
			status: exchanges.StatusAlive, raw: []string{"can_view"}, want: none.Grant(exchanges.Read), account: "\x1b[31m\n",
		},
		{name: "nothing about permissions", body: `{"portfolio_uuid":"p"}`, status: exchanges.StatusUndetermined},
		{name: "a number for a flag", body: `{"can_view":7}`, status: exchanges.StatusAlive},
	} {
		k, _ := (&adapter{}).alive(
			exchanges.Key{Status: exchanges.StatusUndetermined},
			exchanges.Response{Status: 200, Body: []byte(c.body)},
		)
		if k.Status != c.status || k.Permissions != c.want || !slices.Equal(k.Raw, c.raw) || k.Ref.Account.ID != c.account {
			t.Errorf("%s: got %+v", c.name, k)
		}
	}
}

func TestTimeOf(t *testing.T) {
	want := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for body, known := range map[string]bool{
		`{"iso":"2026-11-22T12:00:00Z","epochSeconds":"1795348800","epochMillis":"1795348800000"}`: true,
		`{"epochMillis":1795348800000}`:  true,
		`{"epochSeconds":1795348800}`:    true,
		`{"iso":"2026-11-22T12:00:00Z"}`: true,
		`{"iso":"noon"}`:                 false,
		`{"epochMillis":"0"}`:            false,
		`{"epochMillis":-1}`:             false,
		`[]`:                             false,
		``:                               false,
	} {
		got, ok := timeOf(exchanges.Response{Body: []byte(body)})
		if ok != known || ok && !got.Equal(want) {
			t.Errorf("%s: %v, %v", body, got, ok)
		}
	}
}

func TestUsage(t *testing.T) {
	h := http.Header{}
	if _, ok := usage(exchanges.Operation{}, h); ok {
		t.Error("no header is read as one")
	}
	h.Set("x-ratelimit-remaining", "4")
	if u, ok := usage(exchanges.Operation{}, h); !ok || u.Remaining != 4 || u.Used != -1 {
		t.Errorf("got %+v, %v", u, ok)
	}
}

func FuzzJudge(f *testing.F) {
	f.Add(401, "Unauthorized")
	f.Add(403, `{"error":"PERMISSION_DENIED","error_details":"Missing required scopes"}`)
	f.Add(400, `{"errors":[{"id":"authentication_error","message":"IP blocked"}]}`)
	f.Add(200, `null`)
	f.Fuzz(func(t *testing.T, status int, body string) {
		res := exchanges.Response{Status: status, Header: http.Header{}, Body: []byte(body)}
		switch err := judge(op(t, opInspect), res); exchanges.KindOf(err) { //nolint:exhaustive // the others may be
		case exchanges.KindNoSuchKey, exchanges.KindIPRefused, exchanges.KindBadSignature:
			t.Errorf("%v: Coinbase never says that", err)
		}
		if isAboutScopes(res) && status != http.StatusForbidden {
			t.Error("alive by something else than a 403")
		}
	})
}

func FuzzInspect(f *testing.F) {
	f.Add(
		`{"can_view":true,"can_trade":true,"can_transfer":true,"can_receive":true,"portfolio_uuid":"p",` +
			`"portfolio_type":"UNDEFINED"}`,
	)
	f.Add(`{"can_view":[],"can_x":{}}`)
	f.Add(`null`)
	f.Fuzz(func(t *testing.T, body string) {
		k, err := (&adapter{}).alive(
			exchanges.Key{Status: exchanges.StatusUndetermined},
			exchanges.Response{Status: 200, Body: []byte(body)},
		)
		if k.Status != exchanges.StatusAlive && (k.Status != exchanges.StatusUndetermined || err == nil) {
			t.Errorf("status %q, error %v", k.Status, err)
		}
		if err != nil && k.Permissions.IsKnown() && k.Ref.Account.ID != "" {
			t.Error("facts were read from an answer that could not be")
		}
	})
}
