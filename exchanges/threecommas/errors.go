package threecommas

import (
	"net/http"
	"regexp"
	"strings"
	"time"

	"rekey/exchanges"
)

// block is how long an address that exceeded the limit is refused
// (docs/quick-start/9_limits.mdx, 2026-05-07). No Retry-After is documented.
// The ban that follows on repetition lasts from two minutes to three days; how
// long is not told, so it is not tried out.
const block = 300 * time.Second

// tooNew is how long 3Commas wants a key to be left alone that was just made
// (3commas-official-api-docs issue 161, 2023-12-08).
const tooNew = 30 * time.Second

// codeForm is what a code looks like. Some errors are sentences instead, which
// are never kept.
var codeForm = regexp.MustCompile(`^[a-z]+(_[a-z]+){0,7}$`)

// judge turns an answer into nil or an error. Codes: docs/quick-start/8_errors.mdx
// (2026-05-07), examples of the same documents, and answers that
// recomma/3commas-sdk-go ed9323a recorded in 2025, collected 2026-11-22.
func judge(op exchanges.Operation, res exchanges.Response) error {
	e := planRefusal(res)
	if e == nil {
		e = exchanges.Refusal(res)
	}
	if e == nil {
		e = refusal(res)
	}
	if e == nil {
		return nil
	}
	if e.Kind == exchanges.KindRateLimited && e.Until.IsZero() && exchanges.RetryAfter(res.Header) == 0 {
		e.RetryAfter = block
	}
	e.Exchange, e.Op = Name, op.Name
	if op.Effect != exchanges.ReadOnly {
		changeRefused(op, e)
	}
	return exchanges.Advise(e)
}

// changeRefused says what a refusal means as the answer to a change. One in a
// documented word is a refusal of what was asked for: nothing was changed. A
// word that rekey does not know leaves that open.
func changeRefused(op exchanges.Operation, e *exchanges.Error) {
	switch {
	case e.Code == "record_invalid":
		e.Kind, e.Detail = exchanges.KindRejected, "refuses the new key: another connection may hold it already (a key can "+
			"be connected once), or a part is missing that this exchange's keys have. Nothing was changed: look at the "+
			"connections"
	case e.Code == "invalid_api_key":
		e.Kind, e.Detail = exchanges.KindRejected, "says that the exchange refuses the key: it may be too new (30 seconds "+
			"are asked for), or its IP whitelist lacks 3Commas' addresses. Nothing was changed: look at both"
		e.RetryAfter = tooNew
	case e.Kind == exchanges.KindForbidden && e.Status == http.StatusForbidden && op.Name == opUpdate:
		e.Detail = "the 3Commas token may not do this; swapping a stored key needs ACCOUNTS_WRITE, and an active " +
			"subscription. Nothing was changed: give it to the token"
	case e.Kind == exchanges.KindForbidden && e.Status == http.StatusTooManyRequests:
		e.Detail = "the 3Commas plan does not allow this by API; swap the key on its web page"
	}
}

// planRefusal recognises the refusal of a plan without API access. It comes as
// a 429 and is no rate limit: waiting does not help (recorded 2025-11-10).
func planRefusal(res exchanges.Response) *exchanges.Error {
	text := strings.ToLower(wordOf(res))
	if res.Status < http.StatusBadRequest || res.Status >= http.StatusInternalServerError ||
		!strings.Contains(text, "not available") || !strings.Contains(text, "subscription plan") {
		return nil
	}
	return &exchanges.Error{
		Status: res.Status, Kind: exchanges.KindForbidden,
		Detail: "the 3Commas plan has no API access; look at the connections on its web page",
	}
}

// wordOf returns 3Commas' own word for an error, "" when there is none.
func wordOf(res exchanges.Response) string {
	var w wireError
	_ = exchanges.Decode(res.Body, &w) // what is no object has no word
	return w.Error
}

func refusal(res exchanges.Response) *exchanges.Error {
	word := wordOf(res)
	if res.Status < http.StatusBadRequest && word == "" {
		return nil // lists are no objects; the caller decodes them
	}
	e := &exchanges.Error{Status: res.Status, Kind: exchanges.KindOther, RetryAfter: exchanges.RetryAfter(res.Header)}
	if len(word) <= 64 && codeForm.MatchString(word) {
		e.Code = word
	}
	switch e.Code {
	case "api_key_invalid_or_expired":
		e.Kind, e.Detail = exchanges.KindCredential, "does not know the 3Commas token, or it has expired: make a new one, "+
			"and put it where rekey.yaml says"
	case "signature_invalid":
		e.Kind, e.Detail = exchanges.KindBadSignature, "refuses the signature: the secret does not belong to this 3Commas "+
			"token. Put the right one where rekey.yaml says, or make a new token"
	case "record_invalid":
		e.Detail = "refuses the parameters"
	case "invalid_api_key": // of the exchange's key
		e.Detail = "says that the exchange refuses the stored key"
	case "not_found":
		e.Kind, e.Detail = exchanges.KindNotFound, "has no such call or connection"
	default:
		byStatus(e)
	}
	return e
}

// byStatus sorts what has no code of its own.
func byStatus(e *exchanges.Error) {
	switch e.Status {
	case http.StatusUnauthorized:
		// A caller outside the token's whitelist gets 401 too, with a code that
		// is not documented. It is not told apart from others.
		e.Kind, e.Detail = exchanges.KindForbidden, "refuses the token or this address; look at the token's IP "+
			"whitelist on the 3Commas page"
	case http.StatusForbidden:
		e.Kind, e.Detail = exchanges.KindForbidden, "the 3Commas token may not do this; listing connections needs "+
			"ACCOUNTS_READ. Give it to the token, or make another"
	case http.StatusNotFound:
		e.Kind, e.Detail = exchanges.KindNotFound, "has no such call or connection"
	default:
		e.Detail = "refused the request"
	}
}
