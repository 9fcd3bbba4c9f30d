package cards

import (
	"regexp"

	"rekey/exchanges"
)

// formed judges a credential by the forms of both parts. A secret's form is
// never more than a hint. An access key that has no known form is unlike, with
// the problem.
func formed(
	c exchanges.Credential, problem string, good exchanges.Likeness, key, secret *regexp.Regexp,
) exchanges.Fit {
	fit := exchanges.Fit{KeyIsSecret: secret.MatchString(c.AccessKey) && !key.MatchString(c.AccessKey)}
	other := c.Swapped().AccessKey
	fit.Swapped = fit.KeyIsSecret && key.MatchString(other)
	if secret.MatchString(other) {
		fit.Secret = exchanges.Possible
	}
	switch {
	case fit.Swapped:
		fit.Problem = "access key and secret look interchanged"
	case key.MatchString(c.AccessKey):
		fit.AccessKey = good
	default:
		fit.Problem = problem
	}
	return fit
}
