package coinbase

import (
	"net/http"
	"strings"

	"rekey/exchanges"
)

// judge turns an answer into nil or an error. Words and situations:
// coinbase-advanced-py 54fb8ed handle_exception, ccxt 4.5.84
// js/src/coinbase.js and public threads, collected 2026-11-22. The text of an
// answer is never kept.
func judge(op exchanges.Operation, res exchanges.Response) error {
	e := exchanges.Refusal(res)
	if e == nil {
		e = refusal(res)
	}
	if e == nil {
		return nil
	}
	e.Exchange, e.Op = Name, op.Name
	return e
}

// A meaning is what one of Coinbase's words says.
type meaning struct {
	kind   exchanges.Kind
	detail string
}

// meaningOf returns the meaning of a word in a refusal.
func meaningOf(word string) (meaning, bool) {
	const owner = "wants the account's owner to finish something on coinbase.com first"
	m, ok := map[string]meaning{
		"PERMISSION_DENIED":              {exchanges.KindForbidden, "the key lacks a scope for this"},
		"invalid_scope":                  {exchanges.KindForbidden, "lacks a scope for this"},
		"rate_limit_exceeded":            {exchanges.KindRateLimited, "wants fewer requests"},
		"resource_exhausted":             {exchanges.KindRateLimited, "wants fewer requests"},
		"identity_verification_required": {exchanges.KindForbidden, owner},
		"personal_details_required":      {exchanges.KindForbidden, owner},
		"unverified_email":               {exchanges.KindForbidden, owner},
		"two_factor_required":            {exchanges.KindForbidden, owner},
		// A deleted user, by ccxt's comment; no proof that the key is gone.
		"invalid_authentication_method": {exchanges.KindUndetermined, "does not accept this kind of login; the user may be gone"},
		"authentication_error":          {exchanges.KindUndetermined, unauthorizedText},
		"invalid_token":                 {exchanges.KindUndetermined, unauthorizedText},
		"revoked_token":                 {exchanges.KindUndetermined, unauthorizedText},
		"expired_token":                 {exchanges.KindUndetermined, unauthorizedText},
	}[word]
	return m, ok
}

// unauthorizedText describes the one answer for everything that can be wrong
// with a key (coinbase-advanced-py#132, ccxt#22182, whisper-money#804).
const unauthorizedText = "refused the key without a reason"

func refusal(res exchanges.Response) *exchanges.Error {
	if res.Status < http.StatusBadRequest {
		return nil
	}
	var w wireError
	unreadable := exchanges.Decode(res.Body, &w) != nil
	e := &exchanges.Error{Status: res.Status, Kind: exchanges.KindOther, RetryAfter: exchanges.RetryAfter(res.Header)}
	word, message := w.Error, w.Message
	if len(w.Errors) > 0 {
		word, message = w.Errors[0].ID, w.Errors[0].Message
	}
	if m, ok := meaningOf(word); ok {
		e.Kind, e.Detail, e.Code = m.kind, m.detail, word
	}
	switch {
	case strings.EqualFold(message, "request timestamp expired"):
		e.Kind, e.Detail = exchanges.KindClock, "refuses the timestamp: this machine's clock is off"
	case strings.EqualFold(message, "IP blocked"):
		e.Kind, e.Detail = exchanges.KindForbidden, "refuses this address, for this key or for all; it does not say which"
	case e.Code != "":
	case res.Status == http.StatusUnauthorized:
		e.Kind, e.Detail = exchanges.KindUndetermined, unauthorizedText
	case res.Status == http.StatusForbidden && unreadable:
		e.Kind, e.Detail = exchanges.KindForbidden, "something in front of the exchange refused the request; this says nothing about the key"
	case isAboutScopes(res):
		e.Kind, e.Detail = exchanges.KindForbidden, "the key lacks a scope for this"
	case res.Status == http.StatusForbidden:
		e.Kind, e.Detail = exchanges.KindForbidden, "refused the request"
	case res.Status == http.StatusNotFound:
		e.Kind, e.Detail = exchanges.KindNotFound, "has no such call at this host"
	}
	return e
}

// isAboutScopes reports whether a refusal says that the key lacks a scope,
// which it says only of keys that live: a JSON 403 with the details that the
// SDK looks for, or with the word that ccxt does.
func isAboutScopes(res exchanges.Response) bool {
	var w wireError
	if res.Status != http.StatusForbidden || exchanges.Decode(res.Body, &w) != nil {
		return false
	}
	return w.ErrorDetails == "Missing required scopes" || w.Error == "PERMISSION_DENIED"
}
