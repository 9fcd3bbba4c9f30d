package htx

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"

	"rekey/internal/fake"
)

// window is how far a timestamp may be off: one page has 5 minutes, another under
// one. The stricter was chosen.
const window = time.Minute

// signedHost is the host that a signature names.
const signedHost = "api.huobi.pro"

// A caller is who a request comes from, once it was let in.
type caller struct {
	user *User
	sub  *Sub // nil for a key of the parent
	key  *Key
	uid  int64
	from netip.Addr
}

// A refusal is an error answer of /v2.
type refusal struct {
	code    int
	message string
}

const notValid = "Signature not valid: "

// admit checks a request and says in HTX's words why it is refused, "" when it is
// let in. The real order of checks is not documented; that an unknown key is named
// before its signature is looked at was recorded 2026-09-25. An expired key is
// taken not to exist any more.
func (x *Exchange) admit(r *http.Request, route route) (who caller, text string) {
	q := r.URL.Query()
	for _, name := range []string{"AccessKeyId", "SignatureMethod", "SignatureVersion", "Timestamp", "Signature"} {
		if q.Get(name) == "" {
			return caller{}, "login required"
		}
	}
	at, err := time.Parse("2006-01-02T15:04:05", q.Get("Timestamp"))
	if err != nil || x.Server.Now().Sub(at).Abs() > window {
		return caller{}, notValid + "Invalid submission time or incorrect time format"
	}
	who, ok := x.keys[q.Get("AccessKeyId")]
	if !ok || who.key.Expired || !who.key.life.Works(who.key.Deleted, x.Server.Now()) {
		return caller{}, notValid + "Incorrect Access key [Access key错误]"
	}
	may := func(word string) bool { return slices.Contains(who.key.Perms, word) }
	switch {
	case !who.key.signed(r):
		return caller{}, notValid + "Verification failure [校验失败]"
	case !fake.Admits(who.key.Whitelist, fake.Caller(r)):
		return caller{}, notValid + "Incorrect IP address [IP地址错误]:" + fake.Caller(r).String()
	case !may("readOnly"), route.write && !may("trade"), route.parent && who.sub != nil:
		return caller{}, notValid + "API key has no permission [API Key没有权限]"
	}
	return who, ""
}

// signed checks the signature over method, host, path and the sorted query without
// it, exactly as it was sent. The body is not signed.
func (k *Key) signed(r *http.Request) bool {
	q := r.URL.Query()
	if q.Get("SignatureMethod") != "HmacSHA256" || q.Get("SignatureVersion") != "2" {
		return false
	}
	var parts []string
	for _, part := range strings.Split(r.URL.RawQuery, "&") {
		if !strings.HasPrefix(part, "Signature=") {
			parts = append(parts, part)
		}
	}
	slices.Sort(parts)
	mac := hmac.New(sha256.New, []byte(k.Secret))
	mac.Write([]byte(r.Method + "\n" + signedHost + "\n" + r.URL.Path + "\n" + strings.Join(parts, "&")))
	return fake.SameText(q.Get("Signature"), base64.StdEncoding.EncodeToString(mac.Sum(nil)))
}
