// Package kraken speaks to Kraken: what a key of its spot API, or of its
// derivatives API, may do. No call makes, changes, lists or deletes keys there: a
// person does, and the card has the steps.
//
// Kraken takes a rising number (a nonce) in place of the time. One counter of it
// is shared by all programs that use a key, so the calls of a key go one at a
// time, with milliseconds since 1970: a larger number would lock out the bot that
// uses the key beside rekey.
package kraken

import (
	"sync"

	"rekey/exchanges"
)

// Name is the exchange's name in rekey.yaml.
const Name = "kraken"

// Exchange returns the registry entry.
func Exchange() exchanges.Exchange {
	return exchanges.Exchange{Card: card(), Protocol: protocol(), Recognise: recognise, Open: open}
}

// An adapter speaks to Kraken with one credential.
type adapter struct {
	credential exchanges.Credential
	secret     []byte // decoded
	env        exchanges.Env
	user       string // bucket of the limits, which Kraken counts by key

	mu    sync.Mutex
	lived lived
}

// A lived is what a working answer of this adapter said of the key. The zero
// value is that there was none.
type lived struct {
	at   exchanges.Host
	spot bool
	// fromAnywhere says that the key had no list of addresses.
	fromAnywhere bool
}

var _ exchanges.Adapter = (*adapter)(nil)

func open(c exchanges.Credential, env exchanges.Env) (exchanges.Adapter, error) {
	secret, err := usable(c)
	if err != nil {
		return nil, &exchanges.Error{Exchange: Name, Kind: exchanges.KindCredential, Detail: err.Error()}
	}
	return &adapter{
		credential: c, secret: secret, env: env.Checked(Name), user: exchanges.Fingerprint(c.AccessKey),
	}, nil
}

// Card returns the card of facts.
func (a *adapter) Card() exchanges.Card { return card() }

func (a *adapter) remember(l lived) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.lived = l
}

func (a *adapter) remembered() lived {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.lived
}
