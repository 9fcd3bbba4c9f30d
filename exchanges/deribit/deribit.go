// Package deribit speaks to Deribit's JSON-RPC over HTTPS: what a key may do,
// which keys its account has, and the end of a key by its own call. The list wants
// a code of the second factor where the account has one.
//
// Calls are signed one by one (sign.go), so that no token is made that could
// outlive the key; the look of a key at itself alone is answered with one, which
// is dropped unread.
package deribit

import (
	"sync/atomic"

	"rekey/exchanges"
)

// Name is the exchange's name in rekey.yaml.
const Name = "deribit"

// Exchange returns the registry entry.
func Exchange() exchanges.Exchange {
	return exchanges.Exchange{
		Card: card(), Protocol: protocol(), Recognise: recognise, Open: open,
		CanRevokeSelf: canRevokeSelf,
	}
}

// An adapter speaks to Deribit with one credential.
type adapter struct {
	credential exchanges.Credential
	env        exchanges.Env
	user       string // bucket of the limits
	// lived is set once the configured host let this key in.
	lived atomic.Bool
}

var (
	_ exchanges.Adapter     = (*adapter)(nil)
	_ exchanges.Lister      = (*adapter)(nil)
	_ exchanges.SelfRevoker = (*adapter)(nil)
)

func open(c exchanges.Credential, env exchanges.Env) (exchanges.Adapter, error) {
	if err := usable(c); err != nil {
		return nil, &exchanges.Error{Exchange: Name, Kind: exchanges.KindCredential, Detail: err.Error()}
	}
	// Deribit counts by (sub)account, which it does not name: each key has a
	// bucket of its own, and what is too much is waited out.
	return &adapter{credential: c, env: env.Checked(Name), user: exchanges.Fingerprint(c.AccessKey)}, nil
}

// Card returns the card of facts.
func (a *adapter) Card() exchanges.Card { return card() }
