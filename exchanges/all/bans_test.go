package all_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/exchanges/all"
	"rekey/exchanges/exchangetest"
	"rekey/internal/httpx"
)

// One refusal that bans, and nothing more is sent to the exchange by any key
// or client, until the end that the answer names, or for a default.
func TestOneBanIsEnough(t *testing.T) {
	clock := exchangetest.NewClock()
	inAnHour := clock.Now().Add(time.Hour)
	text := fmt.Sprintf(`{"code":-1003,"msg":"Way too much request weight used; IP banned until %d. Please use `+
		`WebSocket."}`, inAnHour.UnixMilli())
	for _, c := range []struct {
		name   string
		answer answer
		least  time.Duration // nothing is sent before
		most   time.Duration // afterwards it is asked again
		only   string        // the exchange whose words these are
	}{
		{"418 with its end in the text", answer{status: 418, body: text}, 58 * time.Minute, 61 * time.Minute, ""},
		{"418 without an end", answer{status: 418, body: `{}`}, 10 * time.Minute, 20 * time.Minute, ""},
		{
			"418 with an end that is none",
			answer{status: 418, body: `IP banned until 9999999999999999`},
			10 * time.Minute,
			20 * time.Minute, "",
		},
		{
			"418 with an end in the past",
			answer{status: 418, body: `IP banned until 1500000000000`},
			time.Second,
			time.Hour, "",
		},
		{
			"418 with Retry-After",
			answer{status: 418, body: `{}`, headers: []string{"Retry-After", "7200"}},
			118 * time.Minute, 121 * time.Minute, "",
		},
		{"418 with a date", answer{status: 418, body: `{}`, headers: []string{
			"Retry-After",
			inAnHour.Format(http.TimeFormat),
		}}, 58 * time.Minute, 61 * time.Minute, ""},
		{"418 as a web page", answer{status: 418, body: `<html>`}, 10 * time.Minute, 20 * time.Minute, ""},
		{"429 that names the end of a ban", answer{status: 429, body: text}, 58 * time.Minute, 61 * time.Minute, "binance"},
		{"-1003 that names the end of a ban", answer{status: 400, body: text}, 58 * time.Minute, 61 * time.Minute, "binance"},
	} {
		for _, d := range catalogue() {
			if c.only != "" && c.only != d.exchange {
				continue
			}
			t.Run(c.name+" "+d.exchange, func(t *testing.T) {
				asked, banned := 0, true
				clock := exchangetest.NewClock()
				staged := &desk{documented: d, clock: clock}
				x, _ := all.Registry().Lookup(d.exchange)
				normal := staged.handler(x.Protocol, nil)
				ban := staged.handler(x.Protocol, map[string]answer{d.inspect: c.answer})
				server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					asked++
					if banned {
						ban.ServeHTTP(w, r)
						return
					}
					normal.ServeHTTP(w, r)
				}))
				defer server.Close()
				bans := &httpx.Bans{}
				open := func() exchanges.Adapter {
					client, err := httpx.New(httpx.Options{
						Exchange: d.exchange, Protocol: x.Protocol, Environment: "live", Endpoint: server.URL,
						Now: clock.Now, Sleep: clock.Sleep, Bans: bans,
					})
					if err != nil {
						t.Fatal(err)
					}
					a, err := x.Open(d.credential, exchanges.Env{Caller: client, Environment: "live"})
					if err != nil {
						t.Fatal(err)
					}
					return a
				}
				_, err := open().Inspect(t.Context())
				first := asked
				if exchanges.KindOf(err) != exchanges.KindRateLimited {
					t.Fatalf("error %v", err)
				}
				if c.least < time.Minute { // waited for and asked again, which is another matter
					return
				}
				if staged.count(d.inspect) != 1 {
					t.Errorf("asked %d times into the ban", staged.count(d.inspect))
				}
				banned = false
				_ = clock.Sleep(t.Context(), c.least)
				_, _ = open().Inspect(t.Context())
				if asked != first {
					t.Errorf("%d requests before the end of the ban", asked-first)
				}
				_ = clock.Sleep(t.Context(), c.most-c.least)
				if k, err := open().Inspect(t.Context()); err != nil || k.Status != exchanges.StatusAlive {
					t.Errorf("after the ban: status %q, error %v", k.Status, err)
				}
			})
		}
	}
}
