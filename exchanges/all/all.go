// Package all is the list of exchanges and vendors that rekey knows: one line
// each, and nothing happens on import.
package all

import (
	"rekey/exchanges"
	"rekey/exchanges/binance"
	"rekey/exchanges/bybit"
	"rekey/exchanges/coinbase"
	"rekey/exchanges/coinbaseexchange"
	"rekey/exchanges/ftx"
	"rekey/exchanges/kraken"
	"rekey/exchanges/kucoin"
	"rekey/exchanges/okx"
	"rekey/exchanges/threecommas"
)

// Registry returns every exchange and vendor.
func Registry() exchanges.Registry {
	return exchanges.NewRegistry(
		binance.Exchange(),
		kucoin.Exchange(),
		okx.Exchange(),
		coinbase.Exchange(),
		coinbaseexchange.Exchange(),
		bybit.Exchange(),
		kraken.Exchange(),
		ftx.Exchange(),
		threecommas.Exchange(),
	)
}
