package binance

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"rekey/internal/fake"
)

// The fake is held to the documents here, with a signature of the test's own.

var (
	noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	made = time.Date(2022, 3, 4, 5, 6, 7, 8e6, time.UTC)
)

const (
	email  = "grid+1@desk.example"
	subAPI = "/sapi/v1/sub-account/subAccountApi"
	permit = "/sapi/v1/sub-account/subAccountApiPermission"
	bindV2 = "/sapi/v2/sub-account/subAccountApi/ipRestriction"
	getIPs = "/sapi/v1/sub-account/subAccountApi/ipRestriction"
	dropIP = "/sapi/v1/sub-account/subAccountApi/ipRestriction/ipList"
	own    = "/sapi/v1/account/apiRestrictions"
	margin = "/sapi/v1/margin/apiKey"
)

func accessKey(name string) string { return (name + strings.Repeat("0", 64))[:64] }

func secret(name string) string { return ("CANARY" + name + strings.Repeat("s", 64))[:64] }

func key(name string, flags ...string) *Key {
	return &Key{AccessKey: accessKey(name), Secret: secret(name), Label: name, Created: made, Flags: flags}
}

// A desk is a running fake with keys of the master account: one that manages,
// one that only reads, one that only trades; and of a sub-account: a bot's.
type desk struct {
	*fake.Server
	x       *Exchange
	account *Account
	bot     *Key
}

func start(t *testing.T) *desk {
	t.Helper()
	bot := key("bot", "enableReading", "enableSpotAndMarginTrading")
	bot.Whitelist = []string{"127.0.0.1", "203.0.113.7"}
	a := &Account{
		ID: "1",
		Keys: []*Key{
			key(
				"manager",
				"enableReading",
				"enableSpotAndMarginTrading",
			), key("reader", "enableReading"), key("blind", "enableSpotAndMarginTrading"),
		},
		Subs: []*Sub{
			{ID: 7, Email: email, Created: made, Keys: []*Key{bot}},
			{ID: 8, Email: "assets@desk.example", AssetManagement: true, Keys: []*Key{key("assets", "enableReading")}},
			{ID: 9, Email: "pm@desk.example", PortfolioMargin: true, Keys: []*Key{key("pm", "enableReading")}},
		},
	}
	s, x, err := Start(func() time.Time { return noon }, a)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return &desk{s, x, a, bot}
}

// A call is one that the caller's key signs with HMAC.
type call struct {
	method, path  string
	query, form   url.Values
	access        string
	secret        string
	signatureIn   string // "query" or "form"; "" is the form, where there is one
	contentType   string // "" is that of a form
	unencodedForm string // sent in place of form
}

// by makes a call of the key of that name, with its parameters in the query
// for GET and DELETE, and in the form otherwise. parameters are name, value,
// name, value.
func by(name, method, path string, parameters ...string) call {
	v := url.Values{}
	for i := 0; i+1 < len(parameters); i += 2 {
		v.Add(parameters[i], parameters[i+1])
	}
	c := call{
		method: method,
		path:   path,
		query:  url.Values{},
		form:   url.Values{},
		access: accessKey(name),
		secret: secret(name),
	}
	if method == http.MethodGet || method == http.MethodDelete {
		c.query = v
	} else {
		c.form = v
	}
	return c
}

type answer struct {
	status int
	header http.Header
	Code   int
	Msg    string
	text   string
	fields map[string]any
	rows   []map[string]any
}

// encode percent-encodes as Binance asks for, spaces too.
func encode(v url.Values) string { return strings.ReplaceAll(v.Encode(), "+", "%20") }

func (d *desk) request(t *testing.T, c call) *http.Request {
	t.Helper()
	stamp := strconv.FormatInt(d.Now().UnixMilli(), 10)
	query, form := encode(c.query), encode(c.form)
	if c.unencodedForm != "" {
		form = c.unencodedForm
	}
	inForm := form != "" && c.signatureIn != "query"
	part := &query
	if inForm {
		part = &form
	}
	*part = strings.TrimPrefix(*part+"&timestamp="+stamp, "&")
	mac := hmac.New(sha256.New, []byte(c.secret))
	mac.Write([]byte(query + form))
	*part += "&signature=" + hex.EncodeToString(mac.Sum(nil))
	r, err := http.NewRequestWithContext(t.Context(), c.method, d.URL+c.path, strings.NewReader(form))
	if err != nil {
		t.Fatal(err)
	}
	r.URL.RawQuery = query
	r.Header.Set("X-MBX-APIKEY", c.access)
	if form != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if c.contentType != "" {
		r.Header.Set("Content-Type", c.contentType)
	}
	return r
}

func (d *desk) send(t *testing.T, c call) answer {
	t.Helper()
	res, err := http.DefaultTransport.RoundTrip(d.request(t, c))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	if err != nil {
		t.Fatal(err)
	}
	a := answer{status: res.StatusCode, header: res.Header, text: string(body)}
	_ = json.Unmarshal(body, &a)
	_ = json.Unmarshal(body, &a.fields)
	_ = json.Unmarshal(body, &a.rows)
	return a
}

// lost sends a call whose answer never comes.
func (d *desk) lost(t *testing.T, c call) {
	t.Helper()
	d.Break(fake.Fault{Method: c.method, Path: c.path, Times: 1, Do: fake.LostAnswer()})
	if res, err := http.DefaultTransport.RoundTrip(d.request(t, c)); err == nil {
		_ = res.Body.Close()
		t.Fatal("there was an answer")
	}
}

// A refusal is told by status and code; 0 is none.
type told struct {
	status, code int
}

func (d *desk) refuses(t *testing.T, story string, c call, want told) answer {
	t.Helper()
	a := d.send(t, c)
	if a.status != want.status || a.Code != want.code {
		t.Errorf("%s: HTTP %d %s, want HTTP %d and code %d", story, a.status, a.text, want.status, want.code)
	}
	return a
}

// Parameters may stand in the query, in a form, or in both; the signature is
// over one followed by the other, and ends either.
func TestWhatIsSigned(t *testing.T) {
	const email2 = "assets@desk.example"
	mixed := by("manager", http.MethodDelete, subAPI, "email", email)
	mixed.form.Set("subAccountApiKey", accessKey("nobody"))
	mixedQuery := mixed
	mixedQuery.signatureIn = "query"
	clash := by("manager", http.MethodDelete, subAPI, "email", email, "subAccountApiKey", accessKey("nobody"))
	clash.form.Set("email", email2)
	json := mixed
	json.contentType = "application/json"
	plus := by("manager", http.MethodPost, subAPI)
	plus.unencodedForm = "apiName=a+b&email=grid%2B1%40desk.example&status=1"
	raw := by("manager", http.MethodPost, subAPI)
	raw.unencodedForm = "apiName=a&email=grid%2B1@desk.example&status=1"
	forged := by("manager", http.MethodDelete, subAPI, "email", email, "subAccountApiKey", accessKey("bot"))
	forged.secret = secret("other")
	for _, c := range []struct {
		story string
		call  call
		want  told
	}{
		{"in both, the signature in the form", mixed, told{400, -2008}},
		{"in both, the signature in the query", mixedQuery, told{400, -2008}},
		{"the query wins", clash, told{400, -2008}},
		{"a body that is no form is not read, so that its signature is not either", json, told{400, -1102}},
		{"a space as a plus", plus, told{400, -1022}},
		{"an @ that is not encoded", raw, told{400, -1022}},
		{"another's signature", forged, told{400, -1022}},
	} {
		d := start(t)
		d.refuses(t, c.story, c.call, c.want)
		if e := d.x.Ledger(); len(e) > 0 {
			t.Errorf("%s: something was done: %+v", c.story, e)
		}
	}
}
