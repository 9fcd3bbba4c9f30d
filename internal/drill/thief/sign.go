package thief

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"time"

	"rekey/exchanges"
)

func mac(secret exchanges.Secret, text string) []byte {
	m := hmac.New(sha256.New, []byte(secret.Reveal()))
	m.Write([]byte(text))
	return m.Sum(nil)
}

// signBinance returns the query with time and signature (rest-api.md, SIGNED
// endpoint examples).
func signBinance(c exchanges.Credential, query string, at time.Time) string {
	if query != "" {
		query += "&"
	}
	query += "timestamp=" + strconv.FormatInt(at.UnixMilli(), 10)
	return query + "&signature=" + hex.EncodeToString(mac(c.Secret, query))
}

// signKuCoin returns the headers of a request (docs-new/authentication).
func signKuCoin(c exchanges.Credential, q request, at time.Time) map[string]string {
	stamp, target := strconv.FormatInt(at.UnixMilli(), 10), q.path
	if q.query != "" {
		target += "?" + q.query
	}
	return map[string]string{
		"KC-API-KEY": c.AccessKey, "KC-API-TIMESTAMP": stamp, "KC-API-KEY-VERSION": "3", "Content-Type": "application/json",
		"KC-API-SIGN":       base64.StdEncoding.EncodeToString(mac(c.Secret, stamp+q.method+target+q.body)),
		"KC-API-PASSPHRASE": base64.StdEncoding.EncodeToString(mac(c.Secret, c.Passphrase.Reveal())),
	}
}

// signOKX returns the headers of a request (docs-v5, "Making requests").
func signOKX(c exchanges.Credential, q request, at time.Time) map[string]string {
	stamp, target := at.UTC().Format("2006-01-02T15:04:05.000Z"), q.path
	if q.query != "" {
		target += "?" + q.query
	}
	return map[string]string{
		"OK-ACCESS-KEY": c.AccessKey, "OK-ACCESS-TIMESTAMP": stamp, "OK-ACCESS-PASSPHRASE": c.Passphrase.Reveal(),
		"Content-Type":   "application/json",
		"OK-ACCESS-SIGN": base64.StdEncoding.EncodeToString(mac(c.Secret, stamp+q.method+target+q.body)),
	}
}
