package okx

import (
	"net/http"
	"regexp"

	"rekey/exchanges"
)

// codeOtherEnvironment is the refusal of a demo key in live trading, and the
// other way round.
const codeOtherEnvironment = "50101"

// A meaning is what a code says in rekey's words.
type meaning struct {
	kind exchanges.Kind
	// alive says that OKX gives the code only to keys that it knows.
	alive  bool
	detail string
}

// meaningOf returns the meaning of a code, and whether it is known. Codes and
// texts: okx.com/docs-v5/en, "Error Code", capture of 2026-02-23. That 50101,
// 50105 and 50113 prove a key alive is inferred: the order of OKX's checks is
// not documented.
func meaningOf(code string) (meaning, bool) {
	if m, ok := meaningForKey(code); ok {
		return m, true
	}
	return meaningForSubKeys(code)
}

func meaningForKey(code string) (meaning, bool) {
	m := meaning{kind: exchanges.KindOther}
	switch code {
	case "50119":
		m.kind, m.detail = exchanges.KindNoSuchKey, "says that the key does not exist"
	case "50110":
		m.kind, m.alive = exchanges.KindIPRefused, true
		m.detail = "refuses this address for the key; the key lives. Run rekey from an address on its whitelist (IPv4, if " +
			"the list has no IPv6), or let its manager list it"
	case codeOtherEnvironment:
		m.kind, m.alive, m.detail = exchanges.KindUndetermined, true, "the key lives in the other environment: demo "+
			"instead of live, or live instead of demo. Set the environment in rekey.yaml"
	case "50105":
		m.kind, m.alive, m.detail = exchanges.KindBadPassphrase, true, "knows the key and refuses the passphrase"
	case "50113":
		m.kind, m.alive, m.detail = exchanges.KindBadSignature, true, "knows the key and refuses the signature: the secret "+
			"does not belong to this access key. Put the right one where rekey.yaml says, or make a new key"
	case "50120", "50030":
		m.kind, m.alive, m.detail = exchanges.KindForbidden, true, "the key may not do this"
	case "50035":
		m.kind, m.alive, m.detail = exchanges.KindForbidden, true, "lets only keys with an IP whitelist do this"
	case "50114":
		m.kind, m.detail = exchanges.KindForbidden, "refuses the authorisation"
	case "50111":
		m.kind, m.detail = exchanges.KindCredential, "says that the access key is malformed: was it copied whole?"
	case "50103", "50104", "50106", "50107":
		m.kind, m.detail = exchanges.KindCredential, "did not get all headers of the credential; does a proxy in between "+
			"drop them? Nothing is known of the key: run rekey without it"
	case "50102", "50112":
		m.kind, m.detail = exchanges.KindClock, "refuses the timestamp: this machine's clock is off. Nothing is known of "+
			"the key: set the clock, and run rekey again"
	case "50011", "50061", "50040", "58102":
		m.kind, m.detail = exchanges.KindRateLimited, "wants fewer requests"
	case "50100":
		m.kind, m.detail = exchanges.KindForbidden, "says that the API is frozen; the key is not dead. Ask its support why"
	case "50007", "50009", "50012", "50027", "50029", "58004":
		m.kind, m.detail = exchanges.KindForbidden, "says that the account is blocked, frozen or "+
			"restricted; log in and see why"
	case "50001", "50004", "50013", "50026":
		m.kind, m.detail = exchanges.KindMaintenance, "has trouble of its own"
	case "50000", "50002", "50006", "50014", "50015", "50016", "51000":
		m.detail = "refuses the parameters of the call"
	case "50121", "50051", "50059", "50060":
		m.kind, m.detail = exchanges.KindGeoBlocked, "does not serve this address or this account's country, or wants "+
			"the account verified first"
	default:
		return meaning{}, false
	}
	return m, true
}

func meaningForSubKeys(code string) (meaning, bool) {
	m := meaning{kind: exchanges.KindOther}
	switch code {
	case "59500", "59604":
		m.kind, m.detail = exchanges.KindNotMaster, "lets only keys of the main account do this: name such a key as the "+
			"manager in rekey.yaml"
	case "59501":
		m.detail = "allows 50 keys for each account, and this one has them: delete one that is not used"
	case "59502":
		m.detail = "has another key with this label already"
	case "59503":
		m.detail = "allows 20 addresses for each key: name fewer in rekey.yaml"
	case "59504":
		m.kind, m.detail = exchanges.KindForbidden, "does not let keys of sub-accounts withdraw"
	case "59505":
		m.detail = "wants another form of passphrase"
	case "59506":
		// About the key that a call names, never about the key that calls.
		m.detail = "says that the sub-account has no such key: look at the account of the key in rekey.yaml"
	case "59510":
		m.detail = "says that the sub-account does not exist: look at the account of the key in rekey.yaml"
	case "59518":
		m.kind, m.detail = exchanges.KindForbidden, "does this only on its web page and in its app"
	case "59508", "59519":
		m.kind, m.detail = exchanges.KindForbidden, "says that the account or this function is frozen"
	default:
		return meaning{}, false
	}
	return m, true
}

// judge turns an answer into nil or an error. OKX's code decides, not the HTTP
// status: 50119 is documented with 200 and was seen with 401, 50013 comes with
// 429 (docs; ccxt#24601). The text of an answer is never kept: that of 50110
// holds the caller's address and the access key.
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
	case e.Code == "50035":
		e.Detail = "lets only a manager with an IP whitelist make, change and delete keys: put this machine's address on " +
			"the whitelist of the manager's key. Nothing was changed"
	case e.Code == "50120", e.Code == "50030":
		e.Detail = "wants a manager with trade to make, change and delete keys"
	case known && e.Kind == exchanges.KindOther:
		e.Kind = exchanges.KindRejected
	}
}

// codeForm is what a code looks like. Anything else is foreign text.
var codeForm = regexp.MustCompile(`^[0-9]{1,6}$`)

func refusal(res exchanges.Response) *exchanges.Error {
	var w wireError
	unreadable := exchanges.Decode(res.Body, &w)
	if unreadable != nil || !codeForm.MatchString(w.Code) {
		w.Code = ""
	}
	m, known := meaningOf(w.Code)
	if e := exchanges.Refusal(res); e != nil && (!known || mayNotSpeak(res, m)) {
		return e
	}
	if m.kind == exchanges.KindNoSuchKey && !exchanges.Documented(res, `"`+w.Code+`"`, http.StatusOK,
		http.StatusBadRequest, http.StatusUnauthorized) {
		return exchanges.Unproven(res) // documented with 200, seen with 401 (ccxt#24601)
	}
	e := &exchanges.Error{
		Kind: m.kind, Code: w.Code, Status: res.Status, Detail: m.detail,
		RetryAfter: exchanges.RetryAfter(res.Header),
	}
	switch {
	case known && m.kind == exchanges.KindRateLimited:
		e.RetryAfter = max(e.RetryAfter, window) // OKX sends no Retry-After
	case known:
	case res.Status == http.StatusNotFound:
		e.Kind, e.Detail = exchanges.KindNotFound, "has no such call at this host"
	case res.Status == http.StatusForbidden:
		e.Kind, e.Detail = exchanges.KindForbidden, "refused the request"
	case res.Status >= http.StatusBadRequest:
		e.Kind, e.Detail = exchanges.KindOther, "refused the request"
	case w.Code == "0" && exchanges.IsFalse(w.Success):
		e.Kind, e.Detail = exchanges.KindOther, "says that the call failed, and not why"
	case w.Code == "0":
		return nil
	case w.Code == "":
		return exchanges.Malformed(Name, "", res, unreadable)
	default:
		e.Kind, e.Detail = exchanges.KindOther, "refused the request"
	}
	return e
}

// mayNotSpeak says when even a known code is not believed: beside a redirect,
// and when an answer of a server in trouble, or of one that limits or blocks,
// says that a key does not exist.
func mayNotSpeak(res exchanges.Response, m meaning) bool {
	return res.Status < http.StatusBadRequest || m.kind == exchanges.KindNoSuchKey
}
