package binance

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"rekey/internal/fake"
)

var (
	keyForm   = regexp.MustCompile(`^[A-Za-z0-9]{62,64}$`)
	unencoded = regexp.MustCompile(`[^A-Za-z0-9%=&.~_*-]`)
)

// admit checks key, address, time and signature. The real order is not
// documented.
func (x *Exchange) admit(r *http.Request, in input) (caller, *refusal) {
	refuse := func(status, code int, msg string) (caller, *refusal) {
		return caller{}, &refusal{status, code, msg}
	}
	access := r.Header.Get("X-MBX-APIKEY")
	if !keyForm.MatchString(access) {
		return refuse(http.StatusUnauthorized, -2014, "API-key format invalid.")
	}
	sapi := strings.HasPrefix(r.URL.Path, "/sapi/")
	who, ok := x.keys[access]
	ok = ok && who.key.life.Works(who.key.Deleted, x.Server.Now())
	// Special keys are documented for /api/v3 and no other path. What /sapi says
	// to one is not; it is the answer that looks like death.
	if sapi && (!ok || who.special) {
		return refuse(http.StatusBadRequest, -2008, "Invalid Api-Key ID.")
	}
	who.from = fake.Caller(r)
	if !ok || !fake.Admits(who.key.Whitelist, who.from) {
		if sapi {
			return refuse(http.StatusBadRequest, -2015, "Invalid API-key, IP, or permissions for action.")
		}
		return refuse(http.StatusUnauthorized, -2015, "Invalid API-key, IP, or permissions for action.")
	}
	if in.signature == "" {
		return caller{}, missing("signature")
	}
	if code, msg := x.checkTime(in.values); code != 0 {
		return refuse(http.StatusBadRequest, code, msg)
	}
	signature, err := url.QueryUnescape(in.signature)
	// Since 2026-01-15 the payload must be percent-encoded before signing.
	if err != nil || unencoded.MatchString(in.payload) || !who.key.signed(in.payload, signature) {
		return refuse(http.StatusBadRequest, -1022, "Signature for this request is not valid.")
	}
	return who, nil
}

func (k *Key) signed(payload, signature string) bool {
	if k.Verify != nil {
		return k.Verify(payload, signature)
	}
	mac := hmac.New(sha256.New, []byte(k.Secret))
	mac.Write([]byte(payload))
	return fake.SameText(strings.ToLower(signature), hex.EncodeToString(mac.Sum(nil)))
}

// checkTime applies "timestamp < server + 1000 ms and server - timestamp <=
// recvWindow" (rest-api.md, timing security).
func (x *Exchange) checkTime(q url.Values) (int, string) {
	stamp, err := strconv.ParseInt(q.Get("timestamp"), 10, 64)
	if err != nil {
		return -1102, "Mandatory parameter 'timestamp' was not sent, was empty/null, or malformed."
	}
	window := 5000.0
	if text := q.Get("recvWindow"); text != "" {
		if window, err = strconv.ParseFloat(text, 64); err != nil || window <= 0 || window > 60000 {
			return -1131, "recvWindow must be less than 60000."
		}
	}
	now := x.Server.Now().UnixMilli()
	if stamp >= now+1000 {
		return -1021, "Timestamp for this request was 1000ms ahead of the server's time."
	}
	if float64(now-stamp) > window {
		return -1021, "Timestamp for this request is outside of the recvWindow."
	}
	return 0, ""
}
