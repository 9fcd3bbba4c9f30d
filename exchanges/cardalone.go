package exchanges

import "context"

// CardAlone returns the entry of an exchange that rekey has a card for and no
// adapter. Nothing is ever sent there. Each of its keys is undetermined: no
// answer says that it lives, and none that it is dead. recognise may be nil.
func CardAlone(card Card, recognise func(Credential) Fit) Exchange {
	return Exchange{
		Card: card, Recognise: recognise,
		Protocol: Protocol{Judge: func(Operation, Response) error { return unasked(card.Name) }},
		Open: func(c Credential, _ Env) (Adapter, error) {
			return cardAlone{card: card, accessKey: c.AccessKey}, nil
		},
	}
}

// nameAlone is the card of an exchange of which only the name is known.
func nameAlone(name string) Card {
	return Card{
		Name: name, Title: name, Kind: "exchange",
		Capabilities: []Capability{{
			Action: ActRevoke, Reach: Master, Way: ByPerson,
			Steps: []string{
				"Log in to " + name + " by typing the address, never by a link from mail",
				"Open its page for API keys, and find the key by its name and the characters of its access key",
				"Delete the key, reload the page and see that it is gone",
			},
			Note: "rekey knows this exchange by its name alone, and nothing of its page",
		}},
		Notes: []string{"rekey knows this exchange by its name alone: its keys are not looked at, and each is a gap " +
			"of an audit."},
	}
}

// IsCardAlone reports whether rekey has no adapter for an exchange: nothing
// can be sent there. A defunct exchange is another matter: its keys are known
// to be of no use.
func (x Exchange) IsCardAlone() bool {
	return x.Card.Kind == "exchange" && len(x.Protocol.Operations) == 0
}

// A cardAlone stands for the adapter of an exchange that has none. Of the
// credential it keeps the access key alone.
type cardAlone struct {
	card      Card
	accessKey string
}

var _ Adapter = cardAlone{}

// Card returns the card of facts.
func (a cardAlone) Card() Card { return a.card }

// Inspect asks nobody: the key is undetermined, and the error says why.
func (a cardAlone) Inspect(context.Context) (Key, error) {
	return Key{
		Ref: KeyRef{
			Exchange: a.card.Name, AccessKey: a.accessKey, Account: Account{Kind: AccountUnknown},
		},
		Status: StatusUndetermined,
	}, unasked(a.card.Name)
}

// unasked is the error for what nobody can be asked.
func unasked(exchange string) *Error {
	return &Error{
		Exchange: exchange, Kind: KindUndetermined,
		Detail: "rekey has no adapter for this exchange: nothing was sent, and nothing is known of the key. Look at its " +
			"page yourself",
	}
}
