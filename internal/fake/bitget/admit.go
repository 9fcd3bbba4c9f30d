package bitget

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"rekey/internal/fake"
)

// window is how far a timestamp may be off (bitget.com/api-doc).
const window = 30 * time.Second

var keyForm = regexp.MustCompile(`^bg_[0-9a-f]{32}$`)

// A caller is who a request comes from, once it was let in.
type caller struct {
	account *Account
	sub     *Sub // nil for a key of the main account
	key     *Key
	user    string
	classic bool
	from    netip.Addr
}

// A refusal is an error answer. Codes and texts are those of ccxt 4.5.84 and of
// recorded answers.
type refusal struct {
	status    int
	code, msg string
}

func bad(code, msg string) *refusal { return &refusal{http.StatusBadRequest, code, msg} }

// identify checks what is checked before a key is known. The real order is not
// documented; that an unknown key is named before its signature is looked at
// was recorded 2026-09-25. A key of the other environment is taken not to
// exist.
func (x *Exchange) identify(r *http.Request) (caller, *refusal) {
	for _, h := range []struct{ name, code string }{
		{"ACCESS-KEY", "40001"}, {"ACCESS-SIGN", "40002"}, {"ACCESS-TIMESTAMP", "40003"}, {"ACCESS-PASSPHRASE", "40011"},
	} {
		if r.Header.Get(h.name) == "" {
			return caller{}, bad(h.code, strings.ReplaceAll(h.name, "-", "_")+" cannot be empty")
		}
	}
	access := r.Header.Get("ACCESS-KEY")
	if !keyForm.MatchString(access) {
		return caller{}, bad("40006", "Invalid ACCESS_KEY")
	}
	ms, err := strconv.ParseInt(r.Header.Get("ACCESS-TIMESTAMP"), 10, 64)
	switch {
	case err != nil:
		return caller{}, bad("40005", "Invalid ACCESS_TIMESTAMP")
	case x.Server.Now().Sub(time.UnixMilli(ms)).Abs() > window:
		return caller{}, bad("40008", "Request timestamp expired")
	}
	who, ok := x.keys[access]
	demo := r.Header.Get("paptrading") == "1"
	if !ok || demo != who.key.Demo || !who.key.life.Works(who.key.Deleted, x.Server.Now()) {
		return caller{}, bad("40037", "Apikey does not exist")
	}
	return who, nil
}

// check checks address, passphrase, signature and world of a known key. The
// real order is not documented.
func (who caller) check(r *http.Request, route route) *refusal {
	k := who.key
	body, err := fake.Body(r)
	switch {
	case !fake.Admits(k.Whitelist, fake.Caller(r)):
		return bad("40018", "Invalid IP")
	case !fake.SameText(r.Header.Get("ACCESS-PASSPHRASE"), k.Passphrase):
		return bad("40012", "apikey/password is incorrect")
	case err != nil || !k.signed(r, body):
		return bad("40009", "sign signature error")
	case who.classic && strings.HasPrefix(r.URL.Path, "/api/v3/"):
		return bad("40084", "You are in Classic Account mode, and the Unified Account API is not supported at this time")
	case !who.classic && strings.HasPrefix(r.URL.Path, "/api/v2/"):
		return bad("40085", "You are in Unified Account mode, and the Classic Account API is not supported at this time")
	case route.main && who.sub != nil, route.main && !who.classic && !slices.Contains(k.Perms, "uta_mgt"),
		route.write && k.Type != "read_write":
		return &refusal{http.StatusBadRequest, "40014", "Incorrect permissions"}
	}
	return nil
}

// signed checks the signature over timestamp, method, path with query, and
// body, exactly as they were sent.
func (k *Key) signed(r *http.Request, body []byte) bool {
	mac := hmac.New(sha256.New, []byte(k.Secret))
	mac.Write([]byte(r.Header.Get("ACCESS-TIMESTAMP") + r.Method + r.RequestURI))
	mac.Write(body)
	return fake.SameText(r.Header.Get("ACCESS-SIGN"), base64.StdEncoding.EncodeToString(mac.Sum(nil)))
}
