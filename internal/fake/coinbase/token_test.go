package coinbase

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"
)

const (
	name = "organizations/6f1de2a4-0b3c-4d5e-8f90-1a2b3c4d5e6f/apiKeys/7a2ef3b5-1c4d-4e6f-9a01-2b3c4d5e6f70"
	path = "/api/v3/brokerage/key_permissions"
)

func noon() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }

// A desk holds the two kinds of key, and signs by hand.
type desk struct {
	url string
	ec  *ecdsa.PrivateKey
	ed  ed25519.PrivateKey
	x   *Exchange
	key *Key
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{ec: ec, ed: ed25519.NewKeyFromSeed(bytes.Repeat([]byte("CANARY00"), 4))}
	d.key = &Key{Name: name, Public: d.ed.Public(), Scopes: []string{"can_view"}}
	server, x, err := Start(noon, d.key)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	d.url, d.x = server.URL, x
	return d
}

func (d *desk) host() string { return strings.TrimPrefix(d.url, "http://") }

// sign makes a good token, with parts of header and claims replaced; nil
// removes one.
func (d *desk) sign(nonce string, header, claims map[string]any) string {
	h := map[string]any{"alg": "EdDSA", "kid": name, "nonce": nonce + "0123456789abcdef", "typ": "JWT"}
	c := map[string]any{
		"sub": name,
		"iss": "cdp",
		"nbf": noon().Unix(),
		"exp": noon().Unix() + 120,
		"uri": "GET " + d.host() + path,
	}
	for to, from := range map[*map[string]any]map[string]any{&h: header, &c: claims} {
		maps.Copy(*to, from)
		maps.DeleteFunc(*to, func(_ string, v any) bool { return v == nil })
	}
	return d.signed(segment(h) + "." + segment(c))
}

func (d *desk) signed(text string) string {
	return text + "." + base64.RawURLEncoding.EncodeToString(ed25519.Sign(d.ed, []byte(text)))
}

func segment(v any) string {
	raw, _ := json.Marshal(v)
	return base64.RawURLEncoding.EncodeToString(raw)
}

func (d *desk) get(t *testing.T, path, authorization string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, d.url+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	if authorization != "" {
		req.Header.Set("Authorization", authorization)
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
	return res.StatusCode, string(body)
}

func TestTokens(t *testing.T) {
	d := newDesk(t)
	good := d.sign("good", nil, nil)
	for _, c := range []struct {
		name, token string
		status      int
	}{
		{"a good one", good, 200},
		{"the same again", good, 401},
		{"the form of ccxt for Ed25519", d.sign("ccxt", nil, map[string]any{
			"iss": "coinbase-cloud", "uri": nil,
			"uris": []string{"GET " + d.host() + path},
		}), 200},
		{"none", "", 401},
		{"two parts", "a.b", 401},
		{"no JSON", d.signed("YQ.YQ"), 401},
		{"unsigned", segment(map[string]any{"alg": "none", "kid": name, "nonce": strings.Repeat("n", 32)}) + "." +
			strings.Split(good, ".")[1] + ".", 401},
		{"another algorithm", d.sign("alg", map[string]any{"alg": "ES256"}, nil), 401},
		{"a changed claim", strings.Join([]string{
			strings.Split(good, ".")[0], segment(map[string]any{"sub": name}),
			strings.Split(good, ".")[2],
		}, "."), 401},
		{"another key", d.sign("kid", map[string]any{"kid": "x"}, nil), 401},
		{"another subject", d.sign("sub", nil, map[string]any{"sub": "x"}), 401},
		{"another issuer", d.sign("iss", nil, map[string]any{"iss": "x"}), 401},
		{"another type", d.sign("typ", map[string]any{"typ": "X"}, nil), 401},
		{"no nonce", d.sign("", map[string]any{"nonce": nil}, nil), 401},
		{"not valid yet", d.sign("nbf", nil, map[string]any{"nbf": noon().Unix() + 1, "exp": noon().Unix() + 121}), 401},
		{"expired", d.sign("exp", nil, map[string]any{"nbf": noon().Unix() - 120, "exp": noon().Unix()}), 401},
		{"valid for too long", d.sign("long", nil, map[string]any{"exp": noon().Unix() + 121}), 401},
		{"no end", d.sign("end", nil, map[string]any{"exp": nil}), 401},
		{"another method", d.sign("m", nil, map[string]any{"uri": "POST " + d.host() + path}), 401},
		{"another path", d.sign("p", nil, map[string]any{"uri": "GET " + d.host() + "/api/v3/brokerage/accounts"}), 401},
		{"another host", d.sign("h", nil, map[string]any{"uri": "GET api.coinbase.com" + path}), 401},
		{"a scheme", d.sign("s", nil, map[string]any{"uri": "GET " + d.url + path}), 401},
		{"a query", d.sign("q", nil, map[string]any{"uri": "GET " + d.host() + path + "?a=b"}), 401},
	} {
		status, body := d.get(t, path, "Bearer "+c.token)
		if status != c.status || status == 401 && body != "Unauthorized" {
			t.Errorf("%s: %d %s, want %d", c.name, status, body, c.status)
		}
	}
	if status, _ := d.get(t, path+"?a=b", "Bearer "+d.sign("query", nil, nil)); status != 200 {
		t.Errorf("%d: the query is no part of the uri", status)
	}
}

// ES256 is r and s, not the ASN.1 that crypto/ecdsa makes.
func TestES256(t *testing.T) {
	d := newDesk(t)
	d.x.Do(func() { d.key.Public = &d.ec.PublicKey })
	token := d.sign("ec", map[string]any{"alg": "ES256"}, nil)
	text := token[:strings.LastIndex(token, ".")]
	digest := sha256.Sum256([]byte(text))
	r, s, err := ecdsa.Sign(rand.Reader, d.ec, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	asn1, err := ecdsa.SignASN1(rand.Reader, d.ec, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	raw := make([]byte, 64)
	r.FillBytes(raw[:32])
	s.FillBytes(raw[32:])
	for _, c := range []struct {
		name      string
		signature []byte
		status    int
	}{{"ASN.1", asn1, 401}, {"Ed25519", ed25519.Sign(d.ed, []byte(text)), 401}, {"r and s", raw, 200}} {
		if status, _ := d.get(t, path,
			"Bearer "+text+"."+base64.RawURLEncoding.EncodeToString(c.signature)); status != c.status {
			t.Errorf("%s: %d, want %d", c.name, status, c.status)
		}
	}
}

// What the token does not decide: death, address, scopes, limits.
func TestAdmission(t *testing.T) {
	d := newDesk(t)
	accounts := func(nonce string) string {
		return "Bearer " + d.sign(nonce, nil, map[string]any{"uri": "GET " + d.host() + "/api/v3/brokerage/accounts"})
	}
	if status, _ := d.get(t, "/api/v3/brokerage/accounts", accounts("1")); status != 200 {
		t.Errorf("accounts: %d", status)
	}
	d.x.Do(func() { d.key.Scopes = []string{"can_trade"} })
	if status, body := d.get(t, "/api/v3/brokerage/accounts", accounts("2")); status != 403 ||
		!strings.Contains(body, `"error_details":"Missing required scopes"`) {
		t.Errorf("without can_view: %d %s", status, body)
	}
	if status, body := d.get(t, path, "Bearer "+d.sign("3", nil, nil)); status != 200 ||
		!strings.Contains(body, `"can_trade":true`) ||
		!strings.Contains(body, `"can_view":false`) {
		t.Errorf("permissions: %d %s", status, body)
	}
	d.x.Do(func() { d.key.Whitelist = []string{"203.0.113.0/24"} })
	if status, body := d.get(t, path, "Bearer "+d.sign("4", nil, nil)); status != 401 || body != "Unauthorized" {
		t.Errorf("from elsewhere: %d %s", status, body)
	}
	d.x.Do(func() { d.key.Whitelist, d.key.Deleted = nil, true })
	if status, body := d.get(t, path, "Bearer "+d.sign("5", nil, nil)); status != 401 || body != "Unauthorized" {
		t.Errorf("deleted: %d %s", status, body)
	}
	for _, path := range []string{"/", "/api/v3/brokerage/orders", "/v2/user"} {
		if status, _ := d.get(t, path, ""); status != 404 {
			t.Errorf("%s: %d", path, status)
		}
	}
	for n := range 11 {
		status, _ := d.get(t, "/api/v3/brokerage/time", "")
		if want := map[bool]int{true: 200, false: 429}[n < 10]; status != want {
			t.Errorf("call %d of a second: %d, want %d", n+1, status, want)
		}
	}
}
