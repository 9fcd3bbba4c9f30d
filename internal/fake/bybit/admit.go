package bybit

import (
	"crypto"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"net/http"
	"net/netip"
	"strconv"
	"time"

	"rekey/internal/fake"
)

// codeNoSuchKey is the refusal of a key that this site does not know.
const codeNoSuchKey = 10003

// A caller is who a request comes from, once it was let in.
type caller struct {
	account *Account
	sub     *Sub // nil for a key of the master account
	key     *Key
	user    string
	from    netip.Addr
}

// accountName is the name of the caller's sub-account, "" for the master.
func (who caller) accountName() string {
	if who.sub == nil {
		return ""
	}
	return who.sub.Name
}

// A refusal is an error answer. Most come with HTTP 200.
type refusal struct {
	status int
	code   int
	msg    string
}

func (f *refusal) write(w http.ResponseWriter, x *Exchange) {
	fake.JSON(w, f.status, map[string]any{
		"retCode": f.code, "retMsg": f.msg, "result": map[string]any{}, "retExtInfo": map[string]any{},
		"time": x.Server.Now().UnixMilli(),
	})
}

// identify checks headers, time, key, end, address and signature. The real order
// is not documented.
func (x *Exchange) identify(r *http.Request, body []byte) (caller, *refusal) {
	get := r.Header.Get
	access, stamp, window := get("X-BAPI-API-KEY"), get("X-BAPI-TIMESTAMP"), get("X-BAPI-RECV-WINDOW")
	if access == "" || stamp == "" || get("X-BAPI-SIGN") == "" {
		return caller{}, &refusal{http.StatusUnauthorized, 10007, "User authentication failed."}
	}
	if window == "" {
		window = "5000"
	}
	if f := x.checkTime(stamp, window); f != nil {
		return caller{}, f
	}
	who, ok := x.keys[access]
	if !ok || !who.key.life.Works(who.key.Deleted, x.Server.Now()) {
		return caller{}, &refusal{http.StatusOK, codeNoSuchKey, "API key is invalid."}
	}
	if end := who.key.end(); !end.IsZero() && !x.Server.Now().Before(end) {
		return caller{}, &refusal{http.StatusOK, 33004, "Your api key has expired."}
	}
	if !fake.Admits(who.key.Whitelist, fake.Caller(r)) {
		return caller{}, &refusal{http.StatusOK, 10010, "Unmatched IP, please check your API key's bound IP addresses."}
	}
	payload := r.URL.RawQuery
	if r.Method == http.MethodPost {
		payload = string(body)
	}
	if text := stamp + access + window + payload; !who.key.signed(text, get("X-BAPI-SIGN")) {
		// The text of the real one repeats what was signed.
		return caller{}, &refusal{http.StatusOK, 10004, "error sign! origin_string[" + text + "]"}
	}
	return who, nil
}

// checkTime holds server - recv_window <= timestamp < server + 1000 ms.
func (x *Exchange) checkTime(stamp, window string) *refusal {
	ms, err := strconv.ParseInt(stamp, 10, 64)
	wide, err2 := strconv.ParseInt(window, 10, 64)
	if err != nil || err2 != nil || wide < 0 {
		return &refusal{http.StatusOK, 10001, "request parameter error: openapi sign params error!"}
	}
	now := x.Server.Now().UnixMilli()
	if ms < now-wide || ms >= now+time.Second.Milliseconds() {
		return &refusal{http.StatusOK, 10002, "invalid request, please check your server timestamp or recv_window param."}
	}
	return nil
}

// signed checks a signature: hexadecimal digits of HMAC-SHA256, or base64 of
// RSA-SHA256. Path and method are not signed.
func (k *Key) signed(text, signature string) bool {
	if k.PublicKey == "" {
		mac := hmac.New(sha256.New, []byte(k.Secret))
		mac.Write([]byte(text))
		return fake.SameText(signature, hex.EncodeToString(mac.Sum(nil)))
	}
	block, _ := pem.Decode([]byte(k.PublicKey))
	raw, err := base64.StdEncoding.DecodeString(signature)
	if block == nil || err != nil {
		return false
	}
	public, err := x509.ParsePKIXPublicKey(block.Bytes)
	rsaKey, ok := public.(*rsa.PublicKey)
	sum := sha256.Sum256([]byte(text))
	return err == nil && ok && rsa.VerifyPKCS1v15(rsaKey, crypto.SHA256, sum[:], raw) == nil
}

func denied() *refusal {
	return &refusal{http.StatusOK, 10005, "Permission denied, please check your API key permissions."}
}

// reads refuses a list of sub-accounts to all but the master account's keys. By
// the table of rights it takes one of the wallet rights, also for sub-apikeys of
// which a sentence says "any permission": the stricter was not chosen there.
func (who caller) reads(anyRight bool) *refusal {
	if who.sub != nil || !anyRight && !who.wallet() {
		return denied()
	}
	return nil
}

// wallet reports whether a master key has one of the three rights.
func (who caller) wallet() bool {
	return who.key.has("Wallet", "AccountTransfer", "SubMemberTransfer", "Withdraw")
}

// manages refuses all but keys of the master account with one of the rights.
func (who caller) manages() *refusal {
	if who.sub != nil || !who.wallet() {
		return denied()
	}
	return nil
}

// changesItself refuses a key of a sub-account without a transfer right.
func (who caller) changesItself() *refusal {
	if !who.key.has("Wallet", "AccountTransfer", "SubMemberTransfer", "SubMemberTransferList") {
		return denied()
	}
	return nil
}
