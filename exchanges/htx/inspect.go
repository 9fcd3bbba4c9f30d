package htx

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"rekey/exchanges"
)

// pause lies between the two rounds that prove a death.
const pause = 2 * time.Second

// configured is the host that rekey.yaml names.
func (a *adapter) configured() exchanges.Host {
	here := exchanges.Host{URL: a.env.Caller.Endpoint(roleREST), Region: a.env.Region}
	for _, h := range a.env.Caller.Hosts(roleREST) {
		if h.URL == here.URL {
			return h
		}
	}
	return here
}

// Inspect asks for the accounts of the key's user, which shows whether it lives in
// the clearest words, then for the user's ID and the list of the user's keys: the
// key's own row there tells its rights and addresses.
func (a *adapter) Inspect(ctx context.Context) (exchanges.Key, error) {
	k := exchanges.Key{
		Ref: exchanges.KeyRef{
			Exchange: Name, AccessKey: a.credential.AccessKey, Account: exchanges.Account{Kind: exchanges.AccountUnknown},
		},
		Status:    exchanges.StatusUndetermined,
		Algorithm: algorithm,
	}
	found, err := a.lookAt(ctx, k, a.configured())
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

// lookAt asks one host for the key. An answer that tells no accounts is some other
// document: no statement about the key.
func (a *adapter) lookAt(ctx context.Context, k exchanges.Key, at exchanges.Host) (exchanges.Key, error) {
	res, err := a.env.Caller.Call(ctx, exchanges.Call{
		Op: opAccounts, User: a.user, Build: a.get(at.URL, pathAccounts, nil),
	})
	if err != nil {
		k.Status = statusOf(err)
		return k, err
	}
	var w wireV1[[]wireAccount]
	if err := exchanges.Decode(res.Body, &w); err != nil || w.Data == nil {
		return k, exchanges.Malformed(Name, opAccounts, res, err)
	}
	k.Status = exchanges.StatusAlive
	return k, nil
}

// ownRow adds what the list of the user's keys says of this key.
func (a *adapter) ownRow(ctx context.Context, k exchanges.Key) (exchanges.Key, error) {
	uid, err := a.uid(ctx)
	if err != nil {
		return k, err
	}
	k.Ref.Account.ID = uid
	rows, res, err := a.rows(ctx, uid)
	if err != nil {
		return k, err
	}
	for _, row := range rows {
		if row.Value.AccessKey != k.Ref.AccessKey {
			continue
		}
		seen := keyOf(row, k.Ref.Account)
		if seen.Status != exchanges.StatusUndetermined {
			k.Status = seen.Status
		}
		return k.Merge(seen), nil
	}
	return k, exchanges.Malformed(Name, opKeys, res, errors.New("the key is not on the list of its user"))
}

// uid asks for the ID of the key's user.
func (a *adapter) uid(ctx context.Context) (string, error) {
	res, err := a.env.Caller.Call(ctx, exchanges.Call{
		Op: opUID, User: a.user, Build: a.get(a.configured().URL, pathUID, nil),
	})
	if err != nil {
		return "", err
	}
	var w wireV2[exchanges.Number]
	if err := exchanges.Decode(res.Body, &w); err != nil || w.Data <= 0 {
		return "", exchanges.Malformed(Name, opUID, res, err)
	}
	return strconv.FormatInt(int64(w.Data), 10), nil
}

// rows returns the keys of a user, all in one answer.
func (a *adapter) rows(ctx context.Context, uid string) ([]describedKey, exchanges.Response, error) {
	res, err := a.env.Caller.Call(ctx, exchanges.Call{
		Op: opKeys, User: a.user, Build: a.get(a.configured().URL, pathKeys, url.Values{"uid": {uid}}),
	})
	if err != nil {
		return nil, res, err
	}
	var w wireV2[[]describedKey]
	if err := exchanges.Decode(res.Body, &w); err != nil || w.Data == nil { // no list is no empty list
		return nil, res, exchanges.Malformed(Name, opKeys, res, err)
	}
	return w.Data, res, nil
}

// searchElsewhere is what follows "Incorrect Access key" from the configured host.
// The key is dead when every host says so, twice, with a pause, each time beside a
// working control call; one answer of another kind, and it is not. The same text
// comes for an access key that was cut on the way (FAQ Q7), so one that has not
// the form of an access key is not called dead.
func (a *adapter) searchElsewhere(ctx context.Context, k exchanges.Key) (exchanges.Key, error) {
	if !keyGroups.MatchString(a.credential.AccessKey) && !a.lived.Load() {
		k.Ref.AccessKey = "" // it may be a secret
		return k, &exchanges.Error{
			Exchange: Name, Op: opAccounts, Kind: exchanges.KindCredential,
			Detail: "does not know the access key, which has not the form of one: was it copied whole, and are access key and " +
				"secret each in its place? The key was not judged",
		}
	}
	here := a.configured()
	all := a.env.Caller.Hosts(roleREST)
	if a.lived.Load() {
		all = []exchanges.Host{here}
	}
	for round := range 2 {
		if round > 0 {
			if err := a.env.Caller.Sleep(ctx, pause); err != nil {
				return k, &exchanges.Error{Exchange: Name, Op: opAccounts, Kind: exchanges.KindCanceled, Detail: "the look was " +
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
				if err == nil {
					err = &exchanges.Error{Exchange: Name, Op: opAccounts, Kind: exchanges.KindUndetermined, Detail: "says at one " +
						"host that the key does not exist, and at another that it lives: the key is not dead. Run rekey again"}
				}
				return found, err
			case exchanges.KindOf(err) != exchanges.KindNoSuchKey:
				return k, unasked(at, err)
			}
		}
	}
	k.Status = exchanges.StatusDead
	if asked := exchanges.HostNames(all); asked != "" {
		k.Proof = "asked " + asked + ", twice"
	}
	return k, nil
}

// unasked is the error for a host that could not be asked, when another does not
// know the key.
func unasked(at exchanges.Host, err error) error {
	var refused *exchanges.Error
	if !errors.As(err, &refused) {
		return err
	}
	e := *refused
	if e.Kind == exchanges.KindNoSuchKey { // the control call, about no key at all
		e.Kind = exchanges.KindUndetermined
	}
	e.Detail = fmt.Sprintf("one host does not know the key; it is dead only if all say so, twice, and %s could not be "+
		"asked: %s", at.Region, e.Detail)
	return &e
}
