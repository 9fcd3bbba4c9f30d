// Package binance speaks to Binance: what a key may do, which keys the
// sub-accounts of a master account hold, and the making, changing and deleting
// of those.
//
// It is the reference adapter: the others have the same files in the same
// order. Calls that the SDK (github.com/adshao/go-binance/v2) makes safely go
// through it, over rekey's own client; where it has no call, or builds a wrong
// one, the signed call is written next to it (sign.go says which and why).
// Answers are decoded from the recorded bytes, because the SDK's structs lack
// fields and its errors hold URLs.
package binance

import (
	"strings"
	"sync/atomic"

	"github.com/adshao/go-binance/v2/common"

	"rekey/exchanges"
)

// Name is the exchange's name in rekey.yaml.
const Name = "binance"

// Exchange returns the registry entry.
func Exchange() exchanges.Exchange {
	return exchanges.Exchange{
		Card: card(), Protocol: protocol(), Recognise: recognise, Open: open,
		CanIssue: canIssue, CanEdit: canEdit, CanRevoke: canRevoke,
	}
}

// An adapter speaks to Binance with one credential.
type adapter struct {
	credential exchanges.Credential
	env        exchanges.Env
	keyType    string           // of the SDK: HMAC, RSA, ED25519
	signing    exchanges.Secret // as the SDK wants it
	// seed signs with a secret that may be the seed of an Ed25519 key, nil for
	// every other. seeded is set once it was accepted.
	seed   *adapter
	seeded atomic.Bool
	user   string // bucket of the limits per user
	// lived is set once the configured host answered as it answers to keys
	// that it knows.
	lived atomic.Bool
}

var (
	_ exchanges.Adapter = (*adapter)(nil)
	_ exchanges.Lister  = (*adapter)(nil)
	_ exchanges.Issuer  = (*adapter)(nil)
	_ exchanges.Editor  = (*adapter)(nil)
	_ exchanges.Revoker = (*adapter)(nil)

	_ exchanges.Historian     = (*adapter)(nil)
	_ exchanges.CandleReader  = (*adapter)(nil)
	_ exchanges.BalanceReader = (*adapter)(nil)
)

func open(c exchanges.Credential, env exchanges.Env) (exchanges.Adapter, error) {
	a, err := openPair(c, env)
	if err != nil {
		return nil, err
	}
	return a, nil
}

func openPair(c exchanges.Credential, env exchanges.Env) (*adapter, error) {
	keyType, signing, err := keyTypeOf(c.Secret)
	if err != nil {
		return nil, &exchanges.Error{Exchange: Name, Kind: exchanges.KindCredential, Detail: err.Error()}
	}
	if strings.ContainsFunc(c.AccessKey, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return nil, &exchanges.Error{
			Exchange: Name,
			Kind:     exchanges.KindCredential,
			Detail:   "the access key holds characters that no header can carry: was it copied whole?",
		}
	}
	// Binance does not tell the user ID to every key, so each key has a bucket
	// of its own. Keys of one user then share a limit that rekey counts twice;
	// the limit headers correct it.
	a := &adapter{
		credential: c, env: env.Checked(Name), keyType: keyType, signing: signing,
		user: exchanges.Fingerprint(c.AccessKey),
	}
	if written, ok := seedOf(c.Secret); ok {
		a.seed = &adapter{
			credential: c,
			env:        env.Checked(Name),
			keyType:    common.KeyTypeEd25519,
			signing:    written,
			user:       a.user,
		}
	}
	return a, nil
}

// Card returns the card of facts.
func (a *adapter) Card() exchanges.Card { return card() }
