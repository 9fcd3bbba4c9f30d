package coinbaseexchange

import (
	"regexp"
	"strings"

	"rekey/exchanges"
)

// keyForm is the form of the access keys seen in public threads (CrypFinder#27,
// read 2026-11-22). Other systems use 32 hexadecimal digits too.
var keyForm = regexp.MustCompile(`^[0-9a-f]{32}$`)

func recognise(c exchanges.Credential) exchanges.Fit {
	fit := exchanges.Fit{}
	if secretForm(c.Secret) {
		fit.Secret = exchanges.Possible
	}
	swapped := c.Swapped()
	fit.KeyIsSecret = secretForm(exchanges.NewSecret(c.AccessKey))
	switch {
	case strings.HasPrefix(c.AccessKey, "organizations/"):
		fit.Problem = "this is a CDP key: its exchange is coinbase"
	case keyForm.MatchString(c.AccessKey):
		fit.AccessKey = exchanges.Possible
	case keyForm.MatchString(swapped.AccessKey) && secretForm(swapped.Secret):
		fit.Swapped, fit.Problem = true, "access key and secret look interchanged"
	default:
		fit.Problem = "a coinbase-exchange access key is 32 hexadecimal digits"
	}
	switch {
	case fit.Problem != "" || c.Secret.IsZero():
	case fit.Secret == exchanges.Unlike:
		fit.Problem = "a coinbase-exchange secret is 88 characters of base64"
	case c.Passphrase.IsZero():
		fit.Problem = "the passphrase is missing"
	}
	return fit
}
