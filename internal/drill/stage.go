package drill

import (
	"crypto/ed25519"
	"encoding/base64"
	"net/http"
	"strings"

	"rekey/internal/fake"
	"rekey/internal/fake/binance"
	"rekey/internal/fake/coinbase"
	"rekey/internal/fake/coinbaseexchange"
	"rekey/internal/fake/kucoin"
	"rekey/internal/fake/okx"
	"rekey/internal/fake/threecommas"
)

// here is the address that the trader calls from.
const here = "127.0.0.1"

// binance: a forgotten master key without a whitelist, a withdrawal key, a
// sub-account key, one that was deleted, and one that an intruder planted.
func (d *Desk) binance() error {
	key := func(prefix string, k binance.Key) *binance.Key {
		k.AccessKey, k.Secret = alphanumeric(prefix, 64), randomText(64)
		if k.Label == "" {
			k.Label = strings.ToLower(prefix)
		}
		return &k
	}
	mine := func(prefix string, k binance.Key) *binance.Key {
		made := key(prefix, k)
		d.hold(prefix, made.AccessKey, made.Secret, "")
		return made
	}
	planted := key("planted", binance.Key{
		// The intruder's own. The label tries to wipe the screen.
		Created: on(2022, 12, 27, 3, 12), Label: "\x1b[2J\x1b[Hall good\u202e tob-dirg",
		Flags: []string{"enableReading", "enableSpotAndMarginTrading", "enableFutures", "permitsUniversalTransfer"},
	})
	d.strays = append(
		d.strays,
		stray{"binance", "grid@desk.example", credential{accessKey: planted.AccessKey, secret: planted.Secret}},
	)
	s, x, err := binance.Start(d.now, &binance.Account{
		ID: "30071993", Wallet: wallet(48_000),
		Keys: []*binance.Key{
			mine("MAIN_BINANCE", binance.Key{Created: on(2021, 6, 16, 10, 44), Flags: []string{
				"enableReading", "enableSpotAndMarginTrading", "permitsUniversalTransfer", "enableInternalTransfer",
			}}),
			mine(
				"PAYOUT",
				binance.Key{
					Created:   on(2022, 2, 2, 9, 0),
					Whitelist: []string{here, "203.0.113.40"},
					Flags:     []string{"enableReading", "enableWithdrawals"},
				},
			),
			mine("OLD_BINANCE", binance.Key{Created: on(2020, 1, 5, 8, 0), Deleted: true}),
		},
		Subs: []*binance.Sub{
			{ID: 41001, Email: "grid@desk.example", Created: on(2021, 7, 1, 8, 0), Wallet: wallet(12_000), Keys: []*binance.Key{
				mine("GRID_BOT", binance.Key{
					Created: on(2022, 3, 4, 5, 6), Whitelist: []string{here, "203.0.113.7"},
					Flags: []string{"enableReading", "enableSpotAndMarginTrading"},
				}),
				planted,
			}},
			{ID: 41002, Email: "closed@desk.example", Frozen: true, Created: on(2020, 5, 5, 8, 0)},
		},
	})
	d.houses["binance"] = binanceHouse{x}
	return d.running("binance", s, err)
}

// kucoin: a key that was made after the cut-off, and a tracker's.
func (d *Desk) kucoin() error {
	key := func(prefix string, k kucoin.Key) *kucoin.Key {
		k.AccessKey, k.Secret, k.Passphrase, k.Remark = objectID(
			prefix,
			k.Created,
		), randomUUID(), passphrase(), strings.ToLower(
			prefix,
		)
		d.hold(prefix, k.AccessKey, k.Secret, k.Passphrase)
		return &k
	}
	s, x, err := kucoin.Start(d.now, &kucoin.Account{UID: 165111215, Wallet: wallet(20_000), Keys: []*kucoin.Key{
		key(
			"KUCOIN_BOT",
			kucoin.Key{Permission: "General,Spot", Whitelist: []string{here, "203.0.113.7"}, Created: on(2023, 2, 1, 12, 0)},
		),
		key("KUCOIN_TAX", kucoin.Key{Permission: "General,Spot", Created: on(2021, 11, 11, 11, 11)}),
	}})
	d.houses["kucoin"] = kucoinHouse{x}
	return d.running("kucoin", s, err)
}

// okx: a master key of unknown age, one that this address may not use, and the
// key that Fast Connect made for the bot service.
func (d *Desk) okx() error {
	key := func(prefix string, k okx.Key) *okx.Key {
		k.AccessKey, k.Secret, k.Passphrase = uuid(prefix), strings.ToUpper(randomHex(32)), passphrase()
		if k.Label == "" {
			k.Label = strings.ToLower(strings.ReplaceAll(prefix, "_", " "))
		}
		return &k
	}
	mine := func(prefix string, k okx.Key) *okx.Key {
		made := key(prefix, k)
		d.hold(prefix, made.AccessKey, made.Secret, made.Passphrase)
		return made
	}
	fast := key("fast connect", okx.Key{
		Label: "3Commas Fast Connect", Perms: []string{"read_only", "trade"}, Whitelist: []string{"103.26.9.0/24"},
		Created: on(2023, 1, 20, 20, 20),
	})
	d.strays = append(
		d.strays,
		stray{"okx", "botdesk", credential{accessKey: fast.AccessKey, secret: fast.Secret, passphrase: fast.Passphrase}},
	)
	s, x, err := okx.Start(d.now, &okx.Account{
		ID: "44705892343619584", Wallet: wallet(30_000),
		Keys: []*okx.Key{
			mine("OKX_MAIN", okx.Key{Perms: []string{"read_only", "trade"}}),
			mine("OKX_OFFICE", okx.Key{Perms: []string{"read_only", "trade"}, Whitelist: []string{"198.51.100.20"}}),
		},
		Subs: []*okx.Sub{{
			ID: "340012345678907413", Name: "botdesk", Label: "bots", Created: on(2022, 1, 10, 10, 0), Wallet: wallet(8_000),
			Keys: []*okx.Key{fast},
		}},
	})
	d.houses["okx"] = okxHouse{x}
	return d.running("okx", s, err)
}

// coinbase: a key of the Developer Platform, and one of the old form, which is
// recognised and never sent.
func (d *Desk) coinbase() error {
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		return err
	}
	name := "organizations/" + uuid("org") + "/apiKeys/" + uuid("CDP")
	d.hold("CDP", name, base64.StdEncoding.EncodeToString(private), "")
	d.hold("COINBASE_2019", alphanumeric("COINBASE_2019", 16), randomText(32), "")
	s, _, err := coinbase.Start(
		d.now,
		&coinbase.Key{Name: name, Public: public, Scopes: []string{"can_view", "can_trade"}, Portfolio: uuid("portfolio")},
	)
	return d.running("coinbase", s, err)
}

// coinbaseExchange has trouble of its own tonight.
func (d *Desk) coinbaseExchange() error {
	k := &coinbaseexchange.Key{
		AccessKey: hexadecimal(
			"CB_EXCHANGE",
			32,
		), Secret: randomBase64(64), Passphrase: passphrase(), Permissions: []string{"view", "trade"},
	}
	d.hold("CB_EXCHANGE", k.AccessKey, k.Secret, k.Passphrase)
	s, _, err := coinbaseexchange.Start(
		d.now,
		&coinbaseexchange.Profile{ID: uuid("profile"), Name: "default", Default: true, Keys: []*coinbaseexchange.Key{k}},
	)
	if err == nil {
		s.Break(
			fake.Fault{
				Key: k.AccessKey,
				Do:  fake.Answer(http.StatusServiceUnavailable, "application/json", `{"message":"under maintenance"}`),
			},
		)
	}
	return d.running("coinbase-exchange", s, err)
}

// ftx is gone: there is a key, and nothing to ask.
func (d *Desk) ftx() error {
	d.hold("FTX_2021", alphanumeric("FTX_2021", 40), randomText(40), "")
	return nil
}

// threeCommas keeps connections: three that the inventory explains, the Fast
// Connect one, and one that nobody remembers.
func (d *Desk) threeCommas() error {
	token := &threecommas.Token{
		AccessKey:   alphanumeric("THREECOMMAS", 64),
		Secret:      randomText(64),
		Permissions: []string{"ACCOUNTS_READ"},
		Whitelist:   []string{here},
	}
	d.hold("THREECOMMAS", token.AccessKey, token.Secret, "")
	accessKey := func(prefix string) string {
		for _, c := range d.credentials {
			if c.prefix == prefix {
				return c.accessKey
			}
		}
		return ""
	}
	s, _, err := threecommas.Start(d.now, &threecommas.State{
		Users: []*threecommas.User{{Name: "desk", Tokens: []*threecommas.Token{token}, Connections: []*threecommas.Connection{
			{
				ID:           31500001,
				Name:         "Main",
				ExchangeName: "Binance Spot",
				MarketCode:   "binance",
				Created:      on(2021, 6, 17, 8, 0),
				Updated:      on(2022, 12, 29, 20, 0),
				AccessKey:    accessKey("MAIN_BINANCE"),
			},
			{
				ID:           31500002,
				Name:         "Grid",
				ExchangeName: "Binance Spot",
				MarketCode:   "binance",
				Created:      on(2022, 3, 4, 8, 0),
				Updated:      on(2022, 12, 29, 20, 0),
				AccessKey:    accessKey("GRID_BOT"),
			},
			{
				ID:           31500003,
				Name:         "KuCoin",
				ExchangeName: "KuCoin",
				MarketCode:   "kucoin",
				Created:      on(2023, 2, 1, 13, 0),
				Updated:      on(2023, 2, 1, 13, 0),
				AccessKey:    accessKey("KUCOIN_BOT"),
			},
			{
				ID:           31500004,
				Name:         "OKX Fast Connect",
				ExchangeName: "OKX",
				MarketCode:   "okex",
				Created:      on(2023, 1, 20, 20, 21),
				Updated:      on(2023, 1, 20, 20, 21),
				AccessKey:    uuid("fast connect"),
			},
			{
				ID:           31500005,
				Name:         "test old",
				ExchangeName: "Binance Spot",
				MarketCode:   "binance",
				Created:      on(2020, 2, 2, 8, 0),
				Updated:      on(2020, 2, 2, 8, 0),
				AccessKey:    alphanumeric("forgotten", 64),
				KeyInvalid:   true,
				State:        "expired",
			},
		}}},
		// The documented example of the addresses that 3Commas calls OKX from.
		Markets: []threecommas.Market{{Name: "OKX", Code: "okex", TrustedIPs: []string{"103.26.9.0/24"}}},
	})
	return d.running("3commas", s, err)
}
