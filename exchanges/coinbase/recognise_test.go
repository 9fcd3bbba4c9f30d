package coinbase

import (
	"strings"
	"testing"

	"rekey/exchanges"
)

func TestRecognise(t *testing.T) {
	const (
		name = "organizations/6f1de2a4-0b3c-4d5e-8f90-1a2b3c4d5e6f/apiKeys/7a2ef3b5-1c4d-4e6f-9a01-2b3c4d5e6f70"
		id   = "7a2ef3b5-1c4d-4e6f-9a01-2b3c4d5e6f70"
	)
	pem, seed := sec1PEM(ecKey("form")), seedText("form")
	for _, c := range []struct {
		says, key, secret string
		want              exchanges.Fit
		problem           string // part of it
	}{
		{
			says: "a key name belongs to Coinbase alone", key: name, secret: pem,
			want: exchanges.Fit{AccessKey: exchanges.Distinct, Secret: exchanges.Possible},
		},
		{says: "also without its secret", key: name, want: exchanges.Fit{AccessKey: exchanges.Distinct}},
		{says: "a UUID may be OKX's", key: id, secret: seed, want: exchanges.Fit{
			AccessKey: exchanges.Possible,
			Secret:    exchanges.Possible,
		}},
		{
			says: "a UUID with a secret of OKX's form", key: id, secret: "CANARY0123456789ABCDEF0123456789",
			want: exchanges.Fit{AccessKey: exchanges.Possible}, problem: "copied whole",
		},
		{
			says: "name and key interchanged", key: pem, secret: name, want: exchanges.Fit{Swapped: true, KeyIsSecret: true},
			problem: "interchanged",
		},
		{
			says: "a legacy key", key: "aB3dE5gH7jK9mN1p", secret: "CANARY" + strings.Repeat("s", 26),
			want: exchanges.Fit{AccessKey: exchanges.Possible, Secret: exchanges.Possible, Legacy: legacyText},
		},
		{says: "half a legacy key proves nothing", key: "aB3dE5gH7jK9mN1p", want: exchanges.Fit{}, problem: "UUID"},
		{
			says: "a name in capitals", key: strings.ToUpper(name), secret: pem,
			want: exchanges.Fit{Secret: exchanges.Possible}, problem: "UUID",
		},
		{
			says: "a name with something behind it", key: name + "\n", secret: pem,
			want: exchanges.Fit{Secret: exchanges.Possible}, problem: "UUID",
		},
	} {
		got := recognise(exchanges.Credential{AccessKey: c.key, Secret: exchanges.NewSecret(c.secret)})
		if !strings.Contains(got.Problem, c.problem) || (got.Problem == "") != (c.problem == "") {
			t.Errorf("%s: problem %q, want one with %q", c.says, got.Problem, c.problem)
		}
		if strings.Contains(got.Problem, "CANARY") {
			t.Errorf("%s: the problem shows the secret", c.says)
		}
		got.Problem = ""
		if got != c.want {
			t.Errorf("%s: %+v, want %+v", c.says, got, c.want)
		}
	}
}

func TestBuckets(t *testing.T) {
	one, two := userOf("organizations/o/apiKeys/1"), userOf("organizations/o/apiKeys/2")
	if one != two || one == userOf("organizations/p/apiKeys/1") {
		t.Error("keys of one organisation share a bucket, others do not")
	}
	if userOf("a") == userOf("b") {
		t.Error("ids share a bucket")
	}
}
