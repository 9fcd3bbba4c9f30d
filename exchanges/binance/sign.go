package binance

import (
	"context"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	sdk "github.com/adshao/go-binance/v2"
	"github.com/adshao/go-binance/v2/common"

	"rekey/exchanges"
)

// recvWindow is how many milliseconds a signed request stays good.
const recvWindow = 5000

// keyTypeOf says how a secret signs: an HMAC secret is plain text, RSA and
// Ed25519 keys are PKCS#8 (binance-spot-api-docs faqs/api_key_types.md), in any
// writing that exchanges.PrivateKey reads. It returns the secret as the SDK
// wants it: the text itself, or a PEM.
func keyTypeOf(secret exchanges.Secret) (string, exchanges.Secret, error) {
	text := secret.Reveal()
	if text == "" {
		return "", secret, errors.New("the credential has no secret")
	}
	key, err := exchanges.PrivateKey(text)
	switch {
	case errors.Is(err, exchanges.ErrNoPrivateKey):
		return common.KeyTypeHmac, secret, nil
	case err != nil:
		return "", secret, fmt.Errorf("%w. Binance takes an HMAC secret of 64 letters and digits, or an RSA or Ed25519 "+
			"private key in PKCS#8", err)
	}
	kind := ""
	switch key.(type) {
	case *rsa.PrivateKey:
		kind = common.KeyTypeRsa
	case ed25519.PrivateKey:
		kind = common.KeyTypeEd25519
	default:
		return "", secret, errors.New("binance takes RSA and Ed25519 private keys, this is another kind")
	}
	written, err := exchanges.PKCS8(key)
	return kind, exchanges.NewSecret(written), err
}

// seedOf returns the Ed25519 key whose seed a secret of 64 hexadecimal digits
// may be, as PEM. HMAC secrets of the futures testnet have that form too.
func seedOf(secret exchanges.Secret) (exchanges.Secret, bool) {
	raw, err := hex.DecodeString(strings.TrimSpace(secret.Reveal()))
	if err != nil || len(raw) != ed25519.SeedSize {
		return exchanges.Secret{}, false
	}
	written, err := exchanges.PKCS8(ed25519.NewKeyFromSeed(raw))
	return exchanges.NewSecret(written), err == nil
}

// signs returns how the adapter signs, and with what.
func (a *adapter) signs() (string, exchanges.Secret) {
	if a.seed != nil && a.seeded.Load() {
		return a.seed.signs()
	}
	if a.signing.IsZero() {
		return a.keyType, a.credential.Secret
	}
	return a.keyType, a.signing
}

func algorithm(keyType string) string { return strings.ToLower(keyType) }

// client makes an SDK client for one call. One each, because the SDK writes
// counters into a shared client without a lock. It never uses the SDK's own
// HTTP client, debug mode or proxy function: the first is shared by the whole
// process, the second prints secrets, the third switches TLS verification off.
func (a *adapter) client(hc *http.Client, now time.Time, base string) *sdk.Client {
	keyType, secret := a.signs()
	c := sdk.NewClient(a.credential.AccessKey, secret.Reveal())
	c.BaseURL = base
	c.HTTPClient = hc
	c.KeyType = keyType
	c.Debug = false
	// The SDK reads the machine's clock itself; the offset turns it into now.
	c.TimeOffset = time.Until(now).Milliseconds() * -1
	return c
}

// here makes an SDK client for the configured host.
func (a *adapter) here(hc *http.Client, now time.Time) *sdk.Client {
	return a.client(hc, now, a.env.Caller.Endpoint(roleMain))
}

// Errors of the SDK are dropped below: they hold URLs and bodies. The answer
// is recorded under it, and that a request was never sent is noticed there.

func (a *adapter) viaTime(ctx context.Context, hc *http.Client, now time.Time) error {
	_, _ = a.here(hc, now).NewServerTimeService().Do(ctx)
	return nil
}

func (a *adapter) viaPermissions(ctx context.Context, hc *http.Client, now time.Time) error {
	_, _ = a.here(hc, now).NewGetAPIKeyPermission().Do(ctx, sdk.WithRecvWindow(recvWindow))
	return nil
}

func (a *adapter) viaAccount(base string) func(context.Context, *http.Client, time.Time) error {
	return func(ctx context.Context, hc *http.Client, now time.Time) error {
		_, _ = a.client(hc, now, base).NewGetAccountService().Do(ctx, sdk.WithRecvWindow(recvWindow))
		return nil
	}
}

// viaAccounts lists sub-accounts. The SDK always sends isFreeze, so the frozen
// ones have to be asked for by themselves.
func (a *adapter) viaAccounts(frozen bool, page int) func(context.Context, *http.Client, time.Time) error {
	return func(ctx context.Context, hc *http.Client, now time.Time) error {
		_, _ = a.here(hc, now).NewSubAccountListService().IsFreeze(frozen).Page(page).Limit(accountsPage).
			Do(ctx, sdk.WithRecvWindow(recvWindow))
		return nil
	}
}

// get builds a signed GET.
func (a *adapter) get(path string, params url.Values) func(now time.Time) (*http.Request, error) {
	return a.signed(http.MethodGet, path, params)
}

// signed builds a request for the calls that the SDK does not have, or builds
// wrongly: those that change something too. All parameters travel in the
// query, which every method takes (rest-api.md), and all values are
// percent-encoded before signing, "@" too: required since 2026-01-15
// (binance-spot-api-docs CHANGELOG.md), and the SDK undoes it.
func (a *adapter) signed(method, path string, params url.Values) func(now time.Time) (*http.Request, error) {
	return func(now time.Time) (*http.Request, error) {
		q := url.Values{}
		for name, values := range params {
			q[name] = values
		}
		q.Set("recvWindow", strconv.Itoa(recvWindow))
		q.Set("timestamp", strconv.FormatInt(now.UnixMilli(), 10))
		payload := strings.ReplaceAll(q.Encode(), "+", "%20")
		signature, err := a.sign(payload)
		if err != nil {
			return nil, err
		}
		req, err := http.NewRequest(
			method,
			a.env.Caller.Endpoint(roleMain)+path+"?"+payload+"&signature="+url.QueryEscape(signature),
			http.NoBody,
		) //nolint:noctx // the client adds the context
		if err != nil {
			return nil, errors.New("the request could not be built")
		}
		req.Header.Set("X-MBX-APIKEY", a.credential.AccessKey)
		return req, nil
	}
}

func (a *adapter) sign(payload string) (string, error) {
	keyType, secret := a.signs()
	f, err := common.SignFunc(keyType)
	if err != nil {
		return "", errors.New("the key type is not supported")
	}
	s, err := f(secret.Reveal(), payload)
	if err != nil {
		return "", errors.New("the secret cannot sign")
	}
	return *s, nil
}

// hmacForm reports whether a secret has the form of an HMAC secret.
func hmacForm(secret exchanges.Secret) bool { return form.MatchString(secret.Reveal()) }
