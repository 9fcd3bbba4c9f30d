// Package kucoin speaks to KuCoin: what a key may do, which keys the
// sub-accounts of a master account hold, and the making, changing and deleting
// of those.
//
// Every call is built by the SDK (github.com/Kucoin/kucoin-go-sdk) and sent by
// a Requester of our own over rekey's client. The SDK is handed neither key
// nor secret: its signature would be over the encoded query and this machine's
// clock, and KuCoin wants neither, so the Requester signs (sign.go). Answers
// are decoded from the recorded bytes, because the SDK's structs lack fields
// and its errors hold requests and answers.
//
// A program that links this package must ask [DebugModeSet] before anything
// else.
package kucoin

import (
	"sync/atomic"

	"rekey/exchanges"
)

// Name is the exchange's name in rekey.yaml.
const Name = "kucoin"

// Exchange returns the registry entry.
func Exchange() exchanges.Exchange {
	return exchanges.Exchange{
		Card: card(), Protocol: protocol(), Recognise: recognise, Open: open,
		CanIssue: canIssue, CanEdit: canEdit, CanRevoke: canRevoke,
		SeenAddress: &exchanges.SeenAddress{Operation: opAddress, Of: addressOf},
	}
}

// An adapter speaks to KuCoin with one credential.
type adapter struct {
	credential exchanges.Credential
	env        exchanges.Env
	user       string // bucket of the limits per user
	// version3 is set once the exchange refused version 2 of the key and took
	// version 3.
	version3 atomic.Bool
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
	// The limits are per user, and the user is told only by the first answer,
	// so each key has a bucket of its own. Keys of one user then share a limit
	// that rekey counts twice; the limit headers correct it.
	return &adapter{credential: c, env: env, user: exchanges.Fingerprint(c.AccessKey)}, nil
}

// Card returns the card of facts.
func (a *adapter) Card() exchanges.Card { return card() }
