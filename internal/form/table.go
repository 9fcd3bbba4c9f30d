package form

// table is every exchange whose forms are known. Sources: the examples of the
// exchanges' API documents, gitleaks' and TruffleHog's rules where they agree
// with them, read 2026-11-22. Lengths of bybit are those of its masks. What an entry means
// stands in the entry: nothing else in the program knows an exchange's form.
var table = [...]Exchange{ //nolint:gochecknoglobals // a table that nothing writes
	{
		Name: "binance", Words: []string{"binanceusdm", "binancecoinm", "binancefutures", "binancefuture", "xmbx"},
		Distinct: true, PEM: true,
		key: binanceKey, secret: binanceSecret,
		testnet: func(s shape) bool { return s.smallHex(64) }, // testnet.binancefuture.com, read 2026-11-30
	},
	{
		Name: "kucoin", Words: []string{"kucoinfutures", "kcapi"}, Distinct: true, Passphrase: true,
		key: func(s shape) bool { return s.smallHex(24) }, secret: shape.uuid,
	},
	{
		Name: "okx", Words: []string{"okex", "okex5", "myokx", "okxus", "okxeea", "okxeu", "okaccess"},
		Distinct: true, Passphrase: true,
		key: shape.uuid, secret: func(s shape) bool { return s.bigHex(32) },
	},
	{
		Name: "coinbase", Words: []string{"coinbaseadvanced", "coinbaseadvancedtrade", "cdp", "cbaccess"}, PEM: true,
		key:    func(s shape) bool { return s.cdpName() || s.uuid() },
		secret: func(s shape) bool { return s.base64(88, 2) || s.base64(44, 1) },
	},
	{
		Name: "coinbase-exchange", Words: []string{
			"coinbaseexchange", "coinbasepro", "coinbase_pro", "coinbase-pro",
			"coinbase_exchange", "coinbaseprime", "gdax", "cbpro",
		}, Passphrase: true,
		key: func(s shape) bool { return s.smallHex(32) }, secret: func(s shape) bool { return s.base64(88, 2) },
	},
	{
		Name: "ftx", Words: []string{"ftxus"},
		key: func(s shape) bool { return s.urlSafe(40, 40) }, secret: func(s shape) bool { return s.urlSafe(40, 40) },
	},
	{
		Name: "3commas", Words: []string{"threecommas", "3capi"}, PEM: true,
		key: func(s shape) bool {
			return s.mixed(64, 64) ||
				s.smallHex(64)
		}, secret: func(s shape) bool {
			return s.mixed(64, 128) || s.smallHex(64) ||
				s.smallHex(128)
		},
	},
	{
		Name: "bybit", Words: []string{"bybitus", "xbapi"}, Distinct: true, PEM: true, ShortKey: true,
		key: bybitKey, secret: bybitSecret,
	},
	{
		Name: "kraken", Words: []string{"krakenspot", "krakenfutures", "krakenpro"}, Distinct: true,
		key:    func(s shape) bool { return s.base64(56, 0) },
		secret: func(s shape) bool { return s.base64(88, 2) },
	},
	{
		Name: "bitget", Words: []string{"bitgetfutures"}, Passphrase: true,
		key:    func(s shape) bool { return s.n == 35 && string(s.value[:3]) == "bg_" && s.hexLo+s.digit >= 32 },
		secret: func(s shape) bool { return s.smallHex(64) },
	},
	{
		Name: "gateio", Words: []string{"gate"},
		key: func(s shape) bool {
			return s.smallHex(32) || s.bigHex(32) ||
				s.uuid()
		}, secret: func(s shape) bool { return s.smallHex(64) },
	},
	{
		Name: "htx", Words: []string{"huobi", "huobipro"},
		key:    func(s shape) bool { return s.groups([2]int{8, 10}, [2]int{5, 10}) },
		secret: func(s shape) bool { return s.groups([2]int{8, 8}, [2]int{5, 5}) },
	},
	{
		Name: "deribit", ShortKey: true,
		key: func(s shape) bool { return s.urlSafe(8, 12) }, secret: func(s shape) bool { return s.urlSafe(43, 43) },
	},
	{
		Name: "mexc", ShortKey: true,
		key: func(s shape) bool {
			return s.n >= 12 && s.n <= 24 && string(s.value[:3]) == "mx0" &&
				s.mixedOrSmall()
		},
		secret: func(s shape) bool { return s.smallHex(32) },
	},
	{
		Name: "bitmex",
		key:  func(s shape) bool { return s.urlSafe(24, 24) }, secret: func(s shape) bool { return s.urlSafe(48, 48) },
	},
	// Companies of their own that issue keys of the form of a larger house. Only
	// their names tell them apart.
	{
		Name: "binanceus", Words: []string{"binance_us", "binance-us", "binance.us"},
		key: binanceKey, secret: binanceSecret,
	},
	{Name: "tokocrypto", key: binanceKey, secret: binanceSecret},
	{
		Name:     "bybiteu",
		Words:    []string{"bybit_eu", "bybit-eu", "bybit.eu"},
		ShortKey: true,
		key:      bybitKey,
		secret:   bybitSecret,
	},
	{
		Name: "kucoineu", Words: []string{"kucoin_eu", "kucoin-eu", "kucoin.eu"}, Passphrase: true,
		key: func(s shape) bool { return s.smallHex(24) }, secret: shape.uuid,
	},
	{
		Name: "gateeu", Words: []string{"gate_eu", "gate-eu"},
		key: func(s shape) bool {
			return s.smallHex(32) || s.bigHex(32) ||
				s.uuid()
		}, secret: func(s shape) bool { return s.smallHex(64) },
	},
	// An agent's wallet of Hyperliquid: the address of the account, and the
	// agent's private key (hyperliquid-python-sdk, examples/config.json.example,
	// read 2026-11-30).
	{Name: "hyperliquid", SecretAlone: true, key: shape.address, secret: shape.privateHex},
}

func binanceKey(s shape) bool    { return s.mixed(62, 64) }
func binanceSecret(s shape) bool { return s.mixed(64, 64) }
func bybitKey(s shape) bool      { return s.mixed(18, 18) }
func bybitSecret(s shape) bool   { return s.mixed(36, 36) }

// address is 0x and 40 hexadecimal digits, in any case.
func (s shape) address() bool { return s.hexAfter0x(40) }

// privateHex is 0x and 64 hexadecimal digits, or those alone.
func (s shape) privateHex() bool { return s.hexAfter0x(64) || s.smallHex(64) }

func (s shape) hexAfter0x(n int) bool {
	return s.n == n+2 && s.value[0] == '0' && s.value[1] == 'x' && s.digit+s.hexLo+s.hexUp == s.n-1 &&
		s.digit > 1 && s.varied()
}

func (s shape) mixedOrSmall() bool {
	return s.lower+s.upper+s.digit+s.dash+s.under == s.n && s.lower > 0 && s.digit > 0
}

// lengths are those of parts of 18 bytes or more, without padding, and of
// their base64 (which is how Kubernetes keeps them).
var lengths = func() (ok [Longest]bool) { //nolint:gochecknoglobals // a table that nothing writes
	for _, n := range []int{18, 24, 32, 33, 34, 35, 36, 38, 40, 43, 48, 62, 63, 64, 86, 88, 95, 56, 128} {
		ok[n] = true
		if encoded := (n*4 + 2) / 3; encoded < len(ok) {
			ok[encoded] = true
		}
	}
	ok[118], ok[117] = true, true // base64 of 88
	return ok
}()
