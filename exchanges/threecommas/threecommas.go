// Package threecommas speaks to 3Commas, a vendor: which exchange connections
// it keeps for its user, which of them hold a given access key, from which
// addresses it calls the exchanges, and how a stored key is swapped.
//
// 3Commas never returns what it stores: no access key, no secret, no
// permissions. What can be asked is whether a connection with a given access
// key exists. The one public Go client (github.com/recomma/3commas-sdk-go) has
// no calls for accounts, so the calls are written here.
//
// The files are those of the exchanges' adapters, as far as a vendor has them.
package threecommas

import (
	"context"
	"net/netip"
	"sync"

	"rekey/exchanges"
)

// Name is the vendor's name in rekey.yaml.
const Name = "3commas"

// Exchange returns the registry entry.
func Exchange() exchanges.Exchange {
	return exchanges.Exchange{Card: card(), Protocol: protocol(), Recognise: recognise, OpenVendor: open}
}

// An adapter speaks to 3Commas with one API token of its own.
type adapter struct {
	accessKey string // of the token, not of an exchange
	sign      signer
	env       exchanges.Env

	proving      sync.Mutex // held while the filter is being proved
	filterProved bool
}

// What this vendor can do besides exchanges.Vendor, one method each.
type (
	// An addressBook publishes the addresses it calls exchanges from, by its
	// own market codes.
	addressBook interface {
		TrustedAddresses(ctx context.Context) (map[string][]netip.Prefix, error)
	}
	// A marketNamer maps its market codes to names in rekey.yaml.
	marketNamer interface{ Markets() map[string]string }
	// A tokenChecker says whether it accepts the token in hand.
	tokenChecker interface {
		CheckToken(ctx context.Context) error
	}
)

var (
	_ exchanges.Vendor         = (*adapter)(nil)
	_ exchanges.Updater        = (*adapter)(nil)
	_ exchanges.Refresher      = (*adapter)(nil)
	_ exchanges.ActivityTeller = (*adapter)(nil)
	_ addressBook              = (*adapter)(nil)
	_ marketNamer              = (*adapter)(nil)
	_ tokenChecker             = (*adapter)(nil)
)

func open(c exchanges.Credential, env exchanges.Env) (exchanges.Vendor, error) {
	if !sendable(c.AccessKey) {
		return nil, unusable("the credential has no access key, or one that cannot be sent")
	}
	sign, err := newSigner(c.Secret)
	if err != nil {
		return nil, unusable(err.Error())
	}
	return &adapter{accessKey: c.AccessKey, sign: sign, env: env.Checked(Name)}, nil
}

func unusable(detail string) error {
	return &exchanges.Error{Exchange: Name, Kind: exchanges.KindCredential, Detail: detail}
}

// Card returns the card of facts.
func (a *adapter) Card() exchanges.Card { return card() }
