package location

import (
	"fmt"

	"rekey/exchanges"
	"rekey/internal/form"
)

// A sourced text is a part of a credential with the name it was found under.
type sourced struct {
	text exchanges.Secret // the access key too: nothing here is printed
	from string           // "BINANCE_API_KEY", "the field \"apiKey\""
	// slots are all places that hold this part, for a writer. There are none
	// where the part comes from no file. An unset part has slots where there
	// is an empty field for it.
	slots []slot
}

func (s sourced) isSet() bool { return s.from != "" }

// parts is a credential as it was found, not yet looked into. A part that was
// not found has no source.
type parts struct{ accessKey, secret, passphrase sourced }

// each calls f for every part in the order of messages.
func (p parts) each(f func(Part, sourced) *Error) *Error {
	for _, one := range []struct {
		part Part
		s    sourced
	}{{AccessKey, p.accessKey}, {SecretPart, p.secret}, {Passphrase, p.passphrase}} {
		if err := f(one.part, one.s); err != nil {
			return err
		}
	}
	return nil
}

// credential looks into every part and makes a credential of them. An empty
// passphrase is none.
func (p parts) credential() (exchanges.Credential, *Error) {
	if p.passphrase.text.IsZero() {
		p.passphrase = sourced{}
	}
	p.secret.text = restoreNewlines(p.secret.text)
	if err := p.each(checkPart); err != nil {
		return exchanges.Credential{}, err
	}
	return exchanges.Credential{
		AccessKey:  p.accessKey.text.Reveal(),
		Secret:     p.secret.text,
		Passphrase: p.passphrase.text,
	}, nil
}

// checkPart refuses a part that cannot be what the exchange issued.
func checkPart(part Part, s sourced) *Error {
	if !s.isSet() {
		if part == Passphrase {
			return nil
		}
		return problem(ReasonIncomplete, part, fmt.Sprintf("holds no %s", part), "")
	}
	text := s.text.Reveal()
	if form.IsPlaceholder(roleOf(part), text) {
		what := "is a placeholder"
		if text == "" {
			what = "is empty"
		}
		return problem(ReasonPlaceholder, part, fmt.Sprintf("the %s in %s %s", part, s.from, what), "put the real one there")
	}
	if flaw := flawIn(part, text); flaw != "" {
		return problem(ReasonUnclean, part, fmt.Sprintf("the %s in %s %s", part, s.from, flaw), "")
	}
	return nil
}
