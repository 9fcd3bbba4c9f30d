// Package kraken is a strict, stateful fake of the parts of Kraken that have to
// do with API keys: the spot API's look of a key at itself, and the check of the
// derivatives API. One server stands for both hosts; a key belongs to one of the
// two APIs, and the other does not know it.
//
// Written from docs.kraken.com and krakenfx/kraken-cli aa32814c, read 2026-11-30.
// Where they are silent, a comment says what was chosen.
package kraken

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"math"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"time"

	"rekey/internal/fake"
)

// An Account is one account, or subaccount.
type Account struct {
	UID  string
	Keys []*Key
}

// A Key is an API key.
type Key struct {
	AccessKey string
	Secret    string // base64 of 64 bytes
	Name      string
	Created   time.Time
	Whitelist []string
	// Words are the permissions of a spot key.
	Words []string
	Until time.Time // its end, zero for none
	OTP   string    // the second factor of the key itself, "" for none
	// Futures marks a key of the derivatives API, with its two levels.
	Futures           bool
	General, Transfer string
	Deleted           bool

	life     fake.Life
	nonce    uint64
	lastUsed time.Time
	counter  float64
	counted  time.Time
}

// UsedBy makes another program use the key: its nonce is then the last one.
func (k *Key) UsedBy(nonce uint64) { k.nonce = nonce }

// An Exchange is the state behind the fake. Change it between requests with Do.
type Exchange struct {
	fake.Exchange

	// SnakeCase makes answers write their members as a recorded one does.
	SnakeCase bool

	accounts []*Account
	strikes  map[netip.Addr][]time.Time // unknown keys, by address
}

// Start runs the fake. now is its clock.
func Start(now func() time.Time, accounts ...*Account) (*fake.Server, *Exchange, error) {
	x := &Exchange{accounts: accounts, strikes: map[netip.Addr][]time.Time{}}
	s, err := x.Serve("127.0.0.1:0", now, x, nil)
	return s, x, err
}

// find returns the living key of one of the two APIs, and its account.
func (x *Exchange) find(access string, futures bool) (*Account, *Key) {
	now := x.Server.Now()
	for _, a := range x.accounts {
		for _, k := range a.Keys {
			ended := !k.Until.IsZero() && !now.Before(k.Until)
			if k.AccessKey == access && k.Futures == futures && k.life.Works(k.Deleted, now) && !ended {
				return a, k
			}
		}
	}
	return nil, nil
}

// ServeHTTP answers the three calls.
func (x *Exchange) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x.Mu.Lock()
	defer x.Mu.Unlock()
	switch r.Method + " " + r.URL.Path {
	case "GET /0/public/Time":
		now := x.Server.Now()
		fake.JSON(w, http.StatusOK, map[string]any{
			"error": []string{}, "result": map[string]any{"unixtime": now.Unix(), "rfc1123": now.UTC().Format(time.RFC1123Z)},
		})
	case "POST /0/private/GetApiKeyInfo":
		x.spot(w, r)
	case "GET /api/auth/v1/api-keys/v3/check":
		x.futures(w, r)
	default:
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusNotFound)
	}
}

// refuse answers with HTTP 200, as the spot API does.
func refuse(w http.ResponseWriter, text string) {
	fake.JSON(w, http.StatusOK, map[string]any{"error": []string{text}, "result": map[string]any{}})
}

// What locks an address out. A few tries were seen to (ccxt#8634); how many is
// not documented.
const (
	mostStrikes = 5
	lockout     = 15 * time.Minute
)

// spot checks, in an order that is not documented, lockout, key, address,
// signature, nonce, counter.
func (x *Exchange) spot(w http.ResponseWriter, r *http.Request) {
	now, address := x.Server.Now(), fake.Caller(r)
	recent := slices.DeleteFunc(x.strikes[address], func(at time.Time) bool { return now.Sub(at) >= lockout })
	if len(recent) >= mostStrikes {
		refuse(w, "EGeneral:Temporary lockout")
		return
	}
	body, _ := fake.Body(r)
	form, err := url.ParseQuery(string(body))
	_, k := x.find(r.Header.Get("API-Key"), false)
	// What a refused address is told is documented nowhere. The nastiest answer
	// was chosen.
	if k == nil || !fake.Admits(k.Whitelist, address) {
		x.strikes[address] = append(recent, now)
		refuse(w, "EAPI:Invalid key")
		return
	}
	if err != nil || !k.signedSpot(r.URL.Path, form.Get("nonce"), string(body), r.Header.Get("API-Sign")) {
		refuse(w, "EAPI:Invalid signature")
		return
	}
	nonce, err := strconv.ParseUint(form.Get("nonce"), 10, 64)
	if err != nil || nonce <= k.nonce {
		refuse(w, "EAPI:Invalid nonce")
		return
	}
	k.nonce = nonce
	if !k.count(now) {
		refuse(w, "EAPI:Rate limit exceeded")
		return
	}
	if k.OTP != "" && form.Get("otp") != k.OTP {
		refuse(w, "EGeneral:Permission denied")
		return
	}
	used := k.lastUsed
	k.lastUsed = now
	fake.JSON(w, http.StatusOK, map[string]any{"error": []string{}, "result": k.describe(used, x.SnakeCase)})
}

// count adds one to the counter of a key, which falls by 0.33 a second, and
// reports whether it is within 15: the lowest kind of account.
func (k *Key) count(now time.Time) bool {
	const most, falls = 15, 0.33
	if !k.counted.IsZero() {
		k.counter = math.Max(0, k.counter-falls*now.Sub(k.counted).Seconds())
	}
	k.counter, k.counted = k.counter+1, now
	return k.counter <= most+1e-9
}

// signedSpot checks base64(HMAC-SHA512(secret, path + SHA256(nonce + body))).
func (k *Key) signedSpot(path, nonce, body, signature string) bool {
	sum := sha256.Sum256([]byte(nonce + body))
	return k.mac(signature, []byte(path), sum[:])
}

func (k *Key) mac(signature string, parts ...[]byte) bool {
	secret, err := base64.StdEncoding.DecodeString(k.Secret)
	if err != nil {
		return false
	}
	mac := hmac.New(sha512.New, secret)
	for _, p := range parts {
		mac.Write(p)
	}
	return fake.SameText(signature, base64.StdEncoding.EncodeToString(mac.Sum(nil)))
}

func (k *Key) describe(used time.Time, snake bool) map[string]any {
	ips := k.Whitelist
	if snake && len(ips) == 0 {
		ips = []string{""}
	}
	if ips == nil {
		ips = []string{}
	}
	if snake {
		return map[string]any{
			"api_key_name": k.Name, "api_key": k.AccessKey, "nonce": strconv.FormatUint(k.nonce, 10), "nonce_window": "0",
			"permissions": k.Words, "iban": "AA00 0000", "valid_until": unix(k.Until), "query_from": "0", "query_to": "0",
			"created_time": unix(k.Created), "modified_time": unix(k.Created), "ip_allowlist": ips, "last_used": unix(used),
		}
	}
	return map[string]any{
		"apiKeyName": k.Name, "apiKey": k.AccessKey, "nonce": strconv.FormatUint(k.nonce, 10), "nonceWindow": 0,
		"permissions": k.Words, "iban": "AA00 0000", "validUntil": unix(k.Until), "queryFrom": "0", "queryTo": "0",
		"createdTime": unix(k.Created), "modifiedTime": unix(k.Created), "ipAllowlist": ips, "lastUsed": unix(used),
	}
}

// unix writes a time in seconds as a text, "0" for none.
func unix(t time.Time) string {
	if t.IsZero() {
		return "0"
	}
	return strconv.FormatInt(t.Unix(), 10)
}

// futures answers the check of the derivatives API: 401 for an unknown key, a
// wrong signature and, as chosen here, a refused address alike.
func (x *Exchange) futures(w http.ResponseWriter, r *http.Request) {
	a, k := x.find(r.Header.Get("APIKey"), true)
	good := false
	if k != nil {
		sum := sha256.Sum256([]byte(r.Header.Get("Nonce") + r.URL.Path))
		good = k.mac(r.Header.Get("Authent"), sum[:]) && fake.Admits(k.Whitelist, fake.Caller(r))
	}
	if !good {
		fake.JSON(w, http.StatusUnauthorized, map[string]any{"error": "UNAUTHORIZED", "message": "x", "suberror": ""})
		return
	}
	blocks := k.Whitelist
	if blocks == nil {
		blocks = []string{}
	}
	fake.JSON(w, http.StatusOK, map[string]any{
		"apiKey": k.AccessKey, "accountUid": a.UID, "iiban": "AA00", "createdAt": k.Created.UTC().Format(time.RFC3339),
		"permissions":       map[string]string{"general": k.General, "transfer": k.Transfer},
		"allowedCidrBlocks": blocks,
	})
}

// DeleteByHand is what an account's owner does on the web page. It reports
// whether there was such a key.
func (x *Exchange) DeleteByHand(access string) bool {
	x.Mu.Lock()
	defer x.Mu.Unlock()
	for _, a := range x.accounts {
		for _, k := range a.Keys {
			if k.AccessKey == access && !k.Deleted {
				x.EndByHand(&k.Deleted, &k.life, access, "", k.Name)
				return true
			}
		}
	}
	return false
}
