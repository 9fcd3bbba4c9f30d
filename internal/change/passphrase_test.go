package change

import (
	"regexp"
	"testing"

	"rekey/exchanges"
)

// A new passphrase has what its exchange wants: a sign everywhere, and none
// where letters and digits alone are taken.
func TestNewPassphrase(t *testing.T) {
	r := &Runner{Registry: exchanges.NewRegistry(
		exchanges.Exchange{Card: exchanges.Card{Name: "okx"}},
		exchanges.Exchange{Card: exchanges.Card{Name: "bitget"}, PlainPassphrase: true},
	)}
	for exchange, form := range map[string]string{
		"okx": `^[A-Za-z0-9]{20}a7B!$`, "bitget": `^[A-Za-z0-9]{20}a7B$`, "nowhere": `^[A-Za-z0-9]{20}a7B!$`,
	} {
		one, two := r.newPassphrase(exchange)(), r.newPassphrase(exchange)()
		if !regexp.MustCompile(form).MatchString(one.Reveal()) || one.Equal(two) {
			t.Errorf("%s: not of the form %s, or twice the same", exchange, form)
		}
	}
}
