package coinbaseexchange

import (
	"encoding/json"
	"errors"
	"slices"

	"rekey/exchanges"
)

// The answers as documented (docs.cdp.coinbase.com, exchange REST API, read
// 2026-11-22).

type wireTime struct {
	ISO   string      `json:"iso"`
	Epoch json.Number `json:"epoch"` // a number; also read from a string
}

// wireProfile is one of the user's profiles, not necessarily the key's.
type wireProfile struct {
	ID        string         `json:"id"`
	UserID    string         `json:"user_id"`
	Name      string         `json:"name"` // foreign text
	Active    exchanges.Flag `json:"active"`
	IsDefault exchanges.Flag `json:"is_default"`
	CreatedAt string         `json:"created_at"` // of the profile
}

// wireAccount is one currency account of the key's profile. Amounts are not
// looked at.
type wireAccount struct {
	ID             string         `json:"id"`
	Currency       string         `json:"currency"`
	Balance        string         `json:"balance"`
	Hold           string         `json:"hold"`
	Available      string         `json:"available"`
	ProfileID      string         `json:"profile_id"`
	TradingEnabled exchanges.Flag `json:"trading_enabled"`
}

func (w wireProfile) id() string { return w.ID }
func (w wireAccount) id() string { return w.ID }

// decode reads an answer that must be a list of things with an ID.
func decode[T interface{ id() string }](res exchanges.Response) ([]T, error) {
	var rows []T
	if err := exchanges.Decode(res.Body, &rows); err != nil {
		return nil, err
	}
	if rows == nil || slices.ContainsFunc(rows, func(row T) bool { return row.id() == "" }) {
		return nil, errors.New("the answer is not in the documented form")
	}
	return rows, nil
}

type wireError struct {
	Message string `json:"message"` // compared with known texts, never shown
}
