package okx

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"rekey/exchanges"
)

// The example request of the documents ("Signature", capture of 2026-02-23),
// with a secret of our own. The expected values were made with openssl:
//
//	printf '%s' "$prehash" | openssl dgst -sha256 -hmac "$secret" -binary | base64
func TestSign(t *testing.T) {
	secret := exchanges.NewSecret("CANARY82BDD0CFF14C41EDBF1AB98506")
	for _, c := range []struct{ method, target, body, want string }{
		{"GET", "/api/v5/account/balance?ccy=BTC", "", "CVjn8z04Q7Cnq/hoJT35d6LRIcuuP+NYLuPZ5S/CY98="},
		{"GET", "/api/v5/users/subaccount/apikey?subAcct=a%20b%26c", "", "kUwUpVmG0WQll+NuqVMFB7UgoSOtIozk0MhCQefyh1I="},
		{
			"POST", "/api/v5/account/set-leverage", `{"instId":"BTC-USDT","lever":"5","mgnMode":"isolated"}`,
			"Vj8a1OpN9pxYlr5U6XgKF36CSa1Bg2FGKDoOuwNSu7Y=",
		},
	} {
		if got := sign(secret, "2020-12-08T09:08:57.715Z", c.method, c.target, c.body); got != c.want {
			t.Errorf("%s %s: %s, want %s", c.method, c.target, got, c.want)
		}
	}
}

func TestSignedRequest(t *testing.T) {
	a := &adapter{credential: exchanges.Credential{
		AccessKey: accessKey(
			"alive",
		), Secret: exchanges.NewSecret("CANARY82BDD0CFF14C41EDBF1AB98506"),
		Passphrase: exchanges.NewSecret(passphrase("alive")),
	}}
	now := time.Date(2020, 12, 8, 10, 8, 57, 715_900_000, time.FixedZone("CET", 3600))
	for _, c := range []struct{ environment, simulated string }{{live, ""}, {demo, "1"}} {
		at := place{base: "http://127.0.0.1:9001/proxy", region: regionGlobal, environment: c.environment}
		req, err := a.get(at, pathSubKeys, url.Values{"subAcct": {"a b&c"}})(now)
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]string{
			"OK-ACCESS-KEY": accessKey("alive"), "OK-ACCESS-TIMESTAMP": "2020-12-08T09:08:57.715Z",
			"OK-ACCESS-PASSPHRASE": passphrase("alive"), "OK-ACCESS-SIGN": "kUwUpVmG0WQll+NuqVMFB7UgoSOtIozk0MhCQefyh1I=",
			"x-simulated-trading": c.simulated, "Content-Type": "application/json",
		}
		for name, value := range want {
			if got := req.Header.Get(name); got != value {
				t.Errorf("%s: header %s is %q, want %q", c.environment, name, got, value)
			}
		}
		if got := req.URL.String(); got != "http://127.0.0.1:9001/proxy/api/v5/users/subaccount/apikey?subAcct=a%20b%26c" {
			t.Errorf("address %s", got)
		}
		if req.Method != http.MethodGet || req.ContentLength != 0 {
			t.Errorf("method %s, %d bytes of body", req.Method, req.ContentLength)
		}
	}
}

func TestOpenRefusesHalfACredential(t *testing.T) {
	whole := credential("alive")
	for name, spoil := range map[string]func(*exchanges.Credential){
		"no access key":         func(c *exchanges.Credential) { c.AccessKey = "" },
		"no secret":             func(c *exchanges.Credential) { c.Secret = exchanges.Secret{} },
		"no passphrase":         func(c *exchanges.Credential) { c.Passphrase = exchanges.Secret{} },
		"line break in the key": func(c *exchanges.Credential) { c.AccessKey += "\n" },
		"line break in passphrase": func(c *exchanges.Credential) {
			c.Passphrase = exchanges.NewSecret("CANARY\r\nX-Evil: 1")
		},
	} {
		c := whole
		spoil(&c)
		_, err := open(c, exchanges.Env{})
		if exchanges.KindOf(err) != exchanges.KindCredential || strings.Contains(err.Error(), "CANARY") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := open(whole, exchanges.Env{}); err != nil {
		t.Errorf("a whole credential: %v", err)
	}
}

func TestRecognise(t *testing.T) {
	// no CANARY: the form has no room
	const goodKey, goodSecret = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0", "0123456789ABCDEF0123456789ABCDEF"
	for _, c := range []struct {
		name, key, secret, passphrase string
		want                          exchanges.Fit
	}{
		{"whole", goodKey, goodSecret, "CANARY", exchanges.Fit{AccessKey: exchanges.Possible, Secret: exchanges.Possible}},
		{
			"no passphrase", goodKey, goodSecret, "",
			exchanges.Fit{
				AccessKey: exchanges.Possible, Secret: exchanges.Possible,
				Problem: "an okx credential has a passphrase too",
			},
		},
		{"interchanged", goodSecret, goodKey, "CANARY", exchanges.Fit{
			Swapped: true, KeyIsSecret: true,
			Problem: "access key and secret look interchanged",
		}},
		{
			"upper case key", strings.ToUpper(goodKey), goodSecret, "CANARY",
			exchanges.Fit{Secret: exchanges.Possible, Problem: "an okx access key is a UUID in lower case"},
		},
		{
			"lower case secret", goodKey, strings.ToLower(goodSecret), "CANARY",
			exchanges.Fit{AccessKey: exchanges.Possible, Problem: "an okx secret is 32 hex digits in upper case"},
		},
		{
			"kucoin's", "0123456789abcdef01234567", goodKey, "CANARY",
			exchanges.Fit{Problem: "an okx access key is a UUID in lower case"},
		},
	} {
		got := recognise(
			exchanges.Credential{
				AccessKey:  c.key,
				Secret:     exchanges.NewSecret(c.secret),
				Passphrase: exchanges.NewSecret(c.passphrase),
			},
		)
		if got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}
