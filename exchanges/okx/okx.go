// Package okx speaks to OKX: what a key may do, which keys the sub-accounts of
// a main account hold, and the making, changing and deleting of those.
//
// It signs its calls itself (sign.go): no Go SDK for OKX knows the fields
// that matter here. A key exists at the host of one region only and in one
// environment, live or demo trading, so a key that is not found where the
// configuration says is looked for elsewhere before it is called dead
// (regions.go).
package okx

import (
	"rekey/exchanges"
)

// Name is the exchange's name in rekey.yaml.
const Name = "okx"

// Exchange returns the registry entry.
func Exchange() exchanges.Exchange {
	return exchanges.Exchange{
		Card: card(), Protocol: protocol(), Recognise: recognise, Open: open,
		CanIssue: canIssue, CanEdit: canEdit, CanRevoke: canRevoke,
	}
}

// An adapter speaks to OKX with one credential.
type adapter struct {
	credential exchanges.Credential
	env        exchanges.Env
	user       string // bucket of the limits per user
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
	// OKX counts by user ID, which is not known before the first answer, so
	// each key has a bucket of its own. Keys of one account can then run into
	// a limit, which is waited out.
	return &adapter{credential: c, env: env, user: exchanges.Fingerprint(c.AccessKey)}, nil
}

// Card returns the card of facts.
func (a *adapter) Card() exchanges.Card { return card() }
