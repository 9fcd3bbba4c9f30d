package gateio

import (
	"regexp"

	"rekey/exchanges"
)

// Access keys have 32 hex digits and secrets 64, as in the documented examples.
// Keys of API v2 were UUIDs in capitals (ccxt#12600); v2 ended on 2021-11-16.
var (
	keyDigits    = regexp.MustCompile(`^[0-9a-f]{32}$`)
	secretDigits = regexp.MustCompile(`^[0-9a-f]{64}$`)
	v2Form       = regexp.MustCompile(`^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$`)
)

func recognise(c exchanges.Credential) exchanges.Fit {
	fit := exchanges.Fit{}
	if keyDigits.MatchString(c.AccessKey) {
		fit.AccessKey = exchanges.Possible
	}
	if secretForm(c.Secret) {
		fit.Secret = exchanges.Possible
	}
	if v2Form.MatchString(c.AccessKey) {
		fit.AccessKey = exchanges.Possible
		fit.Legacy = "a key of Gate's API v2, which ended on 2021-11-16"
	}
	fit.KeyIsSecret = secretDigits.MatchString(c.AccessKey)
	fit.Swapped = fit.KeyIsSecret && swappedForm(c.Secret)
	switch {
	case fit.Swapped:
		fit.Problem = "access key and secret look interchanged"
	case fit.AccessKey == exchanges.Unlike:
		fit.Problem = "a gateio access key is 32 hex digits"
	case fit.Secret == exchanges.Unlike:
		fit.Problem = "a gateio secret is 64 hex digits"
	}
	return fit
}
