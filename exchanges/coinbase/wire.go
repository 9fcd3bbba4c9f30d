package coinbase

import (
	"encoding/json"

	"rekey/exchanges"
)

// wireTime is the answer of /time. The numbers come as strings.
type wireTime struct {
	ISO          string           `json:"iso"`
	EpochSeconds exchanges.Number `json:"epochSeconds"`
	EpochMillis  exchanges.Number `json:"epochMillis"`
}

// wirePermissions is kept field by field, so that a permission which rekey
// does not know is seen and kept.
type wirePermissions map[string]json.RawMessage

// wireError is a refusal in one of two forms: that of v3 (error,
// error_details) and that of v2 (errors). Messages are read to be compared
// with known ones, and never shown.
type wireError struct {
	Error        string `json:"error"`
	ErrorDetails string `json:"error_details"`
	Message      string `json:"message"`
	Errors       []struct {
		ID      string `json:"id"`
		Message string `json:"message"`
	} `json:"errors"`
}
