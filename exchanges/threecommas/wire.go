package threecommas

import "rekey/exchanges"

// The answers as documented (3commas-official-api-docs 0a55695, 2026-05-07).
// Only what rekey uses is named here: of a connection's some sixty fields most
// are profits and features. A test holds the rest in a list, and fails on a
// field that is on neither side.

type wireCheck struct {
	Valid exchanges.Flag `json:"valid"`
}

type wireConnection struct {
	ID            exchanges.Number `json:"id"`
	Name          string           `json:"name"`
	ExchangeName  string           `json:"exchange_name"`
	MarketCode    string           `json:"market_code"`
	CreatedAt     string           `json:"created_at"` // of the connection, not of the key
	APIKeyInvalid exchanges.Flag   `json:"api_key_invalid"`
	APIKeysState  string           `json:"api_keys_state"` // ok, expire_soon, expired (docs before 2025-03-05)
	LockReason    string           `json:"lock_reason"`    // "invalid_api_key" (docs before 2025-03-05)
}

type wireMarket struct {
	MarketCode string   `json:"market_code"`
	TrustedIPs []string `json:"trusted_ips"` // addresses and CIDRs
}

type wireActivity struct {
	Data *struct {
		Bots        *exchanges.Number `json:"active_bots_count"` // DCA bots
		GridBots    *exchanges.Number `json:"active_grid_bots_count"`
		Deals       *exchanges.Number `json:"active_deals_count"` // of DCA bots
		SmartTrades *exchanges.Number `json:"active_smart_trades_count"`
		Orders      *exchanges.Number `json:"active_orders_count"`
	} `json:"data"`
}

type wireError struct {
	Error string `json:"error"` // a code, or a sentence; the sentence is never shown
}
