// Package all is the list of exchanges and vendors that rekey knows: one line
// each, and nothing happens on import.
package all

import (
	"slices"

	"rekey/exchanges"
	"rekey/exchanges/binance"
	"rekey/exchanges/bitget"
	"rekey/exchanges/bybit"
	"rekey/exchanges/cards"
	"rekey/exchanges/coinbase"
	"rekey/exchanges/coinbaseexchange"
	"rekey/exchanges/deribit"
	"rekey/exchanges/ftx"
	"rekey/exchanges/gateio"
	"rekey/exchanges/htx"
	"rekey/exchanges/hyperliquid"
	"rekey/exchanges/kraken"
	"rekey/exchanges/kucoin"
	"rekey/exchanges/okx"
	"rekey/exchanges/threecommas"
	"rekey/internal/form"
)

// Registry returns every exchange and vendor, those that have a card alone, and
// the words of those that a scan knows by name.
func Registry() exchanges.Registry {
	entries := exchanges.NewRegistry(slices.Concat(adapters(), cards.All())...)
	return entries.Knowing(words(entries))
}

// adapters are the exchanges that rekey speaks to, the one that is gone, and
// the vendors.
func adapters() []exchanges.Exchange {
	return []exchanges.Exchange{
		binance.Exchange(),
		kucoin.Exchange(),
		okx.Exchange(),
		coinbase.Exchange(),
		coinbaseexchange.Exchange(),
		bybit.Exchange(),
		kraken.Exchange(),
		bitget.Exchange(),
		gateio.Exchange(),
		deribit.Exchange(),
		hyperliquid.Exchange(),
		htx.Exchange(),
		ftx.Exchange(),
		threecommas.Exchange(),
	}
}

// words are those by which a scan knows exchanges, and the name in the registry
// of each.
func words(r exchanges.Registry) map[string]string {
	out := map[string]string{}
	for i := range form.Exchanges() {
		x := form.Get(i)
		name := x.Name
		if entry, ok := r.Lookup(name); ok {
			name = entry.Card.Name
		}
		for _, word := range append([]string{x.Name}, x.Words...) {
			out[word] = name
		}
	}
	return out
}
