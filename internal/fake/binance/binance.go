// Package binance is a strict, stateful fake of the parts of Binance that have
// to do with API keys.
//
// Written from binance-spot-api-docs a5e0bc3 (2026-07-21), the connectors of
// 2026-08-21 and developers.binance.com as read on 2026-11-22. Where the
// documents are silent, a comment says what was chosen.
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
	"sync"
	"time"

	"rekey/internal/fake"
)

// Documented limits: /api shares 6,000 a minute per address, each /sapi
// endpoint has 12,000 per address or 180,000 per user. Minutes begin with the
// clock.
func perMinute(weight int) fake.Limit { return fake.Limit{Limit: weight, Window: time.Minute} }

// An Exchange is the state behind the fake. Change it between requests with
// Do.
type Exchange struct {
	mu       sync.Mutex
	accounts []*Account
	server   *fake.Server
}

// An Account is a master account.
type Account struct {
	ID         string
	Keys       []*Key
	Subs       []*Sub
	MarginKeys []MarginKey
}

// A Sub is a sub-account.
type Sub struct {
	ID      int64
	Email   string
	Remark  string
	Frozen  bool
	Created time.Time
	Keys    []*Key
}

// A Key is an ordinary API key.
type Key struct {
	AccessKey string
	Secret    string // HMAC
	// Verify, when set, checks the signature of an asymmetric key in place of
	// Secret.
	Verify    func(payload, signature string) bool
	Label     string
	Created   time.Time
	Whitelist []string
	// Flags are the fields of apiRestrictions that are on, "enableReading".
	Flags   []string
	Deleted bool
}

// A MarginKey is a margin special key.
type MarginKey struct{ Name, AccessKey, IP, Type, Mode string }

// Start runs the fake. now is its clock.
func Start(now func() time.Time, accounts ...*Account) (*fake.Server, *Exchange, error) {
	return StartAt("127.0.0.1:0", now, accounts...)
}

// StartAt is Start at a given loopback address.
func StartAt(address string, now func() time.Time, accounts ...*Account) (*fake.Server, *Exchange, error) {
	x := &Exchange{accounts: accounts}
	s, err := fake.StartAt(address, now, func(s *fake.Server) http.Handler {
		x.server = s
		return x
	})
	return s, x, err
}

// Do changes the state while no request is looking at it.
func (x *Exchange) Do(change func()) {
	x.mu.Lock()
	defer x.mu.Unlock()
	change()
}

// A caller is who a request comes from, once it was let in.
type caller struct {
	account *Account
	sub     *Sub // nil for a key of the master account
	key     *Key
	user    string
}

// ServeHTTP routes a request, counts it, and checks who asks.
func (x *Exchange) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x.mu.Lock()
	defer x.mu.Unlock()
	route, ok := x.routes()[r.Method+" "+r.URL.Path]
	if !ok {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusNotFound)
		return
	}
	if route.signed {
		who, refused := x.admit(r)
		if refused != nil {
			if x.count(w, r, route, "") {
				refused(w)
			}
			return
		}
		if x.count(w, r, route, who.user) {
			route.serve(w, r.URL.Query(), who)
		}
		return
	}
	if x.count(w, r, route, "") {
		route.serve(w, r.URL.Query(), caller{})
	}
}

// count adds the weight of a call, sets the headers, and refuses what is over
// the limit. Only /api goes on to ban an address with 418.
func (x *Exchange) count(w http.ResponseWriter, r *http.Request, route route, user string) bool {
	now, address := x.server.Now(), fake.Caller(r).String()
	limit, name, header := perMinute(6000), "api "+address, "X-MBX-USED-WEIGHT-1M"
	switch {
	case route.perUser:
		limit, name, header = perMinute(180000), r.URL.Path+" "+user, "X-SAPI-USED-UID-WEIGHT-1M"
	case strings.HasPrefix(r.URL.Path, "/sapi/"):
		limit, name, header = perMinute(12000), r.URL.Path+" "+address, "X-SAPI-USED-IP-WEIGHT-1M"
	}
	used, reset, ok := x.server.Limits.Count(name, limit, route.weight, now)
	w.Header().Set(header, strconv.Itoa(used))
	if ok {
		return true
	}
	w.Header().Set("Retry-After", strconv.Itoa(int(reset.Seconds())+1))
	if strings.HasPrefix(r.URL.Path, "/api/") && used > 2*limit.Limit {
		fail(w, http.StatusTeapot, -1003, "Way too much request weight used; IP banned until "+strconv.FormatInt(now.Add(2*time.Minute).UnixMilli(), 10)+".")
		return false
	}
	fail(w, http.StatusTooManyRequests, -1003, "Too much request weight used; current limit is "+strconv.Itoa(limit.Limit)+" request weight per 1 MINUTE.")
	return false
}

var (
	keyForm   = regexp.MustCompile(`^[A-Za-z0-9]{62,64}$`)
	unencoded = regexp.MustCompile(`[^A-Za-z0-9%=&.~_*-]`)
)

// admit checks key, address, time and signature. The real order is not
// documented.
func (x *Exchange) admit(r *http.Request) (caller, func(http.ResponseWriter)) {
	refuse := func(status, code int, msg string) (caller, func(http.ResponseWriter)) {
		return caller{}, func(w http.ResponseWriter) { fail(w, status, code, msg) }
	}
	access := r.Header.Get("X-MBX-APIKEY")
	if !keyForm.MatchString(access) {
		return refuse(http.StatusUnauthorized, -2014, "API-key format invalid.")
	}
	sapi := strings.HasPrefix(r.URL.Path, "/sapi/")
	who, ok := x.find(access)
	if !ok && sapi {
		return refuse(http.StatusBadRequest, -2008, "Invalid Api-Key ID.")
	}
	if !ok || !fake.Admits(who.key.Whitelist, fake.Caller(r)) {
		if sapi {
			return refuse(http.StatusBadRequest, -2015, "Invalid API-key, IP, or permissions for action.")
		}
		return refuse(http.StatusUnauthorized, -2015, "Invalid API-key, IP, or permissions for action.")
	}
	payload, signature, ok := strings.Cut(r.URL.RawQuery, "&signature=")
	if !ok || strings.Contains(signature, "&") {
		return refuse(http.StatusBadRequest, -1102, "Mandatory parameter 'signature' was not sent, was empty/null, or malformed.")
	}
	if code, msg := x.checkTime(r.URL.Query()); code != 0 {
		return refuse(http.StatusBadRequest, code, msg)
	}
	signature, err := url.QueryUnescape(signature)
	// Since 2026-01-15 the payload must be percent-encoded before signing.
	if err != nil || unencoded.MatchString(payload) || !who.key.signed(payload, signature) {
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
	now := x.server.Now().UnixMilli()
	if stamp >= now+1000 {
		return -1021, "Timestamp for this request was 1000ms ahead of the server's time."
	}
	if float64(now-stamp) > window {
		return -1021, "Timestamp for this request is outside of the recvWindow."
	}
	return 0, ""
}

func (x *Exchange) find(access string) (caller, bool) {
	for _, a := range x.accounts {
		for _, k := range a.Keys {
			if k.AccessKey == access && !k.Deleted {
				return caller{account: a, key: k, user: a.ID}, true
			}
		}
		for _, s := range a.Subs {
			for _, k := range s.Keys {
				if k.AccessKey == access && !k.Deleted {
					return caller{account: a, sub: s, key: k, user: strconv.FormatInt(s.ID, 10)}, true
				}
			}
		}
	}
	return caller{}, false
}

func fail(w http.ResponseWriter, status, code int, msg string) {
	fake.JSON(w, status, map[string]any{"code": code, "msg": msg})
}
