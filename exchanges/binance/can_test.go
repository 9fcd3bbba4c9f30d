package binance

import (
	"fmt"
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
		{"one that signs by rsa", sub, "rsa", []exchanges.Permission{read}, "is to sign by rsa, and rekey makes keys that sign by hmac"},
		{"one that signs by ed25519", sub, "ed25519", []exchanges.Permission{read, spot}, "is to sign by ed25519"},
		{"fix_trade", sub, "hmac", []exchanges.Permission{spot, exchanges.FIXTrade}, "cannot give fix_trade to a key that signs by hmac"},
		{"fix_read", sub, "", []exchanges.Permission{exchanges.FIXRead}, "cannot give fix_read to a key that signs by hmac"},
		{"portfolio margin", sub, "", []exchanges.Permission{read, exchanges.PortfolioMargin}, "has no call that gives portfolio_margin"},
		{"withdrawal", sub, "", []exchanges.Permission{exchanges.Withdraw}, "cannot give withdraw to such a key by API"},
		{"a margin special key", special, "hmac", []exchanges.Permission{read, margin}, ""},
		{"one that only reads", special, "", []exchanges.Permission{read}, "every one trades margin"},
		{"one that signs by ed25519", special, "ed25519", []exchanges.Permission{margin}, "is to sign by ed25519"},
		{"one that trades spot", special, "", []exchanges.Permission{margin, spot}, "cannot give spot"},
		{"one with portfolio margin", special, "", []exchanges.Permission{margin, exchanges.PortfolioMargin}, "cannot give portfolio_margin"},
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
		if exchanges.KindOf(err) != exchanges.KindRefused || !strings.Contains(text, c.refused) || !strings.Contains(text, "nothing was sent") {
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
