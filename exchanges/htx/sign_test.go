package htx

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
)

// The values were made by ccxt 4.5.84.
func TestSign(t *testing.T) {
	a, err := openPair(exchanges.Credential{
		AccessKey: "fa4e0001-fa4e0002-fa4e0003-00001",
		Secret:    exchanges.NewSecret("fa4e0004-fa4e0005-fa4e0006-00002"),
	}, exchanges.Env{}.Checked(Name))
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2022, 12, 28, 0, 0, 0, 9e8, time.UTC)
	for _, c := range []struct {
		method, path string
		params       url.Values
		want         string
	}{
		{http.MethodGet, pathUID, nil, "jVOQLpFbRKvKmFGbgVjch/oo3WxwH3CSpI3OCX8bDVM="},
		{http.MethodGet, pathKeys, url.Values{"uid": {"100001"}}, "biBZ56ebvh4YNJVethcNBgHjyr/0B6DsBSh+iqYAUaA="},
		{http.MethodPost, pathRevoke, nil, "z22gitEx91UDUA/wtF0+ocDv5AN/20m5PFd8DT1E9aQ="},
	} {
		for _, base := range []string{"https://" + signedHost, "http://127.0.0.1:9001"} { // the same host is signed
			req, err := a.signed(base, c.method, c.path, c.params, "")(at)
			if err != nil {
				t.Fatal(err)
			}
			if got := req.URL.Query().Get("Signature"); got != c.want || strings.Contains(req.URL.String(), "fa4e0004") {
				t.Errorf("%s %s at %s: %s, want %s", c.method, c.path, base, got, c.want)
			}
		}
	}
	if hostOf(hosts()[1].URL) != "api-aws.huobi.pro" {
		t.Errorf("the second host signs %s", hostOf(hosts()[1].URL))
	}
}

func TestOpenRefusesHalfACredential(t *testing.T) {
	for name, spoil := range map[string]func(*exchanges.Credential){
		"no access key":   func(c *exchanges.Credential) { c.AccessKey = "" },
		"no secret":       func(c *exchanges.Credential) { c.Secret = exchanges.Secret{} },
		"line break":      func(c *exchanges.Credential) { c.AccessKey += "\n" },
		"a blank in it":   func(c *exchanges.Credential) { c.AccessKey += " x" },
		"no longer ASCII": func(c *exchanges.Credential) { c.AccessKey += "é" },
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
	const goodSecret = "fa4e0004-fa4e0005-fa4e0006-00002" // no CANARY: the form has no room
	for _, c := range []struct {
		key, secret string
		want        exchanges.Fit
	}{
		{accessKey("a"), goodSecret, exchanges.Fit{AccessKey: exchanges.Possible, Secret: exchanges.Possible}},
		{"2b55df29-vf25treb80-1535713d-8aea2", goodSecret, exchanges.Fit{
			AccessKey: exchanges.Possible, Secret: exchanges.Possible,
		}},
		{"mx0v", goodSecret, exchanges.Fit{
			Secret: exchanges.Possible, Problem: "an htx access key is four groups of letters and digits",
		}},
		{accessKey("a"), "CANARY", exchanges.Fit{
			AccessKey: exchanges.Possible, Problem: "an htx secret is four groups of hex digits",
		}},
	} {
		if got := recognise(exchanges.Credential{AccessKey: c.key, Secret: exchanges.NewSecret(c.secret)}); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.key, got, c.want)
		}
	}
}
