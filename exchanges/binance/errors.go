package binance

import (
	"net/http"
	"strconv"

	"rekey/exchanges"
)

// codeNoSuchKey is the refusal of a key that does not exist, as it is written.
const codeNoSuchKey = "-2008"

// The one refusal that says that there are no sub-accounts: the code and the
// text together, as recorded of the live host in public repositories and in
// binance-connector-python#237 (read 2026-11-30). The documents name none.
const (
	codeNoSubAccounts = -8012
	textNoSubAccounts = "Sub-account function is not enabled."
)

// codeMayNot is "You are not authorized to execute this request.", which is
// about a key that Binance knows (binance-connector-js#82).
const codeMayNot = "-1002"

// codeBroker is "Broker account is not supported." (binance-connector-php#10,
// read 2026-11-30), the answer to a master account that has sub-accounts.
const codeBroker = -10038

// judge turns an answer into nil or an error. Codes and situations:
// binance-spot-api-docs errors.md (2026-07-21) and, where marked, public
// threads, collected 2026-11-22. The text of an answer is never kept: it can
// hold the caller's address.
func judge(op exchanges.Operation, res exchanges.Response) error {
	e := exchanges.Refusal(res)
	if e == nil {
		e = refusal(op, res)
	}
	if e == nil {
		return nil
	}
	e.Exchange, e.Op = Name, op.Name
	return exchanges.Advise(e)
}

func refusal(op exchanges.Operation, res exchanges.Response) *exchanges.Error {
	var w wireError
	readable := exchanges.Decode(res.Body, &w) == nil // lists are no objects; the caller decodes them
	if res.Status < http.StatusBadRequest && (!readable || w.Code >= 0 && !exchanges.IsFalse(w.Success)) {
		return nil
	}
	e := &exchanges.Error{Status: res.Status, Code: strconv.FormatInt(int64(w.Code), 10), Kind: exchanges.KindOther}
	if !readable || w.Code == 0 {
		e.Code = ""
	}
	switch w.Code {
	case codeNoSubAccounts:
		e.Kind, e.Detail = exchanges.KindForbidden, "refused the list of sub-accounts"
		if op.Name == opSubAccounts && w.Msg == textNoSubAccounts {
			e.Kind, e.Detail = exchanges.KindNotMaster, "says that the account has no sub-accounts: the function is not "+
				"enabled for it"
		}
	case codeBroker:
		e.Kind = exchanges.KindForbidden
		e.Detail = "does not give a broker's master account the list of its sub-accounts by this call: " +
			"their keys were not seen. Look at them on the broker's page"
	case -2008:
		if op.Effect != exchanges.ReadOnly {
			e.Kind, e.Detail = exchanges.KindNoSuchKey, "says that a key does not exist, the manager's own or the "+
				"one that was to be changed"
			break
		}
		if isSAPI(op) { // /api and /fapi say -2015 for the same key (binance-signature-examples#17)
			// HTTP 400 with a number and a text (ccxt#16777, ccxt#16616).
			if !exchanges.Documented(res, codeNoSuchKey, http.StatusBadRequest, http.StatusUnauthorized) {
				return exchanges.Unproven(res)
			}
			e.Kind, e.Detail = exchanges.KindNoSuchKey, "says that the key does not exist"
			break
		}
		e.Kind, e.Detail = exchanges.KindUndetermined, "does not know this key here; a key of another environment looks "+
			"the same. Look which environment it was made in, and set it in rekey.yaml"
	case -2015:
		if op.Name == opInspect {
			// This call needs no permission and a deleted key gets -2008, so
			// what is left is the address (ccxt#18653). Alive either way.
			e.Kind, e.Detail = exchanges.KindIPRefused, "refuses this address for the key; the key lives. Run rekey from an "+
				"address on its whitelist, or let its manager list it"
			break
		}
		e.Kind, e.Detail = exchanges.KindForbidden, "refuses the key, this address or the permission; binance does not say "+
			"which. The key is not dead: look at its permissions and addresses on "+pageKeys
	case -1002:
		e.Kind, e.Detail = exchanges.KindForbidden, "the key may not do this"
	case -1022:
		e.Kind, e.Detail = exchanges.KindBadSignature, "knows the key and refuses the signature: the secret is not the one "+
			"of this access key, or of another kind (HMAC, RSA, Ed25519) than the key. Put the right one where rekey.yaml "+
			"says, or make a new key"
	case -2014:
		e.Kind, e.Detail = exchanges.KindCredential, "says that the access key is malformed: was it copied whole?"
	case -1021:
		e.Kind, e.Detail = exchanges.KindClock, "refuses the timestamp: this machine's clock is off. Nothing is known of "+
			"the key: set the clock, and run rekey again"
	case -1003, -1015:
		e.Kind, e.Detail = exchanges.KindRateLimited, "wants fewer requests"
		if e.Until = exchanges.BannedUntil(res); !e.Until.IsZero() {
			e.Detail = "has banned this address for a while: nothing is known of the key, and nothing more is sent to it " +
				"until then. Run rekey again after that"
		}
	case -1000, -1001, -1006, -1007, -1008:
		e.Kind, e.Detail = exchanges.KindMaintenance, "has trouble of its own"
	case -1100:
		e.Kind, e.Detail = exchanges.KindCredential, "says that the request holds characters it does not take, most likely "+
			"in the access key: was it copied whole?"
	case -1099: // python-binance#1131, read 2026-11-30
		e.Kind, e.Detail = exchanges.KindUndetermined, "says \"not found, unauthenticated, or unauthorized\", now and then "+
			"to keys that live"
	case -4202:
		e.Kind, e.Detail = exchanges.KindForbidden, "wants the account's owner to finish something first, such as an "+
			"identity check: "+
			"the key is not dead; log in to "+pageKeys+" and see what is asked for"
	default:
		if res.Status == http.StatusNotFound {
			e.Kind, e.Detail = exchanges.KindNotFound, "has no such call at this host"
			break
		}
		if res.Status == http.StatusForbidden {
			e.Kind, e.Detail = exchanges.KindForbidden, "refused the request"
			break
		}
		// "HTTP 4XX return codes are used for malformed requests; the issue is
		// on the sender's side", and only 5XX leave open what happened
		// (rest-api.md). So a code of its own means that nothing was changed.
		if op.Effect != exchanges.ReadOnly && e.Code != "" && res.Status >= http.StatusBadRequest {
			e.Kind, e.Detail = exchanges.KindRejected, "refused the change as it was asked for, nothing was changed. Look the "+
				"code up in its documents: it says why"
		}
	}
	e.RetryAfter = exchanges.RetryAfter(res.Header)
	return e
}

func isSAPI(op exchanges.Operation) bool { return len(op.Path) > 6 && op.Path[:6] == "/sapi/" }
