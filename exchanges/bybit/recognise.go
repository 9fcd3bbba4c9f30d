package bybit

import (
	"regexp"

	"rekey/exchanges"
)

// Access keys have 18 letters and digits, secrets 36: the lengths of the masks
// in the documents, and a full access key in bybit-exchange/docs-legacy#217. The
// documents promise neither form.
var (
	keyForm    = regexp.MustCompile(`^[A-Za-z0-9]{18}$`)
	secretForm = regexp.MustCompile(`^[A-Za-z0-9]{36}$`)
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
		fit.Problem = "a bybit access key has 18 letters and digits"
	case fit.Secret == exchanges.Unlike:
		fit.Problem = "a bybit secret has 36 letters and digits, or is the RSA private key of a pair that its owner made"
	}
	return fit
}
