package store

import (
	"bytes"
	"context"
	"unicode/utf8"

	"rekey/exchanges"
)

// A Passphrase tells the passphrase of an identity file. It is called at most
// once for each Open, and only when there is something to open.
type Passphrase func(context.Context) (exchanges.Secret, error)

const longestPassphrase = 4 << 10 // bytes

// PassphraseFile takes the passphrase from the first line of a file that only
// its owner may read.
func PassphraseFile(path string) Passphrase {
	return func(context.Context) (exchanges.Secret, error) {
		data, err := readPrivate(path, longestPassphrase)
		if err != nil {
			return exchanges.Secret{}, err
		}
		return firstLine(path, data)
	}
}

func firstLine(path string, data []byte) (exchanges.Secret, error) {
	defer clear(data)
	line, _, _ := bytes.Cut(data, []byte("\n"))
	line = bytes.TrimSuffix(line, []byte("\r"))
	problem := ""
	switch {
	case len(data) > longestPassphrase:
		problem = "is too long for a passphrase"
	case len(line) == 0:
		problem = "has no passphrase in its first line"
	case !utf8.Valid(line):
		problem = "holds no text"
	}
	if problem != "" {
		return exchanges.Secret{}, &Error{Path: path, Reason: ReasonInvalid, Problem: problem}
	}
	return exchanges.NewSecret(string(line)), nil
}
