package exchanges

import (
	"bytes"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Refusal is what an HTTP answer says before anybody reads the exchange's own
// words: a redirect, a geo-block, a firewall page, a limit, an outage, a page
// of HTML. It returns nil when the answer is for the adapter to read. The
// caller fills in Exchange and Op.
//
// It never makes a statement about a key: none of these answers is one.
func Refusal(res Response) *Error {
	e := &Error{Status: res.Status, RetryAfter: RetryAfter(res.Header)}
	page := looksLikeHTML(res)
	switch {
	case fromProxy(res):
		e.Kind = KindNetwork
		e.Detail = "was not reached: a proxy in between answered in its place, and wants a login; this says nothing about " +
			"the key"
	case res.Status >= 300 && res.Status < 400:
		e.Kind, e.Detail = KindOther, "answered with a redirect, which rekey never follows"
	case res.Status == http.StatusUnavailableForLegalReasons:
		e.Kind, e.Detail = KindGeoBlocked, "does not serve this address's country; run rekey from where the account is served"
	case res.Status == http.StatusTeapot:
		e.Kind, e.Detail = KindRateLimited, "has banned this address for a while: nothing is known of the key, and nothing "+
			"more is sent to it until then. Run rekey again after that"
		e.Until = BannedUntil(res)
		if e.Until.IsZero() && e.RetryAfter == 0 {
			e.RetryAfter = defaultBan
		}
	case res.Status == http.StatusTooManyRequests:
		e.Kind, e.Detail, e.Until = KindRateLimited, "wants fewer requests", BannedUntil(res)
	case res.Status == http.StatusServiceUnavailable:
		e.Kind, e.Detail = KindMaintenance, "is not available at the moment"
	case res.Status >= 500:
		e.Kind, e.Detail = KindMaintenance, "has trouble of its own"
	case res.Status == http.StatusForbidden && page:
		e.Kind, e.Detail = KindForbidden, "a firewall in front of the exchange refused this address; this says nothing "+
			"about the key. Run rekey from another address, or later"
	case res.Status == http.StatusNotFound && page:
		e.Kind, e.Detail = KindNotFound, "has no such call at this host"
	case page:
		e.Kind, e.Detail = KindOther, "answered with a web page instead of data; is a proxy or a login page in between? "+
			"This says nothing about the key: look what it is, and run rekey again"
	default:
		return nil
	}
	return e
}

// fromProxy reports whether a proxy between here and the exchange made the
// answer: it asks for a login of its own (RFC 9110 section 15.5.8, RFC 6585
// section 6).
func fromProxy(res Response) bool {
	return res.Status == http.StatusProxyAuthRequired || res.Status == http.StatusNetworkAuthenticationRequired ||
		res.Header.Get("Proxy-Authenticate") != ""
}

func looksLikeHTML(res Response) bool {
	body := bytes.TrimLeft(res.Body, " \t\r\n\ufeff")
	return strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") && !bytes.HasPrefix(body, []byte("{")) ||
		bytes.HasPrefix(body, []byte("<"))
}

// defaultBan is how long an exchange is left alone that banned this address and
// did not say how long. Bans of binance last from two minutes to three days,
// and grow when they are not heeded (rest-api.md, 2026-07-21).
const defaultBan = 15 * time.Minute

// longestBan is the longest that is believed.
const longestBan = 7 * 24 * time.Hour

var banText = regexp.MustCompile(`(?i)banned until ([0-9]{13})\b`)

// BannedUntil returns the end of a ban that an answer names: in its text,
// "IP banned until" and milliseconds (ccxt#1267, read 2026-11-30), or as the
// date of a Retry-After header. The zero time when it names none.
func BannedUntil(res Response) time.Time {
	if m := banText.FindSubmatch(res.Body); m != nil {
		ms, _ := strconv.ParseInt(string(m[1]), 10, 64)
		if at, ok := MilliTime(ms).Get(); ok {
			return at
		}
	}
	if at, err := http.ParseTime(strings.TrimSpace(res.Header.Get("Retry-After"))); err == nil {
		return at
	}
	return time.Time{}
}

// RetryAfter reads a Retry-After header in seconds, 0 when there is none or
// when it holds a date, which BannedUntil reads.
func RetryAfter(h http.Header) time.Duration {
	n, err := strconv.Atoi(strings.TrimSpace(h.Get("Retry-After")))
	if err != nil || n < 0 {
		return 0
	}
	return min(time.Duration(min(n, 1e9))*time.Second, longestBan)
}
