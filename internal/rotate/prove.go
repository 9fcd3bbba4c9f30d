package rotate

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"rekey/exchanges"
	"rekey/internal/journal"
)

// prove asks with the new key what it may do. It must work from here and be no
// wider than wanted; else the run is taken back.
func (r *run) prove(ctx context.Context) error {
	c, err := r.credential(ctx)
	if err != nil {
		return err
	}
	var last error
	k, err := r.waitFor(ctx, c, func(k exchanges.Key, err error) bool {
		last = err
		return r.fits(k, err)
	})
	if err != nil {
		return err
	}
	if !r.fits(k, last) {
		return errGiveUp{errors.Join(fmt.Errorf("the new key does not work from here: it is %s", k.Status), last)}
	}
	if wider := r.wider(k); len(wider) > 0 && !r.accepted(RiskWiderKey) {
		return errGiveUp{fmt.Errorf("the new key is wider than asked for: %s", strings.Join(wider, ", "))}
	}
	return r.note(journal.Proved, journal.Did, journal.Data{})
}

// wider names what a key may that was not wanted. What the exchange does not
// tell of its own new key is no reason to refuse it.
func (r *run) wider(k exchanges.Key) []string {
	var out []string
	granted, _ := k.Permissions.Granted()
	for _, p := range granted {
		if p != exchanges.Read && !slices.Contains(r.Want.Permissions, p) {
			out = append(out, string(p))
		}
	}
	if len(r.Want.Whitelist) == 0 && !r.Want.Restricted {
		return out
	}
	if restricted, told := k.Whitelist.Restricted.Get(); told && !restricted {
		return append(out, "any address")
	}
	if len(r.Want.Whitelist) == 0 {
		return out
	}
	wanted, known := exchanges.ParseWhitelist(r.Want.Whitelist).Entries.Get()
	entries, told := k.Whitelist.Entries.Get()
	if !told || !known {
		return out
	}
	for _, e := range entries {
		if !slices.ContainsFunc(wanted, func(w netip.Prefix) bool { return covers(w, e) }) {
			out = append(out, e.String())
		}
	}
	return out
}

// covers reports whether every address of b is in a.
func covers(a, b netip.Prefix) bool { return a.Bits() <= b.Bits() && a.Masked().Contains(b.Addr()) }

// waitFor asks about a key until good says so, for as long as patience lasts,
// and returns the last answer. An error is trouble that says nothing about the
// key, or an interruption.
func (r *run) waitFor(ctx context.Context, c exchanges.Credential, good func(exchanges.Key, error) bool) (exchanges.Key, error) {
	var k exchanges.Key
	var err error
	for waited := interval * 0; ; waited += interval {
		if k, err = r.ask(ctx, c); good(k, err) {
			return k, nil
		}
		if errors.As(err, new(errSetup)) {
			return k, err
		}
		if waited >= patience {
			break
		}
		if e := r.Sleep(ctx, interval); e != nil {
			return k, e
		}
	}
	if k.Status == exchanges.StatusUndetermined {
		return k, errors.Join(errors.New("the exchange gives no clear answer"), err)
	}
	return k, nil
}
