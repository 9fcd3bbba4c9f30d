package bybit

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
)

// The vectors were made by npm ccxt 4.5.84, offline, with an invented credential
// and the clock at 1672185600000.
func TestSignedRequest(t *testing.T) {
	a, err := openPair(exchanges.Credential{
		AccessKey: "FAKEbybitKEY000001", Secret: exchanges.NewSecret("FAKEbybitSECRET000000000000000000001"),
	}, exchanges.Env{}.Checked(Name))
	if err != nil {
		t.Fatal(err)
	}
	now := time.UnixMilli(1672185600000)
	const base = "http://127.0.0.1:9001/proxy"
	for _, c := range []struct {
		build        func(time.Time) (*http.Request, error)
		method, want string
		target       string
	}{
		{
			a.get(base, pathInspect, nil), "GET", "93db1f65f7e14678604354168016395d40e6a632bb8ac5ec14eaa2ccabf29128",
			pathInspect,
		},
		{
			a.post(base, pathRevoke, []byte(`{"apikey":"FAKEbybitSUBKEY001"}`)), "POST",
			"5d8599f28149932a71c206b692702449e3881251a07729d745ff747c13c41e51", pathRevoke,
		},
	} {
		req, err := c.build(now)
		if err != nil {
			t.Fatal(err)
		}
		if got := req.Header.Get("X-BAPI-SIGN"); got != c.want || req.Method != c.method ||
			req.URL.String() != base+c.target {
			t.Errorf("%s %s: signature %s, want %s", req.Method, req.URL, got, c.want)
		}
		if req.Header.Get("X-BAPI-TIMESTAMP") != "1672185600000" || req.Header.Get("X-BAPI-RECV-WINDOW") != recvWindow ||
			req.Header.Get("X-BAPI-API-KEY") != "FAKEbybitKEY000001" {
			t.Errorf("headers %v", req.Header)
		}
		if c.method == "GET" && (req.ContentLength != 0 || req.Header.Get("Content-Type") != "") {
			t.Errorf("a GET with a body is answered with 403: %d bytes", req.ContentLength)
		}
	}
	req, _ := a.get(base, pathSubKeys, url.Values{"cursor": {"a b"}})(now)
	if req.URL.RawQuery != "cursor=a%20b" {
		t.Errorf("query %q", req.URL.RawQuery)
	}
}

func TestOpenRefusesHalfACredential(t *testing.T) {
	for name, c := range map[string]exchanges.Credential{
		"no access key": {Secret: exchanges.NewSecret(secret("a"))},
		"no secret":     {AccessKey: accessKey("a")},
		"a line break":  {AccessKey: "abc\nX-Evil: 1", Secret: exchanges.NewSecret(secret("a"))},
		"half a private key": {
			AccessKey: accessKey("a"), Secret: exchanges.NewSecret("-----BEGIN PRIVATE KEY-----\n" + exchangetest.Canary),
		},
	} {
		_, err := open(c, exchanges.Env{})
		if exchanges.KindOf(err) != exchanges.KindCredential {
			t.Errorf("%s: %v", name, err)
		}
	}
}
