package coinbaseexchange

import (
	"net/http"
	"strings"

	"rekey/exchanges"
)

// judge turns an answer into nil or an error. Statuses:
// docs.cdp.coinbase.com exchange/rest-api/requests (2025-11-30); texts: ccxt
// 4.5.84 js/src/coinbaseexchange.js and, where marked, public threads,
// collected 2026-11-22. The text of an answer is never kept.
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

func refusal(res exchanges.Response) *exchanges.Error {
	if res.Status < http.StatusBadRequest {
		return nil
	}
	e := &exchanges.Error{Status: res.Status, Kind: exchanges.KindOther, RetryAfter: exchanges.RetryAfter(res.Header)}
	switch text := strings.ToLower(message(res)); {
	// "we can't find the API key" says the staff of it, of a 400
	// (coinbase-exchange-node#47); the documents give it to every 401.
	case text == "invalid api key":
		e.Kind, e.Detail = exchanges.KindUndetermined, "says \"Invalid API Key\", which a deleted key gets, a key of "+
			"another system, and perhaps a refused address. That proves nothing about the key: look at the page, "+pageKeys
	case text == "invalid signature":
		e.Kind, e.Detail = exchanges.KindBadSignature, "refuses the signature: the secret does not seem to belong to this "+
			"access key, which is not proven to live. Put the right one where rekey.yaml says"
	case text == "invalid passphrase":
		e.Kind, e.Detail = exchanges.KindBadPassphrase, "refuses the passphrase"
	case text == "request timestamp expired": // pycryptobot#565, ccxt#8587
		e.Kind, e.Detail = exchanges.KindClock, "refuses the timestamp: this machine's clock is off. Nothing is known of "+
			"the key: set the clock, and run rekey again"
	case strings.HasSuffix(text, "rate limit exceeded"):
		e.Kind, e.Detail = exchanges.KindRateLimited, "wants fewer requests"
	case strings.Contains(text, "under maintenance"), strings.Contains(text, "cancel only mode"):
		e.Kind, e.Detail = exchanges.KindMaintenance, "is under maintenance"
	case res.Status == http.StatusUnauthorized:
		e.Kind, e.Detail = exchanges.KindUndetermined, "refused the key without saying why"
	case res.Status == http.StatusForbidden && text == "":
		e.Kind, e.Detail = exchanges.KindForbidden, "something in front of the exchange refused the request; this says "+
			"nothing about the key. Run rekey from another address, or later"
	case res.Status == http.StatusForbidden:
		e.Kind, e.Detail = exchanges.KindForbidden, "the key may not do this: it lives, and seems to lack view. Look at it "+
			"on "+pageKeys
	case res.Status == http.StatusNotFound:
		e.Kind, e.Detail = exchanges.KindNotFound, "has no such call at this host"
	}
	return e
}

func message(res exchanges.Response) string {
	var w wireError
	if exchanges.Decode(res.Body, &w) != nil {
		return ""
	}
	return w.Message
}

// hasMessage reports whether a refusal is in the exchange's own form.
func hasMessage(res exchanges.Response) bool { return message(res) != "" }
