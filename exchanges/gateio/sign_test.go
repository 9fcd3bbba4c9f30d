package gateio

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
)

// The first two values are published (gate.io/docs/developers/apiv4), the others
// were made by ccxt 4.5.84.
func TestSign(t *testing.T) {
	const made = "fa4e000000000000000000000000000000000000000000000000000000000002"
	for _, c := range []struct{ secret, method, path, query, body, stamp, want string }{
		{
			"secret", "GET", "/api/v4/futures/orders", "contract=BTC_USD&status=finished&limit=50", "", "1541993715",
			"55f84ea195d6fe57ce62464daaa7c3c02fa9d1dde954e4c898289c9a2407a3d6" +
				"fb3faf24deff16790d726b66ac9f74526668b13bd01029199cc4fcc522418b8a",
		},
		{
			"secret", "POST", "/api/v4/futures/orders", "",
			`{"contract":"BTC_USD","type":"limit","size":100,"price":6800,"time_in_force":"gtc"}`, "1541993715",
			"eae42da914a590ddf727473aff25fc87d50b64783941061f47a3fdb92742541f" +
				"c4c2c14017581b4199a1418d54471c269c03a38d788d802e2c306c37636389f0",
		},
		{
			made, "GET", pathMainKeys, "", "", "1672185600",
			"691123ab3a20f62ec4ecc82c2b4eb49bf5bb515da08fdb070921360952f4cc83" +
				"9c22687ea04d3e4aa8e1958118cc0ef05fbeeeace07261cf7b9ea59f089df7d4",
		},
	} {
		if got := sign(exchanges.NewSecret(c.secret), c.method, c.path, c.query, c.body, c.stamp); got != c.want {
			t.Errorf("%s %s: %s, want %s", c.method, c.path, got, c.want)
		}
	}
}

func TestSignedRequest(t *testing.T) {
	a, _ := openStub(t, nil)
	req, err := a.get("https://api.gateio.ws", pathSubAccounts, url.Values{"type": {"0"}})(time.Unix(1672185600, 9e8))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"KEY": accessKey("alive"), "Timestamp": "1672185600",
		"SIGN": sign(a.credential.Secret, "GET", pathSubAccounts, "type=0", "", "1672185600"),
	} {
		if got := req.Header.Get(name); got != want {
			t.Errorf("header %s is %q, want %q", name, got, want)
		}
	}
	if req.URL.String() != "https://api.gateio.ws/api/v4/sub_accounts?type=0" {
		t.Errorf("address %s", req.URL)
	}
}

func TestOpenRefusesHalfACredential(t *testing.T) {
	for name, spoil := range map[string]func(*exchanges.Credential){
		"no access key":         func(c *exchanges.Credential) { c.AccessKey = "" },
		"no secret":             func(c *exchanges.Credential) { c.Secret = exchanges.Secret{} },
		"line break in the key": func(c *exchanges.Credential) { c.AccessKey += "\n" },
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
	for _, c := range []struct {
		name, key, secret string
		want              exchanges.Fit
	}{
		{"whole", goodKey, goodSecret, exchanges.Fit{AccessKey: exchanges.Possible, Secret: exchanges.Possible}},
		{"interchanged", goodSecret, goodKey, exchanges.Fit{
			Swapped: true, KeyIsSecret: true, Problem: "access key and secret look interchanged",
		}},
		{"of the old API", "A1B2C3D4-1234-ABCD-0123-0123456789AB", goodSecret, exchanges.Fit{
			AccessKey: exchanges.Possible, Secret: exchanges.Possible,
			Legacy: "a key of Gate's API v2, which ended on 2021-11-16",
		}},
		{"another's", "mx0v", goodSecret, exchanges.Fit{
			Secret: exchanges.Possible, Problem: "a gateio access key is 32 hex digits",
		}},
		{"another secret", goodKey, "CANARY", exchanges.Fit{
			AccessKey: exchanges.Possible, Problem: "a gateio secret is 64 hex digits",
		}},
	} {
		if got := recognise(exchanges.Credential{AccessKey: c.key, Secret: exchanges.NewSecret(c.secret)}); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}
