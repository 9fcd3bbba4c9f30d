package gateio

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"

	"rekey/exchanges"
)

// The answers as documented (gate.io/docs/developers/apiv4, v4.105.4) and as the
// official SDK has them (gate/gateapi-go 52e97f69), read 2026-11-30. The two
// disagree about the list of main keys, so it is read generously. Fields of type
// any are of no use here, so whatever they hold is fine.

// wireError is a refusal. Its text is compared and never kept.
type wireError struct {
	Label   *string `json:"label"`
	Message any     `json:"message"`
}

type wireTime struct {
	ServerTime exchanges.Number `json:"server_time"`
}

// The objects that describe a key are decoded so that a member which rekey does
// not know is seen and kept.
type (
	describedDetail = exchanges.Described[wireDetail]
	describedKey    = exchanges.Described[wireKey]
	describedPerm   = exchanges.Described[wirePerm]
)

// wireDetail describes the account, and in ip_whitelist, currency_pairs and key
// the calling key.
type wireDetail struct {
	UserID      exchanges.Number `json:"user_id"`
	IPWhitelist *[]string        `json:"ip_whitelist"`

	CurrencyPairs   any `json:"currency_pairs"`
	Key             any `json:"key"` // mode
	Tier            any `json:"tier"`
	CopyTradingRole any `json:"copy_trading_role"`
}

// wireKey is a row of a list of keys, and with a secret the answer to a new one.
type wireKey struct {
	State       *exchanges.Number `json:"state"` // 1 normal; what 2 and 3 mean depends on the list
	Mode        exchanges.Number  `json:"mode"`  // 1 classic, 2 portfolio
	Name        textOrList        `json:"name"`
	UserID      exchanges.Number  `json:"user_id"`
	Perms       *[]describedPerm  `json:"perms"`
	IPWhitelist *[]string         `json:"ip_whitelist"`
	Key         textOrObject      `json:"key"` // masked among main keys
	CreatedAt   exchanges.Number  `json:"created_at"`
	LastAccess  exchanges.Number  `json:"last_access"`
	Secret      string            `json:"secret"`

	CurrencyPairs any `json:"currency_pairs"`
	UpdatedAt     any `json:"updated_at"`
	UpdateAt      any `json:"update_at"`
}

// wirePerm is a right: a product, and whether the key may only read there.
type wirePerm struct {
	Name     string         `json:"name"`
	ReadOnly exchanges.Flag `json:"read_only"`
}

type wireAccount struct {
	UserID    exchanges.Number `json:"user_id"`
	LoginName string           `json:"login_name"`
	State     exchanges.Number `json:"state"` // 1 normal, 2 locked

	Remark     any `json:"remark"`
	CreateTime any `json:"create_time"`
	Type       any `json:"type"`
	Email      any `json:"email"`
}

// sentKey is the body that makes or changes a key. Every member is always sent:
// one that is left out of a change takes the list away.
type sentKey struct {
	Mode        int64      `json:"mode,omitempty"`
	Name        string     `json:"name"`
	Perms       []sentPerm `json:"perms"`
	IPWhitelist []string   `json:"ip_whitelist"`
}

type sentPerm struct {
	Name     string `json:"name"`
	ReadOnly bool   `json:"read_only"`
}

// textOrList is a text that one source has as a list of texts.
type textOrList string

// UnmarshalJSON reads either.
func (t *textOrList) UnmarshalJSON(b []byte) error {
	var text *string
	if json.Unmarshal(b, &text) == nil {
		if *t = ""; text != nil {
			*t = textOrList(*text)
		}
		return nil
	}
	var list []string
	if json.Unmarshal(b, &list) != nil {
		return errors.New("a text was expected")
	}
	*t = textOrList(strings.Join(list, ", "))
	return nil
}

// textOrObject is a text in whose place one source has an object, which names no
// key: then it is empty.
type textOrObject string

// UnmarshalJSON reads either.
func (t *textOrObject) UnmarshalJSON(b []byte) error {
	*t = ""
	if bytes.HasPrefix(bytes.TrimSpace(b), []byte("{")) {
		return nil
	}
	var text *string
	if json.Unmarshal(b, &text) != nil {
		return errors.New("a text was expected")
	}
	if text != nil {
		*t = textOrObject(*text)
	}
	return nil
}

// oneOrMore is a list that one source has as a single object.
type oneOrMore []describedKey

// UnmarshalJSON reads either.
func (l *oneOrMore) UnmarshalJSON(b []byte) error {
	var one describedKey
	if bytes.HasPrefix(bytes.TrimSpace(b), []byte("{")) {
		if err := exchanges.Decode(b, &one); err != nil {
			return err
		}
		*l = oneOrMore{one}
		return nil
	}
	var rows []describedKey
	if err := exchanges.Decode(b, &rows); err != nil {
		return err
	}
	*l = rows
	return nil
}
