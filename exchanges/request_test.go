package exchanges_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"rekey/exchanges"
)

func TestAddresses(t *testing.T) {
	for _, c := range []struct {
		story    string
		list     []string
		networks bool
		want     []string // nil for a refusal
	}{
		{"none", nil, false, []string{}},
		{"as written", []string{"203.0.113.7", "2001:db8::7"}, false, []string{"203.0.113.7", "2001:db8::7"}},
		{
			"single addresses written as networks",
			[]string{"203.0.113.7/32", "2001:db8::7/128"},
			false,
			[]string{"203.0.113.7", "2001:db8::7"},
		},
		{"an address twice", []string{"203.0.113.7", " 203.0.113.7/32 "}, false, []string{"203.0.113.7"}},
		{"an IPv4 address as IPv6", []string{"::ffff:203.0.113.7"}, false, []string{"203.0.113.7"}},
		{"long IPv6", []string{"2001:0db8:0000::0007"}, false, []string{"2001:db8::7"}},
		{"a network", []string{"203.0.113.0/24"}, true, []string{"203.0.113.0/24"}},
		{"a network where none is documented", []string{"203.0.113.0/24"}, false, nil},
		{"a network with host bits", []string{"203.0.113.7/24"}, true, nil},
		{"everything", []string{"0.0.0.0/0"}, false, nil},
		{"masked", []string{"203.0.113.7", "203.**.7"}, true, nil},
		{"a name", []string{"bot.desk.example"}, true, nil},
		{"blank", []string{""}, true, nil},
		{"two in one", []string{"203.0.113.7,203.0.113.8"}, true, nil},
		{"a zone", []string{"fe80::1%eth0"}, true, nil},
		{"a line break", []string{"203.0.113.7\n203.0.113.8"}, true, nil},
		{"five, and four are allowed", []string{"10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5"}, true, nil},
		{
			"four, one of them twice",
			[]string{"10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.4"},
			true,
			[]string{"10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"},
		},
	} {
		got, err := exchanges.Addresses("x", "op", c.list, 4, c.networks)
		if c.want == nil {
			if exchanges.KindOf(err) != exchanges.KindRefused || got != nil {
				t.Errorf("%s: %q, %v", c.story, got, err)
			}
			continue
		}
		if err != nil || !slices.Equal(got, c.want) || got == nil {
			t.Errorf("%s: %q, %v, want %q", c.story, got, err, c.want)
		}
	}
}

func TestCheckPermissions(t *testing.T) {
	givable := []exchanges.Permission{exchanges.Read, exchanges.Spot}
	if err := exchanges.CheckPermissions("x", "op", []exchanges.Permission{
		exchanges.Spot, exchanges.Read,
		exchanges.Spot,
	}, givable); err != nil {
		t.Error(err)
	}
	err := exchanges.CheckPermissions(
		"x",
		"op",
		[]exchanges.Permission{exchanges.Withdraw, exchanges.Spot, exchanges.Unmapped, exchanges.Withdraw},
		givable,
	)
	if exchanges.KindOf(err) != exchanges.KindRefused ||
		!strings.Contains(err.Error(), "x cannot give withdraw, unmapped to such a key by API, only read, spot") {
		t.Error(err)
	}
}

func TestCheckLabel(t *testing.T) {
	for label, ok := range map[string]bool{
		"a": true, "rekey0123456789ABCDEFxyz": true,
		"": false, "rekey0123456789ABCDEFxyzz": false, "a b": false, "a-b": false, "ä": false, "a\n": false,
	} {
		if err := exchanges.CheckLabel("x", "op", label); (err == nil) != ok {
			t.Errorf("%q: %v", label, err)
		}
	}
}

// Whether a key is gone after a deletion: by the documented answer, or by a look
// where the answer or the refusal leaves it open. A key that is listed, or a
// list that cannot be read, is no proof.
func TestGone(t *testing.T) {
	fails := errors.New("the list fails")
	for _, c := range []struct {
		story      string
		err        error
		documented bool
		looks      bool // the list decides
	}{
		{"the documented answer", nil, true, false},
		{"another answer", nil, false, true},
		{"no such key", &exchanges.Error{Kind: exchanges.KindNoSuchKey, Code: "1"}, false, true},
		{"rejected", &exchanges.Error{Kind: exchanges.KindRejected, Code: "1", Status: 400}, false, true},
		{"a code that nobody knows", &exchanges.Error{Kind: exchanges.KindUncertain, Code: "1", Status: 200}, false, true},
		{"a refusal in a body that looks like a deletion's", &exchanges.Error{
			Kind: exchanges.KindForbidden,
			Code: "1",
		}, true, false},
		{"a lost answer", &exchanges.Error{Kind: exchanges.KindUncertain}, false, false},
		{"an outage", &exchanges.Error{Kind: exchanges.KindUncertain, Code: "1", Status: 503}, false, false},
		{"no right", &exchanges.Error{Kind: exchanges.KindForbidden, Code: "1", Status: 403}, false, false},
		{"a limit", &exchanges.Error{Kind: exchanges.KindRateLimited, Code: "1", Status: 429}, false, false},
		{"not sent", exchanges.Refuse("x", "op", "no"), false, false},
		{"another error", errors.New("x"), false, false},
	} {
		for _, list := range []struct {
			lives   bool
			trouble error
		}{{false, nil}, {true, nil}, {false, fails}} {
			looked := false
			err := exchanges.Gone("x", "revoke", exchanges.Response{Status: 200}, c.err, c.documented, func() (bool, error) {
				looked = true
				return list.lives, list.trouble
			})
			gone := c.err == nil && c.documented || c.looks && !list.lives && list.trouble == nil
			if (err == nil) != gone || looked != c.looks {
				t.Errorf("%s, listed %v, %v: looked %v, %v; want gone %v", c.story, list.lives, list.trouble, looked, err, gone)
			}
			if err == nil {
				continue
			}
			if c.err == nil && exchanges.KindOf(err) != exchanges.KindUncertain || c.err != nil && !errors.Is(err, c.err) {
				t.Errorf("%s: the error became %v", c.story, err)
			}
		}
	}
}

func TestCheckIssueAndEdit(t *testing.T) {
	named := exchanges.Account{Name: "desk"}
	for story, err := range map[string]error{
		"no sub-account":       exchanges.CheckIssue("x", "op", exchanges.IssueRequest{Label: "a"}),
		"a label with a blank": exchanges.CheckIssue("x", "op", exchanges.IssueRequest{Label: "a b", Account: named}),
		"of a main account":    exchanges.CheckIssue("x", "op", exchanges.IssueRequest{Account: mainAccount()}),
		"by rsa":               exchanges.CheckIssue("x", "op", exchanges.IssueRequest{Account: named, Algorithm: "rsa"}),
		"an edit of a main account's key": exchanges.CheckEdit("x", "op", exchanges.EditRequest{
			Ref: exchanges.KeyRef{AccessKey: "k", Account: mainAccount()}, Whitelist: []string{},
		}),
		"an edit of nothing": exchanges.CheckEdit("x", "op",
			exchanges.EditRequest{Ref: exchanges.KeyRef{AccessKey: "k", Account: named}}),
		"an edit without access key": exchanges.CheckEdit("x", "op",
			exchanges.EditRequest{Ref: exchanges.KeyRef{Account: named}, Whitelist: []string{}}),
	} {
		if exchanges.KindOf(err) != exchanges.KindRefused {
			t.Errorf("%s: %v", story, err)
		}
	}
	for story, err := range map[string]error{
		"a new key":                 exchanges.CheckIssue("x", "op", exchanges.IssueRequest{Label: "a", Account: named}),
		"a key without a label yet": exchanges.CheckIssue("x", "op", exchanges.IssueRequest{Account: named}),
		"a key by hmac": exchanges.CheckIssue("x", "op",
			exchanges.IssueRequest{Account: named, Algorithm: "hmac"}),
		"an edit to no addresses": exchanges.CheckEdit("x", "op",
			exchanges.EditRequest{Ref: exchanges.KeyRef{AccessKey: "k", Account: named}, Whitelist: []string{}}),
		"an edit to no permission": exchanges.CheckEdit("x", "op",
			exchanges.EditRequest{Ref: exchanges.KeyRef{AccessKey: "k", Account: named}, Permissions: []exchanges.Permission{}}),
	} {
		if err != nil {
			t.Errorf("%s: %v", story, err)
		}
	}
}

func TestUnclearAndAfterPart(t *testing.T) {
	err := exchanges.Unclear("x", "op", exchanges.Response{Status: 200, Body: []byte("CANARY")}, "answered without a key")
	if exchanges.KindOf(err) != exchanges.KindUncertain || strings.Contains(err.Error(), "CANARY") ||
		!strings.Contains(err.Error(), "look before trying again") {
		t.Error(err)
	}
	part := exchanges.AfterPart(err, "the list was changed")
	if exchanges.KindOf(part) != exchanges.KindUncertain ||
		!strings.HasPrefix(part.Error(), "x: the list was changed, and then not everything: answered without a key") {
		t.Error(part)
	}
	if exchanges.AfterPart(nil, "x") != nil {
		t.Error("no error became one")
	}
}

func mainAccount() exchanges.Account {
	return exchanges.Account{Name: "desk", Kind: exchanges.AccountMaster}
}

// The words of an exchange for an algorithm are foreign text.
func TestCheckAlgorithm(t *testing.T) {
	for algorithm, says := range map[string]string{
		"rsa": "by rsa", "ed25519": "by ed25519", "ecdsa": "by ecdsa", "CANARY": "in another way",
		"HMAC": "in another way", " ": "in another way",
	} {
		err := exchanges.CheckAlgorithm("x", "op", algorithm)
		if exchanges.KindOf(err) != exchanges.KindRefused || !strings.Contains(err.Error(), "is to sign "+says+",") ||
			strings.Contains(err.Error(), "CANARY") {
			t.Errorf("%q: %v", algorithm, err)
		}
	}
	for _, algorithm := range []string{"", "hmac"} {
		if err := exchanges.CheckAlgorithm("x", "op", algorithm); err != nil {
			t.Errorf("%q: %v", algorithm, err)
		}
	}
}
