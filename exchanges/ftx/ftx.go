// Package ftx knows that FTX is gone. It declares no host and no operation,
// keeps no secret, and imports nothing that could send: the domains of a dead
// exchange can change hands, so its keys must not be shown to anybody.
package ftx

import (
	"context"
	"regexp"

	"rekey/exchanges"
)

// Name is the exchange's name in rekey.yaml.
const Name = "ftx"

// Exchange returns the registry entry.
func Exchange() exchanges.Exchange {
	return exchanges.Exchange{Card: card(), Protocol: protocol(), Recognise: recognise, Open: open}
}

// protocol declares that nothing may be sent.
func protocol() exchanges.Protocol {
	return exchanges.Protocol{Judge: func(exchanges.Operation, exchanges.Response) error {
		return &exchanges.Error{
			Exchange: Name, Kind: exchanges.KindRefused,
			Detail: "the exchange is gone, no answer can come from it",
		}
	}}
}

// An adapter says that the exchange is defunct. Of the credential it keeps the
// access key alone.
type adapter struct{ accessKey string }

var _ exchanges.Adapter = adapter{}

// open takes every credential, whole or not: none can be used.
func open(c exchanges.Credential, _ exchanges.Env) (exchanges.Adapter, error) {
	return adapter{accessKey: c.AccessKey}, nil
}

// Card returns the card of facts.
func (adapter) Card() exchanges.Card { return card() }

// Inspect says that the exchange is defunct, and nothing else. It asks nobody,
// whatever the configuration says.
func (a adapter) Inspect(context.Context) (exchanges.Key, error) {
	return exchanges.Key{
		Ref: exchanges.KeyRef{
			Exchange: Name, AccessKey: a.accessKey,
			Account: exchanges.Account{Kind: exchanges.AccountUnknown},
		},
		Status: exchanges.StatusDefunct,
	}, nil
}

// form is that of FTX's documented examples, for access keys and secrets
// alike. Other 40-character tokens match it too.
var form = regexp.MustCompile(`^[A-Za-z0-9_-]{40}$`)

// recognise judges the access key. The secret had the same form and is not
// looked at.
func recognise(c exchanges.Credential) exchanges.Fit {
	if !form.MatchString(c.AccessKey) {
		return exchanges.Fit{Problem: "an ftx access key was 40 letters, digits, dashes and underscores"}
	}
	fit := exchanges.Fit{AccessKey: exchanges.Possible}
	if !c.Secret.IsZero() {
		fit.Secret = exchanges.Possible
	}
	return fit
}
