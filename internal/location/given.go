package location

import (
	"io"

	"rekey/exchanges"
)

// maxGiven is how many bytes a credential on stdin may have.
const maxGiven = 64 << 10

// ReadAnswer reads a credential in the form in which programs of exec locations
// answer, from a pipe.
func ReadAnswer(r io.Reader) (exchanges.Credential, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxGiven+1))
	if err != nil || len(text) > maxGiven {
		return exchanges.Credential{}, problem(ReasonSyntax, "", "the credential could not be read", answerForm)
	}
	p, failure := decodeAnswer(text)
	if failure == nil {
		var c exchanges.Credential
		if c, failure = p.credential(); failure == nil {
			return c, nil
		}
	}
	return exchanges.Credential{}, failure
}
