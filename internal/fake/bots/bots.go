// Package bots stages a trading desk whose bots' keys all can be changed by API:
// keys of sub-accounts at Binance, KuCoin and OKX, each under a key of the master
// account that manages them. It serves tests of responses and rotations.
package bots

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"rekey/internal/fake"
	"rekey/internal/fake/binance"
	"rekey/internal/fake/kucoin"
	"rekey/internal/fake/okx"
)

// Here is the address that the desk calls from.
const here = "127.0.0.1"

// A Desk is a running one.
type Desk struct {
	Binance *binance.Exchange
	KuCoin  *kucoin.Exchange
	OKX     *okx.Exchange

	Grid, Hedge *binance.Key // of sub-accounts of their own
	Spot        *kucoin.Key
	Swap        *okx.Key
	GridSub     *binance.Sub
	SpotSub     *kucoin.Sub
	SwapSub     *okx.Sub

	BinanceMain *binance.Key
	KuCoinMain  *kucoin.Key
	OKXMain     *okx.Key

	servers map[string]*fake.Server
	env     strings.Builder
}

// Names are the names of the keys that bots use.
func Names() []string { return []string{"grid-bot", "hedge-bot", "spot-bot", "swap-bot"} }

// Start runs the three fakes. now is their clock. Close ends them.
func Start(now func() time.Time) (*Desk, error) {
	d := &Desk{servers: map[string]*fake.Server{}}
	for _, stage := range []func(func() time.Time) error{d.binance, d.kucoin, d.okx} {
		if err := stage(now); err != nil {
			d.Close()
			return nil, err
		}
	}
	return d, nil
}

// Close ends the fakes.
func (d *Desk) Close() {
	for _, s := range d.servers {
		s.Close()
	}
}

// Server is the fake of an exchange, for tests that break it.
func (d *Desk) Server(exchange string) *fake.Server { return d.servers[exchange] }

func (d *Desk) binance(now func() time.Time) error {
	key := func(name string, whitelist ...string) *binance.Key {
		k := &binance.Key{
			AccessKey: fake.LettersOf("desk "+name, 64), Secret: (fake.Canary + fake.RandomLetters(64))[:64], Label: name,
			Created: time.Date(2022, 3, 4, 5, 6, 0, 0, time.UTC), Whitelist: whitelist,
			Flags: []string{"enableReading", "enableSpotAndMarginTrading"},
		}
		d.hold(name, k.AccessKey, k.Secret, "")
		return k
	}
	d.BinanceMain = key("binance-main")
	d.Grid, d.Hedge = key("grid-bot", here), key("hedge-bot", here)
	sub := func(id int64, name string, k *binance.Key) *binance.Sub {
		return &binance.Sub{ID: id, Email: name + "@desk.example", Created: k.Created, Keys: []*binance.Key{k}}
	}
	d.GridSub = sub(41001, "grid", d.Grid)
	s, x, err := binance.Start(now, &binance.Account{
		ID: "30071993", Keys: []*binance.Key{d.BinanceMain}, Subs: []*binance.Sub{d.GridSub, sub(41002, "hedge", d.Hedge)},
	})
	d.Binance = x
	return d.running("binance", s, err)
}

func (d *Desk) kucoin(now func() time.Time) error {
	key := func(name string) *kucoin.Key {
		created := time.Date(2022, 3, 4, 5, 6, 0, 0, time.UTC)
		k := &kucoin.Key{
			AccessKey: fmt.Sprintf("%08x", created.Unix()) + fake.HexOf("desk "+name, 16),
			Secret:    fake.UUID(fake.HexCanary + fake.RandomHex(20)), Passphrase: "aB1!" + fake.Canary + fake.RandomLetters(8),
			Remark: name, Created: created, Permission: "General,Spot",
		}
		d.hold(name, k.AccessKey, k.Secret, k.Passphrase)
		return k
	}
	d.KuCoinMain, d.Spot = key("kucoin-main"), key("spot-bot")
	d.SpotSub = &kucoin.Sub{
		UID:     9001,
		UserID:  fake.HexOf("desk spot", 24),
		Name:    "spotbot",
		Created: d.Spot.Created,
		Keys:    []*kucoin.Key{d.Spot},
	}
	s, x, err := kucoin.Start(
		now,
		&kucoin.Account{UID: 165111215, Keys: []*kucoin.Key{d.KuCoinMain}, Subs: []*kucoin.Sub{d.SpotSub}},
	)
	d.KuCoin = x
	return d.running("kucoin", s, err)
}

func (d *Desk) okx(now func() time.Time) error {
	key := func(name string) *okx.Key {
		k := &okx.Key{
			AccessKey: fake.UUID(fake.HexOf("desk "+name, 32)), Secret: strings.ToUpper(fake.HexCanary + fake.RandomHex(20)),
			Passphrase: "aB1!" + fake.Canary + fake.RandomLetters(8), Label: name,
			Created: time.Date(
				2022,
				3,
				4,
				5,
				6,
				0,
				0,
				time.UTC,
			), Whitelist: []string{here}, Perms: []string{"read_only", "trade"},
		}
		d.hold(name, k.AccessKey, k.Secret, k.Passphrase)
		return k
	}
	d.OKXMain, d.Swap = key("okx-main"), key("swap-bot")
	d.SwapSub = &okx.Sub{ID: "340012345678907413", Name: "swapbot", Created: d.Swap.Created, Keys: []*okx.Key{d.Swap}}
	s, x, err := okx.Start(
		now,
		&okx.Account{ID: "44705892343619584", Keys: []*okx.Key{d.OKXMain}, Subs: []*okx.Sub{d.SwapSub}},
	)
	d.OKX = x
	return d.running("okx", s, err)
}

func (d *Desk) running(exchange string, s *fake.Server, err error) error {
	if err == nil {
		d.servers[exchange] = s
	}
	return err
}

// hold puts a credential into the desk's .env.
func (d *Desk) hold(name, accessKey, secret, passphrase string) {
	prefix := strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
	fmt.Fprintf(&d.env, "%s_API_KEY=%s\n%s_API_SECRET=%s\n", prefix, accessKey, prefix, secret)
	if passphrase != "" {
		fmt.Fprintf(&d.env, "%s_API_PASSPHRASE=%s\n", prefix, passphrase)
	}
}

// Config is the desk's rekey.yaml. extra is added to the entry of grid-bot.
func (d *Desk) Config(extra string) string {
	var b strings.Builder
	b.WriteString("version: 1\nkeys:\n")
	entry := func(name, exchange, manager, account string) {
		prefix := strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
		fmt.Fprintf(&b, "  %s:\n    exchange: %s\n    credential: \"dotenv:.env#%s\"\n", name, exchange, prefix)
		if manager != "" {
			fmt.Fprintf(&b, "    manager: %s\n    account: %q\n", manager, account)
		}
	}
	entry("binance-main", "binance", "", "")
	entry("kucoin-main", "kucoin", "", "")
	entry("okx-main", "okx", "", "")
	entry("hedge-bot", "binance", "binance-main", "hedge@desk.example")
	entry("spot-bot", "kucoin", "kucoin-main", "spotbot")
	entry("swap-bot", "okx", "okx-main", "swapbot")
	entry("grid-bot", "binance", "binance-main", "grid@desk.example")
	b.WriteString(extra)
	b.WriteString("exchanges:\n")
	for _, name := range []string{"binance", "kucoin", "okx"} {
		fmt.Fprintf(&b, "  %s: {endpoint: %q}\n", name, d.servers[name].URL)
	}
	return b.String()
}

// Write puts rekey.yaml and .env into a folder.
func (d *Desk) Write(folder string) error {
	if err := os.WriteFile(filepath.Join(folder, ".env"), []byte(d.env.String()), 0o600); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "rekey.yaml"), []byte(d.Config("")), 0o600)
}

// Live are the keys that live, of all three exchanges.
func (d *Desk) Live() []fake.LiveKey {
	return slices.Concat(d.Binance.Live(), d.KuCoin.Live(), d.OKX.Live())
}

// Alive are the names of the bots' keys that live, by the word of the exchanges.
func (d *Desk) Alive() []string {
	access := map[string]string{
		d.Grid.AccessKey: "grid-bot", d.Hedge.AccessKey: "hedge-bot", d.Spot.AccessKey: "spot-bot",
		d.Swap.AccessKey: "swap-bot",
	}
	var out []string
	for _, k := range d.Live() {
		if name, ok := access[k.AccessKey]; ok {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}
