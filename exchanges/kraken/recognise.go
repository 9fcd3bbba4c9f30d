package kraken

import (
	"regexp"

	"rekey/exchanges"
)

// Access keys are 56 characters of base64, secrets 88: the documented example.
// The documents promise neither form.
var (
	keyForm    = regexp.MustCompile(`^[A-Za-z0-9+/]{56}$`)
	secretForm = regexp.MustCompile(`^[A-Za-z0-9+/]{86}==$`)
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
		fit.Problem = "a kraken access key has 56 characters of base64"
	case fit.Secret == exchanges.Unlike:
		fit.Problem = "a kraken secret has 86 characters of base64 and \"==\""
	}
	return fit
}
