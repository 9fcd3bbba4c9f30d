// Package htx speaks to HTX, formerly Huobi: what a key may do, which keys the
// parent user and its sub users hold, and the making, changing and deleting of
// those of sub users.
//
// The documents that are left are of 2021, and third-party clients of 2026 use the
// same paths. One text proves a death and one code (1003) proves nothing at all:
// errors.go. A new key wants a code of the parent's second factor.
package htx

import (
	"sync/atomic"

	"rekey/exchanges"
)

// Name is the exchange's name in rekey.yaml.
const Name = "htx"

// Exchange returns the registry entry.
func Exchange() exchanges.Exchange {
	return exchanges.Exchange{
		Card: card(), Protocol: protocol(), Recognise: recognise, Open: open,
		CanIssue: canIssue, CanEdit: canEdit, CanRevoke: canRevoke,
	}
}

// An adapter speaks to HTX with one credential.
type adapter struct {
	credential exchanges.Credential
	env        exchanges.Env
	user       string // bucket of the limits per user
	// lived is set once the configured host answered as it answers to keys that
	// it knows.
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
