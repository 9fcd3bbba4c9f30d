package exchanges

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// A Kind sorts refusals by what they mean for a key and for the next step.
type Kind string

// The kinds of refusal. Those that the contract lists as gap kinds carry the
// same word.
const (
	KindNetwork       Kind = "network"
	KindTimeout       Kind = "timeout"
	KindRateLimited   Kind = "rate_limited"
	KindClock         Kind = "clock"
	KindMaintenance   Kind = "maintenance"
	KindGeoBlocked    Kind = "geo_blocked"
	KindForbidden     Kind = "forbidden"
	KindBadSignature  Kind = "bad_signature"
	KindBadPassphrase Kind = "bad_passphrase"
	KindCredential    Kind = "credential"
	KindUndetermined  Kind = "undetermined"
	KindOther         Kind = "other"

	// KindNoSuchKey is one statement of the exchange that the key does not
	// exist. Whether one is proof, the adapter decides.
	KindNoSuchKey Kind = "no_such_key"
	// KindIPRefused means that the key lives and this address may not use it.
	KindIPRefused Kind = "ip_refused"
	// KindNotMaster means that the exchange said, in the words that it has for
	// this, that the account has no sub-accounts to list. Any other refusal of
	// a list says nothing about what would stand on it.
	KindNotMaster Kind = "not_master"
	// KindNotFound means that the path does not exist at this host.
	KindNotFound Kind = "not_found"
	// KindRejected means that the exchange refused a change as it was asked
	// for, by its label, its number of keys, a parameter: nothing was changed.
	KindRejected Kind = "rejected"
	// KindUncertain is a write without a clear answer: it may have happened.
	KindUncertain Kind = "uncertain"
	// KindSecondFactor means that the exchange wants a one-time code that only a
	// person has, and got none that it takes. Whether a change was made in spite
	// of it is looked at, not assumed.
	KindSecondFactor Kind = "second_factor"
	// KindRefused means that rekey itself refused to send the request.
	KindRefused Kind = "refused"
	// KindCanceled means that the run was interrupted.
	KindCanceled Kind = "canceled"
)

// Gap returns the word under which a report counts this kind.
func (k Kind) Gap() Kind {
	switch k {
	case KindIPRefused, KindNotMaster, KindSecondFactor:
		return KindForbidden
	case KindNoSuchKey, KindUncertain:
		return KindUndetermined
	case KindNotFound, KindRejected, KindRefused, KindCanceled, "":
		return KindOther
	case KindNetwork, KindTimeout, KindRateLimited, KindClock, KindMaintenance, KindGeoBlocked,
		KindForbidden, KindBadSignature, KindBadPassphrase, KindCredential, KindUndetermined, KindOther:
		return k
	}
	return KindOther
}

// An Error is a refusal in rekey's words. Its text holds no URL, query, header
// or body, because any of them may carry a signature, an access key or a
// secret.
type Error struct {
	Exchange   string
	Op         string // the operation's name
	Kind       Kind
	Code       string // the exchange's own code
	Status     int    // HTTP status, 0 when there was no answer
	RetryAfter time.Duration
	// Until is the end of a ban, by the exchange's clock, where it names one.
	Until   time.Time
	Account string // the sub-account that could not be read, if it is about one
	Detail  string // what it means and what to do, in rekey's words
	Err     error  // a cause that is safe to print, or nil
}

// Error says what happened, exchange first. A Detail that says what the exchange
// does ("refuses the signature") follows its name directly, one that says what
// happened ("no complete answer in time") follows a colon.
func (e *Error) Error() string {
	text := e.Exchange + ": " + strings.ReplaceAll(string(e.Kind), "_", " ")
	if e.Detail != "" {
		text = e.Exchange + ": " + e.Detail
		if verb, _, _ := strings.Cut(e.Detail, " "); isVerb(verb) {
			text = e.Exchange + " " + e.Detail
		}
	}
	var extra []string
	if e.Op != "" {
		extra = append(extra, e.Op)
	}
	if e.Account != "" {
		extra = append(extra, "sub-account "+strconv.QuoteToASCII(e.Account))
	}
	if e.Status != 0 {
		extra = append(extra, fmt.Sprintf("HTTP %d", e.Status))
	}
	if e.Code != "" {
		extra = append(extra, "code "+e.Code)
	}
	if len(extra) > 0 {
		text += " (" + strings.Join(extra, ", ") + ")"
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// isVerb reports whether a Detail begins with what an exchange does.
func isVerb(word string) bool {
	switch word {
	case "answered", "answers", "cannot", "does", "has", "is", "knows", "lets", "refused", "refuses", "says", "wants":
		return true
	default:
		return false
	}
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf returns the kind of the first *Error in err's chain, KindOther for
// any other error, and "" for nil.
func KindOf(err error) Kind {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return KindOther
}

// About returns err with the sub-account that it is about. An error that is
// not an *Error is returned as it is.
func About(err error, account string) error {
	return change(err, func(e *Error) { e.Account = account })
}

// Interchanged is the outcome for a pair that answers the other way round, or
// of which err says why that could not be asked. What stands as the access key
// may then be a secret: it is taken off the key, so that no part of it is
// shown.
func Interchanged(exchange, op string, k Key, err error) (Key, error) {
	k.Status, k.Ref.AccessKey = StatusUndetermined, ""
	if err != nil {
		return k, err
	}
	return k, &Error{
		Exchange: exchange, Op: op, Kind: KindCredential,
		Detail: "does not know this pair, and knows it the other way round: access key and secret are interchanged. " +
			"Put each in its place; the key was not judged",
	}
}

// RefusedForGood reports whether the exchange said in its own words that this
// call is not for this key, as opposed to trouble that may pass.
func RefusedForGood(err error) bool {
	var e *Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.Kind {
	case KindForbidden:
		return e.Code != "" // without a code it was a firewall that spoke
	case KindNotFound:
		return true
	case KindOther:
		return e.Code != "" && e.Status >= 400 && e.Status < 500
	default:
		return false
	}
}

// EndlessPages is the error for a list whose pages repeat or never end.
func EndlessPages(exchange, op, account string) *Error {
	return &Error{
		Exchange: exchange, Op: op, Kind: KindOther, Account: account,
		Detail: "the pages of the list repeat, never end or are fewer than announced; the list is incomplete",
	}
}

func change(err error, f func(*Error)) error {
	var e *Error
	if !errors.As(err, &e) {
		return err
	}
	n := *e
	f(&n)
	return &n
}
