package main

import (
	"fmt"
	"strings"
	"time"

	"rekey/internal/fake"
	"rekey/internal/fake/binance"
	"rekey/internal/fake/kucoin"
	"rekey/internal/fake/okx"
)

// here is the address that everything comes from. All keys are bound to it.
const here = "127.0.0.1"

// The desks for rotations: each key in a sub-account of its own, with a secret
// that works, under a master key that may make and delete keys.

func (d *desk) binanceBots(now func() time.Time, keys, _ int) (*fake.Server, error) {
	flags := []string{"enableReading", "enableSpotAndMarginTrading"}
	master := &binance.Key{
		AccessKey: digits("binance", 64),
		Secret:    "CANARY" + digits("binance secret", 58),
		Flags:     flags,
		Whitelist: []string{here},
		Created:   made(0),
	}
	d.hold("BINANCE", master.AccessKey, master.Secret, "")
	a := &binance.Account{ID: "1001", Keys: []*binance.Key{master}}
	for i := range keys {
		b := bot{
			Exchange:  "binance",
			Account:   fmt.Sprintf("desk-%d@bench.example", i),
			AccessKey: digits(fmt.Sprint("binance ", i), 64),
			Secret:    "CANARY" + digits(fmt.Sprint("binance secret ", i), 58),
		}
		d.Bots = append(d.Bots, b)
		a.Subs = append(a.Subs, &binance.Sub{ID: int64(2001 + i), Email: b.Account, Created: made(i), Keys: []*binance.Key{
			{
				AccessKey: b.AccessKey,
				Secret:    b.Secret,
				Label:     fmt.Sprint("bot ", i),
				Created:   made(i),
				Whitelist: []string{here},
				Flags:     flags,
			},
		}})
	}
	s, _, err := binance.Start(now, a)
	return s, err
}

func (d *desk) kucoinBots(now func() time.Time, keys, _ int) (*fake.Server, error) {
	master := &kucoin.Key{
		AccessKey:  digits("kucoin", 24),
		Secret:     uuid("kucoin secret"),
		Passphrase: "CANARY-kucoin-1",
		Permission: "General",
		Whitelist:  []string{here},
		Created:    made(0),
	}
	d.hold("KUCOIN", master.AccessKey, master.Secret, master.Passphrase)
	a := &kucoin.Account{UID: 3001, Keys: []*kucoin.Key{master}}
	for i := range keys {
		b := bot{
			Exchange:   "kucoin",
			Account:    fmt.Sprint("desk", i),
			AccessKey:  digits(fmt.Sprint("kucoin ", i), 24),
			Secret:     uuid(fmt.Sprint("kucoin secret ", i)),
			Passphrase: fmt.Sprint("CANARY-kc-", i),
		}
		d.Bots = append(d.Bots, b)
		a.Subs = append(
			a.Subs,
			&kucoin.Sub{
				UID:     int64(4001 + i),
				UserID:  digits(fmt.Sprint("user ", i), 24),
				Name:    b.Account,
				Created: made(i),
				Keys: []*kucoin.Key{
					{
						AccessKey:  b.AccessKey,
						Secret:     b.Secret,
						Passphrase: b.Passphrase,
						Remark:     fmt.Sprint("bot ", i),
						Created:    made(i),
						Whitelist:  []string{here},
						Permission: "General,Spot",
					},
				},
			},
		)
	}
	s, _, err := kucoin.Start(now, a)
	return s, err
}

func (d *desk) okxBots(now func() time.Time, keys, _ int) (*fake.Server, error) {
	perms := []string{"read_only", "trade"}
	master := &okx.Key{
		AccessKey:  uuid("okx"),
		Secret:     strings.ToUpper(digits("okx secret", 32)),
		Passphrase: "CANARY-okx-1",
		Perms:      perms,
		Whitelist:  []string{here},
	}
	d.hold("OKX", master.AccessKey, master.Secret, master.Passphrase)
	a := &okx.Account{ID: "5001", Keys: []*okx.Key{master}}
	for i := range keys {
		b := bot{
			Exchange:   "okx",
			Account:    fmt.Sprint("desk", i),
			AccessKey:  uuid(fmt.Sprint("okx ", i)),
			Secret:     strings.ToUpper(digits(fmt.Sprint("okx secret ", i), 32)),
			Passphrase: fmt.Sprint("CANARY-okx-a", i),
		}
		d.Bots = append(d.Bots, b)
		a.Subs = append(a.Subs, &okx.Sub{ID: fmt.Sprint(6001 + i), Name: b.Account, Created: made(i), Keys: []*okx.Key{
			{
				AccessKey:  b.AccessKey,
				Secret:     b.Secret,
				Passphrase: b.Passphrase,
				Label:      fmt.Sprint("bot", i),
				Created:    made(i),
				Whitelist:  []string{here},
				Perms:      perms,
			},
		}})
	}
	s, _, err := okx.Start(now, a)
	return s, err
}
