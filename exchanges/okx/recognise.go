package okx

import (
	"regexp"

	"rekey/exchanges"
)

// Access keys are lower-case UUIDs and secrets 32 upper-case hex digits in
// every documented example; the documents promise neither form. Coinbase and
// Phemex have UUIDs for access keys too, KuCoin for secrets.
var (
	keyDigits    = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	secretDigits = regexp.MustCompile(`^[0-9A-F]{32}$`)
)

func recognise(c exchanges.Credential) exchanges.Fit {
	fit := exchanges.Fit{}
	if keyDigits.MatchString(c.AccessKey) {
		fit.AccessKey = exchanges.Possible
	}
	if secretForm(c.Secret) {
		fit.Secret = exchanges.Possible
	}
	fit.KeyIsSecret = secretDigits.MatchString(c.AccessKey)
	fit.Swapped = secretDigits.MatchString(c.AccessKey) && swappedForm(c.Secret)
	switch {
	case fit.Swapped:
		fit.Problem = "access key and secret look interchanged"
	case fit.AccessKey == exchanges.Unlike:
		fit.Problem = "an okx access key is a UUID in lower case"
	case fit.Secret == exchanges.Unlike:
		fit.Problem = "an okx secret is 32 hex digits in upper case"
	case c.Passphrase.IsZero():
		fit.Problem = "an okx credential has a passphrase too"
	}
	return fit
}
