package coinbaseexchange

import (
	"encoding/json"
	"fmt"
	"net/http"
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
	says := func(text string) string { return `{"message":"` + text + `"}` }
	for _, c := range []struct {
		status int
		body   string
		want   exchanges.Kind
	}{
		{200, `[]`, ""},
		{401, says("Invalid API Key"), exchanges.KindUndetermined},
		{400, says("Invalid API Key"), exchanges.KindUndetermined}, // coinbase-exchange-node#47
		{401, says("invalid signature"), exchanges.KindBadSignature},
		{401, says("Invalid Passphrase"), exchanges.KindBadPassphrase},
		{401, says("request timestamp expired"), exchanges.KindClock},
		{400, says("request timestamp expired"), exchanges.KindClock},
		{401, says("CANARY 192.0.2.1"), exchanges.KindUndetermined},
		{401, "", exchanges.KindUndetermined},
		{401, "Unauthorized", exchanges.KindUndetermined},
		{403, says("Forbidden"), exchanges.KindForbidden},
		{403, "", exchanges.KindForbidden},
		{404, says("NotFound"), exchanges.KindNotFound},
		{404, "", exchanges.KindNotFound},
		{429, says("Private rate limit exceeded"), exchanges.KindRateLimited},
		{400, says("Public rate limit exceeded"), exchanges.KindRateLimited},
		{400, says("Under maintenance"), exchanges.KindMaintenance},
		{400, says("Cancel only mode"), exchanges.KindMaintenance},
		{500, says("Internal Server Error"), exchanges.KindMaintenance},
		{400, says("Invalid Price CANARY"), exchanges.KindOther},
		{451, "", exchanges.KindGeoBlocked},
	} {
		err := judge(op(t, opProfiles), exchanges.Response{Status: c.status, Header: http.Header{}, Body: []byte(c.body)})
		if got := exchanges.KindOf(err); got != c.want {
			t.Errorf("%d %s: %q (%v), want %q", c.status, c.body, got, err, c.want)
		}
		if err != nil && (strings.Contains(err.Error(), exchangetest.Canary) || strings.Contains(err.Error(), "192.0.2.1")) {
			t.Errorf("%d: the error repeats the answer: %v", c.status, err)
		}
	}
}

func TestDecode(t *testing.T) {
	for body, rows := range map[string]int{
		`[]`: 0,
		`[{"id":"p","user_id":"u","name":"default","active":true,"is_default":true,` +
			`"created_at":"2023-06-04T21:22:32.226Z"}]`: 1,
		`[{"id":"p"},{"id":"q","active":"false"}]`: 2,
		`null`:              -1,
		`{}`:                -1,
		`[null]`:            -1,
		`[{"hello":"you"}]`: -1,
		`[{"id":7}]`:        -1,
		`[{"id":"p"}`:       -1,
		``:                  -1,
	} {
		got, err := decode[wireProfile](exchanges.Response{Body: []byte(body)})
		if (err != nil) != (rows < 0) || err == nil && len(got) != rows {
			t.Errorf("%s: %d rows, error %v", body, len(got), err)
		}
	}
}

// A desk with very many accounts is read once, and agrees on its profile.
func TestManyAccounts(t *testing.T) {
	accounts := make([]wireAccount, 100_000)
	for i := range accounts {
		accounts[i] = wireAccount{ID: fmt.Sprint(i), ProfileID: "p"}
	}
	if got := profileOf(accounts); got != "p" {
		t.Errorf("profile %q", got)
	}
	accounts[99_999].ProfileID = ""
	if got := profileOf(accounts); got != "" {
		t.Errorf("profile %q, and one account names none", got)
	}
}

func TestTimeOf(t *testing.T) {
	want := time.Date(2026, 11, 22, 12, 0, 0, 5e8, time.UTC)
	for body, known := range map[string]bool{
		`{"iso":"2026-11-22T12:00:00.500Z","epoch":1795348800.5}`: true,
		`{"iso":"2026-11-22T12:00:00.500Z"}`:                      true,
		`{"epoch":1795348800.5}`:                                  true,
		`{"epoch":"1795348800.5"}`:                                true,
		`{"epoch":1e300}`:                                         false,
		`{"epoch":-1}`:                                            false,
		`{"epoch":0}`:                                             false,
		`{"iso":"noon"}`:                                          false,
		`[]`:                                                      false,
		``:                                                        false,
	} {
		got, ok := timeOf(exchanges.Response{Body: []byte(body)})
		if ok != known || ok && !got.Equal(want) {
			t.Errorf("%s: %v, %v", body, got, ok)
		}
	}
}

func TestRecognise(t *testing.T) {
	hex := accessKey("form")
	for _, c := range []struct {
		says, key, secret, passphrase string
		want                          exchanges.Fit
		problem                       string
	}{
		{
			says: "all three parts", key: hex, secret: secret("f"), passphrase: "CANARY",
			want: exchanges.Fit{AccessKey: exchanges.Possible, Secret: exchanges.Possible},
		},
		{says: "the access key alone", key: hex, want: exchanges.Fit{AccessKey: exchanges.Possible}},
		{
			says: "no passphrase", key: hex, secret: secret("f"),
			want: exchanges.Fit{AccessKey: exchanges.Possible, Secret: exchanges.Possible}, problem: "passphrase",
		},
		{
			says: "another secret", key: hex, secret: "CANARY", want: exchanges.Fit{AccessKey: exchanges.Possible},
			problem: "88 characters",
		},
		{
			says: "interchanged", key: secret("f"), secret: hex, want: exchanges.Fit{Swapped: true, KeyIsSecret: true},
			problem: "interchanged",
		},
		{
			says: "a CDP key", key: "organizations/6f1de2a4-0b3c-4d5e-8f90-1a2b3c4d5e6f/apiKeys/x",
			want: exchanges.Fit{}, problem: "coinbase",
		},
		{
			says: "in capitals", key: strings.ToUpper(hex), secret: secret("f"),
			want: exchanges.Fit{Secret: exchanges.Possible}, problem: "32",
		},
	} {
		got := recognise(
			exchanges.Credential{
				AccessKey:  c.key,
				Secret:     exchanges.NewSecret(c.secret),
				Passphrase: exchanges.NewSecret(c.passphrase),
			},
		)
		if !strings.Contains(got.Problem, c.problem) || (got.Problem == "") != (c.problem == "") ||
			strings.Contains(got.Problem, exchangetest.Canary) {
			t.Errorf("%s: problem %q, want one with %q", c.says, got.Problem, c.problem)
		}
		got.Problem = ""
		if got != c.want {
			t.Errorf("%s: %+v, want %+v", c.says, got, c.want)
		}
	}
}

func FuzzJudge(f *testing.F) {
	f.Add(401, `{"message":"Invalid API Key"}`)
	f.Add(403, `{"message":"Forbidden"}`)
	f.Add(200, `null`)
	f.Fuzz(func(t *testing.T, status int, body string) {
		res := exchanges.Response{Status: status, Header: http.Header{}, Body: []byte(body)}
		err := judge(op(t, opProfiles), res)
		switch exchanges.KindOf(err) { //nolint:exhaustive // the others may be
		case exchanges.KindNoSuchKey, exchanges.KindIPRefused:
			t.Errorf("%v: the exchange never says that", err)
		}
		if s := statusOf(res, err); s != exchanges.StatusUndetermined &&
			(s != exchanges.StatusAlive || status != http.StatusForbidden) {
			t.Errorf("status %q by HTTP %d", s, status)
		}
	})
}

func FuzzInspect(f *testing.F) {
	f.Add(`[{"id":"p","profile_id":"q"}]`)
	f.Add(`null`)
	f.Fuzz(func(t *testing.T, body string) {
		res := exchanges.Response{Status: 200, Body: []byte(body)}
		profiles, err := decode[wireProfile](res)
		accounts, err2 := decode[wireAccount](res)
		if (err == nil || err2 == nil) && !json.Valid([]byte(body)) {
			t.Error("something that is no JSON was read")
		}
		_, _ = profiles, profileOf(accounts)
	})
}
