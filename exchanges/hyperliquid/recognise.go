package hyperliquid

import (
	"regexp"

	"rekey/exchanges"
)

// Addresses and private keys have the forms of Ethereum's, so they may belong to
// anything else of that kind.
var (
	addressForm = regexp.MustCompile(`^0[xX][0-9a-fA-F]{40}$`)
	privateForm = regexp.MustCompile(`^(0[xX])?[0-9a-fA-F]{64}$`)
)

func recognise(c exchanges.Credential) exchanges.Fit {
	fit := exchanges.Fit{}
	if addressForm.MatchString(c.AccessKey) {
		fit.AccessKey = exchanges.Possible
	}
	secret := c.Secret.Reveal() //nolint:forbidigo // its form alone is looked at
	if privateForm.MatchString(secret) {
		fit.Secret = exchanges.Possible
	}
	fit.KeyIsSecret = privateForm.MatchString(c.AccessKey)
	fit.Swapped = fit.KeyIsSecret && addressForm.MatchString(secret)
	switch {
	case fit.Swapped:
		fit.Problem = "address and private key look interchanged"
	case fit.AccessKey == exchanges.Unlike:
		fit.Problem = "an address of hyperliquid is 0x and 40 hexadecimal digits"
	}
	return fit
}
