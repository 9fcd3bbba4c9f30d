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
	return exchanges.Advise(e)
}

// A meaning is what one of Coinbase's words says.
type meaning struct {
	kind   exchanges.Kind
	detail string
}

// meaningOf returns the meaning of a word in a refusal.
func meaningOf(word string) (meaning, bool) {
	const owner = "wants the account's owner to finish something on coinbase.com first: the key is not dead. Log in " +
		"there and see what is asked for"
	m, ok := map[string]meaning{
		"PERMISSION_DENIED":              {exchanges.KindForbidden, deniedText},
		"invalid_scope":                  {exchanges.KindForbidden, scopeText},
		"rate_limit_exceeded":            {exchanges.KindRateLimited, "wants fewer requests"},
		"resource_exhausted":             {exchanges.KindRateLimited, "wants fewer requests"},
		"identity_verification_required": {exchanges.KindForbidden, owner},
		"personal_details_required":      {exchanges.KindForbidden, owner},
		"unverified_email":               {exchanges.KindForbidden, owner},
		"two_factor_required":            {exchanges.KindForbidden, owner},
		// A deleted user, by ccxt's comment; no proof that the key is gone.
		"invalid_authentication_method": {exchanges.KindUndetermined, "does not accept this kind of login; the user may be " +
			"gone. That proves nothing about the key: look at it in the portal, " + pageKeys},
		"authentication_error": {exchanges.KindUndetermined, unauthorizedText},
		"invalid_token":        {exchanges.KindUndetermined, unauthorizedText},
		"revoked_token":        {exchanges.KindUndetermined, unauthorizedText},
		"expired_token":        {exchanges.KindUndetermined, unauthorizedText},
	}[word]
	return m, ok
}

// deniedText describes PERMISSION_DENIED without a text that says for want of
// what. portfolioText is for "User does not have access to portfolio"
// (coinbase-advanced-py#89, read 2026-11-30).
const (
	deniedText = "does not let the key do this: it lives, and lacks a scope, or the portfolio is another's. Look at " +
		"it in the portal: " + pageKeys
	scopeText     = "the key lives and lacks a scope for this: look at its scopes in the portal, " + pageKeys
	portfolioText = "the key lives, and the portfolio is not its own: it was bound to another one, or the portfolio is " +
		"another user's. " +
		"Look at it in the portal: " + pageKeys
)

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
		e.Kind, e.Detail = exchanges.KindClock, "refuses the timestamp: this machine's clock is off. Nothing is known of "+
			"the key: set the clock, and run rekey again"
	case e.Code == "PERMISSION_DENIED" && mentions(w, "portfolio"):
		e.Detail = portfolioText
	case e.Code == "PERMISSION_DENIED" && w.ErrorDetails == "Missing required scopes":
		e.Detail = scopeText
	case strings.EqualFold(message, "IP blocked"):
		e.Kind, e.Detail = exchanges.KindForbidden, "refuses this address, for this key or for all; it does not say which"
	case e.Code != "":
	case res.Status == http.StatusUnauthorized:
		e.Kind, e.Detail = exchanges.KindUndetermined, unauthorizedText
	case res.Status == http.StatusForbidden && unreadable:
		e.Kind, e.Detail = exchanges.KindForbidden, "something in front of the exchange refused the request; this says "+
			"nothing about the key. Run rekey from another address, or later"
	case isAboutScopes(res):
		e.Kind, e.Detail = exchanges.KindForbidden, scopeText
	case res.Status == http.StatusForbidden:
		e.Kind, e.Detail = exchanges.KindForbidden, "refused the request"
	case res.Status == http.StatusNotFound:
		e.Kind, e.Detail = exchanges.KindNotFound, "has no such call at this host"
	}
	return e
}

// mentions reports whether the text of a refusal speaks of something.
func mentions(w wireError, what string) bool {
	for _, text := range []string{w.Message, w.ErrorDetails} {
		if strings.Contains(strings.ToLower(text), what) {
			return true
		}
	}
	return false
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
