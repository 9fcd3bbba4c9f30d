// Package hyperliquid speaks to Hyperliquid's public information: which agent
// wallets (API wallets) an account has. It asks about an address, without any
// credential, and signs nothing: to approve or to remove an agent takes the
// signature of the account's own wallet, which rekey never holds.
package hyperliquid

import (
	"errors"

	"rekey/exchanges"
)

// Name is the exchange's name in rekey.yaml.
const Name = "hyperliquid"

// Exchange returns the registry entry.
func Exchange() exchanges.Exchange {
	return exchanges.Exchange{
		Card: card(), Protocol: protocol(), Recognise: recognise, Open: open, AccountAlone: true,
	}
}

// An adapter asks about one address.
type adapter struct {
	address string // in lower case
	env     exchanges.Env
}

var (
	_ exchanges.Adapter = (*adapter)(nil)
	_ exchanges.Lister  = (*adapter)(nil)
)

// open takes the address of an account, or of an agent, and never a private key.
func open(c exchanges.Credential, env exchanges.Env) (exchanges.Adapter, error) {
	address, err := usable(c)
	if err != nil {
		return nil, &exchanges.Error{Exchange: Name, Kind: exchanges.KindCredential, Detail: err.Error()}
	}
	return &adapter{address: address, env: env.Checked(Name)}, nil
}

func usable(c exchanges.Credential) (string, error) {
	switch {
	case privateForm.MatchString(c.AccessKey):
		return "", errors.New("what stands as the address has the form of a private key, which may be that of the wallet " +
			"with all funds: take it for leaked where it was shown. Nothing was sent; declare `account: \"0x…\"` without " +
			"`credential`")
	case !addressForm.MatchString(c.AccessKey):
		return "", errors.New("the account is not known: it is 0x and 40 hexadecimal digits. Declare `account: \"0x…\"` " +
			"without `credential`, since rekey needs no private key here; nothing was sent")
	}
	return lower(c.AccessKey), nil
}

// Card returns the card of facts.
func (a *adapter) Card() exchanges.Card { return card() }
