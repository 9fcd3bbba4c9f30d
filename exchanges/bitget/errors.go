package bitget

import (
	"net/http"
	"regexp"
	"slices"
	"strings"

	"rekey/exchanges"
)

// codeNoSuchKey is the one code that says that a key does not exist.
const codeNoSuchKey = "40037"

// The codes for a call of the other world.
const (
	codeIsClassic = "40084"
	codeIsUnified = "40085"
)

// A meaning is what a code and its text say together in rekey's words.
type meaning struct {
	codes []string
	text  string // what the text holds, in small letters
	kind  exchanges.Kind
	// alive says that Bitget gives the code only to keys that it knows. An
	// access key that was made up gets 40037 whatever its signature (recorded
	// 2026-09-25), so that what is said of a signature, a passphrase, an
	// address or a right is said of a key that was found.
	alive  bool
	detail string
}

// meanings are the codes of ccxt 4.5.84 bitget.js and of recorded answers, with
// the words that stand beside them there. Bitget's own agent repository
// (BitgetLimited/agent_hub 1823de09, error-codes.md) has other meanings for
// 40003, 40006, 40009, 40017 and 40018, so a code whose text does not agree is
// believed nothing.
func meanings() []meaning {
	return []meaning{
		{
			codes: []string{codeNoSuchKey}, text: "apikey does not exist", kind: exchanges.KindNoSuchKey,
			detail: "says that the key does not exist",
		},
		{
			codes: []string{"40018", "30011"}, text: "invalid ip", kind: exchanges.KindIPRefused, alive: true,
			detail: "refuses this address for the key; the key lives. Run rekey from an address on its whitelist, or let its " +
				"manager list it",
		},
		{
			codes: []string{"40009", "40010"}, text: "sign signature error", kind: exchanges.KindBadSignature, alive: true,
			detail: "knows the key and refuses the signature",
		},
		{
			codes: []string{"40012"}, text: "password is incorrect", kind: exchanges.KindBadPassphrase, alive: true,
			detail: "knows the key and refuses the passphrase",
		},
		{
			codes: []string{"40036"}, text: "passphrase", kind: exchanges.KindBadPassphrase, alive: true,
			detail: "knows the key and refuses the passphrase",
		},
		{
			codes: []string{"40014"}, text: "permission", kind: exchanges.KindForbidden, alive: true,
			detail: "the key may not do this",
		},
		{
			// Seen in several clients' threads, read 2026-11-30; one saw 40085
			// before the signature was looked at, so it proves no credential.
			codes: []string{codeIsClassic}, text: "classic account mode", kind: exchanges.KindNotFound,
			detail: "says that the account is a classic one, which has no such call; the key is not dead. Look at it on its " +
				"page",
		},
		{
			codes: []string{codeIsUnified}, text: "unified account mode", kind: exchanges.KindNotFound,
			detail: "says that the account is a unified one, which has no such call; the key is not dead. Look at it on its " +
				"page",
		},
		{
			codes: []string{"40006"}, text: "invalid access_key", kind: exchanges.KindCredential,
			detail: "says that the access key is malformed: was it copied whole?",
		},
		{
			codes: []string{"40001", "40002", "40003", "40011"}, text: "empty", kind: exchanges.KindCredential,
			detail: "did not get all headers of the credential; does a proxy in between drop them? Nothing is known of the " +
				"key: run rekey without it",
		},
		{
			codes: []string{"40004", "40005", "40008"}, text: "time", kind: exchanges.KindClock,
			detail: "refuses the timestamp: this machine's clock is off. Nothing is known of the key: set the clock, and run " +
				"rekey again",
		},
		{
			codes: []string{"40013", "40016", "40031"}, text: "", kind: exchanges.KindForbidden,
			detail: "says that the account is abnormal, cancelled or not verified; the key is not dead. Log in and see why",
		},
		{
			codes: []string{"429", "1001", "30014", "30026"}, text: "", kind: exchanges.KindRateLimited,
			detail: "wants fewer requests",
		},
		{
			codes: []string{"40015", "40308", "41114", "30019", "30037"}, text: "", kind: exchanges.KindMaintenance,
			detail: "has trouble of its own",
		},
		{
			codes: []string{"40024"}, text: "", kind: exchanges.KindGeoBlocked,
			detail: "does not serve this account's country; look at the account on its page",
		},
		{
			codes: []string{"40017", "40020"}, text: "parameter", kind: exchanges.KindOther,
			detail: "refuses the parameters of the call",
		},
	}
}

// meaningOf returns what a code and its text say, whether the code is known,
// and whether the text agrees with it.
func meaningOf(code, text string) (m meaning, known, agrees bool) {
	for _, m := range meanings() {
		if slices.Contains(m.codes, code) {
			known = true
			if strings.Contains(strings.ToLower(text), m.text) {
				return m, true, true
			}
		}
	}
	return meaning{kind: exchanges.KindOther}, known, false
}

// judge turns an answer into nil or an error. Code and text decide together,
// not the HTTP status. The text is never kept.
func judge(op exchanges.Operation, res exchanges.Response) error {
	e := refusal(res)
	if e == nil {
		return nil
	}
	e.Exchange, e.Op = Name, op.Name
	if op.Effect != exchanges.ReadOnly && e.Kind == exchanges.KindOther && isParameter(e.Code) {
		e.Kind = exchanges.KindRejected // what was asked for was refused: nothing was changed
	}
	if op.Effect != exchanges.ReadOnly && e.Code == codeIsClassic {
		e.Kind, e.Detail = exchanges.KindForbidden, "says that the manager's account is a classic one: no call deletes a "+
			"classic key, and rekey changes none. Nothing was changed, and the key is not dead: let a person delete it "+
			"on its page"
	}
	return exchanges.Advise(e)
}

// isParameter reports whether a code refuses the parameters of a call.
func isParameter(code string) bool { return code == "40017" || code == "40020" }

// codeForm is what a code looks like. Anything else is foreign text.
var codeForm = regexp.MustCompile(`^[0-9]{1,6}$`)

func refusal(res exchanges.Response) *exchanges.Error {
	var w wireError
	unreadable := exchanges.Decode(res.Body, &w)
	if unreadable != nil || !codeForm.MatchString(w.Code) {
		w.Code = ""
	}
	text := w.Msg
	if text == "" {
		text = w.Message
	}
	m, known, agrees := meaningOf(w.Code, text)
	if e := exchanges.Refusal(res); e != nil && (!agrees || mayNotSpeak(res, m)) {
		return e
	}
	if unreadable == nil && strings.Contains(text, "ring-balancer") { // ccxt: the gateway, and no key is meant
		return &exchanges.Error{Kind: exchanges.KindMaintenance, Status: res.Status, Detail: "has trouble of its own"}
	}
	if agrees && m.kind == exchanges.KindNoSuchKey && !proven(res, text) {
		return exchanges.Unproven(res)
	}
	e := &exchanges.Error{
		Kind: m.kind, Code: w.Code, Status: res.Status, Detail: m.detail, RetryAfter: exchanges.RetryAfter(res.Header),
	}
	switch {
	case agrees:
	case known:
		e.Kind, e.Detail = exchanges.KindUndetermined, "answered with a code whose text says something else than the code: "+
			"its own tables contradict each other, so that proves nothing about the key. Look at its page"
	case res.Status == http.StatusNotFound:
		e.Kind, e.Detail = exchanges.KindNotFound, "has no such call at this host"
	case res.Status == http.StatusForbidden:
		e.Kind, e.Detail = exchanges.KindForbidden, "refused the request"
	case res.Status >= http.StatusBadRequest:
		e.Detail = "refused the request"
	case w.Code == success && exchanges.IsFalse(w.Success):
		e.Detail = "says that the call failed, and not why"
	case w.Code == success:
		return nil
	case w.Code == "":
		return exchanges.Malformed(Name, "", res, unreadable)
	default:
		e.Detail = "refused the request"
	}
	return e
}

// success is the code of every answer that is no refusal.
const success = "00000"

// proven reports whether 40037 comes in its recorded shape (HTTP 400, these
// words and no others).
func proven(res exchanges.Response, text string) bool {
	return exchanges.Documented(res, `"`+codeNoSuchKey+`"`, http.StatusBadRequest) &&
		strings.EqualFold(text, "Apikey does not exist")
}

// mayNotSpeak says when even a known code is not believed: beside a redirect,
// and when an answer of a server in trouble, or of one that limits or blocks,
// says that a key does not exist.
func mayNotSpeak(res exchanges.Response, m meaning) bool {
	return res.Status < http.StatusBadRequest || m.kind == exchanges.KindNoSuchKey
}
