package bitget

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"rekey/internal/fake"
)

const (
	managerKey = "bg_0123456789abcdef0123456789abcdef"
	secret     = "CANARYsecret"
	phrase     = "CANARYphrase1"
)

// A bench is a fake with a client of its own, which knows nothing of rekey's.
type bench struct {
	t      *testing.T
	server *fake.Server
	x      *Exchange
	key    *Key
	sub    *Sub
	change func(http.Header)
}

func start(t *testing.T) *bench {
	t.Helper()
	b := &bench{t: t, change: func(http.Header) {}}
	b.key = &Key{AccessKey: managerKey, Secret: secret, Passphrase: phrase, Type: "read_write", Perms: []string{"uta_mgt"}}
	b.sub = &Sub{ID: "7", Name: "grid"}
	var err error
	b.server, b.x, err = Start(time.Now, &Account{ID: "1", Keys: []*Key{b.key}, Subs: []*Sub{b.sub}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.server.Close)
	b.server.Limits.TurnOff()
	return b
}

// ask sends a request and returns HTTP status, code and answer.
func (b *bench) ask(method, target, body string) (status int, code string, data map[string]any) {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), method, b.server.URL+target, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	stamp := strconv.FormatInt(time.Now().UnixMilli(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(stamp + method + target + body))
	for name, value := range map[string]string{
		"ACCESS-KEY": managerKey, "ACCESS-TIMESTAMP": stamp, "ACCESS-PASSPHRASE": phrase, "Content-Type": "application/json",
		"ACCESS-SIGN": base64.StdEncoding.EncodeToString(mac.Sum(nil)),
	} {
		req.Header.Set(name, value)
	}
	b.change(req.Header)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	text, _ := io.ReadAll(res.Body)
	var w struct {
		Code string
		Data map[string]any
	}
	if err := json.NewDecoder(bytes.NewReader(text)).Decode(&w); err != nil {
		b.t.Fatalf("%s: %v", text, err)
	}
	return res.StatusCode, w.Code, w.Data
}

func TestRefusals(t *testing.T) {
	for name, c := range map[string]struct {
		header func(http.Header)
		key    func(*Key)
		code   string
	}{
		"all is well":           {nil, nil, "00000"},
		"no key":                {func(h http.Header) { h.Del("ACCESS-KEY") }, nil, "40001"},
		"no passphrase":         {func(h http.Header) { h.Del("ACCESS-PASSPHRASE") }, nil, "40011"},
		"a malformed key":       {func(h http.Header) { h.Set("ACCESS-KEY", "mx0") }, nil, "40006"},
		"an unknown key":        {func(h http.Header) { h.Set("ACCESS-KEY", "bg_"+strings.Repeat("0", 32)) }, nil, "40037"},
		"a late request":        {func(h http.Header) { h.Set("ACCESS-TIMESTAMP", "1672185600000") }, nil, "40008"},
		"no time":               {func(h http.Header) { h.Set("ACCESS-TIMESTAMP", "noon") }, nil, "40005"},
		"a wrong passphrase":    {func(h http.Header) { h.Set("ACCESS-PASSPHRASE", "CANARYother1") }, nil, "40012"},
		"a wrong signature":     {func(h http.Header) { h.Set("ACCESS-SIGN", "AAAA") }, nil, "40009"},
		"demo with a live key":  {func(h http.Header) { h.Set("paptrading", "1") }, nil, "40037"},
		"an address not listed": {nil, func(k *Key) { k.Whitelist = []string{"203.0.113.7"} }, "40018"},
		"deleted":               {nil, func(k *Key) { k.Deleted = true }, "40037"},
		"a demo key":            {nil, func(k *Key) { k.Demo = true }, "40037"},
	} {
		b := start(t)
		if c.key != nil {
			b.x.Do(func() { c.key(b.key) })
		}
		if c.header != nil {
			b.change = c.header
		}
		if status, code, _ := b.ask("GET", "/api/v3/account/info", ""); code != c.code ||
			(code == "00000") != (status == 200) {
			t.Errorf("%s: HTTP %d, code %s, want %s", name, status, code, c.code)
		}
	}
}

func TestWritesAreStrict(t *testing.T) {
	b := start(t)
	create := `{"subUid":"7","note":"n","type":"read_write","passphrase":"CANARY12",` +
		`"permissions":["uta_trade"],"ips":["203.0.113.7"]}`
	for name, spoil := range map[string][2]string{
		"a sign in the passphrase": {"CANARY12", "CANARY12!"}, "no such account": {`"7"`, `"8"`},
		"no addresses": {`,"ips":["203.0.113.7"]`, ``},
		"IPv6":         {"203.0.113.7", "2001:db8::1"}, "withdraw": {"uta_trade", "withdraw"},
		"a strange field": {`"note"`, `"x":1,"note"`},
		"a strange type":  {"read_write", "everything"}, "an empty note": {`"note":"n"`, `"note":""`},
	} {
		if _, code, _ := b.ask("POST", "/api/v3/user/create-sub-api",
			strings.Replace(create, spoil[0], spoil[1], 1)); code != "40020" {
			t.Errorf("%s: code %s", name, code)
		}
	}
	if len(b.sub.Keys) != 0 {
		t.Fatal("a key was made")
	}
	_, _, data := b.ask("POST", "/api/v3/user/create-sub-api", create)
	access, _ := data["apiKey"].(string)
	made, _ := data["secret"].(string)
	if access == "" || made != b.sub.Keys[0].Secret {
		t.Fatalf("answer %v", data)
	}
	// What is left out opens the key, and a wrong passphrase changes nothing.
	_, code, _ := b.ask("POST", "/api/v3/user/update-sub-api", `{"apiKey":"`+access+`","passphrase":"CANARYno1"}`)
	if code != "40020" || len(b.sub.Keys[0].Whitelist) != 1 {
		t.Errorf("code %s, whitelist %q", code, b.sub.Keys[0].Whitelist)
	}
	_, code, _ = b.ask(
		"POST",
		"/api/v3/user/update-sub-api",
		`{"apiKey":"`+access+`","passphrase":"CANARY12","type":"read_only"}`,
	)
	if code != "40020" {
		t.Errorf("a type without permissions: code %s", code)
	}
	_, code, _ = b.ask("POST", "/api/v3/user/update-sub-api", `{"apiKey":"`+access+`","passphrase":"CANARY12"}`)
	if code != "00000" || len(b.sub.Keys[0].Whitelist) != 0 {
		t.Errorf("code %s, whitelist %q", code, b.sub.Keys[0].Whitelist)
	}
	for _, want := range []string{"00000", "40020"} { // a second time there is nothing
		if _, code, _ := b.ask("POST", "/api/v3/user/delete-sub-api", `{"apiKey":"`+access+`"}`); code != want {
			t.Errorf("code %s, want %s", code, want)
		}
	}
	for i := range mostKeys + 1 {
		want := "00000"
		if i == mostKeys {
			want = "40017"
		}
		if _, code, _ := b.ask("POST", "/api/v3/user/create-sub-api", create); code != want {
			t.Errorf("key %d: code %s", i, code)
		}
	}
	if n := len(b.x.Ledger()); n != 3+mostKeys {
		t.Errorf("%d deeds", n)
	}
}

func TestDeleteByHand(t *testing.T) {
	b := start(t)
	if !b.x.DeleteByHand(managerKey) || b.x.DeleteByHand(managerKey) || len(b.x.Live()) != 0 {
		t.Error("the key lives, or died twice")
	}
}
