// Package coinbase speaks to Coinbase (Coinbase App and Advanced Trade) with
// CDP keys: what a key may do. Coinbase has no call that lists keys.
//
// There is no SDK for Go that knows the call, so the client is thin: one token
// for each request, made with github.com/golang-jwt/jwt/v5. What is unusual
// about Coinbase is that a refusal never tells why: a deleted key, a wrong
// secret and a refused address look the same, and valid keys are refused now
// and then. Nothing that it answers makes a CDP key dead.
//
// Legacy keys, all expired by Coinbase, are known by their form and never sent
// (legacy.go). Coinbase Exchange is package coinbaseexchange.
package coinbase

import (
	"strings"

	"rekey/exchanges"
)

// Name is the exchange's name in rekey.yaml.
const Name = "coinbase"

// Exchange returns the registry entry.
func Exchange() exchanges.Exchange {
	return exchanges.Exchange{Card: card(), Protocol: protocol(), Recognise: recognise, Open: open}
}

// An adapter speaks to Coinbase with one CDP key. It keeps the secret as it
// was given and no private key made of it, so that printing it shows nothing.
type adapter struct {
	credential exchanges.Credential
	env        exchanges.Env
	algorithm  string
	user       string // bucket of the limits per user
}

var _ exchanges.Adapter = (*adapter)(nil)

func open(c exchanges.Credential, env exchanges.Env) (exchanges.Adapter, error) {
	if isLegacy(c) {
		return legacyKey{accessKey: c.AccessKey}, nil
	}
	method, _, err := privateKey(c.Secret)
	if err != nil {
		return nil, &exchanges.Error{Exchange: Name, Kind: exchanges.KindCredential, Detail: err.Error()}
	}
	return &adapter{credential: c, env: env.Ready(), algorithm: algorithm(method), user: userOf(c.AccessKey)}, nil
}

// userOf names the bucket of a key. Limits are per user, whom no answer names;
// keys of one organisation share a bucket, so that rekey is at worst slower
// than it may be.
func userOf(accessKey string) string {
	if organisation, _, ok := strings.Cut(accessKey, "/apiKeys/"); ok {
		return organisation
	}
	return exchanges.Fingerprint(accessKey)
}

// Card returns the card of facts.
func (a *adapter) Card() exchanges.Card { return card() }
