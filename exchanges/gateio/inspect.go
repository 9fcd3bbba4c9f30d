package gateio

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"rekey/exchanges"
)

// pause lies between the two rounds that prove a death.
const pause = 2 * time.Second

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

// Inspect asks for the account of the key, which tells the key's addresses, and
// for the keys of the main account: the key's own row there tells its rights. A
// key that may not read that list has rights that are not told.
func (a *adapter) Inspect(ctx context.Context) (exchanges.Key, error) {
	k := exchanges.Key{
		Ref: exchanges.KeyRef{
			Exchange: Name, AccessKey: a.credential.AccessKey, Account: exchanges.Account{Kind: exchanges.AccountUnknown},
		},
		Status:    exchanges.StatusUndetermined,
		Algorithm: algorithm,
	}
	here := a.configured()
	found, err := a.lookAt(ctx, k, here)
	if found.Status != exchanges.StatusUndetermined {
		a.lived.Store(true)
	}
	switch {
	case exchanges.KindOf(err) == exchanges.KindNoSuchKey:
		return a.searchElsewhere(ctx, k)
	case err != nil:
		return found, err
	}
	return a.ownRow(ctx, found)
}

// lookAt asks one place for the key. An answer that tells neither account nor
// addresses is some other document: no statement about the key.
func (a *adapter) lookAt(ctx context.Context, k exchanges.Key, at exchanges.Host) (exchanges.Key, error) {
	res, err := a.env.Caller.Call(ctx, exchanges.Call{Op: opDetail, User: a.user, Build: a.get(at.URL, pathDetail, nil)})
	if err != nil {
		k.Status = statusOf(err)
		return k, err
	}
	var w describedDetail
	if err := exchanges.Decode(res.Body, &w); err != nil {
		return k, exchanges.Malformed(Name, opDetail, res, err)
	}
	if w.Value.UserID <= 0 && w.Value.IPWhitelist == nil {
		return k, exchanges.Malformed(Name, opDetail, res, nil)
	}
	k.Status = exchanges.StatusAlive
	if w.Value.UserID > 0 {
		k.Ref.Account.ID = strconv.FormatInt(int64(w.Value.UserID), 10)
	}
	k.Whitelist = readList(w.Value.IPWhitelist)
	k.AddStrange(w.Strange)
	return k, nil
}

// ownRow adds what the list of main keys says of this key. Where Gate refuses the
// list, or does not name the key on it, nothing is said of its rights.
func (a *adapter) ownRow(ctx context.Context, k exchanges.Key) (exchanges.Key, error) {
	rows, err := a.mainKeys(ctx)
	if exchanges.KindOf(err) == exchanges.KindForbidden && exchanges.RefusedForGood(err) {
		return k, nil
	}
	if err != nil {
		return k, err
	}
	var own []exchanges.Key
	for _, row := range rows {
		if row.Ref.AccessKey == k.Ref.AccessKey || exchanges.IsPartOf(row.Ref.AccessKey, k.Ref.AccessKey) {
			own = append(own, row)
		}
	}
	if len(own) != 1 {
		return k, nil
	}
	row := own[0]
	if row.Status == exchanges.StatusDisabled {
		k.Status = row.Status
	}
	odd, _ := k.Permissions.Has(exchanges.Unmapped).Get()
	words := k.Raw
	k.Permissions, k.Raw = row.Permissions, row.Raw
	if odd { // a member of the account that nobody here knows
		k.Permissions = k.Permissions.Doubt()
		k.AddStrange(words)
	}
	return k.Merge(row), nil
}

// searchElsewhere is what follows INVALID_KEY from the configured place. A key
// exists at one site and in one environment, and everywhere else the answer is
// taken to be the same. The key is dead when every place says so, twice, with a
// pause, each time beside a working control call. One answer of another kind, and
// it is not. A key that answered before in this look belongs to its place alone.
func (a *adapter) searchElsewhere(ctx context.Context, k exchanges.Key) (exchanges.Key, error) {
	here := a.configured()
	all := a.env.Caller.Hosts(roleREST)
	if a.lived.Load() {
		all = []exchanges.Host{here}
	}
	for round := range 2 {
		if round > 0 {
			if err := a.env.Caller.Sleep(ctx, pause); err != nil {
				return k, &exchanges.Error{Exchange: Name, Op: opDetail, Kind: exchanges.KindCanceled, Detail: "the look was " +
					"interrupted; the key was not judged. Run rekey again", Err: err}
			}
		}
		for _, at := range all {
			control := exchanges.Call{Op: opTime, Build: public(at.URL, pathTime)}
			if _, err := a.env.Caller.Call(ctx, control); err != nil {
				return k, unasked(at, err)
			}
			if round == 0 && at.URL == here.URL { // which said so before this began
				continue
			}
			found, err := a.lookAt(ctx, k, at)
			switch {
			case found.Status != exchanges.StatusUndetermined:
				return found, located(at, here, err)
			case exchanges.KindOf(err) != exchanges.KindNoSuchKey:
				return k, unasked(at, err)
			}
		}
	}
	if known, err := a.knownSwapped(ctx, k, here); known || err != nil {
		return exchanges.Interchanged(Name, opDetail, k, err)
	}
	k.Status = exchanges.StatusDead
	if asked := exchanges.HostNames(all); asked != "" {
		k.Proof = "asked " + asked + ", twice"
	}
	return k, nil
}

// knownSwapped reports whether Gate knows the pair the other way round. It asks
// only for an access key that has not the form of one: a secret may stand there.
func (a *adapter) knownSwapped(ctx context.Context, k exchanges.Key, at exchanges.Host) (bool, error) {
	if keyDigits.MatchString(a.credential.AccessKey) {
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

// located says of a living key that it lives at another place than rekey.yaml
// says. err is the refusal there, or nil.
func located(at, here exchanges.Host, err error) error {
	if at.URL == here.URL {
		return err
	}
	set := []string{"region: " + at.Region}
	if at.Environment != live {
		set = append(set, "environment: "+at.Environment)
	}
	where := fmt.Sprintf("the key lives, at another site (%s, %s): rekey.yaml needs \"exchanges: gateio: {%s}\"",
		at.Region, at.Environment, strings.Join(set, ", "))
	var refused *exchanges.Error
	if !errors.As(err, &refused) {
		return &exchanges.Error{Exchange: Name, Op: opDetail, Kind: exchanges.KindUndetermined, Detail: where}
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
	e.Detail = fmt.Sprintf("the configured site does not know the key; it is dead only if all sites say so, twice, and "+
		"%s (%s) could not be asked: %s", at.Region, at.Environment, e.Detail)
	return &e
}

// readList reads a whitelist; a missing one says nothing, an empty one that the
// key may be used from anywhere ("skips the IP check").
func readList(ips *[]string) exchanges.IPWhitelist {
	if ips == nil {
		return exchanges.IPWhitelist{}
	}
	return exchanges.ParseWhitelist(*ips)
}
