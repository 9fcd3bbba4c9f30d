package bitget

import (
	"regexp"

	"rekey/exchanges"
)

// Access keys begin with bg_ (documented); that 32 hex digits follow, and that
// a secret has 64, is inferred from examples.
var (
	keyDigits    = regexp.MustCompile(`^bg_[0-9a-f]{32}$`)
	secretDigits = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

func recognise(c exchanges.Credential) exchanges.Fit {
	fit := exchanges.Fit{}
	if keyDigits.MatchString(c.AccessKey) {
		fit.AccessKey = exchanges.Distinct
	}
	if secretForm(c.Secret) {
		fit.Secret = exchanges.Possible
	}
	fit.KeyIsSecret = secretDigits.MatchString(c.AccessKey)
	fit.Swapped = fit.AccessKey == exchanges.Unlike && swappedForm(c.Secret)
	switch {
	case fit.Swapped:
		fit.Problem = "access key and secret look interchanged"
	case fit.AccessKey == exchanges.Unlike:
		fit.Problem = "a bitget access key is bg_ and 32 hex digits"
	case fit.Secret == exchanges.Unlike:
		fit.Problem = "a bitget secret is 64 hex digits"
	case c.Passphrase.IsZero():
		fit.Problem = "a bitget credential has a passphrase too"
	}
	return fit
}
