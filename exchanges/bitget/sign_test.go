package bitget

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
)

// The first value was made by ccxt 4.5.84; the others with openssl:
//
//	printf '%s' "$prehash" | openssl dgst -sha256 -hmac "$secret" -binary | base64
func TestSign(t *testing.T) {
	secret := exchanges.NewSecret("fa4e000000000000000000000000000000000000000000000000000000000003")
	for _, c := range []struct{ method, target, body, want string }{
		{"GET", "/api/v2/spot/account/info", "", "LHXWCWdgJ40naG3aFA/SjXewSPb/StiwYn9s54yCkps="},
		{"GET", "/api/v3/user/sub-api-list?limit=100&subUid=7", "", "q4TDrClPn4FsGrR5scQDEe1NPQ3PUCvEXzpoHzsYanA="},
		{"POST", "/api/v3/user/delete-sub-api", `{"apiKey":"bg_1"}`, "+hxqEV3CihQ9kMQHibSjy++OgsV4YKlnKGdF8vodjnA="},
	} {
		if got := sign(secret, "1672185600000", c.method, c.target, c.body); got != c.want {
			t.Errorf("%s %s: %s, want %s", c.method, c.target, got, c.want)
		}
	}
}

func TestSignedRequest(t *testing.T) {
	a, _ := openStub(t, nil)
	for _, c := range []struct{ environment, header string }{{live, ""}, {demo, "1"}} {
		req, err := a.get(
			c.environment,
			pathSubKeys,
			url.Values{"subUid": {"7"}, "limit": {"100"}},
		)(
			time.UnixMilli(1672185600000),
		)
		if err != nil {
			t.Fatal(err)
		}
		target := "/api/v3/user/sub-api-list?limit=100&subUid=7"
		for name, want := range map[string]string{
			"ACCESS-KEY": accessKey("alive"), "ACCESS-TIMESTAMP": "1672185600000", "ACCESS-PASSPHRASE": passphrase("alive"),
			"ACCESS-SIGN": sign(a.credential.Secret, "1672185600000", "GET", target, ""),
			"paptrading":  c.header, "locale": "en-US",
		} {
			if got := req.Header.Get(name); got != want {
				t.Errorf("%s: header %s is %q, want %q", c.environment, name, got, want)
			}
		}
		if req.URL.RequestURI() != target {
			t.Errorf("address %s", req.URL)
		}
	}
}

func TestOpenRefusesHalfACredential(t *testing.T) {
	for name, spoil := range map[string]func(*exchanges.Credential){
		"no access key":         func(c *exchanges.Credential) { c.AccessKey = "" },
		"no secret":             func(c *exchanges.Credential) { c.Secret = exchanges.Secret{} },
		"no passphrase":         func(c *exchanges.Credential) { c.Passphrase = exchanges.Secret{} },
		"line break in the key": func(c *exchanges.Credential) { c.AccessKey += "\n" },
		"a private key": func(c *exchanges.Credential) {
			c.Secret = exchanges.NewSecret("-----BEGIN PRIVATE KEY-----\nCANARY\n-----END PRIVATE KEY-----")
		},
	} {
		c := credential("alive")
		spoil(&c)
		_, err := open(c, exchanges.Env{})
		if exchanges.KindOf(err) != exchanges.KindCredential || strings.Contains(err.Error(), exchangetest.Canary) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRecognise(t *testing.T) {
	goodKey, goodSecret := accessKey("alive"), strings.Repeat("0123456789abcdef", 4) // no CANARY: the form has no room
	good := exchanges.Fit{AccessKey: exchanges.Distinct, Secret: exchanges.Possible}
	for _, c := range []struct {
		name, key, secret, passphrase string
		want                          exchanges.Fit
	}{
		{"whole", goodKey, goodSecret, "CANARY", good},
		{"no passphrase", goodKey, goodSecret, "", exchanges.Fit{
			AccessKey: exchanges.Distinct, Secret: exchanges.Possible, Problem: "a bitget credential has a passphrase too",
		}},
		{"interchanged", goodSecret, goodKey, "CANARY", exchanges.Fit{
			Swapped: true, KeyIsSecret: true, Problem: "access key and secret look interchanged",
		}},
		{"another's", "mx0v", goodSecret, "CANARY", exchanges.Fit{
			Secret: exchanges.Possible, Problem: "a bitget access key is bg_ and 32 hex digits",
		}},
	} {
		got := recognise(exchanges.Credential{
			AccessKey: c.key, Secret: exchanges.NewSecret(c.secret), Passphrase: exchanges.NewSecret(c.passphrase),
		})
		if got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}
