package binance

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"rekey/exchanges"
)

// A key of the testnet, of demo trading or of Binance.US gets -2008 from the
// live host (python-binance#1155, ccxt#29099; read 2026-11-30), and so does a
// secret that stands in the place of the key: access keys and HMAC secrets have
// one form. All of these are asked about before a key is called dead, by calls
// that read.

// hexForm is the form of the keys that testnet.binancefuture.com issues. No
// host of that site is declared here.
var hexForm = regexp.MustCompile(`^[0-9a-f]{64}$`)

// searchElsewhere is what follows a proven -2008 from the live host.
func (a *adapter) searchElsewhere(ctx context.Context, k exchanges.Key) (exchanges.Key, error) {
	if a.lived.Load() { // a key that answered here belongs here
		return a.dead(k), nil
	}
	if len(a.env.Caller.Hosts(roleMain)) > 1 && hexForm.MatchString(a.credential.AccessKey) {
		return k, undetermined("does not know this access key. 64 digits in lower-case hexadecimal are the form of the " +
			"futures testnet " +
			"(testnet.binancefuture.com), which rekey cannot ask: look there before you take the key for dead")
	}
	twin := a.swapped()
	if twin != nil {
		if found, err := twin.standsHere(ctx); found || err != nil {
			return exchanges.Interchanged(Name, opInspect, k, err)
		}
	}
	var trouble error
	for _, h := range a.env.Caller.Hosts(roleMain) {
		if h.URL == a.env.Caller.Endpoint(roleMain) {
			continue
		}
		for _, one := range []*adapter{a, twin} {
			if one == nil {
				continue
			}
			switch found, err := one.livesAt(ctx, h); {
			case err != nil && trouble == nil:
				trouble = err
			case found && one == twin:
				return exchanges.Interchanged(Name, opInspect, k, nil)
			case found:
				k.Status = exchanges.StatusAlive
				return k, &exchanges.Error{
					Exchange: Name, Op: opAccount, Kind: exchanges.KindUndetermined,
					Detail: fmt.Sprintf("the key lives, in environment %s: rekey.yaml needs \"exchanges: binance: {environment: %s}\"",
						h.Environment, h.Environment),
				}
			}
		}
	}
	if trouble != nil {
		return k, trouble
	}
	return a.dead(k), nil
}

// dead returns a key whose end is proven, and says by whom.
func (a *adapter) dead(k exchanges.Key) exchanges.Key {
	k.Status = exchanges.StatusDead
	if asked := exchanges.HostNames(a.env.Caller.Hosts(roleMain)); asked != "" && !a.lived.Load() {
		k.Proof = "asked " + asked + "; Binance.US is another company with keys of its own, which was not asked"
	}
	return k
}

// swapped returns an adapter for the pair the other way round, nil when the
// secret cannot stand in the place of the key.
func (a *adapter) swapped() *adapter {
	if !hmacForm(a.credential.Secret) {
		return nil
	}
	twin, err := openPair(a.credential.Swapped(), a.env)
	if err != nil {
		return nil
	}
	return twin
}

// standsHere reports whether the live host knows this pair's access key. One
// call, one answer: a key that it knows is not refused with -2008.
func (a *adapter) standsHere(ctx context.Context) (bool, error) {
	_, err := a.restrictions(ctx)
	switch {
	case err == nil, statusOf(err) != exchanges.StatusUndetermined:
		return true, nil
	case exchanges.KindOf(err) == exchanges.KindNoSuchKey, exchanges.KindOf(err) == exchanges.KindCredential:
		return false, nil // -2008, or -2014: no access key at all
	default:
		return false, unasked("the live host", err)
	}
}

// livesAt reports whether a host of another environment knows this pair. It has
// /api alone, which refuses a key that it does not know with -2008 or -2015
// (errors.md). -2015 is also the answer to a refused address: a testnet or demo
// key with an IP whitelist that excludes this machine looks like no key. None
// of them can move money.
func (a *adapter) livesAt(ctx context.Context, h exchanges.Host) (bool, error) {
	err := a.account(ctx, h.URL)
	var refused *exchanges.Error
	switch {
	case err == nil, statusOf(err) == exchanges.StatusAlive:
		return true, nil
	case errors.As(err, &refused) && strings.Contains(" -2008 -2014 -2015 ", " "+refused.Code+" "):
		return false, nil
	default:
		return false, unasked(h.Environment, err)
	}
}

// unasked is the error for a place that could not be asked about a key that
// the live host does not know.
func unasked(where string, err error) error {
	var refused *exchanges.Error
	if !errors.As(err, &refused) {
		return err
	}
	e := *refused
	if e.Kind == exchanges.KindNoSuchKey {
		e.Kind = exchanges.KindUndetermined
	}
	e.Detail = "the live host does not know the key; it is dead only if testnet and demo say so too, and access key and " +
		"secret are not " +
		"interchanged, and " + where + " could not be asked: " + e.Detail
	return &e
}
