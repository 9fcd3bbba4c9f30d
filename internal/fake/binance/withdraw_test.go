package binance

import (
	"net/http"
	"testing"
)

func TestWithdraw(t *testing.T) {
	out := func(name, amount string, more ...string) call {
		return by(
			name,
			http.MethodPost,
			"/sapi/v1/capital/withdraw/apply",
			append([]string{"coin", "USDT", "address", "T9yD", "amount", amount}, more...)...)
	}
	d := startMarket(t)
	d.x.Do(func() { d.account.Keys = append(d.account.Keys, key("payout", "enableReading", "enableWithdrawals")) })
	for _, c := range []struct {
		story string
		call  call
		want  told
	}{
		{"a key without the right", out("manager", "10"), told{400, -1002}},
		{"a key of a sub-account", out("bot", "10"), told{400, -1002}},
		{"no address", by("payout", http.MethodPost, "/sapi/v1/capital/withdraw/apply", "coin", "USDT", "amount",
			"10"), told{400, -1102}},
		{"a float with an exponent", out("payout", "1e1"), told{400, -1130}},
		{"nothing", out("payout", "0"), told{400, -1130}},
		{"more than there is", out("payout", "1000.01"), told{400, -4026}},
		{"an unknown parameter", out("payout", "10", "fast", "1"), told{400, -1103}},
	} {
		d.refuses(t, c.story, c.call, c.want)
	}
	if n := len(d.x.Withdrawals()); n > 0 {
		t.Fatalf("%d withdrawals were refused, and made", n)
	}
	if a := d.send(t, out("payout", "999.5")); a.status != http.StatusOK || a.fields["id"] == "" {
		t.Errorf("HTTP %d %s", a.status, a.text)
	}
	gone := d.x.Withdrawals()
	if len(gone) != 1 || gone[0].Amount.String() != "999.5" || gone[0].By != accessKey("payout") ||
		d.account.Wallet["USDT"].String() != "0.5" {
		t.Errorf("gone: %+v, left: %v", gone, d.account.Wallet)
	}
}
