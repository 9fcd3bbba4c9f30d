package coinbaseexchange

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/exchanges/exchangetest"
)

// The documents show the recipe and no vector. This one was made with
// `openssl dgst -sha256 -mac HMAC -macopt hexkey:... -binary | base64` from
// the decoded secret.
func TestSign(t *testing.T) {
	got, err := sign(exchanges.NewSecret(secret("vector")), "1700000000GET/profiles")
	if err != nil {
		t.Fatal(err)
	}
	if want := "xrUQlUcPBDe6+wk65MY9xV2AttJwMGE7v1EAeS8MwWw="; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestHeaders(t *testing.T) {
	b := newBench(t, "k")
	a := b.adapter.(*adapter) //nolint:forcetypeassert // made above
	req, err := a.get(pathProfiles)(time.Unix(1700000000, 999))
	if err != nil {
		t.Fatal(err)
	}
	signature, err := sign(a.credential.Secret, "1700000000GET/profiles")
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"CB-ACCESS-KEY": accessKey("k"), "CB-ACCESS-SIGN": signature, "CB-ACCESS-TIMESTAMP": "1700000000",
		"CB-ACCESS-PASSPHRASE": passphrase("k"),
	} {
		if got := req.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestCredentialsThatCannotSign(t *testing.T) {
	good := credential("k")
	for name, c := range map[string]exchanges.Credential{
		"no secret": {AccessKey: good.AccessKey, Passphrase: good.Passphrase},
		"a secret of words": {
			AccessKey: good.AccessKey, Secret: exchanges.NewSecret("CANARY, not base64"),
			Passphrase: good.Passphrase,
		},
		"no passphrase": {AccessKey: good.AccessKey, Secret: good.Secret},
		"a line in the phrase": {
			AccessKey: good.AccessKey, Secret: good.Secret,
			Passphrase: exchanges.NewSecret("CANARY\r\nHost: x"),
		},
		"a line in the key": {AccessKey: "a\nb", Secret: good.Secret, Passphrase: good.Passphrase},
		"a CDP key's PEM secret": {
			AccessKey: good.AccessKey,
			Secret:    exchanges.NewSecret("-----BEGIN EC PRIVATE KEY-----\nCANARY=="), Passphrase: good.Passphrase,
		},
	} {
		_, err := open(c, exchanges.Env{})
		if exchanges.KindOf(err) != exchanges.KindCredential {
			t.Errorf("%s: error %v, want credential", name, err)
		} else if strings.Contains(err.Error(), exchangetest.Canary) {
			t.Errorf("%s: the error shows the secret", name)
		}
	}
	a, err := open(good, exchanges.Env{})
	if err != nil {
		t.Fatal(err)
	}
	for _, form := range []string{"%v", "%+v", "%#v"} {
		if strings.Contains(fmt.Sprintf(form, a), exchangetest.Canary) {
			t.Errorf("the adapter, printed with %s, shows its secret", form)
		}
	}
}
