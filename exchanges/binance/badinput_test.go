package binance

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
	"rekey/internal/fake"
	"rekey/internal/httpx"
)

func asError(err error, e **exchanges.Error) bool { return errors.As(err, e) }

// answering is an adapter whose exchange answers every call with f.
func answering(t *testing.T, f func(path, query string) (int, string)) *adapter {
	t.Helper()
	clock := exchangetest.NewClock()
	server, err := fake.Start(clock.Now, func(*fake.Server) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			status, body := f(r.URL.Path, r.URL.RawQuery)
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(status)
			fmt.Fprint(w, body)
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	client, err := httpx.New(
		httpx.Options{
			Exchange:    Name,
			Protocol:    protocol(),
			Environment: "live",
			Endpoint:    server.URL,
			Now:         clock.Now,
			Sleep:       clock.Sleep,
		},
	)
	if err != nil {
		t.Fatal(err)
	}
	a, err := open(credential("x"), exchanges.Env{Caller: client, Environment: "live"})
	if err != nil {
		t.Fatal(err)
	}
	return a.(*adapter)
}

func TestRestrictionsOfAllForms(t *testing.T) {
	for _, c := range []struct {
		name, body string
		status     exchanges.Status
		check      func(exchanges.Key) bool
	}{
		{
			"booleans as strings", `{"ipRestrict":"true","enableReading":"true","enableWithdrawals":"false"}`,
			exchanges.StatusAlive, func(k exchanges.Key) bool {
				restricted, _ := k.Whitelist.Restricted.Get()
				return restricted && slices.Equal(k.Raw, []string{"enableReading"})
			},
		},
		{
			"a flag left out is unknown", `{"ipRestrict":false,"enableReading":true}`, exchanges.StatusAlive,
			func(k exchanges.Key) bool {
				return !k.Permissions.Has(exchanges.Withdraw).IsKnown() &&
					!k.Permissions.HasAny(exchanges.TradingPermissions()...).IsKnown()
			},
		},
		{
			"no date", `{"ipRestrict":false,"createTime":0}`, exchanges.StatusAlive,
			func(k exchanges.Key) bool { return !k.CreatedAt.IsKnown() },
		},
		{
			"a date before the exchange", `{"ipRestrict":false,"createTime":-5}`, exchanges.StatusAlive,
			func(k exchanges.Key) bool { return !k.CreatedAt.IsKnown() },
		},
		{
			"a date in a far future", `{"ipRestrict":false,"createTime":99999999999999}`, exchanges.StatusAlive,
			func(k exchanges.Key) bool { return !k.CreatedAt.IsKnown() },
		},
		{
			"a date as a string", `{"ipRestrict":false,"createTime":"1623840271000"}`, exchanges.StatusAlive,
			func(k exchanges.Key) bool { return k.CreatedAt.IsKnown() },
		},
		{
			"the end of trading rights", `{"ipRestrict":false,"tradingAuthorityExpirationTime":1893456000000}`,
			exchanges.StatusAlive, func(k exchanges.Key) bool { return k.ExpiresAt.IsKnown() && k.EndsTrading },
		},
		{
			"an unknown flag with a strange value", `{"ipRestrict":false,"enableTeleport":7}`, exchanges.StatusAlive,
			func(k exchanges.Key) bool {
				on, _ := k.Permissions.Has(exchanges.Unmapped).Get()
				return on && slices.Equal(k.Raw, []string{"enableTeleport"})
			},
		},
		{
			"an unknown flag that is off", `{"ipRestrict":false,"enableTeleport":false}`, exchanges.StatusAlive,
			func(k exchanges.Key) bool { return !k.Permissions.Has(exchanges.Unmapped).IsKnown() },
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := answering(t, func(string, string) (int, string) { return 200, c.body })
			k, err := a.Inspect(t.Context())
			if err != nil || k.Status != c.status || !c.check(k) {
				t.Errorf("key %+v, error %v", k, err)
			}
		})
	}
}

func TestKnownFlagOfTheWrongTypeIsNoAnswer(t *testing.T) {
	a := answering(t, func(string, string) (int, string) { return 200, `{"ipRestrict":false,"enableReading":{"a":1}}` })
	if _, err := a.Inspect(t.Context()); exchanges.KindOf(err) != exchanges.KindOther {
		t.Errorf("got %v", err)
	}
}

// A single -2008 among good answers, and one that is followed by trouble, is
// no death.
func TestDeathNeedsThreeStatements(t *testing.T) {
	dead := `{"code":-2008,"msg":"Invalid Api-Key ID."}`
	good := `{"ipRestrict":false,"enableReading":true}`
	for _, c := range []struct {
		name    string
		answers []string // "" is an outage
		status  exchanges.Status
		kind    exchanges.Kind
	}{
		{"three times", []string{dead, dead, dead}, exchanges.StatusDead, ""},
		{"a hiccup", []string{dead, good}, exchanges.StatusAlive, ""},
		{"a longer hiccup", []string{dead, dead, good}, exchanges.StatusAlive, ""},
		{"then an outage", []string{dead, dead, ""}, exchanges.StatusUndetermined, exchanges.KindMaintenance},
		{"a refusal of another kind between", []string{
			dead, `{"code":-1130,"msg":"Data sent for a parameter is not valid."}`,
			dead,
		}, exchanges.StatusUndetermined, exchanges.KindOther},
		{"then a refused address", []string{dead, `{"code":-2015}`}, exchanges.StatusIPRefused, exchanges.KindIPRefused},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := 0
			a := answering(t, func(path, _ string) (int, string) {
				if path == "/api/v3/time" {
					return 200, `{"serverTime":1795348800000}`
				}
				answer := c.answers[min(n, len(c.answers)-1)]
				n++
				switch answer {
				case "":
					return 500, `{}`
				case good:
					return 200, answer
				}
				return 400, answer
			})
			k, err := a.Inspect(t.Context())
			if k.Status != c.status || exchanges.KindOf(err) != c.kind {
				t.Errorf("status %q, error %v", k.Status, err)
			}
		})
	}
}

// Without a working control call beside it, nothing is proven.
func TestDeathNeedsAControlCall(t *testing.T) {
	calls := 0
	a := answering(t, func(path, _ string) (int, string) {
		if path == "/api/v3/time" {
			if calls++; calls > 1 { // the first is the measurement of the clock
				return 503, ``
			}
			return 200, `{"serverTime":1795348800000}`
		}
		return 400, `{"code":-2008,"msg":"Invalid Api-Key ID."}`
	})
	if k, err := a.Inspect(t.Context()); k.Status != exchanges.StatusUndetermined || err == nil {
		t.Errorf("status %q, error %v", k.Status, err)
	}
}

func collect(ctx context.Context, a *adapter) (keys []exchanges.Key, errs []error) {
	for k, err := range a.ListKeys(ctx, exchanges.ListRequest{}) {
		if err != nil {
			errs = append(errs, err)
			continue
		}
		keys = append(keys, k)
	}
	return keys, errs
}

func TestPagesThatRepeatEnd(t *testing.T) {
	page := `{"subAccounts":[` + strings.TrimSuffix(strings.Repeat(`{"email":"same@desk.example"},`, 200), ",") + `]}`
	calls := 0
	a := answering(t, func(path, _ string) (int, string) {
		switch path {
		case "/sapi/v1/sub-account/list":
			calls++
			return 200, page
		case "/sapi/v1/sub-account/subAccountApi":
			return 200, `{"total":0,"rows":[]}`
		}
		return 200, `[]`
	})
	_, errs := collect(t.Context(), a)
	if len(errs) == 0 || calls > 10 {
		t.Errorf("%d calls, errors %v", calls, errs)
	}
}

// A hundred thousand pages, each with new accounts: the listing gives up after
// a thousand, and says that it is incomplete.
func TestPagesWithoutEndEnd(t *testing.T) {
	calls := 0
	a := answering(t, func(path, _ string) (int, string) {
		if path != "/sapi/v1/sub-account/list" {
			return 200, `{"serverTime":1795348800000}`
		}
		calls++
		var rows []string
		for i := range accountsPage {
			rows = append(rows, fmt.Sprintf(`{"email":"%d-%d@desk.example"}`, calls, i))
		}
		return 200, `{"subAccounts":[` + strings.Join(rows, ",") + `]}`
	})
	accounts, err := a.accounts(t.Context())
	if err == nil || calls != maxPages || len(accounts) != maxPages*accountsPage {
		t.Errorf("%d accounts after %d calls: %v", len(accounts), calls, err)
	}
}

// A list that holds fewer keys than it announces is incomplete, and says so.
func TestShortListIsNotWhole(t *testing.T) {
	a := answering(t, func(path, query string) (int, string) {
		switch path {
		case "/sapi/v1/sub-account/list":
			if strings.Contains(query, "isFreeze=true") {
				return 200, `{"subAccounts":[]}`
			}
			return 200, `{"subAccounts":[{"email":"a@desk.example"}]}`
		case "/sapi/v1/sub-account/subAccountApi":
			return 200, `{"total":3,"rows":[{"apikey":"k1","apiName":"\u001b[2J\nevil","canTrade":true}]}`
		case "/sapi/v1/sub-account/subAccountApi/ipRestriction":
			return 200, `{"ipRestrict":"true","ipList":["10.0.0.1/8","::ffff:10.0.0.1","1.**.2"]}`
		}
		return 200, `[]`
	})
	keys, errs := collect(t.Context(), a)
	if len(keys) != 1 || len(errs) != 1 {
		t.Fatalf("keys %v, errors %v", keys, errs)
	}
	if keys[0].Label != "\x1b[2J\nevil" {
		t.Errorf("the label is data and stays as it is: %q", keys[0].Label)
	}
	if w := keys[0].Whitelist; w.Entries.IsKnown() || len(w.Unread) != 1 {
		t.Errorf("a masked entry makes the list unknown: %+v", w)
	}
}

func FuzzJudge(f *testing.F) {
	for _, body := range []string{
		`{"code":-2008,"msg":"x"}`, `{"code":0}`, `<html>`, ``, `[]`,
		`{"code":"-2015"}`, `{"code":-1003}`,
	} {
		f.Add(400, body)
	}
	op, _ := protocol().Operation(opInspect)
	f.Fuzz(func(t *testing.T, status int, body string) {
		err := judge(op, exchanges.Response{Status: status, Header: http.Header{}, Body: []byte(body)})
		if exchanges.KindOf(err) == exchanges.KindNoSuchKey && !strings.Contains(body, "-2008") {
			t.Errorf("%d %q was read as a death", status, body)
		}
		if err != nil && len(body) > 20 && strings.Contains(err.Error(), body) {
			t.Errorf("the error holds the answer: %v", err)
		}
	})
}

func FuzzRestrictions(f *testing.F) {
	f.Add(`{"ipRestrict":false,"createTime":1623840271000,"enableReading":true}`)
	f.Add(`{"ipRestrict":"x"}`)
	f.Add(`null`)
	f.Fuzz(func(t *testing.T, body string) {
		a := &adapter{credential: credential("x")}
		k, err := a.alive(
			exchanges.Key{Status: exchanges.StatusUndetermined},
			exchanges.Response{Status: 200, Body: []byte(body)},
		)
		if k.Status == exchanges.StatusDead || err == nil && k.Status != exchanges.StatusAlive {
			t.Errorf("%q: status %q, %v", body, k.Status, err)
		}
	})
}
