package kucoin

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	sdk "github.com/Kucoin/kucoin-go-sdk"

	"rekey/exchanges"
)

// The vector of the old docs.
func TestDocumentedSignature(t *testing.T) {
	a := &adapter{credential: exchanges.Credential{
		AccessKey: "5c2db93503aa674c74a31734", Secret: exchanges.NewSecret("f03a5284-5c39-4aaa-9b20-dea10bdcf8e3"),
		Passphrase: exchanges.NewSecret("QWIxMjM0NTY3OCkoKiZeJSQjQA=="),
	}}
	r := sdk.NewRequest(http.MethodPost, "/api/v1/deposit-addresses", map[string]string{"currency": "BTC"})
	h := a.headers(time.UnixMilli(1547015186532), version2, r, "")
	for name, want := range map[string]string{
		"KC-API-SIGN":        "7QP/oM0ykidMdrfNEUmng8eZjg/ZvPafjIqmxiVfYu4=",
		"KC-API-TIMESTAMP":   "1547015186532",
		"KC-API-KEY":         "5c2db93503aa674c74a31734",
		"KC-API-KEY-VERSION": "2",
		"Content-Type":       "application/json",
	} {
		if got := h.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

// The passphrase is signed with the secret, and never sent itself. Both digests
// were made with openssl.
func TestPassphraseIsSigned(t *testing.T) {
	a := &adapter{credential: exchanges.Credential{
		AccessKey: accessKey(
			"a",
		), Secret: exchanges.NewSecret("CANARY-secret"), Passphrase: exchanges.NewSecret("CANARY-passphrase"),
	}}
	h := a.headers(time.UnixMilli(1700000000000), version3, sdk.NewRequest(http.MethodGet, pathInspect, nil), "")
	if got, want := h.Get("KC-API-PASSPHRASE"), "YiyuJBFalFU+++zpMz2jK1XVRC5N8vXn/6iXLHr7918="; got != want {
		t.Errorf("passphrase %q, want %q", got, want)
	}
	if got, want := h.Get("KC-API-SIGN"), "f+QuUZtLTeA+nXgtzwq5Zx+WzPZuYUD4RdkCGMofszM="; got != want {
		t.Errorf("signature %q, want %q", got, want)
	}
}

// The example of docs-new/authentication: what is sent is encoded, what is
// signed is not. The SDK signs the encoded text.
func TestQueryIsSignedBeforeEncoding(t *testing.T) {
	var sent *http.Request
	client := &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		sent = r
		return nil, http.ErrHandlerTimeout
	})}
	a := &adapter{credential: credential("a")}
	var signed string
	q := requester{client: client, sign: func(r *sdk.Request, rawQuery string) http.Header {
		signed = r.Path + "?" + rawQuery
		return a.headers(time.UnixMilli(1), version2, r, rawQuery)
	}}
	params := url.Values{"apiKey": {"67*b3"}, "subName": {"test it"}, "passphrase": {"abc!@#11+"}}
	_, _ = service("http://127.0.0.1:1", q).Call(t.Context(), sdk.NewRequest(http.MethodDelete, pathSubKeys, params))
	if want := "/api/v1/sub/api-key?apiKey=67*b3&passphrase=abc!@#11+&subName=test it"; signed != want {
		t.Errorf("signed %q, want %q", signed, want)
	}
	const want = "/api/v1/sub/api-key?apiKey=67%2Ab3&passphrase=abc%21%40%2311%2B&subName=test%20it"
	if got := sent.URL.RequestURI(); got != want {
		t.Errorf("sent %q, want %q", got, want)
	}
	if got, want := sent.Header.Get("KC-API-SIGN"), digest(secret("a"), "1DELETE"+signed); got != want {
		t.Errorf("signature %q, want %q", got, want)
	}
}

func TestUnusableCredentials(t *testing.T) {
	good := credential("a")
	for _, c := range []struct {
		story  string
		change func(*exchanges.Credential)
	}{
		{"no access key", func(c *exchanges.Credential) { c.AccessKey = "" }},
		{"a line end was copied along", func(c *exchanges.Credential) { c.AccessKey += "\n" }},
		{"an access key that would end its header", func(c *exchanges.Credential) { c.AccessKey = "6705\r\nX-Evil: 1" }},
		{"no secret", func(c *exchanges.Credential) { c.Secret = exchanges.Secret{} }},
		{"no passphrase", func(c *exchanges.Credential) { c.Passphrase = exchanges.Secret{} }},
	} {
		bad := good
		c.change(&bad)
		_, err := open(bad, exchanges.Env{})
		wantKind(t, err, exchanges.KindCredential)
		clean(t, fmt.Sprint(err))
	}
	if _, err := open(good, exchanges.Env{}); err != nil {
		t.Errorf("a good credential: %v", err)
	}
}

func TestRecognise(t *testing.T) {
	const hexKey, uuid = "65e6bc8712ab340001c0ffee", "0d5f2c1e-9a7b-4c3d-8e2f-112233445566"
	for _, c := range []struct {
		story                         string
		accessKey, secret, passphrase string
		want                          exchanges.Fit
	}{
		{
			"key and secret of the usual forms", hexKey, uuid, "CANARY-11",
			exchanges.Fit{AccessKey: exchanges.Distinct, Secret: exchanges.Distinct},
		},
		{"a key alone: as well an ObjectId", hexKey, "", "", exchanges.Fit{
			AccessKey: exchanges.Possible,
			Problem:   "a kucoin secret is a UUID in lower case",
		}},
		{"the passphrase is missing", hexKey, uuid, "", exchanges.Fit{
			AccessKey: exchanges.Distinct, Secret: exchanges.Distinct, Problem: "a kucoin credential has a passphrase",
		}},
		{"the passphrase is a sentence", hexKey, uuid, "CANARY of mine", exchanges.Fit{
			AccessKey: exchanges.Distinct, Secret: exchanges.Distinct,
			Problem: "a kucoin passphrase is 7 to 32 characters without blanks",
		}},
		{"key and secret interchanged", uuid, hexKey, "CANARY-11", exchanges.Fit{
			Swapped: true, KeyIsSecret: true,
			Problem: "access key and secret look interchanged",
		}},
		{"a key of OKX", uuid, "22582BD0CFF14C41EDBF1AB98506286D", "CANARY-11", exchanges.Fit{
			KeyIsSecret: true,
			Problem:     "a kucoin access key is 24 hex digits in lower case",
		}},
		{"upper case", strings.ToUpper(hexKey), uuid, "CANARY-11", exchanges.Fit{
			Secret: exchanges.Possible, Problem: "a kucoin access key is 24 hex digits in lower case",
		}},
	} {
		got := recognise(
			exchanges.Credential{
				AccessKey:  c.accessKey,
				Secret:     exchanges.NewSecret(c.secret),
				Passphrase: exchanges.NewSecret(c.passphrase),
			},
		)
		if got != c.want {
			t.Errorf("%s: %+v, want %+v", c.story, got, c.want)
		}
		clean(t, got.Problem)
	}
}
