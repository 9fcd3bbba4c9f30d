package cmd

import (
	"context"
	"fmt"
	"time"

	"rekey/internal/kv"
)

// shortToken is less than a run may take, with its pauses.
const shortToken = 15 * time.Minute

// checkVaultServer looks at the server of vault: locations: whether it is sealed,
// what its clock says, and how long the token lasts.
func (a *App) checkVaultServer(ctx context.Context, d *doctor, ws *workspace) {
	v, ok := ws.Location.Vault.(*inVault)
	if !ok || !ws.usesVault() {
		return
	}
	server, err := v.open()
	if err != nil {
		d.bad("vault", err.Error())
		return
	}
	sent := a.Now()
	h, err := server.Health(ctx)
	took := a.Now().Sub(sent)
	switch {
	case err != nil:
		d.blind("vault", host(server.Address())+": "+err.Error())
		return
	case h.Sealed:
		d.bad("vault", host(server.Address())+" is sealed: nothing can be read or written there")
		return
	}
	d.ok("vault", fmt.Sprintf("%s answers in %d ms", host(server.Address()), took.Milliseconds()))
	if h.Standby {
		d.note("vault", "this is a standby: what it shows may be old, and rekey writes over nothing that it did not see")
	}
	if off := h.Time.Sub(sent).Abs(); !h.Time.IsZero() && off > time.Minute {
		d.bad("vault clock", fmt.Sprintf("this machine and the server differ by %s", off.Round(time.Second)))
	}
	own, err := server.Token(ctx)
	switch {
	case kv.ReasonOf(err) == kv.ReasonFailed:
		d.blind("vault token", err.Error())
	case err != nil:
		d.bad("vault token", err.Error())
	case own.IsRoot():
		d.bad("vault token", "it is a root token: it may do everything there; make one with a policy")
	case own.Left > 0 && own.Left < shortToken:
		d.note("vault token", fmt.Sprintf("it ends in %s: a rotation that takes longer stops, and can be resumed", own.Left))
	default:
		d.ok("vault token", "accepted")
	}
}
