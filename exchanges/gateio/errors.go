package gateio

import (
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"rekey/exchanges"
)

// labelNoSuchKey is the one label that says that a key does not exist.
const labelNoSuchKey = "INVALID_KEY"

// A meaning is what a label says in rekey's words.
type meaning struct {
	labels []string
	kind   exchanges.Kind
	// alive says that Gate gives the label only to keys that it knows: one that
	// was made up gets INVALID_KEY whatever its signature (recorded 2026-09-25).
	alive  bool
	detail string
}

// meanings are the labels of gate.io/docs/developers/apiv4, of ccxt 4.5.84 gate.js
// and of recorded answers, read 2026-11-30. The label decides, and not the HTTP
// status: the refusal of an address was recorded with 401.
func meanings() []meaning {
	return []meaning{
		{
			labels: []string{labelNoSuchKey}, kind: exchanges.KindNoSuchKey,
			detail: "says that the key does not exist",
		},
		{
			labels: []string{"IP_FORBIDDEN"}, kind: exchanges.KindIPRefused, alive: true,
			detail: "refuses this address for the key; the key lives. Run rekey from an address on its whitelist, or let its " +
				"manager list it",
		},
		{
			labels: []string{"INVALID_SIGNATURE"}, kind: exchanges.KindBadSignature, alive: true,
			detail: "knows the key and refuses the signature",
		},
		{
			labels: []string{"FORBIDDEN"}, kind: exchanges.KindForbidden, alive: true,
			detail: "the key may not do this; it is not dead. Keys of the main account are listed to a key that may read " +
				"account, and those of sub-accounts to a key of the main account: look at its rights on its page",
		},
		{
			labels: []string{"READ_ONLY"}, kind: exchanges.KindForbidden, alive: true,
			detail: "the key may only read",
		},
		{
			labels: []string{"USER_NOT_FOUND"}, kind: exchanges.KindForbidden, alive: true,
			detail: "the account never used this product",
		},
		{
			labels: []string{"ACCOUNT_LOCKED", "SUB_ACCOUNT_LOCKED"}, kind: exchanges.KindForbidden,
			detail: "says that the account is locked; the key is not dead. Log in and see why",
		},
		{
			labels: []string{"INVALID_CREDENTIALS", "AUTHENTICATION_FAILED"}, kind: exchanges.KindUndetermined,
			detail: "refuses the credential without saying what is wrong with it",
		},
		{
			labels: []string{"REQUEST_EXPIRED"}, kind: exchanges.KindClock,
			detail: "refuses the timestamp: this machine's clock is off. Nothing is known of the key: set the clock, and run " +
				"rekey again",
		},
		{
			labels: []string{"MISSING_REQUIRED_HEADER"}, kind: exchanges.KindCredential,
			detail: "did not get all headers of the credential; does a proxy in between drop them? Nothing is known of the " +
				"key: run rekey without it",
		},
		{
			labels: []string{"TOO_MANY_REQUESTS", "TOO_FAST"}, kind: exchanges.KindRateLimited,
			detail: "wants fewer requests",
		},
		{
			labels: []string{"INTERNAL", "SERVER_ERROR", "TOO_BUSY", "API_WITHDRAW_DISABLED"}, kind: exchanges.KindMaintenance,
			detail: "has trouble of its own",
		},
		{
			labels: []string{
				"INVALID_PARAM_VALUE", "MISSING_REQUIRED_PARAM", "INVALID_REQUEST_BODY", "INVALID_ARGUMENT", "BAD_REQUEST",
				"NOT_FOUND", "SUB_ACCOUNT_NOT_FOUND", "METHOD_NOT_ALLOWED",
			},
			kind: exchanges.KindOther, detail: "refuses the parameters of the call",
		},
	}
}

// meaningOf returns what a label says, and whether it is known.
func meaningOf(label string) (meaning, bool) {
	for _, m := range meanings() {
		if slices.Contains(m.labels, label) {
			return m, true
		}
	}
	return meaning{kind: exchanges.KindOther}, false
}

// judge turns an answer into nil or an error. The text is never kept: the refusal
// of an address repeats it.
func judge(op exchanges.Operation, res exchanges.Response) error {
	e := refusal(op, res)
	if e == nil {
		return nil
	}
	e.Exchange, e.Op = Name, op.Name
	if op.Effect != exchanges.ReadOnly && e.Kind == exchanges.KindOther && isParameter(e.Code) {
		e.Kind = exchanges.KindRejected // what was asked for was refused: nothing was changed
	}
	return exchanges.Advise(e)
}

// isParameter reports whether a label refuses the parameters of a call.
func isParameter(label string) bool {
	m, _ := meaningOf(label)
	return label != "" && m.kind == exchanges.KindOther && m.detail != ""
}

// labelForm is what a label looks like. Anything else is foreign text.
var labelForm = regexp.MustCompile(`^[A-Z][A-Z_]{2,59}$`)

func refusal(op exchanges.Operation, res exchanges.Response) *exchanges.Error {
	var w wireError
	unread := exchanges.Decode(res.Body, &w)
	label := ""
	if unread == nil && w.Label != nil && labelForm.MatchString(*w.Label) {
		label = *w.Label
	}
	m, known := meaningOf(label)
	if e := exchanges.Refusal(res); e != nil && (!known || mayNotSpeak(res, m)) {
		return e
	}
	if m.kind == exchanges.KindNoSuchKey && !proven(res, w) {
		return exchanges.Unproven(res)
	}
	e := &exchanges.Error{
		Kind: m.kind, Code: label, Status: res.Status, Detail: m.detail, RetryAfter: exchanges.RetryAfter(res.Header),
	}
	switch {
	case known:
	case w.Label != nil:
		e.Detail = "" // an unknown label
	case silent(op, res):
		return nil
	case res.Status == http.StatusNotFound:
		e.Kind, e.Detail = exchanges.KindNotFound, "has no such call at this host"
	case res.Status == http.StatusForbidden:
		e.Kind, e.Detail = exchanges.KindForbidden, "refused the request"
	case res.Status >= http.StatusBadRequest:
		e.Detail = "refused the request"
	case unread != nil && !isList(res.Body):
		return exchanges.Malformed(Name, "", res, unread)
	default:
		return nil
	}
	return e
}

// silent reports whether an answer is the one that is documented for a change
// and a deletion: 204 without a body.
func silent(op exchanges.Operation, res exchanges.Response) bool {
	return (op.Name == opEdit || op.Name == opRevoke) && done(res)
}

// done reports whether an answer is 204 without a body.
func done(res exchanges.Response) bool {
	return res.Status == http.StatusNoContent && len(res.Body) == 0
}

// isList reports whether a body is a list, which no refusal is.
func isList(body []byte) bool { return strings.HasPrefix(strings.TrimSpace(string(body)), "[") }

// proven reports whether INVALID_KEY comes in its recorded shape: beside a text,
// with HTTP 401, or with 400 as some clients quote it.
func proven(res exchanges.Response, w wireError) bool {
	_, text := w.Message.(string)
	return text && (res.Status == http.StatusUnauthorized || res.Status == http.StatusBadRequest)
}

// mayNotSpeak says when even a known label is not believed: beside a redirect or
// a proxy, and when an answer of a server in trouble, or of one that limits or
// blocks, says that a key does not exist.
func mayNotSpeak(res exchanges.Response, m meaning) bool {
	return res.Status < http.StatusBadRequest || res.Status == http.StatusProxyAuthRequired ||
		res.Header.Get("Proxy-Authenticate") != "" || m.kind == exchanges.KindNoSuchKey
}

// statusOf says what a refusal proves about the key: meanings marks the labels
// that Gate gives only to keys that it knows.
func statusOf(err error) exchanges.Status {
	var e *exchanges.Error
	if !errors.As(err, &e) {
		return exchanges.StatusUndetermined
	}
	m, known := meaningOf(e.Code)
	switch {
	case !known || !m.alive || m.kind != e.Kind:
		return exchanges.StatusUndetermined
	case m.kind == exchanges.KindIPRefused:
		return exchanges.StatusIPRefused
	default:
		return exchanges.StatusAlive
	}
}
