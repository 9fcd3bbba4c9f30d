package exchanges

import "strings"

// Advise completes the detail of a refusal with what it means for the key and
// what to do next, where it is a bare statement. A refusal without a detail is
// one with a code, or a form, that rekey does not know.
func Advise(e *Error) *Error {
	if e.Detail == "" {
		e.Detail = "refused the request, without saying why in a form that rekey knows"
		if e.Code != "" {
			e.Detail = "refused the request with a code that rekey does not know"
		}
	}
	if advice := adviceFor(e.Kind); advice != "" && !strings.ContainsAny(e.Detail, ".;:?") {
		e.Detail += ": " + advice
	}
	return e
}

// adviceFor returns what a refusal of a kind means for the key, and what to do.
// It is empty for the kinds whose details say it themselves.
func adviceFor(kind Kind) string {
	switch kind {
	case KindNetwork, KindTimeout:
		return "nothing is known of the key; check the connection and run rekey again"
	case KindRateLimited:
		return "nothing is known of the key; run rekey again later, and see which other program asks this exchange"
	case KindClock:
		return "nothing is known of the key; set the clock and run rekey again"
	case KindMaintenance:
		return "nothing is known of the key; run rekey again later"
	case KindGeoBlocked:
		return "nothing is known of the key; run rekey from where the account is served"
	case KindForbidden:
		return "the key is not dead; look at it on the exchange's page"
	case KindNotFound:
		return "nothing is known of the key; look whether endpoint, region and environment in rekey.yaml are right"
	case KindBadSignature, KindBadPassphrase:
		return "the key is not dead; put the right one where rekey.yaml says, or make a new key"
	case KindUndetermined, KindOther:
		return "this proves nothing about the key; look at it on the exchange's page, and the code up in its documents"
	case KindRejected:
		return "nothing was changed; look at what rekey.yaml asks for"
	case KindSecondFactor:
		return "a person must type it, at a terminal; the key is not dead"
	case KindNotMaster, KindIPRefused, KindNoSuchKey, KindUncertain, KindRefused, KindCanceled, KindCredential:
		return ""
	}
	return ""
}
