package location

import (
	"io"

	"rekey/exchanges"
)

// ReadAnswer is Decode of what a pipe holds, which is read to its end.
func ReadAnswer(r io.Reader) (exchanges.Credential, error) {
	text, err := io.ReadAll(io.LimitReader(r, largestHandover+1))
	if err != nil {
		return exchanges.Credential{}, problem(ReasonSyntax, "", "the credential could not be read", decodeHint)
	}
	return Decode(text)
}
