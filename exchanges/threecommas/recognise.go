package threecommas

import (
	"regexp"

	"rekey/exchanges"
)

// Access keys and HMAC secrets are 64 letters and digits in the documented
// example, as Binance's are; the documents promise no form.
var form = regexp.MustCompile(`^[A-Za-z0-9]{64}$`)

func recognise(c exchanges.Credential) exchanges.Fit {
	fit := exchanges.Fit{}
	if form.MatchString(c.AccessKey) {
		fit.AccessKey = exchanges.Possible
	} else {
		fit.Problem = "a 3commas access key is 64 letters and digits"
	}
	if secretForm(c.Secret) {
		fit.Secret = exchanges.Possible
	} else if fit.Problem == "" {
		fit.Problem = "a 3commas secret is 64 letters and digits, or an RSA private key in PEM"
	}
	return fit
}
