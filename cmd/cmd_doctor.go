package cmd

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"rekey/exchanges"
	"rekey/internal/config"
	"rekey/internal/httpx"
	"rekey/internal/text"
)

func newDoctorCmd(a *App) *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "Check this machine: clock, network, address, proxies, files",
		Long: `Check what a run of rekey depends on: the configuration, whether each exchange
that it names is reachable from here, how far this machine's clock is off, which
address an exchange sees, the proxies of the environment, and who else may read
the files that hold credentials. Sends only unsigned requests.

Exits 1 when something is wrong, 4 when something could not be checked.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return doctorRun(cmd.Context(), a) },
	}
}

// noWorkspace stands in for a configuration that cannot be read.
func noWorkspace() *workspace { return &workspace{} }

// A doctor prints one line for each check and remembers the worst.
type doctor struct {
	w             io.Writer
	wrong, unseen int
	err           error // of writing
}

func (d *doctor) ok(what, text string)    { d.line("ok", what, text) }
func (d *doctor) note(what, text string)  { d.line("-", what, text) }
func (d *doctor) bad(what, text string)   { d.wrong++; d.line("WRONG", what, text) }
func (d *doctor) blind(what, text string) { d.unseen++; d.line("?", what, text) }

func (d *doctor) line(mark, what, said string) {
	if _, err := fmt.Fprintf(d.w, "%-6s %-20s %s\n", mark, what, text.Sentence(said)); err != nil {
		d.err = err
	}
}

// doctorRun makes every check, also after one that failed.
func doctorRun(ctx context.Context, a *App) error {
	d := &doctor{w: a.Stdout}
	ws, err := a.loadWorkspace(ctx)
	if err != nil {
		d.bad("configuration", err.Error())
		ws = noWorkspace()
	} else {
		d.ok("configuration", ws.Source+": "+number(len(ws.Entries), "key"))
	}
	a.checkProxies(d)
	a.checkVaultServer(ctx, d, ws)
	checkFiles(ctx, d, ws)
	for _, x := range a.Registry.All() {
		if uses(ws, x.Card.Name) {
			a.checkExchange(ctx, d, x, ws.Settings[x.Card.Name])
		}
	}
	for _, name := range a.Registry.ByName() {
		if uses(ws, name) {
			d.blind(name, withoutAdapter)
		}
	}
	switch {
	case d.err != nil:
		return failed("could not be written: " + plain(d.err))
	case ctx.Err() != nil:
		return silently(exitInterrupted)
	case d.wrong > 0:
		return silently(exitFailed)
	case d.unseen > 0:
		return silently(exitIncomplete)
	default:
		return nil
	}
}

// checkProxies names the proxies that requests would go through, without the
// passwords that their URLs may hold.
func (a *App) checkProxies(d *doctor) {
	any := false
	for _, name := range []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"} {
		value, ok := a.lookup(name)
		if !ok || value == "" {
			continue
		}
		any = true
		u, err := url.Parse(value)
		if err != nil || u.Host == "" {
			d.bad("proxy", name+" is set and is not a URL")
			continue
		}
		d.note(
			"proxy",
			fmt.Sprintf(
				"%s sends requests through %s://%s; TLS to the exchange is verified all the same",
				name,
				u.Scheme,
				u.Host,
			),
		)
	}
	if !any {
		d.ok("proxy", "none")
	}
}

// checkFiles reads every location and says who else may.
func checkFiles(ctx context.Context, d *doctor, ws *workspace) {
	for _, e := range ws.Entries {
		reading, err := e.Location.Read(ctx, ws.Location)
		if err != nil {
			d.bad("credential "+e.Name, err.Error())
			continue
		}
		loose := false
		for _, l := range reading.Seen {
			switch {
			case l.Mode&0o077 != 0:
				loose = true
				d.bad("credential "+e.Name, fmt.Sprintf("%s has mode %04o: others may read it; chmod 600", l.Text, l.Mode))
			case l.ForeignOwner:
				loose = true
				d.bad("credential "+e.Name, l.Text+" belongs to somebody else")
			case l.Symlink:
				loose = true
				d.note("credential "+e.Name, l.Text+" is a symbolic link")
			}
		}
		if !loose {
			d.ok("credential "+e.Name, e.Location.Display()+" can be read")
		}
	}
}

func uses(ws *workspace, exchange string) bool {
	for _, e := range ws.Entries {
		if e.Exchange == exchange {
			return true
		}
	}
	for _, v := range ws.Vendors {
		if v.Name == exchange {
			return true
		}
	}
	return false
}

// withoutAdapter says why the keys of an exchange are not looked at.
const withoutAdapter = "rekey has no adapter for it: its keys are not looked at, and are gaps of every audit"

// checkExchange asks for the time, which needs no key, and compares clocks.
func (a *App) checkExchange(ctx context.Context, d *doctor, x exchanges.Exchange, s config.ExchangeSettings) {
	name := x.Card.Name
	if x.Card.Kind == "defunct" {
		d.note(name, "is gone; nothing is ever sent there")
		return
	}
	if x.IsCardAlone() {
		d.blind(name, withoutAdapter)
		return
	}
	c, err := a.client(x, s)
	if err != nil {
		d.bad(name, err.Error())
		return
	}
	p := x.Protocol
	op, ok := p.Operation(p.TimeOperation)
	if !ok {
		d.note(name, "has no unsigned call to try; rekey audit will tell")
		return
	}
	sent := a.Now()
	res, err := c.Call(ctx, c.Unsigned(op))
	took := a.Now().Sub(sent)
	if err != nil {
		d.blind(name, err.Error())
		return
	}
	d.ok(name, fmt.Sprintf("%s answers in %d ms", host(c.Endpoint(op.Host)), took.Milliseconds()))
	theirs, ok := p.TimeOf(res)
	if !ok {
		d.blind(name+" clock", "the answer holds no time")
	} else {
		checkClock(d, name, theirs.Sub(sent.Add(took/2)))
	}
	a.checkAddress(ctx, d, c, x)
}

// checkClock compares with one second, the tightest rule of the sheets: Binance
// refuses a timestamp that is a second ahead. rekey corrects for the offset;
// bots on this machine may not.
func checkClock(d *doctor, name string, ahead time.Duration) {
	off := ahead.Abs().Round(time.Millisecond)
	direction := "behind"
	if ahead < 0 {
		direction = "ahead of"
	}
	text := fmt.Sprintf("this machine is %s %s the exchange", off, direction)
	if off > time.Second {
		d.bad(name+" clock", text+"; rekey corrects for it, bots here may be refused")
		return
	}
	d.ok(name+" clock", text)
}

// checkAddress asks an exchange that tells which address it sees.
func (a *App) checkAddress(ctx context.Context, d *doctor, c *httpx.Client, x exchanges.Exchange) {
	if x.SeenAddress == nil {
		return
	}
	op, _ := x.Protocol.Operation(x.SeenAddress.Operation)
	res, err := c.Call(ctx, c.Unsigned(op))
	if err != nil {
		d.blind(x.Card.Name+" address", err.Error())
		return
	}
	address, ok := x.SeenAddress.Of(res)
	if !ok {
		d.blind(x.Card.Name+" address", "the answer holds no address")
		return
	}
	d.ok(x.Card.Name+" address", "the exchange sees this machine as "+text.Clean(address))
}

func host(endpoint string) string {
	_, rest, _ := strings.Cut(endpoint, "://")
	return rest
}
