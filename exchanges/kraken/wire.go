package kraken

import (
	"time"

	"rekey/exchanges"
)

// wireAnswer is the envelope of the spot API, with HTTP 200 whatever it says.
type wireAnswer[T any] struct {
	Error  *[]string `json:"error"`
	Result *T        `json:"result"`
}

// wireError is what of the envelopes tells a refusal: the spot API's list, and
// the derivatives API's word.
type wireError struct {
	Error  any `json:"error"`
	Result any `json:"result"`
}

type wireTime struct {
	UnixTime exchanges.Number `json:"unixtime"`
	RFC1123  any              `json:"rfc1123"`
}

// describedKey keeps the members that rekey does not know.
type describedKey = exchanges.Described[wireKey]

// wireKey is a key of the spot API. The documents write its members in one way
// (get-api-key-info), a recorded answer in another (JKorf/Kraken.Net e597f1d0):
// both are read. Times are texts of seconds since 1970, "0" for none.
type wireKey struct {
	Name      string            `json:"apiKeyName"`
	Name2     string            `json:"api_key_name"`
	Key       string            `json:"apiKey"`
	Key2      string            `json:"api_key"`
	Words     *[]string         `json:"permissions"`
	Until     *exchanges.Number `json:"validUntil"`
	Until2    *exchanges.Number `json:"valid_until"`
	Created   exchanges.Number  `json:"createdTime"`
	Created2  exchanges.Number  `json:"created_time"`
	IPs       *[]string         `json:"ipAllowlist"`
	IPs2      *[]string         `json:"ip_allowlist"`
	LastUsed  exchanges.Number  `json:"lastUsed"`
	LastUsed2 exchanges.Number  `json:"last_used"`

	Nonce     any `json:"nonce"`
	Window    any `json:"nonceWindow"`
	Window2   any `json:"nonce_window"`
	IBAN      any `json:"iban"` // the account's public number
	From      any `json:"queryFrom"`
	From2     any `json:"query_from"`
	To        any `json:"queryTo"`
	To2       any `json:"query_to"`
	Modified  any `json:"modifiedTime"`
	Modified2 any `json:"modified_time"`
}

// wireFuturesKey is a key of the derivatives API. Levels are NO_ACCESS,
// READ_ONLY and FULL_ACCESS.
type wireFuturesKey struct {
	APIKey      string            `json:"apiKey"`
	CreatedAt   string            `json:"createdAt"`
	Permissions map[string]string `json:"permissions"`
	Blocks      *[]string         `json:"allowedCidrBlocks"`
	Block       *string           `json:"allowedCidrBlock"` // the older form
	AccountUID  string            `json:"accountUid"`
	IIBAN       any               `json:"iiban"`
}

// seconds reads a time in seconds since 1970, unknown for 0.
func seconds(n exchanges.Number) exchanges.Fact[time.Time] {
	const milli = 1000
	if n > 1<<40 { // no such time
		return exchanges.Unknown[time.Time]()
	}
	return exchanges.MilliTime(int64(n) * milli)
}
