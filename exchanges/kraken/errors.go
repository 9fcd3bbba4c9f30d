package kraken

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"rekey/exchanges"
)

// Words of refusals that the code asks for.
const (
	codeNoSuchKey = "EAPI:Invalid key"
	codeNonce     = "EAPI:Invalid nonce"
)

// A refusalMeaning is what a word of Kraken's says in rekey's.
type refusalMeaning struct {
	kind exchanges.Kind
	// alive says that Kraken has the word only for keys that it knows.
	alive  bool
	detail string
	wait   time.Duration // how long it wants to be left alone
}

// lockout is how long an address is locked out that asked for a wrong key too
// often: "a few minutes" by the documents, 15 by a third party.
const lockout = 15 * time.Minute

// meaningOf returns the meaning of a refusal, and whether it is known. Words:
// docs.kraken.com/exchange/guides/general/errors and krakenfx/kraken-cli
// aa32814c, read 2026-11-30. That a refused signature, nonce or permission prove
// a key alive is inferred: the order of the checks is not documented.
func meaningOf(code string) (refusalMeaning, bool) {
	const (
		nonce = "refuses the nonce: the key lives, and another program that uses it counts in finer units than the " +
			"milliseconds that rekey may use. What the key may do is not told: stop that program and run rekey again, or look " +
			"at the key on its page"
		signature = "knows the key and refuses the signature: the secret does not belong to this access key. Put the right " +
			"one where rekey.yaml says, or make a new key"
		permission = "the key may not do this, or has a second factor of its own, which rekey does not send; the key is " +
			"not " +
			"dead. Look at it on its page"
	)
	m := refusalMeaning{kind: exchanges.KindForbidden}
	switch code {
	case codeNoSuchKey:
		m.kind, m.detail = exchanges.KindNoSuchKey, "says that the key does not exist"
	case "authenticationError", "UNAUTHORIZED":
		// Of the derivatives API, for an unknown key and a wrong signature alike.
		m.kind, m.detail = exchanges.KindNoSuchKey, "does not let this key in, for a reason that it does not tell"
	case "EAPI:Invalid signature":
		m.kind, m.alive, m.detail = exchanges.KindBadSignature, true, signature
	case codeNonce, "nonceBelowThreshold", "nonceDuplicate":
		m.kind, m.alive, m.detail = exchanges.KindUndetermined, true, nonce
	case "EGeneral:Permission denied", "insufficientPrivileges":
		m.alive, m.detail = true, permission
	case "EGeneral:Temporary lockout":
		m.kind, m.wait = exchanges.KindRateLimited, lockout
		m.detail = "has locked this address out for a while, because of too many unknown keys"
	case "EAPI:Rate limit exceeded", "EGeneral:Too many requests", "apiLimitExceeded":
		m.kind, m.wait, m.detail = exchanges.KindRateLimited, 5*time.Second, "wants fewer requests"
	case "EService:Throttled":
		m.kind, m.wait, m.detail = exchanges.KindRateLimited, 5*time.Second, "wants fewer requests at a time"
	case "EAuth:Account temporary disabled", "EAuth:Account unconfirmed", "ETrade:User Locked", "accountInactive":
		m.detail = "says that the account is locked or not confirmed; log in and see why"
	case "EService:Unavailable", "EService:Busy", "EService:Market in cancel_only mode", "EService:Market in post_only " +
		"mode",
		"EGeneral:Internal error", "Unavailable", "Server Error":
		m.kind, m.detail = exchanges.KindMaintenance, "has trouble of its own"
	case "EGeneral:Invalid arguments":
		m.kind, m.detail = exchanges.KindOther, "refuses the parameters of the call; a key with a second factor of its "+
			"own may "+
			"get the same answer. Look at it on its page"
	default:
		return refusalMeaning{}, false
	}
	return m, true
}

// judge turns an answer into nil or an error. The spot API answers with HTTP 200
// whatever it says, so its list of errors decides. Texts are never kept: only
// words that rekey knows are.
func judge(op exchanges.Operation, res exchanges.Response) error {
	e := refusal(op, res)
	if e == nil {
		return nil
	}
	e.Exchange, e.Op = Name, op.Name
	return exchanges.Advise(e)
}

func refusal(op exchanges.Operation, res exchanges.Response) *exchanges.Error {
	if e := exchanges.Refusal(res); e != nil {
		return e
	}
	if op.Name == opFutures {
		return futuresRefusal(res)
	}
	var w wireAnswer[any]
	if err := exchanges.Decode(res.Body, &w); err != nil || w.Error == nil {
		if res.Status >= http.StatusBadRequest {
			return bare(res)
		}
		return exchanges.Malformed(Name, "", res, err)
	}
	list := *w.Error
	switch {
	case len(list) > 0:
		return said(list, res, http.StatusOK)
	case res.Status >= http.StatusBadRequest:
		return bare(res)
	}
	return nil
}

// said reads a list of errors. Of several the first that rekey knows counts; that
// a key does not exist has to stand alone, and in an answer of the documented
// status.
func said(list []string, res exchanges.Response, statuses ...int) *exchanges.Error {
	for _, text := range list {
		code := word(text)
		m, known := meaningOf(code)
		if !known {
			continue
		}
		if m.kind == exchanges.KindNoSuchKey && (len(list) != 1 || !slices.Contains(statuses, res.Status) || text != code) {
			return exchanges.Unproven(res)
		}
		return &exchanges.Error{
			Kind: m.kind, Code: code, Status: res.Status, Detail: m.detail,
			RetryAfter: max(m.wait, exchanges.RetryAfter(res.Header)),
		}
	}
	return &exchanges.Error{Kind: exchanges.KindOther, Status: res.Status, Detail: "refused the request"}
}

// word is the part of an error that is matched: up to its second colon, and for
// limits without the time behind it.
func word(text string) string {
	parts := strings.SplitN(text, ":", 3)
	if len(parts) < 2 {
		return text
	}
	word := parts[0] + ":" + strings.TrimSpace(parts[1])
	if word == "EService:Throttled" {
		return word
	}
	return parts[0] + ":" + parts[1]
}

// futuresRefusal reads an answer of the derivatives API: 401 of its check call
// covers unknown keys and wrong signatures alike.
func futuresRefusal(res exchanges.Response) *exchanges.Error {
	var w wireError
	unreadable := exchanges.Decode(res.Body, &w)
	text, _ := w.Error.(string)
	_, known := meaningOf(text)
	switch {
	case known:
		return said([]string{text}, res, http.StatusOK, http.StatusUnauthorized)
	case res.Status == http.StatusUnauthorized && unreadable == nil:
		return said([]string{"UNAUTHORIZED"}, res, http.StatusUnauthorized)
	case res.Status >= http.StatusBadRequest:
		return bare(res)
	case unreadable != nil:
		return exchanges.Malformed(Name, "", res, unreadable)
	case w.Error != nil || w.Result == "error":
		return &exchanges.Error{Kind: exchanges.KindOther, Status: res.Status, Detail: "refused the request"}
	}
	return nil
}

// bare is the error for a status without words.
func bare(res exchanges.Response) *exchanges.Error {
	e := &exchanges.Error{Kind: exchanges.KindOther, Status: res.Status, Detail: "refused the request"}
	switch res.Status {
	case http.StatusNotFound:
		e.Kind, e.Detail = exchanges.KindNotFound, "has no such call at this host"
	case http.StatusForbidden:
		e.Kind = exchanges.KindForbidden
	case http.StatusUnauthorized:
		e.Kind = exchanges.KindUndetermined
	}
	return e
}
