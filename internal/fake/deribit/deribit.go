// Package deribit is a strict, stateful fake of the parts of Deribit that have to
// do with API keys: the look of a key at itself, and the list of an account's
// keys with the challenge of a second factor in its middle.
//
// Written from OpenAPI 2.1.1 and docs.deribit.com, read 2026-11-30. Where they are
// silent, a comment says what was chosen.
package deribit

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"rekey/internal/fake"
)

// An Account is one account, or sub-account.
type Account struct {
	Keys []*Key
	// Codes are the one-time codes that its second factor makes, each good once;
	// nil for an account without one. Device is one with a security key of
	// hardware in its place.
	Codes  []string
	Device bool

	challenge string // the open one
	asked     time.Time
	used      []string
	wrong     int
	credits   float64
	counted   time.Time
}

// A Key is an API key.
type Key struct {
	AccessKey string
	Secret    string
	Name      string
	Created   time.Time
	Whitelist []string
	Scopes    string // max_scope
	Disabled  bool
	Deleted   bool

	life fake.Life
}

// An Exchange is the state behind the fake. Change it between requests with Do.
type Exchange struct {
	fake.Exchange

	accounts   []*Account
	challenges int
	nonces     map[string]bool
}

// Start runs the fake. now is its clock.
func Start(now func() time.Time, accounts ...*Account) (*fake.Server, *Exchange, error) {
	x := &Exchange{accounts: accounts, nonces: map[string]bool{}}
	s, err := x.Serve("127.0.0.1:0", now, x, nil)
	return s, x, err
}

// ServeHTTP answers the three calls.
func (x *Exchange) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x.Mu.Lock()
	defer x.Mu.Unlock()
	switch r.Method + " " + r.URL.Path {
	case "GET /api/v2/public/get_time":
		answer(w, x.Server.Now().UnixMilli())
	case "GET /api/v2/public/auth":
		x.auth(w, r)
	case "GET /api/v2/private/list_api_keys", "GET /api/v2/private/remove_api_key":
		x.private(w, r)
	default:
		refuse(w, http.StatusBadRequest, -32601, "Method not found", nil)
	}
}

func answer(w http.ResponseWriter, result any) {
	fake.JSON(w, http.StatusOK, map[string]any{
		"jsonrpc": "2.0", "result": result, "usIn": 1, "usOut": 2, "usDiff": 1, "testnet": false,
	})
}

func refuse(w http.ResponseWriter, status, code int, message string, data any) {
	e := map[string]any{"code": code, "message": message}
	if data != nil {
		e["data"] = data
	}
	fake.JSON(w, status, map[string]any{
		"jsonrpc": "2.0", "error": e, "usIn": 1, "usOut": 2, "usDiff": 1, "testnet": false,
	})
}

// What a refusal for want of a good credential looks like. A refused address is
// documented nowhere; the nastiest answer was chosen.
func notLetIn(w http.ResponseWriter) {
	refuse(w, http.StatusBadRequest, 13004, "invalid_credentials", nil)
}

func unauthorized(w http.ResponseWriter) {
	refuse(w, http.StatusUnauthorized, 13009, "unauthorized", nil)
}

// find returns the key of a client_id that may be used from an address, and its
// account.
func (x *Exchange) find(access string, r *http.Request) (*Account, *Key) {
	for _, a := range x.accounts {
		for _, k := range a.Keys {
			if k.AccessKey == access && k.life.Works(k.Deleted, x.Server.Now()) && !k.Disabled &&
				fake.Admits(k.Whitelist, fake.Caller(r)) {
				return a, k
			}
		}
	}
	return nil, nil
}

func (k *Key) signed(signature string, parts ...string) bool {
	mac := hmac.New(sha256.New, []byte(k.Secret))
	mac.Write([]byte(strings.Join(parts, "\n")))
	return fake.SameText(signature, hex.EncodeToString(mac.Sum(nil)))
}

// fresh reports whether a timestamp is within 60 s of now, and its nonce new: that
// a nonce is good once is chosen.
func (x *Exchange) fresh(access, stamp, nonce string) bool {
	const skew = 60 * time.Second
	ms, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || x.Server.Now().Sub(time.UnixMilli(ms)).Abs() > skew || nonce == "" || x.nonces[access+nonce] {
		return false
	}
	x.nonces[access+nonce] = true
	return true
}

// spend takes the credits of one call: 500 of 50,000, of which 10,000 come back a
// second.
func (x *Exchange) spend(w http.ResponseWriter, a *Account) bool {
	const most, aSecond, costs = 50_000, 10_000, 500
	now := x.Server.Now()
	if a.counted.IsZero() {
		a.credits = most
	} else {
		a.credits = math.Min(most, a.credits+aSecond*now.Sub(a.counted).Seconds())
	}
	a.counted = now
	if a.credits < costs {
		refuse(w, http.StatusBadRequest, 10028, "too_many_requests", map[string]int{"wait": 1})
		return false
	}
	a.credits -= costs
	return true
}

// auth answers the grant client_signature with a token and the key's scopes.
func (x *Exchange) auth(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	known := []string{"grant_type", "client_id", "timestamp", "nonce", "data", "signature"}
	for name := range q {
		if !slices.Contains(known, name) {
			refuse(w, http.StatusBadRequest, -32602, "Invalid params", nil)
			return
		}
	}
	if q.Get("grant_type") != "client_signature" {
		refuse(w, http.StatusBadRequest, -32602, "Invalid params", nil)
		return
	}
	a, k := x.find(q.Get("client_id"), r)
	if k == nil || !k.signed(q.Get("signature"), q.Get("timestamp"), q.Get("nonce"), q.Get("data")) {
		notLetIn(w)
		return
	}
	if !x.fresh(k.AccessKey, q.Get("timestamp"), q.Get("nonce")) {
		unauthorized(w)
		return
	}
	if !x.spend(w, a) {
		return
	}
	answer(w, map[string]any{
		"access_token": fake.Canary + "access", "refresh_token": fake.Canary + "refresh", "expires_in": 900,
		"scope": k.Scopes + " connection mainaccount", "enabled_features": []string{}, "token_type": "bearer",
	})
}

// private answers the calls that take a signed header, in an order of checks that
// is chosen: key and address, signature, time, credits, scope, second factor. That
// a removal wants the second factor too is chosen: the documents mark it as wanting
// none.
func (x *Exchange) private(w http.ResponseWriter, r *http.Request) {
	scheme, rest, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	parts := map[string]string{}
	for _, p := range strings.Split(rest, ",") {
		name, value, _ := strings.Cut(p, "=")
		parts[name] = value
	}
	if scheme != "deri-hmac-sha256" {
		refuse(w, http.StatusBadRequest, 10000, "authorization_required", nil)
		return
	}
	a, k := x.find(parts["id"], r)
	if k == nil {
		notLetIn(w)
		return
	}
	body, _ := fake.Body(r)
	if !k.signed(parts["sig"], parts["ts"], parts["nonce"], r.Method, r.URL.RequestURI(), string(body), "") ||
		!x.fresh(k.AccessKey, parts["ts"], parts["nonce"]) {
		unauthorized(w)
		return
	}
	if !x.spend(w, a) {
		return
	}
	removes := strings.HasSuffix(r.URL.Path, "/remove_api_key")
	may := slices.ContainsFunc(strings.Fields(k.Scopes), func(scope string) bool {
		return scope == "account:read_write" || !removes && scope == "account:read"
	})
	if !may {
		refuse(w, http.StatusForbidden, 13021, "forbidden", nil)
		return
	}
	if !x.second(w, a, r.URL.Query()) {
		return
	}
	if removes {
		x.remove(w, r, a, k)
		return
	}
	rows := []map[string]any{}
	for i, k := range a.Keys {
		if k.life.Listed(k.Deleted, x.Server.Now()) {
			rows = append(rows, k.describe(i+1))
		}
	}
	answer(w, rows)
}

// remove ends the key of a number.
func (x *Exchange) remove(w http.ResponseWriter, r *http.Request, a *Account, by *Key) {
	id, err := strconv.Atoi(r.URL.Query().Get("id"))
	if err != nil || id < 1 || id > len(a.Keys) || a.Keys[id-1].Deleted {
		refuse(w, http.StatusBadRequest, -32602, "Invalid params", nil)
		return
	}
	k, now := a.Keys[id-1], x.Server.Now()
	k.Deleted, k.life = true, x.Lag.End(k.life, now)
	x.Deeds.Book(fake.Entry{
		At: now, Deed: fake.Deleted, AccessKey: k.AccessKey, Label: k.Name, By: by.AccessKey, From: fake.Caller(r),
	})
	answer(w, "ok")
}

func (k *Key) describe(id int) map[string]any {
	whitelist := k.Whitelist
	if whitelist == nil {
		whitelist = []string{}
	}
	return map[string]any{
		"timestamp": k.Created.UnixMilli(), "max_scope": k.Scopes, "id": id, "enabled": !k.Disabled, "default": false,
		"client_secret": k.Secret, "client_id": k.AccessKey, "name": k.Name, "enabled_features": []string{},
		"ip_whitelist": whitelist,
	}
}

// How long a challenge can be answered, and after how many wrong codes no more are
// taken: the number is chosen.
const (
	challengeFor = time.Minute
	mostWrong    = 10
)

// second asks for the second factor, and reports whether the call may go on.
func (x *Exchange) second(w http.ResponseWriter, a *Account, q url.Values) bool {
	if a.Codes == nil && !a.Device {
		return true
	}
	now := x.Server.Now()
	code := q.Get("authorization_data")
	if code == "" {
		x.challenges++
		a.challenge, a.asked = "challenge+/="+strconv.Itoa(x.challenges), now
		kind := "tfa"
		if a.Device {
			kind = "webauthn"
		}
		answer(w, map[string]any{
			"security_keys":                       []map[string]string{{"type": kind, "name": kind}},
			"security_key_authorization_required": true, "rp_id": "test.deribit.com", "challenge": a.challenge,
		})
		return false
	}
	wrong := func(reason string) bool {
		a.wrong++
		refuse(w, http.StatusBadRequest, 13668, "security_key_authorization_error", map[string]string{"reason": reason})
		return false
	}
	open := a.challenge != "" && q.Get("challenge") == a.challenge
	a.challenge = "" // a challenge is answered once
	switch {
	case a.wrong >= mostWrong:
		refuse(w, http.StatusBadRequest, 12998, "tfa_code_attempts_exceeded", nil)
		return false
	case !open || now.Sub(a.asked) >= challengeFor:
		return wrong("challenge_timeout")
	case slices.Contains(a.used, code):
		refuse(w, http.StatusBadRequest, 12999, "used_tfa_code", nil)
		return false
	case !slices.Contains(a.Codes, code):
		return wrong("tfa_code_not_matched")
	}
	a.used, a.wrong = append(a.used, code), 0
	return true
}

// DeleteByHand is what an account's owner does on the web page. It reports whether
// there was such a key.
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
