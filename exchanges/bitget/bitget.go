// Package bitget speaks to Bitget: what a key may do, which keys the
// sub-accounts of a main account hold, and the making, changing and deleting of
// those.
//
// Bitget has two worlds, unified accounts (/api/v3) and classic ones (/api/v2),
// and a key belongs to one of them, live or in demo trading. Classic accounts
// have no call that deletes a key. Bitget's own tables of error codes
// contradict each other, so that a code alone says nothing here: code and text
// must agree (errors.go).
package bitget

import (
	"sync/atomic"

	"rekey/exchanges"
)

// Name is the exchange's name in rekey.yaml.
const Name = "bitget"

// Exchange returns the registry entry.
func Exchange() exchanges.Exchange {
	return exchanges.Exchange{
		Card: card(), Protocol: protocol(), Recognise: recognise, Open: open,
		CanIssue: canIssue, CanEdit: canEdit, CanRevoke: canRevoke, PlainPassphrase: true,
	}
}

// A world is the kind of account that a key belongs to.
type world int32

// The worlds. The zero world is not known.
const (
	unknownWorld world = iota
	unified
	classic
)

// An adapter speaks to Bitget with one credential.
type adapter struct {
	credential exchanges.Credential
	env        exchanges.Env
	user       string       // bucket of the limits per user
	world      atomic.Int32 // the one that answered, of type world
	// lived is set once the configured environment answered as it answers to
	// keys that it knows.
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
	if err := usable(c); err != nil {
		return nil, &exchanges.Error{Exchange: Name, Kind: exchanges.KindCredential, Detail: err.Error()}
	}
	return &adapter{credential: c, env: env.Checked(Name), user: exchanges.Fingerprint(c.AccessKey)}, nil
}

// Card returns the card of facts.
func (a *adapter) Card() exchanges.Card { return card() }
