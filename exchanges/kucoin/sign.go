package kucoin

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	sdk "github.com/Kucoin/kucoin-go-sdk"

	"rekey/exchanges"
)

// Versions of keys. The documents want the key's own in a header; the official
// examples use both side by side, and both sign alike. 2 goes first, because
// it is what most programs send (ccxt), and 3 when it is refused.
const (
	version2 = "2"
	version3 = "3"
)

// usable reports why a credential cannot be used at all, or nil.
func usable(c exchanges.Credential) error {
	switch {
	case c.AccessKey == "":
		return errors.New("the credential has no access key")
	case strings.ContainsFunc(c.AccessKey, func(r rune) bool { return r <= ' ' || r > '~' }):
		return errors.New("the access key holds blanks or characters that no kucoin key has: was it copied whole?")
	case c.Secret.IsZero():
		return errors.New("the credential has no secret")
	case isPrivateKey(c.Secret):
		return errors.New("the secret is a private key, wanted is the UUID that kucoin showed: kucoin offers no other keys")
	case c.Passphrase.IsZero():
		return errors.New("the credential has no passphrase, and every kucoin key has one")
	}
	return nil
}

// call performs a signed read at one of the hosts.
func (a *adapter) call(ctx context.Context, base, op, path string, params url.Values) (exchanges.Response, error) {
	return a.perform(ctx, base, op, http.MethodGet, path, params)
}

// write performs an operation that changes something, once. The passphrase is
// that of the key which is made or changed: it goes into the body, and for a
// deletion into the query, because the exchange wants it there. The SDK's own
// functions for these calls sign the encoded query, and send fields that are
// not to be changed as empty texts, which would empty them.
func (a *adapter) write(
	ctx context.Context,
	name string,
	fields map[string]string,
	passphrase exchanges.Secret,
) (exchanges.Response, error) {
	op, _ := protocol().Operation(name)
	sent := maps.Clone(fields)
	sent["passphrase"] = passphrase.Reveal()
	return a.perform(ctx, a.env.Caller.Endpoint(roleSpot), name, op.Method, op.Path, sent)
}

// perform performs a signed operation, and once more with the other version
// when the exchange refuses the first: such a refusal is clear, and nothing was
// done.
func (a *adapter) perform(ctx context.Context, base, op, method, path string, params any) (exchanges.Response, error) {
	version := version2
	if a.version3.Load() {
		version = version3
	}
	res, err := a.env.Caller.Call(
		ctx,
		exchanges.Call{Op: op, User: a.user, Via: a.via(base, method, path, params, version)},
	)
	if version == version2 && wantsOtherVersion(err) {
		res, err = a.env.Caller.Call(
			ctx,
			exchanges.Call{Op: op, User: a.user, Via: a.via(base, method, path, params, version3)},
		)
		if err == nil {
			a.version3.Store(true)
		}
	}
	return res, err
}

// via makes a signed request. The SDK builds it, our requester signs and sends
// it. It takes parameters of a GET or DELETE as url.Values or as a map, and the
// fields of a POST as a map.
func (a *adapter) via(
	base, method, path string,
	params any,
	version string,
) func(context.Context, *http.Client, time.Time) error {
	return func(ctx context.Context, hc *http.Client, now time.Time) error {
		sign := func(r *sdk.Request, rawQuery string) http.Header { return a.headers(now, version, r, rawQuery) }
		answer, _ := service(base, requester{client: hc, sign: sign}).Call(ctx, sdk.NewRequest(method, path, params))
		return answered(answer)
	}
}

func (a *adapter) viaTime(base string) func(context.Context, *http.Client, time.Time) error {
	return func(ctx context.Context, hc *http.Client, _ time.Time) error {
		answer, _ := service(base, requester{client: hc}).ServerTime(ctx)
		return answered(answer)
	}
}

// service makes an SDK client for one call, without the credential: it could
// only sign wrongly with it.
func service(base string, r requester) *sdk.ApiService {
	return sdk.NewApiService(sdk.ApiBaseURIOption(base), sdk.ApiRequesterOption(r))
}

// answered turns what the SDK returned into nil or an error. Its errors are
// dropped, because they hold requests and answers. After a panic it returns
// neither answer nor error, which must not pass for success.
func answered(answer *sdk.ApiResponse) error {
	if answer == nil {
		return &exchanges.Error{Exchange: Name, Kind: exchanges.KindOther, Detail: "the SDK gave up before an answer came"}
	}
	return nil
}

// A requester sends what the SDK built. The SDK's own one changes the process's
// default HTTP client on each call, may switch off its TLS verification, and
// writes requests and answers to a file in debug mode.
type requester struct {
	client *http.Client
	sign   func(r *sdk.Request, rawQuery string) http.Header // nil for unsigned calls
}

// Request sends r with headers of our own. A panic becomes an error here,
// because the SDK would print it.
func (q requester) Request(ctx context.Context, r *sdk.Request, _ time.Duration) (res *sdk.Response, err error) {
	failed := errors.New("not sent")
	defer func() {
		if recover() != nil {
			res, err = nil, failed
		}
	}()
	req, err := r.HttpRequest()
	if err != nil {
		return nil, failed
	}
	req.URL.RawQuery = strings.ReplaceAll(req.URL.RawQuery, "+", "%20")
	req.Header = http.Header{}
	if q.sign != nil {
		rawQuery, err := url.QueryUnescape(req.URL.RawQuery)
		if err != nil {
			return nil, failed
		}
		req.Header = q.sign(r, rawQuery)
	}
	answer, err := q.client.Do(req.WithContext(ctx)) //nolint:bodyclose // the SDK reads and closes it
	if err != nil {
		return nil, failed // the client below has kept the cause
	}
	return sdk.NewResponse(r, answer, nil), nil
}

// headers signs a request. The query goes into the signature before URL
// encoding and into the URL after it (docs-new/authentication, read
// 2026-11-22); the SDK signs the encoded one.
func (a *adapter) headers(now time.Time, version string, r *sdk.Request, rawQuery string) http.Header {
	stamp := strconv.FormatInt(now.UnixMilli(), 10)
	target := r.Path
	if rawQuery != "" {
		target += "?" + rawQuery
	}
	secret := a.credential.Secret.Reveal()
	h := http.Header{}
	h.Set("Content-Type", "application/json")
	australia := a.env.Region == regionAU
	if a.at != nil {
		australia = a.at.australia
	}
	if australia {
		h.Set(headerSite, siteAustralia)
	}
	h.Set("KC-API-KEY", a.credential.AccessKey)
	h.Set("KC-API-KEY-VERSION", version)
	h.Set("KC-API-TIMESTAMP", stamp)
	h.Set("KC-API-PASSPHRASE", digest(secret, a.credential.Passphrase.Reveal()))
	h.Set("KC-API-SIGN", digest(secret, stamp+r.Method+target+string(r.Body)))
	return h
}

func digest(secret, text string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// isPrivateKey reports whether a secret is a private key, whole or not.
func isPrivateKey(secret exchanges.Secret) bool {
	_, err := exchanges.PrivateKey(secret.Reveal())
	return !errors.Is(err, exchanges.ErrNoPrivateKey)
}

// secretForm reports whether a secret has the form of one of KuCoin's.
func secretForm(secret exchanges.Secret) bool { return uuidForm.MatchString(secret.Reveal()) }

// passphraseForm reports whether a passphrase keeps KuCoin's rule for one: 7
// to 32 characters without blanks (specification, sub/api-key).
func passphraseForm(passphrase exchanges.Secret) bool {
	text := passphrase.Reveal()
	return len(text) >= 7 && len(text) <= 32 && !strings.ContainsAny(text, " \t\r\n")
}

// newPassphraseForm is passphraseForm for one that rekey sets: printable ASCII
// alone, which is the same text wherever it is typed, encoded and signed.
func newPassphraseForm(passphrase exchanges.Secret) bool {
	return passphraseForm(passphrase) &&
		!strings.ContainsFunc(passphrase.Reveal(), func(r rune) bool { return r <= ' ' || r > '~' })
}

// swapped reports whether access key and secret look interchanged.
func swapped(c exchanges.Credential) bool {
	return uuidForm.MatchString(c.AccessKey) && keyForm.MatchString(c.Secret.Reveal())
}
