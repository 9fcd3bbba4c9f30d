package coinbase

import (
	"regexp"
	"strings"

	"rekey/exchanges"
)

// The forms of access keys (docs.cdp.coinbase.com and coinbase-advanced-py,
// read 2026-11-22). OKX uses a UUID alone too.
var (
	nameForm = regexp.MustCompile(
		`^organizations/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/apiKeys/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`,
	)
	idForm = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
)

func recognise(c exchanges.Credential) exchanges.Fit {
	if isLegacy(c) {
		return exchanges.Fit{AccessKey: exchanges.Possible, Secret: exchanges.Possible, Legacy: legacyText}
	}
	fit := exchanges.Fit{KeyIsSecret: isPrivateKey(c.AccessKey)}
	_, _, err := privateKey(c.Secret)
	if err == nil {
		fit.Secret = exchanges.Possible
	}
	switch {
	case nameForm.MatchString(c.AccessKey):
		fit.AccessKey = exchanges.Distinct
	case idForm.MatchString(c.AccessKey):
		fit.AccessKey = exchanges.Possible
	case isSwapped(c), isLegacy(c.Swapped()):
		fit.Swapped, fit.Problem = true, "key name and private key look interchanged"
	default:
		fit.Problem = "a coinbase access key is organizations/UUID/apiKeys/UUID or a UUID"
	}
	if fit.Problem == "" && err != nil && !c.Secret.IsZero() {
		fit.Problem = err.Error()
	}
	return fit
}

// isPrivateKey reports whether what stands as the access key is a private key,
// whole or not.
func isPrivateKey(accessKey string) bool {
	_, _, err := privateKey(exchanges.NewSecret(accessKey))
	return err == nil || strings.Contains(accessKey, "PRIVATE KEY")
}

// isSwapped reports whether the private key stands where the name belongs.
func isSwapped(c exchanges.Credential) bool {
	s := c.Swapped()
	_, _, err := privateKey(s.Secret)
	return err == nil && (nameForm.MatchString(s.AccessKey) || idForm.MatchString(s.AccessKey))
}
