package form

// byName are the exchanges of which only the name is known: every id that ccxt
// lists (ccxt 4.5, exchanges.json, read 2026-11-30) or listed before and that
// is no market of an exchange with a known form, and what people call them.
func byName() []Exchange {
	var list []Exchange
	for _, x := range []struct {
		name  string
		words []string
	}{
		{"ascendex", []string{"bitmax"}},
		{"aster", nil},
		{"backpack", nil},
		{"bequant", nil},
		{"bigone", nil},
		{"bingx", nil},
		{"bit2c", nil},
		{"bitbank", nil},
		{"bitbns", nil},
		{"bitfinex", []string{"bitfinex2", "bfxapi"}},
		{"bitflyer", nil},
		{"bithumb", nil},
		{"bitmart", nil},
		{"bitopro", nil},
		{"bitpanda", nil},
		{"bitrue", nil},
		{"bitso", nil},
		{"bitstamp", nil},
		{"bitteam", nil},
		{"bittrade", nil},
		{"bittrex", nil},
		{"bitvavo", nil},
		{"bl3p", nil},
		{"blockchaincom", nil},
		{"blofin", nil},
		{"btcalpha", nil},
		{"btcbox", nil},
		{"btcmarkets", nil},
		{"btcturk", nil},
		{"bydfi", nil},
		{"cexio", []string{"cex.io"}},
		{"coincatch", nil},
		{"coincheck", nil},
		{"coinex", nil},
		{"coinmate", nil},
		{"coinmetro", nil},
		{"coinone", nil},
		{"coinsph", nil},
		{"coinspot", nil},
		{"cryptocom", []string{"crypto.com", "crypto_com", "crypto-com"}},
		{"cryptomus", nil},
		{"deepcoin", nil},
		{"digifinex", nil},
		{"dydx", nil},
		{"exmo", nil},
		{"fmfwio", nil},
		{"foxbit", nil},
		{"grvt", nil},
		{"hashkey", nil},
		{"hibachi", nil},
		{"hitbtc", nil},
		{"hollaex", nil},
		{"independentreserve", nil},
		{"indodax", nil},
		{"kuna", nil},
		{"latoken", nil},
		{"lbank", nil},
		{"lykke", nil},
		{"modetrade", nil},
		{"mudrex", nil},
		{"ndax", nil},
		{"novadax", nil},
		{"oceanex", nil},
		{"onetrading", nil},
		{"oxfun", nil},
		{"paradex", nil},
		{"paymium", nil},
		{"phemex", nil},
		{"poloniex", []string{"poloniexfutures"}},
		{"probit", nil},
		{"toobit", nil},
		{"upbit", nil},
		{"wavesexchange", nil},
		{"wazirx", nil},
		{"weex", nil},
		{"whitebit", nil},
		{"woofipro", nil},
		{"yobit", nil},
		{"zaif", nil},
		{"zebpay", nil},
	} {
		list = append(list, Exchange{Name: x.name, Words: x.words})
	}
	for _, name := range []string{
		"alpaca", "apex", "arkham", "bullish", "cex", "coinbaseinternational", "defx", "delta", "derive",
		"extended", "gemini", "kalshi", "lighter", "limitless", "luno", "mercado",
		"nado", "p2b", "pacifica", "polymarket", "timex", "vertex", "woo", "xt", "zonda",
	} {
		list = append(list, Exchange{Name: name, Common: true})
	}
	return list
}
