package hyperliquid

import (
	"encoding/json"

	"rekey/exchanges"
)

// The answers as collected (goldrush.dev extra-agents page, type files of
// @nktkas/hyperliquid 0.28-0.30, read 2026-11-30).

// wireRole says what an address is.
type wireRole struct {
	Role string       `json:"role"`
	Data wireRoleData `json:"data"`
}

type wireRoleData struct {
	User   string `json:"user"`   // of an agent: its account
	Master string `json:"master"` // of a sub-account
}

// wireAgent is a named agent wallet.
type wireAgent struct {
	Name       string           `json:"name"`
	Address    string           `json:"address"`
	ValidUntil exchanges.Number `json:"validUntil"` // ms
}

type describedAgent = exchanges.Described[wireAgent]

// wireError is a refusal with a status of its own.
type wireError struct {
	Status   string          `json:"status"`
	Response json.RawMessage `json:"response"`
}
