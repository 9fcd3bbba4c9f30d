package kucoin

import (
	"errors"
	"net/http"
	"strconv"

	"rekey/exchanges"
)

// Codes that more than one place has to know.
const (
	codeIPRefused  = 400006
	codePermission = 400007
	codeOldVersion = 400008
	codeVersion    = 400009
	codeUID        = 400010
	codeFrozen     = 411100
)

// judge turns an answer into nil or an error. Failures can come with HTTP 200,
// so the code decides. The text of an answer is never kept: it can hold the
// caller's address.
func judge(op exchanges.Operation, res exchanges.Response) error {
	e := exchanges.Refusal(res)
	if e == nil {
		e = refusal(op, res)
	}
	if e == nil {
		return nil
	}
	if e.RetryAfter == 0 {
		e.RetryAfter = exchanges.RetryAfter(res.Header)
	}
	if e.RetryAfter == 0 && e.Kind == exchanges.KindRateLimited {
		e.RetryAfter = reset(res.Header) // KuCoin sends no Retry-After
	}
	e.Exchange, e.Op = Name, op.Name
	return exchanges.Advise(e)
}

func refusal(op exchanges.Operation, res exchanges.Response) *exchanges.Error {
	var w wireAnswer
	unreadable := exchanges.Decode(res.Body, &w) != nil
	failed := exchanges.IsFalse(w.Success)
	if !unreadable && w.Code == codeOK && res.Status < http.StatusBadRequest && !failed {
		return nil
	}
	e := &exchanges.Error{
		Status: res.Status, Kind: exchanges.KindOther,
		Detail: "answered with something that is none of kucoin's answers",
	}
	documented := false
	if !unreadable && w.Code != 0 && w.Code != codeOK {
		e.Code = strconv.FormatInt(int64(w.Code), 10)
		e.Kind, e.Detail, documented = meaning(int64(w.Code))
		if e.Kind == exchanges.KindNoSuchKey && op.Effect == exchanges.ReadOnly && !noSuchKey(res) {
			return exchanges.Unproven(res)
		}
		if documented && op.Effect != exchanges.ReadOnly {
			changeRefused(e, int64(w.Code))
		}
	}
	switch {
	case documented:
	case res.Status == http.StatusNotFound:
		e.Kind, e.Detail = exchanges.KindNotFound, "has no such call at this host"
	case res.Status == http.StatusForbidden:
		e.Kind, e.Detail = exchanges.KindForbidden, "refused the request"
	}
	return e
}

// noSuchKey reports whether 400003 comes as KuCoin writes it: the code in
// quotes, beside a text, with HTTP 401 (kucoin-api-docs#298) or, as other
// failures do, with 200 or 400.
func noSuchKey(res exchanges.Response) bool {
	return exchanges.Documented(res, `"400003"`, http.StatusOK, http.StatusBadRequest, http.StatusUnauthorized)
}

// meaning says what a code means, and whether it is documented
// (kucoin.com/docs-new/error-code, old docs; read 2026-11-22).
func meaning(code int64) (exchanges.Kind, string, bool) {
	kind, detail := exchanges.KindOther, ""
	switch {
	case code == 400001:
		detail = "misses headers, which rekey sends: does a proxy drop them? Nothing is known of the key: run rekey " +
			"without it"
	case code == 400002:
		kind, detail = exchanges.KindClock, "refuses the timestamp: this machine's clock is off. Nothing is known of the "+
			"key: set the clock, and run rekey again"
	case code == 400003:
		kind, detail = exchanges.KindNoSuchKey, "says that the key does not exist"
	case code == 400004:
		kind, detail = exchanges.KindBadPassphrase, "knows the key and refuses the passphrase. The secret signs the "+
			"passphrase, so a wrong secret can look like this too"
	case code == 400005:
		kind, detail = exchanges.KindBadSignature, "knows the key and refuses the signature: the secret does not belong to "+
			"this access key. Put the right one where rekey.yaml says, or make a new key"
	case code == codeIPRefused:
		kind, detail = exchanges.KindIPRefused, "refuses this address for the key; the key lives. Run rekey from an "+
			"address on its whitelist, or let its manager list it"
	case code == codePermission:
		kind, detail = exchanges.KindForbidden, "knows the key, which may not do this"
	case code == codeOldVersion:
		kind, detail = exchanges.KindForbidden, "no longer lets keys of version 1 and 2 do this; the key lives. Make a "+
			"new one and delete this one"
	case code == codeVersion:
		kind, detail = exchanges.KindForbidden, "refuses the key as one of version 2 and of version 3; the key lives. Look "+
			"at its version on "+pageKeys
	case code == codeUID:
		kind, detail = exchanges.KindForbidden, "does not let the key's account do this"
	case code == 400011, code == 400012, code == 400400, code == 400401:
		detail = "wants another kind of authorisation: this proves nothing about the key. Look at it on " + pageKeys
	case code >= 400200 && code <= 400202:
		detail = "refuses a partner's header, which rekey does not send: does a proxy add it? Nothing is known of the key: " +
			"run rekey without it"
	case code >= 400300 && code <= 400399, code == 400500:
		kind, detail = exchanges.KindGeoBlocked, "does not serve this account or this place, by law or for "+
			"want of an identity check"
	case code == 400100, code == 400101, code == 400102:
		detail = "refuses the parameters of the call"
	case code == 400700, code == 260210, code == 411200:
		kind, detail = exchanges.KindForbidden, "has restricted the account"
	case code == codeFrozen:
		kind, detail = exchanges.KindForbidden, "has frozen the account; the key is not revoked. Log in, and see why"
	case code == 404000:
		kind, detail = exchanges.KindNotFound, "has no such call at this host"
	case code == 415000:
		detail = "refuses the media type: does a proxy change the headers? Nothing is known of the key: run rekey without it"
	case code >= 429000 && code <= 429002:
		kind, detail = exchanges.KindRateLimited, "wants fewer requests"
	case code == 230005, code >= 500000 && code <= 505000:
		kind, detail = exchanges.KindMaintenance, "has trouble of its own"
	default:
		return kind, "refuses with a code that rekey does not know", false
	}
	return kind, detail, true
}

// changeRefused says what a documented code means as the answer to a change.
// It may be about the key that is changed as well as about the one that calls.
// A code without a meaning of its own is a refusal of the gateway or of the
// parameters: nothing was changed. Codes that are not documented leave that
// open.
func changeRefused(e *exchanges.Error, code int64) {
	switch {
	case code == 400003:
		e.Detail = "says that a key does not exist, the manager's own or the one that was to be changed"
	case code == 400004:
		e.Detail = "refuses a passphrase, that of the key that was to be changed or the manager's own"
	case code >= 400100 && code <= 400102:
		e.Kind, e.Detail = exchanges.KindRejected, "refuses the parameters of the change: perhaps the key's passphrase, "+
			"the sub-account's name or an address"
	case e.Kind == exchanges.KindOther:
		e.Kind = exchanges.KindRejected
	}
}

// knows reports whether a refusal proves that the exchange knows the key, as
// opposed to saying nothing about it.
func knows(err error) bool {
	switch codeOf(err) {
	case 400004, 400005, codeIPRefused, codePermission, codeOldVersion, codeVersion, codeUID, codeFrozen:
		return true
	default:
		return false
	}
}

// wantsOtherVersion reports whether the exchange refused the version header.
func wantsOtherVersion(err error) bool {
	code := codeOf(err)
	return code == codeVersion || code == codeOldVersion
}

// codeOf returns the exchange's code of a refusal, 0 when there is none.
func codeOf(err error) int64 {
	var e *exchanges.Error
	if !errors.As(err, &e) {
		return 0
	}
	code, err := strconv.ParseInt(e.Code, 10, 64)
	if err != nil {
		return 0
	}
	return code
}
