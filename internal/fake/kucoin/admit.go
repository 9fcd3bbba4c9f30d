package kucoin

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"rekey/internal/fake"
)

// tolerance is how far a timestamp may be from the exchange's clock (old docs).
const tolerance = 5 * time.Second

type refusal struct {
	status, code int
	msg          string
}

// admit checks headers, time, key, version, signature, passphrase, address
// and account, in this order, which is not documented. Statuses are those that
// public threads show (400005: sieblyio/kucoin-api#77); those of 400007 and
// 400009 were not seen.
func (x *Exchange) admit(r *http.Request) (caller, *refusal) {
	refuse := func(status, code int, msg string) (caller, *refusal) {
		return caller{}, &refusal{status, code, msg}
	}
	h := r.Header
	for _, name := range []string{"KC-API-KEY", "KC-API-SIGN", "KC-API-TIMESTAMP", "KC-API-PASSPHRASE"} {
		if h.Get(name) == "" {
			return refuse(
				http.StatusBadRequest,
				400001,
				"Please check the header of your request for KC-API-KEY, KC-API-SIGN, KC-API-TIMESTAMP, KC-API-PASSPHRASE",
			)
		}
	}
	// The documents ask for a media type in every request. ccxt names one only
	// where there is a body: ccxt#9653 shows a signed GET without one, its
	// DELETE has none, and in ccxt#9390 a POST without one got 415000.
	bare := r.ContentLength == 0 && r.Method != http.MethodPost
	if kind := h.Get("Content-Type"); kind != "application/json" && (kind != "" || !bare) {
		return refuse(http.StatusUnsupportedMediaType, 415000, "Unsupported Media Type")
	}
	stamp, err := strconv.ParseInt(h.Get("KC-API-TIMESTAMP"), 10, 64)
	if off := time.UnixMilli(stamp).Sub(x.Server.Now()); err != nil || off > tolerance || off < -tolerance {
		return refuse(http.StatusBadRequest, 400002, "Invalid KC-API-TIMESTAMP")
	}
	who, ok := x.keys[h.Get("KC-API-KEY")]
	if !ok || !who.key.works(x.Server.Now()) {
		return refuse(http.StatusUnauthorized, 400003, "KC-API-KEY not exists")
	}
	version := h.Get("KC-API-KEY-VERSION")
	if version != "2" && version != "3" || who.key.ExactVersion && version != strconv.Itoa(who.key.version()) {
		return refuse(http.StatusBadRequest, 400009, "Invalid KC-API-KEY-VERSION")
	}
	if who.key.version() == 1 {
		return refuse(
			http.StatusBadRequest,
			400008,
			"V1 & V2 API keys are no longer supported by this API. Please create a V3 API key.",
		)
	}
	text, err := toSign(r)
	if err != nil || !fake.SameText(h.Get("KC-API-SIGN"), digest(who.key.Secret, text)) {
		return refuse(http.StatusUnauthorized, 400005, "Invalid KC-API-SIGN")
	}
	if !fake.SameText(h.Get("KC-API-PASSPHRASE"), digest(who.key.Secret, who.key.Passphrase)) {
		return refuse(http.StatusUnauthorized, 400004, "Invalid KC-API-PASSPHRASE")
	}
	who.from = fake.Caller(r)
	if !fake.Admits(who.key.Whitelist, who.from) {
		return refuse(http.StatusForbidden, 400006, "Invalid request ip, the current clientIp is:"+who.from.String())
	}
	if who.account.Frozen || who.sub != nil && who.sub.Frozen {
		// The old docs allow 200 as well as 4xx: 200 is the harder one. That a
		// frozen sub-account's key is refused like this is a guess.
		return refuse(http.StatusOK, 411100, "User are frozen")
	}
	if !who.may("General") { // every call here needs it, and every key has it
		return refuse(http.StatusForbidden, 400007, "Access denied, require more permission.")
	}
	return who, nil
}

// toSign is timestamp + METHOD + path with query + body, where the query is
// the one before URL-encoding (docs-new/authentication).
func toSign(r *http.Request) (string, error) {
	path := r.URL.Path
	if r.URL.RawQuery != "" {
		query, err := url.QueryUnescape(r.URL.RawQuery)
		if err != nil {
			return "", err
		}
		path += "?" + query
	}
	body, err := fake.Body(r)
	return r.Header.Get("KC-API-TIMESTAMP") + r.Method + path + string(body), err
}

func digest(secret, text string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func (c caller) may(permission string) bool {
	for word := range strings.SplitSeq(c.key.Permission, ",") {
		if word == permission {
			return true
		}
	}
	return false
}
