package coinbaseexchange

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

const accessKey = "0123456789abcdef0123456789abcdef"

func secret() string {
	return base64.StdEncoding.EncodeToString([]byte(strings.Repeat("CANARY!!", 8)))
}

func noon() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }

// A desk is a fake with one key, and signs by hand.
type desk struct {
	url string
	x   *Exchange
	key *Key
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{
		key: &Key{AccessKey: accessKey, Secret: secret(), Passphrase: "CANARY phrase", Permissions: []string{"view"}},
	}
	server, x, err := Start(
		noon,
		&Profile{ID: "p", Name: "default", Default: true, Currencies: []string{"BTC"}, Keys: []*Key{d.key}},
		&Profile{ID: "q", Inactive: true},
	)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	d.url, d.x = server.URL, x
	return d
}

func headers(stamp, path string) map[string]string {
	key, _ := base64.StdEncoding.DecodeString(secret())
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(stamp + "GET" + path))
	return map[string]string{
		"CB-ACCESS-KEY": accessKey, "CB-ACCESS-TIMESTAMP": stamp, "CB-ACCESS-PASSPHRASE": "CANARY phrase",
		"CB-ACCESS-SIGN": base64.StdEncoding.EncodeToString(mac.Sum(nil)),
	}
}

func (d *desk) get(t *testing.T, path string, headers map[string]string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, d.url+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range headers {
		req.Header.Set(name, value)
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, strings.TrimSpace(string(body))
}

func TestAdmission(t *testing.T) {
	d := newDesk(t)
	stamp := func(seconds int64) string { return strconv.FormatInt(noon().Unix()+seconds, 10) }
	with := func(changes map[string]string) map[string]string {
		h := headers(stamp(0), "/profiles")
		maps.Copy(h, changes)
		return h
	}
	for _, c := range []struct {
		name    string
		path    string
		headers map[string]string
		status  int
		says    string
	}{
		{"good", "/profiles", headers(stamp(0), "/profiles"), 200, `"id":"q"`},
		{"good, of active profiles", "/profiles?active=true", headers(stamp(0), "/profiles?active=true"), 200, `"id":"p"`},
		{"good, accounts", "/accounts", headers(stamp(0), "/accounts"), 200, `"profile_id":"p"`},
		{"decimals", "/profiles", headers(stamp(0)+".25", "/profiles"), 200, ""},
		{"30 seconds old", "/profiles", headers(stamp(-30), "/profiles"), 200, ""},
		{"31 seconds old", "/profiles", headers(stamp(-31), "/profiles"), 401, "request timestamp expired"},
		{"31 seconds ahead", "/profiles", headers(stamp(31), "/profiles"), 401, "request timestamp expired"},
		{"in milliseconds", "/profiles", headers(stamp(0)+"000", "/profiles"), 401, "request timestamp expired"},
		{"no time", "/profiles", headers("NaN", "/profiles"), 401, "invalid timestamp"},
		{
			"the query left out of the signature", "/profiles?active=true", headers(stamp(0), "/profiles"),
			401, "invalid signature",
		},
		{"another path", "/accounts", headers(stamp(0), "/profiles"), 401, "invalid signature"},
		{
			"a secret that was not decoded", "/profiles", with(map[string]string{"CB-ACCESS-SIGN": "AAAA"}),
			401, "invalid signature",
		},
		{
			"another key", "/profiles", with(map[string]string{"CB-ACCESS-KEY": "f123456789abcdef0123456789abcdef"}), 401,
			"Invalid API Key",
		},
		{
			"another passphrase", "/profiles", with(map[string]string{"CB-ACCESS-PASSPHRASE": "CANARY"}),
			401, "Invalid Passphrase",
		},
		{
			"no passphrase", "/profiles", with(map[string]string{"CB-ACCESS-PASSPHRASE": ""}), 401,
			"CB-ACCESS-PASSPHRASE header is required",
		},
		{"nothing", "/profiles", nil, 401, "required"},
		{"another call", "/orders", headers(stamp(0), "/orders"), 404, "NotFound"},
		{"the time needs no key", "/time", nil, 200, `"iso":"2026-11-22T12:00:00.000Z"`},
	} {
		if status, body := d.get(t, c.path, c.headers); status != c.status || !strings.Contains(body, c.says) {
			t.Errorf("%s: %d %s, want %d %s", c.name, status, body, c.status, c.says)
		}
	}
	good := headers(stamp(0), "/profiles")
	for _, c := range []struct {
		name   string
		change func()
		status int
	}{
		{"without view", func() { d.key.Permissions = []string{"trade", "transfer", "manage"} }, 403},
		{"from elsewhere", func() { d.key.Whitelist = []string{"203.0.113.7"} }, 401},
		{"deleted", func() { d.key.Whitelist, d.key.Deleted = nil, true }, 401},
	} {
		d.x.Do(c.change)
		if status, body := d.get(t, "/profiles", good); status != c.status {
			t.Errorf("%s: %d %s, want %d", c.name, status, body, c.status)
		}
	}
}

func TestLimits(t *testing.T) {
	for path, limit := range map[string]int{"/profiles": 15, "/accounts": 25, "/time": 10} {
		d := newDesk(t)
		h := headers(strconv.FormatInt(noon().Unix(), 10), path)
		for n := range limit + 1 {
			status, body := d.get(t, path, h)
			if n < limit && status != 200 || n == limit && (status != 429 || !strings.Contains(body, "rate limit exceeded")) {
				t.Errorf("%s: call %d of a second: %d %s", path, n+1, status, body)
			}
		}
	}
}
