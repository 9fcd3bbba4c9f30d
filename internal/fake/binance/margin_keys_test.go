package binance

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func startSpecial(t *testing.T) *desk {
	t.Helper()
	d := start(t)
	d.x.Do(func() {
		d.account.MarginKeys = []MarginKey{
			{
				Name:      "low latency",
				AccessKey: accessKey("special"),
				Secret:    secret("special"),
				IP:        "203.0.113.9",
				Type:      "HMAC_SHA256",
				Mode:      "TRADE",
			},
			{
				Name:      "pair",
				AccessKey: accessKey("isolated"),
				Secret:    secret("isolated"),
				IP:        noAddress,
				Type:      "HMAC_SHA256",
				Mode:      "TRADE",
				Symbol:    "BTCUSDT",
			},
		}
	})
	return d
}

func TestMarginKeyRefusals(t *testing.T) {
	const post, del, put = http.MethodPost, http.MethodDelete, http.MethodPut
	for _, c := range []struct {
		story string
		call  call
		want  told
	}{
		{"a key that may only read", by("reader", post, margin, "apiName", "n"), told{400, -1002}},
		{"a key of the sub-account", by("bot", post, margin, "apiName", "n"), told{400, -1002}},
		{"a special key itself", by("isolated", del, margin, "apiKey", accessKey("special")), told{400, -2008}},
		{"no name", by("manager", post, margin), told{400, -1102}},
		{"a permission that is none", by("manager", post, margin, "apiName", "n", "permissionMode", "ALL"), told{400, -1130}},
		{"31 addresses", by("manager", post, margin, "apiName", "n", "ip",
			strings.Repeat("203.0.113.7,", 30)+"203.0.113.8"), told{400, -1130}},
		{"a public key that is none", by("manager", post, margin, "apiName", "n", "publicKey", "x"), told{400, -1130}},
		{"an undocumented parameter", by("manager", post, margin, "apiName", "n", "status", "1"), told{400, -1103}},
		{"delete nothing", by("manager", del, margin), told{400, -1102}},
		{"delete a key that nobody made", by("manager", del, margin, "apiKey", accessKey("nobody")), told{400, -2008}},
		{"delete a pair's key without its pair", by("manager", del, margin, "apiKey",
			accessKey("isolated")), told{400, -2008}},
		{"delete by a name that is none", by("manager", del, margin, "apiName", "nobody"), told{400, -2008}},
		{"addresses of no key", by("manager", put, margin+"/ip", "ip", "203.0.113.7"), told{400, -1102}},
		{"no addresses", by("manager", put, margin+"/ip", "apiKey", accessKey("special"), "ip", ""), told{400, -1102}},
		{"an address that is none", by("manager", put, margin+"/ip", "apiKey", accessKey("special"),
			"ip", "x"), told{400, -1130}},
	} {
		d := startSpecial(t)
		d.refuses(t, c.story, c.call, c.want)
		if e := d.x.Ledger(); len(e) > 0 {
			t.Errorf("%s: something was done: %+v", c.story, e)
		}
	}
	d := start(t)
	d.refuses(t, "an account that is not approved", by("manager", post, margin, "apiName", "n"), told{400, -1002})
}

func TestMarginKeys(t *testing.T) {
	d := startSpecial(t)
	const list = "/sapi/v1/margin/api-key-list"
	a := d.send(t, by("manager", http.MethodPost, margin, "apiName", "new", "permissionMode", "READ"))
	access, _ := a.fields["apiKey"].(string)
	shown, _ := a.fields["secretKey"].(string)
	if diff := cmp.Diff(map[string]any{
		"apiKey": access, "secretKey": shown,
		"type": "HMAC_SHA256",
	}, a.fields); diff != "" ||
		len(access) != 64 ||
		len(shown) != 64 {
		t.Fatal(a.text)
	}
	// READ is for Ed25519 alone: this one may trade. Without addresses it has
	// the one that means nothing.
	one := d.send(t, by("manager", http.MethodGet, margin, "apiKey", access))
	want := map[string]any{
		"apiName":        "new",
		"apiKey":         access,
		"ip":             "0.0.0.0",
		"type":           "HMAC_SHA256",
		"permissionMode": "TRADE",
	}
	if diff := cmp.Diff(want, one.fields); diff != "" {
		t.Error(diff)
	}
	// The list is of cross margin, or of one pair.
	names := func(parameters ...string) (out []string) {
		for _, row := range d.send(t, by("manager", http.MethodGet, list, parameters...)).rows {
			out = append(out, row["apiName"].(string))
		}
		return out
	}
	if cross, pair := names(), names("symbol", "BTCUSDT"); !slices.Equal(cross, []string{"low latency", "new"}) ||
		!slices.Equal(pair, []string{"pair"}) {
		t.Errorf("cross %q, pair %q", cross, pair)
	}
	// Special keys are for /api/v3; /sapi does not know them.
	use := by("", http.MethodGet, "/api/v3/account")
	use.access, use.secret = access, shown
	d.refuses(t, "it works", use, told{200, 0})
	sapi := use
	sapi.path = own
	d.refuses(t, "at /sapi it looks dead", sapi, told{400, -2008})

	bind := by("manager", http.MethodPut, margin+"/ip", "apiKey", access, "ip", "203.0.113.7")
	if a = d.send(t, bind); a.status != 200 || strings.TrimSpace(a.text) != "{}" {
		t.Errorf("HTTP %d %s", a.status, a.text)
	}
	d.refuses(t, "bound elsewhere", use, told{401, -2015})
	if one = d.send(t, by("manager", http.MethodGet, margin, "apiKey",
		access)); one.fields["ip"] != "0.0.0.0,203.0.113.7" {
		t.Errorf("the initial address stays: %s", one.text)
	}

	// By name alone, all of that name go.
	d.send(t, by("manager", http.MethodPost, margin, "apiName", "new", "ip", "127.0.0.1"))
	d.refuses(t, "both", by("manager", http.MethodDelete, margin, "apiName", "new"), told{200, 0})
	if cross := names(); !slices.Equal(cross, []string{"low latency"}) {
		t.Errorf("left: %q", cross)
	}
	if slices.Contains(d.live(), access) {
		t.Error("it lives")
	}
	// apiKey wins over apiName.
	d.send(t, by("manager", http.MethodPost, margin, "apiName", "low latency"))
	d.refuses(
		t,
		"one",
		by("manager", http.MethodDelete, margin, "apiName", "low latency", "apiKey", accessKey("special")),
		told{200, 0},
	)
	if cross := names(); !slices.Equal(cross, []string{"low latency"}) {
		t.Errorf("left: %q", cross)
	}
	if e := d.x.Ledger(); len(e) != 7 || e[0].Label != "new" || e[1].What != "ip whitelist" {
		t.Errorf("ledger: %+v", e)
	}
}

func TestMarginEd25519Reads(t *testing.T) {
	d := start(t)
	d.x.Do(func() { d.account.SpecialKeys = true })
	public, sign := ed25519Pair(t)
	a := d.send(t, by("manager", http.MethodPost, margin, "apiName", "n", "publicKey", public, "permissionMode", "READ"))
	access, _ := a.fields["apiKey"].(string)
	if secret, told := a.fields["secretKey"]; a.status != 200 || secret != nil || !told || a.fields["type"] != "Ed25519" {
		t.Fatal(a.text)
	}
	if one := d.send(t, by("manager", http.MethodGet, margin, "apiKey", access)); one.fields["permissionMode"] != "READ" {
		t.Error(one.text)
	}
	if got := d.asymmetric(t, "/api/v3/account", access, sign); got.status != 200 {
		t.Error(got.text)
	}
}

func ed25519Pair(t *testing.T) (public string, sign func(string) string) {
	t.Helper()
	pub, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return toPEM(t, pub), func(payload string) string {
		return base64.StdEncoding.EncodeToString(ed25519.Sign(private, []byte(payload)))
	}
}

func rsaPEM(t *testing.T) string {
	t.Helper()
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return toPEM(t, &private.PublicKey)
}

func toPEM(t *testing.T, public any) string {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

// asymmetric sends a GET that is signed with a private key.
func (d *desk) asymmetric(t *testing.T, path, access string, sign func(string) string) answer {
	t.Helper()
	payload := "timestamp=" + strconv.FormatInt(d.Now().UnixMilli(), 10)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, d.URL+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.URL.RawQuery = payload + "&signature=" + url.QueryEscape(sign(payload))
	r.Header.Set("X-MBX-APIKEY", access)
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	a := answer{status: res.StatusCode, text: string(body)}
	_ = json.Unmarshal(body, &a.fields)
	return a
}
