package htx

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"

	"rekey/exchanges"
)

// algorithm is how HTX's keys sign.
const algorithm = "hmac"

// usable reports what a credential lacks.
func usable(c exchanges.Credential) error {
	switch {
	case c.AccessKey == "":
		return errors.New("the credential has no access key")
	case c.Secret.IsZero():
		return errors.New("the credential has no secret")
	case !exchanges.Printable(c.AccessKey):
		return errors.New("the access key holds a blank or another character that no access key has")
	}
	return nil
}

// get builds a signed GET to one of the hosts.
func (a *adapter) get(base, path string, params url.Values) func(now time.Time) (*http.Request, error) {
	return a.signed(base, http.MethodGet, path, params, "")
}

// post builds a signed POST. Its body is not signed.
func (a *adapter) post(
	path string, fields map[string]any, code exchanges.Secret,
) func(time.Time) (*http.Request, error) {
	sent := maps.Clone(fields)
	if !code.IsZero() {
		sent["otpToken"] = code.Reveal()
	}
	body, err := json.Marshal(sent)
	if err != nil {
		return func(time.Time) (*http.Request, error) { return nil, errors.New("the request could not be written") }
	}
	return a.signed(a.env.Caller.Endpoint(roleREST), http.MethodPost, path, nil, string(body))
}

func (a *adapter) signed(
	base, method, path string, params url.Values, body string,
) func(time.Time) (*http.Request, error) {
	return func(now time.Time) (*http.Request, error) {
		query := url.Values{
			"AccessKeyId": {a.credential.AccessKey}, "SignatureMethod": {"HmacSHA256"}, "SignatureVersion": {"2"},
			"Timestamp": {now.UTC().Format("2006-01-02T15:04:05")},
		}
		maps.Copy(query, params)
		text := query.Encode() // sorted, upper-case names first, as HTX sorts
		text += "&Signature=" + url.QueryEscape(sign(a.credential.Secret, method, hostOf(base), path, text))
		return request(method, base+path+"?"+text, body)
	}
}

// public builds a GET without any credential.
func public(base, path string) func(time.Time) (*http.Request, error) {
	return func(time.Time) (*http.Request, error) { return request(http.MethodGet, base+path, "") }
}

func request(method, address, body string) (*http.Request, error) {
	req, err := http.NewRequest(method, address, strings.NewReader(body)) //nolint:noctx // the client adds the context
	if err != nil {
		return nil, errors.New("the request could not be built")
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	return req, nil
}

// hostOf is the host that the signature of a request to base names.
func hostOf(base string) string {
	for _, h := range hosts() {
		if h.URL == base {
			return strings.TrimPrefix(base, "https://")
		}
	}
	return signedHost
}

// sign is Base64 of HMAC-SHA256 over method, host, path and sorted query, each on
// its line (huobiapi/docs v1_en, Authentication).
func sign(secret exchanges.Secret, method, host, path, query string) string {
	mac := hmac.New(sha256.New, []byte(secret.Reveal()))
	mac.Write([]byte(method + "\n" + host + "\n" + path + "\n" + query))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// secretForm reports whether a secret has the form of a secret.
func secretForm(secret exchanges.Secret) bool { return secretGroups.MatchString(secret.Reveal()) }
