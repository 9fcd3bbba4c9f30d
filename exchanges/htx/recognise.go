package htx

import (
	"regexp"

	"rekey/exchanges"
)

// Access keys have four groups, the last of 5 or 10, and letters beyond hex;
// secrets have four of hex digits (documented examples; the forms are inferred).
// They look alike, so that nobody can say whether two are interchanged.
var (
	keyGroups    = regexp.MustCompile(`^[0-9a-z]{8,10}(-[0-9a-z]{8,10}){2}-[0-9a-z]{5,10}$`)
	secretGroups = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{8}){2}-[0-9a-f]{5}$`)
)

func recognise(c exchanges.Credential) exchanges.Fit {
	fit := exchanges.Fit{}
	if keyGroups.MatchString(c.AccessKey) {
		fit.AccessKey = exchanges.Possible
	}
	if secretForm(c.Secret) {
		fit.Secret = exchanges.Possible
	}
	switch {
	case fit.AccessKey == exchanges.Unlike:
		fit.Problem = "an htx access key is four groups of letters and digits"
	case fit.Secret == exchanges.Unlike:
		fit.Problem = "an htx secret is four groups of hex digits"
	}
	return fit
}
