package htx

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
	"rekey/internal/fake"
	fakehtx "rekey/internal/fake/htx"
	"rekey/internal/httpx"
)

const deadBody = `{"status":"error","err-code":"api-signature-not-valid",` +
	`"err-msg":"Signature not valid: Incorrect Access key","data":null}`

// staged starts a fake and opens the manager with a client that may write.
func staged(t *testing.T, ask exchanges.AskCode, keys ...*fakehtx.Key) (*adapter, *fake.Server, *fakehtx.Exchange) {
	t.Helper()
	clock := exchangetest.NewClock()
	server, x, err := fakehtx.Start(clock.Now, &fakehtx.User{
		ID: 1, Keys: []*fakehtx.Key{key("manager", nil, wordRead, wordTrade)},
		Subs: []*fakehtx.Sub{{ID: 132208121, Keys: keys}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	client, err := httpx.New(httpx.Options{
		AllowWrites: true, Exchange: Name, Protocol: protocol(), Region: regionGlobal, Endpoint: server.URL,
		Now: clock.Now, Sleep: clock.Sleep,
	})
	if err != nil {
		t.Fatal(err)
	}
	a, err := openPair(credential("manager"), exchanges.Env{Caller: client, Region: regionGlobal, AskCode: ask})
	if err != nil {
		t.Fatal(err)
	}
	return a, server, x
}

func issue() exchanges.IssueRequest {
	return exchanges.IssueRequest{
		Account: exchanges.Account{Name: uid}, Label: "rekey7Q4mZ", Permissions: []exchanges.Permission{exchanges.Read},
	}
}

// A new key wants a code. Nobody, an empty one, three wrong ones: no key, and the
// code is in no error. A right one after a wrong one makes it.
func TestSecondFactor(t *testing.T) {
	for name, c := range map[string]struct {
		codes []string
		sent  int
		made  bool
	}{
		"nobody": {nil, 0, false}, "empty": {[]string{""}, 0, false}, "right": {[]string{"123456"}, 1, true},
		"wrong, then right": {[]string{"000001", "123456"}, 2, true},
		"wrong three times": {[]string{"000001", "000002", "000003", "123456"}, 3, false},
	} {
		var ask exchanges.AskCode
		asked := 0
		if c.codes != nil {
			ask = func(_ context.Context, q exchanges.CodeQuestion) (exchanges.Secret, error) {
				asked++
				if q.Again != (asked > 1) {
					t.Errorf("%s: asked %d times, again %v", name, asked, q.Again)
				}
				return exchanges.NewSecret(c.codes[asked-1]), nil
			}
		}
		a, server, x := staged(t, ask)
		_, err := a.IssueKey(t.Context(), issue())
		kind := exchanges.KindOf(err)
		if (err == nil) != c.made || !c.made && kind != exchanges.KindSecondFactor || len(x.Live())-1 != len(x.Ledger()) {
			t.Errorf("%s: %v", name, err)
		}
		sent := 0
		for _, r := range server.Requests() {
			if r.Path == pathIssue {
				sent++
			}
			if strings.Contains(r.Query, "otp") {
				t.Errorf("%s: the code is in the address", name)
			}
		}
		if sent != c.sent {
			t.Errorf("%s: sent %d times, want %d", name, sent, c.sent)
		}
		for _, code := range c.codes {
			if err != nil && code != "" && strings.Contains(err.Error(), code) {
				t.Errorf("%s: the code shows", name)
			}
		}
	}
}

// A key of the list whose state is not normal is none that works; 1003 says
// nothing; an access key that was cut is not dead.
func TestWhatIsNoDeath(t *testing.T) {
	a, server, _ := staged(t, nil)
	op, _ := protocol().Operation(opUID)
	for _, body := range []string{`{"code":1003,"message":"invalid signature"}`, `{"code":"1003","message":"x"}`} {
		err := judge(op, exchanges.Response{Status: http.StatusOK, Header: http.Header{}, Body: []byte(body)})
		if exchanges.KindOf(err) != exchanges.KindUndetermined || statusOf(err) != exchanges.StatusUndetermined {
			t.Errorf("%s: %v, %q", body, err, statusOf(err))
		}
	}
	for name, accessKey := range map[string]string{"cut": accessKey("alive")[:20], "a secret's neighbour": "CANARYkey"} {
		c := credential("alive")
		c.AccessKey = accessKey
		other, err := openPair(c, a.env)
		if err != nil {
			t.Fatal(err)
		}
		k, err := other.Inspect(t.Context())
		if k.Status != exchanges.StatusUndetermined || exchanges.KindOf(err) != exchanges.KindCredential ||
			strings.Contains(err.Error(), exchangetest.Canary) || k.Ref.AccessKey != "" {
			t.Errorf("%s: %q, %v", name, k.Status, err)
		}
	}
	for name, body := range map[string]string{
		"other words":      strings.Replace(deadBody, "Access key", "Access key, or IP", 1),
		"another code":     strings.Replace(deadBody, "api-signature-not-valid", "login-required", 1),
		"the form of v2":   `{"code":1003,"message":"Incorrect Access key"}`,
		"of the other API": `{"status":"error","err_code":403,"err_msg":"Incorrect Access key [Access key错误]","ts":1}`,
	} {
		server.Mend()
		server.Break(fake.Fault{Path: pathAccounts, Do: fake.Answer(http.StatusOK, "application/json", body)})
		if k, err := a.Inspect(t.Context()); k.Status != exchanges.StatusUndetermined || err == nil {
			t.Errorf("%s: %q, %v", name, k.Status, err)
		}
	}
	server.Mend()
	server.Break(fake.Fault{Path: pathAccounts, Do: fake.Answer(http.StatusOK, "application/json", deadBody)})
	server.Break(fake.Fault{Path: pathTime, Do: fake.Answer(http.StatusServiceUnavailable, "application/json", `{}`)})
	if k, err := a.Inspect(t.Context()); k.Status == exchanges.StatusDead || err == nil {
		t.Errorf("without a control call: %q, %v", k.Status, err)
	}
}

// Every field of a change is sent, also those that stay.
func TestEditSendsEverything(t *testing.T) {
	k := key("sub", []string{"203.0.113.7"}, wordTrade, wordRead)
	a, server, _ := staged(t, nil, k)
	ref := exchanges.KeyRef{AccessKey: accessKey("sub"), Account: exchanges.Account{Name: uid}}
	req := exchanges.EditRequest{Ref: ref, Permissions: []exchanges.Permission{}}
	_, err := a.EditKey(t.Context(), req)
	if err != nil || len(k.Whitelist) != 1 || k.Note != "note sub" || len(k.Perms) != 1 {
		t.Errorf("%v, %+v", err, k)
	}
	for _, body := range []string{
		`{"code":200,"data":{"note":"note sub","permission":"readOnly,trade","ipAddresses":"203.0.113.7"}}`,
		`{"code":200,"data":{"note":"note sub","permission":"readOnly","ipAddresses":""}}`, `{"code":200,"data":null}`,
	} {
		server.Mend()
		server.Break(fake.Fault{Path: pathEdit, Do: fake.Answer(http.StatusOK, "application/json", body)})
		if _, err := a.EditKey(t.Context(), req); exchanges.KindOf(err) != exchanges.KindUncertain {
			t.Errorf("%s: %v", body, err)
		}
	}
}

// The list of the parent's own keys names at least the key that asks: one without
// any is a gap, and so is an answer without a list. A sub user may have none.
func TestNoListIsNoEmptyList(t *testing.T) {
	for body, quiet := range map[string]bool{
		`{"code":200,"data":[]}`: false, `{"code":200,"data":null}`: false, `{"code":200}`: false, "": true,
	} {
		a, server, _ := staged(t, nil)
		if body != "" {
			server.Break(fake.Fault{Path: pathKeys, Do: fake.Answer(http.StatusOK, "application/json", body)})
		}
		trouble := 0
		for _, err := range a.ListKeys(t.Context(), exchanges.ListRequest{}) {
			if err != nil {
				trouble++
			}
		}
		if (trouble == 0) != quiet {
			t.Errorf("%q: %d gaps", body, trouble)
		}
	}
}
