package location

import (
	"bytes"
	"fmt"
	"strings"

	"rekey/exchanges"
	"rekey/internal/location/textfile"
)

// Decode reads a credential that somebody hands over: the JSON object that a
// program of an exec location answers with, or lines of a .env file that hold
// one complete family, under any prefix. The error is an *Error.
func Decode(data []byte) (exchanges.Credential, error) {
	c, err := decode(data)
	if err != nil {
		return exchanges.Credential{}, err
	}
	return c, nil
}

func decode(data []byte) (exchanges.Credential, *Error) {
	if len(data) > largestHandover {
		return exchanges.Credential{}, problem(
			ReasonUnfit,
			"",
			fmt.Sprintf("is more than %d KiB", largestHandover>>10),
			"hand over one credential and nothing else",
		)
	}
	data = textfile.TrimBOM(data)
	if bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")) {
		p, err := decodeAnswer(data)
		if err != nil {
			err.Problem = strings.Replace(err.Problem, "the program's answer", "the object", 1)
			return exchanges.Credential{}, err
		}
		return p.credential()
	}
	all, err := parseDotEnv(data)
	if err != nil {
		err.Hint = decodeHint
		return exchanges.Credential{}, err
	}
	return onlyFamily(all)
}

const largestHandover = 16 << 10 // bytes; a credential with an RSA key of 4096 bits has four

const decodeHint = `it is {"version":1,"access_key":"…","secret":"…","passphrase":"…"}, or lines like ` +
	`BINANCE_API_KEY=… and BINANCE_API_SECRET=…`

// onlyFamily returns the one credential that the assignments hold.
func onlyFamily(all []assignment) (exchanges.Credential, *Error) {
	var found []exchanges.Credential
	var failure *Error
	get := variablesOf(all, &source{})
	for _, a := range all {
		for _, f := range families() {
			prefix, ok := strings.CutSuffix(a.name, f.accessKey)
			if !ok || prefix == "" {
				continue
			}
			p, err := readFamilies(prefix, get, &Reading{})
			var c exchanges.Credential
			if err == nil {
				c, err = p.credential()
			}
			switch {
			case err != nil:
				if failure == nil {
					failure = err
				}
			case len(found) == 0 || !sameCredential(found[0], c):
				found = append(found, c)
			}
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return exchanges.Credential{}, problem(
			ReasonAmbiguous,
			"",
			fmt.Sprintf("holds %d credentials", len(found)),
			"hand over one",
		)
	case failure != nil:
		return exchanges.Credential{}, failure
	}
	return exchanges.Credential{}, problem(ReasonAbsent, "", "holds no credential", decodeHint)
}

// Checked returns a credential that a person entered in the form in which Read
// returns it, and refuses what Read would refuse. The error is an *Error.
func Checked(c exchanges.Credential) (exchanges.Credential, error) {
	c = Canonical(c)
	if err := checkNew(c); err != nil {
		return exchanges.Credential{}, err
	}
	return c, nil
}
