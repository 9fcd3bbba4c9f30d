package trace

import "strings"

// Split returns base and quote of a symbol: at its separator, and where it has
// none before the longest known quote coin at its end. False when neither is
// there.
func Split(symbol string) (base, quote string, ok bool) {
	if i := strings.LastIndexAny(symbol, "-/_"); i > 0 && i < len(symbol)-1 {
		return symbol[:i], symbol[i+1:], true
	}
	for _, q := range quoteCoins() {
		if base, found := strings.CutSuffix(symbol, q); found && base != "" && len(q) > len(quote) {
			quote = q
		}
	}
	return strings.TrimSuffix(symbol, quote), quote, quote != ""
}

// quoteCoins are the coins in which spot markets of the six exchanges are
// quoted (their public lists of markets, as the sheets of 2026-11-30 have
// them), and those of markets that are closed.
func quoteCoins() []string {
	return []string{
		"USDT", "USDC", "BUSD", "FDUSD", "TUSD", "USDP", "USDS", "USDE", "USD1", "PAX", "DAI", "UST", "USTC",
		"BTC", "XBT", "ETH", "BNB", "KCS", "XRP", "TRX", "SOL", "DOGE", "DOT", "NEO", "OKB", "VAI", "IDRT", "BIDR",
		"BVND", "USD", "EUR", "GBP", "JPY", "TRY", "BRL", "RUB", "UAH", "NGN", "ZAR", "AUD", "CAD", "CHF", "PLN",
		"RON", "ARS", "MXN", "COP", "CZK", "AED", "EURI", "EURS",
	}
}

// QuoteRank orders coins by how much they are used to quote others, the most
// used first: dollars and their coins before coins. Of two coins that were
// swapped the one with the lower rank is the quote.
func QuoteRank(coin string) int {
	for i, c := range []string{
		"USD", "USDT", "USDC", "FDUSD", "BUSD", "TUSD", "EUR", "GBP", "TRY", "BRL", "AUD", "JPY", "DAI", "BTC", "XBT",
		"ETH", "BNB", "KCS",
	} {
		if c == coin {
			return i
		}
	}
	return len(coin) + 1000
}
