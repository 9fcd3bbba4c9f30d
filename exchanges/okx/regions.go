package okx

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"rekey/exchanges"
)

// A place is where a key may live: a region's host, in live or demo trading.
type place struct{ base, region, environment string }

// configured is the place that rekey.yaml names.
func (a *adapter) configured() place {
	base := a.env.Caller.Endpoint(roleREST)
	p := place{base: base, region: a.regionOf(base), environment: live}
	if a.env.Environment == demo {
		p.environment = demo
	}
	return p
}

// regionOf returns the region of a host. A host that rekey.yaml put in place
// of all others stands for the configured region.
func (a *adapter) regionOf(base string) string {
	for _, h := range protocol().Hosts {
		if h.URL == base {
			return h.Region
		}
	}
	if a.env.Region != "" {
		return a.env.Region
	}
	return regionGlobal
}

// other returns the place's other environment.
func (p place) other() place {
	if p.environment == live {
		p.environment = demo
	} else {
		p.environment = live
	}
	return p
}

// searchElsewhere is what follows a 50119 from the configured place. A key
// exists at the host of one region and in one environment; everywhere else the
// answer is 50119 too (ccxt#24601, sieblyio/okx-api#109). The key is dead when
// every host says 50119 in both environments, each beside a working control
// call. One answer of another kind, and it is not.
func (a *adapter) searchElsewhere(ctx context.Context, k exchanges.Key) (exchanges.Key, error) {
	here := a.configured()
	hosts := a.env.Caller.Hosts(roleREST)
	if a.lived.Load() { // a key that answered here belongs here
		hosts = nil
		if _, err := a.serverTime(ctx, here); err != nil {
			return k, err
		}
	}
	var trouble error
	for _, h := range hosts {
		at := place{base: h.URL, region: a.regionOf(h.URL), environment: here.environment}
		if _, err := a.serverTime(ctx, at); err != nil {
			trouble = firstOf(trouble, unasked(at, err))
			continue
		}
		for _, p := range []place{at, at.other()} {
			if p != here { // which said 50119 before this began
				found, err := a.lookAt(ctx, k, p)
				if found.Status != exchanges.StatusUndetermined {
					return found, a.located(p, err)
				}
				if exchanges.KindOf(err) != exchanges.KindNoSuchKey {
					trouble = firstOf(trouble, unasked(p, err))
				}
			}
			if known, err := a.knownSwapped(ctx, k, p); known || err != nil {
				return exchanges.Interchanged(Name, opInspect, k, err)
			}
		}
	}
	if trouble != nil {
		return k, trouble
	}
	k.Status = exchanges.StatusDead
	if asked := exchanges.HostNames(hosts); asked != "" {
		k.Proof = "asked " + asked + ", each for live and for demo trading"
	}
	return k, nil
}

// knownSwapped reports whether a place knows the pair the other way round. It
// asks only for an access key that has not the form of one: a secret may stand
// there.
func (a *adapter) knownSwapped(ctx context.Context, k exchanges.Key, p place) (bool, error) {
	if keyDigits.MatchString(a.credential.AccessKey) {
		return false, nil
	}
	c := a.credential.Swapped()
	if usable(c) != nil || !exchanges.Printable(c.AccessKey) {
		return false, nil //nolint:nilerr // what is no pair the other way round is known nowhere
	}
	twin := &adapter{credential: c, env: a.env, user: exchanges.Fingerprint(c.AccessKey)}
	found, err := twin.lookAt(ctx, k, p)
	switch {
	case found.Status != exchanges.StatusUndetermined:
		return true, nil
	case exchanges.KindOf(err) == exchanges.KindNoSuchKey, exchanges.KindOf(err) == exchanges.KindCredential:
		return false, nil // 50119, or 50111: no access key at all
	default:
		return false, unasked(p, err)
	}
}

func firstOf(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// located adds to what a place said about a living key where the key lives,
// if that is not what rekey.yaml says. err is the refusal, or nil.
func (a *adapter) located(p place, err error) error {
	var refused *exchanges.Error
	if err != nil && !errors.As(err, &refused) {
		return err
	}
	if refused != nil && refused.Code == codeOtherEnvironment {
		p = p.other()
	}
	here := a.configured()
	if p == here {
		return err
	}
	var is, set []string
	if p.region != here.region || p.region != regionGlobal {
		is, set = append(is, "region "+p.region), append(set, "region: "+p.region)
	}
	if p.environment != here.environment || p.environment != live {
		is, set = append(is, "environment "+p.environment), append(set, "environment: "+p.environment)
	}
	where := fmt.Sprintf("the key lives, in %s: rekey.yaml needs \"exchanges: okx: {%s}\"",
		strings.Join(is, ", "), strings.Join(set, ", "))
	if refused == nil {
		return &exchanges.Error{Exchange: Name, Op: opInspect, Kind: exchanges.KindUndetermined, Detail: where}
	}
	e := *refused
	if e.Code == codeOtherEnvironment {
		e.Detail = where
	} else {
		e.Detail = where + "; there it " + e.Detail
	}
	return &e
}

// unasked is the error for a place that could not be asked, when the others
// do not know the key.
func unasked(p place, err error) error {
	var refused *exchanges.Error
	if !errors.As(err, &refused) {
		return err
	}
	e := *refused
	if e.Kind == exchanges.KindNoSuchKey { // the control call, about no key at all
		e.Kind = exchanges.KindUndetermined
	}
	e.Detail = fmt.Sprintf("the configured region does not know the key; it is dead only if all regions say so, and %s "+
		"(%s) could not be asked: %s",
		p.region, p.environment, e.Detail)
	return &e
}
