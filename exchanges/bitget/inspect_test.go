package bitget

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"rekey/exchanges"
)

// A key is dead when both worlds of both environments say so, twice, beside a
// working control call; and not when one of them says anything else.
func TestDeadIsDeadEverywhere(t *testing.T) {
	a, s := openStub(t, nil)
	k, err := a.Inspect(t.Context())
	if err != nil || k.Status != exchanges.StatusDead || k.Proof == "" {
		t.Fatalf("status %q, %v", k.Status, err)
	}
	for _, op := range []string{opUnified, opClassic, "demo " + opUnified, "demo " + opClassic, opTime} {
		n := 0
		for _, asked := range s.asked {
			if asked == op {
				n++
			}
		}
		if n != 2 {
			t.Errorf("%s was asked %d times", op, n)
		}
	}
	if s.slept < pause {
		t.Errorf("paused for %v", s.slept)
	}
	other := answerWith(`{}`)
	for name, r := range map[string]reply{
		"an outage": {http.StatusServiceUnavailable, `{}`}, "a web page": {http.StatusOK, `<html>`},
		"no code": {http.StatusOK, `{"hello":"world"}`}, "another document": {http.StatusOK, other},
		"other words": {http.StatusBadRequest, `{"code":"40037","msg":"Apikey disabled","data":null}`},
		"more words": {http.StatusBadRequest, `{"code":"40037","msg":"Apikey does not exist in ` +
			`this region","data":null}`},
		"another status":   {http.StatusOK, deadBody},
		"a number":         {http.StatusBadRequest, `{"code":40037,"msg":"Apikey does not exist"}`},
		"no words":         {http.StatusBadRequest, `{"code":"40037"}`},
		"a malformed key":  {http.StatusBadRequest, `{"code":"40006","msg":"Invalid ACCESS_KEY"}`},
		"the agent's 4006": {http.StatusBadRequest, `{"code":"40006","msg":"IP not in whitelist"}`},
		"a limit":          {http.StatusTooManyRequests, deadBody},
	} {
		for _, op := range []string{opUnified, opClassic, "demo " + opUnified, "demo " + opClassic, opTime} {
			if op == opTime && (name == "another status" || name == "another document") {
				continue
			}
			a, _ := openStub(t, map[string]reply{op: r})
			if k, err := a.Inspect(t.Context()); k.Status == exchanges.StatusDead || err == nil {
				t.Errorf("%s, %s: status %q, %v", op, name, k.Status, err)
			}
		}
	}
}

// Code and text decide together: what Bitget's agent repository says of a code
// is believed as little as what ccxt says of it.
func TestCodeAndTextAgree(t *testing.T) {
	op, _ := protocol().Operation(opUnified)
	for _, c := range []struct {
		code, msg string
		want      exchanges.Kind
	}{
		{"40006", "Invalid ACCESS_KEY", exchanges.KindCredential},
		{"40006", "IP not in whitelist", exchanges.KindUndetermined},
		{"40018", "Invalid IP", exchanges.KindIPRefused},
		{"40018", "permissions insufficient", exchanges.KindUndetermined},
		{"40009", "sign signature error", exchanges.KindBadSignature},
		{"40009", "Duplicate client order id", exchanges.KindUndetermined},
		{"40003", "Signature cannot be empty", exchanges.KindCredential},
		{"40003", "Invalid signature", exchanges.KindUndetermined},
		{"40017", "Parameter verification failed", exchanges.KindOther},
		{"40017", "Invalid API key", exchanges.KindUndetermined},
		{"40012", "apikey/password is incorrect", exchanges.KindBadPassphrase},
		{"40036", "passphrase is error", exchanges.KindBadPassphrase},
		{"40014", "Incorrect permissions", exchanges.KindForbidden},
		{"40037", "Apikey does not exist", exchanges.KindNoSuchKey},
		{"40037", "", exchanges.KindUndetermined},
		{"", "failure to get a peer from the ring-balancer", exchanges.KindMaintenance},
	} {
		body := `{"code":"` + c.code + `","msg":"` + c.msg + `","requestTime":1,"data":null}`
		err := judge(op, exchanges.Response{Status: http.StatusBadRequest, Header: http.Header{}, Body: []byte(body)})
		if exchanges.KindOf(err) != c.want || c.msg != "" && strings.Contains(err.Error(), c.msg) {
			t.Errorf("%s %q: %v, want %s", c.code, c.msg, err, c.want)
		}
		alive := map[exchanges.Kind]exchanges.Status{
			exchanges.KindIPRefused: exchanges.StatusIPRefused, exchanges.KindBadSignature: exchanges.StatusAlive,
			exchanges.KindBadPassphrase: exchanges.StatusAlive, exchanges.KindForbidden: exchanges.StatusAlive,
		}[c.want]
		if alive == "" {
			alive = exchanges.StatusUndetermined
		}
		if got := statusOf(err); got != alive {
			t.Errorf("%s %q: status %q, want %q", c.code, c.msg, got, alive)
		}
	}
}

const classicMode = `{"code":"40084","msg":"You are in Classic Account mode, and the Unified Account ` +
	`API is not supported at ` +
	`this time","data":null}`

// A classic key is found in its world, and its words are read.
func TestClassicKey(t *testing.T) {
	for _, refusal := range []reply{
		{http.StatusBadRequest, classicMode},
		dead(),
		{http.StatusBadRequest, `{"code":"49999","msg":"x"}`},
	} {
		a, s := openStub(t, map[string]reply{
			opUnified: refusal,
			opClassic: {
				http.StatusOK,
				answerWith(`{"userId":"7","ips":"","authorities":["coor","coow","wwow","chow"],"parentId":0}`),
			},
		})
		k, err := a.Inspect(t.Context())
		if err != nil || k.Status != exchanges.StatusAlive || k.Whitelist.Restricted != exchanges.Known(false) {
			t.Fatalf("status %q, %v", k.Status, err)
		}
		granted, _ := k.Permissions.Granted()
		want := []exchanges.Permission{exchanges.Read, exchanges.Futures, exchanges.Withdraw, exchanges.ManageKeys}
		if !slices.Equal(granted, want) || slices.Contains(s.asked, "demo "+opUnified) {
			t.Errorf("granted %q, asked %q", granted, s.asked)
		}
		if k.Permissions.Has(exchanges.SubaccountTransfer).IsKnown() {
			t.Error("transfers to sub-accounts are judged")
		}
	}
	// A wrong world and no right one is no death.
	a, _ := openStub(t, map[string]reply{opUnified: {http.StatusBadRequest, classicMode}})
	if k, err := a.Inspect(t.Context()); k.Status != exchanges.StatusUndetermined || err == nil {
		t.Errorf("status %q, %v", k.Status, err)
	}
}

// A key that lives in demo trading is not dead, and rekey.yaml's fault is named.
func TestKeyOfTheOtherEnvironment(t *testing.T) {
	a, _ := openStub(t, map[string]reply{
		"demo " + opUnified: {
			http.StatusOK,
			answerWith(`{"userId":"7","ips":"","parentId":"","permType":"read-only","permissions":[]}`),
		},
	})
	k, err := a.Inspect(t.Context())
	if k.Status != exchanges.StatusAlive || err == nil || !strings.Contains(err.Error(), "environment: demo") {
		t.Errorf("status %q, %v", k.Status, err)
	}
}

// A key that answered before belongs to its environment: its end there is
// enough, and it takes both rounds.
func TestKeyThatAnsweredBefore(t *testing.T) {
	answers := map[string]reply{
		opUnified: {
			http.StatusOK,
			answerWith(`{"userId":"7","ips":"","parentId":"","permType":"read-only","permissions":[]}`),
		},
	}
	a, s := openStub(t, answers)
	if k, err := a.Inspect(t.Context()); k.Status != exchanges.StatusAlive || err != nil {
		t.Fatal(k.Status, err)
	}
	s.asked, s.answers = nil, nil
	k, err := a.Inspect(t.Context())
	want := []string{opUnified, opClassic, opTime, opTime, opUnified, opClassic}
	if k.Status != exchanges.StatusDead || err != nil || !slices.Equal(s.asked, want) {
		t.Errorf("status %q, %v, asked %q", k.Status, err, s.asked)
	}
}

// A pair that answers the other way round is not dead, and no part of the
// secret is shown.
func TestInterchanged(t *testing.T) {
	s := &stub{}
	c := credential("alive")
	swapped, err := open(
		exchanges.Credential{AccessKey: "CANARYnokey", Secret: exchanges.NewSecret(c.AccessKey), Passphrase: c.Passphrase},
		exchanges.Env{Caller: swapper{s, c.AccessKey}},
	)
	if err != nil {
		t.Fatal(err)
	}
	k, err := swapped.Inspect(t.Context())
	if k.Status != exchanges.StatusUndetermined || k.Ref.AccessKey != "" ||
		exchanges.KindOf(err) != exchanges.KindCredential {
		t.Errorf("status %q, key %q, %v", k.Status, k.Ref.AccessKey, err)
	}
}

func TestReadUnified(t *testing.T) {
	word := func(s string) *string { return &s }
	for _, c := range []struct {
		kind    *string
		words   *[]string
		account exchanges.AccountKind
		want    []exchanges.Permission
	}{
		{nil, &[]string{"uta_trade"}, exchanges.AccountMaster, nil},
		{word("read-only"), nil, exchanges.AccountMaster, nil},
		{word(""), &[]string{}, exchanges.AccountMaster, nil},
		{
			word("read-only"), &[]string{"uta_trade", "uta_mgt"}, exchanges.AccountMaster,
			[]exchanges.Permission{exchanges.Read},
		},
		{word("read_only"), &[]string{}, exchanges.AccountSub, []exchanges.Permission{exchanges.Read}},
		{
			word("read-only"), &[]string{"withdraw"}, exchanges.AccountMaster,
			[]exchanges.Permission{exchanges.Read, exchanges.Withdraw},
		},
		{
			word("read-and-write"), &[]string{"uta_mgt"}, exchanges.AccountMaster,
			[]exchanges.Permission{exchanges.Read, exchanges.Transfer, exchanges.ManageKeys},
		},
		{
			word("read_write"), &[]string{"uta_mgt"}, exchanges.AccountUnknown,
			[]exchanges.Permission{exchanges.Read, exchanges.Transfer, exchanges.ManageKeys},
		},
		{
			word("read_write"), &[]string{"uta_mgt"}, exchanges.AccountSub,
			[]exchanges.Permission{exchanges.Read, exchanges.Transfer},
		},
		{
			word("everything"), &[]string{"uta_trade"}, exchanges.AccountMaster,
			[]exchanges.Permission{exchanges.Read, exchanges.Trade, exchanges.Unmapped},
		},
		{
			word("read-only"), &[]string{"moon"}, exchanges.AccountMaster,
			[]exchanges.Permission{exchanges.Read, exchanges.Unmapped},
		},
	} {
		perms, _ := readUnified(c.kind, c.words, c.account)
		got, told := perms.Granted()
		if told != (c.want != nil) || !slices.Equal(got, c.want) {
			t.Errorf("%v of %s: %q, want %q", c.words, c.account, got, c.want)
		}
		if strange, _ := perms.Has(exchanges.Unmapped).Get(); strange &&
			perms.Has(exchanges.Withdraw) == exchanges.Known(false) {
			t.Errorf("%v: denied beside a word that nobody knows", c.words)
		}
	}
}
