package bybit

import (
	"bytes"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"rekey/exchanges"
)

// codeNoSuchKey is the refusal of a key that does not exist, at this site and in
// this environment.
const codeNoSuchKey = "10003"

// A refusalMeaning is what a code says in rekey's words.
type refusalMeaning struct {
	kind exchanges.Kind
	// alive says that Bybit gives the code only to keys that it knows; expired,
	// that the key is past its end.
	alive, expired bool
	detail         string
}

// meaningOf returns the meaning of a code, and whether it is known. Codes and
// texts: docs/v5/error, read 2026-11-30. That 10004, 10005 and 10010 prove a key
// alive is inferred: the order of Bybit's checks is not documented.
func meaningOf(code string) (refusalMeaning, bool) {
	if m, ok := meaningForKey(code); ok {
		return m, true
	}
	return meaningForChanges(code)
}

func meaningForKey(code string) (refusalMeaning, bool) {
	m := refusalMeaning{kind: exchanges.KindOther}
	switch code {
	case codeNoSuchKey:
		m.kind, m.detail = exchanges.KindNoSuchKey, "says that the key does not exist"
	case "33004", "-2015":
		m.kind, m.expired = exchanges.KindForbidden, true
		m.detail = "says that the key has expired: make a new one on its page"
	case "10004":
		m.kind, m.alive = exchanges.KindBadSignature, true
		m.detail = "knows the key and refuses the signature: the secret does not belong to this access key. Put the right " +
			"one where rekey.yaml says, or make a new key"
	case "10010":
		m.kind, m.alive = exchanges.KindIPRefused, true
		m.detail = "refuses this address for the key; the key lives. Run rekey from an address on its whitelist, or let " +
			"its " +
			"manager list it. A key of \"Connect to Third-Party Applications\" is bound to the vendor's own addresses"
	case "10005":
		m.kind, m.alive, m.detail = exchanges.KindForbidden, true, "the key may not do this"
	case "10028", "100028", "10020":
		m.kind, m.alive = exchanges.KindForbidden, true
		m.detail = "has no such call for this kind of account (classic, or not unified); the key is not dead. Look at it " +
			"on " +
			"its page"
	case "10002", "-1":
		m.kind, m.detail = exchanges.KindClock, "refuses the timestamp: this machine's clock is off. Nothing is known of "+
			"the key: set the clock, and run rekey again"
	case "10006", "10018", "429":
		m.kind, m.detail = exchanges.KindRateLimited, "wants fewer requests"
	case "10007":
		m.kind, m.detail = exchanges.KindCredential, "did not get all headers of the credential; does a proxy in between "+
			"drop them? Nothing is known of the key: run rekey without it"
	case "10009", "10024":
		m.kind, m.detail = exchanges.KindGeoBlocked, "does not serve this address or this account's country"
	case "10008", "10027":
		m.kind, m.detail = exchanges.KindForbidden, "says that the account is banned; log in and see why"
	case "10000", "10016":
		m.kind, m.detail = exchanges.KindMaintenance, "has trouble of its own"
	case "10001":
		m.detail = "refuses the parameters of the call"
	default:
		return refusalMeaning{}, false
	}
	return m, true
}

func meaningForChanges(code string) (refusalMeaning, bool) {
	m := refusalMeaning{kind: exchanges.KindRejected}
	switch code {
	case "141019", "141020":
		m.detail = "lets the IP whitelist and the withdrawal right of a master key be changed on its page alone: open " +
			pageKeys + " and choose Edit. Nothing was changed"
	case "141004":
		m.detail = "says that the sub-account is not in its normal state: log in and see why. Nothing was changed"
	case "81007":
		m.detail = "does not make keys by API at its European site: make the key on its page. Nothing was changed"
	default:
		return refusalMeaning{}, false
	}
	return m, true
}

// judge turns an answer into nil or an error. Bybit's code decides, not the HTTP
// status: most refusals come with 200. The text of an answer is never kept: that
// of 10004 holds the access key.
func judge(op exchanges.Operation, res exchanges.Response) error {
	e := refusal(res)
	if e == nil {
		return nil
	}
	e.Exchange, e.Op = Name, op.Name
	if op.Effect != exchanges.ReadOnly {
		changeRefused(e)
	}
	return exchanges.Advise(e)
}

// changeRefused says what a code means as the answer to a change. A known code
// without a kind of its own is a refusal of what was asked for: nothing was
// changed. Codes that rekey does not know leave that open.
func changeRefused(e *exchanges.Error) {
	_, known := meaningOf(e.Code)
	switch {
	case e.Code == "10005":
		e.Detail = "wants a key of the master account with a transfer or withdrawal right to make, change and delete keys: " +
			"name such a key as the manager in rekey.yaml"
	case known && e.Kind == exchanges.KindOther:
		e.Kind = exchanges.KindRejected
	}
}

// codeOf is the code of an answer, a JSON number. Anything else is foreign text.
var codeOf = regexp.MustCompile(`^-?[0-9]{1,7}$`)

func refusal(res exchanges.Response) *exchanges.Error {
	var w wireError
	unreadable := exchanges.Decode(res.Body, &w)
	code := string(w.RetCode)
	if unreadable != nil || !codeOf.MatchString(code) {
		code = ""
	}
	m, known := meaningOf(code)
	if e := exchanges.Refusal(res); e != nil && (!known || mayNotSpeak(res, m)) {
		return e
	}
	if e := bare(res); e != nil {
		return e
	}
	if m.kind == exchanges.KindNoSuchKey || m.expired {
		if !documented(res, w) {
			return exchanges.Unproven(res)
		}
	}
	e := &exchanges.Error{
		Kind: m.kind, Code: code, Status: res.Status, Detail: m.detail, RetryAfter: exchanges.RetryAfter(res.Header),
	}
	switch {
	case known && m.kind == exchanges.KindRateLimited:
		e.Until = resetOf(res.Header)
		e.RetryAfter = max(e.RetryAfter, time.Second)
	case known:
	case res.Status == http.StatusNotFound:
		e.Kind, e.Detail = exchanges.KindNotFound, "has no such call at this host"
	case res.Status == http.StatusForbidden:
		return forbidden(res)
	case res.Status >= http.StatusBadRequest:
		e.Kind, e.Detail = exchanges.KindOther, "refused the request"
	case code == "0" && exchanges.IsFalse(w.Success):
		e.Kind, e.Detail = exchanges.KindOther, "says that the call failed, and not why"
	case code == "0":
		return nil
	case code == "":
		return exchanges.Malformed(Name, "", res, unreadable)
	default:
		e.Kind, e.Detail = exchanges.KindOther, "refused the request"
	}
	return e
}

// mayNotSpeak says when even a known code is not believed: beside a redirect,
// and when an answer of a server in trouble, or of one that limits or blocks,
// says that a key does not exist, or has ended.
func mayNotSpeak(res exchanges.Response, m refusalMeaning) bool {
	return res.Status < http.StatusBadRequest || m.kind == exchanges.KindNoSuchKey || m.expired
}

// documented reports whether an answer states a refusal in its documented shape:
// a number as its code, a text beside it, and one of the statuses that Bybit
// gives to signed calls. Less is not proof of anything.
func documented(res exchanges.Response, w wireError) bool {
	return bytes.HasPrefix(w.RetMsg, []byte(`"`)) && !exchanges.IsFalse(w.Success) &&
		slices.Contains([]int{http.StatusOK, http.StatusUnauthorized}, res.Status)
}

// bareReason is the text beside the status 401 with which the gateway refuses a
// key that it does not know, in an answer without a body (recorded 2026-09-25 by
// a public test of a client library, read 2026-11-30).
const bareReason = "API key is invalid."

// bare reads the gateway's refusal without a body, nil when the answer is none.
func bare(res exchanges.Response) *exchanges.Error {
	if res.Status != http.StatusUnauthorized || len(bytes.TrimSpace(res.Body)) > 0 {
		return nil
	}
	e := &exchanges.Error{
		Kind: exchanges.KindUndetermined, Status: res.Status, Detail: "refused the request and does not say why: that " +
			"proves " +
			"nothing about the key. Look at it on its page",
	}
	if res.Reason == bareReason {
		m, _ := meaningOf(codeNoSuchKey)
		e.Kind, e.Detail = m.kind, m.detail
	}
	return e
}

// forbidden reads a 403 without a code: the limit of an address, which has to be
// left alone for 10 minutes (docs/v5/rate-limit), or a country that is not
// served, and bans (docs/v5/guide).
func forbidden(res exchanges.Response) *exchanges.Error {
	const rest = 10 * time.Minute
	if bytes.Contains(bytes.ToLower(res.Body), []byte("access too frequent")) {
		return &exchanges.Error{
			Kind: exchanges.KindRateLimited, Status: res.Status, RetryAfter: max(rest, exchanges.RetryAfter(res.Header)),
			Detail: "wants fewer requests from this address",
		}
	}
	return &exchanges.Error{
		Kind: exchanges.KindForbidden, Status: res.Status,
		Detail: "refused this address without a code: it does not serve the United States and mainland China, and this " +
			"says " +
			"nothing about the key. Run rekey from where the account is served",
	}
}

// resetOf is the end of the current window of a limit, by the exchange's clock.
func resetOf(h http.Header) time.Time {
	ms, err := strconv.ParseInt(strings.TrimSpace(h.Get("X-Bapi-Limit-Reset-Timestamp")), 10, 64)
	if err != nil {
		return time.Time{}
	}
	at, _ := exchanges.MilliTime(ms).Get()
	return at
}

// usage reads the headers of the limit per user: what is left of it.
func usage(_ exchanges.Operation, h http.Header) (exchanges.Usage, bool) {
	left, err := strconv.Atoi(strings.TrimSpace(h.Get("X-Bapi-Limit-Status")))
	if err != nil || left < 0 {
		return exchanges.Usage{}, false
	}
	return exchanges.Usage{Used: -1, Remaining: left}, true
}
