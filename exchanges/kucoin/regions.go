package kucoin

import (
	"context"
	"errors"
	"fmt"

	"rekey/exchanges"
)

// Regions. KuCoin EU is a site of its own, with its own accounts, keys and
// host (kucoin.com/en-eu/docs-new/authentication-eu; ccxt kucoineu; the README
// of sieblyio/kucoin-api, which wants credentials of the same region; read
// 2026-11-22). The first is the default.
const (
	regionGlobal = "global"
	regionEU     = "eu"
)

// searchElsewhere is what follows a proven 400003 from the configured region.
// That a key of one site gets 400003 at the other's host is inferred from what
// keys of the former sandbox got; the answer of a key that lives there must
// not read as a death. So the key is dead when every site says so.
func (a *adapter) searchElsewhere(ctx context.Context, k exchanges.Key, here string) (exchanges.Key, error) {
	for _, base := range a.env.Caller.Endpoints(roleSpot) {
		if base == here {
			continue
		}
		res, err := a.call(ctx, base, opInspect, pathInspect, nil)
		found := k
		switch {
		case err == nil:
			found, err = a.alive(k, res)
		case exchanges.KindOf(err) == exchanges.KindNoSuchKey:
			continue
		default:
			found, err = refused(k, err)
		}
		return found, located(base, found.Status, err)
	}
	k.Status = exchanges.StatusDead
	return k, nil
}

// located is the error for a key that the configured region does not know.
// err is what another region's site said of it, or nil.
func located(base string, status exchanges.Status, err error) error {
	region := regionOf(base)
	text := fmt.Sprintf("the key lives, in region %s: rekey.yaml needs \"exchanges: kucoin: {region: %s}\"", region, region)
	if status == exchanges.StatusUndetermined {
		text = "the configured region does not know the key; it is dead only if all regions say so, and " + region + " gave no clear answer"
	}
	e := exchanges.Error{Exchange: Name, Op: opInspect, Kind: exchanges.KindUndetermined}
	if refused := (*exchanges.Error)(nil); errors.As(err, &refused) {
		e = *refused
		text += "; there kucoin " + e.Detail
	}
	e.Detail = text
	return &e
}

// regionOf returns the region of a host.
func regionOf(base string) string {
	for _, h := range protocol().Hosts {
		if h.URL == base {
			return h.Region
		}
	}
	return regionGlobal
}
