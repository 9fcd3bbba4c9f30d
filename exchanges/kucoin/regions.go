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
// 2026-11-22). KuCoin Australia shares the global host and is told by a header
// (kucoin.com/docs-new/authentication, X-SITE-TYPE; sieblyio/kucoin-api, "API
// calls for AU require extra header"; read 2026-11-30). The first is the
// default.
const (
	regionGlobal = "global"
	regionEU     = "eu"
	regionAU     = "au"
)

// The header by which the global host tells its sites apart.
const (
	headerSite    = "X-SITE-TYPE"
	siteAustralia = "australia"
)

// A site is where a key may live: a host, and whether it is asked as the
// Australian site.
type site struct {
	base, region string
	australia    bool
}

// configured is the site that rekey.yaml names.
func (a *adapter) configured() site {
	base := a.env.Caller.Endpoint(roleSpot)
	s := site{base: base, region: regionOf(base), australia: a.env.Region == regionAU}
	if s.australia {
		s.region = regionAU
	}
	return s
}

// sites returns every site, the configured one first.
func (a *adapter) sites() []site {
	out := []site{a.configured()}
	for _, h := range a.env.Caller.Hosts(roleSpot) {
		region := regionOf(h.URL)
		all := []site{{base: h.URL, region: region}}
		if region == regionGlobal { // also an endpoint, which stands for all
			all = append(all, site{base: h.URL, region: regionAU, australia: true})
		}
		for _, s := range all {
			if s != out[0] {
				out = append(out, s)
			}
		}
	}
	return out
}

// searchElsewhere is what follows a proven 400003 from the configured site:
// "The API key does not exist or site mismatch." are KuCoin's own words (a
// recorded answer of 2026-09-25). So the key is dead when every site says so.
func (a *adapter) searchElsewhere(ctx context.Context, k exchanges.Key) (exchanges.Key, error) {
	sites := a.sites()
	if a.lived.Load() { // a key that answered here belongs here
		sites = sites[:1]
	}
	var trouble error
	for i, s := range sites {
		if i > 0 {
			found, err := a.lookAt(ctx, k, s)
			switch {
			case found.Status != exchanges.StatusUndetermined:
				return found, located(s, found.Status, err)
			case exchanges.KindOf(err) != exchanges.KindNoSuchKey && trouble == nil:
				trouble = located(s, found.Status, err)
			}
		}
		if a.lived.Load() {
			continue
		}
		if known, err := a.knownSwapped(ctx, k, s); known || err != nil {
			return exchanges.Interchanged(Name, opInspect, k, err)
		}
	}
	if trouble != nil {
		return k, trouble
	}
	k.Status = exchanges.StatusDead
	if asked := exchanges.HostNames(a.env.Caller.Hosts(roleSpot)); asked != "" && len(sites) > 1 {
		k.Proof = "asked " + asked + ", the first also as the Australian site"
	}
	return k, nil
}

// lookAt asks one site for the key.
func (a *adapter) lookAt(ctx context.Context, k exchanges.Key, s site) (exchanges.Key, error) {
	there := &adapter{credential: a.credential, env: a.env, user: a.user, at: &s}
	there.version3.Store(a.version3.Load())
	res, err := there.call(ctx, s.base, opInspect, pathInspect, nil)
	if err != nil {
		return refused(k, err)
	}
	return there.alive(k, res)
}

// knownSwapped reports whether a site knows the pair the other way round. It
// asks only for an access key that has not the form of one: a secret may stand
// there.
func (a *adapter) knownSwapped(ctx context.Context, k exchanges.Key, s site) (bool, error) {
	c := a.credential.Swapped()
	if keyForm.MatchString(a.credential.AccessKey) || usable(c) != nil {
		return false, nil //nolint:nilerr // what is no pair the other way round is known nowhere
	}
	twin := &adapter{credential: c, env: a.env, user: exchanges.Fingerprint(c.AccessKey)}
	found, err := twin.lookAt(ctx, k, s)
	switch {
	case found.Status != exchanges.StatusUndetermined:
		return true, nil
	case exchanges.KindOf(err) == exchanges.KindNoSuchKey:
		return false, nil // the site does not know it this way round either
	default:
		return false, located(s, exchanges.StatusUndetermined, err)
	}
}

// located is the error for a key that the configured site does not know. err is
// what another site said of it, or nil.
func located(s site, status exchanges.Status, err error) error {
	text := fmt.Sprintf("the key lives, in region %s: rekey.yaml needs \"exchanges: kucoin: {region: %s}\"", s.region,
		s.region)
	if status == exchanges.StatusUndetermined {
		text = "the configured region does not know the key; it is dead only if all regions say so, and " + s.region +
			" gave no clear answer"
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
