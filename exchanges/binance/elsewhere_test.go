package binance

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
	"rekey/internal/httpx"
)

// hosts are the hosts of all environments: each says what it answers to an
// access key at a path.
type hosts map[string]func(accessKey, path string) (int, string)

func (h hosts) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, known := h[r.URL.Host]
	if !known || r.URL.Scheme != "https" {
		return nil, fmt.Errorf("connection refused")
	}
	status, body := answer(r.Header.Get("X-MBX-APIKEY"), r.URL.Path)
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}, nil
}

const (
	hostLive    = "api.binance.com"
	hostTestnet = "testnet.binance.vision"
	hostDemo    = "demo-api.binance.com"

	bodyTime  = `{"serverTime":1795348800000}`
	bodyAlive = `{"ipRestrict":false,"enableReading":true}`
	bodySpot  = `{"makerCommission":0,"canTrade":true,"balances":[],"permissions":["SPOT"],"uid":1}`
	bodyGone  = `{"code":-2008,"msg":"Invalid Api-Key ID."}`
	body2015  = `{"code":-2015,"msg":"Invalid API-key, IP, or permissions for action."}`
)

// knowing is a host of an environment that knows these access keys. Only the
// live one has /sapi.
func knowing(sapi bool, keys ...string) func(string, string) (int, string) {
	return func(accessKey, path string) (int, string) {
		known := strings.Contains(" "+strings.Join(keys, " ")+" ", " "+accessKey+" ")
		switch {
		case path == "/api/v3/time":
			return 200, bodyTime
		case !sapi && strings.HasPrefix(path, "/sapi/"):
			return 404, ``
		case known && sapi:
			return 200, bodyAlive
		case known:
			return 200, bodySpot
		case sapi && strings.HasPrefix(path, "/sapi/"):
			return 400, bodyGone
		default:
			return 401, body2015
		}
	}
}

func says(status int, body string) func(string, string) (int, string) {
	return func(_, path string) (int, string) {
		if path == "/api/v3/time" {
			return 200, bodyTime
		}
		return status, body
	}
}

func openAt(t *testing.T, h hosts, environment string, c exchanges.Credential) exchanges.Adapter {
	t.Helper()
	client := clientAt(t, h, environment)
	a, err := open(c, exchanges.Env{Caller: client, Environment: environment})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// A key that the live host does not know is looked for in every environment,
// and with the pair the other way round, before it is called dead.
func TestKeyIsLookedForElsewhere(t *testing.T) {
	bot := credential("bot")
	hex := exchanges.Credential{AccessKey: strings.Repeat("0123456789abcdef", 4), Secret: bot.Secret}
	swapped := bot.Swapped()
	pemPair := exchanges.Credential{AccessKey: bot.AccessKey, Secret: exchanges.NewSecret(ed25519PEM(t))}
	for _, c := range []struct {
		story      string
		live       func(string, string) (int, string)
		testnet    func(string, string) (int, string)
		demo       func(string, string) (int, string)
		credential exchanges.Credential
		status     exchanges.Status
		kind       exchanges.Kind
		says       string
	}{
		{
			story: "nowhere", live: knowing(true), testnet: knowing(false), demo: knowing(false), credential: bot,
			status: exchanges.StatusDead,
		},
		{
			story: "nowhere, and the testnet says so in other words", live: knowing(true), testnet: says(400, bodyGone),
			demo:       knowing(false),
			credential: bot, status: exchanges.StatusDead,
		},
		{
			story: "a PEM has no other way round", live: knowing(true), testnet: knowing(false), demo: knowing(false),
			credential: pemPair,
			status:     exchanges.StatusDead,
		},
		{
			story: "on the testnet", live: knowing(true), testnet: knowing(false, bot.AccessKey), demo: knowing(false),
			credential: bot,
			status:     exchanges.StatusAlive, kind: exchanges.KindUndetermined, says: "{environment: testnet}",
		},
		{
			story: "in demo trading", live: knowing(true), testnet: knowing(false), demo: knowing(false, bot.AccessKey),
			credential: bot,
			status:     exchanges.StatusAlive, kind: exchanges.KindUndetermined, says: "{environment: demo}",
		},
		{
			story: "in demo trading, and the testnet is down", live: knowing(true), testnet: says(503, ``),
			demo:       knowing(false, bot.AccessKey),
			credential: bot, status: exchanges.StatusAlive, kind: exchanges.KindUndetermined, says: "{environment: demo}",
		},
		{
			story: "on the testnet, with another secret", live: knowing(true), demo: knowing(false), credential: bot,
			testnet: says(400, `{"code":-1022,"msg":"Signature for this request is not valid."}`),
			status:  exchanges.StatusAlive, kind: exchanges.KindUndetermined, says: "{environment: testnet}",
		},
		{
			story: "the testnet cannot be asked", live: knowing(true), testnet: says(503, ``), demo: knowing(false),
			credential: bot,
			status:     exchanges.StatusUndetermined, kind: exchanges.KindMaintenance, says: "testnet could not be asked",
		},
		{
			story: "demo trading answers something else", live: knowing(true), testnet: knowing(false), demo: says(200,
				`{}`), credential: bot,
			status: exchanges.StatusUndetermined, kind: exchanges.KindOther, says: "demo could not be asked",
		},
		{
			story: "demo trading has no such call", live: knowing(true), testnet: knowing(false), demo: says(404, ``),
			credential: bot,
			status:     exchanges.StatusUndetermined, kind: exchanges.KindNotFound, says: "demo could not be asked",
		},
		{
			story: "a key of the futures testnet", live: knowing(true), testnet: knowing(false), demo: knowing(false),
			credential: hex,
			status:     exchanges.StatusUndetermined, kind: exchanges.KindUndetermined, says: "testnet.binancefuture.com",
		},
		{
			story: "interchanged", live: knowing(true, bot.AccessKey), testnet: knowing(false), demo: knowing(false),
			credential: swapped,
			status:     exchanges.StatusUndetermined, kind: exchanges.KindCredential, says: "interchanged",
		},
		{
			story: "interchanged, and of the testnet", live: knowing(true), testnet: knowing(false, bot.AccessKey),
			demo:       knowing(false),
			credential: swapped, status: exchanges.StatusUndetermined, kind: exchanges.KindCredential, says: "interchanged",
		},
		{
			story: "interchanged, and the other way round cannot be asked", testnet: knowing(false), demo: knowing(false),
			credential: swapped,
			live: func(accessKey, path string) (int, string) {
				if accessKey == bot.AccessKey {
					return 503, ``
				}
				return knowing(true)(accessKey, path)
			},
			status: exchanges.StatusUndetermined, kind: exchanges.KindMaintenance, says: "could not be asked",
		},
	} {
		t.Run(c.story, func(t *testing.T) {
			h := hosts{hostLive: c.live, hostTestnet: c.testnet, hostDemo: c.demo}
			k, err := openAt(t, h, "live", c.credential).Inspect(t.Context())
			if k.Status != c.status || exchanges.KindOf(err) != c.kind || !strings.Contains(fmt.Sprint(err), c.says) {
				t.Errorf("status %q, error %v; want %q, kind %q and %q", k.Status, err, c.status, c.kind, c.says)
			}
			if c.credential.AccessKey == swapped.AccessKey && k.Ref.AccessKey != "" {
				t.Error("what may be a secret stands as the access key")
			}
			for _, host := range []string{hostLive, hostTestnet, hostDemo, "Binance.US"} {
				if c.status == exchanges.StatusDead && !strings.Contains(k.Proof, host) {
					t.Errorf("the proof %q does not name %s", k.Proof, host)
				}
			}
		})
	}
}

// A key that answered before belongs to the host that answered: its end needs
// no word of the other environments.
func TestDeathOfAKeyThatAnswered(t *testing.T) {
	bot := credential("bot")
	h := hosts{hostLive: knowing(true, bot.AccessKey), hostTestnet: says(503, ``), hostDemo: says(503, ``)}
	a := openAt(t, h, "live", bot)
	if k, err := a.Inspect(t.Context()); err != nil || k.Status != exchanges.StatusAlive {
		t.Fatalf("status %q, error %v", k.Status, err)
	}
	h[hostLive] = knowing(true)
	if k, err := a.Inspect(t.Context()); err != nil || k.Status != exchanges.StatusDead {
		t.Errorf("status %q, error %v", k.Status, err)
	}
	if k, err := openAt(t, h, "live", bot).Inspect(t.Context()); err == nil || k.Status != exchanges.StatusUndetermined {
		t.Errorf("a key that never answered: status %q, error %v", k.Status, err)
	}
}

// Testnet and demo cannot tell a dead key from a refused address, and another
// document is no account.
func TestWithoutSAPINothingIsDead(t *testing.T) {
	for _, environment := range []string{"testnet", "demo"} {
		for _, c := range []struct {
			status int
			body   string
			want   exchanges.Status
		}{
			{200, bodySpot, exchanges.StatusAlive},
			{200, `{}`, exchanges.StatusUndetermined},
			{200, `{"canTrade":true}`, exchanges.StatusUndetermined},
			{401, body2015, exchanges.StatusUndetermined},
			{400, bodyGone, exchanges.StatusUndetermined},
		} {
			h := hosts{hostLive: knowing(true), hostTestnet: says(c.status, c.body), hostDemo: says(c.status, c.body)}
			a := openAt(t, h, environment, credential("bot"))
			k, err := a.Inspect(t.Context())
			if k.Status != c.want || (err == nil) != (c.want == exchanges.StatusAlive) {
				t.Errorf("%s %s: status %q, error %v", environment, c.body, k.Status, err)
			}
			_, errs := collect(t.Context(), a.(*adapter)) //nolint:forcetypeassert // open returns nothing else
			if len(errs) != 1 || exchanges.KindOf(errs[0]) != exchanges.KindNotMaster {
				t.Errorf("%s: %v, want not_master: there is no /sapi", environment, errs)
			}
		}
	}
}

// ed25519PEM is a private key made for this test.
func ed25519PEM(t *testing.T) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(ed25519.NewKeyFromSeed([]byte("CANARYCANARYCANARYCANARYCANARY!!")))
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

func clientAt(t *testing.T, transport http.RoundTripper, environment string) *httpx.Client {
	t.Helper()
	clock := exchangetest.NewClock()
	client, err := httpx.New(httpx.Options{
		Exchange: Name, Protocol: protocol(), Environment: environment, Transport: transport, Now: clock.Now,
		Sleep: clock.Sleep,
	})
	if err != nil {
		t.Fatal(err)
	}
	return client
}
