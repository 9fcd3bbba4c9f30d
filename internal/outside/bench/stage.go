package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"rekey/internal/fake"
	"rekey/internal/fake/binance"
	"rekey/internal/fake/kucoin"
	"rekey/internal/fake/okx"
)

// A stage is what the audited process is told: where the fakes are, and the
// credential of the master key at each.
type stage struct {
	Endpoints map[string]string
	Environ   []string
	Bots      []bot // the keys of sub-accounts, in a rotation
}

// A bot is the credential of a sub-account's key.
type bot struct{ Exchange, Account, AccessKey, Secret, Passphrase string }

// A desk is the running fakes.
type desk struct {
	stage
	servers map[string]*fake.Server
}

// start runs the three fakes.
func start(p plan) (*desk, error) {
	d := &desk{stage: stage{Endpoints: map[string]string{}}, servers: map[string]*fake.Server{}}
	begin := []func(func() time.Time, int, int) (*fake.Server, error){d.binance, d.kucoin, d.okx}
	if p.Rotate {
		begin = []func(func() time.Time, int, int) (*fake.Server, error){d.binanceBots, d.kucoinBots, d.okxBots}
	}
	for i, name := range names() {
		s, err := begin[i](p.clock().Now, p.share(i), p.PerAccount)
		if err != nil {
			return nil, err
		}
		s.Quiet()
		if !p.Limits {
			s.Limits.TurnOff()
		}
		d.servers[name], d.Endpoints[name] = s, s.URL
	}
	return d, nil
}

// hold puts a credential into the environment that the audited process reads.
func (d *desk) hold(prefix, accessKey, secret, passphrase string) {
	d.Environ = append(d.Environ, prefix+"_API_KEY="+accessKey, prefix+"_API_SECRET="+secret)
	if passphrase != "" {
		d.Environ = append(d.Environ, prefix+"_API_PASSPHRASE="+passphrase)
	}
}

func (d *desk) binance(now func() time.Time, keys, perAccount int) (*fake.Server, error) {
	master := &binance.Key{
		AccessKey: digits("binance", 64),
		Secret:    "CANARY" + digits("binance secret", 58),
		Flags:     []string{"enableReading"},
		Created:   made(0),
	}
	d.hold("BINANCE", master.AccessKey, master.Secret, "")
	a := &binance.Account{ID: "1001", Keys: []*binance.Key{master}, MarginKeys: []binance.MarginKey{
		{
			Name:      "margin",
			AccessKey: digits("binance margin", 64),
			Type:      "HMAC_SHA256",
			Mode:      "TRADE",
		}, // so that no call is refused
	}}
	for i := range keys {
		if i%perAccount == 0 {
			n := len(a.Subs)
			a.Subs = append(
				a.Subs,
				&binance.Sub{ID: int64(2001 + n), Email: fmt.Sprintf("desk-%d@bench.example", n), Created: made(n)},
			)
		}
		sub := a.Subs[len(a.Subs)-1]
		sub.Keys = append(sub.Keys, &binance.Key{
			AccessKey: digits(
				fmt.Sprint("binance ", i),
				64,
			), Label: fmt.Sprint("bot ", i), Created: made(i), Whitelist: whitelist(i),
			Flags: []string{"enableReading", "enableSpotAndMarginTrading"},
		})
	}
	s, _, err := binance.Start(now, a)
	return s, err
}

func (d *desk) kucoin(now func() time.Time, keys, perAccount int) (*fake.Server, error) {
	master := &kucoin.Key{
		AccessKey:  digits("kucoin", 24),
		Secret:     uuid("kucoin secret"),
		Passphrase: "CANARY-kucoin-1",
		Permission: "General",
		Created:    made(0),
	}
	d.hold("KUCOIN", master.AccessKey, master.Secret, master.Passphrase)
	a := &kucoin.Account{UID: 3001, Keys: []*kucoin.Key{master}}
	for i := range keys {
		if i%perAccount == 0 {
			n := len(a.Subs)
			a.Subs = append(
				a.Subs,
				&kucoin.Sub{
					UID:     int64(4001 + n),
					UserID:  digits(fmt.Sprint("user ", n), 24),
					Name:    fmt.Sprint("desk", n),
					Created: made(n),
				},
			)
		}
		sub := a.Subs[len(a.Subs)-1]
		sub.Keys = append(sub.Keys, &kucoin.Key{
			AccessKey: digits(
				fmt.Sprint("kucoin ", i),
				24,
			), Remark: fmt.Sprint("bot ", i), Created: made(i), Whitelist: whitelist(i), Permission: "General,Spot",
		})
	}
	s, _, err := kucoin.Start(now, a)
	return s, err
}

func (d *desk) okx(now func() time.Time, keys, perAccount int) (*fake.Server, error) {
	master := &okx.Key{
		AccessKey:  uuid("okx"),
		Secret:     strings.ToUpper(digits("okx secret", 32)),
		Passphrase: "CANARY-okx-1",
		Perms:      []string{"read_only"},
		Created:    made(0),
	}
	d.hold("OKX", master.AccessKey, master.Secret, master.Passphrase)
	a := &okx.Account{ID: "5001", Keys: []*okx.Key{master}}
	for i := range keys {
		if i%perAccount == 0 {
			n := len(a.Subs)
			a.Subs = append(a.Subs, &okx.Sub{ID: fmt.Sprint(6001 + n), Name: fmt.Sprint("desk", n), Created: made(n)})
		}
		sub := a.Subs[len(a.Subs)-1]
		sub.Keys = append(sub.Keys, &okx.Key{
			AccessKey: uuid(
				fmt.Sprint("okx ", i),
			), Label: fmt.Sprint("bot ", i), Created: made(i), Whitelist: whitelist(i), Perms: []string{"read_only", "trade"},
		})
	}
	s, _, err := okx.Start(now, a)
	return s, err
}

// made spreads the days of making over some years, each moment once.
func made(i int) time.Time {
	return time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(i) * 7 * time.Hour)
}

// whitelist binds two keys of three to an address.
func whitelist(i int) []string {
	if i%3 == 0 {
		return nil
	}
	return []string{fmt.Sprintf("203.0.113.%d", i%250+1)}
}

// digits are n hex digits that belong to a name.
func digits(name string, n int) string {
	sum := sha256.Sum256([]byte("bench " + name))
	return hex.EncodeToString(sum[:])[:n]
}

func uuid(name string) string {
	h := digits(name, 32)
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
