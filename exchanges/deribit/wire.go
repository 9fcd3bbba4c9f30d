package deribit

import (
	"encoding/json"

	"rekey/exchanges"
)

// The answers as documented (OpenAPI 2.1.1, read 2026-11-30). Fields of type any
// are of no use here, so whatever they hold is fine.

// wireAnswer is the envelope of every answer.
type wireAnswer[T any] struct {
	JSONRPC string     `json:"jsonrpc"`
	ID      any        `json:"id"`
	Result  *T         `json:"result"`
	Error   *wireError `json:"error"`
	Testnet any        `json:"testnet"`
	UsIn    any        `json:"usIn"`
	UsOut   any        `json:"usOut"`
	UsDiff  any        `json:"usDiff"`
}

// wireError is a refusal.
type wireError struct {
	Code    json.RawMessage `json:"code"`
	Message json.RawMessage `json:"message"`
	Data    json.RawMessage `json:"data"`
}

// wireAuth is the answer to the look of a key at itself. Its tokens are dropped
// unread.
type wireAuth struct {
	Scope        *string `json:"scope"`
	AccessToken  dropped `json:"access_token"`
	RefreshToken dropped `json:"refresh_token"`
	ExpiresIn    any     `json:"expires_in"`
	Features     any     `json:"enabled_features"`
	TokenType    any     `json:"token_type"`
	SID          any     `json:"sid"`
}

// dropped is a secret of an answer that nobody asked for: it is not kept.
type dropped struct{}

// UnmarshalJSON drops the value.
func (*dropped) UnmarshalJSON([]byte) error { return nil }

// wireKey is a row of the list of an account's keys. The documents say that it has
// no secrets, and their example shows two.
type wireKey struct {
	ID           exchanges.Number `json:"id"`
	ClientID     string           `json:"client_id"`
	ClientSecret dropped          `json:"client_secret"`
	PublicKey    string           `json:"public_key"`
	MaxScope     *string          `json:"max_scope"`
	Enabled      exchanges.Flag   `json:"enabled"`
	Features     any              `json:"enabled_features"`
	Default      any              `json:"default"`
	Name         string           `json:"name"`
	Whitelist    *[]string        `json:"ip_whitelist"`
	Timestamp    exchanges.Number `json:"timestamp"`
}

type describedKey = exchanges.Described[wireKey]

// wireChallenge is what comes in place of a result when a second factor is
// wanted: a success without what was asked for.
type wireChallenge struct {
	Required  exchanges.Flag    `json:"security_key_authorization_required"`
	Keys      []wireSecurityKey `json:"security_keys"`
	RPID      any               `json:"rp_id"`
	Challenge string            `json:"challenge"`
}

type wireSecurityKey struct {
	Type string `json:"type"` // "tfa" for codes; others are devices
	Name any    `json:"name"`
}

// challengeOf reads the challenge of an answer, and reports whether it is one.
func challengeOf(res exchanges.Response) (wireChallenge, bool) {
	var w wireAnswer[wireChallenge]
	if exchanges.Decode(res.Body, &w) != nil || w.Result == nil || w.Error != nil {
		return wireChallenge{}, false
	}
	on, _ := w.Result.Required.Get()
	return *w.Result, on
}

// takesCodes reports whether a code from a person can answer it: a device that
// signs cannot be asked from a terminal.
func (w wireChallenge) takesCodes() bool {
	for _, k := range w.Keys {
		if k.Type == "tfa" {
			return w.Challenge != ""
		}
	}
	return false
}
