package binance

import (
	"errors"
	"regexp"

	"rekey/exchanges"
)

// Access keys and HMAC secrets are 64 letters and digits in every documented
// example; the documents promise no form, and one example key has 62.
var form = regexp.MustCompile(`^[A-Za-z0-9]{62,64}$`)

func recognise(c exchanges.Credential) exchanges.Fit {
	fit := exchanges.Fit{KeyIsSecret: isPrivateKey(c.AccessKey)}
	if form.MatchString(c.AccessKey) {
		fit.AccessKey = exchanges.Possible
	} else {
		fit.Problem = "a binance access key is 64 letters and digits"
	}
	if keyType, _, err := keyTypeOf(c.Secret); err == nil && (keyType != "HMAC" || hmacForm(c.Secret)) {
		fit.Secret = exchanges.Possible
	} else if fit.Problem == "" {
		fit.Problem = "a binance secret is 64 letters and digits, or a PEM private key"
	}
	return fit
}

// isPrivateKey reports whether what stands as the access key is a private key,
// whole or not.
func isPrivateKey(accessKey string) bool {
	_, err := exchanges.PrivateKey(accessKey)
	return !errors.Is(err, exchanges.ErrNoPrivateKey)
}
