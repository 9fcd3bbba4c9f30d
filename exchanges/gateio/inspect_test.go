package gateio

import (
	"net/http"
	"strings"
	"testing"

	"rekey/exchanges"
)

const detailBody = `{"user_id":7,"ip_whitelist":["127.0.0.1"],"currency_pairs":[],"tier":1,"key":{"mode":1}}`

// A key is dead when every site says so, twice, beside a working control call;
// and not when one of them says anything else.
func TestDeadIsDeadEverywhere(t *testing.T) {
	a, s := openStub(t, nil)
	k, err := a.Inspect(t.Context())
	if err != nil || k.Status != exchanges.StatusDead || k.Proof == "" {
		t.Fatalf("status %q, %v", k.Status, err)
	}
	places := []string{"global ", "eea ", "testnet "}
	count := func(name string) (n int) {
		for _, asked := range s.asked {
			if asked == name {
				n++
			}
		}
		return n
	}
	for _, place := range places {
		if count(place+opDetail) != 2 || count(place+opTime) != 2 {
			t.Errorf("%swas asked %d times, and %d times for the time", place, count(place+opDetail), count(place+opTime))
		}
	}
	if s.slept < pause {
		t.Errorf("paused for %v", s.slept)
	}
	for name, r := range map[string]reply{
		"an outage": {http.StatusServiceUnavailable, `{}`}, "a web page": {http.StatusOK, `<html>`},
		"no label": {http.StatusOK, `{"hello":"world"}`}, "no text": {http.StatusUnauthorized, `{"label":"INVALID_KEY"}`},
		"another status": {http.StatusForbidden, deadBody}, "success": {http.StatusOK, deadBody},
		"a credential": {http.StatusUnauthorized, `{"label":"INVALID_CREDENTIALS","message":"x"}`},
		"small":        {http.StatusUnauthorized, `{"label":"invalid_key","message":"Invalid key provided"}`},
		"a limit":      {http.StatusTooManyRequests, deadBody},
	} {
		for _, place := range places {
			for _, op := range []string{opDetail, opTime} {
				if op == opTime && name == "no label" {
					continue
				}
				a, _ := openStub(t, map[string]reply{place + op: r})
				if k, err := a.Inspect(t.Context()); k.Status == exchanges.StatusDead || err == nil {
					t.Errorf("%s%s, %s: status %q, %v", place, op, name, k.Status, err)
				}
			}
		}
	}
}

// A key of another site is not dead, and rekey.yaml's fault is named.
func TestKeyOfAnotherSite(t *testing.T) {
	for place, says := range map[string]string{
		"eea ": "{region: eea}", "testnet ": "{region: global, environment: testnet}",
	} {
		for _, r := range []reply{
			{http.StatusOK, detailBody}, {http.StatusUnauthorized, `{"label":"IP_FORBIDDEN","message":"x"}`},
		} {
			a, _ := openStub(t, map[string]reply{place + opDetail: r})
			k, err := a.Inspect(t.Context())
			if k.Status == exchanges.StatusDead || k.Status == exchanges.StatusUndetermined || err == nil ||
				!strings.Contains(err.Error(), says) {
				t.Errorf("%s: status %q, %v", place, k.Status, err)
			}
		}
	}
}

// A key that answered before belongs to its site: its end there is enough.
func TestKeyThatAnsweredBefore(t *testing.T) {
	a, s := openStub(t, map[string]reply{
		"global " + opDetail:   {http.StatusOK, detailBody},
		"global " + opMainKeys: {http.StatusForbidden, `{"label":"FORBIDDEN","message":"x"}`},
	})
	k, err := a.Inspect(t.Context())
	if err != nil || k.Status != exchanges.StatusAlive || k.Permissions.IsKnown() {
		t.Fatalf("status %q, permissions %+v, %v", k.Status, k.Permissions, err)
	}
	s.asked, s.answers = nil, nil
	k, err = a.Inspect(t.Context())
	if k.Status != exchanges.StatusDead || err != nil {
		t.Errorf("status %q, %v", k.Status, err)
	}
	for _, asked := range s.asked {
		if !strings.HasPrefix(asked, "global ") {
			t.Errorf("%s was asked", asked)
		}
	}
}

// The refusal of an address comes with 401, and a living key gets it; its text,
// which repeats the address, is never shown. The label decides, whatever the
// status.
func TestLabelsDecide(t *testing.T) {
	for _, c := range []struct {
		label  string
		kind   exchanges.Kind
		status exchanges.Status
	}{
		{"IP_FORBIDDEN", exchanges.KindIPRefused, exchanges.StatusIPRefused},
		{"INVALID_SIGNATURE", exchanges.KindBadSignature, exchanges.StatusAlive},
		{"FORBIDDEN", exchanges.KindForbidden, exchanges.StatusAlive},
		{"READ_ONLY", exchanges.KindForbidden, exchanges.StatusAlive},
		{"USER_NOT_FOUND", exchanges.KindForbidden, exchanges.StatusAlive},
		{"ACCOUNT_LOCKED", exchanges.KindForbidden, exchanges.StatusUndetermined},
		{"INVALID_CREDENTIALS", exchanges.KindUndetermined, exchanges.StatusUndetermined},
		{"REQUEST_EXPIRED", exchanges.KindClock, exchanges.StatusUndetermined},
		{"MISSING_REQUIRED_HEADER", exchanges.KindCredential, exchanges.StatusUndetermined},
		{"TOO_FAST", exchanges.KindRateLimited, exchanges.StatusUndetermined},
		{"TOO_BUSY", exchanges.KindMaintenance, exchanges.StatusUndetermined},
		{"SOMETHING_NEW", exchanges.KindOther, exchanges.StatusUndetermined},
	} {
		op, _ := protocol().Operation(opDetail)
		for _, status := range []int{400, 401, 403} {
			err := judge(op, exchanges.Response{
				Status: status, Header: http.Header{},
				Body: []byte(`{"label":"` + c.label + `","message":"Request IP not in whitelist: 198.51.100.77"}`),
			})
			if exchanges.KindOf(err) != c.kind || statusOf(err) != c.status || strings.Contains(err.Error(), "198.51.100.77") {
				t.Errorf("%s with %d: %v, status %q", c.label, status, err, statusOf(err))
			}
		}
	}
}

// The list of main keys is read in every form that the official sources give it:
// a list or one object, names as texts or lists, times as numbers or texts. A row
// without its access key is a gap, and no row is dropped.
func TestMainKeysAreReadGenerously(t *testing.T) {
	shown := accessKey("alive")[:12] + "*****"
	row := func(key, name, at string) string {
		return `{"state":1,"mode":1,"name":` + name + `,"user_id":7,"perms":[{"name":"account","read_only":true}],` +
			`"ip_whitelist":[],"currency_pairs":[],"key":` + key + `,"created_at":` + at + `,"last_access":` + at + `}`
	}
	for name, c := range map[string]struct {
		body string
		rows int
		err  bool
	}{
		"a list":                  {`[` + row(`"`+shown+`"`, `"desk"`, `1753030929`) + `]`, 1, false},
		"one object":              {row(`"`+shown+`"`, `"desk"`, `1753030929`), 1, false},
		"names in a list":         {`[` + row(`"`+shown+`"`, `["desk"]`, `"1753030929"`) + `]`, 1, false},
		"a key that is an object": {`[` + row(`{"mode":1}`, `"desk"`, `1753030929`) + `]`, 0, true},
		"the same twice": {
			`[` + row(`"`+shown+`"`, `"desk"`, `1`) + `,` + row(`"`+shown+`"`, `"desk"`, `1`) + `]`, 1, false,
		},
		"nothing": {`[]`, 0, true}, "null": {`null`, 0, true}, "a text": {`"x"`, 0, true},
	} {
		a, _ := openStub(t, map[string]reply{"global " + opMainKeys: {http.StatusOK, c.body}})
		keys, err := a.mainKeys(t.Context())
		if len(keys) != c.rows || (err != nil) != c.err {
			t.Errorf("%s: %d rows, %v", name, len(keys), err)
			continue
		}
		for _, k := range keys {
			if !exchanges.IsPartOf(k.Ref.AccessKey, accessKey("alive")) || k.Label != "desk" ||
				exchanges.MaskAccessKey(k.Ref.AccessKey) != accessKey("alive")[:12]+"…" {
				t.Errorf("%s: %+v", name, k)
			}
		}
	}
}

// Withdrawals are never shown: whatever the list says, they are neither granted
// nor denied.
func TestWithdrawIsNeverDenied(t *testing.T) {
	for _, name := range []string{"spot", "wallet", "account", "margin", "moonshot"} {
		for _, kind := range []exchanges.AccountKind{exchanges.AccountMaster, exchanges.AccountSub} {
			for _, reads := range []bool{false, true} {
				rows := []describedPerm{{Value: wirePerm{Name: name, ReadOnly: exchanges.Flag{Fact: exchanges.Known(reads)}}}}
				p, _ := readPerms(&rows, kind)
				if p.Has(exchanges.Withdraw).IsKnown() {
					t.Errorf("%s, only reading %v, of a %s: withdraw is told", name, reads, kind)
				}
			}
		}
	}
	if p, raw := readPerms(nil, exchanges.AccountMaster); p.IsKnown() || raw != nil {
		t.Error("a list that is missing says something")
	}
}
