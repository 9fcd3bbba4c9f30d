package kucoin

import (
	"regexp"

	"rekey/exchanges"
)

// Access keys are 24 hex digits and secrets are UUIDs (ccxt#6853, gitleaks and
// trufflehog rules, every documented example). Each form alone is common: 24
// hex digits are any MongoDB ObjectId, a UUID is also an OKX access key. The
// two together are KuCoin's.
var (
	keyForm  = regexp.MustCompile(`^[0-9a-f]{24}$`)
	uuidForm = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
)

func recognise(c exchanges.Credential) exchanges.Fit {
	fit := exchanges.Fit{Swapped: swapped(c), KeyIsSecret: uuidForm.MatchString(c.AccessKey)}
	if keyForm.MatchString(c.AccessKey) {
		fit.AccessKey = exchanges.Possible
	} else {
		fit.Problem = "a kucoin access key is 24 hex digits in lower case"
	}
	if secretForm(c.Secret) {
		fit.Secret = exchanges.Possible
	} else if fit.Problem == "" {
		fit.Problem = "a kucoin secret is a UUID in lower case"
	}
	if fit.AccessKey == exchanges.Possible && fit.Secret == exchanges.Possible {
		fit.AccessKey, fit.Secret = exchanges.Distinct, exchanges.Distinct
	}
	switch {
	case fit.Swapped:
		fit.Problem = "access key and secret look interchanged"
	case fit.Problem == "" && c.Passphrase.IsZero():
		fit.Problem = "a kucoin credential has a passphrase"
	case fit.Problem == "" && !passphraseForm(c.Passphrase):
		fit.Problem = "a kucoin passphrase is 7 to 32 characters without blanks"
	}
	return fit
}
