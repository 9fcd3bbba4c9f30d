// Package bybit speaks to Bybit's v5 API: what a key may do, which keys the
// sub-accounts of a master account hold, the making, changing and deleting of
// those, and the end of a key by its own call.
//
// It signs its calls itself (sign.go): the official Go SDK logs whole requests
// and has no timeout. A key exists at the host of one site and in one
// environment only, and everywhere else the answer is that of a deleted key, so
// a key that is not found is looked for elsewhere before it is called dead
// (sites.go).
package bybit

import (
	"sync/atomic"

	"rekey/exchanges"
)

// Name is the exchange's name in rekey.yaml.
const Name = "bybit"

// Exchange returns the registry entry.
func Exchange() exchanges.Exchange {
	return exchanges.Exchange{
		Card: card(), Protocol: protocol(), Recognise: recognise, Open: open,
		CanIssue: canIssue, CanEdit: canEdit, CanRevoke: canRevoke,
		CanRevokeSelf: canRevokeSelf, CanEditSelf: canEditSelf,
	}
}

// An adapter speaks to Bybit with one credential.
type adapter struct {
	credential exchanges.Credential
	env        exchanges.Env
	user       string // bucket of the limits per user
	sign       signer
	// lived is set once the configured place answered as it answers to keys
	// that it knows.
	lived atomic.Bool
}

var (
	_ exchanges.Adapter     = (*adapter)(nil)
	_ exchanges.Lister      = (*adapter)(nil)
	_ exchanges.Issuer      = (*adapter)(nil)
	_ exchanges.Editor      = (*adapter)(nil)
	_ exchanges.Revoker     = (*adapter)(nil)
	_ exchanges.SelfRevoker = (*adapter)(nil)
	_ exchanges.SelfEditor  = (*adapter)(nil)
)

func open(c exchanges.Credential, env exchanges.Env) (exchanges.Adapter, error) {
	return openPair(c, env.Checked(Name))
}

func openPair(c exchanges.Credential, env exchanges.Env) (*adapter, error) {
	sign, err := signerOf(c)
	if err != nil {
		return nil, &exchanges.Error{Exchange: Name, Kind: exchanges.KindCredential, Detail: err.Error()}
	}
	// Bybit counts by user ID, which is not known before the first answer, so
	// each key has a bucket of its own. Keys of one account can then run into
	// a limit, which is waited out.
	return &adapter{credential: c, env: env, user: exchanges.Fingerprint(c.AccessKey), sign: sign}, nil
}

// Card returns the card of facts.
func (a *adapter) Card() exchanges.Card { return card() }
