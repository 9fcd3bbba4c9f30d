package cards

import (
	"slices"
	"strings"
	"testing"

	"rekey/exchanges"
)

// Each card leads a person to the end of a key, names its sources, and promises
// nothing that rekey would do.
func TestCards(t *testing.T) {
	var names []string
	for _, x := range All() {
		c := x.Card
		names = append(names, c.Name)
		if !x.IsCardAlone() || c.Title == "" || c.Formats == "" || c.Secret == "" || c.Checked == "" || len(c.Notes) == 0 ||
			!strings.HasPrefix(c.Death, unproven) {
			t.Errorf("%s: %+v", c.Name, c)
		}
		led := false
		for _, row := range c.Capabilities {
			if row.InRekey || row.Source == "" || row.Checked == "" {
				t.Errorf("%s: %s of %s: %+v", c.Name, row.Action, row.Reach, row)
			}
			if row.Way == exchanges.ByPerson && (row.Page == "" || len(row.Steps) < 3) {
				t.Errorf("%s: %s of %s leads nobody", c.Name, row.Action, row.Reach)
			}
			led = led || row.Action == exchanges.ActRevoke && row.Way == exchanges.ByPerson && row.Reach == exchanges.Master
		}
		if !led {
			t.Errorf("%s: nobody is led to the end of a key", c.Name)
		}
	}
	if want := []string{"mexc", "bitmex", "bitfinex", "bitstamp", "crypto.com", "gemini"}; !slices.Equal(names, want) {
		t.Errorf("cards of %q", names)
	}
}

// What a leak of these keys means is said.
func TestCardsWarn(t *testing.T) {
	for name, say := range map[string]string{
		"mexc": "may only read is no small matter", "bitstamp": "revoke_all_api_keys", "bitmex": "never keep such an answer",
		"bitfinex": "bearer tokens", "gemini": "Heartbeat", "crypto.com": "body of every request",
	} {
		i := slices.IndexFunc(All(), func(x exchanges.Exchange) bool { return x.Card.Name == name })
		if !strings.Contains(strings.Join(All()[i].Card.Notes, "\n"), say) {
			t.Errorf("%s: the notes do not say %q", name, say)
		}
	}
}

// A secret in the place of the access key is seen by its form, and a key of
// another form is only unusual.
func TestFormed(t *testing.T) {
	const key, secret = "mx0vglFAKE00000001", "0123456789abcdef0123456789abcdef"
	for _, c := range []struct {
		name, key, secret string
		want              exchanges.Fit
	}{
		{"whole", key, secret, exchanges.Fit{AccessKey: exchanges.Distinct, Secret: exchanges.Possible}},
		{"the key alone", key, "", exchanges.Fit{AccessKey: exchanges.Distinct}},
		{"interchanged", secret, key, exchanges.Fit{
			Swapped: true, KeyIsSecret: true,
			Problem: "access key and secret look interchanged",
		}},
		{"a secret alone", secret, "", exchanges.Fit{KeyIsSecret: true, Problem: "a mexc access key begins with mx0"}},
		{"another's", "bg_0123", secret, exchanges.Fit{
			Secret:  exchanges.Possible,
			Problem: "a mexc access key begins with mx0",
		}},
	} {
		if got := recogniseMEXC(exchanges.Credential{
			AccessKey: c.key,
			Secret:    exchanges.NewSecret(c.secret),
		}); got != c.want {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
}
