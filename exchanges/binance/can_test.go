package binance

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"rekey/exchanges"
)

// What only a person can make is refused before anything is sent, and the
// refusal says so.
func TestKeysThatAPersonMakes(t *testing.T) {
	const read, spot, margin = exchanges.Read, exchanges.Spot, exchanges.Margin
	sub := exchanges.IssueRequest{Account: exchanges.Account{Name: desk}, Label: "rekey1"}
	special := exchanges.IssueRequest{Label: "rekey1", SpecialMargin: true}
	for _, c := range []struct {
		story     string
		like      exchanges.IssueRequest
		algorithm string
		asked     []exchanges.Permission
		refused   string // a part of the refusal, "" for none
	}{
		{"an ordinary key", sub, "", []exchanges.Permission{read, spot}, ""},
		{"one that signs by hmac", sub, "hmac", []exchanges.Permission{read, spot, margin}, ""},
		{
			"one that signs by rsa", sub, "rsa",
			[]exchanges.Permission{read},
			"is to sign by rsa, and rekey makes keys that sign by hmac",
		},
		{"one that signs by ed25519", sub, "ed25519", []exchanges.Permission{read, spot}, "is to sign by ed25519"},
		{
			"fix_trade", sub, "hmac",
			[]exchanges.Permission{spot, exchanges.FIXTrade},
			"cannot give fix_trade to a key that signs by hmac",
		},
		{"fix_read", sub, "", []exchanges.Permission{exchanges.FIXRead}, "cannot give fix_read to a key that signs by hmac"},
		{
			"portfolio margin", sub, "",
			[]exchanges.Permission{read, exchanges.PortfolioMargin},
			"has no call that gives portfolio_margin",
		},
		{"withdrawal", sub, "", []exchanges.Permission{exchanges.Withdraw}, "cannot give withdraw to such a key by API"},
		{"a margin special key", special, "hmac", []exchanges.Permission{read, margin}, ""},
		{"one that only reads", special, "", []exchanges.Permission{read}, "every one trades margin"},
		{"one that signs by ed25519", special, "ed25519", []exchanges.Permission{margin}, "is to sign by ed25519"},
		{"one that trades spot", special, "", []exchanges.Permission{margin, spot}, "cannot give spot"},
		{
			"one with portfolio margin", special, "",
			[]exchanges.Permission{margin, exchanges.PortfolioMargin},
			"cannot give portfolio_margin",
		},
	} {
		req := c.like
		req.Algorithm, req.Permissions = c.algorithm, c.asked
		err := canIssue(req)
		if c.refused == "" {
			if err != nil {
				t.Errorf("%s: %v", c.story, err)
			}
			continue
		}
		text := fmt.Sprint(err)
		if exchanges.KindOf(err) != exchanges.KindRefused || !strings.Contains(text, c.refused) ||
			!strings.Contains(text, "nothing was sent") {
			t.Errorf("%s: %v", c.story, err)
		}
	}
}

// An edit can give what a new key can, and no more.
func TestEditsThatAPersonMakes(t *testing.T) {
	for _, p := range exchanges.AllPermissions() {
		one := []exchanges.Permission{p}
		issue := canIssue(exchanges.IssueRequest{Account: exchanges.Account{Name: desk}, Permissions: one})
		edit := canEdit(exchanges.EditRequest{Ref: ref("sub1"), Permissions: one})
		if (issue == nil) != (edit == nil) || exchanges.KindOf(issue) != exchanges.KindOf(edit) {
			t.Errorf("%s: a new key %v, an edit %v", p, issue, edit)
		}
	}
}

// A key with FIX permissions is seen as one where a list tells them, and a list
// that leaves them out denies nothing.
func TestFIXPermissionsInAList(t *testing.T) {
	for _, c := range []struct {
		row           string
		trade, read   exchanges.Fact[bool]
		raw           string
		canBeReplaced bool
	}{
		{`{"canTrade":true}`, exchanges.Unknown[bool](), exchanges.Unknown[bool](), "canTrade", true},
		{
			`{"canTrade":true,"canFixApiTrading":true,"canFixApiReading":false}`,
			exchanges.Known(true), exchanges.Known(false), "canTrade canFixApiTrading", false,
		},
		{
			`{"canTrade":false,"canFixApiTrading":false,"canFixApiReading":true}`,
			exchanges.Known(false), exchanges.Known(true), "canFixApiReading", false,
		},
	} {
		var w wireSubFlags
		if err := exchanges.Decode([]byte(c.row), &w); err != nil {
			t.Fatal(err)
		}
		perms, raw := w.permissions()
		if perms.Has(exchanges.FIXTrade) != c.trade || perms.Has(exchanges.FIXRead) != c.read ||
			strings.Join(raw, " ") != c.raw {
			t.Errorf("%s: %+v, %q", c.row, perms, raw)
		}
		granted, _ := perms.Granted()
		err := canIssue(exchanges.IssueRequest{Account: exchanges.Account{Name: desk}, Permissions: granted, Words: raw})
		if (err == nil) != c.canBeReplaced {
			t.Errorf("%s: a new one like it: %v", c.row, err)
		}
	}
}

// The label of a margin special key is chosen later, as that of others.
func TestLabelOfASpecialKey(t *testing.T) {
	for label, ok := range map[string]bool{"": true, "rekey1": true, "a b": false, strings.Repeat("a", 25): false} {
		err := canIssue(exchanges.IssueRequest{
			Label: label, Permissions: []exchanges.Permission{exchanges.Margin}, SpecialMargin: true,
		})
		if (err == nil) != ok {
			t.Errorf("%q: %v", label, err)
		}
	}
}

// A margin special key is asked for with its addresses: one that lost them on
// the way could be used from anywhere.
func TestAddressesOfASpecialKey(t *testing.T) {
	a, server, _ := writing(t, special)
	req := exchanges.IssueRequest{
		Label:         "rekey1",
		Permissions:   []exchanges.Permission{exchanges.Margin},
		SpecialMargin: true,
	}
	for label, list := range map[string][]string{"rekey1": nil, "rekey2": {"203.0.113.9", "203.0.113.10"}} {
		req.Label, req.Whitelist = label, list
		if _, err := a.IssueKey(t.Context(), req); err != nil {
			t.Fatal(err)
		}
	}
	got := writesOf(server)
	slices.Sort(got)
	want := []string{
		"POST " + pathMarginKey + " apiName=rekey1",
		"POST " + pathMarginKey + " apiName=rekey2&ip=203.0.113.9%2C203.0.113.10",
	}
	if !slices.Equal(got, want) {
		t.Errorf("sent\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// 500 characters of addresses are documented for a list, and one more is not.
func TestRoomOfAWhitelist(t *testing.T) {
	var list []string
	for i := range 12 {
		list = append(list, fmt.Sprintf("2001:db8:1111:2222:3333:4444:5555:%d", 1000+i))
	}
	for last, length := range map[string]int{
		"2001:db8:1111:2222:3333:4444:5:1":  500,
		"2001:db8:1111:2222:3333:4444:5:10": 501,
	} {
		full := append(slices.Clone(list), last)
		if n := len(strings.Join(full, ",")); n != length {
			t.Fatalf("%d characters, want %d", n, length)
		}
		err := canIssue(exchanges.IssueRequest{Account: exchanges.Account{Name: desk}, Whitelist: full})
		if (err == nil) != (length <= 500) {
			t.Errorf("%d characters: %v", length, err)
		}
	}
}

// An access key stands in a header, which carries printable ASCII alone.
func TestAccessKeyInAHeader(t *testing.T) {
	for accessKey, ok := range map[string]bool{
		"key!": true, "key~": true, "my key": false, "key\x7f": false,
		"key\n": false, "kéy": false,
	} {
		_, err := open(exchanges.Credential{AccessKey: accessKey, Secret: exchanges.NewSecret("CANARY")}, exchanges.Env{})
		if (err == nil) != ok || err != nil && exchanges.KindOf(err) != exchanges.KindCredential {
			t.Errorf("%q: %v", accessKey, err)
		}
	}
}
