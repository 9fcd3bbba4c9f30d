// Package drill stages a trading desk on the night of the leak: fake exchanges
// on loopback, a dozen keys with a story each, and the rekey.yaml that a
// trader would have. Nothing in it is real. The secrets are made anew at every
// start and are good for the fakes alone.
package drill

import (
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"

	"rekey/internal/fake"
)

// A Desk is a running stage.
type Desk struct {
	// Endpoints are the base URLs of the fakes, by exchange name.
	// WebPage is the address of the page on which keys are deleted, "" for none.
	WebPage   string
	Endpoints map[string]string

	servers     []*fake.Server
	credentials []credential // what the trader holds
	strays      []stray      // keys that exist and that the trader does not hold
	houses      map[string]house
	now         func() time.Time
}

// A stray is a key that an exchange has and the trader no secret of.
type stray struct {
	exchange, account string
	credential
}

// A credential is what the trader holds of one key, under the prefix of its
// environment variables.
type credential struct{ prefix, accessKey, secret, passphrase string }

// Start runs the fakes. now is their clock. Close ends them.
func Start(now func() time.Time) (*Desk, error) {
	d := &Desk{Endpoints: map[string]string{}, houses: map[string]house{}, now: now}
	for _, stage := range []func() error{
		d.binance, d.kucoin, d.okx, d.coinbase,
		d.coinbaseExchange, d.ftx, d.threeCommas,
	} {
		if err := stage(); err != nil {
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

// running adds a started fake under the exchange's name.
func (d *Desk) running(exchange string, s *fake.Server, err error) error {
	if err != nil {
		return err
	}
	d.servers = append(d.servers, s)
	d.Endpoints[exchange] = s.URL
	return nil
}

// hold gives the trader a credential.
func (d *Desk) hold(prefix, accessKey, secret, passphrase string) {
	d.credentials = append(d.credentials, credential{prefix, accessKey, secret, passphrase})
}

// Environ returns the trader's credentials as environment variables, for a run
// that writes nothing to disk.
func (d *Desk) Environ() []string {
	var env []string
	for _, c := range d.credentials {
		for _, v := range c.variables() {
			env = append(env, v[0]+"="+v[1])
		}
	}
	return env
}

func (c credential) variables() [][2]string {
	out := [][2]string{{c.prefix + "_API_KEY", c.accessKey}, {c.prefix + "_API_SECRET", c.secret}}
	if c.passphrase != "" {
		out = append(out, [2]string{c.prefix + "_API_PASSPHRASE", c.passphrase})
	}
	return out
}

// Config returns the trader's rekey.yaml. Its credentials live at location
// followed by a prefix: "env:" or "dotenv:.env#".
func (d *Desk) Config(location string) string {
	var b strings.Builder
	b.WriteString(strings.ReplaceAll(inventory, "LOCATION:", location))
	b.WriteString("exchanges:\n")
	for _, name := range d.names() {
		if name != "3commas" {
			fmt.Fprintf(&b, "  %s: {endpoint: %q", name, d.Endpoints[name])
			if _, ok := d.houses[name]; ok && d.WebPage != "" {
				fmt.Fprintf(&b, ", page: %q", d.WebPage)
			}
			b.WriteString("}\n")
		}
	}
	fmt.Fprintf(
		&b,
		"vendors:\n  3commas: {credential: %q, endpoint: %q}\n",
		location+"THREECOMMAS",
		d.Endpoints["3commas"],
	)
	return b.String()
}

func (d *Desk) names() []string {
	var names []string
	for n := range d.Endpoints {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}

// Write puts rekey.yaml and .env into a new folder, and beside them a leaked dump
// and a messy home folder. It fails when the folder is there already.
func (d *Desk) Write(folder string) error {
	if err := os.Mkdir(folder, 0o700); err != nil {
		return err
	}
	var env strings.Builder
	env.WriteString("# Staged by rekey drill. These keys are good for its fake exchanges alone.\n")
	for _, c := range d.credentials {
		for _, v := range c.variables() {
			fmt.Fprintf(&env, "%s=\"%s\"\n", v[0], strings.ReplaceAll(v[1], "\n", `\n`))
		}
	}
	if err := os.WriteFile(filepath.Join(folder, ".env"), []byte(env.String()), 0o600); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, "rekey.yaml"), []byte(d.Config("dotenv:.env#")), 0o600); err != nil {
		return err
	}
	if err := d.writeDump(filepath.Join(folder, "dump.jsonl")); err != nil {
		return err
	}
	return d.writeHome(filepath.Join(folder, "home"))
}

// inventory is what the trader knows of their keys. They forgot some.
const inventory = `# The staged desk of rekey drill. Nothing here is real.
version: 1
keys:
  main-binance:              # made in 2021, given to the bot service, forgotten
    exchange: binance
    credential: LOCATION:MAIN_BINANCE
    shared_with: [3commas]
    purpose: [read, spot]
  payout:                    # pays suppliers
    exchange: binance
    credential: LOCATION:PAYOUT
    purpose: [read, withdraw]
    owner: treasury
  grid-bot:                  # a sub-account's key, at the bot service too
    exchange: binance
    credential: LOCATION:GRID_BOT
    shared_with: [3commas]
    purpose: [read, spot]
    owner: desk-a
    manager: main-binance
    account: grid@desk.example
  old-binance:               # deleted at the exchange, still in the bot's config
    exchange: binance
    credential: LOCATION:OLD_BINANCE
    owner: desk-a
  kucoin-bot:                # made after the leak, bound to an address
    exchange: kucoin
    credential: LOCATION:KUCOIN_BOT
    shared_with: [3commas]
    purpose: [read, spot]
    owner: desk-b
  kucoin-tax:                # for the tax tracker
    exchange: kucoin
    credential: LOCATION:KUCOIN_TAX
    shared_with: [taxtracker]
    purpose: [read]
    owner: desk-b
  okx-main:                  # nobody remembers when it was made
    exchange: okx
    credential: LOCATION:OKX_MAIN
    shared_with: [3commas]
    owner: desk-b
  okx-office:                # works from the office only
    exchange: okx
    credential: LOCATION:OKX_OFFICE
    purpose: [read, trade]
    owner: desk-b
  cdp:                       # a Coinbase Developer Platform key
    exchange: coinbase
    credential: LOCATION:CDP
    owner: desk-c
  coinbase-2019:             # from before the Developer Platform
    exchange: coinbase
    credential: LOCATION:COINBASE_2019
    owner: desk-c
  cb-exchange:               # the exchange is too busy tonight to answer for it
    exchange: coinbase-exchange
    credential: LOCATION:CB_EXCHANGE
    owner: desk-c
  ftx-2021:                  # the exchange is gone
    exchange: ftx
    credential: LOCATION:FTX_2021
    shared_with: [3commas]
    owner: desk-a
`

// Server returns the fake of an exchange, for tests that break it. It is nil
// for an exchange without one.
func (d *Desk) Server(exchange string) *fake.Server {
	for _, s := range d.servers {
		if s.URL == d.Endpoints[exchange] {
			return s
		}
	}
	return nil
}
