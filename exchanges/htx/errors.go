package htx

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"rekey/exchanges"
)

// codeSignature is the code of every refusal of a credential in /v1: the text says
// which one it is.
const codeSignature = "api-signature-not-valid"

// textNoSuchKey is what proves a death, with or without the same in Chinese behind
// it.
const textNoSuchKey = "incorrect access key"

// A meaning is what a code and its text say in rekey's words.
type meaning struct {
	codes []string
	texts []string // one of which the text holds, in small letters; none for any
	kind  exchanges.Kind
	// alive says that HTX gives this only to keys that it knows: one that was
	// made up gets "Incorrect Access key" whatever its signature (recorded
	// 2026-09-25).
	alive  bool
	detail string
}

// meanings are the codes and texts of huobiapi/docs, of ccxt 4.5.84 htx.js and of
// recorded answers, read 2026-11-30.
func meanings() []meaning {
	return []meaning{
		{
			codes: []string{codeSignature}, texts: []string{textNoSuchKey}, kind: exchanges.KindNoSuchKey,
			detail: "says that the key does not exist",
		},
		{
			codes: []string{codeSignature}, texts: []string{"incorrect ip address", "ip地址错误"},
			kind: exchanges.KindIPRefused, alive: true,
			detail: "refuses this address for the key; the key lives. Run rekey from an address on its whitelist, or let its " +
				"manager list it",
		},
		{
			codes: []string{codeSignature}, texts: []string{"verification failure", "校验失败"},
			kind: exchanges.KindBadSignature, alive: true, detail: "knows the key and refuses the signature",
		},
		{
			codes: []string{codeSignature}, texts: []string{"no permission"}, kind: exchanges.KindForbidden, alive: true,
			detail: "the key may not do this",
		},
		{
			codes: []string{codeSignature}, texts: []string{"submission time", "提交时间"}, kind: exchanges.KindClock,
			detail: "refuses the timestamp: this machine's clock is off. Nothing is known of the key: set the clock, and run " +
				"rekey again",
		},
		{
			codes: []string{"login-required"}, kind: exchanges.KindCredential,
			detail: "did not get all parameters of the credential; does a proxy in between drop them? Nothing is known of the " +
				"key: run rekey without it",
		},
		{
			codes: []string{"1002"}, kind: exchanges.KindForbidden,
			detail: "the key may not do this; it is not dead. Lists of sub users and their keys are for a key of the parent " +
				"user: look at its rights on its page",
		},
		{
			// Seen for a key that HTX had ended (ccxt#16319).
			codes: []string{"1003"}, kind: exchanges.KindUndetermined,
			detail: "answered 1003 (invalid signature), which was seen for keys that had ended too: that proves nothing about " +
				"the key. Look at its page",
		},
		{
			codes: []string{"rate-too-many-requests", "base-request-exceed-frequency-limit", "429"},
			kind:  exchanges.KindRateLimited, detail: "wants fewer requests",
		},
		{
			codes: []string{"gateway-internal-error", "system-maintenance", "timeout"}, kind: exchanges.KindMaintenance,
			detail: "has trouble of its own",
		},
		{
			// Inferred: 2002 names the field that is wrong.
			codes: []string{"2002"}, texts: []string{"otp"}, kind: exchanges.KindSecondFactor,
			detail: "did not take the code of the second factor; nothing was changed. Run rekey again at a terminal, with a " +
				"fresh code of the parent user",
		},
		{
			codes: []string{"2002", "2003", "2014", "2016", "2017"}, kind: exchanges.KindOther,
			detail: "refuses the parameters of the call",
		},
	}
}

// meaningOf returns what a code and its text say, and whether it is known.
func meaningOf(code, text string) (meaning, bool) {
	text = strings.ToLower(text)
	for _, m := range meanings() {
		for _, c := range m.codes {
			if c != code {
				continue
			}
			if len(m.texts) == 0 {
				return m, true
			}
			for _, t := range m.texts {
				if strings.Contains(text, t) {
					return m, true
				}
			}
		}
	}
	return meaning{kind: exchanges.KindOther}, false
}

// judge turns an answer into nil or an error. No text is kept: the refusal of an
// address repeats it.
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

// isParameter reports whether a code refuses the parameters of a call.
func isParameter(code string) bool {
	m, known := meaningOf(code, "")
	return known && m.kind == exchanges.KindOther
}

// codeForm is what a code looks like. Anything else is foreign text.
var codeForm = regexp.MustCompile(`^([0-9]{1,6}|[a-z]+(-[a-z]+){0,7})$`)

// A statement is what an answer says, whichever of the two forms it has.
type statement struct {
	code, text string
	good       bool // it is the form of a success
	v1         bool // it is a refusal in the form of /v1
}

func stated(op exchanges.Operation, w wireError) statement {
	var s statement
	s.v1 = w.Status == "error"
	code, text := w.Code, w.Message
	if s.v1 {
		code, text = w.ErrCode, w.ErrMsg
	}
	if words, ok := text.(string); ok {
		s.text = words
	}
	switch c := code.(type) {
	case string:
		s.code = c
	case float64:
		s.code = fmt.Sprintf("%.0f", c)
	case json.Number:
		s.code = c.String()
	}
	if !codeForm.MatchString(s.code) {
		s.code = ""
	}
	denied := exchanges.IsFalse(w.OK) || exchanges.IsFalse(w.Success)
	s.good = !denied && (strings.HasPrefix(op.Path, "/v1/") && w.Status == "ok" || w.Status == "" && s.code == "200")
	return s
}

func refusal(op exchanges.Operation, res exchanges.Response) *exchanges.Error {
	var w wireError
	unread := exchanges.Decode(res.Body, &w)
	s := stated(op, w)
	m, known := meaningOf(s.code, s.text)
	if e := exchanges.Refusal(res); e != nil && (!known || mayNotSpeak(res, m)) {
		return e
	}
	if m.kind == exchanges.KindNoSuchKey && !proven(res, s) {
		return exchanges.Unproven(res)
	}
	e := &exchanges.Error{
		Kind: m.kind, Code: s.code, Status: res.Status, Detail: m.detail, RetryAfter: exchanges.RetryAfter(res.Header),
	}
	switch {
	case known:
	case s.code == codeSignature:
		e.Kind, e.Detail = exchanges.KindUndetermined, "refuses the credential in words that rekey does not know"
	case res.Status == http.StatusMethodNotAllowed, res.Status == http.StatusNotFound:
		e.Kind, e.Detail = exchanges.KindNotFound, "has no such call at this host"
	case res.Status == http.StatusForbidden:
		e.Kind, e.Detail = exchanges.KindForbidden, "refused the request"
	case res.Status >= http.StatusBadRequest:
		e.Detail = "refused the request"
	case s.good:
		return nil
	case unread != nil || s.code == "":
		return exchanges.Malformed(Name, "", res, unread)
	case s.code == "200":
		e.Detail = "says that the call failed, and not why"
	}
	return e
}

// proven reports whether "Incorrect Access key" comes in its recorded shape: the
// form of /v1, these words and no others but the same in Chinese, with HTTP 200,
// or 400 as some quote it.
func proven(res exchanges.Response, s statement) bool {
	text := strings.TrimSuffix(strings.ToLower(s.text), " [access key错误]")
	return s.v1 && text == "signature not valid: "+textNoSuchKey &&
		(res.Status == http.StatusOK || res.Status == http.StatusBadRequest)
}

// mayNotSpeak says when even a known code is not believed: beside a redirect or a
// proxy, and when an answer of a server in trouble, or of one that limits or
// blocks, says that a key does not exist.
func mayNotSpeak(res exchanges.Response, m meaning) bool {
	return res.Status < http.StatusBadRequest || res.Status == http.StatusProxyAuthRequired ||
		res.Header.Get("Proxy-Authenticate") != "" || m.kind == exchanges.KindNoSuchKey
}

// statusOf says what a refusal proves about the key. Kinds that HTX states to keys
// alone that it knows come from /v1 with their own text.
func statusOf(err error) exchanges.Status {
	var e *exchanges.Error
	if !errors.As(err, &e) || e.Code != codeSignature {
		return exchanges.StatusUndetermined
	}
	for _, m := range meanings() {
		switch {
		case !m.alive || m.kind != e.Kind:
		case m.kind == exchanges.KindIPRefused:
			return exchanges.StatusIPRefused
		default:
			return exchanges.StatusAlive
		}
	}
	return exchanges.StatusUndetermined
}
