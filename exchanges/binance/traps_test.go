package binance

import (
	"bytes"
	"log"
	"net/http"
	"strings"
	"testing"

	sdk "github.com/adshao/go-binance/v2"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
	"rekey/internal/fake"
	fakebinance "rekey/internal/fake/binance"
	"rekey/internal/httpx"
)

// The traps are those of go-binance v2.8.7. Each test first shows that the SDK
// alone falls into it, so that the test fails on the day the trap is gone or
// the wrapping is.

func bench(t *testing.T) (*fake.Server, *fakebinance.Exchange, *httpx.Client) {
	t.Helper()
	clock := exchangetest.NewClock()
	frozen := make([]*fakebinance.Sub, 0, 3)
	for _, name := range []string{"one", "two", "three"} {
		frozen = append(
			frozen,
			&fakebinance.Sub{ID: int64(len(frozen) + 1), Email: name + "@desk.example", Frozen: name != "one"},
		)
	}
	server, x, err := fakebinance.Start(clock.Now, &fakebinance.Account{
		ID: "1",
		Keys: []*fakebinance.Key{
			key("master", created, nil, "enableReading", "enableFixApiTrade", "enablePortfolioMarginTrading"),
		},
		Subs: frozen,
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
	return server, x, client
}

// alone is the SDK as its README uses it, pointed at the fake.
func alone(url string) *sdk.Client {
	c := sdk.NewClient(accessKey("master"), secret("master"))
	c.BaseURL = url
	return c
}

func TestTrapSharedHTTPClient(t *testing.T) {
	if alone("").HTTPClient != http.DefaultClient {
		t.Error("the SDK no longer shares http.DefaultClient; this wrapping can go")
	}
	_, _, client := bench(t)
	a, _ := open(credential("master"), exchanges.Env{Caller: client, Environment: "live"})
	own := &http.Client{}
	if got := a.(*adapter).here(own, client.Now()); got.HTTPClient != own || got.Debug {
		t.Error("the SDK is not given rekey's own client, or debug is on")
	}
}

func TestTrapErrorsHoldTheSignedURL(t *testing.T) {
	server, _, client := bench(t)
	server.Break(fake.Fault{Do: fake.Reset()})
	_, err := alone(server.URL).NewGetAPIKeyPermission().Do(t.Context())
	if err == nil || !strings.Contains(err.Error(), "signature=") {
		t.Errorf("the SDK's error no longer holds the signed URL: %v", err)
	}
	a, _ := open(credential("master"), exchanges.Env{Caller: client, Environment: "live"})
	if _, err := a.Inspect(t.Context()); err == nil || strings.Contains(err.Error(), "signature") ||
		strings.Contains(err.Error(), "http://") {
		t.Errorf("got %v", err)
	}
}

func TestTrapLostRetryAfter(t *testing.T) {
	server, _, client := bench(t)
	server.Break(fake.Fault{Path: "/sapi", Do: fake.Answer(418, "text/html", "", "Retry-After", "4000")})
	a, _ := open(credential("master"), exchanges.Env{Caller: client, Environment: "live"})
	_, err := a.Inspect(t.Context())
	var e *exchanges.Error
	if !asError(err, &e) || e.Kind != exchanges.KindRateLimited || e.RetryAfter == 0 || e.Status != 418 && e.Status != 0 {
		t.Errorf("got %+v", err)
	}
}

func TestTrapMissingFields(t *testing.T) {
	server, _, client := bench(t)
	got, err := alone(server.URL).NewGetAPIKeyPermission().Do(t.Context())
	_ = got
	_ = err // the SDK's clock is the machine's: refused or not, its struct lacks the FIX and portfolio margin fields
	a, _ := open(credential("master"), exchanges.Env{Caller: client, Environment: "live"})
	k, err := a.Inspect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []exchanges.Permission{exchanges.FIXTrade, exchanges.PortfolioMargin} {
		if on, _ := k.Permissions.Has(p).Get(); !on {
			t.Errorf("%s was lost", p)
		}
	}
}

func TestTrapHiddenFrozenAccounts(t *testing.T) {
	_, _, client := bench(t)
	a, _ := open(credential("master"), exchanges.Env{Caller: client, Environment: "live"})
	accounts, err := a.(*adapter).accounts(t.Context())
	if err != nil || len(accounts) != 3 {
		t.Errorf("%d accounts, %v, want all three, two of them frozen", len(accounts), err)
	}
}

// Nothing of a request or an answer reaches the standard logger.
func TestTrapDebugOutput(t *testing.T) {
	var out bytes.Buffer
	log.SetOutput(&out)
	t.Cleanup(func() { log.SetOutput(log.Default().Writer()) })
	_, _, client := bench(t)
	a, _ := open(credential("master"), exchanges.Env{Caller: client, Environment: "live"})
	if _, err := a.Inspect(t.Context()); err != nil {
		t.Fatal(err)
	}
	if out.Len() > 0 {
		t.Errorf("logged: %s", out.String())
	}
}
