package gateio

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha512"
	"encoding/hex"
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
	managerKey = "0123456789abcdef0123456789abcdef"
	secret     = "CANARYsecret"
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
	b.key = &Key{AccessKey: managerKey, Secret: secret, Settings: Settings{Perms: []Perm{{Name: "account"}}}}
	b.sub = &Sub{ID: 7, Name: "grid"}
	var err error
	b.server, b.x, err = Start(time.Now, &Account{ID: 1, Keys: []*Key{b.key}, Subs: []*Sub{b.sub}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.server.Close)
	return b
}

// ask sends a request and returns the answer, its label and its members.
func (b *bench) ask(method, target, body string) (res *http.Response, label string, data map[string]any) {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), method, b.server.URL+target, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	stamp := strconv.FormatInt(time.Now().Unix(), 10)
	path, query, _ := strings.Cut(target, "?")
	sum := sha512.Sum512([]byte(body))
	mac := hmac.New(sha512.New, []byte(secret))
	mac.Write([]byte(strings.Join([]string{method, path, query, hex.EncodeToString(sum[:]), stamp}, "\n")))
	req.Header.Set("KEY", managerKey)
	req.Header.Set("Timestamp", stamp)
	req.Header.Set("SIGN", hex.EncodeToString(mac.Sum(nil)))
	b.change(req.Header)
	res, err = http.DefaultClient.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	text, _ := io.ReadAll(res.Body)
	if res.StatusCode == http.StatusNoContent {
		if len(text) > 0 {
			b.t.Errorf("204 with a body: %s", text)
		}
		return res, "", nil
	}
	if bytes.HasPrefix(text, []byte("{")) {
		if err := json.Unmarshal(text, &data); err != nil {
			b.t.Fatalf("%s: %v", text, err)
		}
	}
	label, _ = data["label"].(string)
	return res, label, data
}

func TestRefusals(t *testing.T) {
	for name, c := range map[string]struct {
		header func(http.Header)
		key    func(*Key)
		label  string
		status int
	}{
		"all is well":       {nil, nil, "", 200},
		"no key":            {func(h http.Header) { h.Del("KEY") }, nil, "MISSING_REQUIRED_HEADER", 400},
		"no time":           {func(h http.Header) { h.Del("Timestamp") }, nil, "MISSING_REQUIRED_HEADER", 400},
		"an unknown key":    {func(h http.Header) { h.Set("KEY", strings.Repeat("0", 32)) }, nil, "INVALID_KEY", 401},
		"a late request":    {func(h http.Header) { h.Set("Timestamp", "1672185600") }, nil, "REQUEST_EXPIRED", 403},
		"a strange time":    {func(h http.Header) { h.Set("Timestamp", "noon") }, nil, "REQUEST_EXPIRED", 403},
		"a wrong signature": {func(h http.Header) { h.Set("SIGN", "00") }, nil, "INVALID_SIGNATURE", 401},
		"an address not listed": {
			nil, func(k *Key) { k.Whitelist = []string{"203.0.113.7"} }, "IP_FORBIDDEN", 401,
		},
		"deleted":  {nil, func(k *Key) { k.Deleted = true }, "INVALID_KEY", 401},
		"frozen":   {nil, func(k *Key) { k.State = 3 }, "ACCOUNT_LOCKED", 403},
		"no right": {nil, func(k *Key) { k.Perms = []Perm{{Name: "spot"}} }, "FORBIDDEN", 403},
	} {
		b := start(t)
		if c.key != nil {
			b.x.Do(func() { c.key(b.key) })
		}
		if c.header != nil {
			b.change = c.header
		}
		if res, label, _ := b.ask("GET", "/api/v4/account/main_keys", ""); label != c.label || res.StatusCode != c.status {
			t.Errorf("%s: HTTP %d, label %q, want %d %q", name, res.StatusCode, label, c.status, c.label)
		}
	}
}

func TestWritesAreStrict(t *testing.T) {
	b := start(t)
	const keys = "/api/v4/sub_accounts/7/keys"
	create := `{"mode":1,"name":"n","perms":[{"name":"spot","read_only":false}],"ip_whitelist":["203.0.113.7"]}`
	for name, spoil := range map[string][2]string{
		"a network": {"203.0.113.7", "203.0.113.0/24"}, "IPv6": {"203.0.113.7", "2001:db8::1"},
		"withdraw": {`"spot"`, `"withdraw"`}, "no right": {`{"name":"spot","read_only":false}`, ``},
		"mode 3": {`"mode":1`, `"mode":3`},
	} {
		_, label, _ := b.ask("POST", keys, strings.Replace(create, spoil[0], spoil[1], 1))
		if label != "INVALID_PARAM_VALUE" {
			t.Errorf("%s: label %q", name, label)
		}
	}
	if _, label, _ := b.ask("POST", keys, `{"x":1}`); label != "INVALID_REQUEST_BODY" {
		t.Errorf("a strange member: %q", label)
	}
	if _, label, _ := b.ask("POST", "/api/v4/sub_accounts/8/keys", create); label != "SUB_ACCOUNT_NOT_FOUND" {
		t.Errorf("another sub-account: %q", label)
	}
	if len(b.sub.Keys) != 0 {
		t.Fatal("a key was made")
	}
	_, _, data := b.ask("POST", keys, create)
	access, _ := data["key"].(string)
	if made, _ := data["secret"].(string); access == "" || made != b.sub.Keys[0].Secret {
		t.Fatalf("answer %v", data)
	}
	// What is left out is taken away; and until a change holds, the key is as it was.
	b.x.Do(func() { b.x.EditLag = time.Hour })
	if res, _, _ := b.ask("PUT", keys+"/"+access, `{"name":"n","perms":[]}`); res.StatusCode != http.StatusNoContent ||
		len(b.sub.Keys[0].Whitelist) != 0 || len(b.x.Live()[1].Whitelist) != 1 {
		t.Errorf("HTTP %d, %+v, live %+v", res.StatusCode, b.sub.Keys[0].Settings, b.x.Live())
	}
	for _, want := range []int{http.StatusNoContent, http.StatusBadRequest} { // a second time there is nothing
		if res, _, _ := b.ask("DELETE", keys+"/"+access, ""); res.StatusCode != want {
			t.Errorf("HTTP %d, want %d", res.StatusCode, want)
		}
	}
	b.x.Do(func() { b.key.Perms[0].ReadOnly = true })
	if _, label, _ := b.ask("POST", keys, create); label != "READ_ONLY" {
		t.Errorf("a key that may only read: %q", label)
	}
	if n := len(b.x.Ledger()); n != 3 {
		t.Errorf("%d deeds", n)
	}
}

// Limits are counted for each call and user, and told in the documented headers.
func TestLimits(t *testing.T) {
	b := start(t)
	for i := range subLimit + 1 {
		res, label, _ := b.ask("GET", "/api/v4/sub_accounts?type=0", "")
		left := res.Header.Get("X-Gate-RateLimit-Requests-Remain")
		if refused := i == subLimit; (label == "TOO_MANY_REQUESTS") != refused || left != strconv.Itoa(max(subLimit-1-i, 0)) {
			t.Fatalf("call %d: HTTP %d, %q, %s left", i, res.StatusCode, label, left)
		}
	}
}

func TestDeleteByHand(t *testing.T) {
	b := start(t)
	if !b.x.DeleteByHand(managerKey) || b.x.DeleteByHand(managerKey) || len(b.x.Live()) != 0 {
		t.Error("the key lives, or died twice")
	}
}
