package deribit

import (
	"regexp"

	"rekey/exchanges"
)

// The forms of documented examples; the documents promise neither.
var (
	keyForm    = regexp.MustCompile(`^[A-Za-z0-9_-]{8,12}$`)
	secretForm = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)
)

func recognise(c exchanges.Credential) exchanges.Fit {
	fit := exchanges.Fit{}
	if keyForm.MatchString(c.AccessKey) {
		fit.AccessKey = exchanges.Possible
	}
	if hasSecretForm(c.Secret) {
		fit.Secret = exchanges.Possible
	}
	fit.KeyIsSecret = secretForm.MatchString(c.AccessKey)
	fit.Swapped = fit.KeyIsSecret && hasKeyForm(c.Secret)
	switch {
	case fit.Swapped:
		fit.Problem = "access key and secret look interchanged"
	case fit.AccessKey == exchanges.Unlike:
		fit.Problem = "a deribit access key (client_id) has 8 to 12 letters, digits, - and _"
	case fit.Secret == exchanges.Unlike:
		fit.Problem = "a deribit secret (client_secret) has 43 letters, digits, - and _"
	}
	return fit
}
