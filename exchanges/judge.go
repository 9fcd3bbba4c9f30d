package exchanges

import (
	"bytes"
	"net/http"
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
		e.Detail = "was not reached: a proxy in between answered in its place, and wants a login; this says nothing about the key"
	case res.Status >= 300 && res.Status < 400:
		e.Kind, e.Detail = KindOther, "answered with a redirect, which rekey never follows"
	case res.Status == http.StatusUnavailableForLegalReasons:
		e.Kind, e.Detail = KindGeoBlocked, "does not serve this address's country; run rekey from where the account is served"
	case res.Status == http.StatusTeapot:
		e.Kind, e.Detail = KindRateLimited, "has banned this address for a while"
	case res.Status == http.StatusTooManyRequests:
		e.Kind, e.Detail = KindRateLimited, "wants fewer requests"
	case res.Status == http.StatusServiceUnavailable:
		e.Kind, e.Detail = KindMaintenance, "is not available at the moment"
	case res.Status >= 500:
		e.Kind, e.Detail = KindMaintenance, "has trouble of its own"
	case res.Status == http.StatusForbidden && page:
		e.Kind, e.Detail = KindForbidden, "a firewall in front of the exchange refused this address; this says nothing about the key"
	case res.Status == http.StatusNotFound && page:
		e.Kind, e.Detail = KindNotFound, "has no such call at this host"
	case page:
		e.Kind, e.Detail = KindOther, "answered with a web page instead of data; is a proxy or a login page in between?"
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

// RetryAfter reads a Retry-After header in seconds, 0 when there is none. The
// form with a date is not read: no exchange of the sheets sends it.
func RetryAfter(h http.Header) time.Duration {
	n, err := strconv.Atoi(strings.TrimSpace(h.Get("Retry-After")))
	if err != nil || n < 0 {
		return 0
	}
	return time.Duration(min(n, 7*24*3600)) * time.Second
}
