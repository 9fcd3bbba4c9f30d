// Package coinbaseexchange speaks to Coinbase Exchange (once GDAX, then
// Coinbase Pro): whether a key is alive, and which profile it belongs to. The
// exchange has no call that tells what a key may do, and none that lists keys.
//
// The client is thin. The official sample SDK
// (github.com/coinbase-samples/exchange-sdk-go) ends the process when a secret
// is not base64, which is not for a tool that looks at many keys.
package coinbaseexchange

import "rekey/exchanges"

// Name is the exchange's name in rekey.yaml.
const Name = "coinbase-exchange"

// Exchange returns the registry entry.
func Exchange() exchanges.Exchange {
	return exchanges.Exchange{Card: card(), Protocol: protocol(), Recognise: recognise, Open: open}
}

// An adapter speaks to Coinbase Exchange with one credential.
type adapter struct {
	credential exchanges.Credential
	env        exchanges.Env
	user       string // bucket of the limits per profile
}

var _ exchanges.Adapter = (*adapter)(nil)

func open(c exchanges.Credential, env exchanges.Env) (exchanges.Adapter, error) {
	if err := check(c); err != nil {
		return nil, &exchanges.Error{Exchange: Name, Kind: exchanges.KindCredential, Detail: err.Error()}
	}
	// Limits are per profile, which is not known before the first answer, so
	// each key has a bucket of its own.
	return &adapter{credential: c, env: env.Ready(), user: exchanges.Fingerprint(c.AccessKey)}, nil
}

// Card returns the card of facts.
func (a *adapter) Card() exchanges.Card { return card() }
