package bybit

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"rekey/exchanges"
)

// configured is the host that rekey.yaml names.
func (a *adapter) configured() exchanges.Host {
	here := exchanges.Host{URL: a.env.Caller.Endpoint(roleREST), Region: a.env.Region, Environment: a.env.Environment}
	for _, h := range a.env.Caller.Hosts(roleREST) {
		if h.URL == here.URL {
			return h
		}
	}
	return here
}

// searchElsewhere is what follows the second 10003 from the configured place. A
// key exists at one site and in one environment; everywhere else the answer is
// 10003 too (docs/v5/error and FAQ: "4 env: mainnet, testnet, mainnet-demo,
// testnet-demo"; "key and domain are matched"). The key is dead when every host
// says so, each beside a working control call. One answer of another kind, and
// it is not.
func (a *adapter) searchElsewhere(ctx context.Context, k exchanges.Key) (exchanges.Key, error) {
	here := a.configured()
	all := a.env.Caller.Hosts(roleREST)
	if a.lived.Load() { // a key that answered here belongs here
		all = []exchanges.Host{here}
	}
	var trouble error
	for _, at := range all {
		if err := a.serverTime(ctx, at); err != nil {
			trouble = firstOf(trouble, unasked(at, err))
			continue
		}
		if at.URL != here.URL { // which said 10003 twice before this began
			found, err := a.lookAt(ctx, k, at)
			if found.Status != exchanges.StatusUndetermined {
				return found, a.located(at, err)
			}
			if exchanges.KindOf(err) != exchanges.KindNoSuchKey {
				trouble = firstOf(trouble, unasked(at, err))
			}
		}
		if a.lived.Load() {
			continue
		}
		if known, err := a.knownSwapped(ctx, k, at); known || err != nil {
			return exchanges.Interchanged(Name, opInspect, k, err)
		}
	}
	if trouble != nil {
		return k, trouble
	}
	k.Status = exchanges.StatusDead
	if asked := exchanges.HostNames(all); asked != "" {
		k.Proof = "asked " + asked
	}
	return k, nil
}

// knownSwapped reports whether a place knows the pair the other way round. It
// asks only for an access key that has not the form of one: a secret may stand
// there.
func (a *adapter) knownSwapped(ctx context.Context, k exchanges.Key, at exchanges.Host) (bool, error) {
	if keyForm.MatchString(a.credential.AccessKey) || a.sign.algorithm != hmacAlgorithm {
		return false, nil
	}
	c := a.credential.Swapped()
	if !exchanges.Printable(c.AccessKey) {
		return false, nil
	}
	twin, err := openPair(c, a.env)
	if err != nil {
		return false, nil //nolint:nilerr // what cannot be a credential is not known as one
	}
	found, err := twin.lookAt(ctx, k, at)
	switch {
	case found.Status != exchanges.StatusUndetermined:
		return true, nil
	case exchanges.KindOf(err) == exchanges.KindNoSuchKey, exchanges.KindOf(err) == exchanges.KindCredential:
		return false, nil
	default:
		return false, unasked(at, err)
	}
}

func firstOf(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// located adds to what a place said about a living key where the key lives. err
// is the refusal, or nil.
func (a *adapter) located(at exchanges.Host, err error) error {
	set := []string{"region: " + at.Region}
	if at.Environment != live {
		set = append(set, "environment: "+at.Environment)
	}
	where := fmt.Sprintf("the key lives, at another site (%s, %s): rekey.yaml needs \"exchanges: bybit: {%s}\"",
		at.Region, at.Environment, strings.Join(set, ", "))
	var refused *exchanges.Error
	if !errors.As(err, &refused) {
		return &exchanges.Error{Exchange: Name, Op: opInspect, Kind: exchanges.KindUndetermined, Detail: where}
	}
	e := *refused
	e.Detail = where + "; there it " + e.Detail
	return &e
}

// unasked is the error for a place that could not be asked, when the others do
// not know the key.
func unasked(at exchanges.Host, err error) error {
	var refused *exchanges.Error
	if !errors.As(err, &refused) {
		return err
	}
	e := *refused
	if e.Kind == exchanges.KindNoSuchKey { // the control call, about no key at all
		e.Kind = exchanges.KindUndetermined
	}
	e.Detail = fmt.Sprintf("the configured site does not know the key; it is dead only if all sites say so, and %s (%s) "+
		"could not be asked: %s", at.Region, at.Environment, e.Detail)
	return &e
}
