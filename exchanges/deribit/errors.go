package deribit

import (
	"bytes"
	"net/http"
	"regexp"
	"slices"
	"time"

	"rekey/exchanges"
)

// Codes that the adapter asks for.
const (
	codeNotLetIn  = "13004"
	codeWrongCode = "13668"
)

// A meaning is what a code says in rekey's words.
type meaning struct {
	kind exchanges.Kind
	// alive says that Deribit has the code only for keys that it let in.
	alive  bool
	detail string
}

// meaningOf returns the meaning of a code, and whether it is known. Codes:
// docs.deribit.com/articles/errors and ccxt 4.5.84 deribit.js, read 2026-11-30.
// What a refused address is told is documented nowhere.
func meaningOf(code string) (meaning, bool) {
	m := meaning{kind: exchanges.KindForbidden}
	switch code {
	case codeNotLetIn:
		m.kind = exchanges.KindUndetermined
		m.detail = "does not let this key in: it was removed or disabled, its secret is another one, it belongs to the " +
			"other environment, or this address may not use it. That proves nothing: look at it on its page"
	case "13009":
		m.kind = exchanges.KindUndetermined
		m.detail = "refuses the signature or the timestamp: this proves nothing about the key. Set the clock, look whether " +
			"the secret is whole, and run rekey again"
	case "10000":
		m.kind, m.detail = exchanges.KindCredential, "did not get the credential; does a proxy in between drop headers? "+
			"Nothing is known of the key: run rekey without it"
	case "13021", "13403":
		m.alive, m.detail = true, "the key lacks the scope for this (account:read, to see keys); the key is not dead"
	case codeWrongCode, "12999":
		m.kind, m.alive, m.detail = exchanges.KindSecondFactor, true, "did not take the code of the second factor"
	case "12998":
		m.alive, m.detail = true, "wants no more codes of the second factor for a while; the key is not dead. Run rekey "+
			"again later"
	case "13904":
		m.alive, m.detail = true, "says that the account has no second factor set up, which this needs; the key is not dead"
	case "10028", "10047", "11035", "11093":
		m.kind, m.detail = exchanges.KindRateLimited, "wants fewer requests"
	case "9999", "13002", "13001", "10019", "11098":
		m.detail = "says that the account is locked, blocked or not activated; the key is not dead. Log in and see why"
	case "12005":
		m.kind, m.detail = exchanges.KindGeoBlocked, "does not serve this country"
	case "11051", "10041", "10040", "13888":
		m.kind, m.detail = exchanges.KindMaintenance, "has trouble of its own, or settles at the moment"
	case "13012":
		m.kind, m.alive = exchanges.KindNotMaster, true
		m.detail = "says that this is not to be had in a sub-account"
	default:
		return meaning{}, false
	}
	return m, true
}

// judge turns an answer into nil or an error. Of the text of a refusal nothing is
// kept: its data may repeat the code of the second factor. A challenge is no
// success, although it comes as one.
func judge(op exchanges.Operation, res exchanges.Response) error {
	e := refusal(res)
	if e == nil {
		return nil
	}
	e.Exchange, e.Op = Name, op.Name
	return exchanges.Advise(e)
}

var codeForm = regexp.MustCompile(`^-?[0-9]{1,7}$`)

func refusal(res exchanges.Response) *exchanges.Error {
	if e := exchanges.Refusal(res); e != nil {
		return e
	}
	var w wireAnswer[any]
	err := exchanges.Decode(res.Body, &w)
	switch {
	case err == nil && w.Error != nil:
		return said(*w.Error, res)
	case res.Status == http.StatusNotFound:
		return &exchanges.Error{Kind: exchanges.KindNotFound, Status: res.Status, Detail: "has no such call at this host"}
	case res.Status >= http.StatusBadRequest:
		return &exchanges.Error{Kind: exchanges.KindOther, Status: res.Status, Detail: "refused the request"}
	case err != nil || w.Result == nil:
		return exchanges.Malformed(Name, "", res, err)
	}
	if challenge, wanted := challengeOf(res); wanted {
		if !challenge.takesCodes() {
			return &exchanges.Error{
				Kind: exchanges.KindForbidden, Status: res.Status, Code: "challenge",
				Detail: "wants a security key of hardware, which cannot be answered from a terminal; the key is not dead. Do " +
					"it on the page",
			}
		}
		return &exchanges.Error{
			Kind: exchanges.KindSecondFactor, Status: res.Status, Detail: "wants a code of the second factor",
		}
	}
	return nil
}

// said reads a refusal. That a key is not let in counts in its documented shape
// alone.
func said(w wireError, res exchanges.Response) *exchanges.Error {
	code := string(w.Code)
	if !codeForm.MatchString(code) {
		code = ""
	}
	m, known := meaningOf(code)
	e := &exchanges.Error{
		Kind: m.kind, Code: code, Status: res.Status, Detail: m.detail, RetryAfter: exchanges.RetryAfter(res.Header),
	}
	shaped := bytes.HasPrefix(w.Message, []byte(`"`)) &&
		slices.Contains([]int{http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden}, res.Status)
	switch {
	case code == codeNotLetIn && !shaped:
		return exchanges.Unproven(res)
	case m.kind == exchanges.KindRateLimited:
		e.RetryAfter = max(e.RetryAfter, time.Second)
	case !known:
		e.Kind = exchanges.KindOther
	}
	return e
}
