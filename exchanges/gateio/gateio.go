// Package gateio speaks to Gate's API v4: what a key may do, which keys the main
// account and its sub-accounts hold, and the making, changing and deleting of
// those of sub-accounts.
//
// One key with the right "account" sees all keys of its main account, masked:
// the part that is shown stands as the access key (exchanges.PartOf). Whether a
// key may withdraw Gate never shows. What is changed may take five minutes.
package gateio

import (
	"sync/atomic"

	"rekey/exchanges"
)

// Name is the exchange's name in rekey.yaml.
const Name = "gateio"

// Exchange returns the registry entry.
func Exchange() exchanges.Exchange {
	return exchanges.Exchange{
		Card: card(), Protocol: protocol(), Recognise: recognise, Open: open,
		CanIssue: canIssue, CanEdit: canEdit, CanRevoke: canRevoke,
	}
}

// An adapter speaks to Gate with one credential.
type adapter struct {
	credential exchanges.Credential
	env        exchanges.Env
	user       string // bucket of the limits per user
	// lived is set once the configured place answered as it answers to keys
	// that it knows.
	lived atomic.Bool
}

var (
	_ exchanges.Adapter = (*adapter)(nil)
	_ exchanges.Lister  = (*adapter)(nil)
	_ exchanges.Issuer  = (*adapter)(nil)
	_ exchanges.Editor  = (*adapter)(nil)
	_ exchanges.Revoker = (*adapter)(nil)
)

func open(c exchanges.Credential, env exchanges.Env) (exchanges.Adapter, error) {
	return openPair(c, env.Checked(Name))
}

func openPair(c exchanges.Credential, env exchanges.Env) (*adapter, error) {
	if err := usable(c); err != nil {
		return nil, &exchanges.Error{Exchange: Name, Kind: exchanges.KindCredential, Detail: err.Error()}
	}
	return &adapter{credential: c, env: env, user: exchanges.Fingerprint(c.AccessKey)}, nil
}

// Card returns the card of facts.
func (a *adapter) Card() exchanges.Card { return card() }
