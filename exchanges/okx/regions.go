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
	var trouble error
	for _, base := range a.env.Caller.Endpoints(roleREST) {
		at := place{base: base, region: a.regionOf(base), environment: here.environment}
		if _, err := a.serverTime(ctx, at); err != nil {
			trouble = firstOf(trouble, unasked(at, err))
			continue
		}
		for _, p := range []place{at, at.other()} {
			if p == here { // it said 50119 before this began
				continue
			}
			found, err := a.lookAt(ctx, k, p)
			if found.Status != exchanges.StatusUndetermined {
				return found, a.located(p, err)
			}
			if exchanges.KindOf(err) != exchanges.KindNoSuchKey {
				trouble = firstOf(trouble, unasked(p, err))
			}
		}
	}
	if trouble == nil {
		k.Status = exchanges.StatusDead
	}
	return k, trouble
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
	where := fmt.Sprintf("the key lives, in %s: rekey.yaml needs \"exchanges: okx: {%s}\"", strings.Join(is, ", "), strings.Join(set, ", "))
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
	e.Detail = fmt.Sprintf("the configured region does not know the key; it is dead only if all regions say so, and %s (%s) could not be asked: %s",
		p.region, p.environment, e.Detail)
	return &e
}
